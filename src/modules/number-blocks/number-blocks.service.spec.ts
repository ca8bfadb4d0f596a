import { keepWarnings } from '../../../test/support/logged.js';
import { limits } from '../../../test/support/limits.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newSecret } from '../../common/crypto.js';
import { Challenges } from '../challenges/challenges.service.js';
import { blockOf, NumberBlocks } from './number-blocks.service.js';

const warnings = keepWarnings();
const PHONE = '+79123456789';
let world: StoredWorld;
let blocks: NumberBlocks;
let key: Buffer;

beforeAll(async () => {
  world = await startStoredWorld();
  blocks = new NumberBlocks(world.database, new Challenges(world.database, limits), limits);
});

beforeEach(async () => {
  key = Buffer.from(newSecret());
  await world.sql('DELETE FROM otp_challenges');
});

afterAll(() => world.close());

interface Codes {
  readonly prefix?: string;
  readonly sends?: number;
  readonly networks?: number;
  readonly used?: number;
  readonly age?: string;
}

/** Codes that were sent to phones with a prefix, from networks in turn; some were used. */
async function codes({ prefix = blockOf(PHONE), sends = 20, networks = 5, used = 0, age = '3 min' }: Codes = {}) {
  await world.sql(
    `INSERT INTO otp_challenges (id, purpose, channel, contact, asker, code_length, message_id, charges, created_at, resend_at, expires_at, end_reason)
     SELECT uuid_send(gen_random_uuid()), 'sign_in', 'sms', $1 || lpad(n::text, 4, '0'), int4send(n % $3), 4, gen_random_uuid(), '{}',
       clock_now() - $5::interval, clock_now(), clock_now(), CASE WHEN n <= $4 THEN 'used' END
     FROM generate_series(1, $2::int) AS n`,
    [prefix, sends, networks, used, age],
  );
}

describe('A number block', () => {
  it('is a number without its last four digits', () => {
    expect(blockOf(PHONE)).toBe('+7912345');
  });

  it('is paused where at least 20 codes from 5 networks are answered by less than 30 %, and says so without the number', async () => {
    await codes({ used: 5 });
    expect(await blocks.consider(PHONE, key)).toBe(true);
    expect(warnings).toEqual(['a number block is paused for 30 min: 5 of 20 answered']);
  });

  it.each<[string, Codes]>([
    ['19 codes', { sends: 19 }],
    ['codes from 4 networks', { networks: 4 }],
    ['30 % answered', { used: 6 }],
    ['codes of the last two minutes', { age: '115 s' }],
    ['codes of more than an hour ago', { age: '61 min' }],
    ['codes to another block', { prefix: '+7912346' }],
  ])('is left alone with %s', async (_, facts) => {
    await codes(facts);
    expect(await blocks.consider(PHONE, key)).toBe(false);
  });

  it('is paused once by many who look at the same moment', async () => {
    await codes();
    const looks = await Promise.all(Array.from({ length: 20 }, () => blocks.consider(PHONE, key)));
    expect(looks.filter((paused) => paused)).toHaveLength(1);
  });

  it('is paused for four hours at most while an attack goes on, then left alone for an hour', async () => {
    const paused: boolean[] = [];
    for (let halfHour = 0; halfHour < 12; halfHour += 1) {
      await codes();
      paused.push(await blocks.consider(PHONE, key));
      await world.clock.advance('30 min');
      await world.sql('DELETE FROM otp_challenges');
    }
    const [hours, rest] = [Array<boolean>(8).fill(true), Array<boolean>(2).fill(false)];
    expect(paused).toEqual([...hours, ...rest, true, true]);
  });
});
