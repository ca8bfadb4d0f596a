import { Module, type Type } from '@nestjs/common';
import { EmailConfig } from '../../config/config.js';
import { EmailProvider } from './email.provider.js';
import { AbsentEmailProvider } from './providers/absent-email.provider.js';
import { ConsoleEmailProvider } from './providers/console-email.provider.js';

/** Those that bring nodemailer are loaded where they are chosen only. */
const PROVIDERS: Record<EmailConfig['provider'], () => Type<EmailProvider> | Promise<Type<EmailProvider>>> = {
  none: () => AbsentEmailProvider,
  console: () => ConsoleEmailProvider,
  file: async () => (await import('./providers/file-email.provider.js')).FileEmailProvider,
  smtp: async () => (await import('./providers/smtp-email.provider.js')).SmtpEmailProvider,
};

@Module({
  providers: [
    {
      provide: EmailProvider,
      inject: [EmailConfig],
      useFactory: async (config: EmailConfig) => {
        const Chosen = await PROVIDERS[config.provider]();
        return new Chosen(config);
      },
    },
  ],
  exports: [EmailProvider],
})
export class EmailModule {}
