import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SmsConfig } from '../../../config/config.js';
import { SmsFailure } from '../sms.errors.js';
import { type SmsAccount, type SmsDelivery, type SmsMessage, SmsProvider, type SmsReceipt } from '../sms.provider.js';

/** By the last digits of a phone: how to see in development what else may become of a message. */
const MAGIC = { refused: '0009001', hangs: '0009002', undelivered: '0009003', unreachable: '0009004' };
/** How many attempts meet no connection where there shall be none. */
const UNREACHABLE_ATTEMPTS = 2;
const REMEMBERED = 1_000;

/** For development: takes its time as a real gateway does and prints the text. Production refuses it. */
@Injectable()
export class ConsoleSmsProvider extends SmsProvider {
  readonly timeoutMs: number;
  readonly reportsDelivery = true;
  /** Attempts that met no connection, by message; the oldest are forgotten. */
  private readonly attempts = new Map<string, number>();

  constructor(private readonly config: SmsConfig) {
    super();
    this.timeoutMs = config.timeoutMs;
  }

  async send(message: SmsMessage): Promise<SmsReceipt> {
    const [least, most] = this.config.consoleDelayMs;
    await wait(randomInt(least, most + 1));
    await this.fail(message);
    this.print(message);
    const fate: SmsDelivery = message.to.endsWith(MAGIC.undelivered) ? 'undelivered' : 'delivered';
    return { providerId: `${fate}.${randomUUID()}` };
  }

  /** The id tells it, because another process may be asked than took the message. */
  deliveryOf(providerId: string): Promise<SmsDelivery> {
    return Promise.resolve(providerId.startsWith('undelivered.') ? 'undelivered' : 'delivered');
  }

  account(): Promise<SmsAccount> {
    return Promise.resolve({});
  }

  private async fail({ id, to }: SmsMessage): Promise<void> {
    if (to.endsWith(MAGIC.refused)) throw new SmsFailure('invalid_number');
    if (to.endsWith(MAGIC.unreachable) && this.isUnreachableFor(id)) throw new SmsFailure('no_connection');
    if (!to.endsWith(MAGIC.hangs)) return;
    await wait(this.timeoutMs);
    throw new SmsFailure('timeout');
  }

  private isUnreachableFor(id: string): boolean {
    const before = this.attempts.get(id) ?? 0;
    this.attempts.delete(id);
    if (before === UNREACHABLE_ATTEMPTS) return false;
    this.attempts.set(id, before + 1);
    const [oldest] = this.attempts.keys();
    if (this.attempts.size > REMEMBERED && oldest !== undefined) this.attempts.delete(oldest);
    return true;
  }

  private print({ to, text }: SmsMessage): void {
    if (!this.config.consoleQuiet) console.log(`\n  SMS to ${to}\n  | ${text.replaceAll('\n', '\n  | ')}\n`);
  }
}
