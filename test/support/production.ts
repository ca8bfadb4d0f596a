import type { Overrides } from './app.js';

/** The least that a service in production is told. */
export const PRODUCTION: Overrides = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://id.example.org',
  OPS_TOKEN: 'ops-7Gk2Vx9Lq4Rw8Zt1',
  SMS_PROVIDER: 'sms-aero',
  SMS_AERO_EMAIL: 'ops@example.org',
  SMS_AERO_API_KEY: 'k3y-0f-th3-4cc0unt',
};
