import type { MigrationInterface, QueryRunner } from 'typeorm';

// The first look needs no lock; what it lets through is decided under the locks of the rows, taken in the order of their keys,
// so that two callers never wait for each other. Whoever finds one of them full gives the others back: nobody has seen them.
// One hit more than the greatest quota is kept, so that giving one back leaves as many as a rule must see.
export const RATE_LIMIT_TAKE = `
  CREATE OR REPLACE FUNCTION rate_limit_take(
    rule_keys bytea[], quotas int[], windows int[], greatest_quota int, OUT refused_by int, OUT retry_after int)
  LANGUAGE plpgsql AS $$
  DECLARE
    moment timestamptz := clock_now();
    distinct_keys int;
    taken bytea[];
  BEGIN
    SELECT * INTO refused_by, retry_after FROM rate_limit_full(rule_keys, quotas, windows, moment);
    IF refused_by IS NOT NULL THEN
      RETURN;
    END IF;
    WITH wanted AS MATERIALIZED (SELECT DISTINCT k FROM unnest(rule_keys) AS k ORDER BY k),
    hit AS (
      INSERT INTO rate_limits AS log (key, hits, touched_at) SELECT k, ARRAY[moment], moment FROM wanted
      ON CONFLICT (key) DO UPDATE
      SET hits = CASE WHEN log.hits[1] < moment + interval '1 minute' THEN greatest(moment, log.hits[1]) ELSE moment END
          || log.hits[1 : greatest_quota], touched_at = moment
      WHERE NOT EXISTS (
        SELECT FROM unnest(rule_keys, quotas, windows) AS rule (rule_key, quota, seconds)
        WHERE rule_key = log.key AND log.hits[quota] > moment - make_interval(secs => seconds)
          AND log.hits[quota] < moment + interval '1 minute')
      RETURNING key)
    SELECT (SELECT count(*) FROM wanted), (SELECT array_agg(key) FROM hit) INTO distinct_keys, taken;
    IF cardinality(taken) = distinct_keys THEN
      RETURN;
    END IF;
    PERFORM rate_limit_undo(taken);
    SELECT * INTO refused_by, retry_after FROM rate_limit_full(rule_keys, quotas, windows, moment);
  END $$`;

/**
 * One statement takes where there is room, whether the keys are new or not, and a refusal writes nothing: whoever is over a limit
 * asks again and again. Hits stand with the newest first, so the one that fills a quota is found by its place. A
 * hit that lies ahead was made by a clock that was, and does not count.
 */
export class RewriteRateLimitTake1763600000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION rate_limit_take(bytea[], int[], int[], int[])');
    await runner.query(`
      CREATE FUNCTION rate_limit_full(
        rule_keys bytea[], quotas int[], windows int[], moment timestamptz, OUT refused_by int, OUT retry_after int)
      LANGUAGE plpgsql AS $$
      BEGIN
        SELECT number, ceil(extract(epoch FROM hits[quota] + make_interval(secs => seconds) - moment))
        INTO refused_by, retry_after
        FROM unnest(rule_keys, quotas, windows) WITH ORDINALITY AS rule (rule_key, quota, seconds, number)
        JOIN rate_limits ON key = rule_key
        WHERE hits[quota] > moment - make_interval(secs => seconds) AND hits[quota] < moment + interval '1 minute'
        ORDER BY hits[quota] + make_interval(secs => seconds) DESC LIMIT 1;
      END $$`);
    // What the transaction itself has just taken, and so nobody has seen.
    await runner.query(`
      CREATE FUNCTION rate_limit_undo(taken bytea[]) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM rate_limits WHERE key = ANY (taken) AND cardinality(hits) = 1;
        UPDATE rate_limits SET hits = hits[2 : ] WHERE key = ANY (taken);
      END $$`);
    await runner.query(RATE_LIMIT_TAKE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION rate_limit_take(bytea[], int[], int[], int)');
    await runner.query('DROP FUNCTION rate_limit_undo(bytea[])');
    await runner.query('DROP FUNCTION rate_limit_full(bytea[], int[], int[], timestamptz)');
    await runner.query(`
      CREATE FUNCTION rate_limit_take(
        keys bytea[], rule_of int[], quotas int[], windows int[], OUT refused_by int, OUT retry_after int)
      LANGUAGE plpgsql AS $$
      DECLARE
        moment timestamptz := clock_now();
        fresh bytea[];
      BEGIN
        PERFORM set_config('synchronous_commit', 'off', true);
        WITH made AS (
          INSERT INTO rate_limits (key, hits, touched_at) SELECT k, ARRAY[moment], moment FROM unnest(keys) AS k
          ON CONFLICT DO NOTHING RETURNING key)
        SELECT coalesce(array_agg(key), '{}') INTO fresh FROM made;
        IF cardinality(fresh) = cardinality(keys) THEN
          RETURN;
        END IF;
        PERFORM FROM rate_limits WHERE key = ANY (keys) ORDER BY key FOR UPDATE;
        SELECT full_rule.number, ceil(extract(epoch FROM full_rule.free_at - moment)) INTO refused_by, retry_after
        FROM (
          SELECT rule.number,
                 (SELECT hit FROM unnest(log.hits) AS hit ORDER BY hit DESC OFFSET rule.quota - 1 LIMIT 1)
                   + make_interval(secs => rule.seconds) AS free_at
          FROM unnest(rule_of, quotas, windows) WITH ORDINALITY AS rule (key_number, quota, seconds, number)
          JOIN rate_limits log ON log.key = keys[rule.key_number] AND log.key <> ALL (fresh)
        ) AS full_rule
        WHERE full_rule.free_at > moment
        ORDER BY full_rule.free_at DESC LIMIT 1;
        IF FOUND THEN
          DELETE FROM rate_limits WHERE key = ANY (fresh);
          RETURN;
        END IF;
        UPDATE rate_limits log
        SET hits = moment || ARRAY(SELECT hit FROM unnest(log.hits) AS hit WHERE hit > moment - make_interval(secs => longest.seconds)),
            touched_at = moment
        FROM (SELECT key_number, max(seconds) AS seconds FROM unnest(rule_of, windows) AS r (key_number, seconds) GROUP BY 1) AS longest
        WHERE log.key = keys[longest.key_number] AND log.key <> ALL (fresh);
      END $$`);
  }
}
