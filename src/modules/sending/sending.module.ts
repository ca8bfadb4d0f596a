import { Module } from '@nestjs/common';
import { SendingService } from './sending.service.js';
import { TransportBreaker } from './transport-breaker.service.js';

/** Whether messages are sent at all: the switch of operators and the breaker of the transport. */
@Module({ providers: [SendingService, TransportBreaker], exports: [SendingService, TransportBreaker] })
export class SendingModule {}
