import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SmsConfig } from '../../../config/config.js';
import { type SmsMessage, SmsProvider, type SmsReceipt } from '../sms.provider.js';

/** For development: takes its time as a real gateway does and prints the text. Production refuses it. */
@Injectable()
export class ConsoleSmsProvider extends SmsProvider {
  readonly timeoutMs: number;

  constructor(private readonly config: SmsConfig) {
    super();
    this.timeoutMs = config.timeoutMs;
  }

  async send(message: SmsMessage): Promise<SmsReceipt> {
    const [least, most] = this.config.consoleDelayMs;
    await wait(randomInt(least, most + 1));
    this.print(message);
    return { providerId: randomUUID() };
  }

  private print({ to, text }: SmsMessage): void {
    if (!this.config.consoleQuiet) console.log(`\n  SMS to ${to}\n  | ${text.replaceAll('\n', '\n  | ')}\n`);
  }
}
