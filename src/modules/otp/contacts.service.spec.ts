import { ContactsService } from './contacts.service.js';
import { PhoneImpossible, PhoneNotMobile, RegionNotAllowed } from './otp.errors.js';

const contactsIn = (...regions: string[]) =>
  new ContactsService({ provider: 'console', regions, timeoutMs: 1_000, consoleDelayMs: [0, 0] });

function refusalOf(phone: string, contacts = contactsIn('RU')): unknown {
  try {
    contacts.phone({ phone });
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
    expect(refusalOf('8 912 345-67-89', contactsIn())).toBeInstanceOf(RegionNotAllowed);
  });

  it.each(['+49 1512 3456789', '+870 773 111 632'])('is refused when we do not serve its country: %s', (phone) => {
    expect(refusalOf(phone)).toBeInstanceOf(RegionNotAllowed);
  });

  it('is refused when no such number can exist, and its field is named', () => {
    const refusal = refusalOf('12345');
    expect(refusal).toBeInstanceOf(PhoneImpossible);
    expect(refusal).toHaveProperty('facts.errors', [
      { field: 'phone', rule: 'phone', message: 'must be a phone number that can exist' },
    ]);
  });

  it('is refused when it is a landline, and its field is named', () => {
    const refusal = refusalOf('+7 495 123-45-67');
    expect(refusal).toBeInstanceOf(PhoneNotMobile);
    expect(refusal).toHaveProperty('facts.errors', [
      { field: 'phone', rule: 'mobile', message: 'must be a mobile phone, not a landline' },
    ]);
  });
});
