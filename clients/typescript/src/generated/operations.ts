/** Made from openapi.yaml by `npm run client`: what a client decides by at run time, when types are gone. */

/** Those that want an access token. */
export const CLOSED: ReadonlySet<string> = new Set([
  'PUT /api/v1/users/me/password',
  'GET /api/v1/users/me',
  'PATCH /api/v1/users/me',
  'DELETE /api/v1/users/me',
  'GET /api/v1/users/me/export',
  'PUT /api/v1/users/me/avatar',
  'DELETE /api/v1/users/me/avatar',
  'POST /api/v1/users/me/contacts',
  'POST /api/v1/users/me/contacts/confirm',
  'DELETE /api/v1/users/me/contacts/{contact}',
  'GET /api/v1/users/me/sessions',
  'DELETE /api/v1/users/me/sessions',
  'DELETE /api/v1/users/me/sessions/{id}',
  'GET /api/v1/users',
  'GET /api/v1/users/{id}',
  'PATCH /api/v1/users/{id}',
  'DELETE /api/v1/users/{id}',
  'DELETE /api/v1/users/{id}/sessions',
  'GET /api/v1/audit',
  'POST /api/v1/referrals/activate',
  'GET /api/v1/referrals/me',
  'GET /api/v1/referrals/me/invitees',
  'POST /api/v1/referrals/me/rotate',
  'GET /api/v1/referrals/me/qr.svg',
  'GET /api/v1/referrals/stats',
  'GET /api/v1/referrals/leaderboard',
  'GET /api/v1/referrals/export.csv',
  'GET /api/v1/referrals/tree/{userId}',
  'GET /api/v1/referrals/signals',
  'GET /api/v1/messages',
  'GET /api/v1/messages/sending',
  'PUT /api/v1/messages/sending',
]);

/** Those that can be repeated safely. */
export const TAKES_IDEMPOTENCY_KEY: ReadonlySet<string> = new Set([
  'POST /api/v1/auth/otp/request',
  'POST /api/v1/auth/otp/resend',
  'POST /api/v1/auth/otp/verify',
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/password/forgot',
  'POST /api/v1/users/me/contacts',
]);

/** Those that answer tokens. */
export const SIGNS_IN: ReadonlySet<string> = new Set([
  'POST /api/v1/auth/otp/verify',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/token/refresh',
]);
