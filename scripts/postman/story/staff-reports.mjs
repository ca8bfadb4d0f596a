import { kept } from '../sandbox.mjs';

export const staffReports = {
  name: 'Referrals',
  description: 'How invitations fare.',
  steps: [
    {
      operation: 'readReferralStats',
      name: 'Opens, new people and activations by day',
      as: 'admin',
      query: {},
      status: 200,
      after() {
        pm.test('an activation is counted', () => pm.expect(pm.response.json().totals.activations).to.be.at.least(1));
      },
    },
    {
      operation: 'readLeaderboard',
      name: 'Who invites most',
      as: 'admin',
      query: { limit: '20' },
      status: 200,
    },
    {
      operation: 'readReferralTree',
      name: 'Whom somebody invited, and whom those invited',
      as: 'admin',
      path: { userId: '{{userId}}' },
      query: { depth: '2' },
      status: 200,
      after() {
        pm.test('the friend is there', () =>
          pm
            .expect(pm.response.json().root.children.map(({ userId }) => userId))
            .to.deep.equal([kept('friendUserId')]),
        );
      },
    },
    {
      operation: 'readReferralSignals',
      name: 'What looks like cheating',
      as: 'admin',
      query: { hours: '24' },
      status: 200,
    },
    {
      operation: 'exportReferrals',
      name: 'All of it as CSV',
      as: 'admin',
      query: {},
      status: 200,
      after() {
        pm.test('it is CSV', () => pm.expect(pm.response.headers.get('Content-Type')).to.include('text/csv'));
        pm.test('the friend is there', () => pm.expect(pm.response.text()).to.include(kept('friendUserId')));
      },
    },
  ],
};
