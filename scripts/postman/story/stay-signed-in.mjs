import { kept, keepTokens } from '../sandbox.mjs';

export const staySignedIn = {
  name: '2 Stay signed in',
  description: `An access token lasts 15 minutes. The refresh token gets the next one, and is itself replaced each time. (Before each request the
collection does the same by itself when a token is about to end.)`,
  steps: [
    {
      operation: 'refreshSession',
      name: 'Get the next tokens',
      body: { refreshToken: '{{refreshToken}}' },
      status: 200,
      after() {
        const before = kept('refreshToken');
        pm.test('the refresh token is another one', () =>
          pm.expect(pm.response.json().refreshToken).not.to.equal(before),
        );
        keepTokens('me');
      },
    },
    {
      operation: 'refreshSession',
      name: 'What is no refresh token',
      body: { refreshToken: 'never-issued' },
      status: 401,
      problem: 'sessions.refresh_token_invalid',
    },
    {
      operation: 'readProfile',
      name: 'Without a valid access token',
      as: 'stranger',
      status: 401,
      problem: 'auth.unauthenticated',
    },
    {
      operation: 'readJwks',
      name: 'The keys by which other services check access tokens',
      status: 200,
      after() {
        const [header] = kept('accessToken').split('.');
        const { kid } = JSON.parse(atob(header.replace(/-/g, '+').replace(/_/g, '/')));
        pm.test('the key of the access token is there', () =>
          pm.expect(pm.response.json().keys.map((key) => key.kid)).to.include(kid),
        );
      },
    },
  ],
};
