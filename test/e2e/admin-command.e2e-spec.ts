import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CliModule } from '../../src/cli.module.js';
import { CannotStart } from '../../src/common/cannot-start.js';
import { AdminCommand } from '../../src/modules/commands/admin.command.js';
import { JsonLogger } from '../../src/platform/observability/logger.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { freshEmail, freshPhone, type User, World } from '../support/world.js';

/** The command as `npm run admin` runs it: beside a service that is running, and without HTTP. */
describe('npm run admin', () => {
  let app: TestApp;
  let world: World;
  let context: INestApplicationContext;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    const options = { logger: new JsonLogger('silent'), abortOnError: false };
    context = await NestFactory.createApplicationContext(CliModule.for(app.config), options);
  });

  afterAll(async () => {
    await context.close();
    await app.close();
  });

  const run = (...args: string[]): Promise<string> => context.get(AdminCommand).run(args);

  async function failureOf(...args: string[]): Promise<string> {
    const error: unknown = await run(...args).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CannotStart);
    return (error as CannotStart).message;
  }

  const entriesAbout = (id: string): Promise<object[]> =>
    app.sql(
      `SELECT action, actor_id AS "actorId", details FROM audit_entries
       WHERE subject_id = $1 AND action LIKE 'users.%' ORDER BY id`,
      [id],
    );

  const noticesTo = async (id: string): Promise<string[]> =>
    (
      await app.sql<{ template: string }>(
        `SELECT template FROM messages WHERE subject_id = $1 AND template LIKE 'notice-%' ORDER BY id`,
        [id],
      )
    ).map(({ template }) => template);

  const masked = ({ phone }: User): string => `+7 *** ***-**-${phone.slice(-2)}`;

  it.each([
    ['--phone', freshPhone()],
    ['--email', freshEmail()],
  ])('creates an administrator by %s, on trust: they sign in and have an invite code', async (option, contact) => {
    const printed = await run('create', option, contact);
    expect(printed).toMatch(/^[0-9a-f-]{36} \(.+\) is an administrator now\.$/);
    expect(printed).not.toContain(contact);
    const admin = await world.aUser(option === '--phone' ? { phone: contact } : { email: contact });
    expect(admin.tokens).toMatchObject({ isNewUser: false, user: { role: 'admin', id: printed.slice(0, 36) } });
    expect(admin.tokens.user.inviteCode).toMatch(/^[0-9A-Z]{6}$/);
    const details = { by: 'cli', from: 'user', to: 'admin' };
    expect(await entriesAbout(admin.id)).toEqual([{ action: 'users.role_changed', actorId: null, details }]);
  });

  it('creates nobody anew whom there is already, and says so the second time', async () => {
    const user = await world.aUser();
    const shown = `${user.id} (${masked(user)})`;
    expect(await run('create', '--phone', `8${user.phone.slice(2)}`)).toBe(`${shown} is an administrator now.`);
    expect(await run('create', '--phone', user.phone)).toBe(`${shown} is an administrator already.`);
    expect(await user.api.auditLog()).toMatchObject({ status: 200 });
    expect(await noticesTo(user.id)).toEqual(['notice-role-changed']);
  });

  it('promotes by id, by phone and by e-mail address', async () => {
    const email = freshEmail();
    const users = [await world.aUser(), await world.aUser(), await world.aUser({ email })];
    const names = [users[0]?.id, users[1]?.phone, email.toUpperCase()];
    for (const [n, user] of users.entries()) {
      await run('promote', names[n] ?? '');
      expect(await user.api.auditLog()).toMatchObject({ status: 200 });
    }
  });

  it('blocks at once, with a reason for staff, and unblocks', async () => {
    const user = await world.aUser();
    expect(await run('block', user.phone, '--reason', 'Spam')).toMatch(/ is blocked, and signed out everywhere\.$/);
    expect(await user.api.me()).toMatchObject({ status: 401 });
    const reasons = await app.sql('SELECT blocked_reason AS reason FROM users WHERE id = $1', [user.id]);
    expect(reasons).toEqual([{ reason: 'Spam' }]);
    expect(await failureOf('promote', user.id)).toMatch(/is blocked\. First: npm run admin -- unblock /);
    expect(await run('unblock', user.id)).toMatch(/ may sign in again\.$/);
    expect(await run('unblock', user.id)).toMatch(/ may sign in; there was no block\.$/);
    await app.advance('61 s');
    expect((await world.aUser({ phone: user.phone })).id).toBe(user.id);
    expect(await noticesTo(user.id)).toEqual(['notice-blocked', 'notice-unblocked']);
    expect(await entriesAbout(user.id)).toMatchObject([
      { action: 'users.blocked', details: { by: 'cli' } },
      { action: 'users.unblocked', details: { by: 'cli' } },
    ]);
  });

  it('lists administrators, then moderators, with masked contacts', async () => {
    const [admin, moderator, user] = [await world.anAdmin(), await world.aModerator(), await world.aUser()];
    const lines = (await run('list')).split('\n');
    const places = [admin, moderator].map((each) => lines.findIndex((line) => line.startsWith(each.id)));
    expect(lines[places[0] ?? -1]).toBe(`${admin.id} (${masked(admin)}) admin, active`);
    expect(lines[places[1] ?? -1]).toBe(`${moderator.id} (${masked(moderator)}) moderator, active`);
    expect(places[0]).toBeLessThan(places[1] ?? -1);
    expect(lines.join()).not.toContain(user.id);
    expect(lines.join()).not.toContain(admin.phone);
  });

  it('turns sending off and on for the service that is running', async () => {
    expect(await run('sending', 'off', 'A flood')).toMatch(/^Sending SMS is off since .* UTC: A flood\.\n/);
    expect(await world.aVisitor().requestCode()).toMatchObject({ status: 503, body: { code: 'sms.unavailable' } });
    expect(await run('sending', 'on')).toMatch(/^Sending SMS is on /);
    expect(await world.aVisitor().requestCode()).toMatchObject({ status: 202 });
  });

  it('never blocks the last administrator', async () => {
    const admin = await world.anAdmin();
    await app.sql(`UPDATE users SET role = 'user' WHERE role = 'admin' AND id <> $1`, [admin.id]);
    expect(await failureOf('block', admin.id)).toBe('This is the last administrator. Make somebody else one first.');
    expect(await admin.api.me()).toMatchObject({ status: 200 });
  });

  it.each([
    [['promote', '019a0000-0000-7000-8000-000000000000'], /^There is no such person\./],
    [['promote', freshPhone()], /^Nobody has \+7 \*\*\* \*\*\*-\*\*-\d\d\. Check it for mistakes\.$/],
    [['promote', '12345'], /^No such phone number exists\./],
    [['create', '--email', 'anna'], /^This is no e-mail address/],
    [['create', '--phone', '+4915123456789'], /^We do not send codes to phones of this country\./],
  ])('tells a mistake in one sentence: %j', async (args, sentence) => {
    expect(await failureOf(...args)).toMatch(sentence);
  });

  it.each([
    [[]],
    [['create']],
    [['create', '+79123456789']],
    [['create', '--phone', '+79123456789', '--email', 'anna@example.com']],
    [['promote']],
    [['promote', 'one', 'another']],
    [['promote', 'anna@example.com', '--reason', 'x']],
    [['list', 'everybody']],
    [['toString']],
    [['constructor', 'x']],
    [['block', 'anna@example.com', '--because', 'x']],
    [['block', 'anna@example.com', '--reason']],
  ])('says how it is used when it is called with %j', async (args) => {
    expect(await failureOf(...args)).toMatch(/^Usage:\n {2}npm run admin -- create /);
  });
});
