import { Injectable } from '@nestjs/common';
import { keyedHash, newId, seal, unseal } from '../../common/crypto.js';
import { RootKey } from '../root-key/root-key.js';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';

/** Longer than any request may take: a claim older than this belongs to a process that died. */
const CLAIM_SECONDS = 20;

/** A request as it is told apart from others; `idempotencyKey` is its client's secret. */
export interface IdempotentRequest {
  readonly idempotencyKey: string;
  readonly route: string;
  /** The network that it comes from, and who is signed in. */
  readonly asker: string;
  readonly body: unknown;
}

/** The right to answer a request first. */
export interface Claim {
  readonly key: Buffer;
  readonly claim: string;
  readonly sealingKey: Buffer;
}

export type ClaimResult =
  | { readonly kind: 'mine'; readonly claim: Claim }
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'running' }
  | { readonly kind: 'another_body' };

const CLAIM = statement<{ key: Buffer }>(
  'idempotency.claim',
  `INSERT INTO idempotent_answers AS kept (key, fingerprint, claim, expires_at)
   VALUES ($1, $2, $3, clock_now() + interval '${CLAIM_SECONDS} seconds')
   ON CONFLICT (key) DO UPDATE
   SET fingerprint = excluded.fingerprint, claim = excluded.claim, sealed_answer = NULL, expires_at = excluded.expires_at
   WHERE kept.expires_at <= clock_now()
   RETURNING key`,
);
const READ = statement<{ fingerprint: Buffer; sealed_answer: Buffer | null }>(
  'idempotency.read',
  'SELECT fingerprint, sealed_answer FROM idempotent_answers WHERE key = $1 AND expires_at > clock_now()',
);
const KEEP = statement(
  'idempotency.keep',
  `UPDATE idempotent_answers SET sealed_answer = $3, expires_at = clock_now() + make_interval(secs => $4)
   WHERE key = $1 AND claim = $2`,
);
const RELEASE = statement('idempotency.release', 'DELETE FROM idempotent_answers WHERE key = $1 AND claim = $2');

/**
 * Answers that are given again when a client repeats a request under the same key. They may hold tokens, so each is sealed under
 * a key made from the application's secret and the client's: the table alone reveals nothing.
 */
@Injectable()
export class IdempotentAnswers {
  private readonly secretKey: Buffer;

  constructor(
    private readonly database: Database,
    root: RootKey,
  ) {
    this.secretKey = root.derive('idempotency');
  }

  /** Claims a request, or tells what has become of the one that came first. */
  async claim(request: IdempotentRequest): Promise<ClaimResult> {
    const scope = [request.idempotencyKey, request.route, request.asker];
    const key = keyedHash(this.secretKey, 'key', ...scope);
    const sealingKey = keyedHash(this.secretKey, 'seal', ...scope);
    const fingerprint = keyedHash(this.secretKey, 'body', JSON.stringify(request.body ?? null));
    const claim = newId();
    if (await this.database.first(CLAIM, [key, fingerprint, claim])) {
      return { kind: 'mine', claim: { key, claim, sealingKey } };
    }
    const kept = await this.database.first(READ, [key]);
    if (kept && !kept.fingerprint.equals(fingerprint)) return { kind: 'another_body' };
    if (!kept?.sealed_answer) return { kind: 'running' };
    return { kind: 'answered', answer: JSON.parse(unseal(sealingKey, kept.sealed_answer, key.toString('hex'))) };
  }

  async keep({ key, claim, sealingKey }: Claim, answer: unknown, seconds: number): Promise<void> {
    await this.database.run(KEEP, [key, claim, seal(sealingKey, JSON.stringify(answer), key.toString('hex')), seconds]);
  }

  /** Forgets a request that was refused or failed, so that it can be repeated. */
  async release({ key, claim }: Claim): Promise<void> {
    await this.database.run(RELEASE, [key, claim]);
  }
}
