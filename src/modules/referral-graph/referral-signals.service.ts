import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { type Statement, statement } from '../../platform/database/statement.js';
import { AuditService } from '../audit/audit.service.js';
import { shownColumns, type ShownPerson, shownPerson, type Viewer } from './shown-person.js';

/** Somebody by whom many were invited in a short time. */
export interface Burst {
  readonly inviter: ShownPerson;
  /** The most activations within any 60 minutes. */
  readonly activations: number;
  /** The first and the last of these. */
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** A network from which many codes were activated. */
export interface BusyNetwork {
  /** The beginning of the network's keyed hash: tells networks apart, and names none. */
  readonly network: string;
  readonly activations: number;
  /** Whose codes these were: how many people's. */
  readonly inviters: number;
  /** Whose code was activated most often from there. */
  readonly inviter: ShownPerson;
  readonly topActivations: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** The strongest first. */
export interface Signals {
  readonly since: Date;
  readonly bursts: Burst[];
  readonly networks: BusyNetwork[];
}

type Row<Signal> = Omit<Signal, 'inviter'> & ShownPerson;

/** The longest time that is looked back. */
export const MOST_HOURS = 168;
const BURST = 10;
const BUSY = 5;
const SHOWN = 100;

const SINCE = statement<{ since: Date }>(
  'referrals.signals_since',
  'SELECT clock_now() - make_interval(hours => $1) AS since',
);

/** The first counting leaves out nearly everybody; only of the others the edges are read again, in the order of their ordinals. */
const BURSTS: Statement<Row<Burst>> = statement(
  'referrals.bursts',
  `WITH busy AS (
     SELECT inviter_id, min(ordinal) AS oldest, max(ordinal) AS newest FROM referrals
     WHERE activated_at >= $1 GROUP BY inviter_id HAVING count(*) >= ${BURST})
   SELECT ${shownColumns('inviter')}, activations, "firstAt", "lastAt"
   FROM busy
   CROSS JOIN LATERAL (
     SELECT (count(*) OVER hour)::int AS activations, activated_at AS "firstAt", last_value(activated_at) OVER hour AS "lastAt"
     FROM referrals
     WHERE inviter_id = busy.inviter_id AND ordinal BETWEEN oldest AND newest AND activated_at >= $1
     WINDOW hour AS (ORDER BY activated_at RANGE BETWEEN CURRENT ROW AND interval '60 minutes' FOLLOWING)
     ORDER BY activations DESC, activated_at DESC LIMIT 1) AS strongest
   JOIN users inviter ON inviter.id = busy.inviter_id
   WHERE activations >= ${BURST}
   ORDER BY activations DESC, "lastAt" DESC, inviter.id LIMIT ${SHOWN}`,
);

/** Edges of invitees who were deleted have no network any more. */
const NETWORKS: Statement<Row<BusyNetwork>> = statement(
  'referrals.busy_networks',
  `WITH pairs AS (
     SELECT network, inviter_id, count(*) AS activations, min(activated_at) AS first_at, max(activated_at) AS last_at
     FROM referrals WHERE activated_at >= $1 AND network IS NOT NULL GROUP BY network, inviter_id),
   busy AS (
     SELECT network, sum(activations)::int AS activations, count(*)::int AS inviters, max(activations)::int AS most,
       (array_agg(inviter_id ORDER BY activations DESC, last_at DESC, inviter_id))[1] AS top,
       min(first_at) AS first_at, max(last_at) AS last_at
     FROM pairs GROUP BY network HAVING sum(activations) >= ${BUSY}
     ORDER BY activations DESC, last_at DESC, network LIMIT ${SHOWN})
   SELECT ${shownColumns('inviter')}, left(encode(network, 'hex'), 8) AS network, activations, inviters,
     most AS "topActivations", first_at AS "firstAt", last_at AS "lastAt"
   FROM busy JOIN users inviter ON inviter.id = busy.top
   ORDER BY activations DESC, last_at DESC, busy.network`,
);

/**
 * What looks like codes being activated by machine, for people to look at: nothing acts on it. Costs what was activated in the time
 * that is looked back, however many edges there are.
 */
@Injectable()
export class ReferralSignals {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /** @param hours how long to look back: 1 to {@link MOST_HOURS} */
  async within(hours: number, { actorId, address }: Viewer): Promise<Signals> {
    const since = (await this.database.first(SINCE, [hours]))?.since ?? new Date(0);
    const bursts = await this.database.run(BURSTS, [since]);
    const networks = await this.database.run(NETWORKS, [since]);
    await this.audit.record({ action: 'referrals.signals_viewed', actorId, address, details: { hours } });
    return { since, bursts: bursts.map(signalOf), networks: networks.map(signalOf) };
  }
}

function signalOf<Signal extends object>(row: Signal & ShownPerson) {
  const { userId: _id, phone: _phone, name: _name, status: _status, ...signal } = row;
  return { ...signal, inviter: shownPerson(row) };
}
