import { kept, skipUnlessAdmin } from '../sandbox.mjs';
import { staffReports } from './staff-reports.mjs';
import { staffMessages } from './staff-messages.mjs';

const people = {
  name: 'People',
  description: 'Moderators read everybody, administrators change them; what is done is in the audit log and told to the person.',
  steps: [
    {
      operation: 'findUsers',
      name: 'Find the friend by phone',
      as: 'admin',
      query: { q: '{{friendPhone}}', limit: '20' },
      status: 200,
      after() {
        pm.test('the friend alone is found', () =>
          pm.expect(pm.response.json().items.map(({ id }) => id)).to.deep.equal([kept('friendUserId')]),
        );
      },
    },
    { operation: 'readUser', name: 'Read them', as: 'admin', path: { id: '{{friendUserId}}' }, status: 200 },
    {
      operation: 'changeUser',
      name: 'Make them a moderator',
      as: 'admin',
      path: { id: '{{friendUserId}}' },
      body: { role: 'moderator', city: 'Kazan' },
      status: 200,
      after() {
        pm.test('the role is another', () => pm.expect(pm.response.json().role).to.equal('moderator'));
      },
    },
    {
      operation: 'changeUser',
      name: 'Block them',
      as: 'admin',
      path: { id: '{{friendUserId}}' },
      body: { role: 'user', status: 'blocked', blockedReason: 'Only to try it' },
      status: 200,
    },
    {
      operation: 'readProfile',
      name: 'A blocked person is out at once',
      as: 'friend',
      status: 401,
      problem: 'auth.unauthenticated',
    },
    {
      operation: 'changeUser',
      name: 'Let them in again',
      as: 'admin',
      path: { id: '{{friendUserId}}' },
      body: { status: 'active' },
      status: 200,
      after() {
        pm.test('they are active', () => pm.expect(pm.response.json().status).to.equal('active'));
      },
    },
    {
      operation: 'endSessionsOfUser',
      name: 'Sign them out everywhere',
      as: 'admin',
      path: { id: '{{friendUserId}}' },
      status: 204,
    },
    {
      operation: 'readAuditLog',
      name: 'Who did what to them',
      as: 'admin',
      query: { userId: '{{friendUserId}}', limit: '20' },
      status: 200,
      after() {
        pm.test('the administrator did', () =>
          pm.expect(pm.response.json().items.map(({ actorId }) => actorId)).to.include(kept('adminUserId')),
        );
      },
    },
    {
      operation: 'findUsers',
      name: 'Not for everybody',
      query: { limit: '20' },
      status: 403,
      problem: 'auth.forbidden',
    },
  ],
};

export const staff = {
  name: '8 Staff',
  description: 'For the administrator of the first folder. Where that person is none, these requests are skipped.',
  before: skipUnlessAdmin,
  steps: [people, staffReports, staffMessages],
};
