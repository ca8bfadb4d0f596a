import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { CannotStart } from '../../common/cannot-start.js';
import { deriveKey, newId, newSecret, seal, unseal } from '../../common/crypto.js';
import { RootKey } from './root-key.js';
import { DatabaseConfig, RetentionConfig, SecretConfig } from '../../config/config.js';
import { Database } from '../database/database.js';
import {
  ARE_THERE,
  COUNT_PROCESSES,
  FIND_OLDER_SEAL,
  FORGET_FORMER,
  FORGET_SECRETS,
  LOAD,
  LOCK,
  SEAL,
  type SealedRootKey,
} from './root-keys.statements.js';

const ROOT_KEYS_LOCK = 5_208_201_105;
const RETRY_MS = 1_000;
/** As long as a refresh token that was given out under a former root key may still be used, and more. */
const FORMER_DAYS = 180;

interface OpenRootKey {
  readonly id: string;
  readonly value: string;
  readonly createdAt: Date | null;
}

/** A secret of the application, and the mark of what is sealed under it. */
interface Secret {
  readonly value: string;
  readonly mark: Buffer;
}

/**
 * The root keys in the database. Each is sealed once for every secret that may open it: so processes with the secret before and with
 * the new one run side by side, and derive the same.
 */
@Injectable()
export class RootKeys {
  private readonly logger = new Logger(RootKeys.name);
  private readonly secret: Secret;
  private readonly previous?: Secret;

  constructor(
    private readonly database: Database,
    private readonly config: DatabaseConfig,
    private readonly kept: RetentionConfig,
    { appSecret, previousAppSecret }: SecretConfig,
  ) {
    this.secret = secretOf(appSecret);
    this.previous = previousAppSecret === undefined ? undefined : secretOf(previousAppSecret);
  }

  /**
   * Opens the root key; makes it where there is none. With the previous secret given, the new one can open it from now on; without,
   * those before this one cannot any more.
   * @throws CannotStart when neither secret opens it
   */
  async open(): Promise<RootKey> {
    // Documents are made without a database.
    if (this.config.lazy) return new RootKey(this.secret.value);
    await this.tables();
    return this.locked(async () => {
      const rows = await this.database.run(LOAD, []);
      const keys = rows.length === 0 ? [await this.first()] : this.unseal(rows);
      await this.settle(rows, keys);
      // Contacts of deleted people are looked up under it for as long as they are kept.
      await this.database.run(FORGET_FORMER, [Math.max(FORMER_DAYS, this.kept.releasedContactsDays)]);
      const [current = '', ...former] = keys.map(({ value }) => value);
      return new RootKey(current, former);
    });
  }

  /** Whether other processes run that have opened it. */
  async isUsedByOthers(): Promise<boolean> {
    const row = await this.database.first(COUNT_PROCESSES, []);
    return (row?.processes ?? 0) > 1;
  }

  /** Makes another root key in the caller's transaction, for processes that start from now on. */
  async renew(): Promise<void> {
    await this.locked(async () => {
      const rows = await this.database.run(LOAD, []);
      await this.seal(aRootKey(newSecret(32)), this.secret, this.numberIn(rows, this.secret) ?? 1);
    });
  }

  private async locked<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.database.transaction(async () => {
      await this.database.run(LOCK, [ROOT_KEYS_LOCK]);
      return work();
    });
  }

  /** Waits for them: a worker may be started before anybody has migrated. */
  private async tables(): Promise<void> {
    for (let told = false; !(await this.areThere()); told = true) {
      if (!told) this.logger.warn('The tables are not there yet; waiting until somebody has migrated');
      await pause(RETRY_MS);
    }
  }

  private async areThere(): Promise<boolean> {
    return (await this.database.first(ARE_THERE, []))?.there ?? false;
  }

  /** Random; in a database from before there were root keys the secret that everything in it was derived from. */
  private async first(): Promise<OpenRootKey> {
    const older = await this.database.first(FIND_OLDER_SEAL, []);
    if (!older) return aRootKey(newSecret(32));
    const { value } = this.previous ?? this.secret;
    open(deriveKey(value, 'signing-keys'), older.sealed, `${older.kid} ${older.signsFrom.toISOString()}`);
    return aRootKey(value);
  }

  private unseal(rows: readonly SealedRootKey[]): OpenRootKey[] {
    return [...new Set(rows.map(({ id }) => id))].map((id) => {
      const secret = [this.secret, this.previous].find((each) => each && find(rows, id, each)) ?? this.secret;
      const row = find(rows, id, secret);
      if (!row) throw new SealedUnderAnother();
      return { id, createdAt: row.createdAt, value: open(sealingKey(secret), row.sealedKey, id) };
    });
  }

  /** Sees to it that the secret in force is the one with the greatest number. */
  private async settle(rows: readonly SealedRootKey[], keys: readonly OpenRootKey[]): Promise<void> {
    const greatest = Math.max(0, ...rows.map(({ number }) => number));
    const inForce =
      this.numberIn(rows, this.secret) === greatest && keys.every(({ id }) => find(rows, id, this.secret));
    if (rows.length === 0) return this.sealFirst(keys);
    if (inForce && !this.previous) return this.forgetSecretsBefore(greatest);
    if (inForce) return;
    if (!this.previous) return this.logger.warn('Another process was started with a newer APP_SECRET than this one');
    for (const key of keys) await this.seal(key, this.secret, greatest + 1);
    this.logger.log('APP_SECRET has changed: the new one opens the database from now on');
  }

  private async sealFirst(keys: readonly OpenRootKey[]): Promise<void> {
    const secrets = [this.previous, this.secret].filter((secret) => secret !== undefined);
    for (const key of keys) {
      for (const [index, secret] of secrets.entries()) await this.seal(key, secret, index + 1);
    }
  }

  private async forgetSecretsBefore(number: number): Promise<void> {
    const forgotten = await this.database.run(FORGET_SECRETS, [number]);
    if (forgotten.length > 0) this.logger.log('The APP_SECRET before this one opens the database no longer');
  }

  private async seal({ id, value, createdAt }: OpenRootKey, secret: Secret, number: number): Promise<void> {
    const sealed = seal(sealingKey(secret), value, id);
    await this.database.run(SEAL, [id, secret.mark, sealed, number, createdAt]);
  }

  private numberIn(rows: readonly SealedRootKey[], { mark }: Secret): number | undefined {
    return rows.find(({ sealedUnder }) => sealedUnder.equals(mark))?.number;
  }
}

class SealedUnderAnother extends CannotStart {
  constructor(options?: ErrorOptions) {
    super(
      'The keys in this database were sealed under another APP_SECRET. Start with that one again, or give it as APP_SECRET_PREVIOUS; or start with an empty database.',
      options,
    );
  }
}

const secretOf = (value: string): Secret => ({ value, mark: deriveKey(value, 'root-key mark').subarray(0, 16) });

const sealingKey = ({ value }: Secret): Buffer => deriveKey(value, 'root-key seal');

const aRootKey = (value: string): OpenRootKey => ({ id: newId(), value, createdAt: null });

const find = (rows: readonly SealedRootKey[], id: string, { mark }: Secret): SealedRootKey | undefined =>
  rows.find((row) => row.id === id && row.sealedUnder.equals(mark));

/** @throws SealedUnderAnother */
function open(key: Buffer, sealed: Buffer, context: string): string {
  try {
    return unseal(key, sealed, context);
  } catch (error) {
    throw new SealedUnderAnother({ cause: error });
  }
}
