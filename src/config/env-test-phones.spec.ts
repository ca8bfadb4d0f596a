import { mistakesOf } from '../../test/support/mistakes.js';
import { loadConfig } from './env.js';

const REQUIRED = {
  DATABASE_URL: 'postgres://latchkey:pass@db:5432/latchkey',
  APP_SECRET: 'J7v1x0Tq9ZbXr4LmWc2sYd8KfHg5NpUe',
};
const PRODUCTION = {
  ...REQUIRED,
  NODE_ENV: 'production',
  OPS_TOKEN: 'ops-9f3kd82ndk20dm',
  PUBLIC_URL: 'https://id.example.org',
  SMS_PROVIDER: 'sms-aero',
  SMS_AERO_EMAIL: 'team@example.org',
  SMS_AERO_API_KEY: 'aero-key-1',
};
const UNTIL = { TEST_PHONES_UNTIL: '2030-01-31' };

const testPhonesOf = (settings: Record<string, string>) => loadConfig({ ...REQUIRED, ...settings }).testPhones;
const daysAhead = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

const mistakesWith = (settings: NodeJS.ProcessEnv) => mistakesOf({ ...REQUIRED, ...settings });

describe('Test phones', () => {
  it('are none unless they are named', () => {
    expect(testPhonesOf({})).toEqual({ codes: new Map(), until: undefined });
    expect(testPhonesOf(UNTIL).codes.size).toBe(0);
  });

  it('have a code each, and an end', () => {
    const TEST_PHONES = ' +79990000001:111111, +7 (999) 000-00-02 : 00451208 ,';
    expect(testPhonesOf({ TEST_PHONES, ...UNTIL })).toEqual({
      codes: new Map([
        ['+79990000001', '111111'],
        ['+79990000002', '00451208'],
      ]),
      until: new Date('2030-01-31T00:00:00Z'),
    });
  });

  it('end at a moment where one is named', () => {
    const until = (TEST_PHONES_UNTIL: string) => testPhonesOf({ TEST_PHONES_UNTIL }).until;
    expect(until('2030-01-31T18:30:00Z')).toEqual(new Date('2030-01-31T18:30:00Z'));
    expect(until('2030-01-31T18:30+03:00')).toEqual(new Date('2030-01-31T15:30:00Z'));
  });

  it('are of the regions that are served', () => {
    const TEST_PHONES = '+4915123456789:824613';
    expect(mistakesWith({ TEST_PHONES, ...UNTIL })).toHaveLength(1);
    expect(testPhonesOf({ TEST_PHONES, ...UNTIL, SMS_REGIONS: 'RU,DE' }).codes.size).toBe(1);
  });

  it('need an end everywhere', () => {
    expect(mistakesWith({ TEST_PHONES: '+79990000001:824613' })).toEqual([
      'TEST_PHONES_UNTIL is not set: TEST_PHONES need a date from which their codes are dead. Write one, such as 2030-01-31.',
    ]);
  });

  it.each(['soon', '2030-02-30', '2030-01-31T18:30:00', '31.01.2030', '2030', '2030-01-31T18Z', '2030-01-31T18:00.5Z'])(
    'end at no mistake: %s',
    (date) => {
      expect(mistakesWith({ TEST_PHONES_UNTIL: date })).toEqual([
        'TEST_PHONES_UNTIL is no date: write a day, such as 2030-01-31, or a moment, such as 2030-01-31T18:00:00Z.',
      ]);
    },
  );

  it('end within 90 days in production, which starts also when they have ended', () => {
    const inProduction = (TEST_PHONES_UNTIL: string) =>
      mistakesWith({ ...PRODUCTION, TEST_PHONES: '+79990000001:824613', TEST_PHONES_UNTIL });
    expect(inProduction(daysAhead(89.9))).toEqual([]);
    expect(inProduction(daysAhead(-1))).toEqual([]);
    expect(inProduction(daysAhead(90.1))).toEqual([
      'TEST_PHONES_UNTIL is more than 90 days ahead, which production refuses: write an earlier date, and a later one when it has come.',
    ]);
    expect(mistakesWith({ TEST_PHONES_UNTIL: daysAhead(900) })).toEqual([]);
  });

  it.each([
    ['79990000001:135792', 'item 1 of 1 has no phone that can exist, with + and the country code'],
    ['+79990000001:135792,+7999:135792', 'item 2 of 2 has no phone that can exist, with + and the country code'],
    ['+74951234567:135792', 'item 1 of 1 has no mobile phone of SMS_REGIONS'],
    ['+79990000001', 'item 1 of 1 has no code of 6 to 8 digits'],
    ['+79990000001:13579', 'item 1 of 1 has no code of 6 to 8 digits'],
    ['+79990000001:135792824', 'item 1 of 1 has no code of 6 to 8 digits'],
    ['+79990000001:135792:135792', 'item 1 of 1 has no code of 6 to 8 digits'],
    ['+79990000001:13579a', 'item 1 of 1 has no code of 6 to 8 digits'],
    ['+79990000001:135792,+7 999 000 00 01:135793', 'item 2 of 2 repeats a phone'],
    ['+79121234567:135792', 'item 1 of 1 is ADMIN_PHONE, which no code that others know may open'],
  ])('hold no mistake, and none shows a code: %s', (TEST_PHONES, mistake) => {
    const mistakes = mistakesWith({ TEST_PHONES, ...UNTIL, ADMIN_PHONE: '8 912 123-45-67' });
    expect(mistakes).toEqual([`TEST_PHONES: ${mistake}. Write them as +79990000001:824613,…`]);
  });
});
