import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsChallengeId, IsOtpCode } from '../../common/http/fields.decorators.js';
import { ByPhoneOrEmail, ContactDto } from '../addresses/contact.dto.js';
import type { Challenge, ChallengeStatus } from '../otp/otp.service.js';
import { InvitedDto } from '../profiles/invited.dto.js';
import { ProfileDto } from '../profiles/profile.dto.js';
import { RefreshedTokensDto } from '../sessions/sessions.dto.js';
import { CodeUnknown } from '../referrals/referrals.errors.js';
import type { CodeTyped, InviteProblem, SignedIn } from './auth.service.js';

@ByPhoneOrEmail()
export class RequestCodeDto extends ContactDto {}

export class ChallengeIdDto {
  @IsChallengeId()
  challengeId!: string;
}

/** An invite code that is none does not spoil the sign-in. */
export class VerifyCodeDto extends InvitedDto implements CodeTyped {
  @IsChallengeId()
  challengeId!: string;

  @IsOtpCode()
  code!: string;
}

export class ChallengeDto implements Challenge {
  /** The secret that binds the code to whoever asked for it: keep it, and send it with the code. */
  @ApiProperty({ example: 'kV5x2mJq0uYw7Zr1bT9cGA' })
  challengeId!: string;

  @ApiProperty({ enum: ['sms', 'email'] })
  channel!: 'sms' | 'email';

  /** Where the code went, masked. */
  @ApiProperty({ example: '+7 *** ***-**-89' })
  sentTo!: string;

  /** How many digits the code has; it grows where somebody guesses. */
  @ApiProperty({ type: 'integer', minimum: 4, maximum: 8, example: 4 })
  codeLength!: number;

  /** After this moment the code is refused. */
  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: Date;

  /** Before this moment another code for this challenge is refused. */
  @ApiProperty({ type: String, format: 'date-time' })
  resendAt!: Date;
}

export class ChallengeStatusDto implements ChallengeStatus {
  /** How the newest message of the challenge fares; `over` when it can no longer be used, or was never ours. */
  @ApiProperty({ enum: ['queued', 'sent', 'failed', 'used', 'over'] })
  status!: 'queued' | 'sent' | 'failed' | 'used' | 'over';

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  resendAt!: Date | null;
}

/** Why the invite code that came with the sign-in was not activated. */
export class InviteProblemDto implements InviteProblem {
  /** As in the problems of `POST /referrals/activate`. */
  @ApiProperty({ example: 'referrals.code_unknown' })
  code!: string;

  /** For people: what happened and what to do next, in the language of the request. */
  @ApiProperty({ example: CodeUnknown.title.en })
  title!: string;

  /** With `referrals.already_activated`: the code that was activated before. */
  @ApiPropertyOptional({ example: '7HX2QC' })
  activatedInviteCode?: string;

  /** With `referrals.too_many_unknown_codes` and `referrals.busy`: seconds to wait. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1 })
  retryAfter?: number;
}

export class TokensDto extends RefreshedTokensDto implements SignedIn {
  /** Whether this sign-in registered the person. */
  @ApiProperty()
  isNewUser!: boolean;

  @ApiProperty({ type: ProfileDto })
  user!: ProfileDto;

  /** There when an invite code was sent and could not be activated; the person is signed in all the same. */
  @ApiPropertyOptional({ type: InviteProblemDto })
  inviteProblem?: InviteProblemDto;
}
