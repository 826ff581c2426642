/**
 * Funds that arrive pay a customer's oldest usage first, until the queue of receivables or the funds end. The first part
 * happens in the very page of the funds; a long queue continues here, page by page. A sweep finds what a crash, a full
 * queue or another process left: work is looked for in the state, never remembered.
 */
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { customerAvailable } from '#concepts';
import { LOGGER, type Logger } from '#platform';
import { CoalescedRuns, FollowUps, Sequencers } from '#wiring';

const COVERING = { actor: 'system:covering', origin: 'system:covering' };
const SWEEP_MS = 5_000;

@Injectable()
export class ReceivableCovering implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private readonly runs = new CoalescedRuns<string>((customer, signal) => this.coverAll(customer, signal));

  constructor(
    private readonly sequencers: Sequencers,
    private readonly followUps: FollowUps,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.followUps.on('MintTokens', ({ holder }) => this.continue(holder));
    this.followUps.on('SendTransfer', ({ to }) => this.continue(to));
    void this.sweep();
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.runs.stop();
  }

  /** Covers what is left for a customer, in the background. A failure is left for the sweep: the usage stays owed. */
  continue(customer: string): void {
    if (!this.hasWork(customer) || this.runs.isUnderWay(customer)) return;
    this.runs.request(customer).catch((error: unknown) => {
      this.logger.warn({ err: error, customer }, 'receivables stay open for now');
    });
  }

  private async sweep(): Promise<void> {
    try {
      // What another process left undone stands in pages that this one may not have read: it decides nothing there.
      await this.sequencers.lookAround();
    } catch (error) {
      this.logger.debug({ err: error }, 'open receivables are looked for again later');
      return;
    }
    for (let shard = 0; shard < this.sequencers.shards; shard++) {
      for (const customer of this.sequencers.ledger(shard).state.receivables.customers()) this.continue(customer);
    }
  }

  private async coverAll(customer: string, signal: AbortSignal): Promise<void> {
    while (this.hasWork(customer) && !signal.aborted) {
      const time = new Date().toISOString();
      await this.sequencers.execute(this.sequencers.shardOf(customer), {
        type: 'CoverReceivables',
        customer,
        time,
        provenance: COVERING,
      });
    }
  }

  /** A hint: the decision itself looks again. */
  private hasWork(customer: string): boolean {
    const { state } = this.sequencers.ledger(this.sequencers.shardOf(customer));
    return state.balance(customerAvailable(customer)) > 0n && state.receivables.has(customer);
  }
}
