import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { DevicesController } from './devices.controller.js';
import { DevicesService } from './devices.service.js';

/** Where a person is signed in. */
@Module({
  imports: [SessionsModule, AuditModule],
  controllers: [DevicesController],
  providers: [DevicesService],
  exports: [DevicesService],
})
export class DevicesModule {}
