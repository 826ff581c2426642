/**
 * Who waits for pages hears of them at once: one connection of the process listens for all of its subscriptions. A
 * notification is a hint and nothing more; subscriptions also look by the clock, so a lost one only costs time.
 */
import pg from 'pg';
import type { Pool } from './connection.js';

export const PAGES_CHANNEL = 'airtime_pages';

const RECONNECT_MS = 1_000;

/** Rings when a page of its shard may have landed. */
export class Bell {
  private rung = false;
  private wake: (() => void) | undefined;

  constructor(private readonly onClose: (bell: Bell) => void) {}

  ring(): void {
    this.rung = true;
    this.wake?.();
  }

  reset(): void {
    this.rung = false;
  }

  /** Resolves when it rang since the last {@link reset}, when the time is over, or when the signal aborts. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.rung || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener('abort', done, { once: true });
      this.wake = done;
    });
  }

  close(): void {
    this.onClose(this);
  }
}

export class PageSignals {
  private readonly bells = new Map<number, Set<Bell>>();
  private client: pg.Client | undefined;
  private connecting: Promise<void> | undefined;
  private reconnect: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly pool: Pool,
    private readonly onTrouble: (error: unknown) => void,
    private readonly channel = PAGES_CHANNEL,
  ) {}

  /** Returns once notifications arrive, or once it is known that they do not for now. */
  async subscribe(shard: number): Promise<Bell> {
    const bells = this.bells.get(shard) ?? new Set();
    this.bells.set(shard, bells);
    const bell = new Bell((closed) => bells.delete(closed));
    bells.add(bell);
    await this.listen();
    return bell;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnect);
    await this.connecting;
    await this.client?.end().catch(() => undefined);
  }

  private async listen(): Promise<void> {
    if (this.client !== undefined || this.closed || this.reconnect !== undefined) return;
    this.connecting ??= this.connect().finally(() => {
      this.connecting = undefined;
    });
    await this.connecting;
  }

  private async connect(): Promise<void> {
    // The pool's own settings, but a connection beside it: the pool's are lent for one query at a time.
    const client = new pg.Client(this.pool.options);
    let lost = false;
    const lose = (error: unknown) => {
      if (lost) return;
      lost = true;
      if (this.client === client) this.client = undefined;
      client.end().catch(() => undefined);
      if (this.closed) return;
      this.onTrouble(error);
      this.reconnect = setTimeout(() => {
        this.reconnect = undefined;
        void this.listen().then(() => this.ringAll());
      }, RECONNECT_MS);
    };
    client.on('error', lose);
    client.on('end', () => lose(new Error('the connection ended')));
    client.on('notification', ({ payload }) => {
      for (const bell of this.bells.get(Number(payload)) ?? []) bell.ring();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${this.channel}`);
      this.client = client;
    } catch (error) {
      lose(error);
    }
  }

  private ringAll(): void {
    for (const bells of this.bells.values()) for (const bell of bells) bell.ring();
  }
}
