import { Body, Controller, HttpCode, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, FreshSignIn } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { CodeRequired, HashingBusy, TooManyPasswordFailures } from '../passwords/passwords.errors.js';
import type { Principal } from '../sessions/sessions.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { ChangePasswordDto } from './credentials.dto.js';
import { PasswordChange } from './password-change.service.js';

@ApiTags('Users')
@Controller('users/me/password')
export class OwnPasswordController {
  constructor(private readonly passwordChange: PasswordChange) {}

  /** Set or change one's own password. Ends the other sessions and every outstanding code. */
  @Put()
  @HttpCode(204)
  @FreshSignIn()
  @ApiErrors(RequestInvalid, CodeRequired, TooManyPasswordFailures, HashingBusy, UserNotFound)
  changePassword(
    @CurrentUser() principal: Principal,
    @Body() { newPassword }: ChangePasswordDto,
    @FromAsker() asker: Asker,
  ): Promise<void> {
    return this.passwordChange.change(principal, newPassword, asker);
  }
}
