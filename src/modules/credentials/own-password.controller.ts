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

  /**
   * Set or change one’s own password.
   * @remarks
   * Ends every other session and every outstanding code of the person and tells them by message; this session goes on with its tokens.
   * It needs a sign-in of the last 10 minutes or, in `currentPassword`, the password so far: on `auth.reauthentication_required` ask for
   * the password, or sign in anew. Whoever has no password yet signs in by a code. A wrong `currentPassword` is
   * `auth.reauthentication_required`, also after a fresh sign-in, and counts like one that is typed to sign in.
   */
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
