import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { BoundedQueue } from '../../platform/bounded-queue/bounded-queue.js';
import { QueueNumbers } from '../../platform/observability/scrapes/queue-numbers.js';
import { traced } from '../../platform/tracing/current-work.js';
import { HashingBusy } from './passwords.errors.js';

/** argon2id as the OWASP Password Storage Cheat Sheet has it; memory in KiB. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
const SALT_BYTES = 16;

/** Hashing runs on the thread pool of libuv, which has four threads and looks up names and reads files, too: one stays free. */
const POOL_SHARE = 3;

const LIMITS = {
  parallelism: Math.max(1, Math.min(availableParallelism() - 1, POOL_SHARE)),
  longestWaitMs: 2_000,
  typicalMs: 20,
};

/** Hashes passwords with argon2id, a few at a time; a password is the same in every Unicode form (NFC). */
@Injectable()
export class PasswordHasher {
  private readonly queue = new BoundedQueue(LIMITS, () => new HashingBusy());
  /** The hash of no password: its 32 bytes are random. */
  private readonly nobodys = phc(randomBytes(SALT_BYTES), randomBytes(PARAMETERS.outputLen));

  constructor(numbers: QueueNumbers) {
    numbers.watch('passwords', this.queue);
  }

  /**
   * The hash in PHC form.
   * @throws HashingBusy
   */
  async hash(password: string): Promise<string> {
    return this.queued(() => hash(password.normalize('NFC'), PARAMETERS));
  }

  /**
   * Whether the hash is that of the password. Without a hash the same work is done for nothing, so that nobody can tell by the
   * time whether there is one.
   * @throws HashingBusy
   */
  async verify(hashed: string | undefined, password: string): Promise<boolean> {
    return this.queued(() => verify(hashed ?? this.nobodys, password.normalize('NFC')));
  }

  private queued<Result>(work: () => Promise<Result>): Promise<Result> {
    return traced(
      () => ({ name: 'hash a password' }),
      async (span) => {
        const since = performance.now();
        return this.queue.run(() => {
          span?.set({ 'latchkey.waited_ms': Math.round(performance.now() - since) });
          return work();
        });
      },
    );
  }
}

function phc(salt: Buffer, output: Buffer): string {
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  const [saltText, outputText] = [salt, output].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${saltText}$${outputText}`;
}
