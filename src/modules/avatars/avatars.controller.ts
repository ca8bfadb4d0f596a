import { Controller, Delete, Get, Header, HttpCode, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { PathParam } from '../../common/contract/path-param.js';
import { AVATAR_ID, EXAMPLE_IDS } from '../../common/contract/values.js';
import { CurrentUser, Public } from '../../common/http/access.decorators.js';
import { Cached } from '../../common/http/answers/cached.decorators.js';
import { ApiErrors } from '../../common/http/problem.js';
import { IgnoresBody } from '../../platform/http-edge/ignored-bodies.js';
import { FromUpload, TakesUpload } from '../../platform/http-edge/uploads.js';
import { ProfileDto } from '../profiles/profile.dto.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import type { Principal } from '../sessions/sessions.service.js';
import { UserNotFound } from '../users/users.errors.js';
import * as Refused from './avatars.errors.js';
import { AvatarsService, type ReadImage } from './avatars.service.js';

const YEAR_SECONDS = 31_536_000;

const AvatarId = (): ParameterDecorator =>
  PathParam('id', {
    description: 'The last part of `avatarUrl`.',
    schema: { type: 'string', pattern: `^${AVATAR_ID}$`, example: EXAMPLE_IDS.avatar },
  });

@ApiTags('Users')
@Controller()
export class AvatarsController {
  constructor(
    private readonly avatars: AvatarsService,
    private readonly profiles: ProfilesService,
  ) {}

  /**
   * Set one’s own picture.
   * @remarks
   * Send one file in the field `avatar` of a form: PNG, JPEG or WebP by its content, at most 5 MB (5 × 1024 × 1024 bytes) and 25
   * megapixels. It is turned upright, its middle is kept as WebP of 256 × 256 pixels, and all metadata is gone, the place where it was
   * taken included. `avatarUrl` of the answer is the new address; the old one answers 404 from then on.
   *
   * `avatars.type_unsupported`, `avatars.too_many_pixels` and `avatars.picture_unreadable` ask for another file; usually 30 an hour are
   * taken, then it is `avatars.too_many_pictures`. On `avatars.busy` send the same again after `Retry-After`.
   */
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

  /**
   * Remove one’s own picture.
   * @remarks
   * Its address answers 404 from then on, though browsers that have it may go on showing it. Where there is none, nothing happens and the
   * answer is the same.
   */
  @Delete('users/me/avatar')
  @HttpCode(204)
  @IgnoresBody()
  removeAvatar(@CurrentUser() { person }: Principal): Promise<void> {
    return this.avatars.remove(person.id);
  }

  /**
   * Read the picture of a person.
   * @remarks
   * For an `img` on pages of any origin: `avatarUrl` of a profile is this path. The id cannot be guessed, and whoever has it sees the picture.
   * It never changes under its address, so it may be kept for a year; another picture has another address. On `avatars.not_found` read
   * the profile again.
   */
  @Get('avatars/:id')
  @Public()
  @Header('Content-Type', 'image/webp')
  @Cached(`public, max-age=${YEAR_SECONDS}, immutable`)
  // Pages of any origin may show it; helmet's default would keep it to ours.
  @Header('Cross-Origin-Resource-Policy', 'cross-origin')
  @ApiOkResponse({ description: 'The picture.', content: { 'image/webp': {} } })
  @ApiErrors(Refused.AvatarNotFound)
  readAvatar(@AvatarId() id: string): Promise<Buffer> {
    return this.avatars.read(id);
  }
}
