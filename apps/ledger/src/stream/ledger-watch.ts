/** What operators watch, looked at once for all who watch, and not at all while nobody does. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { lagOf, type PartitionLag } from '#kafka';
import { CONFIGURATION, LOGGER, type Configuration, type Logger } from '#platform';
import { readCheckpoints, type Pool } from '#postgres';
import { Books } from '#reading';
import { READ_DATABASE } from '#wiring';
import { LetterKeeper } from '../dead-letters/letter-keeper.js';
import { CONSUMER_GROUP, kafkaConnectionOf } from '../kafka-connection.js';
import type { WatchedState } from './watched-state.js';

const LOOK_EVERY_MS = 1_000;
/** Brokers are asked over a connection of their own. */
const KAFKA_EVERY_MS = 5_000;

type Listener = (state: WatchedState) => void;

@Injectable()
export class LedgerWatch implements OnModuleDestroy {
  private readonly listeners = new Set<Listener>();
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;
  private newest: WatchedState | undefined;
  private kafka: { readonly atMs: number; readonly lags: PartitionLag[] | undefined } | undefined;

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(READ_DATABASE) private readonly database: Pool,
    private readonly books: Books,
    private readonly keeper: LetterKeeper,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  get watchers(): number {
    return this.listeners.size;
  }

  /** Calls with the state now, if it is known, and whenever it has been looked at. @returns stops it */
  watch(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.newest !== undefined) listener(this.newest);
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
    return () => this.listeners.delete(listener);
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    while (this.listeners.size > 0 && !signal.aborted) {
      try {
        const state = await this.read();
        this.newest = state;
        for (const listener of this.listeners) listener(state);
      } catch (error) {
        if (!signal.aborted) this.logger.debug({ err: error }, 'what operators watch cannot be looked at now');
      }
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    // What was known a while ago is nothing to begin with.
    this.newest = undefined;
  }

  private async read(): Promise<WatchedState> {
    const [heads, checkpoints, breaks, deadLetters, kafka] = await Promise.all([
      this.books.heads(),
      readCheckpoints(this.database),
      this.countBreaks(),
      this.keeper.letters.countUnsettled(),
      this.readKafka(),
    ]);
    const included = new Map(checkpoints.map(({ shard, height }) => [shard, height]));
    return {
      at: new Date().toISOString(),
      shards: heads.map((head, shard) => ({
        shard,
        kind: shard === heads.length - 1 ? 'registry' : 'holders',
        height: head?.height ?? 0,
        recordedAt: head?.recordedAt ?? null,
        closedTo: head === undefined ? null : new Date(Date.parse(head.recordedAt) - 1).toISOString(),
        behind: Math.max(0, (head?.height ?? 0) - (included.get(shard) ?? 0)),
      })),
      kafka,
      deadLetters,
      breaks,
    };
  }

  private async countBreaks(): Promise<number> {
    const { rows } = await this.database.query<{ count: string }>({
      name: 'count-open-breaks',
      text: 'SELECT count(*) FROM books.breaks WHERE closed_at IS NULL',
    });
    return Number(rows[0]!.count);
  }

  private async readKafka(): Promise<WatchedState['kafka']> {
    const connection = kafkaConnectionOf(this.configuration, this.logger);
    if (connection === undefined) return null;
    const { kafkaUsageTopic: topic } = this.configuration;
    if (this.kafka === undefined || performance.now() - this.kafka.atMs > KAFKA_EVERY_MS) {
      const lags = await lagOf(connection, CONSUMER_GROUP, topic).catch(() => undefined);
      this.kafka = { atMs: performance.now(), lags };
    }
    const { lags } = this.kafka;
    return {
      topic,
      lag: lags === undefined ? null : lags.reduce((sum, { lag }) => sum + lag, 0),
      partitions: (lags ?? []).map(({ partition, lag }) => ({ partition, lag })),
    };
  }
}
