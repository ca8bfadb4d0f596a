import { SmsFailure, type SmsFailureKind } from '../sms.errors.js';
import type { SmsAccount, SmsDelivery, SmsReceipt } from '../sms.provider.js';
import type { SmsAeroReply } from './sms-aero.client.js';
import { retryAfterSecondsOf } from './retry-after.js';

type Fields = Readonly<Record<string, unknown>>;

const KIND_OF_STATUS: Partial<Record<number, SmsFailureKind>> = {
  400: 'validation',
  401: 'unauthorized',
  402: 'no_money',
  403: 'unauthorized',
  // "Invalid ip-address"; it is also what a wrong base URL meets.
  404: 'address_not_allowed',
  422: 'validation',
  429: 'rate_limited',
};

/** What a refusal in words is about, for those that come with a status that does not say it. */
const KINDS_OF_WORDS: readonly (readonly [RegExp, SmsFailureKind])[] = [
  [/\bmoney\b|\bcredits?\b|\bbalance\b|\bfunds\b/i, 'no_money'],
  [/\bcredentials?\b|\bpassword\b|\bunauthori[sz]ed\b|\bapi[ -]?key\b/i, 'unauthorized'],
  [/\bip\b/i, 'address_not_allowed'],
  [/\btoo (many|often)\b|\brate limit/i, 'rate_limited'],
  [/\b(number|phone|destination)\b/i, 'invalid_number'],
  [/\bvalidation\b/i, 'validation'],
];

/** 0 queued, 1 delivered, 2 not delivered, 3 handed to the operator, 4 waiting for its word, 6 rejected, 8 moderation. */
const DELIVERY_OF_STATE: Partial<Record<number, SmsDelivery>> = {
  0: 'on_its_way',
  1: 'delivered',
  2: 'undelivered',
  3: 'on_its_way',
  4: 'on_its_way',
  6: 'undelivered',
  8: 'on_its_way',
};
const DELIVERY_OF_WORD = new Map<unknown, SmsDelivery>([
  ['delivery', 'delivered'],
  ['undelivered', 'undelivered'],
  ['reject', 'undelivered'],
]);

/**
 * Taken only when the answer says so in every way it can: its status, `success`, an id, and a state that is no refusal.
 * @throws SmsFailure
 */
export function receiptIn(reply: SmsAeroReply): SmsReceipt {
  const message = messageIn(confirmed(reply));
  if (deliveryOf(message) === 'undelivered') throw new SmsFailure('rejected');
  const providerId = idOf(message);
  if (providerId === undefined) throw new SmsFailure('bad_answer');
  return { providerId };
}

/**
 * What the answer tells of the message that was asked about; of another one it tells nothing.
 * @throws SmsFailure
 */
export function deliveryIn(reply: SmsAeroReply, providerId: string): SmsDelivery {
  const message = messageIn(confirmed(reply));
  if ((idOf(message) ?? providerId) !== providerId) throw new SmsFailure('bad_answer');
  return deliveryOf(message);
}

/** @throws SmsFailure */
export function accountIn(reply: SmsAeroReply): SmsAccount {
  const balance = numberIn(fieldsOf(confirmed(reply).data)?.balance);
  if (balance === undefined) throw new SmsFailure('bad_answer');
  return { balance };
}

function confirmed(reply: SmsAeroReply): Fields {
  const answer = parse(reply.text) ?? {};
  const kind = refusalIn(reply.status, answer);
  if (kind === 'rate_limited') throw new SmsFailure(kind, { retryAfterSeconds: retryAfterSecondsOf(reply.headers) });
  if (kind !== undefined) throw new SmsFailure(kind);
  if (answer.success !== true) throw new SmsFailure('bad_answer');
  return answer;
}

function refusalIn(status: number, answer: Fields): SmsFailureKind | undefined {
  const ofV1 = refusalOfV1(answer);
  if (ofV1 !== undefined) return ofV1;
  if (status < 200 || status > 299) return refusalOfStatus(status, answer);
  return answer.success === false ? (kindInWords(answer) ?? 'rejected') : undefined;
}

function refusalOfStatus(status: number, answer: Fields): SmsFailureKind {
  const kind = KIND_OF_STATUS[status] ?? 'unavailable';
  return kind === 'validation' ? (kindInWords(answer) ?? kind) : kind;
}

/** Bodies of the first version of the API, `{"result":"reject","reason":"…"}` and `{"result":"no credits"}`, still occur. */
function refusalOfV1({ result, reason }: Fields): SmsFailureKind | undefined {
  if (result === 'no credits') return 'no_money';
  return result === 'reject' ? (kindOfWords(reason) ?? 'rejected') : undefined;
}

/** A validation error names the fields, each with a list of what is wrong with it. */
function kindInWords({ message, data }: Fields): SmsFailureKind | undefined {
  const wrong = fieldsOf(data) ?? {};
  if (Array.isArray(wrong.number) || Array.isArray(wrong.numbers)) return 'invalid_number';
  return kindOfWords(message);
}

function kindOfWords(text: unknown): SmsFailureKind | undefined {
  return typeof text === 'string' ? KINDS_OF_WORDS.find(([words]) => words.test(text))?.[1] : undefined;
}

/** `data` is one message, or a list of them when several numbers were asked for. */
function messageIn({ data }: Fields): Fields {
  const message = fieldsOf(Array.isArray(data) ? data[0] : data);
  if (!message) throw new SmsFailure('bad_answer');
  return message;
}

function deliveryOf({ status, extendStatus }: Fields): SmsDelivery {
  return DELIVERY_OF_STATE[numberIn(status) ?? -1] ?? DELIVERY_OF_WORD.get(extendStatus) ?? 'on_its_way';
}

/** Numbers come as numbers in some answers and as strings in others. */
function idOf({ id }: Fields): string | undefined {
  const known = typeof id === 'number' ? Number.isSafeInteger(id) : typeof id === 'string' && /^\S{1,64}$/.test(id);
  return known ? String(id) : undefined;
}

function numberIn(value: unknown): number | undefined {
  const written = typeof value === 'string' && /^-?\d{1,12}(\.\d{1,6})?$/.test(value) ? Number(value) : value;
  return typeof written === 'number' && Number.isFinite(written) ? written : undefined;
}

function parse(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
