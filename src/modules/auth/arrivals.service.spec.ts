import { eventually } from '../../../test/support/eventually.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import type { AdminConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/observability/metrics.js';
import { AuditService } from '../audit/audit.service.js';
import { PasswordAttempts } from '../passwords/password-attempts.service.js';
import { Administration } from '../users/administration.service.js';
import { UsersService } from '../users/users.service.js';
import { type Arrival, Arrivals } from './arrivals.service.js';
import { Blocked } from './auth.errors.js';
import { AuthModule } from './auth.module.js';

const PHONE = '+79120000001';
const EMAIL = 'boss@example.org';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([AuthModule]);
});

beforeEach(async () => {
  await world.sql(`UPDATE users SET role = 'user'`);
});

afterAll(() => world.close());

/** As in a process that starts. */
const arrivalsWith = (config: AdminConfig): Arrivals =>
  new Arrivals(
    world.get(Database),
    world.get(Administration),
    world.get(PasswordAttempts),
    world.get(AuditService),
    config,
    new Metrics(),
  );

const personOf = (id: string) => world.get(UsersService).get(id);
const arrival = (more: Partial<Arrival> = {}): Arrival => ({
  by: 'code',
  isNewUser: false,
  contact: { channel: 'sms', value: '+79120000009' },
  address: '203.0.113.7',
  ...more,
});

/** The role that a new person answers with, and has. */
async function roleOf(arrivals: Arrivals, how: Arrival): Promise<string> {
  const id = await world.aPerson();
  const { role } = await arrivals.welcome(await personOf(id), how);
  expect(await personOf(id)).toMatchObject({ role });
  return role;
}

describe('The first administrator', () => {
  const named = { phone: PHONE, email: EMAIL, firstUser: false };

  it.each([
    [{ channel: 'sms', value: PHONE }, 'admin'],
    [{ channel: 'email', value: EMAIL }, 'admin'],
    [{ channel: 'sms', value: '+79120000002' }, 'user'],
    [undefined, 'user'],
  ] as const)('is whoever proves the contact that is named: %j makes an %s', async (contact, role) => {
    expect(await roleOf(arrivalsWith(named), arrival({ contact }))).toBe(role);
    expect(await roleOf(arrivalsWith(named), arrival({ contact, by: 'password' }))).toBe('user');
  });

  it('is nobody where nobody is named', async () => {
    expect(await roleOf(arrivalsWith({ firstUser: false }), arrival({ contact: undefined, isNewUser: true }))).toBe(
      'user',
    );
  });

  it('is the first who registers where that is said, and nobody who was there before', async () => {
    const arrivals = arrivalsWith({ firstUser: true });
    expect(await roleOf(arrivals, arrival())).toBe('user');
    expect(await roleOf(arrivals, arrival({ isNewUser: true }))).toBe('admin');
    expect(await roleOf(arrivals, arrival({ isNewUser: true }))).toBe('user');
  });

  it('is looked for only until there is one', async () => {
    const arrivals = arrivalsWith(named);
    const contact = { channel: 'sms', value: PHONE } as const;
    expect(await roleOf(arrivals, arrival({ contact }))).toBe('admin');
    await world.sql(`UPDATE users SET role = 'user'`);
    expect(await roleOf(arrivals, arrival({ contact }))).toBe('user');
  });

  it('is written down, as the work of nobody', async () => {
    const id = await world.aPerson();
    await arrivalsWith({ firstUser: true }).welcome(await personOf(id), arrival({ isNewUser: true }));
    const entries = (await world.entriesAbout(id)).filter(({ action }) => action === 'users.role_changed');
    expect(entries).toMatchObject([{ actorId: null, address: null, details: { role: 'admin' } }]);
    const other = await world.aPerson();
    await arrivalsWith({ firstUser: true }).welcome(await personOf(other), arrival({ isNewUser: true }));
    await eventually(async () => expect(await world.entriesAbout(other)).toHaveLength(1));
  });
});

describe('Somebody who comes in', () => {
  const arrivals = () => arrivalsWith({ firstUser: false });

  it.each([
    [true, 'auth.registered'],
    [false, 'auth.signed_in'],
  ])('is written down; where they are new (%s), as %s', async (isNewUser, action) => {
    const id = await world.aPerson();
    expect(await arrivals().welcome(await personOf(id), arrival({ isNewUser, by: 'password' }))).toEqual(
      await personOf(id),
    );
    await eventually(async () => expect(await world.entriesAbout(id)).toHaveLength(1));
    const details = { by: 'password' };
    expect(await world.entriesAbout(id)).toEqual([
      { action, actorId: id, subjectId: id, address: '203.0.113.*', details },
    ]);
  });

  it('keeps twenty sessions, and begins to count wrong passwords anew', async () => {
    const id = await world.aPerson();
    for (let n = 0; n < 22; n += 1) {
      await world.sql(
        `INSERT INTO sessions (id, user_id, seed, masked_address, idle_expires_at, absolute_expires_at)
         VALUES ($1, $2, '', '', clock_now() + interval '1 h', clock_now() + interval '1 h')`,
        [newId(), id],
      );
    }
    await world.get(PasswordAttempts).attempt({ personId: id }, world.anAsker().network, async () => false);
    await arrivals().welcome(await personOf(id), arrival());
    expect(await world.sql('SELECT FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [id])).toHaveLength(20);
    expect(await world.sql('SELECT FROM password_failures')).toEqual([]);
  });

  it('is turned away when they are blocked, which is written down as a failure', async () => {
    const id = await world.aPerson({ status: 'blocked' });
    const turned = arrivals().turnAway(await personOf(id), arrival({ by: 'password' }));
    await expect(turned).rejects.toBeInstanceOf(Blocked);
    expect(await world.entriesAbout(id)).toEqual([
      {
        action: 'auth.sign_in_failed',
        actorId: null,
        subjectId: id,
        address: '203.0.113.*',
        details: { by: 'password', reason: 'blocked' },
      },
    ]);
  });
});
