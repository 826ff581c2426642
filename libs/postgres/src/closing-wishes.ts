/** Wishes that instants be closed, as rows beside the pages; a notification wakes whoever may close. */
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable, type ClosingWishes, type Instants } from '#journal';
import { isDatabaseAway, type Pool } from './connection.js';
import { PageSignals } from './page-signals.js';

const CHANNEL = 'airtime_closing';
/** All wishes ring one bell. */
const BELL = 0;
/** In case a notification was lost. */
const POLL_MS = 2_000;

const WISH = `
  INSERT INTO journal.closing_wishes (shard, instant) SELECT * FROM unnest($1::int[], $2::timestamptz[])
  ON CONFLICT (shard) DO UPDATE SET instant = greatest(closing_wishes.instant, excluded.instant)`;

export class PostgresClosingWishes implements ClosingWishes {
  private readonly signals: PageSignals;

  /** @param pool stays the caller's: {@link close} does not end it */
  constructor(
    private readonly pool: Pool,
    private readonly onTrouble: (message: string, error: unknown) => void = () => undefined,
  ) {
    const told = (error: unknown) => {
      onTrouble('notifications of wishes are interrupted; looking for them by the clock meanwhile', error);
    };
    this.signals = new PageSignals(pool, told, CHANNEL);
  }

  async wish(instants: Instants): Promise<void> {
    // In one order in every process, so that two wishes never wait for one another.
    const shards = [...instants.keys()].sort((a, b) => a - b);
    await this.attempt(async () => {
      await this.pool.query({
        name: 'wish-closing',
        text: WISH,
        values: [shards, shards.map((shard) => instants.get(shard))],
      });
      await this.pool.query({ name: 'tell-closing', text: `SELECT pg_notify('${CHANNEL}', '${BELL}')` });
    });
  }

  async *follow(signal: AbortSignal): AsyncIterable<Instants> {
    const bell = await this.signals.subscribe(BELL);
    try {
      while (!signal.aborted) {
        bell.reset();
        const wished = await this.readOrWait(signal);
        if (wished.size > 0) yield wished;
        await bell.wait(POLL_MS, signal);
      }
    } finally {
      bell.close();
    }
  }

  async takeBack(shard: number, instant: string): Promise<void> {
    await this.attempt(() =>
      this.pool.query({
        name: 'take-back-closing',
        text: 'DELETE FROM journal.closing_wishes WHERE shard = $1 AND instant <= $2',
        values: [shard, instant],
      }),
    );
  }

  async close(): Promise<void> {
    await this.signals.close();
  }

  private async readOrWait(signal: AbortSignal): Promise<Instants> {
    try {
      const { rows } = await this.pool.query<{ shard: number; instant: Date }>({
        name: 'read-closing',
        text: 'SELECT shard, instant FROM journal.closing_wishes',
      });
      return new Map(rows.map(({ shard, instant }) => [shard, instant.toISOString()]));
    } catch (error) {
      if (!signal.aborted) {
        this.onTrouble('wishes that instants be closed cannot be read', error);
        await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
      }
      return new Map();
    }
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw isDatabaseAway(error) ? new StoreUnavailable((error as Error).message, { cause: error }) : error;
    }
  }
}
