/**
 * Frees a shard's books from a process that stands still in the middle of a transaction (SIGSTOP, a frozen machine).
 *
 * PostgreSQL's own limits do not: a session that waits for the rest of a COPY is ended by no time-out, and a limit short
 * enough to be of use would also end work that is merely slow. So a process that is kept out looks at what the other session
 * waits for. Work of the server is never ended, only a session whose client has been silent all the time; a client
 * that was not frozen after all tries again from the checkpoint and has lost nothing.
 */
import type { Pool } from '../connection.js';

/** With the shard as its second half: the lock of who writes the shard's books now. Nobody waits for it. */
export const SHARD_LOCK = 0x41_49_52_04;

/** A client that is silent this long in its transaction is ended when another one waits for it. */
const SILENT_MAX_MS = 2_000;

const FIND_WRITER = `
  SELECT pid, xact_start::text AS began, wait_event_type = 'Client' AS "isSilent"
  FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND objsubid = 2 AND granted
    AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

interface Writer {
  readonly pid: number;
  /** Start of its transaction. */
  readonly began: string;
  readonly isSilent: boolean;
}

export class FrozenWriter {
  private silent: { readonly pid: number; readonly began: string; readonly sinceMs: number } | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly shard: number,
  ) {}

  /** To be called whenever the shard's lock is taken: ends the session that holds it once its client is frozen. */
  async look(): Promise<void> {
    const { rows } = await this.pool.query<Writer>(FIND_WRITER, [SHARD_LOCK, this.shard]);
    const writer = rows[0];
    const nowMs = performance.now();
    if (writer?.isSilent !== true) {
      this.silent = undefined;
      return;
    }
    const { pid, began } = writer;
    if (this.silent?.pid !== pid || this.silent.began !== began) this.silent = { pid, began, sinceMs: nowMs };
    if (nowMs - this.silent.sinceMs < SILENT_MAX_MS) return;
    this.silent = undefined;
    // Only the very transaction that was watched: the same session may be in its next one by now.
    await this.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND xact_start::text = $2',
      [pid, began],
    );
  }
}
