// The global one does not know of mocks for ES modules.
import { jest } from '@jest/globals';
import * as argon2 from '@node-rs/argon2';
import type { PasswordHasher } from './password-hasher.service.js';
import { Metrics } from '../../platform/observability/metrics.js';
import { QueueNumbers } from '../../platform/observability/scrapes/queue-numbers.js';

const { parseOptions } = argon2;
const verified: string[] = [];
let Hasher: typeof PasswordHasher;
let hasher: PasswordHasher;

beforeAll(async () => {
  // The real thing, which tells in addition what it was asked.
  jest.unstable_mockModule('@node-rs/argon2', () => ({
    ...argon2,
    verify: (hashed: string, password: string) => {
      verified.push(hashed);
      return argon2.verify(hashed, password);
    },
  }));
  ({ PasswordHasher: Hasher } = await import('./password-hasher.service.js'));
});

beforeEach(() => {
  verified.length = 0;
  hasher = new Hasher(new QueueNumbers(new Metrics()));
});

describe('The hash of a password', () => {
  it('is argon2id with 19 MiB and two passes, in PHC form, with a salt of its own', async () => {
    const [one, other] = [await hasher.hash('four words of mine'), await hasher.hash('four words of mine')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(other).not.toBe(one);
  });

  it('fits that password and no other', async () => {
    const hashed = await hasher.hash('four words of mine');
    await expect(hasher.verify(hashed, 'four words of mine')).resolves.toBe(true);
    await expect(hasher.verify(hashed, 'Four words of mine')).resolves.toBe(false);
    await expect(hasher.verify(hashed, 'four words of mine ')).resolves.toBe(false);
  });

  it('fits the password in whichever Unicode form a keyboard sends it', async () => {
    const [composed, decomposed] = ['пароль мой\u0439', 'пароль мо\u0438\u0306\u0438\u0306'];
    expect(composed).not.toBe(decomposed);
    await expect(hasher.verify(await hasher.hash(composed), decomposed)).resolves.toBe(true);
    await expect(hasher.verify(await hasher.hash(decomposed), composed)).resolves.toBe(true);
  });
});

describe('Without a hash', () => {
  it('every password is wrong, after the same work', async () => {
    const real = await hasher.hash('four words of mine');
    await expect(hasher.verify(undefined, 'four words of mine')).resolves.toBe(false);
    await expect(hasher.verify(undefined, '')).resolves.toBe(false);
    expect(verified).toHaveLength(2);
    expect(verified[0]).toHaveLength(real.length);
    expect(parseOptions(verified[0] ?? '')).toEqual(parseOptions(real));
  });
});
