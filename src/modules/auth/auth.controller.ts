import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { Idempotent, IDEMPOTENCY_ERRORS } from '../../platform/idempotency/idempotent.decorator.js';
import * as Addresses from '../addresses/addresses.errors.js';
import * as OtpGuard from '../otp-guard/otp-guard.errors.js';
import * as Otp from '../otp/otp.errors.js';
import { SmsUnavailable } from '../sending/sending.errors.js';
import {
  ChallengeDto,
  ChallengeIdDto,
  ChallengeStatusDto,
  RequestCodeDto,
  TokensDto,
  VerifyCodeDto,
} from './auth.dto.js';
import { Blocked } from './auth.errors.js';
import { AuthService } from './auth.service.js';
import { CreatedWhenNew } from './created-when-new.js';

@ApiTags('Auth')
@Public()
@Controller('auth/otp')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  /**
   * Send a code to a phone or an e-mail address.
   * @remarks
   * Known and unknown contacts get the same answer, and nobody is registered yet: that happens when the code is verified. Keep the
   * `challengeId`, show a field for `codeLength` digits, and send both to `POST /api/v1/auth/otp/verify`. The code lives 5 minutes by
   * SMS and 10 by e-mail; asking again from the same network replaces it.
   *
   * Usually a contact gets a message every 20 seconds at most, and 5 in an hour and 10 in a day that nobody answers by the right code:
   * on `otp.resend_too_soon` count `Retry-After` down, on `otp.too_many_messages` let the person type a code they have, or come again
   * later. The latter may also be about the network (usually 30 codes in an hour), about numbers beside this one, or about codes that others
   * have asked for to this contact: `RateLimit-Policy` names `otp-contact-…` or `otp-known-…`, `otp-network`, `otp-block`, `otp-live`.
   *
   * A landline is `request.invalid` with the rule `mobile`. On `sms.unavailable` offer the e-mail address or the password instead; on `sms.region_not_allowed` and `email.not_offered`
   * ask for another contact.
   */
  @Post('request')
  @HttpCode(202)
  @Idempotent({ keptSeconds: 600 })
  @ApiErrors(...IDEMPOTENCY_ERRORS, RequestInvalid, Addresses.RegionNotAllowed, Addresses.EmailNotOffered)
  @ApiErrors(OtpGuard.ResendTooSoon, OtpGuard.TooManyMessages, SmsUnavailable)
  requestCode(@Body() body: RequestCodeDto, @FromAsker() asker: Asker): Promise<ChallengeDto> {
    return this.auth.requestCode(body, asker);
  }

  /**
   * Read how the message of a code fares.
   * @remarks
   * For what a page shows while the provider takes its second or two: ask about once a second while the status is `queued`. It changes
   * nothing and costs no attempt. On `failed` offer `POST /api/v1/auth/otp/resend` at once; on `over` begin anew. Ids that nobody was
   * given are `over`, too: this never answers 404.
   */
  @Post('status')
  @HttpCode(200)
  @ApiErrors(RequestInvalid)
  readCodeStatus(@Body() body: ChallengeIdDto): Promise<ChallengeStatusDto> {
    return this.auth.statusOf(body.challengeId);
  }

  /**
   * Send a fresh code for the same challenge.
   * @remarks
   * Takes every challenge, whatever it was asked for. The old code is dead: whoever types it hears `otp.code_wrong`, but it costs no
   * attempt. `challengeId` stays the same, `codeLength`, `expiresAt` and `resendAt` may not; attempts that were used stay used, and a
   * challenge ends 10 minutes after its first message at the latest.
   *
   * The next code may be asked for 60 seconds after the first, then after 120, then after 300, and at once where the message failed;
   * before that the answer is `otp.resend_too_soon` with `Retry-After`. By SMS the challenge is over by then after the second of these: where
   * `resendAt` is not before `expiresAt`, offer a new request with the contact instead. On `otp.challenge_over` ask for a code anew, with
   * the contact.
   */
  @Post('resend')
  @HttpCode(202)
  @Idempotent({ keptSeconds: 600 })
  @ApiErrors(...IDEMPOTENCY_ERRORS, RequestInvalid, Otp.ChallengeOver)
  @ApiErrors(OtpGuard.ResendTooSoon, OtpGuard.TooManyMessages, SmsUnavailable)
  resendCode(@Body() body: ChallengeIdDto, @FromAsker() asker: Asker): Promise<ChallengeDto> {
    return this.auth.resendCode(body.challengeId, asker);
  }

  /**
   * Exchange a code for tokens.
   * @remarks
   * Takes the challenges of `POST /api/v1/auth/otp/request` and `POST /api/v1/auth/register`. Answers 201 when this registers the
   * person and 200 when they are known. Keep both tokens: the access token is good for 15 minutes, the refresh token gets the next one.
   * A person is signed in on 20 devices at most; one more ends the oldest.
   *
   * A wrong code answers `otp.code_wrong` and how many of the usual 5 attempts are left; `otp.challenge_over` means expired, used,
   * exhausted or unknown: ask for a new code. `otp.too_many_wrong_codes` is about the network, usually after 60 wrong codes in an hour, and
   * `auth.blocked` is told only after the right code. An `inviteCode` never spoils the sign-in: where it could not be activated,
   * `inviteProblem` says why.
   */
  @Post('verify')
  @HttpCode(200)
  @Idempotent({ keptSeconds: 30 })
  @CreatedWhenNew(TokensDto)
  @ApiErrors(...IDEMPOTENCY_ERRORS, RequestInvalid, Otp.CodeWrong, Otp.ChallengeOver, Otp.TooManyWrongCodes, Blocked)
  verifyCode(@Body() body: VerifyCodeDto, @FromAsker() asker: Asker): Promise<TokensDto> {
    return this.auth.verifyCode(body, asker);
  }
}
