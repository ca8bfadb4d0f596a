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

const adminOf = (settings: Record<string, string>) => loadConfig({ ...REQUIRED, ...settings }).admin;

const mistakesWith = (settings: NodeJS.ProcessEnv) => mistakesOf({ ...REQUIRED, ...settings });

describe('Who becomes the first administrator', () => {
  it('is whoever comes first in development, and nobody elsewhere', () => {
    expect(adminOf({})).toEqual({ phone: undefined, email: undefined, firstUser: true });
    expect(adminOf({ NODE_ENV: 'development' }).firstUser).toBe(true);
    expect(adminOf({ NODE_ENV: 'test' }).firstUser).toBe(false);
    expect(loadConfig(PRODUCTION).admin.firstUser).toBe(false);
  });

  it('is said otherwise, but not in production', () => {
    expect(adminOf({ FIRST_USER_IS_ADMIN: 'false' }).firstUser).toBe(false);
    expect(adminOf({ NODE_ENV: 'test', FIRST_USER_IS_ADMIN: 'true' }).firstUser).toBe(true);
    expect(mistakesWith({ ...PRODUCTION, FIRST_USER_IS_ADMIN: 'false' })).toEqual([]);
    expect(mistakesWith({ ...PRODUCTION, FIRST_USER_IS_ADMIN: 'true' })).toEqual([
      'FIRST_USER_IS_ADMIN is "true", which production refuses: whoever comes first would own the service. Set ADMIN_PHONE or ADMIN_EMAIL.',
    ]);
    expect(mistakesWith({ FIRST_USER_IS_ADMIN: 'yes' })).toEqual([
      'FIRST_USER_IS_ADMIN is "yes": write true or false.',
    ]);
  });

  it('is named by a contact as people write it, in production too', () => {
    expect(adminOf({ ADMIN_PHONE: '+7 (912) 345-67-89' }).phone).toBe('+79123456789');
    expect(adminOf({ ADMIN_PHONE: '8 912 345 67 89' }).phone).toBe('+79123456789');
    expect(adminOf({ ADMIN_EMAIL: ' Anna@Example.COM ' }).email).toBe('anna@example.com');
    expect(adminOf({ ADMIN_EMAIL: 'anna@пример.рф' }).email).toBe('anna@xn--e1afmkfd.xn--p1ai');
    expect(loadConfig({ ...PRODUCTION, ADMIN_PHONE: '+79123456789' }).admin.phone).toBe('+79123456789');
  });

  it('is named by a phone that means the same whichever regions are served', () => {
    expect(adminOf({ SMS_REGIONS: 'DE,RU', ADMIN_PHONE: '8 912 345 67 89' }).phone).toBe('+79123456789');
    expect(adminOf({ SMS_REGIONS: 'DE', ADMIN_PHONE: '+49 1512 3456789' }).phone).toBe('+4915123456789');
  });

  it.each([
    ['ADMIN_PHONE', '12345', 'ADMIN_PHONE is no phone number: write it with + and the country code.'],
    ['ADMIN_PHONE', '01512 3456789', 'ADMIN_PHONE is no phone number: write it with + and the country code.'],
    ['ADMIN_EMAIL', 'anna', 'ADMIN_EMAIL is no e-mail address.'],
  ])('is named by no mistake: %s %s', (name, value, sentence) => {
    expect(mistakesWith({ [name]: value })).toEqual([sentence]);
  });
});
