import { limits } from '../../../test/support/limits.js';
import { newId } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { compose } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { PersonBlocked, PersonErasing } from '../users/users.events.js';
import { PasswordAttempts } from './password-attempts.service.js';
import { PasswordHasher } from './password-hasher.service.js';
import { CodeRequired } from './passwords.errors.js';
import { PasswordsService, SET_FIRST_PASSWORD } from './passwords.service.js';
import { Metrics } from '../../platform/observability/metrics.js';
import { QueueNumbers } from '../../platform/observability/scrapes/queue-numbers.js';

const ROOT = new RootKey('a secret of the application, thirty-two');
const PASSWORD = 'four words of mine';

/** Tells what it was asked to compare with; the hash of a password is its text. */
class PlainHasher extends PasswordHasher {
  readonly compared: (string | undefined)[] = [];

  override hash(password: string): Promise<string> {
    return Promise.resolve(password);
  }

  override verify(hashed: string | undefined, password: string): Promise<boolean> {
    this.compared.push(hashed);
    return Promise.resolve(hashed === password);
  }
}

let world: StoredWorld;
let hasher: PlainHasher;
let events: Events;
let passwords: PasswordsService;
let networks = 0;

beforeAll(async () => {
  world = await startStoredWorld();
});

beforeEach(() => {
  hasher = new PlainHasher(new QueueNumbers(new Metrics()));
  events = new Events();
  const attempts = new PasswordAttempts(new RateLimiter(world.database, ROOT), world.database, limits, ROOT);
  passwords = new PasswordsService(world.database, hasher, attempts, events);
  passwords.onModuleInit();
});

afterAll(() => world.close());

const aNetwork = () => `100.64.${(networks += 1)}.0/24`;

async function aPerson(): Promise<string> {
  const id = newId();
  await world.sql('INSERT INTO users (id) VALUES ($1)', [id]);
  return id;
}

async function aPersonWithPassword(): Promise<string> {
  const id = await aPerson();
  await passwords.set(id, PASSWORD);
  return id;
}

describe('The password of a person', () => {
  it('is none at first', async () => {
    const person = await aPerson();
    expect(await passwords.has(person)).toBe(false);
    expect(await passwords.hashOf(person)).toBeUndefined();
  });

  it('is kept until it is replaced or removed, and it is known since when', async () => {
    const [person, other] = [await aPersonWithPassword(), await aPersonWithPassword()];
    const age = async (id: string) => {
      const [row] = await world.sql<{ age: number }>(
        'SELECT extract(epoch FROM clock_now() - changed_at)::float8 AS age FROM passwords WHERE user_id = $1',
        [id],
      );
      return row?.age;
    };
    await world.clock.advance('1 h');
    expect(await age(person)).toBeGreaterThanOrEqual(3_600);
    await passwords.set(person, 'another');
    expect(await passwords.hashOf(person)).toBe('another');
    expect(await age(person)).toBeLessThan(60);
    expect(await age(other)).toBeGreaterThanOrEqual(3_600);
    await passwords.remove(person);
    expect(await passwords.has(person)).toBe(false);
    expect(await passwords.has(other)).toBe(true);
  });

  it('goes with whoever opened the transaction', async () => {
    const person = await aPerson();
    const failing = world.database.transaction(async () => {
      await passwords.set(person, PASSWORD);
      expect(await passwords.has(person)).toBe(true);
      throw new Error('something else failed');
    });
    await expect(failing).rejects.toThrow('something else failed');
    expect(await passwords.has(person)).toBe(false);
  });

  it('is proven by typing it', async () => {
    const [person, network] = [await aPersonWithPassword(), aNetwork()];
    await expect(passwords.proves(person, PASSWORD, network)).resolves.toBe(true);
    await expect(passwords.proves(person, 'another', network)).resolves.toBe(false);
  });

  it('reaches the hash ten times when forty guess it at once', async () => {
    const [person, network] = [await aPersonWithPassword(), aNetwork()];
    const guesses = Array.from({ length: 40 }, () => passwords.proves(person, 'another', network));
    const outcomes = await Promise.allSettled(guesses);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(hasher.compared).toHaveLength(10);
  });
});

describe('A password that cannot be right', () => {
  it('is compared all the same: of a person without one, and of a name that nobody has', async () => {
    const person = await aPerson();
    await expect(passwords.proves(person, PASSWORD, aNetwork())).resolves.toBe(false);
    await expect(passwords.accepts({ unknownName: 'nobody' }, PASSWORD, aNetwork())).resolves.toBeUndefined();
    expect(hasher.compared).toEqual([undefined, undefined]);
  });
});

describe('A person who is erased', () => {
  it('leaves neither a password nor failures behind', async () => {
    const [person, other] = [await aPersonWithPassword(), await aPersonWithPassword()];
    await passwords.proves(person, 'another', aNetwork());
    await world.sql('UPDATE password_failures SET in_a_row = 100');
    await expect(passwords.proves(person, PASSWORD, aNetwork())).rejects.toThrow(CodeRequired);
    await events.publish(new PersonErasing(person));
    expect(await passwords.has(person)).toBe(false);
    expect(await passwords.has(other)).toBe(true);
    await expect(passwords.proves(person, PASSWORD, aNetwork())).resolves.toBe(false);
  });

  it('is not mistaken for one who is blocked', async () => {
    const person = await aPersonWithPassword();
    await events.publish(new PersonBlocked(person));
    expect(await passwords.has(person)).toBe(true);
  });
});

describe('The password typed at registration', () => {
  const story = compose<{ told: number }>(
    'test.set_first_password',
    [
      {
        parameters: 3,
        ctes: `person AS (SELECT $1::uuid AS id, $2::boolean AS is_new), proven AS (SELECT $3::text AS pending_password)`,
      },
      SET_FIRST_PASSWORD,
    ],
    'SELECT 1 AS told',
  );

  it('becomes that of a new person', async () => {
    const person = await aPerson();
    expect(await world.database.first(story, [person, true, PASSWORD])).toEqual({ told: 1 });
    expect(await passwords.hashOf(person)).toBe(PASSWORD);
  });

  it('never becomes that of somebody who was there before, with or without a password', async () => {
    const [without, having] = [await aPerson(), await aPersonWithPassword()];
    await world.database.first(story, [without, false, 'of a stranger']);
    await world.database.first(story, [having, false, 'of a stranger']);
    expect(await passwords.has(without)).toBe(false);
    expect(await passwords.hashOf(having)).toBe(PASSWORD);
  });

  it('may be missing: signing up by a code needs none', async () => {
    const person = await aPerson();
    expect(await world.database.first(story, [person, true, null])).toEqual({ told: 1 });
    expect(await passwords.has(person)).toBe(false);
  });
});
