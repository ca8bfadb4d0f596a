import { SmsFailure, type SmsFailureKind } from '../../src/modules/sms/sms.errors.js';
import type { SmsAccount, SmsDelivery, SmsMessage, SmsReceipt } from '../../src/modules/sms/sms.provider.js';
import { SmsProvider } from '../../src/modules/sms/sms.provider.js';

const KINDS: Partial<Record<number, SmsFailureKind>> = { 401: 'unauthorized', 402: 'no_money', 422: 'invalid_number' };
const NEVER_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

export class AcmeSmsProvider extends SmsProvider {
  readonly reportsDelivery = true;

  constructor(
    private readonly gateway: { readonly url: string; readonly key: string },
    readonly timeoutMs: number,
  ) {
    super();
  }

  async send({ id, to, text }: SmsMessage): Promise<SmsReceipt> {
    const taken = await this.ask<{ id: string }>('/messages', { id, to, text });
    return { providerId: taken.id };
  }

  async deliveryOf(providerId: string): Promise<SmsDelivery> {
    const { state } = await this.ask<{ state: string }>(`/messages/${providerId}`);
    return state === 'delivered' || state === 'undelivered' ? state : 'on_its_way';
  }

  async account(): Promise<SmsAccount> {
    const { balance } = await this.ask<{ balance: number }>('/account');
    return { balance };
  }

  /** Once; the courier alone decides on another attempt. An answer that cannot be read may be that to a message that was taken. */
  private async ask<Answer>(path: string, message?: object): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.gateway.key}`, 'content-type': 'application/json' };
    const body = message && { method: 'POST', body: JSON.stringify(message) };
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const answer = await fetch(this.gateway.url + path, { headers, signal, ...body });
      if (!answer.ok) throw new SmsFailure(KINDS[answer.status] ?? 'unavailable');
      return (await answer.json()) as Answer;
    } catch (error) {
      throw error instanceof SmsFailure ? error : new SmsFailure(signal.aborted ? 'timeout' : kindOf(error));
    }
  }
}

function kindOf(error: unknown): SmsFailureKind {
  const code = (error as { cause?: { code?: string } }).cause?.code;
  return code !== undefined && NEVER_CONNECTED.includes(code) ? 'no_connection' : 'connection_lost';
}
