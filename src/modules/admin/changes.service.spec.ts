import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { DomainError } from '../../common/domain-error.js';
import { RegionNotAllowed } from '../addresses/addresses.errors.js';
import { ContactTaken, LastAdmin, LastContact, UserNotFound } from '../users/users.errors.js';
import { UsersService } from '../users/users.service.js';
import { AdminModule } from './admin.module.js';
import { Changes, type PersonChanges } from './changes.service.js';
import { Endings } from './endings.service.js';

const BY = { actorId: newId(), address: '203.0.113.7', details: { by: 'test' } };

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([AdminModule]);
});

afterAll(() => world.close());

const change = (id: string, changes: PersonChanges) => world.get(Changes).change(id, changes, BY);
const personOf = (id: string) => world.get(UsersService).get(id);

async function told(id: string): Promise<string[]> {
  return (await world.noticesTo(id)).map(({ template }) => template.replace('notice-', ''));
}

async function written(id: string): Promise<object[]> {
  const entries = await world.entriesAbout(id);
  for (const { actorId, address, details } of entries) {
    expect({ actorId, address }).toEqual({ actorId: BY.actorId, address: '203.0.113.*' });
    expect(details).toMatchObject(BY.details);
  }
  return entries.map(({ action, details }) => {
    const { by: _by, ...rest } = details as { by: string };
    return { action, ...rest };
  });
}

async function sessionsOf(userId: string, { opened = 0 } = {}): Promise<number> {
  for (let n = 0; n < opened; n += 1) {
    await world.sql(
      `INSERT INTO sessions (id, user_id, seed, masked_address, idle_expires_at, absolute_expires_at)
       VALUES ($1, $2, '', '', clock_now() + interval '1 h', clock_now() + interval '1 h')`,
      [newId(), userId],
    );
  }
  const live = await world.sql('SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [userId]);
  return live.length;
}

describe('A profile that an administrator changes', () => {
  it('is told and written down once, with the names of the fields that are different now', async () => {
    const id = await world.aPerson({ firstName: 'Anna' });
    await change(id, { locale: 'ru', firstName: 'Anna', city: 'Kazan', username: undefined });
    expect(await personOf(id)).toMatchObject({ locale: 'ru', firstName: 'Anna', city: 'Kazan', username: null });
    expect(await told(id)).toEqual(['profile-changed']);
    expect(await written(id)).toEqual([{ action: 'users.profile_changed', fields: ['city', 'locale'] }]);
  });

  it('that stays as it is is neither told nor written down', async () => {
    const phone = world.freshPhone();
    const id = await world.aPerson({ phone, firstName: 'Anna' });
    await change(id, {});
    await change(id, { firstName: 'Anna', phone, role: 'user', status: 'active', city: null });
    expect(await told(id)).toEqual([]);
    expect(await written(id)).toEqual([]);
  });

  it('of nobody is refused, also when nothing would change', async () => {
    await expect(change(newId(), {})).rejects.toBeInstanceOf(UserNotFound);
    await expect(change(newId(), { city: 'Kazan' })).rejects.toBeInstanceOf(UserNotFound);
  });
});

describe('A role that an administrator gives', () => {
  it('is told, and written down with the one before', async () => {
    const id = await world.aPerson();
    await change(id, { role: 'moderator' });
    expect(await personOf(id)).toMatchObject({ role: 'moderator' });
    expect(await told(id)).toEqual(['role-changed']);
    expect(await written(id)).toEqual([{ action: 'users.role_changed', from: 'user', to: 'moderator' }]);
  });

  it('takes none from the last administrator, and nothing else of the request is done', async () => {
    const id = await world.aPerson({ role: 'admin' });
    await expect(change(id, { role: 'user', city: 'Kazan' })).rejects.toBeInstanceOf(LastAdmin);
    expect(await personOf(id)).toMatchObject({ role: 'admin', city: null });
    await world.aPerson({ role: 'admin' });
    await change(id, { role: 'user' });
    expect(await personOf(id)).toMatchObject({ role: 'user' });
  });
});

describe('Several administrators at once', () => {
  it('who change one person in several ways never wait for each other for ever', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await world.aPerson();
      // The first is how the API asks for it, the others are how the command does.
      await Promise.all([
        change(id, { role: 'moderator', city: 'Kazan' }),
        world.get(Changes).block(id, undefined, BY),
        world.get(Changes).unblock(id, BY),
      ]);
      expect(await personOf(id)).toMatchObject({ role: 'moderator', city: 'Kazan' });
    }
  });

  it('who give two people what is the other’s are refused, and never wait for each other for ever', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [email, username] = [world.freshEmail(), `round_${newId().slice(-8)}`];
      const ids = [await world.aPerson({ email }), await world.aPerson({ username })];
      const done = await Promise.allSettled([change(ids[1] ?? '', { email }), change(ids[0] ?? '', { username })]);
      const refusal = { status: 'rejected', reason: expect.any(DomainError) as object };
      expect(done).toEqual([refusal, refusal]);
    }
  });
});

describe('A block', () => {
  it('puts out and is told once; another reason is only written down', async () => {
    const id = await world.aPerson();
    expect(await sessionsOf(id, { opened: 2 })).toBe(2);
    await change(id, { status: 'blocked', blockedReason: 'Spam' });
    expect(await sessionsOf(id)).toBe(0);
    await change(id, { status: 'blocked' });
    await change(id, { status: 'blocked', blockedReason: null });
    expect(await told(id)).toEqual(['blocked']);
    expect(await written(id)).toEqual([{ action: 'users.blocked' }, { action: 'users.blocked' }]);
  });

  it('is kept when something else changes', async () => {
    const id = await world.aPerson({ status: 'blocked' });
    await change(id, { city: 'Kazan' });
    expect(await personOf(id)).toMatchObject({ status: 'blocked' });
  });

  it('is lifted, told and written down', async () => {
    const id = await world.aPerson({ status: 'blocked' });
    await change(id, { status: 'active' });
    expect(await personOf(id)).toMatchObject({ status: 'active' });
    expect(await told(id)).toEqual(['unblocked']);
    expect(await written(id)).toEqual([{ action: 'users.unblocked' }]);
  });
});

describe('A contact that an administrator changes', () => {
  it('is told to the one that was lost, and that is forgotten once it is told', async () => {
    const [old, phone] = [world.freshPhone(), world.freshPhone()];
    const id = await world.aPerson({ phone: old });
    await change(id, { phone: `8${phone.slice(2)}` });
    expect(await personOf(id)).toMatchObject({ phone });
    expect(await world.noticesTo(id)).toEqual([{ template: 'notice-contact-changed', recipient: old, fleeting: true }]);
    expect(await written(id)).toEqual([{ action: 'users.contact_changed', channel: 'sms' }]);
  });

  it('is told to the one that was there, when it is the second', async () => {
    const [phone, email] = [world.freshPhone(), world.freshEmail()];
    const id = await world.aPerson({ phone });
    await change(id, { email: email.toUpperCase() });
    expect(await personOf(id)).toMatchObject({ phone, email });
    expect(await world.noticesTo(id)).toEqual([
      { template: 'notice-contact-added', recipient: phone, fleeting: false },
    ]);
    expect(await written(id)).toEqual([{ action: 'users.contact_changed', channel: 'email' }]);
  });

  it('goes as long as another is left, which may come with the same request', async () => {
    const email = world.freshEmail();
    const id = await world.aPerson();
    await expect(change(id, { phone: null })).rejects.toBeInstanceOf(LastContact);
    await change(id, { phone: null, email });
    expect(await personOf(id)).toMatchObject({ phone: null, email });
    expect(await told(id)).toEqual(['contact-added', 'contact-removed']);
    const phone = world.freshPhone();
    await change(id, { email: null, phone });
    expect(await personOf(id)).toMatchObject({ phone, email: null });
    expect((await written(id)).slice(2)).toEqual([
      { action: 'users.contact_changed', channel: 'sms' },
      { action: 'users.contact_removed', channel: 'email' },
    ]);
  });

  it('of another country is read by its region, which must be one of ours', async () => {
    const id = await world.aPerson();
    await expect(change(id, { phone: '0151 23456789', region: 'DE' })).rejects.toBeInstanceOf(RegionNotAllowed);
  });

  it('is nobody else’s, or nothing of the request is done', async () => {
    const phone = world.freshPhone();
    const [id] = [await world.aPerson(), await world.aPerson({ phone })];
    await expect(change(id, { phone, role: 'moderator', city: 'Kazan' })).rejects.toBeInstanceOf(ContactTaken);
    expect(await personOf(id)).toMatchObject({ role: 'user', city: null });
    expect(await told(id)).toEqual([]);
    expect(await written(id)).toEqual([]);
  });
});

describe('What an administrator ends', () => {
  const { actorId, address } = BY;
  const by = { actorId, address };

  it('is every session of a person: told if there was one, and written down with their number', async () => {
    const id = await world.aPerson();
    await sessionsOf(id, { opened: 2 });
    await world.get(Endings).endSessions(id, by);
    expect(await sessionsOf(id)).toBe(0);
    expect(await told(id)).toEqual(['sessions-ended']);
    await world.get(Endings).endSessions(id, by);
    expect(await told(id)).toEqual(['sessions-ended']);
    expect(await world.entriesAbout(id)).toMatchObject([
      { action: 'users.sessions_ended', actorId, address: '203.0.113.*', details: { count: 2 } },
      { action: 'users.sessions_ended', details: { count: 0 } },
    ]);
    await expect(world.get(Endings).endSessions(newId(), by)).rejects.toBeInstanceOf(UserNotFound);
  });

  it('is all there is of a person: told to where they were, forgotten once it is told, and written down', async () => {
    const phone = world.freshPhone();
    const id = await world.aPerson({ phone });
    await world.get(Endings).delete(id, by);
    await expect(personOf(id)).rejects.toBeInstanceOf(UserNotFound);
    expect(await world.noticesTo(id)).toEqual([
      { template: 'notice-account-deleted', recipient: phone, fleeting: true },
    ]);
    expect(await world.entriesAbout(id)).toMatchObject([{ action: 'users.deleted', actorId, address: '203.0.113.*' }]);
    await expect(world.get(Endings).delete(id, by)).rejects.toBeInstanceOf(UserNotFound);
  });

  it('is never the last administrator, who is told nothing', async () => {
    await world.sql(`UPDATE users SET role = 'user'`);
    const id = await world.aPerson({ role: 'admin' });
    await expect(world.get(Endings).delete(id, by)).rejects.toBeInstanceOf(LastAdmin);
    expect(await told(id)).toEqual([]);
    expect(await world.entriesAbout(id)).toEqual([]);
  });
});
