import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SendingModule } from '../sending/sending.module.js';
import { SendingDeskController } from './sending-desk.controller.js';
import { SendingDesk } from './sending-desk.service.js';

/** The switch for SMS, as administrators turn it. */
@Module({
  imports: [SendingModule, AuditModule],
  controllers: [SendingDeskController],
  providers: [SendingDesk],
  exports: [SendingDesk],
})
export class SendingDeskModule {}
