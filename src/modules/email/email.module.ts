import { Module, type Type } from '@nestjs/common';
import { EmailConfig } from '../../config/config.js';
import { EmailProvider } from './email.provider.js';
import { AbsentEmailProvider } from './providers/absent-email.provider.js';
import { ConsoleEmailProvider } from './providers/console-email.provider.js';
import { FileEmailProvider } from './providers/file-email.provider.js';
import { SmtpEmailProvider } from './providers/smtp-email.provider.js';

const PROVIDERS: Record<EmailConfig['provider'], Type<EmailProvider>> = {
  none: AbsentEmailProvider,
  console: ConsoleEmailProvider,
  file: FileEmailProvider,
  smtp: SmtpEmailProvider,
};

@Module({
  providers: [
    {
      provide: EmailProvider,
      inject: [EmailConfig],
      useFactory: (config: EmailConfig) => new PROVIDERS[config.provider](config),
    },
  ],
  exports: [EmailProvider],
})
export class EmailModule {}
