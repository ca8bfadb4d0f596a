import { ApiProperty, ApiPropertyOptional, ApiSchema, type ApiSchemaOptions } from '@nestjs/swagger';
import { inviteCode, moment, orNull } from '../../common/contract/values.js';
import { IsChallengeId, IsOtpCode } from '../../common/http/fields.decorators.js';
import { ByPhoneOrEmail, ContactDto } from '../addresses/contact.dto.js';
import type { Challenge, ChallengeStatus } from '../otp/otp.service.js';
import { InvitedDto } from '../profiles/invited.dto.js';
import { ProfileDto } from '../profiles/profile.dto.js';
import { FIRST_REFRESH_TOKEN, RefreshedTokensDto } from '../sessions/sessions.dto.js';
import { ACTIVATION_ERRORS, AlreadyActivated } from '../referrals/referrals.errors.js';
import type { CodeTyped, InviteProblem, SignedIn } from './auth.service.js';

@ByPhoneOrEmail('Where the code is to go: to a phone or to an e-mail address.')
export class RequestCodeDto extends ContactDto {}

@ApiSchema({ description: 'Which challenge is meant.' })
export class ChallengeIdDto {
  @IsChallengeId()
  challengeId!: string;
}

/** An invite code that is none does not spoil the sign-in. */
// Without an invite code: an example that is tried out as it stands would name one that nobody has.
@ApiSchema({
  description: 'The code as it was typed, and the invite code of somebody else, if there is one.',
  example: { challengeId: 'kV5x2mJq0uYw7Zr1bT9cGA', code: '4071' },
} as ApiSchemaOptions)
export class VerifyCodeDto extends InvitedDto implements CodeTyped {
  @IsChallengeId()
  challengeId!: string;

  @IsOtpCode()
  code!: string;
}

@ApiSchema({ description: 'A request for a code that was taken: the message is on its way.' })
export class ChallengeDto implements Challenge {
  /**
   * The secret that binds the code to whoever asked for it. Keep it where the person types the code, and send it with the code: who has
   * the code alone gets nowhere.
   */
  @ApiProperty({ pattern: '^[A-Za-z0-9_-]{22}$', minLength: 22, maxLength: 22, example: 'kV5x2mJq0uYw7Zr1bT9cGA' })
  challengeId!: string;

  /** By what the code goes: a text message or an e-mail. */
  @ApiProperty({ enum: ['sms', 'email'], example: 'sms' })
  channel!: 'sms' | 'email';

  /** Where the code goes, masked: enough to recognise one’s own phone or e-mail address. */
  @ApiProperty({ example: '+7 *** ***-**-89' })
  sentTo!: string;

  /** How many digits the code has. Draw the field by it: it grows to 8 where somebody guesses. */
  @ApiProperty({ type: 'integer', minimum: 4, maximum: 8, example: 4 })
  codeLength!: number;

  /**
   * After this moment the code is refused: 5 minutes after its message by SMS, 10 by e-mail, and never later than 10 minutes after the first
   * message of the challenge.
   */
  @ApiProperty(moment('10:05:00'))
  expiresAt!: Date;

  /** Before this moment another code for this challenge is refused, unless its message failed. */
  @ApiProperty(moment('10:01:00'))
  resendAt!: Date;
}

@ApiSchema({ description: 'How a challenge and its newest message fare.' })
export class ChallengeStatusDto implements ChallengeStatus {
  /**
   * `queued`: the message waits or is being sent. `sent`: the provider has taken it. `failed`: it did not, or perhaps did not, go out;
   * another may be asked for at once. `used`: the right code was typed. `over`: the challenge can no longer be used, or never was.
   */
  @ApiProperty({ enum: ['queued', 'sent', 'failed', 'used', 'over'], example: 'sent' })
  status!: 'queued' | 'sent' | 'failed' | 'used' | 'over';

  /** After this moment the code is refused; null where there is no such challenge. */
  @ApiProperty(orNull(moment('10:05:00')))
  expiresAt!: Date | null;

  /** From this moment on another code may be asked for; null where there is no such challenge. */
  @ApiProperty(orNull(moment('10:01:00')))
  resendAt!: Date | null;
}

@ApiSchema({ description: 'Why the invite code that came with the sign-in was not activated.' })
export class InviteProblemDto implements InviteProblem {
  /** One of the problems of `POST /api/v1/referrals/activate`. */
  @ApiProperty({ enum: ACTIVATION_ERRORS.map(({ code }) => code), example: AlreadyActivated.code })
  code!: string;

  /** For people: what happened and what to do next, in the language of the request. */
  @ApiProperty({ example: AlreadyActivated.title.en })
  title!: string;

  /** With `referrals.already_activated`: the code that was activated before. */
  @ApiPropertyOptional(inviteCode('7HX2QC'))
  activatedInviteCode?: string;

  /** With `referrals.too_many_unknown_codes` and `referrals.busy`: seconds to wait. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, example: 1_800 })
  retryAfter?: number;
}

@ApiSchema({ description: 'The tokens of a new sign-in, and the person who is signed in.' })
export class TokensDto extends RefreshedTokensDto implements SignedIn {
  /**
   * For the first `POST /api/v1/auth/token/refresh`, or for `POST /api/v1/auth/logout`, and for no other use. Opaque; another one after every
   * refresh.
   */
  @ApiProperty(FIRST_REFRESH_TOKEN)
  declare refreshToken: string;

  /** Whether this sign-in registered the person. */
  @ApiProperty({ type: Boolean, example: false })
  isNewUser!: boolean;

  /** The profile of the person, as `GET /api/v1/users/me` answers it. */
  @ApiProperty({ type: ProfileDto })
  user!: ProfileDto;

  /** There when an invite code was sent and could not be activated; the person is signed in all the same. */
  @ApiPropertyOptional({ type: InviteProblemDto })
  inviteProblem?: InviteProblemDto;
}
