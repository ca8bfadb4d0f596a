import { kept, sendOwnToken } from '../sandbox.mjs';

export const inbox = {
  name: '9 The message inbox',
  description: `Every message that the service “sent”, for whoever tests. Open outside production; with \`QA_INBOX_TOKEN\` set on the server, put the same
into \`qaInboxToken\` of the environment.`,
  before() {
    sendOwnToken('qaInboxToken');
  },
  steps: [
    {
      operation: 'listInbox',
      name: 'Messages to somebody',
      query: { to: '{{phone}}', limit: '20' },
      status: 200,
      after() {
        pm.test('all of them are to that phone', () =>
          pm.expect(new Set(pm.response.json().items.map(({ to }) => to))).to.deep.equal(new Set([kept('phone')])),
        );
      },
    },
    {
      operation: 'readLatestMessage',
      name: 'The newest one',
      query: { to: '{{phone}}' },
      status: 200,
    },
    {
      operation: 'clearInbox',
      name: 'Clear what was sent to the friend',
      query: { to: '{{friendPhone}}' },
      status: 204,
    },
    {
      operation: 'readLatestMessage',
      name: 'Nothing is left',
      query: { to: '{{friendPhone}}' },
      status: 404,
      problem: 'qa.no_message_yet',
    },
    {
      operation: 'waitForMessage',
      name: 'Wait for one that does not come',
      query: { to: '{{friendPhone}}', timeout: '1' },
      status: 200,
      after() {
        pm.test('it says that it timed out', () =>
          pm.expect(pm.response.json()).to.deep.equal({ message: null, timedOut: true }),
        );
      },
    },
  ],
};
