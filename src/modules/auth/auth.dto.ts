import { ApiProperty } from '@nestjs/swagger';
import { IsChallengeId, IsOtpCode } from '../../common/http/fields.decorators.js';
import { ByPhoneOrEmail, ContactDto } from '../addresses/contact.dto.js';
import type { Challenge, ChallengeStatus } from '../otp/otp.service.js';
import { ProfileDto } from '../profiles/profile.dto.js';
import { RefreshedTokensDto } from '../sessions/sessions.dto.js';
import type { CodeTyped, SignedIn } from './auth.service.js';

@ByPhoneOrEmail()
export class RequestCodeDto extends ContactDto {}

export class ChallengeIdDto {
  @IsChallengeId()
  challengeId!: string;
}

export class VerifyCodeDto implements CodeTyped {
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

export class TokensDto extends RefreshedTokensDto implements SignedIn {
  /** Whether this sign-in registered the person. */
  @ApiProperty()
  isNewUser!: boolean;

  @ApiProperty({ type: ProfileDto })
  user!: ProfileDto;
}
