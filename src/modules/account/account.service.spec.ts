import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { AuditService } from '../audit/audit.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { LastAdmin, UsernameTaken, UserNotFound } from '../users/users.errors.js';
import { type ProfileChanges, UsersService } from '../users/users.service.js';
import { AccountExport } from './account-export.service.js';
import { UsernameReserved } from './account.errors.js';
import { AccountModule } from './account.module.js';
import { AccountService } from './account.service.js';

const ADDRESS = '203.0.113.7';

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([AccountModule], { PRODUCT_NAME: 'Acme' });
});

afterAll(() => world.close());

const personOf = (id: string) => world.get(UsersService).get(id);

async function change(id: string, changes: ProfileChanges) {
  return world.get(AccountService).change(await personOf(id), changes, ADDRESS);
}

describe('A profile that its owner changes', () => {
  it('is as they say; what is left out or undefined stays, and null clears', async () => {
    const id = await world.aPerson({ firstName: 'Anna', lastName: 'B' });
    const after = await change(id, { firstName: undefined, lastName: null, locale: 'ru' });
    expect(after).toMatchObject({ id, firstName: 'Anna', lastName: null, locale: 'ru' });
    expect(await personOf(id)).toEqual(after);
    expect(await world.entriesAbout(id)).toEqual([]);
  });

  it('with another username is written down, because that is a name to sign in by', async () => {
    const id = await world.aPerson();
    await change(id, { username: 'anna_1', city: 'Kazan' });
    await change(id, { username: 'anna_1' });
    await change(id, { username: undefined, city: null });
    expect(await world.entriesAbout(id)).toEqual([
      { action: 'users.username_changed', actorId: id, subjectId: id, address: '203.0.113.*', details: {} },
    ]);
    await change(id, { username: null });
    expect(await personOf(id)).toMatchObject({ username: null });
    expect(await world.entriesAbout(id)).toHaveLength(2);
  });

  it('gets no username that is reserved, or is the name of the product; who was given one keeps it', async () => {
    const id = await world.aPerson();
    for (const username of ['support', 'acme_1'])
      await expect(change(id, { username })).rejects.toMatchObject({
        constructor: UsernameReserved,
        facts: { errors: [{ field: 'username', rule: 'usernameReserved' }] },
      });
    await world.sql(`UPDATE users SET username = 'support' WHERE id = $1`, [id]);
    expect(await change(id, { username: 'support', city: 'Kazan' })).toMatchObject({ city: 'Kazan' });
  });

  it('gets no username that somebody has, and nothing of the request is done', async () => {
    const [id] = [await world.aPerson(), await world.aPerson({ username: 'taken_1' })];
    await expect(change(id, { username: 'taken_1', city: 'Kazan' })).rejects.toBeInstanceOf(UsernameTaken);
    expect(await personOf(id)).toMatchObject({ username: null, city: null });
    expect(await world.entriesAbout(id)).toEqual([]);
  });
});

describe('An account that its owner deletes', () => {
  it('is gone; that is told where they could be reached, in their language, and written down without a place', async () => {
    const [phone, email] = [world.freshPhone(), world.freshEmail()];
    const id = await world.aPerson({ phone, email });
    await world.get(AccountService).erase(await personOf(id), 'ru');
    await expect(personOf(id)).rejects.toBeInstanceOf(UserNotFound);
    const messages = await world.sql(
      'SELECT template, recipient, locale, fleeting FROM messages WHERE subject_id = $1',
      [id],
    );
    expect(messages).toEqual([{ template: 'notice-account-deleted', recipient: email, locale: 'ru', fleeting: true }]);
    expect(await world.entriesAbout(id)).toEqual([
      { action: 'users.deleted', actorId: id, subjectId: id, address: null, details: {} },
    ]);
  });

  it('is never that of the last administrator, who is told nothing', async () => {
    const id = await world.aPerson({ role: 'admin' });
    await expect(world.get(AccountService).erase(await personOf(id), 'en')).rejects.toBeInstanceOf(LastAdmin);
    expect(await world.noticesTo(id)).toEqual([]);
    expect(await world.entriesAbout(id)).toEqual([]);
  });
});

describe('What we hold on a person', () => {
  async function exportOf(personId: string, sessionId = newId()) {
    const principal = { person: await personOf(personId), sessionId, authenticatedAt: new Date(), fresh: true };
    return world.get(AccountExport).of(principal, ADDRESS);
  }

  it('is the profile, the password’s age, the sessions, the messages to every contact and about them', async () => {
    const [phone, email] = [world.freshPhone(), world.freshEmail()];
    const id = await world.aPerson({ phone, email, firstName: 'Anna' });
    const [session, old] = [newId(), world.freshPhone()];
    await world.sql(
      `INSERT INTO sessions (id, user_id, seed, masked_address, idle_expires_at, absolute_expires_at)
       VALUES ($1, $2, '', '203.0.113.*', clock_now() + interval '1 h', clock_now() + interval '1 h')`,
      [session, id],
    );
    const message = { template: 'notice-blocked', locale: 'en', lifeSeconds: 60 } as const;
    await world.get(MessagesService).enqueue({ ...message, channel: 'sms', recipient: phone });
    await world.get(MessagesService).enqueue({ ...message, channel: 'email', recipient: email });
    await world.get(MessagesService).enqueue({ ...message, channel: 'sms', recipient: old, subjectId: id });
    await world.get(MessagesService).enqueue({ ...message, channel: 'sms', recipient: world.freshPhone() });
    const held = await exportOf(id, session);
    expect(held).toMatchObject({
      profile: { id, phone, email, firstName: 'Anna', inviteCode: await world.inviteCodeOf(id) },
      passwordSetAt: null,
      sessions: [{ id: session, current: true, address: '203.0.113.*' }],
    });
    expect(held.messages).toHaveLength(3);
    expect(Math.abs(held.exportedAt.getTime() - world.clock.now().getTime())).toBeLessThan(60_000);
    await world.get(PasswordsService).set(id, 'hashed');
    expect((await exportOf(id)).passwordSetAt).toBeInstanceOf(Date);
  });

  it('that it was asked for is written down, and is in it', async () => {
    const id = await world.aPerson();
    const { audit } = await exportOf(id);
    expect(audit).toMatchObject([
      { action: 'users.exported', by: 'you', concerning: 'you', address: '203.0.113.*', details: {}, times: 1 },
    ]);
    expect(Object.keys(audit[0] ?? {}).sort()).toEqual([
      'action',
      'address',
      'by',
      'concerning',
      'createdAt',
      'details',
      'lastAt',
      'times',
    ]);
    expect(await world.entriesAbout(id)).toMatchObject([{ actorId: id, subjectId: id }]);
  });

  it('names nobody else: neither who of the staff did something, nor from where, nor what they noted', async () => {
    const [id, staff] = [await world.aPerson(), newId()];
    const details = { note: 'x' };
    const audit = world.get(AuditService);
    await audit.record({ action: 'users.blocked', actorId: staff, subjectId: id, address: ADDRESS, details });
    await audit.record({ action: 'users.viewed', actorId: id, subjectId: staff, address: ADDRESS, details });
    await audit.record({ action: 'users.role_changed', subjectId: id, address: ADDRESS, details });
    const held = await exportOf(id);
    expect(JSON.stringify(held)).not.toContain(staff);
    expect(held.audit.slice(1)).toMatchObject([
      { action: 'users.role_changed', by: 'unknown', concerning: 'you', address: '203.0.113.*', details },
      { action: 'users.viewed', by: 'you', concerning: 'somebody_else', address: '203.0.113.*', details },
      { action: 'users.blocked', by: 'staff', concerning: 'you', address: null, details: {} },
    ]);
    expect(held.audit[3]?.details).toEqual({});
  });

  it.each([500, 1_200])('is every entry of the log, however many: %i', async (count) => {
    const id = await world.aPerson();
    await world.sql(
      `INSERT INTO audit_entries (id, action, actor_id, subject_id)
       SELECT (substr($2::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid, 'users.viewed', $1, $1 FROM generate_series(1, $3::int) n`,
      [id, '00000000-0000-7000-8000-', count - 1],
    );
    const { audit } = await exportOf(id);
    expect(audit).toHaveLength(count);
    await world.sql('DELETE FROM audit_entries WHERE subject_id = $1', [id]);
  });
});
