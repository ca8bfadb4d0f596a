import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CannotStart } from '../../common/cannot-start.js';
import { deriveKey, newSecret, seal, unseal } from '../../common/crypto.js';
import { SecretConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

/** How long another process's new key may go unnoticed; far below the time it is published before it signs. */
const RELOAD_MS = 60_000;
const FIRST_KEY_LOCK = 5_208_201_102;

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

interface KeyRow {
  readonly kid: string;
  readonly public_jwk: PublishedKey;
  readonly sealed_private_key: Buffer;
  readonly signs_from: Date;
  readonly signs: boolean;
}

export interface SigningKeyPair {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

const LOAD = statement<KeyRow>(
  'signing_keys.load',
  `SELECT kid, public_jwk, sealed_private_key, signs_from, signs_from <= clock_now() AS signs
   FROM signing_keys WHERE published_until IS NULL OR published_until > clock_now()
   ORDER BY signs_from DESC, kid`,
);
const LOCK = statement('signing_keys.lock', 'SELECT pg_advisory_xact_lock($1)');
const ADD = statement(
  'signing_keys.add',
  'INSERT INTO signing_keys (kid, public_jwk, sealed_private_key, signs_from) VALUES ($1, $2, $3, $4)',
);
const NOW = statement<{ now: Date }>('signing_keys.now', 'SELECT clock_now() AS now');

/** The ES256 keys of access tokens: in the database, sealed, shared by every process; made by whichever starts first. */
@Injectable()
export class SigningKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SigningKeys.name);
  private readonly sealingKey: Buffer;
  private readonly verifiers = new Map<string, KeyObject>();
  private current?: SigningKeyPair;
  private publicKeys: PublishedKey[] = [];
  private reload?: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    secret: SecretConfig,
  ) {
    this.sealingKey = deriveKey(secret.appSecret, 'signing-keys');
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.makeFirst();
    await this.load();
    this.reload = setInterval(() => void this.loadQuietly(), RELOAD_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.reload);
  }

  /** The key that signs now. */
  signer(): SigningKeyPair {
    if (!this.current) throw new Error('no signing key was loaded');
    return this.current;
  }

  /** The public key of a kid, undefined when it is not ours or no longer published. */
  verifier(kid: string): KeyObject | undefined {
    return this.verifiers.get(kid);
  }

  /** Every key that verifiers need now or soon. */
  published(): PublishedKey[] {
    return this.publicKeys;
  }

  private async makeFirst(): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.run(LOCK, [FIRST_KEY_LOCK]);
      if ((await this.database.run(LOAD, [])).length > 0) return;
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const kid = newSecret(12);
      const now = (await this.database.first(NOW, []))?.now ?? new Date();
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' };
      await this.database.run(ADD, [kid, jwk, seal(this.sealingKey, pem, contextOf(kid, now)), now]);
    });
  }

  private async load(): Promise<void> {
    const rows = await this.database.run(LOAD, []);
    const signing = rows.find((row) => row.signs);
    if (!signing) throw new Error('no signing key is in force');
    this.verifiers.clear();
    for (const { kid, public_jwk } of rows) {
      this.verifiers.set(kid, createPublicKey({ key: { ...public_jwk }, format: 'jwk' }));
    }
    this.publicKeys = rows.map((row) => row.public_jwk);
    this.current = { kid: signing.kid, privateKey: this.open(signing) };
  }

  private open({ kid, sealed_private_key, signs_from }: KeyRow): KeyObject {
    try {
      return createPrivateKey(unseal(this.sealingKey, sealed_private_key, contextOf(kid, signs_from)));
    } catch (error) {
      throw new CannotStart(
        'The signing keys in this database were sealed under another APP_SECRET. Start with that one again, or with an empty database.',
        { cause: error },
      );
    }
  }

  private async loadQuietly(): Promise<void> {
    try {
      await this.load();
    } catch (error) {
      this.logger.warn(`signing keys were not reloaded: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  }
}

/** A sealed key opens only for its own id and date, so rows cannot be exchanged. */
const contextOf = (kid: string, signsFrom: Date): string => `${kid} ${signsFrom.toISOString()}`;
