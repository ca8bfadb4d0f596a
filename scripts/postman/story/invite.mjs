import { keep, keepChallenge, keepPerson, kept } from '../sandbox.mjs';
import { readCode } from './reading.mjs';

const sharing = {
  name: 'Share the code',
  description: 'Everybody has an invite code, a link and a QR code of it.',
  steps: [
    {
      operation: 'readOwnReferrals',
      name: 'My invite code',
      status: 200,
      after() {
        keep('inviteCode', pm.response.json().inviteCode);
      },
    },
    { operation: 'readInviteQr', name: 'The link as a QR code', status: 200 },
    {
      operation: 'checkInviteCode',
      name: 'Does anybody have this code?',
      path: { code: '{{inviteCode}}' },
      status: 200,
      after() {
        pm.test('somebody has it', () => pm.expect(pm.response.json().valid).to.equal(true));
      },
    },
    {
      operation: 'openShareLink',
      name: 'Follow the link',
      path: { code: '{{inviteCode}}' },
      query: { via: 'link' },
      status: 303,
      stays: true,
      after() {
        pm.test('it leads to sign-in with the code', () =>
          pm.expect(pm.response.headers.get('Location')).to.include(kept('inviteCode')),
        );
      },
    },
    {
      operation: 'activateInviteCode',
      name: 'My own code is not for me',
      body: { inviteCode: '{{inviteCode}}' },
      status: 409,
      problem: 'referrals.own_code',
    },
  ],
};

const friend = {
  name: 'The friend signs in',
  description: 'Somebody else, with the phone `friendPhone`.',
  steps: [
    {
      operation: 'requestCode',
      name: 'A code for the friend',
      body: { phone: '{{friendPhone}}' },
      status: 202,
      patient: true,
      after: keepChallenge,
    },
    readCode('{{friendPhone}}', 'Read it in the inbox'),
    {
      operation: 'verifyCode',
      name: 'Sign in as the friend',
      body: { challengeId: '{{challengeId}}', code: '{{code}}' },
      status: [200, 201],
      after() {
        keepPerson('friend');
      },
    },
  ],
};

const activating = {
  name: 'The friend activates the code',
  description: 'Once in a lifetime. An invite code may also be sent with the code at sign-in (`inviteCode` of `verifyCode`).',
  steps: [
    {
      operation: 'activateInviteCode',
      name: 'Activate it',
      as: 'friend',
      body: { inviteCode: '{{inviteCode}}' },
      status: 200,
    },
    {
      operation: 'activateInviteCode',
      name: 'The same again is no mistake',
      as: 'friend',
      body: { inviteCode: '{{inviteCode}}' },
      status: 200,
      after() {
        pm.test('it is the active one', () => pm.expect(pm.response.json().inviteCode).to.equal(kept('inviteCode')));
      },
    },
    {
      operation: 'activateInviteCode',
      name: 'Another one is refused',
      as: 'friend',
      body: { inviteCode: '{{adminInviteCode}}' },
      status: 409,
      problem: 'referrals.already_activated',
    },
    {
      operation: 'activateInviteCode',
      name: 'Whoever I invited cannot invite me',
      body: { inviteCode: '{{friendInviteCode}}' },
      status: 409,
      problem: 'referrals.cycle',
    },
    {
      operation: 'listInvitees',
      name: 'Whom I invited',
      query: { limit: '20' },
      status: 200,
      after() {
        pm.test('the friend is there', () =>
          pm.expect(pm.response.json().items.map(({ phone }) => phone)).to.include(kept('friendPhone')),
        );
      },
    },
    {
      operation: 'rotateInviteCode',
      name: 'A new code for the friend',
      note: 'Once a day: whoever clicks this again is answered 429.',
      as: 'friend',
      body: {},
      status: [200, 429],
    },
  ],
};

export const invite = {
  name: '4 Invite somebody',
  description: 'Whoever signed in shares their invite code, and a friend activates it.',
  steps: [sharing, friend, activating],
};
