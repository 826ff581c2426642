/**
 * Keeps paying old usage from newly arrived funds until the queue of receivables or the funds end. The first part
 * happens in the very page of the funds; a long queue continues here, page by page, and after a restart.
 */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { customerAvailable } from '#domain';
import { LOGGER, type Logger } from '#platform';
import { Sequencers } from '#wiring';

const COVERING = { actor: 'system:covering', origin: 'system:covering' };

@Injectable()
export class ReceivableCovering implements OnModuleInit {
  private readonly running = new Set<string>();

  constructor(
    private readonly sequencers: Sequencers,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    for (let shard = 0; shard < this.sequencers.shards; shard++) {
      for (const customer of this.sequencers.ledger(shard).state.customersWithReceivables()) this.continue(customer);
    }
  }

  /** Covers what is left for a customer, in the background. */
  continue(customer: string): void {
    if (!this.hasWork(customer) || this.running.has(customer)) return;
    this.running.add(customer);
    void this.coverAll(customer)
      .catch((error: unknown) => this.logger.warn({ err: error, customer }, 'receivables stay open for now'))
      .finally(() => this.running.delete(customer));
  }

  private async coverAll(customer: string): Promise<void> {
    while (this.hasWork(customer)) {
      const time = new Date().toISOString();
      await this.sequencers.execute(this.sequencers.shardOf(customer), {
        type: 'CoverReceivables',
        customer,
        time,
        provenance: COVERING,
      });
    }
  }

  private hasWork(customer: string): boolean {
    const { state } = this.sequencers.ledger(this.sequencers.shardOf(customer));
    return state.balance(customerAvailable(customer)) > 0n && state.hasOpenReceivables(customer);
  }
}
