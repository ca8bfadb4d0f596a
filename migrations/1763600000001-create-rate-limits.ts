import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A sliding log: one row a key with the times of its recent hits. Its functions commit without waiting for the disk,
 * so a crash of the database may forget the hits of the last instants, and no request waits for a counter.
 */
export class CreateRateLimits1763600000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rate_limits (
        key bytea PRIMARY KEY,
        hits timestamptz[] NOT NULL DEFAULT '{}',
        touched_at timestamptz NOT NULL
      ) WITH (fillfactor = 50)`);
    // Whoever is new is counted by the insert alone. For the others: inside one function every statement has a snapshot of its
    // own, so what is checked was read after the rows were locked. `keys` come sorted: rows are locked in that order, so two
    // callers never wait for each other. `rule_of` says to which of the keys a rule belongs.
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
    await runner.query(`
      CREATE FUNCTION rate_limit_add(event_keys bytea[], kept int)
      RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM set_config('synchronous_commit', 'off', true);
        INSERT INTO rate_limits AS log (key, hits, touched_at)
          SELECT DISTINCT k, ARRAY[clock_now()], clock_now() FROM unnest(event_keys) AS k ORDER BY k
          ON CONFLICT (key) DO UPDATE SET hits = (clock_now() || log.hits)[1:kept], touched_at = clock_now();
      END $$`);
    // A key that stands twice was charged twice.
    await runner.query(`
      CREATE FUNCTION rate_limit_refund(charged_keys bytea[]) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM set_config('synchronous_commit', 'off', true);
        PERFORM 1 FROM rate_limits WHERE key = ANY (charged_keys) ORDER BY key FOR UPDATE;
        UPDATE rate_limits log
        SET hits = log.hits[1 + charge.times : ], touched_at = clock_now()
        FROM (SELECT k, count(*)::int AS times FROM unnest(charged_keys) AS k GROUP BY k) AS charge
        WHERE log.key = charge.k;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION rate_limit_refund(bytea[])');
    await runner.query('DROP FUNCTION rate_limit_add(bytea[], int)');
    await runner.query('DROP FUNCTION rate_limit_take(bytea[], int[], int[], int[])');
    await runner.query('DROP TABLE rate_limits');
  }
}
