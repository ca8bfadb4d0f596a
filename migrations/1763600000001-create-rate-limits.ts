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
    // Inside one function every statement has a snapshot of its own: what is checked was read after the rows were locked.
    // Rows are locked in the order of their keys, so two callers never wait for each other.
    await runner.query(`
      CREATE FUNCTION rate_limit_take(rule_keys bytea[], quotas int[], windows int[])
      RETURNS TABLE (refused_by int, retry_after int) LANGUAGE plpgsql AS $$
      DECLARE
        moment timestamptz := clock_now();
      BEGIN
        PERFORM set_config('synchronous_commit', 'off', true);
        INSERT INTO rate_limits (key, touched_at)
          SELECT DISTINCT k, moment FROM unnest(rule_keys) AS k ORDER BY k ON CONFLICT DO NOTHING;
        PERFORM 1 FROM rate_limits WHERE key = ANY (rule_keys) ORDER BY key FOR UPDATE;
        RETURN QUERY
          SELECT full_rule.position::int, ceil(extract(epoch FROM full_rule.free_at - moment))::int
          FROM (
            SELECT rule.position,
                   (SELECT hit FROM unnest(log.hits) AS hit ORDER BY hit DESC OFFSET rule.quota - 1 LIMIT 1)
                     + make_interval(secs => rule.seconds) AS free_at
            FROM unnest(rule_keys, quotas, windows) WITH ORDINALITY AS rule (key, quota, seconds, position)
            JOIN rate_limits log USING (key)
          ) AS full_rule
          WHERE full_rule.free_at > moment
          ORDER BY full_rule.free_at DESC LIMIT 1;
        IF FOUND THEN
          RETURN;
        END IF;
        UPDATE rate_limits log
        SET hits = moment || ARRAY(SELECT hit FROM unnest(log.hits) AS hit WHERE hit > moment - make_interval(secs => rule.seconds)),
            touched_at = moment
        FROM (SELECT key, max(seconds) AS seconds FROM unnest(rule_keys, windows) AS r (key, seconds) GROUP BY key) AS rule
        WHERE log.key = rule.key;
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
    await runner.query(`
      CREATE FUNCTION rate_limit_count(event_key bytea, seconds int) RETURNS int LANGUAGE sql STABLE AS $$
        SELECT count(*)::int FROM rate_limits, unnest(hits) AS hit
        WHERE key = event_key AND hit > clock_now() - make_interval(secs => seconds) $$`);
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
    await runner.query('DROP FUNCTION rate_limit_count(bytea, int)');
    await runner.query('DROP FUNCTION rate_limit_add(bytea[], int)');
    await runner.query('DROP FUNCTION rate_limit_take(bytea[], int[], int[])');
    await runner.query('DROP TABLE rate_limits');
  }
}
