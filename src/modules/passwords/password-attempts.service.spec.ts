import { limits } from '../../../test/support/limits.js';
import { randomUUID } from 'node:crypto';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { type AttemptedAccount, PasswordAttempts } from './password-attempts.service.js';
import { CodeRequired, HashingBusy, TooManyPasswordFailures } from './passwords.errors.js';
import { RootKey } from '../../platform/root-key/root-key.js';

const ROOT = new RootKey('a secret of the application, thirty-two');

let world: StoredWorld;
let attempts: PasswordAttempts;
/** How many comparisons were made in the current test. */
let compared: number;
let networks = 0;

beforeAll(async () => {
  world = await startStoredWorld();
});

beforeEach(() => {
  attempts = new PasswordAttempts(new RateLimiter(world.database, ROOT), world.database, limits, ROOT);
  compared = 0;
});

afterAll(() => world.close());

const aNetwork = () => `100.64.${(networks += 1)}.0/24`;
const aPerson = (): { personId: string } => ({ personId: randomUUID() });
const aName = (): { unknownName: string } => ({ unknownName: `nobody-${randomUUID()}` });

const compare = (right: boolean) => () => {
  compared += 1;
  return Promise.resolve(right);
};

const guess = (account: AttemptedAccount, network: string) => attempts.attempt(account, network, compare(false));
const signIn = (account: AttemptedAccount, network: string) => attempts.attempt(account, network, compare(true));

/** How attempts end, as text: the policy or the code that refused, `right` or `wrong`. */
const outcomeOf = (attempt: Promise<boolean>): Promise<string> =>
  attempt.then(
    (right) => (right ? 'right' : 'wrong'),
    (error: unknown) => {
      if (error instanceof TooManyPasswordFailures) return error.facts.policy?.name ?? 'no policy';
      return error instanceof CodeRequired || error instanceof HashingBusy ? error.kind.code : 'failed';
    },
  );

async function outcomes(times: number, attempt: () => Promise<boolean>): Promise<string[]> {
  const all: string[] = [];
  while (all.length < times) all.push(await outcomeOf(attempt()));
  return all;
}

const wrong = (times: number) => Array<string>(times).fill('wrong');

/** Failures in a row as they would be after so many guesses from everywhere. */
async function afterFailures(account: AttemptedAccount, inARow: number): Promise<void> {
  await guess(account, aNetwork());
  await world.sql(
    'UPDATE password_failures SET in_a_row = $1 WHERE last_at = (SELECT max(last_at) FROM password_failures)',
    [inARow],
  );
}

describe.each([
  ['a person', aPerson],
  ['a name that nobody has', aName],
])('Guessing the password of %s', (_, anAccount) => {
  it('is refused after ten failures in an hour from a network, before anything is compared, also when right', async () => {
    const [account, network] = [anAccount(), aNetwork()];
    expect(await outcomes(10, () => guess(account, network))).toEqual(wrong(10));
    expect(await outcomes(1, () => signIn(account, network))).toEqual(['password-account']);
    expect(compared).toBe(10);
    const refusal: unknown = await guess(account, network).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TooManyPasswordFailures);
    const { policy, retryAfterSeconds } = (refusal as TooManyPasswordFailures).facts;
    expect(policy).toEqual({ name: 'password-account', quota: 10, windowSeconds: 3_600 });
    expect(retryAfterSeconds).toBeGreaterThan(3_590);
    expect(retryAfterSeconds).toBeLessThanOrEqual(3_600);
    expect(await outcomes(1, () => signIn(account, aNetwork()))).toEqual(['right']);
    await world.clock.advance('1 h');
    expect(await outcomes(1, () => signIn(account, network))).toEqual(['right']);
  });

  it('stays within ten comparisons however many guess at once', async () => {
    const [account, network] = [anAccount(), aNetwork()];
    const all = await Promise.all(Array.from({ length: 40 }, () => outcomeOf(guess(account, network))));
    expect(all.filter((outcome) => outcome === 'wrong')).toHaveLength(10);
    expect(all.filter((outcome) => outcome === 'password-account')).toHaveLength(30);
    expect(compared).toBe(10);
  });

  it('asks for a code after a hundred failures in a row from everywhere, before anything is compared, also when right', async () => {
    const account = anAccount();
    await afterFailures(account, 99);
    expect(await outcomes(2, () => guess(account, aNetwork()))).toEqual(['wrong', 'auth.code_required']);
    expect(await outcomes(1, () => signIn(account, aNetwork()))).toEqual(['auth.code_required']);
    expect(compared).toBe(2);
    await world.clock.advance('30 days');
    expect(await outcomes(1, () => signIn(account, aNetwork()))).toEqual(['auth.code_required']);
  });

  it('stays within a hundred comparisons however many guess at once', async () => {
    const account = anAccount();
    await afterFailures(account, 95);
    const all = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(guess(account, aNetwork()))));
    expect(all.filter((outcome) => outcome === 'wrong')).toHaveLength(5);
    expect(all.filter((outcome) => outcome === 'auth.code_required')).toHaveLength(15);
    expect(compared).toBe(6);
  });

  it('begins anew with a right password', async () => {
    const account = anAccount();
    await afterFailures(account, 99);
    await signIn(account, aNetwork());
    expect(await outcomes(2, () => guess(account, aNetwork()))).toEqual(wrong(2));
  });
});

describe('Guessing from one network', () => {
  it('is refused after thirty failures in an hour, whoever is guessed', async () => {
    const network = aNetwork();
    expect(await outcomes(30, () => guess(aName(), network))).toEqual(wrong(30));
    const refusal: unknown = await guess(aPerson(), network).catch((error: unknown) => error);
    const { policy } = (refusal as TooManyPasswordFailures).facts;
    expect(policy).toEqual({ name: 'password-network', quota: 30, windowSeconds: 3_600 });
    expect(compared).toBe(30);
    await world.clock.advance('1 h');
    expect(await outcomes(1, () => guess(aPerson(), network))).toEqual(['wrong']);
  });
});

describe('What is no failure', () => {
  it('costs nothing: right passwords', async () => {
    const [account, network] = [aPerson(), aNetwork()];
    expect(await outcomes(31, () => signIn(account, network))).toEqual(Array<string>(31).fill('right'));
    expect(await outcomes(11, () => guess(account, network))).toEqual([...wrong(10), 'password-account']);
  });

  it('costs nothing: comparisons that came to no end', async () => {
    const [account, network] = [aPerson(), aNetwork()];
    await guess(account, network);
    const busy = () => attempts.attempt(account, network, () => Promise.reject(new HashingBusy()));
    expect(await outcomes(31, busy)).toEqual(Array<string>(31).fill('auth.busy'));
    const [row] = await world.sql<{ in_a_row: number }>('SELECT in_a_row FROM password_failures ORDER BY last_at DESC');
    expect(row).toEqual({ in_a_row: 1 });
    expect(await outcomes(10, () => guess(account, network))).toEqual([...wrong(9), 'password-account']);
  });

  it('costs nothing: being told to sign in by a code', async () => {
    const [account, network] = [aPerson(), aNetwork()];
    await afterFailures(account, 100);
    expect(await outcomes(31, () => guess(account, network))).toEqual(Array<string>(31).fill('auth.code_required'));
    await attempts.forgive(account.personId);
    expect(await outcomes(11, () => guess(account, network))).toEqual([...wrong(10), 'password-account']);
  });
});

describe('A person who came in by a code', () => {
  it('may use the password again, and nobody else may', async () => {
    const [person, other] = [aPerson(), aPerson()];
    await afterFailures(person, 100);
    await afterFailures(other, 100);
    await attempts.forgive(person.personId);
    expect(await outcomes(1, () => signIn(person, aNetwork()))).toEqual(['right']);
    expect(await outcomes(1, () => signIn(other, aNetwork()))).toEqual(['auth.code_required']);
  });
});

describe('An account', () => {
  /** All that is stored about an attempt by the account, as hexadecimal digits. */
  async function storedOf(account: AttemptedAccount): Promise<string[]> {
    await world.sql('DELETE FROM password_failures');
    await world.sql('DELETE FROM rate_limits');
    await guess(account, '198.51.100.0/24');
    const rows = await world.sql<{ hex: string }>(
      `SELECT encode(account, 'hex') AS hex FROM password_failures UNION ALL SELECT encode(key, 'hex') FROM rate_limits`,
    );
    return rows.map(({ hex }) => hex).sort();
  }

  it('is stored as hashes under keys of the application, the same in every process', async () => {
    expect(await storedOf({ personId: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a' })).toEqual([
      '152d9031b8d73179c5d92b974ede1057',
      'dbb044bbedab407512ae7e065d50d060',
      'fe8a56c6c5e592627541634f067a5e4842213ddc20a837b6e220548caaf8b1dd',
    ]);
    expect(await storedOf({ unknownName: 'anna@example.com' })).toEqual([
      '50458e052878f3b2e0c5cbf26519c47f',
      'd5ec77b2386524873a8b30cc1f3ccc8af5c5fde5dcff5819d16b5c3a7c511785',
      'dbb044bbedab407512ae7e065d50d060',
    ]);
  });

  it('does not tell that two names are of one person: each may be tried as often as one that nobody has', async () => {
    const { personId } = aPerson();
    const network = aNetwork();
    const byPhone = { personId, typedName: `phone ${randomUUID()}` };
    expect(await outcomes(11, () => guess(byPhone, network))).toEqual([...wrong(10), 'password-account']);
    const byEmail = { personId, typedName: `email ${randomUUID()}` };
    expect(await outcomes(11, () => guess(byEmail, network))).toEqual([...wrong(10), 'password-account']);
  });

  it('is counted as a whole, by whichever names it is tried', async () => {
    const { personId } = aPerson();
    await afterFailures({ personId, typedName: 'phone' }, 100);
    expect(await outcomes(1, () => signIn({ personId, typedName: 'email' }, aNetwork()))).toEqual([
      'auth.code_required',
    ]);
  });

  it('cannot be hurt by typing the id of its person as a name', async () => {
    const person = aPerson();
    const network = aNetwork();
    await outcomes(10, () => guess({ unknownName: person.personId }, network));
    expect(await outcomes(1, () => signIn(person, network))).toEqual(['right']);
  });
});
