import { keep, kept } from '../sandbox.mjs';

export const staffMessages = {
  name: 'Messages',
  description: 'What was sent to whom (never its text), and the switch for SMS.',
  steps: [
    {
      operation: 'listMessages',
      name: 'The trail of messages to somebody',
      as: 'admin',
      query: { to: '{{phone}}', limit: '20' },
      status: 200,
      after() {
        pm.test('there are some', () => pm.expect(pm.response.json().items).not.to.be.empty);
      },
    },
    {
      operation: 'readSending',
      name: 'Do SMS go out?',
      as: 'admin',
      status: 200,
      after() {
        keep('sendingWas', pm.response.json().enabled ? 'on' : 'off');
      },
    },
    {
      operation: 'switchSending',
      name: 'Keep SMS back',
      note: 'For everybody: send the next request right away. Skipped where SMS were kept back already.',
      as: 'admin',
      body: { enabled: false, reason: 'Only to try it' },
      status: 200,
      before() {
        if (kept('sendingWas') === 'off') pm.execution.skipRequest();
      },
      after() {
        pm.test('SMS are kept back', () => pm.expect(pm.response.json().enabled).to.equal(false));
      },
    },
    {
      operation: 'switchSending',
      name: 'Let SMS go out',
      as: 'admin',
      body: { enabled: true },
      status: 200,
      before() {
        if (kept('sendingWas') === 'off') pm.execution.skipRequest();
      },
      after() {
        pm.test('SMS go out', () => pm.expect(pm.response.json().enabled).to.equal(true));
      },
    },
  ],
};
