import { contactsOf } from '../../common/contact.js';
import { releasedContacts } from '../../../test/support/retention.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { Events } from '../../platform/events/events.js';
import { User } from './user.entity.js';
import { ContactTaken, LastContact, UsernameTaken, UserNotFound } from './users.errors.js';
import { ContactReleased } from './users.events.js';
import { UsersService } from './users.service.js';

const ROOT = new RootKey('a secret of the application, thirty-two');

let world: StoredWorld;
let events: Events;
let users: UsersService;
let people = 0;

beforeAll(async () => {
  world = await startStoredWorld([User]);
});

beforeEach(() => {
  events = new Events();
  users = new UsersService(world.database, releasedContacts(world.database, events, ROOT));
});

afterAll(() => world.close());

const freshPhone = (): string => `+7912000${1000 + (people += 1)}`;
const freshEmail = (): string => `ann${(people += 1)}@example.org`;

async function somebody(columns: Partial<Record<'phone' | 'email' | 'username' | 'status', string>> = {}) {
  const id = newId();
  const { phone = freshPhone(), email = null, username = null, status = 'active' } = columns;
  await world.sql('INSERT INTO users (id, phone, email, username, status) VALUES ($1, $2, $3, $4, $5)', [
    ...[id, phone, email, username, status],
  ]);
  return { id, phone };
}

const foundBy = async (id: string) =>
  (
    await world.sql<object>(
      'SELECT search_name AS forwards, search_name_reversed AS backwards FROM users WHERE id = $1',
      [id],
    )
  )[0];

describe('A person', () => {
  it('is known by phone, e-mail address and username, each their own', async () => {
    const [email, username] = [freshEmail(), `ann${(people += 1)}`];
    const { id, phone } = await somebody({ email, username });
    expect(await users.findBy('phone', phone)).toMatchObject({ id });
    expect(await users.findBy('email', email)).toMatchObject({ id });
    expect(await users.findBy('username', username)).toMatchObject({ id });
    expect(await users.findBy('email', phone)).toBeUndefined();
  });

  it('carries nothing that is for staff or for searching only', async () => {
    const person = await users.get((await somebody()).id);
    expect(Object.keys(person).filter((name) => /blocked|search/i.test(name))).toEqual([]);
  });

  it('shows a picture until that is taken away', async () => {
    const { id } = await somebody();
    await users.setAvatar(id, 'picture');
    expect(await users.get(id)).toMatchObject({ avatarId: 'picture' });
    await users.setAvatar(id, null);
    expect(await users.get(id)).toMatchObject({ avatarId: null });
  });

  it('who wants what somebody has is answered as themself, whoever registered first', async () => {
    const email = freshEmail();
    const [first, second] = [await somebody(), await somebody({ email })];
    expect(await users.lockWanting(first.id, { email })).toMatchObject({ id: first.id });
    expect(await users.lockWanting(second.id, { phone: first.phone })).toMatchObject({ id: second.id });
    await expect(users.lockWanting(newId(), { email })).rejects.toBeInstanceOf(UserNotFound);
  });

  it('is nobody once deleted', async () => {
    const { id } = await somebody({ status: 'deleted' });
    for (const who of [id, newId()]) {
      await expect(users.get(who)).rejects.toThrow(UserNotFound);
      await expect(users.lock(who)).rejects.toThrow(UserNotFound);
      await expect(users.change(who, {})).rejects.toThrow(UserNotFound);
    }
  });

  it('has the phone before the e-mail address among the contacts', () => {
    expect(contactsOf({ phone: '+7', email: 'a@b' })).toEqual([
      { channel: 'sms', value: '+7' },
      { channel: 'email', value: 'a@b' },
    ]);
    expect(contactsOf({ phone: null, email: null })).toEqual([]);
  });
});

describe('Changing a profile', () => {
  it('changes what is named, clears what is null and leaves the rest', async () => {
    const { id } = await somebody();
    await users.change(id, { firstName: 'Ann', city: 'Kazan', telegramId: '12345', locale: 'ru' });
    const changed = await users.change(id, { city: null, lastName: 'Lee' });
    expect(changed).toMatchObject({ firstName: 'Ann', lastName: 'Lee', city: null, telegramId: '12345', locale: 'ru' });
  });

  it.each([
    [{ firstName: 'Артём', lastName: 'Ёлкин' }, 'артем елкин', 'елкин артем'],
    [{ firstName: ' ANN  Mary ', lastName: 'Lee' }, 'ann mary lee', 'lee ann mary'],
    [{ lastName: 'Lee' }, 'lee', null],
    [{ firstName: 'Ann' }, 'ann', null],
  ])('makes %j findable', async (names, forwards, backwards) => {
    const { id } = await somebody();
    await users.change(id, names);
    expect(await foundBy(id)).toEqual({ forwards, backwards });
  });

  it('keeps the other name findable, and forgets names that are cleared', async () => {
    const { id } = await somebody();
    await users.change(id, { firstName: 'Ann', lastName: 'Lee' });
    await users.change(id, { firstName: 'Eve' });
    expect(await foundBy(id)).toEqual({ forwards: 'eve lee', backwards: 'lee eve' });
    await users.change(id, { firstName: null, lastName: null });
    expect(await foundBy(id)).toEqual({ forwards: null, backwards: null });
  });

  it('gives a username to one person only, also of two at once', async () => {
    const two = [await somebody(), await somebody()];
    const username = `eve${(people += 1)}`;
    const results = await Promise.allSettled(two.map(({ id }) => users.change(id, { username })));
    const refused = results.find((result) => result.status === 'rejected');
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(refused?.reason).toBeInstanceOf(UsernameTaken);
  });
});

describe('Changing a contact', () => {
  function releases(): ContactReleased[] {
    const released: ContactReleased[] = [];
    events.on(ContactReleased, async (event) => void released.push(event));
    return released;
  }

  it('tells what it was and what it is, and lets the old one go', async () => {
    const { id, phone } = await somebody();
    const released = releases();
    const value = freshPhone();
    const { before, after } = await users.changeContact(id, 'phone', value);
    expect([before.phone, after.phone]).toEqual([phone, value]);
    expect(await users.get(id)).toEqual(after);
    expect(released).toEqual([new ContactReleased(id, { channel: 'sms', value: phone })]);
    expect(await world.sql('SELECT blocked FROM released_contacts WHERE user_id = $1', [id])).toEqual([
      { blocked: false },
    ]);
  });

  it('lets nothing go when there was none, or when it is the same', async () => {
    const { id, phone } = await somebody();
    const released = releases();
    await users.changeContact(id, 'email', freshEmail());
    await users.changeContact(id, 'phone', phone);
    expect(released).toEqual([]);
    expect(await world.sql('SELECT FROM released_contacts WHERE user_id = $1', [id])).toEqual([]);
  });

  it('comes back to the first one', async () => {
    const { id, phone } = await somebody();
    for (const value of [freshPhone(), phone, freshPhone()]) await users.changeContact(id, 'phone', value);
    expect((await users.get(id)).phone).not.toBe(phone);
  });

  it('takes nobody’s away', async () => {
    const [anna, boris] = [await somebody(), await somebody()];
    await expect(users.changeContact(anna.id, 'phone', boris.phone)).rejects.toThrow(ContactTaken);
    const email = freshEmail();
    await users.changeContact(boris.id, 'email', email);
    await expect(users.changeContact(anna.id, 'email', email)).rejects.toThrow(ContactTaken);
    expect(await users.get(anna.id)).toMatchObject({ phone: anna.phone, email: null });
  });

  it('takes away one of two, never the last', async () => {
    const { id } = await somebody({ email: freshEmail() });
    expect((await users.changeContact(id, 'phone', null)).after).toMatchObject({ phone: null });
    await expect(users.changeContact(id, 'email', null)).rejects.toThrow(LastContact);
    const other = await somebody();
    await expect(users.changeContact(other.id, 'phone', null)).rejects.toThrow(LastContact);
  });

  it('of two at once leaves one', async () => {
    const { id } = await somebody({ email: freshEmail() });
    const removals = (['phone', 'email'] as const).map((column) => users.changeContact(id, column, null));
    const results = await Promise.allSettled(removals);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
