import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { RequestInvalid } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import {
  InboxMessageDto,
  InboxPageDto,
  InboxQueryDto,
  LatestQueryDto,
  WaitQueryDto,
  WaitResultDto,
} from './inbox.dto.js';
import { ClientGone } from './client-gone.js';
import { InboxService } from './inbox.service.js';
import { NoMessageYet } from './qa.errors.js';

@ApiTags('QA')
@Public()
@Controller('qa/messages')
export class InboxController {
  constructor(private readonly inbox: InboxService) {}

  /** Read the messages that were "sent", the newest first. */
  @Get()
  @ApiErrors(RequestInvalid)
  list(@Query() query: InboxQueryDto): Promise<InboxPageDto> {
    return this.inbox.list(query);
  }

  /** Read the newest message that was sent to somebody. */
  @Get('latest')
  @ApiErrors(RequestInvalid, NoMessageYet)
  latest(@Query() query: LatestQueryDto): Promise<InboxMessageDto> {
    return this.inbox.latest(query.to);
  }

  /** Wait for a message to somebody: answers at once when one is there, else as soon as it is, or says it timed out. */
  @Get('wait')
  @ApiErrors(RequestInvalid)
  wait(@Query() query: WaitQueryDto, @ClientGone() gone: AbortSignal): Promise<WaitResultDto> {
    return this.inbox.wait(query, gone);
  }
}
