import { Module } from '@nestjs/common';
import { AccountModule } from '../account/account.module.js';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { LoginModule } from '../login/login.module.js';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { PageMemoryModule } from '../page-memory/page-memory.module.js';
import { BrowserController } from './browser.controller.js';
import { BrowserForms } from './browser-forms.service.js';
import { SignInController } from './sign-in.controller.js';
import { SignInForms } from './sign-in-forms.service.js';
import { SignInPages } from './sign-in-pages.service.js';

/** The pages of whoever is not signed in yet, and what stands on every page. */
@Module({
  imports: [PageAccessModule, PageMemoryModule, AddressesModule, AuthModule, LoginModule, AccountModule],
  controllers: [SignInController, BrowserController],
  providers: [SignInPages, SignInForms, BrowserForms],
})
export class SignInPagesModule {}
