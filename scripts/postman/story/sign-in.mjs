import { keepChallenge, keepPerson } from '../sandbox.mjs';
import { readCode } from './reading.mjs';

export const signIn = {
  name: '1 Sign in by a code',
  description: `A code is asked for, read in the message inbox (on a phone, once SMS really go out) and exchanged for tokens. Nobody exists before
that. The scripts carry \`challengeId\`, \`code\`, \`accessToken\` and \`refreshToken\` from request to request; \`phone\` is made up for each run.`,
  steps: [
    {
      operation: 'requestCode',
      name: 'Ask for a code',
      body: { phone: '{{phone}}' },
      status: 202,
      patient: true,
      after: keepChallenge,
    },
    {
      operation: 'readCodeStatus',
      name: 'See what became of it',
      body: { challengeId: '{{challengeId}}' },
      status: 200,
      after() {
        pm.test('the code is on its way', () =>
          pm.expect(pm.response.json().status).to.be.oneOf(['queued', 'sent']),
        );
      },
    },
    {
      operation: 'resendCode',
      name: 'Too soon for another one',
      body: { challengeId: '{{challengeId}}' },
      status: 429,
      problem: 'otp.resend_too_soon',
      after() {
        pm.test('the answer says when', () => {
          pm.expect(pm.response.headers.get('Retry-After')).to.equal(String(pm.response.json().retryAfter));
        });
      },
    },
    readCode('{{phone}}'),
    {
      operation: 'verifyCode',
      name: 'A wrong code',
      body: { challengeId: '{{challengeId}}', code: '{{wrongCode}}' },
      status: 401,
      problem: 'otp.code_wrong',
      after() {
        pm.test('attempts are left', () => pm.expect(pm.response.json().attemptsLeft).to.be.within(1, 4));
      },
    },
    {
      operation: 'verifyCode',
      name: 'The right code',
      body: { challengeId: '{{challengeId}}', code: '{{code}}' },
      status: [200, 201],
      after() {
        keepPerson('me');
        pm.test('whoever was asked has signed in', () =>
          pm.expect(pm.response.json().user.phone).to.equal(pm.collectionVariables.get('phone')),
        );
      },
    },
    {
      operation: 'verifyCode',
      name: 'A code works once',
      body: { challengeId: '{{challengeId}}', code: '{{code}}' },
      status: 410,
      problem: 'otp.challenge_over',
    },
  ],
};
