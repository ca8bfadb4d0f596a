import { loadConfig } from '../env.js';

const TRIAL = 'postgres://latchkey:change-me-before-production@postgres:5432/latchkey';
const APP_SECRET = 'J7v1x0Tq9ZbXr4LmWc2sYd8KfHg5NpUe';

const start = (environment: Record<string, string>) => () =>
  loadConfig({ APP_SECRET, OPS_TOKEN: 'ops-9f3kd82ndk20dm', PUBLIC_URL: 'https://id.example.org', ...environment });

const PRODUCTION = {
  NODE_ENV: 'production',
  SMS_PROVIDER: 'sms-aero',
  SMS_AERO_EMAIL: 'team@example.org',
  SMS_AERO_API_KEY: 'aero-key-1',
};

describe('The password that the compose file gives to the database of a trial', () => {
  it('is refused in production, and not shown', () => {
    expect(start({ ...PRODUCTION, DATABASE_URL: TRIAL })).toThrow(
      /^The configuration has a mistake:\nDATABASE_URL holds a password that is a placeholder: make one with: openssl rand -hex 24$/,
    );
  });

  it('serves a trial', () => {
    expect(start({ DATABASE_URL: TRIAL })().database.url).toBe(TRIAL);
  });
});

describe('The database of production', () => {
  it.each(['postgres://latchkey:4c1f9d0b7a@db.example.org:5432/latchkey', 'postgres://latchkey@db:5432/latchkey'])(
    'may be %s: a host that is called like an example, or no password at all, is no placeholder',
    (DATABASE_URL) => expect(start({ ...PRODUCTION, DATABASE_URL })().database.url).toBe(DATABASE_URL),
  );
});
