import { keep, keepTokens, kept } from '../sandbox.mjs';

export const devices = {
  name: '7 Devices',
  description: 'Where the person of “5 By e-mail and password” is signed in. An ended session is refused at once.',
  steps: [
    {
      operation: 'logIn',
      name: 'Sign in on another device',
      body: { username: '{{email}}', password: '{{password}}' },
      status: 200,
      after() {
        keepTokens('email');
      },
    },
    {
      operation: 'listSessions',
      name: 'Where am I signed in?',
      as: 'email',
      status: 200,
      after() {
        const { items } = pm.response.json();
        pm.test('one of them is this one', () =>
          pm.expect(items.filter(({ current }) => current)).to.have.lengthOf(1),
        );
        keep('sessionId', items.find(({ current }) => !current)?.id);
      },
    },
    {
      operation: 'endSession',
      name: 'End one',
      as: 'email',
      path: { id: '{{sessionId}}' },
      status: 204,
    },
    {
      operation: 'endSession',
      name: 'It has ended',
      as: 'email',
      path: { id: '{{sessionId}}' },
      status: 404,
      problem: 'sessions.not_found',
    },
    { operation: 'endOtherSessions', name: 'End all others', as: 'email', status: 204 },
    {
      operation: 'listSessions',
      name: 'Only this one is left',
      as: 'email',
      status: 200,
      after() {
        const [session, ...others] = pm.response.json().items;
        pm.test('it is this one alone', () => pm.expect([session.current, others]).to.deep.equal([true, []]));
        pm.test('and not the one that was ended', () => pm.expect(session.id).not.to.equal(kept('sessionId')));
      },
    },
  ],
};
