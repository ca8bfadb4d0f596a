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

  /**
   * Read whether SMS go out
   * @remarks
   * Tells both things that can keep SMS back: the switch, which administrators turn here or by `npm run admin -- sending on|off`, and the
   * breaker, which opens by itself when the provider fails and closes when it works again. E-mail has no
   * switch, and its breaker is not shown here: while the mail server fails, e-mails wait, and requests for codes by e-mail are answered 202
   * all the same.
   * While SMS are kept back, whoever asks for a code by SMS gets `sms.unavailable`; signing in by e-mail or password goes on.
   */
  @Get()
  @Roles('admin')
  @ApiErrors(Unauthenticated)
  readSending(): Promise<SendingStateDto> {
    return this.desk.state();
  }

  /**
   * Let SMS go out, or keep them back
   * @remarks
   * Holds for every process, from the next message on. What waits is sent when the switch is turned on again, unless it has expired by then:
   * codes last minutes. What the provider has taken already cannot be called back.
   * Turning it on also has an open breaker try a message at once, so do that when the provider was mended. Turning it to where it stands
   * replaces `reason` (one that is left out is forgotten), `changedAt` and `changedBy`, and where that is on, an open breaker tries a message
   * even so. Each time is written into the audit log, without the reason.
   */
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
