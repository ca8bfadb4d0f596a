import { Controller, Delete, Get, HttpCode } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { PathParam } from '../../common/contract/path-param.js';
import { EXAMPLE_IDS } from '../../common/contract/values.js';
import { CurrentUser } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { IgnoresBody } from '../../platform/http-edge/ignored-bodies.js';
import { SessionNotFound } from '../sessions/sessions.errors.js';
import type { Principal } from '../sessions/sessions.service.js';
import { SessionsPageDto } from './devices.dto.js';
import { DevicesService } from './devices.service.js';

const SessionId = (): ParameterDecorator =>
  PathParam('id', {
    description: 'The `id` of the session, as the list tells it.',
    schema: { type: 'string', format: 'uuid', example: EXAMPLE_IDS.session },
  });

@ApiTags('Users')
@ApiBearerAuth()
@Controller('users/me/sessions')
export class DevicesController {
  constructor(private readonly devices: DevicesService) {}

  /**
   * List where one is signed in.
   * @remarks
   * Every device of the person whose sign-in is not over, this one (`current`) among them: 20 at most, as one more sign-in ends the
   * oldest. All of them are on one page. Addresses are masked, and of a sign-in that is over nothing is kept that describes the device.
   */
  @Get()
  @ApiErrors(Unauthenticated)
  async listSessions(@CurrentUser() { person, sessionId }: Principal): Promise<SessionsPageDto> {
    return { items: await this.devices.list(person.id, sessionId), nextCursor: null };
  }

  /**
   * Sign out on one device.
   * @remarks
   * Its access token is refused on this API at once, and its refresh token gets no other; services that check tokens by themselves let it
   * in until it expires, 15 minutes at most. It may be this device: then forget the tokens. `sessions.not_found` means that it is over
   * already, or somebody else’s: read the list again.
   */
  @Delete(':id')
  @HttpCode(204)
  @IgnoresBody()
  @ApiErrors(Unauthenticated, SessionNotFound)
  endSession(@SessionId() id: string, @CurrentUser() by: Principal, @FromAsker() { address }: Asker): Promise<void> {
    return this.devices.endDevice(id, { by, address });
  }

  /**
   * Sign out everywhere but here.
   * @remarks
   * Ends every other session of the person at once; this one goes on with its tokens. Where there is no other, nothing happens and the
   * answer is the same. The password stays as it is: somebody who knows it can sign in again, so offer to change it.
   */
  @Delete()
  @HttpCode(204)
  @IgnoresBody()
  @ApiErrors(Unauthenticated)
  endOtherSessions(@CurrentUser() by: Principal, @FromAsker() { address }: Asker): Promise<void> {
    return this.devices.endOtherDevices({ by, address });
  }
}
