import type { EmailConfig } from '../../config/config.js';
import { ContactsService } from './contacts.service.js';
import {
  EmailImpossible,
  EmailNotOffered,
  PhoneImpossible,
  PhoneNotMobile,
  RegionNotAllowed,
} from './addresses.errors.js';

const EMAIL: EmailConfig = { provider: 'console', from: 'a@b.example', folder: '', smtpUrl: '', timeoutMs: 1_000 };
const contactsIn = (...regions: string[]) =>
  new ContactsService({ provider: 'console', regions, timeoutMs: 1_000, consoleDelayMs: [0, 0] }, EMAIL);

const refusalOfPhone = (phone: string, contacts = contactsIn('RU')) => refusalOf(() => contacts.phone({ phone }));

function refusalOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('A phone that is typed', () => {
  it.each(['+7 912 345-67-89', '8 (912) 345 67 89', '9123456789'])('may be written as people do: %s', (phone) => {
    expect(contactsIn('RU').phone({ phone })).toEqual({ channel: 'sms', value: '+79123456789' });
  });

  it('is read as one of the first region that we serve, unless another is named', () => {
    const contacts = contactsIn('DE', 'RU');
    expect(contacts.phone({ phone: '01512 3456789' }).value).toBe('+4915123456789');
    expect(contacts.phone({ phone: '8 912 345-67-89', region: 'RU' }).value).toBe('+79123456789');
  });

  it('is read as a Russian one where no region is served, and refused', () => {
    expect(refusalOfPhone('8 912 345-67-89', contactsIn())).toBeInstanceOf(RegionNotAllowed);
  });

  it.each(['+49 1512 3456789', '+870 773 111 632'])('is refused when we do not serve its country: %s', (phone) => {
    expect(refusalOfPhone(phone)).toBeInstanceOf(RegionNotAllowed);
  });

  it('is refused when no such number can exist, and its field is named', () => {
    const refusal = refusalOfPhone('12345');
    expect(refusal).toBeInstanceOf(PhoneImpossible);
    expect(refusal).toHaveProperty('facts.errors', [
      { field: 'phone', rule: 'phone', message: 'must be a phone number that can exist' },
    ]);
  });

  it('is refused when it is a landline, and its field is named', () => {
    const refusal = refusalOfPhone('+7 495 123-45-67');
    expect(refusal).toBeInstanceOf(PhoneNotMobile);
    expect(refusal).toHaveProperty('facts.errors', [
      { field: 'phone', rule: 'mobile', message: 'Type a mobile phone, not a landline.' },
    ]);
  });
});

describe('An e-mail address that is typed', () => {
  const contacts = contactsIn('RU');

  it.each([' anna@example.com ', 'Anna@Example.COM', 'ANNA@EXAMPLE.COM'])(
    'is the same however it is written: %j',
    (email) => {
      expect(contacts.email({ email })).toEqual({ channel: 'email', value: 'anna@example.com' });
    },
  );

  it.each([
    ['anna.b+tag@mail.example.co', 'anna.b+tag@mail.example.co'],
    ["o'brien_{1}@x-y.example", "o'brien_{1}@x-y.example"],
    ['anna@почта.рф', 'anna@xn--80a1acny.xn--p1ai'],
    ['anna@ПОЧТА.РФ', 'anna@xn--80a1acny.xn--p1ai'],
    ['anna@xn--80a1acny.xn--p1ai', 'anna@xn--80a1acny.xn--p1ai'],
    ['anna@bu\u0308cher.example', 'anna@xn--bcher-kva.example'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('may be %s', (email, value) => {
    expect(contacts.email({ email })).toEqual({ channel: 'email', value });
  });

  it.each([
    ['nothing', ''],
    ['without @', 'anna.example.com'],
    ['without a local part', '@example.com'],
    ['with a quoted local part', '"anna b"@example.com'],
    ['with two @', 'anna@b@example.com'],
    ['with a local part outside ASCII', 'анна@example.com'],
    ['with a sign that only looks like a letter of ours', '\u212Aate@example.com'],
    ['with dots in a row', 'anna..b@example.com'],
    ['with a dot in front', '.anna@example.com'],
    ['at an address', 'anna@127.0.0.1'],
    ['at an address in brackets', 'anna@[127.0.0.1]'],
    ['at a number that is an address', 'anna@2130706433'],
    ['at a name without a dot', 'anna@localhost'],
    ['at a name with a dot behind', 'anna@example.com.'],
    ['at a name with signs', 'anna@exa%6dple.com'],
    ['with a name', 'Anna <anna@example.com>'],
    ['with a second recipient', 'anna@example.com,boris@example.com'],
    ['with a line break', 'anna@example.com\r\nBcc: boris@example.com'],
    ['with a local part that is too long', `${'a'.repeat(65)}@example.com`],
    ['too long', `anna@${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`],
  ])('is refused, and its field is named: %s', (_, email) => {
    const refusal = refusalOf(() => contacts.email({ email }));
    expect(refusal).toBeInstanceOf(EmailImpossible);
    expect(refusal).toHaveProperty('facts.errors.0.field', 'email');
  });

  it('is refused where e-mail is not offered, whatever it is', () => {
    const without = new ContactsService(
      { provider: 'console', regions: ['RU'], timeoutMs: 1_000, consoleDelayMs: [0, 0] },
      { ...EMAIL, provider: 'none' },
    );
    expect(refusalOf(() => without.email({ email: 'anna@example.com' }))).toBeInstanceOf(EmailNotOffered);
    expect(refusalOf(() => without.email({ email: 'anna' }))).toBeInstanceOf(EmailNotOffered);
  });
});

describe('A contact', () => {
  it('is the phone or the e-mail address, whichever is given', () => {
    const contacts = contactsIn('RU', 'DE');
    expect(contacts.of({ phone: '01512 3456789', region: 'DE' })).toEqual({ channel: 'sms', value: '+4915123456789' });
    expect(contacts.of({ email: 'Anna@example.com' })).toEqual({ channel: 'email', value: 'anna@example.com' });
  });

  it('is none when nothing is given', () => {
    expect(refusalOf(() => contactsIn('RU').of({}))).toBeInstanceOf(PhoneImpossible);
  });
});
