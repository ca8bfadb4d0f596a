import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Authenticated, CurrentUser, Roles } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { SendingStateDto, TurnSendingDto } from './sending-desk.dto.js';
import { SendingDesk } from './sending-desk.service.js';

@ApiTags('Messages')
@ApiBearerAuth()
@Controller('messages/sending')
export class SendingDeskController {
  constructor(private readonly desk: SendingDesk) {}

  /** Read whether SMS go out: the switch, and the breaker that opens by itself when the provider fails. */
  @Get()
  @Roles('admin')
  @ApiErrors(Unauthenticated)
  readSending(): Promise<SendingStateDto> {
    return this.desk.state();
  }

  /** Let SMS go out or keep them back, everywhere and at once. What is kept back waits while it is worth something. */
  @Put()
  @Roles('admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  switchSending(
    @Body() body: TurnSendingDto,
    @CurrentUser() { person }: Authenticated,
    @FromAsker() { address }: Asker,
  ): Promise<SendingStateDto> {
    return this.desk.turn(body, { actorId: person.id, address });
  }
}
