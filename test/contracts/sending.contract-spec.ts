import { Events } from '../../src/platform/events/events.js';
import { LEAST_ID } from '../../src/common/crypto.js';
import { Outbox } from '../../src/modules/courier/outbox.js';
import { secondsUntilSending, SendingService } from '../../src/modules/sending/sending.service.js';
import { TAKEN, TransportBreaker } from '../../src/modules/sending/transport-breaker.service.js';
import type { Database } from '../../src/platform/database/database.js';
import { statement } from '../../src/platform/database/statement.js';
import { enqueue } from '../support/enqueue.js';
import { ExplainingDatabase } from '../support/explaining-database.js';
import { keepWarnings } from '../support/logged.js';

const WAIT = statement('test.wait', `SELECT ${secondsUntilSending(`'sms'`)}`);

keepWarnings();

/** Each request for a code by SMS and each claim of a courier asks whether messages are sent. */
describe('What the switch and the breaker cost PostgreSQL', () => {
  let explaining: ExplainingDatabase;
  let database: Database;
  let outbox: Outbox;
  let breaker: TransportBreaker;

  beforeAll(async () => {
    explaining = await ExplainingDatabase.open();
    database = explaining as unknown as Database;
    [outbox, breaker] = [new Outbox(database, new Events()), new TransportBreaker(database)];
  });

  afterAll(() => explaining.close());

  it('is a look by an index, in every state', async () => {
    const sending = new SendingService(database);
    for (const end of [TAKEN, 'timeout', 'no_money']) {
      await enqueue(database);
      await database.run(WAIT, []);
      await outbox.claim('sms', 20, LEAST_ID);
      await outbox.expire('sms');
      await breaker.report('sms', [end]);
      await breaker.outlook('sms');
      await sending.stateOf('sms');
    }
    await enqueue(database);
    await sending.change('sms', { enabled: true });
    expect(await outbox.claim('sms', 20, LEAST_ID)).toMatchObject([{ trial: true }]);
    expect([...explaining.readingWholeTables]).toEqual([]);
    expect(explaining.waysTo('sending')).toEqual(['Index Scan']);
  });

  it('is no more for a claim while the breaker is open, however much waits', async () => {
    await breaker.report('sms', [TAKEN]);
    const few = await explaining.costOf(() => outbox.claim('sms', 20, LEAST_ID));
    await explaining.sql(
      `INSERT INTO outbox (channel, message_id)
       SELECT 'sms', format('%s-0000-7000-8000-000000000000', to_char(n, 'FM00000000'))::uuid
       FROM generate_series(1, 20000) AS n`,
    );
    await breaker.report('sms', ['no_money']);
    expect(await explaining.costOf(() => outbox.claim('sms', 20, LEAST_ID))).toBeLessThanOrEqual(few + 5);
  });
});
