import { keep, keepChallenge, keepPerson, keepTokens, kept } from '../sandbox.mjs';
import { readCode } from './reading.mjs';

const registering = {
  name: 'Register',
  description: 'Nobody exists until the code is verified; only then the password counts.',
  steps: [
    {
      operation: 'register',
      name: 'Register by e-mail and password',
      body: { email: '{{email}}', password: '{{password}}' },
      status: 202,
      patient: true,
      after: keepChallenge,
    },
    readCode('{{email}}'),
    {
      operation: 'verifyCode',
      name: 'Prove the address',
      body: { challengeId: '{{challengeId}}', code: '{{code}}' },
      status: [200, 201],
      after() {
        keepPerson('email');
      },
    },
  ],
};

const signingIn = {
  name: 'Sign in by password',
  description: 'A phone, an e-mail address or a username, and the password.',
  steps: [
    {
      operation: 'logIn',
      name: 'A wrong password',
      body: { username: '{{email}}', password: 'not the password' },
      status: 401,
      problem: 'auth.invalid_credentials',
    },
    {
      operation: 'logIn',
      name: 'The right password',
      body: { username: '{{email}}', password: '{{password}}' },
      status: 200,
      after() {
        keepPerson('email');
      },
    },
    {
      operation: 'changePassword',
      name: 'Change the password',
      as: 'email',
      body: { currentPassword: '{{password}}', newPassword: '{{newPassword}}' },
      status: 204,
      after() {
        keep('password', kept('newPassword'));
        keep('newPassword', '');
      },
    },
    {
      operation: 'logOut',
      name: 'Sign out',
      body: { refreshToken: '{{emailRefreshToken}}' },
      status: 204,
    },
    {
      operation: 'readProfile',
      name: 'Signed out at once',
      as: 'email',
      status: 401,
      problem: 'auth.unauthenticated',
    },
  ],
};

const resetting = {
  name: 'A forgotten password',
  description: 'A code to the contact sets a new password and ends every session of the person.',
  steps: [
    {
      operation: 'requestPasswordReset',
      name: 'Ask for a code',
      body: { email: '{{email}}' },
      status: 202,
      patient: true,
      after: keepChallenge,
    },
    readCode('{{email}}'),
    {
      operation: 'resetPassword',
      name: 'Set a new password',
      body: { challengeId: '{{challengeId}}', code: '{{code}}', newPassword: '{{newPassword}}' },
      status: 204,
      after() {
        keep('password', kept('newPassword'));
        keep('newPassword', '');
      },
    },
    {
      operation: 'logIn',
      name: 'Sign in with it',
      body: { username: '{{email}}', password: '{{password}}' },
      status: 200,
      after() {
        keepTokens('email');
      },
    },
  ],
};

export const password = {
  name: '5 By e-mail and password',
  description: 'Another person, who registers with an e-mail address and a password.',
  steps: [registering, signingIn, resetting],
};
