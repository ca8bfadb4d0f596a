import { Injectable } from '@nestjs/common';
import { EmailConfig } from '../../../config/config.js';
import { type EmailMessage, EmailProvider, type EmailReceipt } from '../email.provider.js';
import { messageIdOf } from '../mail.js';

/** For development: prints the text part. Production refuses it. */
@Injectable()
export class ConsoleEmailProvider extends EmailProvider {
  readonly timeoutMs: number;

  constructor(private readonly config: EmailConfig) {
    super();
    this.timeoutMs = config.timeoutMs;
  }

  send(message: EmailMessage): Promise<EmailReceipt> {
    if (!this.config.consoleQuiet) print(message);
    return Promise.resolve({ providerId: messageIdOf(message, this.config.from) });
  }
}

function print({ to, subject, text }: EmailMessage): void {
  console.log(`\n  E-mail to ${to}: ${subject}\n  | ${text.replaceAll('\n', '\n  | ')}\n`);
}
