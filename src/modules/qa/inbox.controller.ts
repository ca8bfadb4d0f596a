import { Controller, Delete, Get, HttpCode, Query, UseGuards } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { ClientGone } from '../../common/http/asker.js';
import { RequestInvalid, RequestNotFound, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { IgnoresBody } from '../../platform/http-edge/ignored-bodies.js';
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

/**
 * Public where no `QA_INBOX_TOKEN` is set; else each route needs it as a Bearer token. In production without one there is no inbox, and
 * nothing at its addresses.
 */
@ApiTags('QA')
@Public()
@UseGuards(InboxAccess)
@ApiSecurity('qaInboxToken')
@Controller('qa/messages')
export class InboxController {
  constructor(private readonly inbox: InboxService) {}

  /**
   * Read the messages that were "sent"
   * @remarks
   * Every SMS and e-mail with its text and code, the newest first, in whatever state: what a tester reads instead of a phone. Where
   * `QA_INBOX_TOKEN` is set send that as the Bearer token, not an access token; production has the inbox only with it, and shows only
   * messages to test phones (`TEST_PHONES`). Without the inbox there is nothing at this address.
   *
   * With `q` the newest 500 messages are searched, or as many before `cursor`; `nextCursor` is then null where these hold no more, even if
   * older ones do.
   */
  @Get()
  @ApiErrors(Unauthenticated, RequestInvalid, RequestNotFound)
  listInbox(@Query() query: InboxQueryDto): Promise<InboxPageDto> {
    return this.inbox.list(query);
  }

  /**
   * Read the newest message that was sent to somebody
   * @remarks
   * Only what the provider has taken counts, which in development takes it a second or two. `qa.no_message_yet` means that there is none:
   * use `GET /api/v1/qa/messages/wait` to get it as soon as it is sent, which is what tests want.
   */
  @Get('latest')
  @ApiErrors(Unauthenticated, RequestInvalid, RequestNotFound, NoMessageYet)
  readLatestMessage(@Query() query: LatestQueryDto): Promise<InboxMessageDto> {
    return this.inbox.latest(query.to);
  }

  /**
   * Wait for a message to somebody
   * @remarks
   * Answers at once when a message that was written after `since` (without it, within the last 60 seconds) has been sent, else as soon as one
   * is, or with
   * `message: null` and `timedOut: true` when `timeout` seconds are over: at most 30, so give the client a longer timeout, and ask again.
   * Of several messages it answers the newest. A test that asks for a second code takes the time before as `since`, or gets the first again.
   */
  @Get('wait')
  @ApiErrors(Unauthenticated, RequestInvalid, RequestNotFound)
  waitForMessage(@Query() query: WaitQueryDto, @ClientGone() gone: AbortSignal): Promise<WaitResultDto> {
    return this.inbox.wait(query, gone);
  }

  /**
   * Empty the inbox of somebody
   * @remarks
   * The messages to this recipient forget to whom they went and what they said; what became of each stays in `GET /api/v1/messages`. A message
   * that is still on its way is sent, and shown until it is. Codes that were read stay valid.
   * Emptying an inbox that is empty answers 204 too.
   */
  @Delete()
  @HttpCode(204)
  @IgnoresBody()
  @ApiErrors(Unauthenticated, RequestInvalid, RequestNotFound)
  clearInbox(@Query() { to }: LatestQueryDto): Promise<void> {
    return this.inbox.clear(to);
  }
}
