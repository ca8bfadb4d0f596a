import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CannotStart } from '../../common/cannot-start.js';
import { newSecret, seal, unseal } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

/** Where processes hear that the keys have changed. */
export const KEYS_CHANGED = 'signing_keys';

const KEYS_LOCK = 5_208_201_102;

/** A public key as verifiers get it (RFC 7517 §4). */
export interface PublishedKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly use: string;
  readonly alg: string;
}

export interface StoredKey {
  readonly kid: string;
  readonly jwk: PublishedKey;
  readonly sealedPrivateKey: Buffer;
  readonly signsFrom: Date;
  readonly publishedUntil: Date | null;
  readonly createdAt: Date;
  /** The database's time of the answer. */
  readonly now: Date;
}

const LOCK = statement('signing_keys.lock', 'SELECT pg_advisory_xact_lock($1)');
const NOW = statement<{ now: Date }>('signing_keys.now', 'SELECT clock_now() AS now');
const LOAD = statement<StoredKey>(
  'signing_keys.load',
  `SELECT kid, public_jwk AS jwk, sealed_private_key AS "sealedPrivateKey", signs_from AS "signsFrom",
     published_until AS "publishedUntil", created_at AS "createdAt", clock_now() AS now
   FROM signing_keys WHERE published_until IS NULL OR published_until > clock_now()
   ORDER BY signs_from DESC, kid`,
);
const ADD = statement(
  'signing_keys.add',
  'INSERT INTO signing_keys (kid, public_jwk, sealed_private_key, signs_from) VALUES ($1, $2, $3, $4)',
);
const SET_DATE = statement(
  'signing_keys.date',
  'UPDATE signing_keys SET sealed_private_key = $2, signs_from = $3 WHERE kid = $1',
);
const REMOVE = statement(
  'signing_keys.remove',
  'DELETE FROM signing_keys WHERE kid = $1 OR published_until <= clock_now()',
);
const REMOVE_ALL = statement('signing_keys.remove_all', 'DELETE FROM signing_keys');
/** The newest is published until further notice. */
const SETTLE = statement(
  'signing_keys.settle',
  `UPDATE signing_keys AS settled SET published_until =
     (SELECT min(signs_from) + make_interval(secs => $1) FROM signing_keys WHERE signs_from > settled.signs_from)`,
);
/** Inside the transaction, unlike what wakes the courier: it is rare, and must come neither early nor not at all. */
const TELL = statement('signing_keys.tell', `SELECT pg_notify($1, '')`);

/** The table of the signing keys. Private keys are sealed in it, each under its own id and date: rows cannot be exchanged. */
@Injectable()
export class SigningKeyStore {
  private readonly sealingKey: Buffer;

  constructor(
    private readonly database: Database,
    root: RootKey,
  ) {
    this.sealingKey = root.derive('signing-keys');
  }

  /** Makes changes that wait for one another, and tells every process of them. */
  async change<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.database.transaction(async () => {
      await this.database.run(LOCK, [KEYS_LOCK]);
      const result = await work();
      await this.database.run(TELL, [KEYS_CHANGED]);
      return result;
    });
  }

  /** Says anew until when each key is published: `overlapSeconds` after the next one has begun to sign. */
  async settle(overlapSeconds: number): Promise<void> {
    await this.database.run(SETTLE, [overlapSeconds]);
  }

  /** The keys that are published, the newest first. */
  async load(): Promise<StoredKey[]> {
    return this.database.run(LOAD, []);
  }

  async now(): Promise<Date> {
    return (await this.database.first(NOW, []))?.now ?? new Date();
  }

  /** Makes a key; answers its id. */
  async add(signsFrom: Date): Promise<string> {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const kid = newSecret(12);
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' };
    await this.database.run(ADD, [kid, jwk, this.sealed(privateKey, kid, signsFrom), signsFrom]);
    return kid;
  }

  /** Lets a key sign from another date. */
  async date(key: StoredKey, signsFrom: Date): Promise<void> {
    await this.database.run(SET_DATE, [key.kid, this.sealed(this.open(key), key.kid, signsFrom), signsFrom]);
  }

  /** Forgets a key, and those whose time has passed. */
  async remove(kid?: string): Promise<void> {
    await this.database.run(REMOVE, [kid ?? null]);
  }

  /** Forgets every key; the next process that starts makes one. */
  async removeAll(): Promise<void> {
    await this.database.run(REMOVE_ALL, []);
  }

  /** @throws CannotStart when it was sealed under another root key */
  open({ kid, sealedPrivateKey, signsFrom }: StoredKey): KeyObject {
    try {
      return createPrivateKey(unseal(this.sealingKey, sealedPrivateKey, contextOf(kid, signsFrom)));
    } catch (error) {
      throw new CannotStart(
        'The signing keys in this database were sealed under another root key. Restore both from the same backup, or start with an empty database.',
        { cause: error },
      );
    }
  }

  private sealed(privateKey: KeyObject, kid: string, signsFrom: Date): Buffer {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return seal(this.sealingKey, pem, contextOf(kid, signsFrom));
  }
}

const contextOf = (kid: string, signsFrom: Date): string => `${kid} ${signsFrom.toISOString()}`;
