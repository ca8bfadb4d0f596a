import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CliModule } from '../../src/cli.module.js';
import { AdminCommand } from '../../src/modules/commands/admin.command.js';
import { JsonLogger } from '../../src/platform/observability/logger.js';
import type { Answer, Refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { SmsAeroGateway } from '../support/sms-aero-gateway.js';
import { codeIn, type Reviewer, TestPhonesOfAFile } from '../support/test-phones.js';
import { tracesOf } from '../support/traces.js';
import { freshEmail, freshPhone, type User, World, wrongFor } from '../support/world.js';

const phones = new TestPhonesOfAFile();
const PASSWORD = 'a quiet walk at noon';

let gateway: SmsAeroGateway;
let app: TestApp;
let world: World;

beforeAll(async () => {
  gateway = await SmsAeroGateway.start();
  app = await startTestApp(phones.settings(60 * 24, gateway));
  world = new World(app);
});

afterAll(async () => {
  await app.close();
  await gateway.close();
});

const aReviewer = (): Reviewer => phones.aReviewer(world);
const aTestAccount = (): Promise<User> => aReviewer().visitor.signIn();

/** What went to a phone by the provider. */
async function textsTo(phone: string): Promise<string[]> {
  await app.delivered();
  return gateway.textsTo(phone);
}

const isTest = async ({ phone }: { phone: string }) =>
  (await app.sql('SELECT is_test AS "isTest" FROM users WHERE phone = $1', [phone]))[0];

describe('A test phone', () => {
  it('signs in by its fixed code, as often as wanted, and nothing is sent', async () => {
    const { visitor, code } = aReviewer();
    expect(await visitor.requestCode()).toMatchObject({
      status: 202,
      body: { channel: 'sms', codeLength: code.length },
    });
    expect((await visitor.api.statusOf(visitor.challengeId)).body.status).toBe('sent');
    expect(await visitor.verify(code)).toMatchObject({ status: 201, body: { isNewUser: true } });
    expect((await visitor.api.statusOf(visitor.challengeId)).body.status).toBe('used');
    await app.advance('61 s');
    await visitor.requestCode();
    expect(await visitor.verify(code)).toMatchObject({ status: 200, body: { isNewUser: false } });
    expect(await isTest(visitor)).toEqual({ isTest: true });
    expect(await textsTo(visitor.phone)).toEqual([]);
    expect(await app.sql('SELECT FROM outbox')).toEqual([]);
  });

  it('looks like any other from outside, but for what its code is', async () => {
    const [{ visitor, code }, ordinary] = [aReviewer(), world.aVisitor()];
    const [one, other] = [await visitor.requestCode(), await ordinary.requestCode()];
    expect(Object.keys(one.body)).toEqual(Object.keys(other.body));
    const { body } = await visitor.verify(code);
    expect(body.user).not.toHaveProperty('isTest');
  });

  it('is shown in the inbox with its code', async () => {
    const { visitor, code } = aReviewer();
    await visitor.requestCode();
    expect(await visitor.readCode()).toBe(code);
    const { body } = await visitor.api.latestMessage(`to=${encodeURIComponent(visitor.phone)}`);
    expect(body).toMatchObject({ code, segments: 1, text: expect.stringContaining(`: ${code} `) as string });
    expect(body.states.map(({ state }) => state)).toEqual(['queued', 'sent']);
  });

  it('keeps its code when it asks again', async () => {
    const { visitor, code } = aReviewer();
    await visitor.requestCode();
    expect(await visitor.resendCode()).toMatchObject({ status: 429 });
    await app.advance('61 s');
    expect(await visitor.resendCode()).toMatchObject({ status: 202, body: { codeLength: code.length } });
    expect(await visitor.verify(code)).toMatchObject({ status: 201 });
    expect(await textsTo(visitor.phone)).toEqual([]);
  });

  it('is asked for as often as any other', async () => {
    const { visitor } = aReviewer();
    await visitor.requestCode();
    expect(await visitor.requestCode()).toMatchObject({ status: 429, body: { code: 'otp.resend_too_soon' } });
  });

  it('counts wrong codes like any other, and the sixth is too late', async () => {
    const { visitor, code } = aReviewer();
    await visitor.requestCode();
    const wrong = async () => (await visitor.verify(wrongFor(code))) as Answer<unknown> as Answer<Refusal>;
    const left = [await wrong(), await wrong(), await wrong(), await wrong(), await wrong()];
    expect(left.map(({ status, body }) => [status, body.attemptsLeft])).toEqual([4, 3, 2, 1, 0].map((n) => [401, n]));
    expect(await visitor.verify(code)).toMatchObject({ status: 410 });
  });

  it('registers with a password, signs in by it, and resets it', async () => {
    const { visitor, code } = aReviewer();
    await visitor.register(PASSWORD);
    expect(await visitor.verify(code)).toMatchObject({ status: 201 });
    expect(await visitor.logIn(PASSWORD)).toMatchObject({ status: 200 });
    await app.advance('61 s');
    expect(await visitor.forgotPassword()).toMatchObject({ status: 202, body: { codeLength: code.length } });
    expect(await visitor.resetPassword(code, 'a quiet walk at midnight')).toMatchObject({ status: 204 });
    expect(await visitor.logIn('a quiet walk at midnight')).toMatchObject({ status: 200 });
    expect(await textsTo(visitor.phone)).toEqual([]);
  });

  it('resets no password where there is no account: that code is sent', async () => {
    const { visitor, code } = aReviewer();
    await visitor.forgotPassword();
    expect(await textsTo(visitor.phone)).toEqual([expect.not.stringContaining(code)]);
    expect(await visitor.resetPassword(code, PASSWORD)).toMatchObject({ status: 401 });
  });

  it('has codes that stand in no table', async () => {
    const { visitor, code } = aReviewer();
    await visitor.signIn();
    await app.advance('61 s');
    await visitor.requestCode();
    expect(await tracesOf(app, [code])).toEqual({});
    expect(app.lines.join('\n')).not.toContain(code);
  });

  it('signs one account in, however many use its code at once', async () => {
    const { visitor, code } = aReviewer();
    await visitor.requestCode();
    const answers = await Promise.all(Array.from({ length: 8 }, () => visitor.verify(code)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await app.sql('SELECT FROM users WHERE phone = $1', [visitor.phone])).toHaveLength(1);
  });
});

describe('A number that is ordinary somebody’s', () => {
  /** An ordinary person who has given a configured number to their account. */
  async function anOwner(): Promise<Reviewer & { readonly owner: User }> {
    const [owner, reviewer] = [await world.aUser(), aReviewer()];
    await app.sql('UPDATE users SET phone = $2 WHERE id = $1', [owner.id, reviewer.visitor.phone]);
    return { owner, ...reviewer };
  }

  it('gets codes that are sent, and the fixed one opens nothing', async () => {
    const { owner, visitor, code } = await anOwner();
    expect((await visitor.requestCode()).body.codeLength).toBe(4);
    expect(await visitor.verify(code)).toMatchObject({ status: 401 });
    const [text] = await textsTo(visitor.phone);
    expect((await visitor.verify(codeIn(text))).body.user.id).toBe(owner.id);
    await app.advance('61 s');
    await visitor.forgotPassword();
    expect(await visitor.resetPassword(code, PASSWORD)).toMatchObject({ status: 401 });
    expect(await isTest(visitor)).toEqual({ isTest: false });
  });

  it.each(['sign in', 'register', 'reset a password'])(
    'is not opened by a challenge from before it was theirs, to %s',
    async (what) => {
      const { visitor, code } = aReviewer();
      if (what === 'reset a password') {
        await visitor.signIn();
        await app.advance('61 s');
        await visitor.forgotPassword();
        await app.sql('UPDATE users SET phone = $2 WHERE phone = $1', [visitor.phone, freshPhone()]);
      } else await (what === 'sign in' ? visitor.requestCode() : visitor.register(PASSWORD));
      const owner = await world.aUser();
      await app.sql('UPDATE users SET phone = $2 WHERE id = $1', [owner.id, visitor.phone]);
      const answer: Answer<unknown> =
        what === 'reset a password' ? await visitor.resetPassword(code, PASSWORD) : await visitor.verify(code);
      expect(answer).toMatchObject({ status: 410, body: { code: 'otp.challenge_over' } });
      expect(await app.sql('SELECT FROM sessions WHERE user_id = $1', [owner.id])).toHaveLength(1);
      expect(await visitor.logIn(PASSWORD)).toMatchObject({ status: 401 });
    },
  );

  it('gets the next code of such a challenge by SMS, and then only that one counts', async () => {
    const { visitor, code } = aReviewer();
    await visitor.requestCode();
    const owner = await world.aUser();
    await app.sql('UPDATE users SET phone = $2 WHERE id = $1', [owner.id, visitor.phone]);
    await app.advance('61 s');
    expect((await visitor.resendCode()).body.codeLength).toBe(4);
    expect(await visitor.verify(code)).toMatchObject({ status: 401 });
    const [text] = await textsTo(visitor.phone);
    expect((await visitor.verify(codeIn(text))).body.user.id).toBe(owner.id);
  });

  it('becomes so only by a code that is sent: the fixed one changes nobody’s contact', async () => {
    const [user, { visitor, code }] = [await world.aUser(), aReviewer()];
    const { body } = await user.api.askForContact({ phone: visitor.phone });
    expect(await user.api.confirmContact(body.challengeId, code)).toMatchObject({ status: 401 });
    const [text] = await textsTo(visitor.phone);
    const profile = await user.api.confirmContact(body.challengeId, codeIn(text));
    expect(profile).toMatchObject({ status: 200, body: { phone: visitor.phone } });
  });
});

describe('A test account', () => {
  let context: INestApplicationContext;

  beforeAll(async () => {
    const options = { logger: new JsonLogger('silent'), abortOnError: false };
    context = await NestFactory.createApplicationContext(CliModule.for(app.config), options);
  });

  afterAll(() => context.close());

  it.each(['moderator', 'admin'])('is never made %s by an administrator', async (role) => {
    const [admin, account] = [await world.anAdmin(), await aTestAccount()];
    const answer = await admin.api.changePerson(account.id, { role });
    expect(answer).toMatchObject({ status: 409, body: { code: 'users.test_account' } });
    expect((await account.api.me()).body.role).toBe('user');
    expect(await admin.api.changePerson(account.id, { role: 'user' })).toMatchObject({ status: 200 });
  });

  it.each(['promote', 'create'])('is never staff by command: %s', async (action) => {
    const account = await aTestAccount();
    const args = action === 'create' ? ['create', '--phone', account.phone] : ['promote', account.id];
    await expect(context.get(AdminCommand).run(args)).rejects.toThrow(/^This is a test account,/);
    expect((await account.api.me()).body.role).toBe('user');
  });

  it.each([1, 2, 3, 4, 5])('is never staff when both are made at once, and opens no staff: round %i', async () => {
    const { visitor, code } = aReviewer();
    await visitor.requestCode();
    const [verified, made] = await Promise.all([
      visitor.verify(code),
      context.get(AdminCommand).run(['create', '--phone', visitor.phone]).catch(String),
    ]);
    expect([201, 410]).toContain(verified.status);
    const testIsFirst = verified.status === 201;
    expect(made).toMatch(testIsFirst ? /This is a test account,/ : / is an administrator now\.$/);
    expect(await isTest(visitor)).toEqual({ isTest: testIsFirst });
  });

  it('is never staff in the database either', async () => {
    const account = await aTestAccount();
    const promotion = app.sql(`UPDATE users SET role = 'admin' WHERE id = $1`, [account.id]);
    await expect(promotion).rejects.toThrow('users_test_never_staff');
  });

  it('activates no code, alone or when it signs in', async () => {
    const inviter = await world.aUser();
    const { visitor, code } = aReviewer();
    await visitor.requestCode();
    const came = await visitor.verify(code, undefined, { inviteCode: inviter.inviteCode });
    expect(came).toMatchObject({ status: 201, body: { inviteProblem: { code: 'referrals.not_for_test_accounts' } } });
    expect(came.body.user.activatedInviteCode).toBeNull();
    await app.advance('61 s');
    const account = await visitor.signIn(inviter.inviteCode);
    expect(account.tokens.inviteProblem).toMatchObject({ code: 'referrals.not_for_test_accounts' });
    const answer = await account.api.activate(inviter.inviteCode);
    expect(answer).toMatchObject({ status: 403, body: { code: 'referrals.not_for_test_accounts' } });
    expect((await inviter.api.me()).body.invitees.total).toBe(0);
  });

  it('has a code that nobody can activate', async () => {
    const [account, user] = [await aTestAccount(), await world.aUser()];
    const answer = await user.api.activate(account.inviteCode);
    expect(answer).toMatchObject({ status: 404, body: { code: 'referrals.code_unknown' } });
    expect((await user.api.get(`/api/v1/invites/${account.inviteCode}`)).body).toEqual({ valid: false });
    const invitee = await world.aVisitor().signIn(account.inviteCode);
    expect(invitee.tokens.inviteProblem).toMatchObject({ code: 'referrals.code_unknown' });
  });

  it('is told nothing by SMS', async () => {
    const [admin, account] = [await world.anAdmin(), await aTestAccount()];
    expect(await admin.api.changePerson(account.id, { firstName: 'Review' })).toMatchObject({ status: 200 });
    expect(await textsTo(account.phone)).toEqual([]);
  });

  it('is told by e-mail where it has one', async () => {
    const [admin, account, email] = [await world.anAdmin(), await aTestAccount(), freshEmail()];
    await admin.api.changePerson(account.id, { email });
    await admin.api.changePerson(account.id, { firstName: 'Review' });
    const to = await app.sql('SELECT recipient FROM messages WHERE template = $1 AND subject_id = $2', [
      'notice-profile-changed',
      account.id,
    ]);
    expect(to).toEqual([{ recipient: email }]);
  });
});
