import { ApiProperty } from '@nestjs/swagger';
import { type Locale, LOCALES } from '../../common/locale.js';
import { SessionDto } from '../devices/devices.dto.js';
import type { MessageTrail } from '../messages/messages.service.js';
import { InviteeDto, ProfileDto } from '../profiles/profile.dto.js';
import type { Activation, InviteVia } from '../referrals/redemptions.service.js';
import type { OwnedCode } from '../referrals/referrals.service.js';
import type { ReferralHistory } from './referral-history.service.js';
import type { ExportedAccount, ExportedEntry } from './account-export.service.js';

const STATES = ['queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'expired', 'ambiguous'] as const;

export class ExportedMessageDto implements MessageTrail {
  @ApiProperty({ enum: ['sms', 'email'] })
  channel!: 'sms' | 'email';

  /** Where it went; null once that is forgotten. */
  @ApiProperty({ type: String, nullable: true, example: '+79123456789' })
  to!: string | null;

  /** What it was about. Its text is kept nowhere. */
  @ApiProperty({ example: 'otp-code' })
  template!: string;

  @ApiProperty({ enum: LOCALES })
  locale!: Locale;

  @ApiProperty({ enum: STATES })
  state!: (typeof STATES)[number];

  @ApiProperty({ type: String, format: 'date-time' })
  queuedAt!: Date;

  /** When it was known what had become of it. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  settledAt!: Date | null;
}

class ExportedCodeDto implements OwnedCode {
  @ApiProperty({ example: '4KTR9M' })
  inviteCode!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;

  /** When it was replaced by another; null for the one that is valid. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  retiredAt!: Date | null;
}

class ExportedActivationDto implements Activation {
  @ApiProperty({ example: '7HX2QC' })
  inviteCode!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  activatedAt!: Date;

  /** How the code came to the person. */
  @ApiProperty({ enum: ['typed', 'link', 'qr'] })
  via!: InviteVia;
}

export class ReferralHistoryDto implements ReferralHistory {
  /** Every invite code of the person, the newest first. */
  @ApiProperty({ type: [ExportedCodeDto] })
  inviteCodes!: ExportedCodeDto[];

  /** The code of somebody else that the person came by. */
  @ApiProperty({ type: ExportedActivationDto, nullable: true })
  activated!: ExportedActivationDto | null;

  /** Everybody who came by a code of the person, the newest first. */
  @ApiProperty({ type: [InviteeDto] })
  invitees!: InviteeDto[];
}

export class ExportedEntryDto implements ExportedEntry {
  /** What was done. */
  @ApiProperty({ example: 'auth.signed_in' })
  action!: string;

  /** Who did it; `unknown` are strangers who failed, and the service itself. */
  @ApiProperty({ enum: ['you', 'staff', 'unknown'] })
  by!: 'you' | 'staff' | 'unknown';

  /** Whom it was done to. */
  @ApiProperty({ enum: ['you', 'somebody_else'] })
  concerning!: 'you' | 'somebody_else';

  /** From where, masked; null where staff did it. */
  @ApiProperty({ type: String, nullable: true, example: '203.0.113.*' })
  address!: string | null;

  /** More on it; empty where staff did it. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { by: 'code' } })
  details!: Record<string, unknown>;

  /** How often, where failures of one kind and hour are one entry. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  times!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  lastAt!: Date;
}

export class ExportDto implements ExportedAccount {
  @ApiProperty({ type: String, format: 'date-time' })
  exportedAt!: Date;

  @ApiProperty({ type: ProfileDto })
  profile!: ProfileDto;

  /** When the password was set; null when there is none. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  passwordSetAt!: Date | null;

  @ApiProperty({ type: ReferralHistoryDto })
  referrals!: ReferralHistoryDto;

  /** Where the person is signed in, the newest first. Nothing is kept of the devices of those that ended. */
  @ApiProperty({ type: [SessionDto] })
  sessions!: SessionDto[];

  /** Every message to the person's contacts or about the account, the oldest first. */
  @ApiProperty({ type: [ExportedMessageDto] })
  messages!: ExportedMessageDto[];

  /** What was done to the account or by the person, the newest first. */
  @ApiProperty({ type: [ExportedEntryDto] })
  audit!: ExportedEntryDto[];
}
