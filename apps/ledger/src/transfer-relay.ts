/**
 * Finishes transfers between shards: books the receiver's entry for every open transfer and then tells the sender's
 * shard. Both steps are idempotent, so it may run again after any crash; it looks at all shards when it starts and
 * whenever an attempt failed.
 */
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { LOGGER, type Logger } from '#platform';
import { Sequencers } from '#wiring';
import { ReceivableCovering } from './receivable-covering.js';

const RELAY = { actor: 'system:relay', origin: 'system:relay' };
const SWEEP_MS = 5_000;

@Injectable()
export class TransferRelay implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sequencers: Sequencers,
    private readonly covering: ReceivableCovering,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    void this.sweep();
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Finishes the open transfers of one sending shard. A failure is left for the sweep: the value waits in transit. */
  async finish(shard: number): Promise<void> {
    try {
      // Durable ones only: the receiver must never have what the sender's shard may still take back.
      const open = await this.sequencers.ledger(shard).readDurable(({ transfersOpen }) => [...transfersOpen.values()]);
      for (const sent of open) {
        const time = new Date().toISOString();
        await this.sequencers.execute(sent.toShard, { type: 'ReceiveTransfer', sent, time, provenance: RELAY });
        await this.sequencers.execute(shard, {
          type: 'CompleteTransfer',
          transfer: sent.transfer,
          time,
          provenance: RELAY,
        });
        this.covering.continue(sent.to);
      }
    } catch (error) {
      this.logger.warn({ err: error, shard }, 'open transfers stay in transit for now');
    }
  }

  private async sweep(): Promise<void> {
    for (let shard = 0; shard < this.sequencers.shards; shard++) await this.finish(shard);
  }
}
