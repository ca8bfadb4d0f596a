import { OtpModule } from '../../src/modules/otp/otp.module.js';
import { PasswordsModule } from '../../src/modules/passwords/passwords.module.js';
import { SessionsModule } from '../../src/modules/sessions/sessions.module.js';
import { SweeperModule } from '../../src/platform/retention/retention.module.js';
import { Sweeper } from '../../src/platform/retention/sweeper.js';
import { KINDS, type KindOfRow, writeAged } from '../support/aged-rows.js';
import { ServicesWorld } from '../support/services.js';

const MODULES = [OtpModule, SessionsModule, PasswordsModule, SweeperModule];

/** How long each is kept, and the variable that says otherwise. */
const KEPT = [
  ['challenges', '24 hours', { KEEP_CHALLENGES_HOURS: '3' }, '3 hours'],
  ['messages', '90 days', { KEEP_MESSAGES_DAYS: '100' }, '100 days'],
  ['sessions', '90 days', { KEEP_SESSIONS_DAYS: '1' }, '24 hours'],
  ['audit entries', '400 days', { KEEP_AUDIT_DAYS: '30' }, '30 days'],
  ['counters', '48 hours', { KEEP_COUNTERS_HOURS: '25' }, '25 hours'],
  ['paused blocks', '48 hours', { KEEP_COUNTERS_HOURS: '25' }, '25 hours'],
  ['counted checks', '48 hours', { KEEP_COUNTERS_HOURS: '25' }, '25 hours'],
  ['wrong passwords', '90 days', { KEEP_PASSWORD_FAILURES_DAYS: '365' }, '365 days'],
  ['given-up contacts', '180 days', { KEEP_RELEASED_CONTACTS_DAYS: '30' }, '30 days'],
  ['known networks', '90 days', {}, '90 days'],
  ['repeated answers', '0 hours', {}, '0 hours'],
] as const satisfies readonly (readonly [KindOfRow, string, Readonly<Record<string, string>>, string])[];

/** Two minutes off the edge: what is counted by the minute is that coarse. */
const younger = (age: string) => `${age} -2 minutes`;
const older = (age: string) => `${age} 2 minutes`;

describe.each([
  ['what the product says', {}, (index: number) => KEPT[index]?.[1]],
  [
    'what is configured',
    Object.assign({}, ...KEPT.map(([, , variables]) => variables)) as Record<string, string>,
    (index: number) => KEPT[index]?.[3],
  ],
])('How long rows are kept is %s', (_, variables, keptFor) => {
  let world: ServicesWorld;

  beforeAll(async () => {
    world = await ServicesWorld.start(MODULES, variables);
    await world.aPerson();
    for (const [index, [kind]] of KEPT.entries()) {
      const kept = keptFor(index) ?? '';
      await writeAged(world, kind, { age: younger(kept) });
      await writeAged(world, kind, { age: older(kept) });
    }
    await world.get(Sweeper).sweep();
  });

  afterAll(() => world.close());

  it.each(KEPT)('%s', async (kind) => {
    expect(await world.sql(`SELECT FROM ${KINDS[kind].table}`)).toHaveLength(1);
  });

  it('and people, what they have and who invited whom are kept for ever', async () => {
    expect(await world.sql('SELECT FROM users')).toHaveLength(1);
    expect(await world.sql('SELECT FROM referral_links')).toHaveLength(1);
  });
});

it('Each table that grows with time is known to be one that forgets, or one that is kept', async () => {
  const world = await ServicesWorld.start([]);
  const tables = await world.sql<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migrations' ORDER BY 1`,
  );
  await world.close();
  const forget = Object.values(KINDS).map(({ table }) => table);
  const grow = {
    'with people': ['users', 'passwords', 'avatars', 'referral_links', 'referrals', 'inviters', 'invite_opens'],
    'by a row a day': ['invite_days', 'referral_days'],
    'not at all': ['sending', 'delivery_rounds', 'retention_walks', 'root_keys', 'signing_keys'],
    'until they have done their work': ['outbox', 'delivery_checks', 'invite_visits', 'sms_budget'],
  };
  expect(tables.map(({ name }) => name)).toEqual([...forget, ...Object.values(grow).flat()].sort());
});
