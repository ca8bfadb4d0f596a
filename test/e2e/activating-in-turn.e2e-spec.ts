import { Client } from 'pg';
import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { World } from '../support/world.js';

/** The lock under which it is settled who comes under whom, one after the other, where whoever comes has invitees. */
const TREE_LOCK = 5_208_201_104;

describe('While somebody else takes too long to activate a code', () => {
  let app: TestApp;
  let world: World;
  let slow: Client;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    slow = new Client({ connectionString: app.database.url });
    await slow.connect();
  });

  beforeEach(() => slow.query(`BEGIN; SELECT pg_advisory_xact_lock(${TREE_LOCK})`));

  afterEach(() => slow.query('ROLLBACK'));

  afterAll(async () => {
    await slow.end();
    await app.close();
  });

  async function anInviter() {
    const user = await world.aUser();
    await world.anInvitee(user);
    return user;
  }

  it('those who wait are told to come again, and everybody else is served meanwhile', async () => {
    const [user, inviter] = [await anInviter(), await world.aUser()];
    const waiting = Array.from({ length: 12 }, () => user.api.activate(inviter.inviteCode));
    for (let request = 0; request < 5; request += 1) expect(await inviter.api.me()).toMatchObject({ status: 200 });
    for (const answer of await Promise.all(waiting)) {
      expect(refusal(answer)).toMatchObject({ status: 503, code: 'referrals.busy', retryAfter: 2 });
    }
    await slow.query('ROLLBACK');
    expect(await user.api.activate(inviter.inviteCode)).toMatchObject({ status: 200 });
  });

  it('whoever signs in is signed in, and told that the code was not activated', async () => {
    const [user, inviter] = [await anInviter(), await world.aUser()];
    await app.advance('21 s');
    const again = await world.aVisitor({ phone: user.phone }).signIn(inviter.inviteCode);
    expect(again.tokens).toMatchObject({ isNewUser: false, inviteProblem: { code: 'referrals.busy', retryAfter: 2 } });
    expect((await again.api.me()).body.activatedInviteCode).toBeNull();
  });

  it('who has invited nobody activates theirs all the same, and who has activated one is told so', async () => {
    const inviter = await world.aUser();
    expect(await (await world.aUser()).api.activate(inviter.inviteCode)).toMatchObject({ status: 200 });
    const invitee = await world.anInvitee(inviter);
    expect(invitee.tokens.user.activatedInviteCode).toBe(inviter.inviteCode);
    expect(await invitee.api.activate(inviter.inviteCode)).toMatchObject({ status: 200 });
    const other = await world.aUser();
    expect(refusal(await invitee.api.activate(other.inviteCode)).code).toBe('referrals.already_activated');
  });
});
