import { Controller, Delete, Get, Header, HttpCode, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentUser, Public } from '../../common/http/access.decorators.js';
import { Cached } from '../../common/http/answers/cached.decorators.js';
import { ApiErrors } from '../../common/http/problem.js';
import { FromUpload, TakesUpload } from '../../platform/http-edge/uploads.js';
import { ProfileDto } from '../profiles/profile.dto.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import type { Principal } from '../sessions/sessions.service.js';
import { UserNotFound } from '../users/users.errors.js';
import * as Refused from './avatars.errors.js';
import { AvatarsService, type ReadImage } from './avatars.service.js';

const YEAR_SECONDS = 31_536_000;

@ApiTags('Users')
@Controller()
export class AvatarsController {
  constructor(
    private readonly avatars: AvatarsService,
    private readonly profiles: ProfilesService,
  ) {}

  /** Set one's own picture: PNG, JPEG or WebP, at most 5 MB and 25 megapixels. Its middle is kept, 256 × 256, without metadata. */
  @Put('users/me/avatar')
  @TakesUpload('avatar')
  @ApiErrors(
    Refused.PictureTypeUnsupported,
    Refused.PictureUnreadable,
    Refused.TooManyPixels,
    Refused.TooManyPictures,
    Refused.PicturesBusy,
    UserNotFound,
  )
  async replaceAvatar(@CurrentUser() { person }: Principal, @FromUpload() read: ReadImage): Promise<ProfileDto> {
    return this.profiles.of(await this.avatars.replace(person.id, read));
  }

  /** Remove one's own picture; its address answers 404 from then on. */
  @Delete('users/me/avatar')
  @HttpCode(204)
  removeAvatar(@CurrentUser() { person }: Principal): Promise<void> {
    return this.avatars.remove(person.id);
  }

  /** The picture of a person. It never changes under its address: another picture has another one. */
  @Get('avatars/:id')
  @Public()
  @Header('Content-Type', 'image/webp')
  @Cached(`public, max-age=${YEAR_SECONDS}, immutable`)
  // Pages of any origin may show it; helmet's default would keep it to ours.
  @Header('Cross-Origin-Resource-Policy', 'cross-origin')
  @ApiOkResponse({ description: 'The picture.', content: { 'image/webp': {} } })
  @ApiErrors(Refused.AvatarNotFound)
  readAvatar(@Param('id') id: string): Promise<Buffer> {
    return this.avatars.read(id);
  }
}
