import { Client } from 'pg';
import type { Answer } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { askForContact } from '../support/contacts.js';
import { eventually } from '../support/eventually.js';
import { plain } from '../support/pictures.js';
import { freshEmail, type User, World } from '../support/world.js';

/** What a deletion has done before it ends; nobody sees it yet, and whoever needs the person or a code has to wait. */
const DELETING = [
  'BEGIN',
  'LOCK TABLE referral_links IN ACCESS EXCLUSIVE MODE',
  `UPDATE referral_links SET retired_at = clock_now() WHERE user_id = $1`,
  `UPDATE users SET status = 'deleted', phone = NULL WHERE id = $1`,
];

describe('Somebody who is deleted after their request was let in', () => {
  let app: TestApp;
  let user: User;
  let inviter: User;
  let confirmation: readonly [challengeId: string, code: string];
  let picture: Blob;

  beforeAll(async () => {
    app = await startTestApp();
    inviter = await new World(app).aUser();
    picture = new Blob([new Uint8Array(await plain(8, 8).png().toBuffer())]);
  });

  beforeEach(async () => {
    user = await new World(app).aUser();
    const { challengeId, code } = await askForContact(app, user, freshEmail());
    confirmation = [challengeId, code];
  });

  afterAll(() => app.close());

  const isWaited = async () => {
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    expect(await app.sql(waiting)).not.toEqual([]);
  };

  /** What a request is answered that a deletion overtakes. */
  async function overtaken(ask: () => Promise<Answer<unknown>>): Promise<Answer<unknown>> {
    const deletion = new Client({ connectionString: app.database.url });
    await deletion.connect();
    for (const statement of DELETING) await deletion.query(statement, statement.includes('$1') ? [user.id] : []);
    const answer = ask();
    await eventually(isWaited).finally(() => deletion.query('COMMIT'));
    await deletion.end();
    return answer;
  }

  it.each<[string, () => Promise<Answer<unknown>>]>([
    ['the profile', () => user.api.me()],
    ['a change of it', () => user.api.changeProfile({ city: 'Kazan' })],
    ['another password', () => user.api.changePassword({ newPassword: 'four words of mine' })],
    ['another picture', () => user.api.upload('/api/v1/users/me/avatar', picture)],
    ['another contact', () => user.api.askForContact({ email: freshEmail() })],
    ['the contact that a code proves', () => user.api.confirmContact(...confirmation)],
    ['a contact less', () => user.api.removeContact('phone')],
    ['the end of the account', () => user.api.deleteAccount()],
    ['the invite code', () => user.api.ownReferrals()],
    ['a picture of it', () => user.api.get('/api/v1/referrals/me/qr.svg')],
    ['another one', () => user.api.rotateInviteCode()],
    ['that of somebody else', () => user.api.activate(inviter.inviteCode)],
  ])('is nobody any more, and does not get %s', async (_, ask) => {
    expect(await overtaken(ask)).toMatchObject({ status: 404, body: { code: 'users.not_found' } });
  });
});
