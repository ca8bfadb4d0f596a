import fc from 'fast-check';
import { SmsFailure, type SmsFailureKind } from '../sms.errors.js';
import { accountIn, deliveryIn, receiptIn } from './sms-aero.answers.js';

const reply = (body: unknown, status = 200) => ({ status, headers: {}, text: JSON.stringify(body) });
const success = (data: unknown) => reply({ success: true, data, message: null });

function kindOf(read: () => unknown): SmsFailureKind | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof SmsFailure) return error.kind;
    throw error;
  }
}

describe('A message is taken', () => {
  it.each([
    ['a number', 12345, '12345'],
    ['text', '12345', '12345'],
    ['zero', 0, '0'],
    ['letters', 'b1f2-77', 'b1f2-77'],
  ])('when its id is %s', (_, id, providerId) => {
    expect(receiptIn(success({ id, status: 0 }))).toEqual({ providerId });
    expect(receiptIn(success([{ id, status: 0 }]))).toEqual({ providerId });
  });

  it('in states that nobody has heard of, and without one', () => {
    for (const state of [{ status: 77 }, { status: 'new' }, { status: null }, { extendStatus: 'soon' }, {}])
      expect(receiptIn(success({ id: 1, ...state }))).toEqual({ providerId: '1' });
  });

  it.each([[undefined], [null], [''], ['a b'], ['x'.repeat(65)], [1.5], [2 ** 53], [true], [{}]])(
    'by no id that could not be asked for: %p',
    (id) => {
      expect(kindOf(() => receiptIn(success({ id, status: 0 })))).toBe('bad_answer');
    },
  );

  it('only by a status of 2xx, `success` and a message together', () => {
    const message = { id: 1, status: 0 };
    expect(kindOf(() => receiptIn(reply({ success: true, data: message }, 201)))).toBeUndefined();
    expect(kindOf(() => receiptIn(reply({ success: true, data: message }, 302)))).toBe('unavailable');
    expect(kindOf(() => receiptIn(reply({ success: 'true', data: message })))).toBe('bad_answer');
    expect(kindOf(() => receiptIn(reply({ success: 1, data: message })))).toBe('bad_answer');
    for (const data of [null, [], [null], 'text', 5]) expect(kindOf(() => receiptIn(success(data)))).toBe('bad_answer');
  });

  it.each([{ status: 2 }, { status: 6 }, { status: '6' }, { extendStatus: 'reject' }, { extendStatus: 'undelivered' }])(
    'not in a state that is a refusal: %p',
    (state) => {
      expect(kindOf(() => receiptIn(success({ id: 1, ...state })))).toBe('rejected');
    },
  );
});

describe('A refusal in words', () => {
  it.each<[string, SmsFailureKind]>([
    ['Not enough money', 'no_money'],
    ['Not enough credits', 'no_money'],
    ['Your request was made with invalid credentials.', 'unauthorized'],
    ['incorrect user or password', 'unauthorized'],
    ['Invalid ip-address', 'address_not_allowed'],
    ['Too many requests', 'rate_limited'],
    ['Incorrect number', 'invalid_number'],
    ['Validation error.', 'validation'],
    ['Rejected by moderation', 'rejected'],
    ['Please ship it', 'rejected'],
    ['', 'rejected'],
  ])('is understood: %p', (message, kind) => {
    expect(kindOf(() => receiptIn(reply({ success: false, data: null, message })))).toBe(kind);
    expect(kindOf(() => receiptIn(reply({ result: 'reject', reason: message }, 503)))).toBe(kind);
  });

  it('is not what repeats the number of the message', () => {
    const body = { success: false, data: { id: 1, number: '79031234567' }, message: 'Not enough money' };
    expect(kindOf(() => receiptIn(reply(body)))).toBe('no_money');
  });

  it('does not hide what the status says', () => {
    expect(kindOf(() => receiptIn(reply({ success: false, message: 'number' }, 401)))).toBe('unauthorized');
    expect(kindOf(() => receiptIn(reply({ success: false, message: 'Not enough money' }, 500)))).toBe('unavailable');
  });
});

describe('The delivery of a message', () => {
  it.each([
    [{ status: 1 }, 'delivered'],
    [{ status: '1' }, 'delivered'],
    [{ status: 0, extendStatus: 'delivery' }, 'on_its_way'],
    [{ status: 5, extendStatus: 'delivery' }, 'delivered'],
    [{ extendStatus: 'delivery' }, 'delivered'],
    [{ status: '', extendStatus: 'reject' }, 'undelivered'],
    [{ status: null }, 'on_its_way'],
    [{ status: [1] }, 'on_its_way'],
    [{ status: 'toString', extendStatus: 'constructor' }, 'on_its_way'],
    [{}, 'on_its_way'],
  ])('reads %p as %s', (state, delivery) => {
    expect(deliveryIn(success({ id: 7, cost: '5.49', ...state }), '7')).toBe(delivery);
    expect(deliveryIn(success({ id: '7', ...state }), '7')).toBe(delivery);
    expect(deliveryIn(success([{ ...state }]), '7')).toBe(delivery);
  });

  it('is not that of another message', () => {
    expect(kindOf(() => deliveryIn(success({ id: 8, status: 1 }), '7'))).toBe('bad_answer');
    expect(kindOf(() => deliveryIn(success(null), '7'))).toBe('bad_answer');
  });
});

describe('Any answer whatever', () => {
  const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(0, 1, 2, 6, '1', 'reject', 'no credits', true, false, null));
  const message = fc.record(
    { id: odd, status: odd, extendStatus: odd, balance: odd, number: odd },
    { requiredKeys: [] },
  );
  const answer = fc.record(
    { success: odd, data: fc.oneof(message, fc.array(message), odd), message: odd, result: odd, reason: odd },
    { requiredKeys: [] },
  );
  const texts = fc.oneof(
    answer.map((body) => JSON.stringify(body)),
    fc.string(),
    fc.json(),
  );

  it('is read, or fails as failures do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), texts, (status, text) => {
        const given = { status, headers: { 'retry-after': text, date: text }, text };
        for (const read of [receiptIn, accountIn, () => deliveryIn(given, '1')]) kindOf(() => read(given));
      }),
      { numRuns: 2_000 },
    );
  });
});
