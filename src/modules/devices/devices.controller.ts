import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { SessionNotFound } from '../sessions/sessions.errors.js';
import type { Principal } from '../sessions/sessions.service.js';
import { SessionsPageDto } from './devices.dto.js';
import { DevicesService } from './devices.service.js';

@ApiTags('Users')
@ApiBearerAuth()
@Controller('users/me/sessions')
export class DevicesController {
  constructor(private readonly devices: DevicesService) {}

  /** See where one is signed in. */
  @Get()
  @ApiErrors(Unauthenticated)
  async listSessions(@CurrentUser() { person, sessionId }: Principal): Promise<SessionsPageDto> {
    return { items: await this.devices.list(person.id, sessionId), nextCursor: null };
  }

  /** Sign out on one device, which may be this one. */
  @Delete(':id')
  @HttpCode(204)
  @ApiErrors(Unauthenticated, SessionNotFound)
  endSession(@Param('id') id: string, @CurrentUser() by: Principal, @FromAsker() { address }: Asker): Promise<void> {
    return this.devices.endDevice(id, { by, address });
  }

  /** Sign out everywhere but here. */
  @Delete()
  @HttpCode(204)
  @ApiErrors(Unauthenticated)
  endOtherSessions(@CurrentUser() by: Principal, @FromAsker() { address }: Asker): Promise<void> {
    return this.devices.endOtherDevices({ by, address });
  }
}
