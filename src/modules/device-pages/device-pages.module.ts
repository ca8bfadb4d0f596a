import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { DevicesModule } from '../devices/devices.module.js';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { PageMemoryModule } from '../page-memory/page-memory.module.js';
import { AgainController } from './again.controller.js';
import { AgainForms } from './again-forms.service.js';
import { DeviceForms } from './device-forms.service.js';
import { DevicePagesController } from './device-pages.controller.js';

/** The pages on which somebody sees where they are signed in, and signs in anew. */
@Module({
  imports: [PageAccessModule, PageMemoryModule, DevicesModule, AuthModule],
  controllers: [DevicePagesController, AgainController],
  providers: [DeviceForms, AgainForms],
})
export class DevicePagesModule {}
