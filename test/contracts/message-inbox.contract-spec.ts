import { MessagesService } from '../../src/modules/messages/messages.service.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Notifications } from '../../src/platform/database/notifications.js';
import { ExplainingDatabase } from '../support/explaining-database.js';

const PHONE = '+79120000001';

/** Every open page of the inbox asks this twice a second. */
describe('What it costs PostgreSQL to tell whether the inbox has changed', () => {
  let explaining: ExplainingDatabase;
  let messages: MessagesService;

  beforeAll(async () => {
    explaining = await ExplainingDatabase.open();
    messages = new MessagesService(explaining as unknown as Database, {} as Notifications);
  });

  afterAll(() => explaining.close());

  /** Ids in the order of their number; every hundredth is to somebody else. */
  async function write(from: number, to: number): Promise<void> {
    await explaining.sql(
      `INSERT INTO messages (id, channel, recipient, template, params, locale, expires_at)
       SELECT format('%s-0000-7000-8000-000000000000', to_char(n, 'FM00000000'))::uuid, 'sms',
         CASE WHEN n % 100 = 0 THEN '${PHONE}' ELSE '+7912' || n END, 'otp-code', '{}', 'en', clock_now()
       FROM generate_series(${from}, ${to}) AS n`,
    );
    await explaining.sql('ANALYZE messages');
  }

  it('is the same however many messages there are, to all or to a few', async () => {
    const look = async () => ({
      all: await explaining.costOf(() => messages.versionOf(undefined, false)),
      few: await explaining.costOf(() => messages.versionOf([PHONE, '+79990000001'], false)),
    });
    await write(1, 10_000);
    const before = await look();
    await write(10_001, 100_000);
    const after = await look();
    expect(after.all).toBeLessThanOrEqual(before.all + 5);
    expect(after.few).toBeLessThanOrEqual(before.few + 10);
    expect([...explaining.readingWholeTables]).toEqual([]);
  }, 60_000);
});
