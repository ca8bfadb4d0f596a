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

  /** Read one's own profile. */
  @Get()
  @ApiErrors(Unauthenticated, UserNotFound)
  readProfile(@CurrentUser() principal: Principal): Promise<ProfileDto> {
    return this.profiles.of(principal.person);
  }

  /** Change one's own profile. What is left out stays as it is; null clears. */
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
   * Delete one's own account, for ever. Everything personal is erased and every session ends; people whom this one invited keep
   * their invitation.
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

  /** Read everything that is held on oneself, as a file. */
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
