import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { LEAST_ID } from '../../common/crypto.js';
import { loggable } from '../../common/http/failure.js';
import { ServiceUnavailable } from '../../common/http/http.errors.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { AuditService } from '../audit/audit.service.js';
import { CSV_HEADER, csvOf, type ExportedEdge } from './csv-of-edges.js';
import { beginningOf, type Days, ensureInOrder, TODAY } from './days.js';
import type { Viewer } from './leaderboard.service.js';

export interface Export {
  /** The day (UTC) it was made, `YYYY-MM-DD`. */
  readonly day: string;
  /** Read while it is taken: whoever stops taking stops the reading. Throws in the middle when something fails. */
  readonly text: AsyncIterable<string>;
}

interface Bounds {
  readonly day: string;
  /** Moments as PostgreSQL writes them: a Date would lose the microseconds. */
  readonly from: string;
  readonly until: string;
}

type Row = ExportedEdge & { readonly at: string };

/** Edges of one page: what is held of an export at any time. */
const PAGE_EDGES = 1_000;

const BOUNDS = statement<Bounds>(
  'referral_export.bounds',
  `SELECT to_char(${TODAY}, 'YYYY-MM-DD') AS day,
     coalesce(${beginningOf('$1::date')}, '-infinity')::text AS from,
     least(clock_now(), ${beginningOf('$2::date + 1')})::text AS until`,
);

const named = (alias: string): string =>
  `json_build_object('id', ${alias}.id, 'phone', ${alias}.phone, 'firstName', ${alias}.first_name, 'lastName', ${alias}.last_name)`;

/** Of a limit that is not written out the planner expects little, and reads the index in its order rather than all of it to sort. */
const PAGE = statement<Row>(
  'referral_export.page',
  `SELECT activated_at AS "activatedAt", activated_at::text AS at, code, via,
     ${named('inviter')} AS inviter, ${named('invitee')} AS invitee
   FROM (
     SELECT * FROM referrals WHERE (activated_at, invitee_id) > ($1::timestamptz, $2::uuid) AND activated_at < $3::timestamptz
     ORDER BY activated_at, invitee_id LIMIT $4) AS edge
   JOIN users inviter ON inviter.id = edge.inviter_id
   JOIN users invitee ON invitee.id = edge.invitee_id
   ORDER BY activated_at, invitee_id`,
);

/** Who invited whom, as a file of any length that is never held as a whole. */
@Injectable()
export class ReferralExport implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ReferralExport.name);
  private closing = false;

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /**
   * The edges of these days, the oldest first, up to this moment; a code that is being activated in it may be left out. That it was
   * exported is written down first.
   * @param days all when left out
   * @throws RequestInvalid when they are out of order
   */
  async begin(days: Partial<Days>, { actorId, address }: Viewer): Promise<Export> {
    const { from, to } = days;
    if (from !== undefined && to !== undefined) ensureInOrder({ from, to });
    const bounds = await this.database.first(BOUNDS, [from ?? null, to ?? null]);
    if (!bounds) throw new Error('the export has no bounds');
    await this.audit.record({ action: 'referrals.exported', actorId, address, details: { from, to } });
    return { day: bounds.day, text: this.read(bounds) };
  }

  /** Whoever takes a file slowly would hold the process for as long as that takes. */
  beforeApplicationShutdown(): void {
    this.closing = true;
  }

  private async *read(bounds: Bounds): AsyncGenerator<string> {
    try {
      yield CSV_HEADER;
      for await (const page of this.pages(bounds)) yield csvOf(page);
    } catch (error) {
      // The answer is under way already: nobody else hears of it.
      this.logger.error({ msg: 'an export broke off', error: loggable(error) });
      throw error;
    }
  }

  private async *pages({ from, until }: Bounds): AsyncGenerator<Row[]> {
    let place = [from, LEAST_ID];
    for (let last: Row | undefined; ; place = [last.at, last.invitee.id]) {
      if (this.closing) throw new ServiceUnavailable();
      const page = await this.database.run(PAGE, [...place, until, PAGE_EDGES]);
      if (page.length > 0) yield page;
      last = page[PAGE_EDGES - 1];
      if (!last) return;
    }
  }
}
