import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { maskAddress } from '../../common/contact.js';
import { GREATEST_ID, keyedHash, newId } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { Gatherer } from '../../common/gatherer.js';
import { Database } from '../../platform/database/database.js';
import { type Statement, statement } from '../../platform/database/statement.js';
import { Metrics } from '../../platform/observability/metrics.js';
import { Events } from '../../platform/events/events.js';
import { PersonErased } from '../users/users.events.js';
import { AUDIT_ACTIONS, type AuditAction } from './audit-action.js';
import type { AuditEntry } from './audit-entry.entity.js';

export { AUDIT_ACTIONS };

export interface AuditFact {
  readonly action: AuditAction;
  /** The person who did it; left out for strangers and for the system. */
  readonly actorId?: string;
  /** The person it was done to. */
  readonly subjectId?: string;
  /** Where the request came from; only a masked form is kept. */
  readonly address?: string;
  /** Never a contact, a name, a code or a token. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface AuditFilter {
  /** Whoever did it or had it done to them. */
  readonly userId?: string;
  readonly action?: string;
  readonly before?: string;
  readonly limit: number;
}

export type AuditRecord = Omit<AuditEntry, 'gatheredAs'>;

/** What has no place in the index of actions: there are more of these than of all others together, and each sign-in would pay for it. */
const OFTEN: readonly string[] = ['auth.signed_in', 'auth.registered'];
/** What `details.by` may say. */
const WAYS = ['code', 'password', 'cli'] as const;
/** SQL, as the index has it. */
const SELDOM = `action <> ALL ('{${OFTEN.join(',')}}')`;

const COLUMNS = 'id, action, actor_id, subject_id, masked_address, details';

/** SQL: what is written of somebody who was deleted in the same instant has no address, as all that was written before has none. */
const addressUnlessErased = (subject: string, address: string): string =>
  `CASE WHEN NOT EXISTS (SELECT FROM users WHERE users.id = ${subject} AND status = 'deleted') THEN ${address} END`;

const ENTRIES = `unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::jsonb[])
   AS entry (id, action, actor, subject, address, details)`;
const ENTRY = `entry.id, action, actor, subject, ${addressUnlessErased('subject', 'address')}, details`;

const WRITE = statement(
  'audit.write',
  `INSERT INTO audit_entries (${COLUMNS})
   SELECT ${ENTRY} FROM ${ENTRIES}`,
);

// It shares no connection: a deletion waits for it while it holds rows that others, before it there, may wait for.
const WRITE_SOON = statement(
  'audit.write_soon',
  `INSERT INTO audit_entries (${COLUMNS})
   SELECT ${ENTRY} FROM ${ENTRIES}, set_config('synchronous_commit', 'off', true)`,
);

/** Failures of one kind, person, network and hour are one entry that counts: a stranger cannot fill the log. */
const GATHER = statement(
  'audit.gather',
  `INSERT INTO audit_entries AS entry (${COLUMNS}, gathered_as)
   SELECT $1, $2, $3, $4, ${addressUnlessErased('$4', '$5')}, $6, $7 || int8send(floor(extract(epoch FROM clock_now()) / 3600)::int8)
   FROM set_config('synchronous_commit', 'off', true)
   ON CONFLICT (gathered_as) WHERE gathered_as IS NOT NULL DO UPDATE SET times = entry.times + 1, last_at = clock_now()`,
);

const ERASE = statement(
  'audit.erase',
  `UPDATE audit_entries SET masked_address = NULL
   WHERE masked_address IS NOT NULL AND (actor_id = $1 OR (subject_id = $1 AND actor_id IS NULL))`,
);

const READ_COLUMNS = `id, action, actor_id AS "actorId", subject_id AS "subjectId", masked_address AS "maskedAddress", details,
  times, created_at AS "createdAt", last_at AS "lastAt"`;

/**
 * Each way in has an index; a person's entries are those of both sides, without those that are on both twice. Of a condition in this
 * form the planner expects every second row to pass, and reads the index in its order rather than all of it to sort.
 */
const page = (name: string, ...conditions: string[]): Statement<AuditRecord> => {
  const side = (condition: string): string =>
    `(SELECT * FROM audit_entries WHERE ${condition} AND id < $3 AND coalesce(action = $2, true) ORDER BY id DESC LIMIT $4)`;
  return statement(
    `audit.${name}`,
    `SELECT ${READ_COLUMNS} FROM (${conditions.map(side).join(' UNION ALL ')}) AS entry ORDER BY id DESC LIMIT $4`,
  );
};
const OF_PERSON = page('of_person', 'subject_id = $1', 'actor_id = $1 AND actor_id IS DISTINCT FROM subject_id');
const OF_ACTION = page('of_action', `$1::uuid IS NULL AND action = $2 AND ${SELDOM}`);
/** Everything, or what happens so often that it is soon found. */
const ALL = page('all', '$1::uuid IS NULL');

/** The audit log: every sign-in, failure, change of credentials and administrative act. */
@Injectable()
export class AuditService implements OnModuleInit, BeforeApplicationShutdown {
  /** All that is ever written down. */
  readonly actions: readonly AuditAction[] = AUDIT_ACTIONS;
  private readonly logger = new Logger(AuditService.name);
  private readonly gatheringKey: Buffer;
  private readonly entries: Counter<'action' | 'by'>;
  private readonly soon = new Gatherer<AuditFact>((facts) => this.writeSoon(facts));

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    root: RootKey,
    metrics: Metrics,
  ) {
    this.entries = metrics.counter({
      name: 'latchkey_audit_entries_total',
      help: 'What was noted for the audit log, by what happened and how (code, password, cli, else none); a failure that repeats counts each time',
      labelNames: ['action', 'by'],
    });
    this.gatheringKey = root.derive('audit');
  }

  /** From where somebody came is forgotten with them; what was done stays. */
  onModuleInit(): void {
    this.events.on(PersonErased, ({ personId }) => this.erase(personId));
  }

  /** Writes an entry, in the caller's transaction if there is one. */
  async record(fact: AuditFact): Promise<void> {
    this.count(fact);
    await this.database.run(WRITE, columnsOf([fact]));
  }

  /** Writes an entry soon, with others, and without anybody waiting: for what another row proves as well, such as a sign-in. */
  note(fact: AuditFact): void {
    this.count(fact);
    this.soon.add(fact);
  }

  /** Counts a failure, outside any transaction: it must outlive the request that failed. */
  async recordFailure(fact: AuditFact): Promise<void> {
    this.count(fact);
    const { action, subjectId = '', address = '' } = fact;
    const kind = keyedHash(this.gatheringKey, action, subjectId, maskAddress(address));
    const [id, , actor, subject, place, details] = columnsOf([fact]).map(([value]) => value);
    await this.database.run(GATHER, [id, action, actor, subject, place, details, kind.subarray(0, 16)]);
  }

  /** The newest first. */
  async list({ userId, action, before, limit }: AuditFilter): Promise<AuditRecord[]> {
    const values = [userId ?? null, action ?? null, before ?? GREATEST_ID, limit];
    if (userId) return this.database.run(OF_PERSON, values);
    return this.database.run(action && !OFTEN.includes(action) ? OF_ACTION : ALL, values);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.soon.settled();
  }

  private count({ action, details }: AuditFact): void {
    this.entries.inc({ action, by: WAYS.find((way) => way === details?.by) ?? 'none' });
  }

  private async erase(personId: string): Promise<void> {
    await this.soon.settled();
    await this.database.run(ERASE, [personId]);
  }

  private async writeSoon(facts: readonly AuditFact[]): Promise<void> {
    try {
      await this.database.run(WRITE_SOON, columnsOf(facts));
    } catch {
      this.logger.warn(`${facts.length} audit entries were not written`);
    }
  }
}

function columnsOf(facts: readonly AuditFact[]): unknown[][] {
  return [
    facts.map(() => newId()),
    facts.map(({ action }) => action),
    facts.map(({ actorId }) => actorId ?? null),
    facts.map(({ subjectId }) => subjectId ?? null),
    facts.map(({ address }) => (address ? maskAddress(address) : null)),
    facts.map(({ details = {} }) => JSON.stringify(details)),
  ];
}
