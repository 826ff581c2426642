/**
 * Names that one process at a time may hold, in all processes on one database: PostgreSQL's advisory locks, held by one
 * session of this process. They end with the session, so a process that dies leaves none behind.
 */
import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable } from '#journal';
import { isDatabaseAway, type Pool, type PoolClient } from './connection.js';

export interface NamedLocksOptions {
  /** How long a name that another process holds is waited for. @defaultValue 10,000 */
  readonly waitMaxMs?: number;
  /** Told when the session is lost, and with it every name that it held. */
  readonly onTrouble?: (message: string, error: unknown) => void;
}

const WAIT_MAX_MS = 10_000;
/** A database that is away is waited for as long as callers wait for an answer. */
const AWAY_MAX_MS = 30_000;
const PAUSE_FIRST_MS = 2;
const PAUSE_MAX_MS = 50;
const AWAY_PAUSE_MS = 250;

/** Another process holds the name for longer than is waited. Nothing was done. */
export class NameHeld extends Error {
  readonly retriable = true;
  readonly retryAfterSeconds = 1;

  constructor() {
    super('another process is answering this request');
    this.name = 'NameHeld';
  }
}

const ASK = `
  SELECT CASE WHEN hold THEN pg_try_advisory_lock(number) ELSE pg_advisory_unlock(number) END AS done
  FROM unnest($1::bigint[], $2::boolean[]) AS asked (number, hold)`;

/** A name to take, or to let go. */
interface Question {
  readonly session: PoolClient;
  readonly number: string;
  readonly hold: boolean;
  readonly resolve: (done: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export class NamedLocks {
  private session: Promise<PoolClient> | undefined;
  private readonly waiting: Question[] = [];
  private asking: Promise<void> | undefined;
  private isClosed = false;

  /** @param pool one of its connections is kept from the first name until {@link close} */
  constructor(
    private readonly pool: Pool,
    private readonly options: NamedLocksOptions = {},
  ) {}

  /**
   * Holds a name until the returned function is called. Within the process the same name may be held several times.
   *
   * @throws NameHeld; StoreUnavailable when the database stays away
   */
  async hold(name: string): Promise<() => void> {
    const number = lockNumber(name);
    const beganMs = performance.now();
    for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
      const waitedMs = performance.now() - beganMs;
      try {
        const session = await this.tryHold(number);
        if (session !== undefined) return () => this.release(session, number);
        if (waitedMs > (this.options.waitMaxMs ?? WAIT_MAX_MS)) throw new NameHeld();
        await delay(pauseMs);
      } catch (error) {
        if (!isDatabaseAway(error)) throw error;
        if (waitedMs > AWAY_MAX_MS || this.isClosed)
          throw new StoreUnavailable('a request cannot be claimed', { cause: error });
        await delay(AWAY_PAUSE_MS);
      }
    }
  }

  /** Asked for, never waited for in the server: every name of this process shares the session. */
  private async tryHold(number: string): Promise<PoolClient | undefined> {
    const session = await this.open();
    return (await this.ask(session, number, true)) ? session : undefined;
  }

  /** Lets every name go. */
  async close(): Promise<void> {
    this.isClosed = true;
    const session = await this.session?.catch(() => undefined);
    this.session = undefined;
    // Not back into the pool: whoever took it there would hold the names.
    session?.release(true);
  }

  private open(): Promise<PoolClient> {
    if (this.isClosed) return Promise.reject(new NameHeld());
    this.session ??= this.connect();
    return this.session;
  }

  private async connect(): Promise<PoolClient> {
    try {
      const session = await this.pool.connect();
      session.on('error', (error) => this.lose(session, error));
      return session;
    } catch (error) {
      this.session = undefined;
      throw error;
    }
  }

  private release(session: PoolClient, number: string): void {
    // A session that is lost has let go of everything.
    this.ask(session, number, false).catch(() => undefined);
  }

  /** What comes while a question is under way goes with the next one, in order. */
  private ask(session: PoolClient, number: string, hold: boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ session, number, hold, resolve, reject });
      this.asking ??= this.askAll();
    });
  }

  private async askAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const { session } = this.waiting[0]!;
      const end = this.waiting.findIndex((question) => question.session !== session);
      const questions = this.waiting.splice(0, end === -1 ? this.waiting.length : end);
      try {
        const { rows } = await session.query<{ done: boolean }>({
          name: 'named-locks',
          text: ASK,
          values: [questions.map(({ number }) => number), questions.map(({ hold }) => hold)],
        });
        questions.forEach(({ resolve }, at) => resolve(rows[at]?.done === true));
      } catch (error) {
        this.lose(session, error);
        for (const { reject } of questions) reject(error);
      }
    }
    this.asking = undefined;
  }

  private lose(session: PoolClient, error: unknown): void {
    if (this.isClosed) return;
    void this.session?.then((current) => {
      if (current !== session) return;
      this.session = undefined;
      session.release(true);
      this.options.onTrouble?.('the session that holds the keys of requests was lost; another is opened', error);
    });
  }
}

/** A name as the 64-bit number that PostgreSQL knows locks by. */
function lockNumber(name: string): string {
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', `airtime ${name}`, 'hex').slice(0, 16)}`)).toString();
}
