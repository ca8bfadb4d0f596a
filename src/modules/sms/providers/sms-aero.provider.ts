import { Injectable } from '@nestjs/common';
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
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** SMS Aero, HTTP API v2 (`sms/send`). The API has no idempotency key: a message is handed over once. */
@Injectable()
export class SmsAeroProvider extends SmsProvider {
  private readonly url: URL;
  private readonly authorization: string;

  constructor(
    private readonly account: SmsAeroConfig,
    private readonly config: SmsConfig,
  ) {
    super();
    this.url = new URL('sms/send', account.baseUrl);
    this.authorization = `Basic ${Buffer.from(`${account.email}:${account.apiKey}`).toString('base64')}`;
  }

  async send(message: SmsMessage): Promise<SmsReceipt> {
    const response = await this.post({ number: message.to.slice(1), text: message.text, sign: this.account.sign });
    const answer = await readAnswer(response);
    if (!response.ok) throw new SmsFailure(kindOf(response.status, answer));
    return receiptOf(answer);
  }

  private async post(body: Record<string, string>): Promise<Response> {
    try {
      return await fetch(this.url, {
        method: 'POST',
        headers: { authorization: this.authorization, 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(this.config.timeoutMs),
      });
    } catch (error) {
      throw failureOf(error);
    }
  }
}

async function readAnswer(response: Response): Promise<SmsAeroAnswer | undefined> {
  try {
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw failureOf(error);
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
  const message: SmsAeroMessage | undefined = Array.isArray(answer?.data) ? answer.data[0] : answer?.data;
  const id = message?.id;
  if (answer?.success !== true || (typeof id !== 'number' && typeof id !== 'string')) throw new SmsFailure('bad_answer');
  if (REFUSED_STATES.has(Number(message?.status))) throw new SmsFailure('rejected');
  return { providerId: String(id) };
}

function failureOf(error: unknown): SmsFailure {
  if (error instanceof Error && error.name === 'TimeoutError') return new SmsFailure('timeout', error);
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new SmsFailure(NOT_CONNECTED.has(code) ? 'no_connection' : 'connection_lost', error);
}
