import { Body, Controller, Delete, Get, HttpCode, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { CurrentUser, FreshSignIn, ReauthenticationDto } from '../../common/http/access.decorators.js';
import { AnsweredAsFile } from '../../common/http/answers/file.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { PROVING_ERRORS } from '../passwords/passwords.errors.js';
import { ProfileChangesDto } from '../profiles/profile-changes.dto.js';
import { ProfileDto } from '../profiles/profile.dto.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import type { Principal } from '../sessions/sessions.service.js';
import { LastAdmin, UserNotFound, UsernameTaken } from '../users/users.errors.js';
import { ExportDto } from './account-export.dto.js';
import { AccountExport } from './account-export.service.js';
import { AccountService } from './account.service.js';

@ApiTags('Users')
@ApiBearerAuth()
@Controller('users/me')
export class AccountController {
  constructor(
    private readonly account: AccountService,
    private readonly accountExport: AccountExport,
    private readonly profiles: ProfilesService,
  ) {}

  /**
   * Read one’s own profile.
   * @remarks
   * What the person has told of themself, their own invite code, the one they activated, and the newest 20 of those they invited; the
   * others follow under `GET /api/v1/referrals/me/invitees`. Role and status are those of this moment, whatever the access token says.
   */
  @Get()
  @ApiErrors(Unauthenticated, UserNotFound)
  readProfile(@CurrentUser() principal: Principal): Promise<ProfileDto> {
    return this.profiles.of(principal.person);
  }

  /**
   * Change one’s own profile.
   * @remarks
   * What is left out stays as it is; `null` clears. Phone and e-mail address are not changed here but by
   * `POST /api/v1/users/me/contacts`, the picture by `PUT /api/v1/users/me/avatar`. `users.username_taken` means that somebody else has
   * the username; one that could pass for the service itself, such as `admin` or `support`, is `request.invalid`.
   */
  @Patch()
  @ApiErrors(Unauthenticated, RequestInvalid, UsernameTaken, UserNotFound)
  async changeProfile(
    @Body() body: ProfileChangesDto,
    @CurrentUser() { person }: Principal,
    @FromAsker() { address }: Asker,
  ): Promise<ProfileDto> {
    return this.profiles.of(await this.account.change(person, body, address));
  }

  /**
   * Delete one’s own account, for ever.
   * @remarks
   * Erases everything personal at once, ends every session and outstanding code, retires the invite code, and says so by a last message.
   * There is no way back: ask the person before. Those whom they invited stay invited, by somebody deleted. Contacts and username are free
   * again, but whoever comes back with such a contact within 180 days activates no second invite code.
   *
   * It needs a sign-in of the last 10 minutes or `currentPassword` in the body, which may be left out otherwise. The only administrator
   * hears `users.last_admin`.
   */
  @Delete()
  @HttpCode(204)
  @FreshSignIn()
  @ApiBody({ type: ReauthenticationDto, required: false })
  @ApiErrors(Unauthenticated, RequestInvalid, ...PROVING_ERRORS, LastAdmin, UserNotFound)
  deleteAccount(
    @Body() _body: ReauthenticationDto,
    @CurrentUser() { person }: Principal,
    @FromAsker() { locale }: Asker,
  ): Promise<void> {
    return this.account.erase(person, locale);
  }

  /**
   * Read everything that is held on oneself.
   * @remarks
   * One JSON file, offered as a download: profile, invite codes, invitees, devices, messages (to where and of what kind, without their
   * text) and what the audit log says of the person. What is kept as a keyed hash is not in it, because nobody can read that. It needs a
   * sign-in of the last 10 minutes, and takes no password: on `auth.reauthentication_required` the person signs in anew.
   */
  @Get('export')
  @FreshSignIn()
  @AnsweredAsFile('account.json', {
    type: ExportDto,
    description: 'Everything but what is kept as a keyed hash, which nobody can read.',
  })
  @ApiErrors(Unauthenticated)
  exportAccount(@CurrentUser() principal: Principal, @FromAsker() { address }: Asker): Promise<ExportDto> {
    return this.accountExport.of(principal, address);
  }
}
