import { keepWarnings } from '../../../test/support/logged.js';
import { type OtpWorld, otpWorldOn, somebody } from '../../../test/support/otp-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import type { LimitPolicy } from '../../common/domain-error.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import type { Asking, Charge } from './otp-charges.service.js';
import { ResendTooSoon, TooManyMessages } from './otp-guard.errors.js';
import { OtpLimits } from './otp-limits.service.js';
import { RootKey } from '../../platform/root-key/root-key.js';

const SECRET = 'a secret of the application, thirty-two';
const HOUR = 3_600;
const DAY = 24 * HOUR;

const warnings = keepWarnings();
let stored: StoredWorld;
let world: OtpWorld;

beforeAll(async () => {
  stored = await startStoredWorld();
  await stored.clock.stop();
});

beforeEach(() => {
  world = otpWorldOn(stored);
});

afterAll(() => stored.close());

type Person = ReturnType<typeof somebody>;
type Limited = ResendTooSoon | TooManyMessages;

const charge = ({ contact }: Person, { asker } = somebody(), terms: Pick<Asking, 'placeFor' | 'again'> = {}) =>
  world.charges.charge({ contact, network: asker.network, ...terms });

async function refusalOf(attempt: Promise<Charge>): Promise<Limited> {
  const refusal: unknown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refusal instanceof ResendTooSoon || refusal instanceof TooManyMessages)) throw new Error('It was not refused.');
  return refusal;
}

/** Charges as soon as the contact may be written to again; answers the policies that refused, `ok` where none did. */
async function chargeOften(person: Person, times: number, by?: Person): Promise<string[]> {
  const outcomes: string[] = [];
  while (outcomes.length < times) {
    const refused = (error: unknown) => (error as Limited).facts.policy?.name ?? 'unknown';
    outcomes.push(await charge(person, by).then(() => 'ok', refused));
    await world.clock.advance('21 s');
  }
  return outcomes;
}

/** Somebody who signed in from their network. */
async function aKnownPerson(): Promise<Person> {
  const person = somebody();
  world.limits.reward({ contact: person.contact, network: person.asker.network, shares: [] });
  await world.limits.beforeApplicationShutdown();
  return person;
}

async function expectRefusal(attempt: Promise<Charge>, policy: LimitPolicy): Promise<number> {
  const { facts } = await refusalOf(attempt);
  expect(facts.policy).toEqual(policy);
  return facts.retryAfterSeconds ?? 0;
}

const ok = (times: number) => Array<string>(times).fill('ok');

describe('A contact', () => {
  it('gets one message in twenty seconds, whoever asks', async () => {
    const person = somebody();
    await charge(person);
    const refusal = await refusalOf(charge(person));
    expect(refusal).toBeInstanceOf(ResendTooSoon);
    expect(refusal.facts.policy).toEqual({ name: 'otp-gap', quota: 1, windowSeconds: 20 });
    expect(refusal.facts.retryAfterSeconds).toBe(20);
    await world.clock.advance('20 s');
    await expect(charge(person)).resolves.toBeDefined();
  });

  it('gets five in an hour and ten in a day', async () => {
    const person = somebody();
    expect(await chargeOften(person, 6)).toEqual([...ok(5), 'otp-contact-hour']);
    const wait = await expectRefusal(charge(person), { name: 'otp-contact-hour', quota: 5, windowSeconds: HOUR });
    expect(wait).toBe(HOUR - 6 * 21);
    await world.clock.advance('1 h');
    expect(await chargeOften(person, 5)).toEqual(ok(5));
    await world.clock.advance('1 h');
    await expectRefusal(charge(person), { name: 'otp-contact-day', quota: 10, windowSeconds: DAY });
  });

  it('may get one at once in place of one that was lost, and that counts like any other', async () => {
    const person = somebody();
    const lost = await charge(person);
    for (let time = 1; time < 5; time += 1)
      expect((await charge(person, somebody(), { again: true })).shares[0]).toEqual(lost.shares[0]);
    expect(await refusalOf(charge(person, somebody(), { again: true }))).toBeInstanceOf(TooManyMessages);
  });

  it('is no limit to another', async () => {
    const asker = somebody();
    await expect(charge(somebody(), asker)).resolves.toBeDefined();
    await expect(charge(somebody(), asker)).resolves.toBeDefined();
  });

  it('may be written to at once when a message was never written after all', async () => {
    const person = somebody();
    for (let time = 0; time < 7; time += 1) await world.charges.cancel(await charge(person));
    await expect(charge(person)).resolves.toBeDefined();
  });

  it('is stored as a hash of the application: nobody else can tell who it is', () => {
    const { value } = somebody().contact;
    const inService = (root: RootKey) =>
      new OtpLimits(new RateLimiter(world.database, root), world.database, world.watch, root);
    const elsewhere = inService(new RootKey('another'));
    expect(world.limits.subject(value)).toHaveLength(16);
    expect(world.limits.subject(value).equals(world.limits.subject(value))).toBe(true);
    expect(world.limits.subject(value).equals(elsewhere.subject(value))).toBe(false);
    expect(world.limits.subject(value).equals(world.limits.subject(somebody().contact.value))).toBe(false);
    expect(world.limits.subject('a contact')).toEqual(inService(new RootKey(SECRET)).subject('a contact'));
  });
});

describe('What is counted', () => {
  const hex = (key: Buffer): string => key.toString('hex');

  it('is counted under the same keys by every process and after an update of the program', async () => {
    const [contact, network] = [{ channel: 'sms', value: '+79990000001' }, '198.51.100.0/24'] as const;
    const shared = await world.charges.charge({ contact, network });
    await world.sql('UPDATE rate_limits SET hits = array_fill(clock_now(), ARRAY[5]) WHERE key = $1', [
      shared.shares[0],
    ]);
    await world.sql('DELETE FROM rate_limits WHERE key = $1', [shared.keys[0]]);
    world.limits.reward({ contact, network, shares: [] });
    await world.limits.beforeApplicationShutdown();
    const own = await world.charges.charge({ contact, network });
    const wrong = world.limits.wrongCodeKeys(contact.value, network);
    expect({
      charged: shared.keys.map(hex),
      own: own.shares.map(hex),
      wrongForContact: hex(wrong.contact),
      wrongFromNetwork: hex(wrong.network),
      subject: hex(world.limits.subject(contact.value)),
    }).toEqual({
      charged: [
        'c2cd6b98e4ccb12c5284bad11d911602',
        '0dbb7269b7b808475a4bb520493d2b92',
        '0d7ab1292434552d86be2e29f955a928',
        'e88696c7ea4a95859ebb57cfd303c9f0',
      ],
      own: ['b7a1bfd67159a98fd470ba155ae7ae86'],
      wrongForContact: '0e94a8b4bdcb46b50de80d06bfd428c6',
      wrongFromNetwork: 'f0acd7f52171dc3a038eb69f00392f26',
      subject: '0503d441e27e63c509010ce48e09533a',
    });
  });
});

describe('A network from which the contact signed in', () => {
  it('has a share of its own that strangers cannot use up: three in an hour', async () => {
    const owner = await aKnownPerson();
    expect(await chargeOften(owner, 6)).toEqual([...ok(5), 'otp-contact-hour']);
    expect(await chargeOften(owner, 4, owner)).toEqual([...ok(3), 'otp-known-hour']);
    await expectRefusal(charge(owner, owner), { name: 'otp-known-hour', quota: 3, windowSeconds: HOUR });
  });

  it('has six in a day', async () => {
    const owner = await aKnownPerson();
    for (const limit of ['otp-contact-hour', 'otp-contact-day']) {
      expect(await chargeOften(owner, 6)).toEqual([...ok(5), limit]);
      expect(await chargeOften(owner, 3, owner)).toEqual(ok(3));
      await world.clock.advance('1 h');
    }
    await expectRefusal(charge(owner, owner), { name: 'otp-known-day', quota: 6, windowSeconds: DAY });
  });

  it('uses its share only when that of everybody is used up', async () => {
    const owner = await aKnownPerson();
    const [first, stranger] = [await charge(owner, owner), somebody()];
    await world.clock.advance('21 s');
    expect((await charge(owner, stranger)).shares[0]).toEqual(first.shares[0]);
    await world.clock.advance('21 s');
    await chargeOften(owner, 3);
    const own = await charge(owner, owner);
    expect(own.shares[0]).not.toEqual(first.shares[0]);
    expect(own.keys[0]).toEqual(first.keys[0]);
  });

  it('has to leave twenty seconds between two messages all the same', async () => {
    const owner = await aKnownPerson();
    await charge(owner);
    expect(await refusalOf(charge(owner, owner))).toBeInstanceOf(ResendTooSoon);
    await world.clock.advance('21 s');
    await chargeOften(owner, 5);
    await charge(owner, owner);
    expect(await refusalOf(charge(owner, owner))).toBeInstanceOf(ResendTooSoon);
  });

  it('is known to no other contact, and to nobody after ninety days', async () => {
    const [owner, other] = [await aKnownPerson(), somebody()];
    expect(await chargeOften(other, 5)).toEqual(ok(5));
    expect(await refusalOf(charge(other, owner))).toBeInstanceOf(TooManyMessages);
    await world.clock.advance('90 days');
    expect(await chargeOften(owner, 5)).toEqual(ok(5));
    expect(await refusalOf(charge(owner, owner))).toBeInstanceOf(TooManyMessages);
  });
});

describe('Messages that were answered', () => {
  it('are given back to the limits they were taken from', async () => {
    const person = somebody();
    const charges: Charge[] = [];
    while (charges.length < 5) {
      charges.push(await charge(person));
      await world.clock.advance('21 s');
    }
    world.limits.reward({
      contact: person.contact,
      network: 'n',
      shares: charges.slice(0, 2).flatMap((c) => c.shares),
    });
    await world.limits.beforeApplicationShutdown();
    expect(await chargeOften(person, 3)).toEqual([...ok(2), 'otp-contact-hour']);
  });

  it('of many people at once are all given back before the process ends', async () => {
    await world.sql('DELETE FROM otp_check_stats');
    const all = Array.from({ length: 5 }, () => somebody());
    for (const { contact, asker } of all) {
      world.limits.reward({ contact, network: asker.network, shares: [] });
    }
    await world.limits.beforeApplicationShutdown();
    const [sums] = await world.sql('SELECT sum(checks)::int AS checks, sum(wrong)::int AS wrong FROM otp_check_stats');
    expect(sums).toEqual({ checks: 5, wrong: 0 });
    const known = await world.sql('SELECT FROM otp_known_networks WHERE network = ANY ($1)', [
      all.map(({ asker }) => world.limits.subject(asker.network)),
    ]);
    expect(known).toHaveLength(5);
  });

  it('are lost without harm when the database is away; it is said how many', async () => {
    await world.sql('ALTER TABLE otp_known_networks RENAME TO away');
    const { contact, asker } = somebody();
    world.limits.reward({ contact, network: asker.network, shares: [] });
    await world.limits.beforeApplicationShutdown();
    await world.sql('ALTER TABLE away RENAME TO otp_known_networks');
    expect(warnings).toEqual(['1 answered messages were not given back to their limits']);
  });
});

describe('A place for a challenge', () => {
  const live = async (count: number) => {
    const person = somebody();
    for (let asked = 0; asked < count; asked += 1) {
      await world.otp.issue('sign_in', { contact: person.contact, asker: somebody().asker });
      await world.clock.advance('21 s');
    }
    return person;
  };

  it('is there for three askers of a contact; the next waits for the oldest to expire', async () => {
    const person = await live(3);
    const policy = { name: 'otp-live', quota: 3, windowSeconds: 300 };
    const wait = await expectRefusal(charge(person, somebody(), { placeFor: 'sign_in' }), policy);
    expect(wait).toBe(237);
    await expect(charge(person, somebody())).resolves.toBeDefined();
    await world.clock.advance(`${wait} s`);
    await expect(charge(person, somebody(), { placeFor: 'sign_in' })).resolves.toBeDefined();
  });

  it('is not taken from the limits by whoever finds none', async () => {
    const person = await live(3);
    await refusalOf(charge(person, somebody(), { placeFor: 'sign_in' }));
    await expect(charge(person, somebody())).resolves.toBeDefined();
  });

  it('is always there for a network from which the contact signed in', async () => {
    const person = await live(3);
    const { network } = person.asker;
    world.limits.reward({ contact: person.contact, network, shares: [] });
    await world.limits.beforeApplicationShutdown();
    await expect(charge(person, person, { placeFor: 'sign_in' })).resolves.toBeDefined();
  });

  it('is worth at least a second of waiting', async () => {
    const person = await live(3);
    await world.sql(`UPDATE otp_challenges SET expires_at = clock_now() + interval '50 ms' WHERE contact = $1`, [
      person.contact.value,
    ]);
    const { facts } = await refusalOf(charge(person, somebody(), { placeFor: 'sign_in' }));
    expect(facts.retryAfterSeconds).toBe(1);
  });
});
