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

  /** Send a code to a phone or an e-mail address. Known and unknown ones get the same answer; nobody is registered yet. */
  @Post('request')
  @HttpCode(202)
  @Idempotent({ keptSeconds: 600 })
  @ApiErrors(...IDEMPOTENCY_ERRORS, RequestInvalid, Addresses.RegionNotAllowed, Addresses.EmailNotOffered)
  @ApiErrors(OtpGuard.ResendTooSoon, OtpGuard.TooManyMessages, SmsUnavailable)
  requestCode(@Body() body: RequestCodeDto, @FromAsker() asker: Asker): Promise<ChallengeDto> {
    return this.auth.requestCode(body, asker);
  }

  /** Ask how the message of a challenge fares: what a page shows while the provider takes its time. */
  @Post('status')
  @HttpCode(200)
  @ApiErrors(RequestInvalid)
  readCodeStatus(@Body() body: ChallengeIdDto): Promise<ChallengeStatusDto> {
    return this.auth.statusOf(body.challengeId);
  }

  /** Send a fresh code for the same challenge; the old code is dead. */
  @Post('resend')
  @HttpCode(202)
  @Idempotent({ keptSeconds: 600 })
  @ApiErrors(...IDEMPOTENCY_ERRORS, RequestInvalid, Otp.ChallengeOver)
  @ApiErrors(OtpGuard.ResendTooSoon, OtpGuard.TooManyMessages, SmsUnavailable)
  resendCode(@Body() body: ChallengeIdDto, @FromAsker() asker: Asker): Promise<ChallengeDto> {
    return this.auth.resendCode(body.challengeId, asker);
  }

  /** Exchange a code for tokens. Answers 201 when this registers the person, 200 when they are known. */
  @Post('verify')
  @HttpCode(200)
  @Idempotent({ keptSeconds: 30 })
  @CreatedWhenNew(TokensDto)
  @ApiErrors(...IDEMPOTENCY_ERRORS, RequestInvalid, Otp.CodeWrong, Otp.ChallengeOver, Otp.TooManyWrongCodes, Blocked)
  verifyCode(@Body() body: VerifyCodeDto, @FromAsker() asker: Asker): Promise<TokensDto> {
    return this.auth.verifyCode(body, asker);
  }
}
