import { APP_CONFIG } from '../../../../test/support/app-config.js';
import type { Contact } from '../../../common/contact.js';
import type { DomainError } from '../../../common/domain-error.js';
import { PasswordPolicy } from './password-policy.service.js';

const policy = new PasswordPolicy(APP_CONFIG);

const PHONE: Contact = { channel: 'sms', value: '+79123456789' };
const EMAIL: Contact = { channel: 'email', value: 'anna.petrova+shop@example.com' };
const ANNA = { contacts: [PHONE, EMAIL], names: ['Anna-Maria', 'Smirnova', null, 'anya_s'] };

/** The rule that refuses the password, undefined when none does. */
async function ruleAgainst(password: string, person: Partial<typeof ANNA> = {}): Promise<string | undefined> {
  try {
    await policy.check(password, { field: 'newPassword', ...person });
    return undefined;
  } catch (error) {
    const [first] = (error as DomainError).facts.errors ?? [];
    expect(first?.field).toBe('newPassword');
    expect(first?.message).toMatch(/^Choose .+\.$/);
    return first?.rule;
  }
}

describe('A new password', () => {
  it.each([
    'four words of mine',
    'xkcdzzpq',
    '        g7 q',
    'мой дядя самых честных',
    '🐈🐕🐎🐖🐄🐑🐐🐓',
    '59380174',
    'a few 56789 digits of the phone',
    '9056789041',
    '??!?!!?!',
  ])('may be anything long enough: %s', async (password) => {
    expect(await ruleAgainst(password, ANNA)).toBeUndefined();
  });

  it('has 8 to 128 characters, counted as people see them', async () => {
    expect(await ruleAgainst('f8gq7zk')).toBe('newPassword');
    expect(await ruleAgainst('f8gq7zkw')).toBeUndefined();
    const long = 'f8gq7zkw'.repeat(16);
    expect(await ruleAgainst(long)).toBeUndefined();
    expect(await ruleAgainst(`${long}1`)).toBe('newPassword');
    expect(await ruleAgainst('🐈🐕🐎🐖🐄🐑🐐')).toBe('newPassword');
    expect(await ruleAgainst('zqxwvk\u0438\u0306')).toBe('newPassword');
  });

  it.each([
    ['one that leaked often', 'password1'],
    ['whatever its case', 'PassWord1'],
    ['with signs around it', 'Password1!'],
    ['with signs in it', 'pass-word_1'],
    ['in letters that look wide', 'ｐａｓｓｗｏｒｄ１'],
    ['typed on a Russian keyboard', 'йцукенгшщз'],
    ['one character over and over', 'ъъъъъъъъ'],
    ['a few characters over and over', 'vzq8vzq8vzq8'],
    ['signs over and over', '?!?!?!?!'],
    ['ascending', 'bcdefghij'],
    ['descending digits', '98765432'],
    ['every second letter', 'acegikmo'],
    ['the Russian alphabet', 'абвгдежз'],
  ])('is not a common one: %s', async (_, password) => {
    expect(await ruleAgainst(password)).toBe('passwordTooCommon');
  });

  it.each(['latchkey', 'Latchkey2026', '2026-latch-key!', 'latchkeylatchkey'])(
    'is not made of the name of the product: %s',
    async (password) => {
      expect(await ruleAgainst(password)).toBe('passwordAboutYou');
    },
  );

  it.each([
    ['the phone', '79123456789'],
    ['as it is written', '+7 (912) 345-67-89'],
    ['as it is dialled', '89123456789'],
    ['without its beginning', '9123456789!'],
    ['the part of an address before the @', 'anna.petrova'],
    ['a word of it', 'Petrova1990'],
    ['its domain', 'example2026'],
    ['the whole address', 'Anna.Petrova+shop@example.com'],
    ['a first name', 'maria!maria!'],
    ['names and digits', 'AnnaSmirnova88'],
    ['a user name', 'anya_s_2000'],
    ['a user name without its sign', 'anyas2000'],
    ['a name and the phone', 'smirnova9123456789'],
  ])('is not made of what is known of the person: %s', async (_, password) => {
    expect(await ruleAgainst(password, ANNA)).toBe('passwordAboutYou');
    expect(await ruleAgainst(`${password} and my cat`, ANNA)).toBeUndefined();
  });

  it('may hold the names of others', async () => {
    expect(await ruleAgainst('smirnova88', { names: ['Ivanov'] })).toBeUndefined();
    expect(await ruleAgainst('+7 912 345 67 89', { contacts: [EMAIL] })).toBeUndefined();
  });

  it('is compared with names that have no letters, and with none, without refusing everything', async () => {
    expect(await ruleAgainst('59380174', { names: ['', '1', '***'] })).toBeUndefined();
  });
});
