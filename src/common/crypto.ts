import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto';
import { v7 } from 'uuid';
import { clockCorrection } from './clock.js';

const POOL_BYTES = 4_096;
/** Random bytes that nobody was given yet, from `used` on. */
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/**
 * Random bytes of the system (CSPRNG), each given to one caller only. They are drawn many at a time, because asking for sixteen costs as
 * much as asking for a thousand.
 * @param size at most 4096
 */
export function randomBytes(size: number): Buffer {
  if (size > POOL_BYTES) throw new RangeError(`${size} random bytes are more than are drawn at a time`);
  if (used + size > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const drawn = Buffer.from(pool.subarray(used, used + size));
  pool.fill(0, used, used + size);
  used += size;
  return drawn;
}

/** The last identifier that was made here. */
const last = { milliseconds: -Infinity, sequence: 0 };

/**
 * A new identifier of a thing: UUIDv7 (RFC 9562 §5.7), ordered by time and not a secret. The time is that of the database: lists of what
 * several processes have made are ordered by it. Those of one process are ordered within a millisecond, too (§6.2, method 1).
 */
export function newId(): string {
  const random = randomBytes(16);
  const now = Date.now();
  if (now > last.milliseconds) {
    last.milliseconds = now;
    // Below half of what there is, so that it can grow.
    last.sequence = random.readUInt32BE(6) >>> 1;
  } else last.sequence += 1;
  return moved(v7({ random, msecs: last.milliseconds, seq: last.sequence }), clockCorrection());
}

/** The least identifier there is. */
export const LEAST_ID = '00000000-0000-0000-0000-000000000000';

/** The greatest identifier there is. */
export const GREATEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The least identifier that could have been made `milliseconds` before another. */
export function idBefore(id: string, milliseconds: number): string {
  return moved(id, -milliseconds).slice(0, 13) + LEAST_ID.slice(13);
}

function moved(id: string, milliseconds: number): string {
  if (milliseconds === 0) return id;
  const time = parseInt(id.slice(0, 8) + id.slice(9, 13), 16) + milliseconds;
  const hex = Math.max(0, time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${id.slice(13)}`;
}

/** A new secret of `bytes` random bytes as base64url; 16 bytes are the least for an unguessable value (ASVS 11.5.1). */
export const newSecret = (bytes = 16): string => randomBytes(bytes).toString('base64url');

/** A 32-byte key for one purpose, derived from a secret (HKDF-SHA-256, RFC 5869). */
export const deriveKey = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'latchkey', purpose, 32));

/** HMAC-SHA-256 over the parts; their lengths are part of the input, so ('ab','c') and ('a','bc') differ. */
export function keyedHash(key: Buffer, ...parts: readonly (string | Buffer)[]): Buffer {
  const hmac = createHmac('sha256', keyObjectOf(key));
  for (const part of parts) {
    hmac.update(`${Buffer.byteLength(part)}:`).update(part);
  }
  return hmac.digest();
}

const keyObjects = new WeakMap<Buffer, KeyObject>();

/** Node.js 24 takes four times as long for a hash when it has to make an object of the key first. */
function keyObjectOf(key: Buffer): KeyObject {
  const known = keyObjects.get(key) ?? createSecretKey(key);
  keyObjects.set(key, known);
  return known;
}

/** The stored form of a secret that has entropy enough to need no key and no salt. */
export const hashOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Compares in constant time; texts of different length are unequal. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts under a 32-byte key (AES-256-GCM) and binds the result to `context`: nonce, tag, ciphertext. */
export function seal(key: Buffer, plain: string, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** The reverse of {@link seal}; throws when key, context or content is another one. */
export function unseal(key: Buffer, sealed: Buffer, context: string): string {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
  const content = sealed.subarray(NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(content), decipher.final()]).toString('utf8');
}
