import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Refuses a page whose time is out of bounds, by this server's clock at that moment. The append calls it for the row that it
 * has just written: an earlier attempt that was still under way has come to its end by then, so that a refused page is surely
 * not there.
 */
export class HoldPagesToTheClock1790000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION journal.hold_to_clock(recorded_at text, behind_max_ms float8, ahead_max_ms float8)
      RETURNS void LANGUAGE plpgsql AS $$
      DECLARE ahead_ms float8;
      BEGIN
        IF behind_max_ms IS NULL AND ahead_max_ms IS NULL THEN RETURN; END IF;
        ahead_ms := extract(epoch FROM recorded_at::timestamptz - clock_timestamp()) * 1000;
        IF ahead_ms < -behind_max_ms OR ahead_ms > ahead_max_ms THEN
          RAISE EXCEPTION 'the time % of the page is too far from this server''s clock', recorded_at
            USING ERRCODE = 'AT001', DETAIL = ahead_ms::text;
        END IF;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION journal.hold_to_clock(text, float8, float8)');
  }
}
