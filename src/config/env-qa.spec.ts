import { InvalidConfiguration, loadConfig } from './env.js';

const TOKEN = 'qa-5Kd9Xw2Lm7Rt4Bz8';
const DEVELOPMENT = {
  DATABASE_URL: 'postgres://latchkey:pass@db:5432/latchkey',
  APP_SECRET: 'J7v1x0Tq9ZbXr4LmWc2sYd8KfHg5NpUe',
};
const PRODUCTION = {
  ...DEVELOPMENT,
  NODE_ENV: 'production',
  OPS_TOKEN: 'ops-9f3kd82ndk20dm',
  PUBLIC_URL: 'https://id.example.org',
  SMS_PROVIDER: 'sms-aero',
  SMS_AERO_EMAIL: 'team@example.org',
  SMS_AERO_API_KEY: 'aero-key-1',
};

describe('The message inbox', () => {
  it('is open in development, and needs a token there once one is set', () => {
    expect(loadConfig(DEVELOPMENT).qa).toEqual({ inbox: true, token: undefined });
    expect(loadConfig({ ...DEVELOPMENT, QA_INBOX_TOKEN: TOKEN }).qa).toEqual({ inbox: true, token: TOKEN });
  });

  it('is there in production only with a token', () => {
    expect(loadConfig(PRODUCTION).qa).toMatchObject({ inbox: false });
    expect(loadConfig({ ...PRODUCTION, QA_INBOX_TOKEN: TOKEN }).qa).toEqual({ inbox: true, token: TOKEN });
  });

  it.each(['qa-5Kd9Xw2Lm7Rt', 'change-me-please-change', 'aaaaaaaaaaaaaaaaaaaa'])(
    'refuses a poor token: %s',
    (token) => {
      const load = () => loadConfig({ ...PRODUCTION, QA_INBOX_TOKEN: token });
      expect(load).toThrow(InvalidConfiguration);
      expect(load).toThrow('QA_INBOX_TOKEN');
      expect(load).not.toThrow(token);
    },
  );
});
