import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RATE_LIMIT_TAKE } from './1763600000021-rewrite-rate-limit-take.js';
import { SEND_TAKE } from './1763600000022-create-sms-budget.js';

/**
 * SQL: looks without a lock whether one of the rules is full, and if none is, takes under the locks of the rows, in the order of their
 * keys, so that two callers never wait for each other. One hit more than the greatest quota is kept, so that giving one back leaves as
 * many as a rule must see. A hit that lies ahead was made by a clock that was, and does not count.
 */
const LOOK_AND_TAKE = `
  WITH rules AS MATERIALIZED (
    SELECT rule_key, quota, make_interval(secs => seconds) AS span, number
    FROM unnest(rule_keys, quotas, windows) WITH ORDINALITY AS rule (rule_key, quota, seconds, number)),
  full_rule AS MATERIALIZED (
    SELECT number, hits[quota] + span - moment AS wait FROM rules JOIN rate_limits ON key = rule_key
    WHERE hits[quota] > moment - span AND hits[quota] < moment + interval '1 minute'
    ORDER BY hits[quota] + span DESC LIMIT 1),
  wanted AS MATERIALIZED (SELECT DISTINCT rule_key FROM rules WHERE NOT EXISTS (SELECT FROM full_rule) ORDER BY rule_key),
  hit AS (
    INSERT INTO rate_limits AS log (key, hits, touched_at) SELECT rule_key, ARRAY[moment], moment FROM wanted
    ON CONFLICT (key) DO UPDATE
    SET hits = CASE WHEN log.hits[1] < moment + interval '1 minute' THEN greatest(moment, log.hits[1]) ELSE moment END
        || log.hits[1 : greatest_quota], touched_at = moment
    WHERE NOT EXISTS (
      SELECT FROM rules WHERE rule_key = log.key AND log.hits[quota] > moment - span
        AND log.hits[quota] < moment + interval '1 minute')
    RETURNING key)
  SELECT (SELECT number FROM full_rule), (SELECT ceil(extract(epoch FROM wait)) FROM full_rule),
    (SELECT count(*) FROM wanted), (SELECT array_agg(key) FROM hit)
  INTO refused_by, retry_after, distinct_keys, taken;
  IF refused_by IS NULL AND distinct_keys > coalesce(cardinality(taken), 0) THEN
    PERFORM rate_limit_undo(taken);
    SELECT * INTO refused_by, retry_after FROM rate_limit_full(rule_keys, quotas, windows, moment);
  END IF;`;

const TAKEN = `
  moment timestamptz := clock_now();
  distinct_keys int;
  taken bytea[];`;

/**
 * Each statement of a function, and each function that it calls, has its price: what is decided before each message is two of them.
 * The budget is taken from a row of the hour that is drawn; only where that has nothing left are the others looked at.
 */
export class ShortenTaking1763600000036 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION rate_limit_take(
        rule_keys bytea[], quotas int[], windows int[], greatest_quota int, OUT refused_by int, OUT retry_after int)
      LANGUAGE plpgsql AS $$
      DECLARE ${TAKEN}
      BEGIN ${LOOK_AND_TAKE}
      END $$`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION send_take(
        rule_keys bytea[], quotas int[], windows int[], greatest_quota int,
        daily bigint, hour_parts int, reserve_percent int, is_known boolean, OUT refused_by int, OUT retry_after int)
      LANGUAGE plpgsql AS $$
      DECLARE ${TAKEN}
        drawn int := floor(random() * 8);
      BEGIN ${LOOK_AND_TAKE}
        IF refused_by IS NOT NULL OR daily IS NULL THEN
          RETURN;
        END IF;
        -- As sms_budget_take decides it of what everybody may have. An hour after which one has begun is closed.
        UPDATE sms_budget SET spent = spent + 1
        WHERE hour = date_trunc('hour', moment, 'UTC') AND slot = drawn AND NOT closed
          AND spent < (
            SELECT general * (slot + 1) / 8 - general * slot / 8
            FROM (SELECT greatest(0, least(daily * hour_parts / 24, daily - spent_before)) AS slice) AS hourly,
              LATERAL (SELECT greatest(0, least(
                slice - slice * reserve_percent / 100, daily - daily * reserve_percent / 100 - general_before)) AS general) AS shared);
        IF FOUND THEN
          RETURN;
        END IF;
        retry_after := sms_budget_take(daily, hour_parts, reserve_percent, is_known);
        IF retry_after IS NOT NULL THEN
          refused_by := 0;
          PERFORM rate_limit_undo(rule_keys);
        END IF;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(SEND_TAKE);
    await runner.query(RATE_LIMIT_TAKE);
  }
}
