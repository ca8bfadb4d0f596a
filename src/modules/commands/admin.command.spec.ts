import { ServicesWorld } from '../../../test/support/services.js';
import { CannotStart } from '../../common/cannot-start.js';
import { newId } from '../../common/crypto.js';
import { ReferralsService } from '../referrals/referrals.service.js';
import { UsersService } from '../users/users.service.js';
import { AdminCommand } from './admin.command.js';
import { CommandsModule } from './commands.module.js';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([CommandsModule]);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

const run = (...args: string[]): Promise<string> => world.get(AdminCommand).run(args);

async function failureOf(...args: string[]): Promise<string> {
  const error: unknown = await run(...args).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CannotStart);
  return (error as CannotStart).message;
}

const personOf = (id: string) => world.get(UsersService).get(id);
const masked = (phone: string): string => `+7 *** ***-**-${phone.slice(-2)}`;

describe('npm run admin -- create', () => {
  it('makes an administrator with an invite code, who knows nothing of it yet', async () => {
    const phone = world.freshPhone();
    const printed = await run('create', '--phone', `8${phone.slice(2)}`);
    const id = printed.slice(0, 36);
    expect(printed).toBe(`${id} (${masked(phone)}) is an administrator now.`);
    expect(await personOf(id)).toMatchObject({ phone, role: 'admin', status: 'active' });
    expect(await world.get(ReferralsService).inviteCodeOf(id)).toMatch(/^[0-9A-Z]{6}$/);
    expect(await world.entriesAbout(id)).toEqual([
      {
        action: 'users.role_changed',
        actorId: null,
        subjectId: id,
        address: null,
        details: { by: 'cli', from: 'user', to: 'admin' },
      },
    ]);
  });

  it('takes whoever is there already, and says so the second time', async () => {
    const email = world.freshEmail();
    const phone = world.freshPhone();
    const id = await world.aPerson({ phone, email });
    const shown = `${id} (${masked(phone)}, a***@example.org)`;
    expect(await run('create', '--email', email.toUpperCase())).toBe(`${shown} is an administrator now.`);
    expect(await run('create', '--phone', phone)).toBe(`${shown} is an administrator already.`);
  });

  it('draws another invite code when the first is somebody’s, and gives up in the end', async () => {
    const drawn = jest.spyOn(world.get(ReferralsService), 'minting');
    const taken = await world.sql<{ code: string }>('SELECT code FROM referral_links LIMIT 1');
    const code = taken[0]?.code;
    for (let draw = 0; draw < 7; draw += 1) drawn.mockReturnValueOnce([code]);
    expect(await run('create', '--email', world.freshEmail())).toMatch(/ is an administrator now\.$/);
    drawn.mockReturnValue([code]).mockClear();
    await expect(run('create', '--email', world.freshEmail())).rejects.toThrow(/referral_links_pkey/);
    expect(drawn).toHaveBeenCalledTimes(8);
  });

  it('draws nothing again when something else went wrong', async () => {
    const drawn = jest.spyOn(world.get(ReferralsService), 'minting').mockReturnValue([null]);
    await expect(run('create', '--email', world.freshEmail())).rejects.toThrow(/null value/);
    expect(drawn).toHaveBeenCalledTimes(1);
  });
});

describe('npm run admin -- promote, block, unblock', () => {
  it('knows people by id, phone and e-mail address', async () => {
    const [phone, email] = [world.freshPhone(), world.freshEmail()];
    const ids = [await world.aPerson(), await world.aPerson({ phone }), await world.aPerson({ email })];
    for (const [n, name] of [ids[0] ?? '', phone, email].entries()) {
      expect(await run('promote', name)).toContain(ids[n]);
      expect(await personOf(ids[n] ?? '')).toMatchObject({ role: 'admin' });
    }
  });

  it('keeps people out with a reason or without, tells what to do first, and lets them in again', async () => {
    const phone = world.freshPhone();
    const id = await world.aPerson({ phone });
    const shown = `${id} (${masked(phone)})`;
    const reasonOf = async () =>
      (await world.sql<{ reason: string }>('SELECT blocked_reason AS reason FROM users WHERE id = $1', [id]))[0];
    expect(await run('block', phone)).toBe(`${shown} is blocked, and signed out everywhere.`);
    expect(await reasonOf()).toEqual({ reason: null });
    await run('block', id, '--reason', 'Spam');
    expect(await reasonOf()).toEqual({ reason: 'Spam' });
    expect(await failureOf('promote', id)).toBe(`${shown} is blocked. First: npm run admin -- unblock ${id}`);
    expect(await run('unblock', phone)).toBe(`${shown} may sign in again.`);
    expect(await run('unblock', phone)).toBe(`${shown} may sign in; there was no block.`);
    expect(await personOf(id)).toMatchObject({ status: 'active', role: 'user' });
    const entries = await world.entriesAbout(id);
    expect(entries.map(({ action }) => action)).toEqual(['users.blocked', 'users.blocked', 'users.unblocked']);
    expect(entries.map(({ details }) => details)).toEqual([{ by: 'cli' }, { by: 'cli' }, { by: 'cli' }]);
  });

  it('shows an id alone where there is no contact', async () => {
    const id = await world.aPerson();
    await world.sql(`UPDATE users SET phone = NULL WHERE id = $1`, [id]);
    expect(await run('promote', id)).toBe(`${id} is an administrator now.`);
  });

  it.each(['promote', 'block', 'unblock'])('%s tells in one sentence that there is nobody', async (action) => {
    const phone = world.freshPhone();
    expect(await failureOf(action, phone)).toBe(`Nobody has ${masked(phone)}. Check it for mistakes.`);
    expect(await failureOf(action, 'ann@nowhere.example')).toBe(
      'Nobody has a***@nowhere.example. Check it for mistakes.',
    );
    expect(await failureOf(action, newId())).toMatch(/^There is no such person\./);
  });
});

describe('npm run admin -- list', () => {
  it('names administrators, then moderators, the newest first, however many; and nobody else', async () => {
    await world.sql(`UPDATE users SET role = 'user'`);
    expect(await run('list')).toBe('There is no staff.');
    const admins: string[] = [];
    while (admins.length < 101) admins.unshift(await world.aPerson({ role: 'admin' }));
    const moderator = await world.aPerson({ role: 'moderator', status: 'blocked' });
    const lines = (await run('list')).split('\n');
    expect(lines.map((line) => line.slice(0, 36))).toEqual([...admins, moderator]);
    expect(lines[0]).toMatch(/^\S+ \(\+7 \*\*\* \*\*\*-\*\*-\d\d\) admin, active$/);
    expect(lines.at(-1)).toMatch(/ moderator, blocked$/);
  });
});

describe('npm run admin, called wrongly', () => {
  it.each([
    [[]],
    [['toString']],
    [['create']],
    [['create', '+79123456789']],
    [['create', '+79123456789', '--email', 'anna@example.com']],
    [['create', '--phone', '+79123456789', '--email', 'anna@example.com']],
    [['create', '--email', 'anna@example.com', '--reason', 'x']],
    [['promote']],
    [['promote', 'one', 'another']],
    [['promote', 'anna@example.com', '--phone', '+79123456789']],
    [['promote', 'anna@example.com', '--reason', 'x']],
    [['block', 'anna@example.com', '--reason']],
    [['block', 'anna@example.com', '--why', 'x']],
    [['list', 'everybody']],
    [['list', '--email', 'anna@example.com']],
  ])('says how: %j', async (args) => {
    expect(await failureOf(...args)).toMatch(/^Usage:\n {2}npm run admin -- create/);
  });
});
