import { OtpModule } from '../../src/modules/otp/otp.module.js';
import { PasswordsModule } from '../../src/modules/passwords/passwords.module.js';
import { SessionsModule } from '../../src/modules/sessions/sessions.module.js';
import { newId } from '../../src/common/crypto.js';
import { type Forgettable, Retention } from '../../src/platform/retention/retention.js';
import { KINDS, type KindOfRow, writeAged } from '../support/aged-rows.js';
import { ExplainingDatabase } from '../support/explaining-database.js';
import { ServicesWorld } from '../support/services.js';

const ROWS = 50;
const FEW = 1_000;
const MANY = 30_000;

describe('What forgetting reads', () => {
  let database: ExplainingDatabase;
  let all: readonly Forgettable[];
  const few = new Map<string, number>();
  const many = new Map<string, number>();

  beforeAll(async () => {
    const world = await ServicesWorld.start([OtpModule, SessionsModule, PasswordsModule]);
    all = world.get(Retention).all;
    await world.close();
    database = await ExplainingDatabase.open();
    await database.sql('INSERT INTO users (id) VALUES ($1)', [newId()]);
    // Plans are made while the tables are empty, and kept.
    await measure(new Map());
    await fill(FEW);
    await measure(few);
    await fill(MANY - FEW);
    await measure(many);
  }, 120_000);

  afterAll(() => database.close());

  /** Young rows, and some that are old. */
  async function fill(count: number): Promise<void> {
    for (const kind of Object.keys(KINDS) as KindOfRow[]) {
      await writeAged(database, kind, { count, age: kind === 'repeated answers' ? '-1 hour' : '1 min' });
      await writeAged(database, kind, { count: 2 * ROWS, age: '1000 days' });
      await database.sql(`VACUUM ANALYZE ${KINDS[kind].table}`);
    }
  }

  async function measure(costs: Map<string, number>): Promise<void> {
    for (const forgettable of all) {
      const { name, statement, values } = forgettable;
      const position = 'restSeconds' in forgettable ? [''] : [];
      const given = [ROWS, ...position, ...(values as number[])];
      costs.set(name, await database.costOf(() => database.run<unknown>(statement, given)));
    }
  }

  it('is a part of every kind of rows that a module forgets', () => {
    expect(all.map(({ name }) => name).sort()).toEqual(
      [...Object.values(KINDS).map(({ table }) => table), 'message_parameters', 'expired_sessions'].sort(),
    );
  });

  it('is found by an index: no table is read from its beginning to its end', () => {
    expect([...database.readingWholeTables]).toEqual([]);
  });

  it('does not grow with the rows that are kept', () => {
    for (const { name } of all) {
      const [before = 0, after = 0] = [few.get(name), many.get(name)];
      expect([name, before > 0, after <= before * 2 + 20, after]).toEqual([name, true, true, after]);
    }
  });
});
