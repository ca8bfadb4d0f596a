import { createPublicKey, type KeyObject } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Gatherer } from '../../common/gatherer.js';
import { ServiceUnavailable } from '../../common/http/http.errors.js';
import { Notifications } from '../../platform/database/notifications.js';
import { Metrics } from '../../platform/observability/metrics.js';
import { KEYS_CHANGED, type PublishedKey, SigningKeyStore, type StoredKey } from './signing-key.store.js';

/** How long another process's change may go unnoticed where its notification is lost. */
const RELOAD_MS = 60_000;
/** Whoever has not seen the keys for so long may have missed one that signs by now; it is published that long before. */
export const PUBLISHED_BEFORE_MS = 600_000;

const AGE_HELP = 'All processes: for how long the key that signs access tokens has been signing';

export interface SigningKeyPair {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

type Signer = SigningKeyPair & { readonly signsFrom: Date };

/** The ES256 keys of access tokens as this process knows them: those of the database, shared by every process. */
@Injectable()
export class SigningKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SigningKeys.name);
  private readonly reloads = new Gatherer<void>(() => this.loadQuietly());
  private verifiers = new Map<string, KeyObject>();
  /** The next key, if there is one, and the one in force; the newest first. */
  private signers: Signer[] = [];
  private publicKeys: PublishedKey[] = [];
  private loadedAt = 0;
  private ageWhenLoadedMs = 0;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly store: SigningKeyStore,
    private readonly notifications: Notifications,
    private readonly metrics: Metrics,
  ) {}

  /** Makes the first key where there is none. @throws CannotStart */
  async onApplicationBootstrap(): Promise<void> {
    if ((await this.store.load()).length === 0) await this.makeFirst();
    await this.load();
    this.metrics.gauge({ name: 'latchkey_signing_key_age_seconds', help: AGE_HELP }, () => [[{}, this.age()]]);
    await this.notifications.listen(KEYS_CHANGED, () => this.reloads.add());
    this.timer = setInterval(() => this.reloads.add(), RELOAD_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * The key that signs at a time of the database's: it, not the clock of this process, says when the next one takes over.
   * @throws ServiceUnavailable when this process has not heard from the database for too long to know
   */
  signer(at: Date): SigningKeyPair {
    // A transaction that began before a key was replaced at once may come with a time before every key.
    const signer = this.signers.find(({ signsFrom }) => signsFrom <= at) ?? this.signers.at(-1);
    if (!signer) throw new Error('no signing key was loaded');
    if (performance.now() - this.loadedAt > PUBLISHED_BEFORE_MS) throw new ServiceUnavailable();
    return signer;
  }

  /** The public key of a kid, undefined when it is not ours or no longer published. */
  verifier(kid: string): KeyObject | undefined {
    return this.verifiers.get(kid);
  }

  /** Every key that verifiers need now or soon. */
  published(): PublishedKey[] {
    return this.publicKeys;
  }

  /** Of the key in force when the keys were last read, by the database's clock then and by that of the process since. */
  private age(): number {
    return (this.ageWhenLoadedMs + performance.now() - this.loadedAt) / 1_000;
  }

  private async makeFirst(): Promise<void> {
    await this.store.change(async () => {
      if ((await this.store.load()).length === 0) await this.store.add(await this.store.now());
    });
  }

  private async load(): Promise<void> {
    const askedAt = performance.now();
    const keys = await this.store.load();
    const inForce = keys.findIndex(isInForce);
    if (inForce < 0) throw new Error('no signing key is in force');
    const signers = keys.slice(0, inForce + 1);
    this.signers = signers.map((key) => ({
      kid: key.kid,
      signsFrom: key.signsFrom,
      privateKey: this.store.open(key),
    }));
    this.verifiers = new Map(keys.map(({ kid, jwk }) => [kid, createPublicKey({ key: { ...jwk }, format: 'jwk' })]));
    this.publicKeys = keys.map(({ jwk }) => jwk);
    this.loadedAt = askedAt;
    const [signing] = keys.slice(inForce);
    if (signing) this.ageWhenLoadedMs = signing.now.getTime() - signing.signsFrom.getTime();
  }

  private async loadQuietly(): Promise<void> {
    try {
      await this.load();
    } catch (error) {
      this.logger.warn(`signing keys were not reloaded: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  }
}

/** Whether a key may sign by now; the newest of those does. */
export const isInForce = ({ signsFrom, now }: StoredKey): boolean => signsFrom <= now;
