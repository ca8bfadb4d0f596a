import { startTestApp } from '../support/app.js';
import { adminPool, createTestDatabase } from '../support/database.js';
import { World } from '../support/world.js';

/** What migrations of later versions may do: they expand, and take nothing away that this version uses. */
const LATER = [
  ...['users', 'sessions', 'messages', 'outbox', 'otp_challenges', 'referral_links', 'audit_entries'].flatMap(
    (table) => [
      `ALTER TABLE ${table} ADD COLUMN later text`,
      `ALTER TABLE ${table} ADD COLUMN later_too int NOT NULL DEFAULT 7`,
    ],
  ),
  'CREATE TABLE later_things (id uuid PRIMARY KEY, user_id uuid REFERENCES users (id))',
  'CREATE INDEX users_later ON users (later)',
  'ALTER TABLE users ADD CONSTRAINT users_later_short CHECK (length(later) < 100) NOT VALID',
  `INSERT INTO migrations (timestamp, name) VALUES (1999999999999, 'FromALaterVersion1999999999999')`,
];

it('A version starts, and serves, on the schema of a later one, which has only added', async () => {
  const database = await createTestDatabase();
  const admin = adminPool(database.url);
  for (const statement of LATER) await admin.query(statement);
  const app = await startTestApp({}, database);
  const world = new World(app);
  const inviter = await world.aUser();
  const user = await world.anInvitee(inviter);
  expect(await user.api.refresh(user.tokens.refreshToken)).toMatchObject({ status: 200 });
  expect(await user.api.me()).toMatchObject({ status: 200, body: { activatedInviteCode: inviter.inviteCode } });
  expect(await user.api.changeProfile({ firstName: 'Anna' })).toMatchObject({ status: 200 });
  const admins = await world.anAdmin();
  expect(await admins.api.changePerson(user.id, { status: 'blocked' })).toMatchObject({ status: 200 });
  expect(await user.api.me()).toMatchObject({ status: 401 });
  expect(await inviter.api.deleteAccount()).toMatchObject({ status: 204 });
  await app.close();
  await admin.end();
  await database.drop();
}, 60_000);
