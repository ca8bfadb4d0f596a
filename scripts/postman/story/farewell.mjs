import { forgetPerson, kept, skipUnlessAdmin } from '../sandbox.mjs';

export const farewell = {
  name: '11 Farewell',
  description: 'Deletes the three people whom the story made; the administrator stays. The next run makes new ones.',
  steps: [
    {
      operation: 'deleteUser',
      name: 'The administrator deletes the friend',
      as: 'admin',
      path: { id: '{{friendUserId}}' },
      status: 204,
      before: skipUnlessAdmin,
      after() {
        forgetPerson('friend');
      },
    },
    {
      operation: 'deleteAccount',
      name: 'Or the friend does it alone',
      note: 'Skipped where the administrator has done it.',
      as: 'friend',
      body: {},
      status: 204,
      before() {
        if (!kept('friendAccessToken')) pm.execution.skipRequest();
      },
      after() {
        forgetPerson('friend');
      },
    },
    {
      operation: 'deleteAccount',
      name: 'The person with the password goes',
      as: 'email',
      body: { currentPassword: '{{password}}' },
      status: 204,
      after() {
        forgetPerson('email');
        for (const name of ['email', 'password', 'newPassword']) pm.collectionVariables.unset(name);
      },
    },
    { operation: 'deleteAccount', name: 'And the one with the phone', body: {}, status: 204 },
    {
      operation: 'readProfile',
      name: 'Nobody is there any more',
      status: 401,
      problem: 'auth.unauthenticated',
      after() {
        forgetPerson('me');
        for (const name of ['phone', 'friendPhone', 'secondEmail', 'username']) pm.collectionVariables.unset(name);
      },
    },
  ],
};
