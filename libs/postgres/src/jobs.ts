/** Jobs as rows: what was asked for, how far it is, what it has come to. Whoever works at one notes both in one transaction. */
import { inTransaction, type Pool } from './connection.js';
import type { JobState } from './tables/jobs.js';

export type { JobState };

/** What is asked for. */
export interface NewJob<Wish> {
  readonly id: string;
  readonly kind: string;
  readonly wish: Wish;
  /** Who asks, as entries name it. */
  readonly actor: string;
  /** Digest of the request: another one under the same id is another wish. */
  readonly digest: string;
}

export interface Job<Wish = object, Progress = object> extends NewJob<Wish> {
  readonly state: JobState;
  /** RFC 3339 UTC with milliseconds, by the clock of the database. */
  readonly askedAt: string;
  readonly beganAt: string | null;
  readonly endedAt: string | null;
  readonly progress: Progress | null;
  readonly step: number;
  readonly error: string | null;
}

/** What is added to one of a job's sums; amounts in atto-tokens. */
export interface JobSum {
  /** What is added up, such as `customer`, and whose it is. */
  readonly what: string;
  readonly name: string;
  readonly events: number;
  readonly before: bigint;
  readonly after: bigint;
}

/** What is noted of a job that goes on. */
export interface JobStep<Progress> {
  readonly progress: Progress;
  /** Added to what stands there. */
  readonly sums: readonly JobSum[];
  /** It is done with this. */
  readonly isLast?: boolean;
}

interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly wish: object;
  readonly actor: string;
  readonly digest: string;
  readonly asked_at: Date;
  readonly began_at: Date | null;
  readonly ended_at: Date | null;
  readonly progress: object | null;
  readonly step: string;
  readonly error: string | null;
}

interface SumRow {
  readonly what: string;
  readonly name: string;
  readonly events: string;
  readonly before: string;
  readonly after: string;
}

const ADD_SUMS = `
  INSERT INTO jobs.sums (job, what, name, events, before, after)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::numeric[], $6::numeric[])
  ON CONFLICT (job, what, name) DO UPDATE
  SET events = sums.events + excluded.events, before = sums.before + excluded.before, after = sums.after + excluded.after`;

/** So many sums are added by one statement. */
const SUMS_AT_ONCE = 5_000;

export class Jobs {
  /** @param pool stays the caller's */
  constructor(private readonly pool: Pool) {}

  /** Adds a job, or finds the one of that id; its digest says whether it is the same wish. */
  async add<Wish extends object>({ id, kind, wish, actor, digest }: NewJob<Wish>): Promise<Job> {
    await this.pool.query(
      `INSERT INTO jobs.jobs (id, kind, state, wish, actor, digest, asked_at, step)
       VALUES ($1, $2, 'queued', $3, $4, $5, now(), 0) ON CONFLICT (id) DO NOTHING`,
      [id, kind, JSON.stringify(wish), actor, digest],
    );
    return (await this.find(id))!;
  }

  async find(id: string): Promise<Job | undefined> {
    const { rows } = await this.pool.query<JobRow>('SELECT * FROM jobs.jobs WHERE id = $1', [id]);
    return rows[0] === undefined ? undefined : jobOf(rows[0]);
  }

  /** The newest first. @param after the `askedAt` and id of the last one that was listed before */
  async list(limit: number, after?: readonly [string, string], state?: JobState): Promise<Job[]> {
    const { rows } = await this.pool.query<JobRow>(
      `SELECT * FROM jobs.jobs
       WHERE ($2::timestamptz IS NULL OR (asked_at, id) < ($2, $3)) AND ($4::text IS NULL OR state = $4)
       ORDER BY asked_at DESC, id DESC LIMIT $1`,
      [limit, after?.[0] ?? null, after?.[1] ?? null, state ?? null],
    );
    return rows.map(jobOf);
  }

  /** The one to work at: what was asked for first is done first. */
  async next(): Promise<Job | undefined> {
    const { rows } = await this.pool.query<JobRow>({
      name: 'next-job',
      text: `SELECT * FROM jobs.jobs WHERE state IN ('queued', 'running') ORDER BY asked_at, id LIMIT 1`,
    });
    return rows[0] === undefined ? undefined : jobOf(rows[0]);
  }

  /**
   * Notes how far a job is and what was added to its sums, both or neither.
   *
   * @param step the job's, as it was read or noted last
   * @returns whether it was noted: not where it was cancelled, or another process has noted since
   */
  advance<Progress extends object>(
    id: string,
    step: number,
    { progress, sums, isLast = false }: JobStep<Progress>,
  ): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query(
        `UPDATE jobs.jobs SET progress = $3, step = step + 1, began_at = coalesce(began_at, now()), error = NULL,
           state = CASE WHEN $4 THEN 'done' ELSE 'running' END, ended_at = CASE WHEN $4 THEN now() END
         WHERE id = $1 AND step = $2 AND state IN ('queued', 'running')`,
        [id, step, JSON.stringify(progress), isLast],
      );
      if (rowCount !== 1) return false;
      for (let at = 0; at < sums.length; at += SUMS_AT_ONCE) {
        const part = sums.slice(at, at + SUMS_AT_ONCE);
        await client.query(ADD_SUMS, [
          id,
          part.map(({ what }) => what),
          part.map(({ name }) => name),
          part.map(({ events }) => events),
          part.map(({ before }) => `${before}`),
          part.map(({ after }) => `${after}`),
        ]);
      }
      return true;
    });
  }

  /** Ends a job that cannot go on, unless it was noted further since. */
  async fail(id: string, step: number, error: string): Promise<void> {
    await this.pool.query(
      `UPDATE jobs.jobs SET state = 'failed', ended_at = now(), error = $3
       WHERE id = $1 AND step = $2 AND state IN ('queued', 'running')`,
      [id, step, error],
    );
  }

  /** Breaks a job off. @returns undefined where there is none; the job as it is then */
  cancel(id: string): Promise<Job | undefined> {
    return this.turn(id, `state = 'cancelled', ended_at = now()`, ['queued', 'running']);
  }

  /** Has a job that was broken off or failed go on where it was. @returns as {@link cancel} */
  resume(id: string): Promise<Job | undefined> {
    return this.turn(id, `state = 'queued', ended_at = NULL, error = NULL`, ['cancelled', 'failed']);
  }

  private async turn(id: string, set: string, from: readonly JobState[]): Promise<Job | undefined> {
    await this.pool.query(`UPDATE jobs.jobs SET ${set} WHERE id = $1 AND state = ANY($2)`, [id, from]);
    return this.find(id);
  }

  /** Those of a job that changed most, the most changed first; of equal ones by name. */
  async mostChanged(job: string, what: string, limit: number): Promise<JobSum[]> {
    const { rows } = await this.pool.query<SumRow>(
      `SELECT what, name, events, before, after FROM jobs.sums
       WHERE job = $1 AND what = $2 ORDER BY abs(after - before) DESC, name LIMIT $3`,
      [job, what, limit],
    );
    return rows.map(sumOf);
  }

  /** All of a job's sums of one kind, by name. @param after the last name that was listed before */
  async sums(job: string, what: string, limit: number, after = ''): Promise<JobSum[]> {
    const { rows } = await this.pool.query<SumRow>(
      `SELECT what, name, events, before, after FROM jobs.sums
       WHERE job = $1 AND what = $2 AND name > $4 ORDER BY name LIMIT $3`,
      [job, what, limit, after],
    );
    return rows.map(sumOf);
  }
}

const instant = (date: Date | null): string | null => date?.toISOString() ?? null;

function jobOf({ id, kind, state, wish, actor, digest, progress, error, ...row }: JobRow): Job {
  return {
    ...{ id, kind, state, wish, actor, digest, progress, error, step: Number(row.step) },
    askedAt: row.asked_at.toISOString(),
    ...{ beganAt: instant(row.began_at), endedAt: instant(row.ended_at) },
  };
}

function sumOf({ what, name, events, before, after }: SumRow): JobSum {
  return { what, name, events: Number(events), before: BigInt(before), after: BigInt(after) };
}
