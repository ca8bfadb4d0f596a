import { InvalidConfiguration, loadConfig } from './env.js';

const REQUIRED = {
  DATABASE_URL: 'postgres://latchkey:pass@db:5432/latchkey',
  APP_SECRET: 'J7v1x0Tq9ZbXr4LmWc2sYd8KfHg5NpUe',
};
const referralsOf = (settings: Record<string, string>) => loadConfig({ ...REQUIRED, ...settings }).referrals;

describe('Invite codes', () => {
  it('show inviters the phones in full unless told otherwise', () => {
    expect(referralsOf({}).inviteePhones).toBe('full');
    expect(referralsOf({ INVITEE_PHONES: 'masked' }).inviteePhones).toBe('masked');
    expect(() => referralsOf({ INVITEE_PHONES: 'some' })).toThrow(InvalidConfiguration);
  });

  it('lead to the page that is named, or to the first page of the service', () => {
    expect(referralsOf({ PUBLIC_URL: 'https://id.example.org' }).signInUrl).toBe('https://id.example.org/');
    const page = 'https://app.example.org/welcome?from=invite';
    expect(referralsOf({ SIGN_IN_URL: page }).signInUrl).toBe(page);
    expect(() => referralsOf({ SIGN_IN_URL: 'welcome' })).toThrow(/SIGN_IN_URL is "welcome": write a URL/);
  });

  it('lead to an encrypted page in production', () => {
    const settings = { NODE_ENV: 'production', SIGN_IN_URL: 'http://app.example.org' };
    expect(() => referralsOf(settings)).toThrow(
      /SIGN_IN_URL is "http:..app.example.org": in production write it with https/,
    );
  });
});
