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

  /** See what became of messages, the newest first. Their texts are not shown. */
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
