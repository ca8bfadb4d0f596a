import { Module } from '@nestjs/common';
import { SendingNumbers } from './sending-numbers.js';
import { SendingService } from './sending.service.js';
import { TransportBreaker } from './transport-breaker.service.js';

/** Whether messages are sent at all: the switch of operators and the breaker of the transport. */
@Module({ providers: [SendingService, SendingNumbers, TransportBreaker], exports: [SendingService, TransportBreaker] })
export class SendingModule {}
