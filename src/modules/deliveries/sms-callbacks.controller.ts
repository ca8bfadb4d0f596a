import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { ServiceUnavailable } from '../../common/http/http.errors.js';
import { NeverAnswers } from '../../common/http/problem.js';
import { IgnoresBody } from '../../platform/http-edge/ignored-bodies.js';
import { SmsCallbacks } from './sms-callbacks.service.js';

const TOKEN_PARAMETER = {
  name: 'token',
  description:
    'The id of the message with a seal of this service: 43 characters of base64url. Anything else is no message’s.',
  schema: { type: 'string', minLength: 1, maxLength: 128, example: 'AZIMnitBfhCMIm1-j5AaK7q0w1rT9cGAkV5x2mJq0uY' },
} as const;

@ApiTags('Messages')
@Controller('sms/callbacks/sms-aero')
export class SmsCallbacksController {
  constructor(private readonly callbacks: SmsCallbacks) {}

  /**
   * Take a hint from SMS Aero that a message has another state
   * @remarks
   * For SMS Aero, which is told this address with every message; nobody else has a need of it. The token names the message and is sealed, so
   * one that is made up does nothing and never reaches the database.
   * The body is not read, whatever it is, and nothing in it is believed: the state is asked from SMS Aero soon after, and shows in
   * `GET /api/v1/messages`. The answer is 200 whether the token is known or not, and comes before that.
   */
  @Post(':token')
  @HttpCode(200)
  @Public()
  @IgnoresBody()
  @ApiParam(TOKEN_PARAMETER)
  @ApiOkResponse({ description: 'Heard; there is no body.' })
  @NeverAnswers(ServiceUnavailable)
  receiveSmsAeroCallback(@Param('token') token: string): void {
    this.callbacks.hint(token);
  }
}
