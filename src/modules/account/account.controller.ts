import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../../common/http/access.decorators.js';
import { Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { ProfileDto } from '../profiles/profile.dto.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import type { Principal } from '../sessions/sessions.service.js';

@ApiTags('Users')
@ApiBearerAuth()
@Controller('users/me')
export class AccountController {
  constructor(private readonly profiles: ProfilesService) {}

  /** Read one's own profile. */
  @Get()
  @ApiErrors(Unauthenticated)
  profile(@CurrentUser() principal: Principal): Promise<ProfileDto> {
    return this.profiles.of(principal.person);
  }
}
