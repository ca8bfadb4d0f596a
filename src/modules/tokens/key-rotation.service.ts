import { Injectable } from '@nestjs/common';
import { CannotStart } from '../../common/cannot-start.js';
import { SessionConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { Hourly, soleRun } from '../../platform/schedule/periodic.js';
import { RootKeys } from '../../platform/root-key/root-keys.js';
import { AuditService } from '../audit/audit.service.js';
import { ACCESS_TOKEN_SECONDS, SKEW_SECONDS } from './access-tokens.service.js';
import { SigningKeyStore, type StoredKey } from './signing-key.store.js';
import { isInForce, PUBLISHED_BEFORE_MS } from './signing-keys.service.js';

const DAY_MS = 24 * 3_600_000;
/** A request may sign a moment after the next key took over. */
const LAG_SECONDS = 60;
/** From then on no token that a key has signed is believed. */
const OVERLAP_SECONDS = ACCESS_TOKEN_SECONDS + SKEW_SECONDS + LAG_SECONDS;

export type KeyState = 'next' | 'signing' | 'retiring';

export interface KeyView {
  readonly kid: string;
  readonly state: KeyState;
  readonly signsFrom: Date;
  /** When the public key goes; null before another one is to follow. */
  readonly publishedUntil: Date | null;
  readonly createdAt: Date;
}

export interface Rotation {
  /** The key that signs next. */
  readonly kid: string;
  readonly signsFrom: Date;
  /** Whether it was made now; false when one was waiting already. */
  readonly isNew: boolean;
}

export interface Revocation {
  /** What the key was until now. */
  readonly state: KeyState;
  /** The key that signs now. */
  readonly signer: string;
}

class ServiceRuns extends CannotStart {
  constructor() {
    super(
      'The service is running: stop every process and worker first. Then renew the root key, and start them again.',
    );
  }
}

/** Replacing the signing keys, on schedule and by command, without a token being refused that was good before. */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly database: Database,
    private readonly store: SigningKeyStore,
    private readonly rootKeys: RootKeys,
    private readonly audit: AuditService,
    private readonly config: SessionConfig,
  ) {}

  /** Forgets keys whose time has passed, and replaces the one that signs when it has for its days. */
  @Hourly('keys.rotate')
  async rotateWhenDue(): Promise<void> {
    await this.store.remove();
    const { keyRotationDays } = this.config;
    if (keyRotationDays === 0) return;
    await soleRun(this.database, 'keys.rotate', async () => {
      const [newest] = await this.store.load();
      const age = newest ? newest.now.getTime() - newest.signsFrom.getTime() : 0;
      if (age >= keyRotationDays * DAY_MS) await this.rotate();
    });
  }

  /** The published keys, the newest first. */
  async list(): Promise<KeyView[]> {
    return viewsOf(await this.store.load());
  }

  /** Publishes the next key, which signs in ten minutes, when every verifier has had time to read it. */
  async rotate(): Promise<Rotation> {
    return this.store.change(async () => {
      await this.store.remove();
      const [newest] = await this.store.load();
      if (newest && !isInForce(newest)) return { kid: newest.kid, signsFrom: newest.signsFrom, isNew: false };
      const signsFrom = new Date((await this.store.now()).getTime() + PUBLISHED_BEFORE_MS);
      const kid = await this.store.add(signsFrom);
      await this.store.settle(OVERLAP_SECONDS);
      await this.audit.record({ action: 'keys.rotated', details: { kid } });
      return { kid, signsFrom, isNew: true };
    });
  }

  /** Takes a key out at once, and what it has signed with it; undefined when no such key is published. */
  async revoke(kid: string): Promise<Revocation | undefined> {
    return this.store.change(async () => {
      const keys = await this.store.load();
      const revoked = viewsOf(keys).find((key) => key.kid === kid);
      if (!revoked) return undefined;
      await this.store.remove(kid);
      const left = keys.filter((key) => key.kid !== kid);
      const signer = revoked.state === 'signing' ? await this.signNow(left) : left.find(isInForce)?.kid;
      await this.store.settle(OVERLAP_SECONDS);
      await this.audit.record({ action: 'keys.revoked', details: { kid, state: revoked.state } });
      return { state: revoked.state, signer: signer ?? '' };
    });
  }

  /**
   * Makes another key to derive everything from, and forgets the signing keys with what they have signed. It holds for processes that
   * start from now on, and those that run derive what no other understands.
   * @throws ServiceRuns
   */
  async renewRoot(): Promise<void> {
    if (await this.rootKeys.isUsedByOthers()) throw new ServiceRuns();
    await this.store.change(async () => {
      const keys = viewsOf(await this.store.load());
      await this.rootKeys.renew();
      await this.store.removeAll();
      for (const { kid, state } of keys) await this.audit.record({ action: 'keys.revoked', details: { kid, state } });
    });
  }

  /** The key that waits begins to sign, or a new one: never one that was retired. */
  private async signNow(left: readonly StoredKey[]): Promise<string> {
    const now = await this.store.now();
    const next = left.find((key) => !isInForce(key));
    if (!next) return this.store.add(now);
    await this.store.date(next, now);
    return next.kid;
  }
}

function viewsOf(keys: readonly StoredKey[]): KeyView[] {
  const signing = keys.find(isInForce);
  return keys.map((key) => ({
    kid: key.kid,
    state: key === signing ? 'signing' : isInForce(key) ? 'retiring' : 'next',
    signsFrom: key.signsFrom,
    publishedUntil: key.publishedUntil,
    createdAt: key.createdAt,
  }));
}
