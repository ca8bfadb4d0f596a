import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CurrentUser, Roles } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import type { Principal } from '../sessions/sessions.service.js';
import { MessageTrailPageDto, MessageTrailQueryDto } from './message-trail.dto.js';
import { MessageTrail } from './message-trail.service.js';

@ApiTags('Messages')
@ApiBearerAuth()
@Controller('messages')
export class MessageTrailController {
  constructor(private readonly trail: MessageTrail) {}

  /**
   * See what became of messages
   * @remarks
   * Every SMS and e-mail, the newest first: when it was written, handed to the provider, taken and delivered, or why it was not. Texts and
   * codes are not shown, and no recipient once the account was deleted or the inbox of testers emptied.
   *
   * With `status` a page looks through 2 000 messages at most, so it may hold fewer than `limit`, or none, where more follow: send
   * `nextCursor` as `cursor` until it is null. `to` is understood as people type it.
   * That somebody has looked is written into the audit log.
   */
  @Get()
  @Roles('admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  listMessages(
    @Query() query: MessageTrailQueryDto,
    @CurrentUser() { person }: Principal,
    @FromAsker() { address }: Asker,
  ): Promise<MessageTrailPageDto> {
    return this.trail.page(query, { actorId: person.id, address });
  }
}
