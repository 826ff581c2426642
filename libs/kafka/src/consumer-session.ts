/**
 * One life of a kafkajs consumer: connect, join, consume, until it is closed or lost. A new one is made after a loss,
 * because kafkajs gives up for good on some errors and keeps stale coordinators on others.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import { backOffMs, CLIENT_RETRY, createClient, describeError } from './connection.js';
import { PartitionLane, type LaneParts } from './partition-lane.js';
import { parseOffset, PartitionHalted } from './usage-message.js';

export type GroupState = 'joining' | 'stable' | 'rebalancing' | 'lost';

export interface SessionParts extends LaneParts {
  /** Batches under way by partition, over all sessions of this process: two of one partition never overlap. */
  readonly underWay: Map<number, Promise<unknown>>;
  readonly onTrouble: (level: 'warn' | 'error', message: string, error?: unknown) => void;
}

export class ConsumerSession {
  readonly lanes = new Map<number, PartitionLane>();
  groupState: GroupState = 'joining';
  /** Whether it ever got its partitions: a loss after that starts the back-off anew. */
  hasJoined = false;

  private readonly consumer: Consumer;
  private readonly admin: Admin;
  private adminConnected: Promise<void> | undefined;
  private generation = 0;
  private readonly closing = new AbortController();
  private lastSignMs = performance.now();
  private watchdog: NodeJS.Timeout | undefined;
  private settle!: { resolve: () => void; reject: (error: unknown) => void };
  private readonly over: Promise<void>;

  constructor(private readonly parts: SessionParts) {
    const { settings } = parts;
    const client = createClient(settings);
    this.admin = client.admin();
    this.consumer = client.consumer({
      groupId: settings.groupId,
      allowAutoTopicCreation: false,
      maxBytes: settings.fetchBytesMax,
      maxBytesPerPartition: settings.partitionBytesMax,
      maxWaitTimeInMs: settings.fetchWaitMs,
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      heartbeatInterval: settings.heartbeatIntervalMs,
      retry: { ...CLIENT_RETRY, restartOnFailure: async () => false },
    });
    this.over = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    this.over.catch(() => undefined);
    this.listen();
  }

  /** Consumes until {@link close}. @throws the error by which Kafka was lost */
  async run(): Promise<void> {
    const { settings } = this.parts;
    const { signal } = this.closing;
    const consuming = async (): Promise<void> => {
      await this.consumer.connect();
      if (!signal.aborted) await this.consumer.subscribe({ topics: [settings.topic], fromBeginning: true });
      if (!signal.aborted) {
        await this.consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: settings.partitionsConsumedConcurrently,
          eachBatch: (payload) => this.eachBatch(payload),
        });
      }
      // Closed while it was still connecting or joining: what came up after the close goes down again.
      if (signal.aborted) await this.consumer.disconnect();
      else this.watch();
    };
    consuming().catch((error: unknown) => this.lose(error));
    await this.over;
  }

  /** Lets batches under way end, for `graceMs` at most, and leaves the group. Idempotent, never throws. */
  async close(graceMs: number): Promise<void> {
    this.closing.abort();
    clearInterval(this.watchdog);
    for (const lane of this.lanes.values()) clearTimeout(lane.resumeTimer);
    const left = Promise.allSettled([this.consumer.disconnect(), this.admin.disconnect()]);
    const grace = new AbortController();
    await Promise.race([left, delay(graceMs, undefined, { signal: grace.signal }).catch(() => undefined)]);
    grace.abort();
    this.settle.resolve();
  }

  private listen(): void {
    const { events } = this.consumer;
    const alive = (): void => {
      this.lastSignMs = performance.now();
    };
    this.consumer.on(events.HEARTBEAT, alive);
    this.consumer.on(events.FETCH, alive);
    this.consumer.on(events.REBALANCING, () => {
      this.groupState = 'rebalancing';
    });
    this.consumer.on(events.GROUP_JOIN, (event) => {
      alive();
      this.takeAssignment(event);
    });
    this.consumer.on(events.CRASH, ({ payload }: ConsumerCrashEvent) => this.lose(payload.error));
  }

  private lose(error: unknown): void {
    this.groupState = 'lost';
    this.settle.reject(error);
  }

  /** A consumer that neither fetches nor beats for longer than any rebalance may take is stuck, whatever it believes. */
  private watch(): void {
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.parts.settings;
    const silenceMaxMs = sessionTimeoutMs + rebalanceTimeoutMs;
    this.watchdog = setInterval(() => {
      const silenceMs = Math.round(performance.now() - this.lastSignMs);
      if (silenceMs > silenceMaxMs) this.lose(new Error(`no sign of life from Kafka for ${silenceMs} ms`));
    }, 1_000);
    this.watchdog.unref();
  }

  /** Called inside the join, before the first fetch: nothing is fetched until the offsets have been compared. */
  private takeAssignment({ payload }: ConsumerGroupJoinEvent): void {
    const { topic } = this.parts.settings;
    const partitions = payload.memberAssignment[topic] ?? [];
    this.generation++;
    for (const lane of this.lanes.values()) clearTimeout(lane.resumeTimer);
    this.lanes.clear();
    for (const partition of partitions) this.lanes.set(partition, new PartitionLane(partition, this.parts));
    this.consumer.pause([{ topic, partitions }]);
    this.groupState = 'stable';
    this.checkAssignment(this.generation).catch((error: unknown) => this.lose(error));
  }

  private async checkAssignment(generation: number): Promise<void> {
    const { topic, hooks, retryFirstMs, retryMaxMs } = this.parts.settings;
    const isCurrent = (): boolean => generation === this.generation && !this.closing.signal.aborted;
    for (let attempt = 1; isCurrent() && this.lanes.size > 0; attempt++) {
      try {
        const watermarks = await this.readWatermarks();
        const starts = await this.readStarts();
        if (!isCurrent()) return;
        const ready = watermarks.filter(({ partition, low, high }) => {
          const lane = this.lanes.get(partition);
          return lane !== undefined && this.place(lane, starts.get(partition), parseOffset(low), parseOffset(high));
        });
        await this.commitStart(ready.map(({ partition }) => this.lanes.get(partition)!));
        if (!isCurrent()) return;
        for (const { partition } of ready) this.resume(this.lanes.get(partition)!);
        break;
      } catch (error) {
        const waitMs = backOffMs(attempt, retryFirstMs, retryMaxMs);
        this.parts.onTrouble('warn', `cannot read the offsets of ${topic}, trying again in ${waitMs} ms`, error);
        await delay(waitMs, undefined, { signal: this.closing.signal }).catch(() => undefined);
      }
    }
    if (!isCurrent()) return;
    this.hasJoined = true;
    hooks.onAssigned?.([...this.lanes.keys()].sort((a, b) => a - b));
  }

  private async readWatermarks(): ReturnType<Admin['fetchTopicOffsets']> {
    this.adminConnected ??= this.admin.connect();
    try {
      await this.adminConnected;
    } catch (error) {
      this.adminConnected = undefined;
      throw error;
    }
    return this.admin.fetchTopicOffsets(this.parts.settings.topic);
  }

  /** Where the handler wants the assigned partitions to start, by partition; none for those that follow their commit. */
  private async readStarts(): Promise<ReadonlyMap<number, number>> {
    const { handler, settings } = this.parts;
    const { topic, groupId } = settings;
    const starts = new Map<number, number>();
    if (handler.startOffset === undefined) return starts;
    const [commits] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    for (const partition of this.lanes.keys()) {
      const text = commits?.partitions.find((entry) => entry.partition === partition)?.offset ?? '-1';
      const committed = text === '-1' ? undefined : parseOffset(text);
      const start = await handler.startOffset(topic, partition, committed);
      if (start === undefined) continue;
      starts.set(partition, start);
      this.parts.onTrouble('warn', `${topic}/${partition} starts at ${start}, not at Kafka's commit ${committed ?? 0}`);
    }
    return starts;
  }

  /** Where a partition starts: at the journal's offset if that can be, else as Kafka's commit says. */
  private place(lane: PartitionLane, start: number | undefined, low: number, high: number): boolean {
    const { topic } = this.parts.settings;
    const { partition } = lane;
    lane.high = high;
    const knownEnd = lane.knownEnd();
    if (knownEnd !== undefined && high < knownEnd) {
      this.refuse(lane, knownEnd);
      return false;
    }
    const expected = start ?? lane.expectedOffset();
    if (expected === undefined) return true;
    if (expected > 0 && low > expected) {
      this.parts.onTrouble(
        'error',
        `${topic}/${partition}: offsets ${expected} to ${low - 1} were deleted by the topic's retention before they were applied; going on at ${low}`,
      );
    }
    lane.nextOffset = Math.max(expected, low);
    this.consumer.seek({ topic, partition, offset: String(lane.nextOffset) });
    return true;
  }

  /** Sets Kafka's commit to the journal's offsets: after a lost commit the lag would stay until a next message comes. */
  private async commitStart(lanes: readonly PartitionLane[]): Promise<void> {
    const { topic } = this.parts.settings;
    const known = lanes.filter(({ nextOffset }) => nextOffset !== undefined);
    if (known.length === 0) return;
    try {
      await this.consumer.commitOffsets(
        known.map(({ partition, nextOffset }) => ({ topic, partition, offset: String(nextOffset) })),
      );
    } catch (error) {
      this.parts.onTrouble('warn', `cannot commit the journal's offsets of ${topic}; the next batch will`, error);
    }
  }

  private resume(lane: PartitionLane): void {
    lane.state = 'consuming';
    this.consumer.resume([{ topic: this.parts.settings.topic, partitions: [lane.partition] }]);
  }

  /** Going on would drop new events as if they had been applied: their offsets are below the journal's. */
  private refuse(lane: PartitionLane, expected: number): void {
    const { topic } = this.parts.settings;
    lane.state = 'refused';
    this.consumer.pause([{ topic, partitions: [lane.partition] }]);
    this.parts.onTrouble(
      'error',
      `${topic}/${lane.partition} ends at offset ${lane.high}, but the journal has applied offsets up to ${expected - 1}: the topic was deleted and created anew, or its broker lost data. ` +
        `The partition is not consumed, so that its new events are not taken for old ones; send them to a topic with a new name (KAFKA_USAGE_TOPIC).`,
    );
  }

  /** The handler's word: whatever comes again would fail again. */
  private halt(lane: PartitionLane, error: PartitionHalted): void {
    lane.state = 'refused';
    this.consumer.pause([{ topic: this.parts.settings.topic, partitions: [lane.partition] }]);
    this.parts.onTrouble('error', error.message, error);
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const { partition } = payload.batch;
    const lane = this.lanes.get(partition);
    if (lane?.state !== 'consuming') return; // paused meanwhile; nothing is resolved, so it comes again
    const { generation } = this;
    const pulse = new Pulse(payload, this.parts.settings.heartbeatIntervalMs);
    const isStale = (): boolean =>
      pulse.error !== undefined ||
      this.closing.signal.aborted ||
      generation !== this.generation ||
      !payload.isRunning() ||
      payload.isStale();
    try {
      await this.inTurn(partition, async () => {
        const knownEnd = lane.knownEnd();
        if (knownEnd !== undefined && parseOffset(payload.batch.highWatermark) < knownEnd) {
          lane.high = parseOffset(payload.batch.highWatermark);
          return this.refuse(lane, knownEnd);
        }
        await lane.apply(payload, isStale);
      });
    } catch (error) {
      // A handler may abandon a batch whose partition is not ours any more; anything else is tried again.
      if (!isStale()) {
        if (error instanceof PartitionHalted) this.halt(lane, error);
        else this.holdBack(lane, generation, error);
      }
    } finally {
      pulse.stop();
    }
    if (generation === this.generation) await this.commit(payload, lane, pulse.error !== undefined);
    // kafkajs joins the group anew when it sees this error.
    if (pulse.error !== undefined) throw pulse.error;
  }

  /** Waits for the partition's batch under way, which a lost session may have left behind. */
  private async inTurn(partition: number, task: () => Promise<void>): Promise<void> {
    const { underWay } = this.parts;
    const turn = (underWay.get(partition) ?? Promise.resolve()).then(task);
    const settled = turn.catch(() => undefined);
    underWay.set(partition, settled);
    try {
      await turn;
    } finally {
      if (underWay.get(partition) === settled) underWay.delete(partition);
    }
  }

  /** Kafka's commit, for lag tools and for a journal without offsets. Whatever becomes of it, nothing is lost. */
  private async commit(payload: EachBatchPayload, lane: PartitionLane, isLeaving: boolean): Promise<void> {
    const { nextOffset } = lane;
    if (nextOffset === undefined || nextOffset === lane.committedOffset || lane.state === 'refused') return;
    const partitions = [{ partition: lane.partition, offset: String(nextOffset) }];
    try {
      await payload.commitOffsetsIfNecessary({ topics: [{ topic: payload.batch.topic, partitions }] });
      lane.committedOffset = nextOffset;
    } catch (error) {
      if (!isLeaving && !this.closing.signal.aborted) throw error;
    }
  }

  /** Pauses a partition after a failure and hands the same messages over again later; the others go on. */
  private holdBack(lane: PartitionLane, generation: number, error: unknown): void {
    const { topic, retryFirstMs, retryMaxMs, hooks } = this.parts.settings;
    const { partition } = lane;
    lane.failures++;
    lane.state = 'retrying';
    const waitMs = backOffMs(lane.failures, retryFirstMs, retryMaxMs);
    this.parts.onTrouble(
      'error',
      `${topic}/${partition}: a batch was not applied (attempt ${lane.failures}), trying again in ${waitMs} ms: ${describeError(error)}`,
      error,
    );
    hooks.onRetry?.(partition, lane.failures, waitMs);
    this.consumer.pause([{ topic, partitions: [partition] }]);
    lane.resumeTimer = setTimeout(() => {
      if (generation !== this.generation || this.closing.signal.aborted || this.groupState === 'lost') return;
      this.resume(lane);
    }, waitMs);
  }
}

/** Heartbeats while a batch is under way. After an error it stays silent: the partition may be someone else's by then. */
class Pulse {
  error: Error | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(payload: EachBatchPayload, intervalMs: number) {
    // kafkajs itself sends no more than one beat per interval.
    this.timer = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
        this.error ??= error instanceof Error ? error : new Error(describeError(error));
        this.stop();
      });
    }, intervalMs / 2);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
