import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { NAVIGATION, openPage } from '../support/browser.js';
import { bearer, type User, World } from '../support/world.js';

const PASSWORD = 'four words of mine';

describe('Changing one’s invite code', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  async function rotated(user: User): Promise<string> {
    const { status, body, text } = await user.api.rotateInviteCode();
    if (status !== 200) throw new Error(`Changing the code answered ${status}: ${text}`);
    return body.inviteCode;
  }

  const codesOf = ({ id }: User) =>
    app.sql<{ code: string; valid: boolean }>(
      'SELECT code, retired_at IS NULL AS valid FROM referral_links WHERE user_id = $1 ORDER BY created_at',
      [id],
    );

  /** The same person after another sign-in. */
  const again = async ({ phone, address }: User) => {
    await app.advance('21 s');
    return world.aUser({ phone, address });
  };

  it('answers another code, and its link', async () => {
    const user = await world.aUser();
    const { status, body, headers } = await user.api.rotateInviteCode();
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.inviteCode).toMatch(/^(?=.*\d)(?=.*[A-Z])[0-9A-HJKMNP-TV-Z]{6}$/);
    expect(body.inviteCode).not.toBe(user.inviteCode);
    expect(body.shareUrl).toBe(`http://localhost:3000/i/${body.inviteCode}`);
    expect((await user.api.ownReferrals()).body).toEqual(body);
    expect((await user.api.me()).body.inviteCode).toBe(body.inviteCode);
  });

  it('lets people come by the new one, and by the old one no longer', async () => {
    const user = await world.aUser();
    const code = await rotated(user);
    const late = await world.aUser();
    expect(refusal(await late.api.activate(user.inviteCode))).toMatchObject({
      status: 410,
      code: 'referrals.code_retired',
    });
    expect(await late.api.activate(code)).toMatchObject({ status: 200, body: { inviteCode: code } });
  });

  it('keeps whoever came by the old one, who still show it', async () => {
    const user = await world.aUser();
    const early = await world.anInvitee(user);
    const late = await world.anInvitee({ ...user, inviteCode: await rotated(user) } as User);
    const { invitees } = (await user.api.me()).body;
    expect(invitees).toMatchObject({ total: 2, items: [{ phone: late.phone }, { phone: early.phone }] });
    expect((await early.api.me()).body.activatedInviteCode).toBe(user.inviteCode);
  });

  it('keeps the own activated code', async () => {
    const inviter = await world.aUser();
    const user = await world.anInvitee(inviter);
    expect((await user.api.rotateInviteCode()).body.activatedInviteCode).toBe(inviter.inviteCode);
  });

  it('does not make the old one somebody else’s: whoever had it still cannot activate it', async () => {
    const user = await world.aUser();
    await rotated(user);
    expect(refusal(await user.api.activate(user.inviteCode)).code).toBe('referrals.own_code');
  });

  it('never gives the old one to anybody again', async () => {
    const [user, other] = [await world.aUser(), await world.aUser()];
    await rotated(user);
    expect(await codesOf(user)).toContainEqual({ code: user.inviteCode, valid: false });
    const given = app.sql('INSERT INTO referral_links (code, user_id) VALUES ($1, $2)', [user.inviteCode, other.id]);
    await expect(given).rejects.toThrow('referral_links_pkey');
  });

  it('counts who opens the new link, and not who opens the old one', async () => {
    const user = await world.aUser();
    const code = await rotated(user);
    const open = (opened: string, by: string) =>
      openPage(app, `/i/${opened}`, { headers: { 'x-forwarded-for': by, ...NAVIGATION } });
    await open(user.inviteCode, world.aVisitor().address);
    await open(code, world.aVisitor().address);
    await eventually(async () => expect((await user.api.ownReferrals()).body.opens).toBe(1));
  });

  it('is possible once a day', async () => {
    const user = await world.aUser();
    const code = await rotated(user);
    await app.advance('23 hours 59 minutes');
    const early = await again(user);
    const refused = await early.api.rotateInviteCode();
    expect(refusal(refused)).toMatchObject({ status: 429, code: 'referrals.rotated_recently' });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(39);
    expect(refusal(refused).retryAfter).toBe(seconds);
    expect((await early.api.me()).body.inviteCode).toBe(code);
    await app.advance(`${seconds} s`);
    expect(await rotated(early)).not.toBe(code);
    expect((await codesOf(user)).map(({ valid }) => valid)).toEqual([false, false, true]);
  });

  it('happens once when it is asked for several times at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const user = await world.aUser();
      const answers = await Promise.all(Array.from({ length: 4 }, () => user.api.rotateInviteCode()));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429, 429]);
      const [given] = answers.filter(({ status }) => status === 200);
      expect(await codesOf(user)).toEqual([
        { code: user.inviteCode, valid: false },
        { code: given?.body.inviteCode, valid: true },
      ]);
    }
  });

  it('needs somebody who is signed in', async () => {
    expect(await world.aVisitor().api.rotateInviteCode()).toMatchObject({ status: 401 });
  });

  it('needs the password or another sign-in long after the last one; refreshing is none', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    await app.advance('10 min 1 s');
    const { body } = await user.api.refresh(user.tokens.refreshToken);
    const api = user.api.with(bearer(body.accessToken));
    const expected = { status: 403, body: { code: 'auth.reauthentication_required' } };
    expect(await api.rotateInviteCode()).toMatchObject(expected);
    expect(await api.rotateInviteCode({ currentPassword: 'four words of hers' })).toMatchObject(expected);
    expect((await api.me()).body.inviteCode).toBe(user.inviteCode);
    expect(await api.rotateInviteCode({ currentPassword: PASSWORD })).toMatchObject({ status: 200 });
  });

  it('is written down, without the codes', async () => {
    const user = await world.aUser();
    const code = await rotated(user);
    const refused = await user.api.rotateInviteCode();
    expect(refused.status).toBe(429);
    const entries = await app.sql<{ actor_id: string; masked_address: string; details: object }>(
      `SELECT actor_id, masked_address, details FROM audit_entries
       WHERE subject_id = $1 AND action = 'referrals.code_rotated'`,
      [user.id],
    );
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ actor_id: user.id, masked_address: user.address.replace(/\d+$/, '*') });
    for (const secret of [code, user.inviteCode]) expect(JSON.stringify(entries)).not.toContain(secret);
  });
});
