import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { IgnoresBody } from '../../platform/http-edge/ignored-bodies.js';
import { SmsCallbacks } from './sms-callbacks.service.js';

@ApiTags('Messages')
@Controller('sms/callbacks/sms-aero')
export class SmsCallbacksController {
  constructor(private readonly callbacks: SmsCallbacks) {}

  /** Hear from SMS Aero that a message has another state. Whatever is sent here, of whatever type, is not read, and the answer is always 200. */
  @Post(':token')
  @HttpCode(200)
  @Public()
  @IgnoresBody()
  receiveSmsAeroCallback(@Param('token') token: string): void {
    this.callbacks.hint(token);
  }
}
