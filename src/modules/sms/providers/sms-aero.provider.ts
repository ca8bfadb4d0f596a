import { Injectable } from '@nestjs/common';
import { SmsAeroConfig, SmsConfig } from '../../../config/config.js';
import { type SmsAccount, type SmsDelivery, type SmsMessage, SmsProvider, type SmsReceipt } from '../sms.provider.js';
import { accountIn, deliveryIn, receiptIn } from './sms-aero.answers.js';
import { SmsAeroClient } from './sms-aero.client.js';

/** Ids that the gateway made are numbers, and are asked for as such. */
const NUMBER = /^\d{1,15}$/;

/** SMS Aero, HTTP API v2. It has no idempotency key: a message is handed over once. */
@Injectable()
export class SmsAeroProvider extends SmsProvider {
  readonly timeoutMs: number;
  readonly reportsDelivery = true;
  private readonly client: SmsAeroClient;
  private readonly sign: string;

  constructor(account: SmsAeroConfig, { timeoutMs }: SmsConfig) {
    super();
    this.timeoutMs = timeoutMs;
    this.sign = account.sign;
    this.client = new SmsAeroClient(account, timeoutMs);
  }

  async send({ to, text, callbackUrl }: SmsMessage): Promise<SmsReceipt> {
    const report = callbackUrl === undefined ? {} : { callbackUrl, callbackFormat: 'JSON' };
    return receiptIn(await this.client.ask('sms/send', { number: to.slice(1), text, sign: this.sign, ...report }));
  }

  async deliveryOf(providerId: string): Promise<SmsDelivery> {
    const id = NUMBER.test(providerId) ? Number(providerId) : providerId;
    return deliveryIn(await this.client.ask('sms/status', { id }), providerId);
  }

  async account(): Promise<SmsAccount> {
    return accountIn(await this.client.ask('balance', {}));
  }
}
