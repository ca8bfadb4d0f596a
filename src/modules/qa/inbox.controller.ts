import { Controller, Delete, Get, HttpCode, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { ClientGone } from '../../common/http/asker.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import {
  InboxMessageDto,
  InboxPageDto,
  InboxQueryDto,
  LatestQueryDto,
  WaitQueryDto,
  WaitResultDto,
} from './inbox.dto.js';
import { InboxAccess } from './inbox.access.js';
import { InboxService } from './inbox.service.js';
import { NoMessageYet } from './qa.errors.js';

/** Public where no `QA_INBOX_TOKEN` is set, which is never in production; else each route needs it as a Bearer token. */
@ApiTags('QA')
@Public()
@UseGuards(InboxAccess)
@Controller('qa/messages')
export class InboxController {
  constructor(private readonly inbox: InboxService) {}

  /** Read the messages that were "sent", the newest first. */
  @Get()
  @ApiErrors(Unauthenticated, RequestInvalid)
  listInbox(@Query() query: InboxQueryDto): Promise<InboxPageDto> {
    return this.inbox.list(query);
  }

  /** Read the newest message that was sent to somebody. */
  @Get('latest')
  @ApiErrors(Unauthenticated, RequestInvalid, NoMessageYet)
  readLatestMessage(@Query() query: LatestQueryDto): Promise<InboxMessageDto> {
    return this.inbox.latest(query.to);
  }

  /** Wait for a message to somebody: answers at once when one is there, else as soon as it is, or says it timed out. */
  @Get('wait')
  @ApiErrors(Unauthenticated, RequestInvalid)
  waitForMessage(@Query() query: WaitQueryDto, @ClientGone() gone: AbortSignal): Promise<WaitResultDto> {
    return this.inbox.wait(query, gone);
  }

  /** Empty the inbox of somebody. A message that is still on its way is sent, and shown until it is. */
  @Delete()
  @HttpCode(204)
  @ApiErrors(Unauthenticated, RequestInvalid)
  clearInbox(@Query() { to }: LatestQueryDto): Promise<void> {
    return this.inbox.clear(to);
  }
}
