import type { MigrationInterface, QueryRunner } from 'typeorm';

// Counters and budget, or neither. `daily` is null where no SMS is sent. refused_by is 0 where the budget refuses.
export const SEND_TAKE = `
  CREATE OR REPLACE FUNCTION send_take(
    rule_keys bytea[], quotas int[], windows int[], greatest_quota int,
    daily bigint, hour_parts int, reserve_percent int, is_known boolean, OUT refused_by int, OUT retry_after int)
  LANGUAGE plpgsql AS $$
  BEGIN
    SELECT * INTO refused_by, retry_after FROM rate_limit_take(rule_keys, quotas, windows, greatest_quota);
    IF refused_by IS NOT NULL OR daily IS NULL THEN
      RETURN;
    END IF;
    retry_after := sms_budget_take(daily, hour_parts, reserve_percent, is_known);
    IF retry_after IS NOT NULL THEN
      refused_by := 0;
      PERFORM rate_limit_undo(rule_keys);
    END IF;
  END $$`;

/**
 * What was spent of the day's SMS, by the hour (UTC). An hour stands in eight rows, each with an eighth of what it may spend, so that
 * no request waits for the one before it: whoever takes finds a row that nobody holds. The sum is exact all the same.
 */
export class CreateSmsBudget1763600000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sms_budget (
        hour timestamptz NOT NULL,
        slot smallint NOT NULL,
        spent int NOT NULL DEFAULT 0,
        reserve_spent int NOT NULL DEFAULT 0,
        spent_before int NOT NULL,
        general_before int NOT NULL,
        closed boolean NOT NULL DEFAULT false,
        PRIMARY KEY (hour, slot)
      ) WITH (fillfactor = 10)`);
    // Closing waits for whoever takes from an earlier hour at this moment, so that what was spent before is known for good.
    await runner.query(`
      CREATE FUNCTION sms_budget_open(this_hour timestamptz) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE sms_budget SET closed = true
        WHERE hour < this_hour AND hour >= this_hour - interval '2 days' AND NOT closed;
        INSERT INTO sms_budget (hour, slot, spent_before, general_before)
          SELECT this_hour, slot, before.spent, before.general
          FROM generate_series(0, 7) AS slot, (
            SELECT coalesce(sum(spent + reserve_spent), 0) AS spent, coalesce(sum(spent), 0) AS general FROM sms_budget
            WHERE hour >= date_trunc('day', this_hour, 'UTC') AND hour < this_hour) AS before
          ON CONFLICT DO NOTHING;
        DELETE FROM sms_budget WHERE hour < this_hour - interval '35 days';
      END $$`);
    // First a row that nobody holds; only when there is none a row that somebody does. \`share\` is what the eight rows may hold.
    await runner.query(`
      CREATE FUNCTION sms_budget_spend(in_hour timestamptz, share bigint, reserve boolean) RETURNS boolean
      LANGUAGE plpgsql AS $$
      DECLARE
        free smallint;
      BEGIN
        SELECT slot INTO free FROM sms_budget
        WHERE hour = in_hour AND NOT closed
          AND CASE WHEN reserve THEN reserve_spent ELSE spent END < share * (slot + 1) / 8 - share * slot / 8
        LIMIT 1 FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
          SELECT slot INTO free FROM sms_budget
          WHERE hour = in_hour AND NOT closed
            AND CASE WHEN reserve THEN reserve_spent ELSE spent END < share * (slot + 1) / 8 - share * slot / 8
          LIMIT 1 FOR UPDATE;
        END IF;
        UPDATE sms_budget SET spent = spent + (NOT reserve)::int, reserve_spent = reserve_spent + reserve::int
        WHERE hour = in_hour AND slot = free;
        RETURN FOUND;
      END $$`);
    // What is kept for known people is kept of each hour and of the day: what they leave of an hour is not for others in the next.
    await runner.query(`
      CREATE FUNCTION sms_budget_take(daily bigint, hour_parts int, reserve_percent int, is_known boolean, OUT retry_after int)
      LANGUAGE plpgsql AS $$
      DECLARE
        this_hour timestamptz := date_trunc('hour', clock_now(), 'UTC');
        latest record;
        slice bigint;
        general bigint;
        next_slice timestamptz;
      BEGIN
        FOR attempt IN 1..3 LOOP
          SELECT hour, spent_before, general_before INTO latest FROM sms_budget
          WHERE hour <= this_hour + interval '1 hour' ORDER BY hour DESC LIMIT 1;
          IF latest.hour IS NULL OR latest.hour < this_hour THEN
            PERFORM sms_budget_open(this_hour);
            CONTINUE;
          END IF;
          slice := greatest(0, least(daily * hour_parts / 24, daily - latest.spent_before));
          general := greatest(0, least(
            slice - slice * reserve_percent / 100, daily - daily * reserve_percent / 100 - latest.general_before));
          IF sms_budget_spend(latest.hour, general, false) THEN
            RETURN;
          ELSIF is_known THEN
            IF sms_budget_spend(latest.hour, slice - general, true) THEN
              RETURN;
            END IF;
          END IF;
          next_slice := CASE
            WHEN is_known AND slice > 0 OR general > 0 THEN latest.hour + interval '1 hour'
            ELSE date_trunc('day', latest.hour, 'UTC') + interval '1 day' END;
          -- Somebody may have closed the hour at this moment.
          EXIT WHEN NOT EXISTS (
            SELECT FROM sms_budget WHERE hour > latest.hour AND hour <= this_hour + interval '1 hour');
        END LOOP;
        retry_after := greatest(1, coalesce(ceil(extract(epoch FROM next_slice - clock_now())), 1));
      END $$`);
    // What was certainly not sent. It waits for nobody: what cannot be given back at this moment stays spent.
    await runner.query(`
      CREATE FUNCTION sms_budget_refund(taken_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE sms_budget SET spent = greatest(0, spent - 1), reserve_spent = reserve_spent - (spent = 0)::int
        WHERE (hour, slot) = (
          SELECT hour, slot FROM sms_budget
          WHERE hour = date_trunc('hour', taken_at, 'UTC') AND spent + reserve_spent > 0
          ORDER BY spent DESC LIMIT 1 FOR UPDATE SKIP LOCKED);
      END $$`);
    await runner.query(SEND_TAKE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION send_take(bytea[], int[], int[], int, bigint, int, int, boolean)');
    await runner.query('DROP FUNCTION sms_budget_refund(timestamptz)');
    await runner.query('DROP FUNCTION sms_budget_take(bigint, int, int, boolean)');
    await runner.query('DROP FUNCTION sms_budget_spend(timestamptz, bigint, boolean)');
    await runner.query('DROP FUNCTION sms_budget_open(timestamptz)');
    await runner.query('DROP TABLE sms_budget');
  }
}
