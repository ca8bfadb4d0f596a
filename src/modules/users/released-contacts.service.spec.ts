import { createHash } from 'node:crypto';
import { releasedContacts } from '../../../test/support/retention.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import type { Contact } from '../../common/contact.js';
import { newId } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { Events } from '../../platform/events/events.js';
import { compose } from '../../platform/database/statement.js';
import { FORMER_OWNERS, type ReleasedContacts } from './released-contacts.service.js';
import { User } from './user.entity.js';
import { ContactReleased } from './users.events.js';
import { type Person, UsersService } from './users.service.js';

const ROOT = new RootKey('a secret of the application, thirty-two');

let world: StoredWorld;
let events: Events;
let released: ReleasedContacts;
let people = 0;

beforeAll(async () => {
  world = await startStoredWorld([User]);
});

beforeEach(() => {
  events = new Events();
  released = releasedContacts(world.database, events, ROOT);
});

afterAll(() => world.close());

const FORMER = compose<{ id: string }>('test.former_owners', [FORMER_OWNERS], 'SELECT id FROM former');

const freshPhone = (): string => `+7912000${1000 + (people += 1)}`;
const freshEmail = (): string => `ann${(people += 1)}@example.org`;
const sms = (value: string): Contact => ({ channel: 'sms', value });

const formerOwners = async (person: Pick<Person, 'id' | 'phone' | 'email'>): Promise<string[]> =>
  (await world.database.run(FORMER, released.formerOwnersOf(person))).map(({ id }) => id);

async function somebody({ phone = freshPhone(), email = null }: Partial<Pick<Person, 'phone' | 'email'>> = {}) {
  const person = { id: newId(), phone, email, status: 'active' } as const;
  await world.sql('INSERT INTO users (id, phone, email) VALUES ($1, $2, $3)', [person.id, phone, email]);
  return person;
}

type Somebody = Awaited<ReturnType<typeof somebody>>;

/** Gives somebody another phone or e-mail address, as people and administrators do. */
async function move(person: Somebody, column: 'phone' | 'email', value: string | null): Promise<Somebody> {
  const { after } = await new UsersService(world.database, released).changeContact(person.id, column, value);
  return { ...person, phone: after.phone, email: after.email };
}

/** What is remembered of a contact, who had it first first. */
const rowsOf = (contact: Contact) =>
  world.sql<{ id: string; blocked: boolean; at: Date }>(
    'SELECT user_id AS id, blocked, released_at AS at FROM released_contacts WHERE contact = $1 ORDER BY released_at',
    [released.stored(contact)],
  );

describe('A contact that was given up', () => {
  it('is stored so that the same is found and none can be read', () => {
    const [phone, other] = [sms('+79120000001'), sms('+79120000002')];
    expect(released.stored(phone)).toHaveLength(16);
    expect(released.stored({ ...phone })).toEqual(released.stored(phone));
    expect(released.stored(other)).not.toEqual(released.stored(phone));
    expect(released.stored(phone)).not.toEqual(createHash('sha256').update(phone.value).digest().subarray(0, 16));
    const elsewhere = releasedContacts(world.database, events, new RootKey('another secret, also of 32 characters'));
    expect(elsewhere.stored(phone)).not.toEqual(released.stored(phone));
  });

  it('is remembered with whose it was, and whether they were blocked', async () => {
    const [one, other, contact] = [await somebody(), await somebody(), sms(freshPhone())];
    await released.release(one, contact);
    await released.release({ ...other, status: 'blocked' }, contact);
    expect(await rowsOf(contact)).toMatchObject([
      { id: one.id, blocked: false },
      { id: other.id, blocked: true },
    ]);
  });

  it('is remembered from the last time on, as it was then', async () => {
    const [person, contact] = [await somebody(), sms(freshPhone())];
    await released.release({ ...person, status: 'blocked' }, contact);
    const [first] = await rowsOf(contact);
    await world.clock.advance('1 hour');
    await released.release(person, contact);
    const rows = await rowsOf(contact);
    expect(rows).toMatchObject([{ id: person.id, blocked: false }]);
    expect((rows[0]?.at.getTime() ?? 0) - (first?.at.getTime() ?? 0)).toBeGreaterThanOrEqual(3_600_000);
  });

  it('is told of, in the same transaction', async () => {
    const [person, contact] = [await somebody(), sms(freshPhone())];
    const told: ContactReleased[] = [];
    events.on(ContactReleased, async (event) => {
      told.push(event);
      throw new Error('not forgotten');
    });
    const releasing = world.database.transaction(() => released.release(person, contact));
    await expect(releasing).rejects.toThrow('not forgotten');
    expect(told).toEqual([new ContactReleased(person.id, contact)]);
    expect(await rowsOf(contact)).toEqual([]);
  });
});

describe('Those who had a contact before', () => {
  it('are nobody for whoever has it from the first', async () => {
    await move(await somebody(), 'phone', freshPhone());
    expect(await formerOwners(await somebody())).toEqual([]);
  });

  it.each(['phone', 'email'] as const)('are those who gave up the %s that a person has', async (column) => {
    const contact = column === 'phone' ? freshPhone() : freshEmail();
    const before = await somebody({ [column]: contact });
    await move(before, column, column === 'phone' ? freshPhone() : freshEmail());
    expect(await formerOwners(await somebody({ [column]: contact }))).toEqual([before.id]);
  });

  it('are also those of a contact that the person has no longer', async () => {
    const phone = freshPhone();
    const before = await somebody({ phone });
    await move(before, 'phone', freshPhone());
    const person = await move(await somebody({ phone }), 'phone', freshPhone());
    expect(await formerOwners(person)).toEqual([before.id]);
  });

  it('are also those who had it after the person', async () => {
    const phone = freshPhone();
    const person = await move(await somebody({ phone }), 'phone', freshPhone());
    const after = await somebody({ phone });
    expect(await formerOwners(person)).toEqual([]);
    await move(after, 'phone', freshPhone());
    expect(await formerOwners(person)).toEqual([after.id]);
  });

  it('are not the person who gave it up and took it back', async () => {
    const person = await somebody();
    const away = await move(person, 'phone', freshPhone());
    expect(await formerOwners(away)).toEqual([]);
    expect(await formerOwners(await move(away, 'phone', person.phone))).toEqual([]);
  });

  it('are named once each, by however many contacts', async () => {
    const [phone, email] = [freshPhone(), freshEmail()];
    const both = await somebody({ phone, email });
    await move(await move(both, 'phone', freshPhone()), 'email', null);
    const second = await move(await somebody({ phone }), 'phone', freshPhone());
    const owners = await formerOwners(await somebody({ phone, email }));
    expect(owners.sort()).toEqual([both.id, second.id].sort());
  });

  it('are known for 180 days', async () => {
    const phone = freshPhone();
    const before = await somebody({ phone });
    await move(before, 'phone', freshPhone());
    const person = await somebody({ phone });
    await world.clock.advance('179 days 23 hours 59 min');
    expect(await formerOwners(person)).toEqual([before.id]);
    await world.clock.advance('61 s');
    expect(await formerOwners(person)).toEqual([]);
  });
});
