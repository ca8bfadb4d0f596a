import { newPhone } from '../client.mjs';
import { pictures, formOf } from './uploads.mjs';

let names = 0;
const newName = () => `n${(names += 1)}`;
const newEmail = () => `${newName()}@example.org`;
const newPassword = () => `${newName()}-lomped-vqr`;

const either = (random, ...choices) => choices[random.between(0, choices.length - 1)];

/** A contact of somebody new, or of one who is there already. */
const aContact = ({ random, finds }) =>
  either(random, { phone: newPhone() }, { email: newEmail() }, { phone: finds.some('phone', random) ?? newPhone() });

const inviteOf = ({ random, finds }) => (random.next() < 0.5 ? { inviteCode: finds.some('inviteCode', random) } : {});

const ofPage =
  (name) =>
  ({ random, finds }) => {
    const cursor = finds.some(`cursor of ${name}`, random);
    return { query: cursor && random.next() < 0.5 ? [['cursor', encodeURIComponent(cursor)]] : [['limit', '2']] };
  };

const ofSomebody =
  (param) =>
  ({ random, finds }) => ({ params: { [param]: finds.some('userId', random) } });
const toSomebody = ({ random, finds }) => [['to', encodeURIComponent(finds.some('phone', random) ?? newPhone())]];

/** A second contact is asked for, for whoever calls; undefined where they are not signed in. */
async function secondContact({ cast, caller, random }) {
  if (!caller.person) return undefined;
  const body = either(random, { phone: newPhone() }, { email: newEmail() });
  return cast.challenge('/users/me/contacts', {
    body: { ...body, currentPassword: caller.person.password },
    token: caller.token,
  });
}

/**
 * What makes a request of an operation right, by operation: `{ params, query, fields, bytes, type }`; of what is not there, the examples
 * of the contract are taken. Each is given `{ cast, finds, random, caller }`.
 */
export const SITUATIONS = {
  requestCode: (play) => ({ fields: aContact(play) }),
  readCodeStatus: ({ finds, random }) => ({ fields: { challengeId: finds.some('challengeId', random) ?? 'x' } }),
  resendCode: ({ finds, random }) => ({ fields: { challengeId: finds.some('challengeId', random) ?? 'x' } }),
  verifyCode: async (play) => ({
    fields: { ...(await play.cast.challenge('/auth/otp/request', { body: { phone: newPhone() } })), ...inviteOf(play) },
  }),
  register: (play) => ({ fields: { ...aContact(play), password: newPassword() } }),
  logIn: async ({ cast, caller }) => {
    // Whoever is signed in may sign in again.
    const { phone, password } = caller.person?.password ? caller.person : await cast.signUpWithPassword();
    return { fields: { username: phone, password } };
  },
  requestPasswordReset: (play) => ({ fields: aContact(play) }),
  resetPassword: async ({ cast }) => ({
    fields: {
      ...(await cast.challenge('/auth/password/forgot', { body: { phone: newPhone() } })),
      newPassword: newPassword(),
    },
  }),
  refreshSession: async ({ cast, random, finds }) => ({
    fields: {
      refreshToken:
        random.next() < 0.3 ? (await cast.signUp()).refreshToken : (finds.some('refreshToken', random) ?? 'x'),
    },
  }),
  logOut: ({ finds, random }) => ({ fields: { refreshToken: finds.some('refreshToken', random) ?? 'x' } }),
  changePassword: ({ caller }) => ({
    fields: { currentPassword: caller.person?.password, newPassword: newPassword() },
  }),
  changeProfile: ({ random }) => ({
    fields: { username: newName(), firstName: 'Анна', locale: either(random, 'ru', 'en', null) },
  }),
  deleteAccount: ({ caller }) => ({ fields: { currentPassword: caller.person?.password } }),
  replaceAvatar: ({ random }) =>
    formOf([{ name: 'avatar', file: 'a.png', type: 'image/png', content: either(random, ...pictures.good) }]),
  readAvatar: ({ finds, random }) => ({ params: { id: finds.some('avatarId', random) } }),
  requestContactChange: ({ random, caller }) => ({
    fields: {
      ...either(random, { phone: newPhone() }, { email: newEmail() }),
      currentPassword: caller.person?.password,
    },
  }),
  confirmContact: async (play) => ({ fields: (await secondContact(play)) ?? { challengeId: 'x', code: '1234' } }),
  removeContact: async ({ cast, random, caller }) => {
    if (caller.person && random.next() < 0.5) await cast.addEmail(caller.person, newEmail());
    return {
      params: { contact: either(random, 'phone', 'email') },
      fields: { currentPassword: caller.person?.password },
    };
  },
  endSession: ({ finds, random, caller }) => ({
    params: { id: random.next() < 0.5 && caller.person ? sessionOf(caller.person) : finds.some('sessionId', random) },
  }),
  findUsers: ({ random, finds }) => ({
    query: either(random, ...['limit=3', 'q=%2B79', 'role=user', 'status=blocked&limit=1'].map(pairsOf), [
      ['cursor', finds.some('cursor of findUsers', random) ?? ''],
    ]),
  }),
  readUser: ofSomebody('id'),
  changeUser: ({ random, finds }) => ({
    params: { id: finds.some('userId', random) },
    fields: either(
      random,
      { firstName: 'Олег' },
      { role: 'moderator' },
      { status: 'blocked', blockedReason: 'Spam' },
      { phone: newPhone() },
      {
        status: 'active',
        email: newEmail(),
      },
    ),
  }),
  deleteUser: ofSomebody('id'),
  endSessionsOfUser: ofSomebody('id'),
  readAuditLog: ({ random, finds }) => ({
    query: either(
      random,
      ...['limit=2', 'action=users.blocked'].map(pairsOf),
      [['userId', finds.some('userId', random)]],
      [['cursor', finds.some('cursor of readAuditLog', random) ?? '']],
    ),
  }),
  activateInviteCode: ({ finds, random }) => ({
    fields: { inviteCode: finds.some('inviteCode', random), inviteVia: 'qr' },
  }),
  listInvitees: ofPage('listInvitees'),
  rotateInviteCode: ({ caller }) => ({ fields: { currentPassword: caller.person?.password } }),
  openShareLink: ({ finds, random }) => ({ params: { code: finds.some('inviteCode', random) } }),
  checkInviteCode: ({ finds, random }) => ({ params: { code: finds.some('inviteCode', random) } }),
  readReferralStats: ({ random }) => ({ query: either(random, [], pairsOf('from=2026-01-01&to=2026-01-31')) }),
  readLeaderboard: ofPage('readLeaderboard'),
  exportReferrals: ({ random }) => ({ query: either(random, [], pairsOf('from=2020-01-01')) }),
  readReferralTree: ({ random, finds }) => ({
    params: { userId: finds.some('userId', random) },
    query: either(random, [], pairsOf('depth=3'), pairsOf('depth=1')),
  }),
  readReferralSignals: ({ random }) => ({ query: either(random, [], pairsOf('hours=1')) }),
  listMessages: ofPage('listMessages'),
  switchSending: ({ random }) => ({ fields: either(random, { enabled: true }, { enabled: false, reason: 'Учения' }) }),
  receiveSmsAeroCallback: ({ random, callback }) => ({
    params: { token: callback ?? 'x' },
    bytes: Buffer.from(either(random, 'id=1&status=1', '{"id":1,"status":1}', '')),
    type: either(random, 'application/x-www-form-urlencoded', 'application/json'),
  }),
  listInbox: ofPage('listInbox'),
  clearInbox: (play) => ({ query: toSomebody(play) }),
  readLatestMessage: (play) => ({ query: toSomebody(play) }),
  waitForMessage: (play) => ({ query: [...toSomebody(play), ['timeout', '0']] }),
};

const pairsOf = (query) => query.split('&').map((pair) => pair.split('='));

/** The session of whom an access token is. */
const sessionOf = ({ token }) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sid;
