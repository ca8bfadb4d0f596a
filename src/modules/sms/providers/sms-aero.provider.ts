import { Injectable } from '@nestjs/common';
import { request } from 'undici';
import { SmsAeroConfig, SmsConfig } from '../../../config/config.js';
import { SmsFailure, type SmsFailureKind } from '../sms.errors.js';
import { type SmsMessage, SmsProvider, type SmsReceipt } from '../sms.provider.js';

interface SmsAeroAnswer {
  readonly success?: unknown;
  readonly data?: unknown;
  readonly message?: unknown;
}

interface SmsAeroMessage {
  readonly id?: unknown;
  readonly status?: unknown;
}

/** Delivery states that say no: 2 is "not delivered", 6 is "rejected". */
const REFUSED_STATES = new Set([2, 6]);

const KIND_OF_STATUS: Partial<Record<number, SmsFailureKind>> = {
  400: 'validation',
  401: 'unauthorized',
  402: 'no_money',
  403: 'unauthorized',
  404: 'address_not_allowed',
  422: 'validation',
  429: 'rate_limited',
};

/** The connection was never made, so the message cannot have been taken. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** SMS Aero, HTTP API v2 (`sms/send`). The API has no idempotency key: a message is handed over once. */
@Injectable()
export class SmsAeroProvider extends SmsProvider {
  readonly timeoutMs: number;
  private readonly url: URL;
  private readonly authorization: string;

  constructor(
    private readonly account: SmsAeroConfig,
    { timeoutMs }: SmsConfig,
  ) {
    super();
    this.timeoutMs = timeoutMs;
    this.url = new URL('sms/send', account.baseUrl);
    this.authorization = `Basic ${Buffer.from(`${account.email}:${account.apiKey}`).toString('base64')}`;
  }

  async send(message: SmsMessage): Promise<SmsReceipt> {
    const { status, answer } = await this.post({
      number: message.to.slice(1),
      text: message.text,
      sign: this.account.sign,
    });
    if (status < 200 || status > 299) throw new SmsFailure(kindOf(status, answer));
    return receiptOf(answer);
  }

  private async post(body: Record<string, string>): Promise<{ status: number; answer: SmsAeroAnswer | undefined }> {
    try {
      const response = await request(this.url, {
        method: 'POST',
        headers: { authorization: this.authorization, 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      return { status: response.statusCode, answer: parseAnswer(await response.body.text()) };
    } catch (error) {
      throw failureOf(error);
    }
  }
}

function parseAnswer(text: string): SmsAeroAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

function kindOf(status: number, answer: SmsAeroAnswer | undefined): SmsFailureKind {
  const kind = KIND_OF_STATUS[status] ?? 'unavailable';
  const names = typeof answer?.data === 'object' && answer.data !== null ? Object.keys(answer.data) : [];
  return kind === 'validation' && names.includes('number') ? 'invalid_number' : kind;
}

/** Taken only when the body says so in every way it can: `success`, an id, and a state that is not a refusal. */
function receiptOf(answer: SmsAeroAnswer | undefined): SmsReceipt {
  if (answer?.success === false) throw new SmsFailure('rejected');
  const { id, status } = messageOf(answer);
  if (answer?.success !== true || (typeof id !== 'number' && typeof id !== 'string'))
    throw new SmsFailure('bad_answer');
  if (REFUSED_STATES.has(Number(status))) throw new SmsFailure('rejected');
  return { providerId: String(id) };
}

/** `data` is one message, or a list of them when several numbers were asked for. */
function messageOf(answer: SmsAeroAnswer | undefined): SmsAeroMessage {
  const data: unknown = Array.isArray(answer?.data) ? answer.data[0] : answer?.data;
  return typeof data === 'object' && data !== null ? data : {};
}

function failureOf(error: unknown): SmsFailure {
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'TimeoutError') return new SmsFailure('timeout', error);
  return new SmsFailure(code && NOT_CONNECTED.has(code) ? 'no_connection' : 'connection_lost', error);
}
