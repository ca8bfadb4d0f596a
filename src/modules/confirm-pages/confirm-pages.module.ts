import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { PageMemoryModule } from '../page-memory/page-memory.module.js';
import { QaModule } from '../qa/qa.module.js';
import { ConfirmController } from './confirm.controller.js';
import { ConfirmForm } from './confirm-form.service.js';
import { ConfirmPage } from './confirm-page.service.js';

/** The page on which a code is typed, whatever it is for. */
@Module({})
export class ConfirmPagesModule {
  /** @param inbox whether the message inbox is served: then the page shows its own message */
  static for({ inbox }: { readonly inbox: boolean }): DynamicModule {
    return {
      module: ConfirmPagesModule,
      imports: [
        PageAccessModule,
        PageMemoryModule,
        AuthModule,
        CredentialsModule,
        ContactsModule,
        MessagesModule,
        ...(inbox ? [QaModule] : []),
      ],
      controllers: [ConfirmController],
      providers: [ConfirmPage, ConfirmForm],
    };
  }
}
