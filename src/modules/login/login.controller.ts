import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { IDEMPOTENCY_ERRORS, Idempotent } from '../../platform/idempotency/idempotent.decorator.js';
import { EmailNotOffered, RegionNotAllowed } from '../addresses/addresses.errors.js';
import { ChallengeDto, TokensDto } from '../auth/auth.dto.js';
import { Blocked } from '../auth/auth.errors.js';
import { ResendTooSoon, TooManyMessages } from '../otp-guard/otp-guard.errors.js';
import { CodeRequired, HashingBusy, TooManyPasswordFailures } from '../passwords/passwords.errors.js';
import { SmsUnavailable } from '../sending/sending.errors.js';
import { LoginDto, RegisterDto } from './login.dto.js';
import { InvalidCredentials } from './login.errors.js';
import { LoginService } from './login.service.js';
import { RegistrationService } from './registration.service.js';

@ApiTags('Auth')
@Public()
@Controller('auth')
export class LoginController {
  constructor(
    private readonly registration: RegistrationService,
    private readonly login: LoginService,
  ) {}

  /** Register with a password: sends a code, and only that makes it count. Where the contact has an owner, it signs them in. */
  @Post('register')
  @HttpCode(202)
  @Idempotent({ keptSeconds: 600 })
  @ApiErrors(
    ...IDEMPOTENCY_ERRORS,
    RequestInvalid,
    RegionNotAllowed,
    EmailNotOffered,
    ResendTooSoon,
    TooManyMessages,
    SmsUnavailable,
    HashingBusy,
  )
  register(@Body() body: RegisterDto, @FromAsker() asker: Asker): Promise<ChallengeDto> {
    return this.registration.register(body, asker);
  }

  /** Sign in by a password. A name that nobody has is answered like a wrong password. */
  @Post('login')
  @HttpCode(200)
  @ApiErrors(RequestInvalid, InvalidCredentials, Blocked, CodeRequired, TooManyPasswordFailures, HashingBusy)
  logIn(@Body() body: LoginDto, @FromAsker() asker: Asker): Promise<TokensDto> {
    return this.login.logIn(body, asker);
  }
}
