import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { inviteCode, MASKED_ADDRESS, moment, orNull } from '../../common/contract/values.js';
import { type Locale, LOCALES } from '../../common/locale.js';
import { AUDIT_ACTIONS } from '../audit/audit.service.js';
import { SessionDto } from '../devices/devices.dto.js';
import type { MessageTrail } from '../messages/messages.service.js';
import { InviteeDto, ProfileDto } from '../profiles/profile.dto.js';
import type { Activation, InviteVia } from '../referrals/redemptions.service.js';
import type { OwnedCode } from '../referrals/referrals.service.js';
import type { ReferralHistory } from './referral-history.service.js';
import type { ExportedAccount, ExportedEntry } from './account-export.service.js';

const STATES = ['queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'expired', 'ambiguous'] as const;

@ApiSchema({ description: 'A message to the person, as far as it is kept.' })
export class ExportedMessageDto implements MessageTrail {
  /** By what it went. */
  @ApiProperty({ enum: ['sms', 'email'], example: 'sms' })
  channel!: 'sms' | 'email';

  /** Where it went; null once that is forgotten. */
  @ApiProperty({ type: String, nullable: true, example: '+79123456789' })
  to!: string | null;

  /** What it was about: `otp-code`, or a notice such as `notice-password-changed`. Its text is kept nowhere. */
  @ApiProperty({ pattern: '^[a-z-]+$', example: 'otp-code' })
  template!: string;

  /** The language it was written in. */
  @ApiProperty({ enum: LOCALES, example: 'en' })
  locale!: Locale;

  /** What became of it. `ambiguous`: nobody knows whether it went out, and it is never sent again. */
  @ApiProperty({ enum: STATES, example: 'delivered' })
  state!: (typeof STATES)[number];

  /** When it was written. */
  @ApiProperty(moment('10:00:00'))
  queuedAt!: Date;

  /** When it was known what had become of it; null while it is on its way. */
  @ApiProperty(orNull(moment('10:00:02')))
  settledAt!: Date | null;
}

@ApiSchema({ description: 'An invite code of the person.' })
class ExportedCodeDto implements OwnedCode {
  /** The code. */
  @ApiProperty(inviteCode('4KTR9M'))
  inviteCode!: string;

  /** When the person got it. */
  @ApiProperty(moment('08:30:15'))
  createdAt!: Date;

  /** When it was replaced by another; null for the one that is valid. */
  @ApiProperty({ ...orNull(moment('09:00:00')), example: null })
  retiredAt!: Date | null;
}

@ApiSchema({ description: 'The invite code of somebody else that the person activated.' })
class ExportedActivationDto implements Activation {
  /** The code. */
  @ApiProperty(inviteCode('7HX2QC'))
  inviteCode!: string;

  /** When it was activated. */
  @ApiProperty(moment('10:02:00'))
  activatedAt!: Date;

  /** How the code came to the person. */
  @ApiProperty({ enum: ['typed', 'link', 'qr'], example: 'typed' })
  via!: InviteVia;
}

@ApiSchema({ description: 'What is held on the person about invitations.' })
export class ReferralHistoryDto implements ReferralHistory {
  /** Every invite code of the person, the newest first. */
  @ApiProperty({ type: [ExportedCodeDto] })
  inviteCodes!: ExportedCodeDto[];

  /** The code of somebody else that the person came by; null when there is none. */
  @ApiProperty({ type: ExportedActivationDto, nullable: true })
  activated!: ExportedActivationDto | null;

  /** Everybody who came by a code of the person, the newest first. */
  @ApiProperty({ type: [InviteeDto] })
  invitees!: InviteeDto[];
}

@ApiSchema({ description: 'An entry of the audit log, as whoever it is about may see it.' })
export class ExportedEntryDto implements ExportedEntry {
  /** What was done. */
  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'auth.signed_in' })
  action!: string;

  /** Who did it; `unknown` are strangers who failed, operators of the machine, and the service itself. */
  @ApiProperty({ enum: ['you', 'staff', 'unknown'], example: 'you' })
  by!: 'you' | 'staff' | 'unknown';

  /** Whom it was done to. */
  @ApiProperty({ enum: ['you', 'somebody_else'], example: 'you' })
  concerning!: 'you' | 'somebody_else';

  /** From where, masked; null where staff did it. */
  @ApiProperty(MASKED_ADDRESS)
  address!: string | null;

  /** More on it; empty where staff did it. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { by: 'code' } })
  details!: Record<string, unknown>;

  /** How often, where failures of one kind and hour are one entry. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  times!: number;

  /** When it was done, for the first time where `times` is more than 1. */
  @ApiProperty(moment('10:00:25'))
  createdAt!: Date;

  /** When it was done for the last time. */
  @ApiProperty(moment('10:00:25'))
  lastAt!: Date;
}

@ApiSchema({
  description: 'Everything that is held on the person but what is kept as a keyed hash, which nobody can read.',
})
export class ExportDto implements ExportedAccount {
  /** When the file was made. */
  @ApiProperty(moment('10:20:00'))
  exportedAt!: Date;

  /** The profile, as `GET /api/v1/users/me` answers it. */
  @ApiProperty({ type: ProfileDto })
  profile!: ProfileDto;

  /** When the password was set; null when there is none. */
  @ApiProperty(orNull(moment('08:30:15')))
  passwordSetAt!: Date | null;

  /** Invite codes, and who came by which. */
  @ApiProperty({ type: ReferralHistoryDto })
  referrals!: ReferralHistoryDto;

  /** Where the person is signed in, the newest first. Nothing is kept of the devices of those that ended. */
  @ApiProperty({ type: [SessionDto], maxItems: 20 })
  sessions!: SessionDto[];

  /** Every message to the person's contacts or about the account, the oldest first. */
  @ApiProperty({ type: [ExportedMessageDto] })
  messages!: ExportedMessageDto[];

  /** What was done to the account or by the person, the newest first. */
  @ApiProperty({ type: [ExportedEntryDto] })
  audit!: ExportedEntryDto[];
}
