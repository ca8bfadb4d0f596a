import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type User, World } from '../support/world.js';

/** It has what people take for something else, and what Russian keyboards have, too. */
const CODE = 'A0K1TX';

describe('An invite code', () => {
  let app: TestApp;
  let world: World;
  let inviter: User;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    inviter = await world.aUser();
    await app.sql('UPDATE referral_links SET code = $2 WHERE user_id = $1', [inviter.id, CODE]);
  });

  afterAll(() => app.close());

  it.each([
    ['as its owner has it', CODE],
    ['in lower case', 'a0k1tx'],
    ['in both cases', 'A0k1Tx'],
    ['with spaces around it', '  A0K1TX\n'],
    ['in halves', 'A0K 1TX'],
    ['with hyphens', 'A0-K1-TX'],
    ['with a dash that an editor made of one', 'A0K–1TX'],
    ['with the letter O', 'AOK1TX'],
    ['with a small o', 'Aok1TX'],
    ['with the letter I', 'A0KITX'],
    ['with a small i', 'A0KiTX'],
    ['with the letter L', 'A0KLTX'],
    ['with a small l', 'A0KlTX'],
    ['on a Russian keyboard', 'АОК1ТХ'],
    ['in small letters on a Russian keyboard', 'аок1тх'],
    ['half on a Russian keyboard, in pieces', ' а0-К1 тX'],
  ])('may be typed %s', async (_, typed) => {
    const user = await world.aUser();
    expect(await user.api.activate(typed)).toMatchObject({ status: 200, body: { inviteCode: CODE } });
    expect((await user.api.me()).body.activatedInviteCode).toBe(CODE);
  });

  it.each([
    ['one character short', 'A0K1T'],
    ['one too long', 'A0K1TX0'],
    ['twice', 'A0K1TXA0K1TX'],
    ['in another order', '0AK1TX'],
    ['with a point in it', 'A0K.1TX'],
    ['in quotes', '"A0K1TX"'],
    ['as a link', 'http://localhost:3000/i/A0K1TX'],
    ['as a pattern', 'A0K1T%'],
    ['as a pattern for one character', 'A0K1T_'],
    ['with a full-width letter', 'Ａ0K1TX'],
    ['with a Greek letter', 'Α0K1TX'],
    ['with a Russian letter that looks like nothing', 'A0Ж1TX'],
  ])('is nobody’s %s', async (_, typed) => {
    const user = await world.aUser();
    expect(refusal(await user.api.activate(typed))).toMatchObject({ status: 404, code: 'referrals.code_unknown' });
    expect((await user.api.me()).body.activatedInviteCode).toBeNull();
  });
});
