/**
 * Finishes transfers between shards: books the receiver's entry for every open transfer and then tells the sender's
 * shard. Both steps are idempotent, so any number of relays may repeat them after any crash; a sweep looks at all
 * shards at the start and again every few seconds.
 */
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { TransferSent } from '#concepts';
import { LOGGER, type Logger } from '#platform';
import { CoalescedRuns, FollowUps, Sequencers } from '#wiring';
import { ReceivableCovering } from './receivable-covering.js';

const RELAY = { actor: 'system:relay', origin: 'system:relay' };
const SWEEP_MS = 5_000;
/** Transfers that one run finishes at the same time. */
const TRANSFERS_AT_ONCE = 200;

@Injectable()
export class TransferRelay implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private readonly runs = new CoalescedRuns<number>((shard, signal) => this.finishOpen(shard, signal));

  constructor(
    private readonly sequencers: Sequencers,
    private readonly covering: ReceivableCovering,
    private readonly followUps: FollowUps,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.followUps.on('SendTransfer', (_, { shard }) => this.finish(shard));
    this.sweep();
    this.timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.runs.stop();
  }

  /**
   * Finishes the open transfers of one sending shard, all that were durable when it was called. A failure is left for
   * the sweep: the value waits in transit.
   */
  async finish(shard: number): Promise<void> {
    try {
      await this.runs.request(shard);
    } catch (error) {
      this.logger.warn({ err: error, shard }, 'open transfers stay in transit for now');
    }
  }

  private sweep(): void {
    for (let shard = 0; shard < this.sequencers.shards; shard++) {
      if (!this.runs.isUnderWay(shard)) void this.finish(shard);
    }
  }

  private async finishOpen(shard: number, signal: AbortSignal): Promise<void> {
    // Durable ones only: the receiver must never have what the sender's shard may still take back.
    const open = await this.sequencers.ledger(shard).readDurable(({ transfers }) => [...transfers.open.values()]);
    for (let from = 0; from < open.length && !signal.aborted; from += TRANSFERS_AT_ONCE) {
      await Promise.all(open.slice(from, from + TRANSFERS_AT_ONCE).map((sent) => this.finishOne(shard, sent)));
    }
  }

  private async finishOne(shard: number, sent: TransferSent): Promise<void> {
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
}
