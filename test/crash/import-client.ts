/**
 * A client that imports usage over HTTP and sends every batch again until it is acknowledged, as clients must. Each
 * customer's events keep their order: what a customer's balance no longer covers depends on it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Api, CallRefused, type UsageReceipt } from '../e2e/support/api.js';
import { CUSTOMERS, type UsageCloudEvent } from '../e2e/support/world.js';

const LANES = 3;
const RETRY_MS = 25;

export class ImportClient {
  /** Batches that were acknowledged. */
  acknowledged = 0;
  /** Attempts that failed: the connection broke, or the service said that it is not available. */
  failures = 0;
  accepted = 0;
  /** Events that an attempt without an answer had charged already. */
  duplicates = 0;
  private readonly waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();

  constructor(
    private readonly api: Api,
    private readonly events: readonly UsageCloudEvent[],
    private readonly signal: AbortSignal,
    private readonly batchSize = 40,
  ) {}

  /** Sends everything; resolves when the last batch is acknowledged. @throws Error when a batch is refused */
  async run(): Promise<void> {
    const lanes = Array.from({ length: LANES }, (): UsageCloudEvent[] => []);
    for (const event of this.events) lanes[laneOf(event.subject)]!.push(event);
    await Promise.all(lanes.map((lane) => this.sendLane(lane)));
  }

  /** Resolves when so many batches are acknowledged. */
  async untilAcknowledged(count: number): Promise<void> {
    if (this.acknowledged >= count) return;
    await new Promise<void>((resolve) => this.waiting.add({ count, resolve }));
  }

  private async sendLane(events: readonly UsageCloudEvent[]): Promise<void> {
    for (let from = 0; from < events.length; from += this.batchSize) {
      const receipt = await this.sendUntilAcknowledged(events.slice(from, from + this.batchSize));
      if (receipt.rejected.length > 0 || receipt.conflicts > 0) {
        throw new Error(`a good batch was refused: ${JSON.stringify(receipt)}`);
      }
      this.accepted += receipt.accepted;
      this.duplicates += receipt.duplicates;
      this.acknowledged += 1;
      for (const wait of [...this.waiting]) {
        if (wait.count > this.acknowledged) continue;
        this.waiting.delete(wait);
        wait.resolve();
      }
    }
  }

  private async sendUntilAcknowledged(batch: readonly UsageCloudEvent[]): Promise<UsageReceipt> {
    for (;;) {
      try {
        return await this.api.sendUsage(batch);
      } catch (error) {
        // Anything but "not now" is an answer, and a wrong one.
        if (error instanceof CallRefused && error.answer.status !== 503) throw error;
        this.failures += 1;
        await delay(RETRY_MS, undefined, { signal: this.signal });
      }
    }
  }
}

function laneOf(customer: string): number {
  return CUSTOMERS.indexOf(customer as (typeof CUSTOMERS)[number]) % LANES;
}
