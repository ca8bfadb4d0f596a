import { keep, keepChallenge, keepPerson } from '../sandbox.mjs';
import { readCode } from './reading.mjs';

export const administrator = {
  name: '0 The administrator comes first',
  prologue: true,
  description: `On a fresh server outside production, the first person who registers becomes administrator. So the one who looks after the
others in this story signs in first, by the e-mail address \`adminEmail\` of the environment, which stays the same from run to run.

Where somebody else was first, all goes on without an administrator: requests for staff are skipped, and the console says so.`,
  steps: [
    {
      operation: 'requestCode',
      name: 'Ask for a code by e-mail',
      body: { email: '{{adminEmail}}' },
      status: 202,
      patient: true,
      after: keepChallenge,
    },
    readCode('{{adminEmail}}'),
    {
      operation: 'verifyCode',
      name: 'Sign in as the administrator',
      body: { challengeId: '{{challengeId}}', code: '{{code}}' },
      status: [200, 201],
      after() {
        keepPerson('admin');
        keep('adminRole', pm.response.json().user.role);
      },
    },
  ],
};
