/**
 * Sends usage in batches over several lanes. A customer's events stay in one lane, which sends one batch at a time, so
 * the ledger sees each customer's usage in the file's order however often the service goes away: an import that was cut
 * off and repeated ends with the same balances.
 */
import { RequestRefused, ServiceUnreachable, type ApiClient } from '#client';
import type { UsageAnswer } from './accounting.js';
import type { UsageRow } from './row.js';

/** Keeps a batch of large events under the service's limit of 8 MiB. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
const REFUSED_FOR_CONTENT: readonly number[] = [400, 413, 422];

export interface DeliveryOptions {
  readonly lanes: number;
  readonly batchSize: number;
  /** Called for each answered batch, with how often it had to be sent again. */
  readonly onAnswer: (batch: readonly UsageRow[], answer: UsageAnswer, repetitions: number) => Promise<void>;
}

interface Lane {
  batch: UsageRow[];
  bytes: number;
  /** The batch under way; never rejects: what fails is kept in `failure`. */
  sending: Promise<void>;
}

export class Delivery {
  private readonly lanes: Lane[];
  private failure: Error | undefined;

  constructor(
    private readonly client: Pick<ApiClient, 'sendUsage'>,
    private readonly options: DeliveryOptions,
  ) {
    this.lanes = Array.from({ length: options.lanes }, () => ({ batch: [], bytes: 0, sending: Promise.resolve() }));
  }

  /** Takes a row; waits while its lane has a full batch and another under way. @throws what broke an earlier batch */
  async add(row: UsageRow): Promise<void> {
    const lane = this.lanes[laneOf(row.customer, this.lanes.length)]!;
    const bytes = Buffer.byteLength(row.event) + 1;
    if (lane.bytes + bytes > BATCH_BYTES_MAX) await this.dispatch(lane);
    lane.batch.push(row);
    lane.bytes += bytes;
    if (lane.batch.length >= this.options.batchSize) await this.dispatch(lane);
  }

  /** Sends what is left and waits for all answers. @throws what broke a batch */
  async finish(): Promise<void> {
    for (const lane of this.lanes) await this.dispatch(lane);
    await this.settle();
    this.throwFailure();
  }

  /** Waits for the batches under way, whatever becomes of them. */
  async settle(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.sending));
  }

  private async dispatch(lane: Lane): Promise<void> {
    await lane.sending;
    this.throwFailure();
    if (lane.batch.length === 0) return;
    const batch = lane.batch;
    lane.batch = [];
    lane.bytes = 0;
    lane.sending = this.send(batch).catch((error: unknown) => {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    });
  }

  private async send(batch: readonly UsageRow[]): Promise<void> {
    const body = Buffer.from(`[${batch.map((row) => row.event).join(',')}]`);
    try {
      const { value, repetitions } = await this.client.sendUsage(body);
      assertCovers(value, batch.length);
      await this.options.onAnswer(batch, value, repetitions);
    } catch (error) {
      if (!(error instanceof RequestRefused) || !REFUSED_FOR_CONTENT.includes(error.status)) throw error;
      await this.isolate(batch, error);
    }
  }

  /** One event that cannot even be read (too deep, a forbidden name) has its whole batch refused: halving finds it. */
  private async isolate(batch: readonly UsageRow[], refusal: RequestRefused): Promise<void> {
    if (batch.length === 1) {
      const rejected = [{ index: 0, code: refusal.code, detail: refusal.detail }];
      await this.options.onAnswer(batch, { accepted: 0, duplicates: 0, conflicts: 0, rejected }, 0);
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await this.send(batch.slice(0, middle));
    await this.send(batch.slice(middle));
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

/** An answer that leaves events out would lose them silently. */
function assertCovers(answer: UsageAnswer, events: number): void {
  const { accepted, duplicates, conflicts, rejected } = answer;
  const isSound =
    [accepted, duplicates, conflicts].every((count) => Number.isSafeInteger(count) && count >= 0) &&
    Array.isArray(rejected) &&
    rejected.every(({ index }) => Number.isSafeInteger(index) && index >= 0 && index < events) &&
    new Set(rejected.map(({ index }) => index)).size === rejected.length &&
    accepted + duplicates + conflicts + rejected.length === events;
  if (!isSound) {
    throw new ServiceUnreachable(`the answer to a batch of ${events} events does not say what became of each`);
  }
}

/** FNV-1a: any even spread will do, as long as a customer keeps its lane. */
function laneOf(customer: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < customer.length; index += 1) {
    hash = Math.imul(hash ^ customer.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % lanes;
}
