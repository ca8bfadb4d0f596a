import { releasedContacts } from '../../../test/support/retention.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { compose, type Fragment } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { Administration } from './administration.service.js';
import { User } from './user.entity.js';
import { LastAdmin, UserNotFound } from './users.errors.js';
import { PersonBlocked, PersonErased, PersonUnblocked } from './users.events.js';
import { FIND_OR_REGISTER, UsersService } from './users.service.js';

const ROOT = new RootKey('a secret of the application, thirty-two');
const PROVEN: Fragment = { parameters: 1, ctes: 'proven AS (SELECT $1::text AS contact, false AS is_test)' };
const REGISTER = compose<{ id: string; status: string; is_new: boolean }>(
  'test.register',
  [PROVEN, FIND_OR_REGISTER.sms],
  'SELECT id, status, is_new FROM person',
);

let world: StoredWorld;
let events: Events;
let users: UsersService;
let administration: Administration;
let phones = 0;

beforeAll(async () => {
  world = await startStoredWorld([User]);
});

beforeEach(async () => {
  await world.sql('TRUNCATE users CASCADE');
  events = new Events();
  const released = releasedContacts(world.database, events, ROOT);
  users = new UsersService(world.database, released);
  administration = new Administration(world.database, users, released, events);
});

afterAll(() => world.close());

async function somebody(columns: Readonly<Record<string, string>> = {}): Promise<string> {
  const id = newId();
  phones += 1;
  const row = { id, phone: `+7912000${1000 + phones}`, ...columns };
  const names = Object.keys(row);
  const places = names.map((_, index) => `$${index + 1}`);
  await world.sql(`INSERT INTO users (${names.join(', ')}) VALUES (${places.join(', ')})`, Object.values(row));
  return id;
}

const anAdmin = () => somebody({ role: 'admin' });
const rowOf = async (id: string) => (await world.sql<User>('SELECT * FROM users WHERE id = $1', [id]))[0];

async function register(value: string) {
  const row = await world.database.first(REGISTER, [value, ...users.registration({ channel: 'sms', value })]);
  if (!row) throw new Error('nobody was registered');
  return row;
}

describe('The first administrator', () => {
  it('is whoever claims it while there is none', async () => {
    const [first, second] = [await somebody(), await somebody()];
    expect(await administration.hasAdmin()).toBe(false);
    expect(await administration.claim(first)).toBe(true);
    expect(await administration.hasAdmin()).toBe(true);
    expect(await administration.claim(second)).toBe(false);
    expect(await rowOf(second)).toMatchObject({ role: 'user' });
  });

  it('is one of several who claim it at once', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => somebody()));
    const claims = await Promise.all(people.map((id) => administration.claim(id)));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });
});

describe('The last administrator', () => {
  const acts: [string, (id: string) => Promise<unknown>][] = [
    ['demoted', (id) => administration.setRole(id, 'moderator')],
    ['blocked', (id) => administration.block(id, null)],
    ['deleted', (id) => administration.erase(id)],
  ];

  it.each(acts)('cannot be %s', async (_, act) => {
    const admin = await anAdmin();
    await somebody({ role: 'admin', status: 'blocked' });
    await expect(act(admin)).rejects.toThrow(LastAdmin);
    expect(await rowOf(admin)).toMatchObject({ role: 'admin', status: 'active' });
  });

  it.each(acts)('can be %s once there is another', async (_, act) => {
    const [admin] = [await anAdmin(), await anAdmin()];
    await act(admin);
    expect(await administration.hasAdmin()).toBe(true);
  });

  it.each(acts)('is left over when two are %s at once', async (_, act) => {
    const both = [await anAdmin(), await anAdmin()];
    const results = await Promise.allSettled(both.map(act));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await administration.hasAdmin()).toBe(true);
  });

  it('may stay one', async () => {
    const admin = await anAdmin();
    await administration.setRole(admin, 'admin');
    expect(await rowOf(admin)).toMatchObject({ role: 'admin' });
  });

  it('is nobody’s concern who is none: others may go where there is no administrator at all', async () => {
    const [user, blocked] = [await somebody(), await somebody({ role: 'admin', status: 'blocked' })];
    await administration.block(user);
    await administration.erase(blocked);
    expect(await rowOf(user)).toMatchObject({ status: 'blocked' });
    expect(await rowOf(blocked)).toMatchObject({ status: 'deleted' });
  });

  it('may be unblocked', async () => {
    const admin = await somebody({ role: 'admin', status: 'blocked' });
    await administration.unblock(admin);
    expect(await rowOf(admin)).toMatchObject({ status: 'active' });
  });
});

describe('Blocking', () => {
  it('keeps the reason for staff and tells the others in the same transaction', async () => {
    const person = await somebody();
    const told: object[] = [];
    events.on(
      PersonBlocked,
      async (event) => void told.push(event, (await rowOf(person))?.status as unknown as object),
    );
    await administration.block(person, 'a reason');
    expect(await rowOf(person)).toMatchObject({ status: 'blocked', blocked_reason: 'a reason' });
    // Read past the transaction: it was not committed yet.
    expect(told).toEqual([new PersonBlocked(person), 'active']);
  });

  it('is undone when somebody who must do their part cannot', async () => {
    const person = await somebody();
    events.on(PersonBlocked, () => Promise.reject(new Error('no')));
    await expect(administration.block(person, null)).rejects.toThrow('no');
    expect(await rowOf(person)).toMatchObject({ status: 'active' });
  });

  it('ends without a trace', async () => {
    const person = await somebody();
    const told: object[] = [];
    events.on(PersonUnblocked, async (event) => void told.push(event));
    await administration.block(person, 'a reason');
    await administration.unblock(person);
    expect(await rowOf(person)).toMatchObject({ status: 'active', blocked_reason: null });
    expect(told).toEqual([new PersonUnblocked(person)]);
    // Whoever is not blocked keeps what the end of a block takes away.
    await administration.unblock(person);
    expect(told).toHaveLength(1);
  });

  it.each(['setRole', 'block', 'unblock', 'erase'] as const)('and the like need somebody: %s', async (act) => {
    const [nobody, deleted] = [newId(), await somebody({ status: 'deleted' })];
    for (const id of [nobody, deleted]) await expect(administration[act](id, 'user')).rejects.toThrow(UserNotFound);
  });
});

describe('Erasing', () => {
  it('leaves nothing personal, and tells the others which contacts those were', async () => {
    const columns = { email: 'ann@example.org', username: 'ann', first_name: 'Ann', last_name: 'B', city: 'Kazan' };
    const more = {
      telegram_id: '12345',
      avatar_id: 'picture',
      locale: 'ru',
      search_name: 'ann b',
      search_name_reversed: 'b ann',
    };
    const person = await somebody({ ...columns, ...more, role: 'moderator' });
    const { phone } = (await rowOf(person)) as User;
    const told: PersonErased[] = [];
    events.on(PersonErased, async (event) => void told.push(event));
    await administration.erase(person);
    const { id, created_at, ...rest } = (await rowOf(person)) as unknown as Record<string, unknown>;
    expect(id).toBe(person);
    expect(created_at).toBeInstanceOf(Date);
    const left = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
    expect(left).toEqual({ role: 'user', status: 'deleted', is_test: false });
    const contacts = [
      { channel: 'sms', value: phone },
      { channel: 'email', value: 'ann@example.org' },
    ];
    expect(told).toEqual([new PersonErased(person, contacts as PersonErased['contacts'])]);
  });

  it('frees the contact: it makes somebody new', async () => {
    const person = await somebody({ phone: '+79120009999' });
    await administration.erase(person);
    expect(await register('+79120009999')).toMatchObject({ is_new: true, status: 'active' });
  });

  it('does not let somebody out of a block: whoever comes with the contact again is blocked, for 180 days', async () => {
    const person = await somebody({ phone: '+79120009998' });
    await administration.block(person, null);
    await administration.erase(person);
    const again = await register('+79120009998');
    expect(again).toMatchObject({ is_new: true, status: 'blocked' });
    expect(await register('+79120009998')).toMatchObject({ id: again.id, is_new: false, status: 'blocked' });
    await world.sql('DELETE FROM users WHERE id = $1', [again.id]);
    await world.clock.advance('179 days');
    const later = await register('+79120009998');
    expect(later.status).toBe('blocked');
    await world.sql('DELETE FROM users WHERE id = $1', [later.id]);
    await world.clock.advance('2 days');
    expect((await register('+79120009998')).status).toBe('active');
  });

  it('remembers a contact only as a keyed hash', async () => {
    await administration.erase(await somebody({ phone: '+79120009997' }));
    const rows = await world.sql<{ row: string }>('SELECT released_contacts::text AS row FROM released_contacts');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('9120009997');
    expect(JSON.stringify(rows)).not.toContain(Buffer.from('+79120009997').toString('hex'));
  });
});
