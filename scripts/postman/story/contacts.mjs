import { keepChallenge, kept } from '../sandbox.mjs';
import { readCode } from './reading.mjs';

export const contacts = {
  name: '6 Contacts',
  description: `Whoever signed in by phone in “1 Sign in by a code” adds an e-mail address, and removes it again. This needs a sign-in of the last ten
minutes; after a longer pause do that folder again.`,
  steps: [
    {
      operation: 'requestContactChange',
      name: 'Add an e-mail address',
      body: { email: '{{secondEmail}}' },
      status: 202,
      patient: true,
      after: keepChallenge,
    },
    readCode('{{secondEmail}}'),
    {
      operation: 'confirmContact',
      name: 'Prove it',
      body: { challengeId: '{{challengeId}}', code: '{{code}}' },
      status: 200,
      after() {
        pm.test('the address is in the profile', () =>
          pm.expect(pm.response.json().email).to.equal(kept('secondEmail')),
        );
      },
    },
    {
      operation: 'removeContact',
      name: 'Remove it',
      path: { contact: 'email' },
      body: {},
      status: 200,
      after() {
        pm.test('the address is gone', () => pm.expect(pm.response.json().email).to.equal(null));
      },
    },
    {
      operation: 'removeContact',
      name: 'Never the last way in',
      path: { contact: 'phone' },
      body: {},
      status: 409,
      problem: 'users.last_contact',
    },
  ],
};
