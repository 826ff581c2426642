/**
 * Where the assigned partitions start, stop and go on: compares the journal's offsets with the broker's, at the assignment
 * and all the time after it.
 */
import type { Consumer, KafkaMessage } from 'kafkajs';
import { believe, type BelievedCommit, type BrokerOffsets, type PartitionEnds } from './broker-offsets.js';
import type { StoppedBatch } from './commit-note.js';
import type { LaneParts, PartitionLane } from './partition-lane.js';
import { fingerprintOf, parseOffset, type AppliedRange } from './usage-message.js';

/** The session's answer to whether a lane is still the one that was meant. */
type IsCurrent = (lane: PartitionLane) => boolean;

/** How far before the end of what was applied its last message may lie: markers of transactions may follow it. */
const LOOK_BACK_MAX = 100;

export class LaneKeeper {
  private readonly looksUnderWay = new Set<string>();

  constructor(
    private readonly parts: LaneParts,
    private readonly consumer: Consumer,
    private readonly offsets: BrokerOffsets,
    private readonly isCurrent: IsCurrent,
  ) {}

  /** Sets newly assigned partitions to where they start, and lets them go. @throws the broker's or the client's error */
  async placeAll(lanes: readonly PartitionLane[]): Promise<void> {
    if (await this.isElsewhere(lanes)) return;
    for (const lane of lanes) lane.absences = lane.absencesNow;
    const ends = await this.offsets.ends();
    const commits = await this.offsets.commits();
    const owner = { ...(await this.parts.handler.history()), name: this.parts.settings.name };
    const ready = new Map<PartitionLane, BelievedCommit>();
    for (const lane of lanes) {
      const end = ends.get(lane.partition);
      const commit = believe(commits.get(lane.partition), owner);
      lane.owner = owner;
      const start = await this.startOf(lane, commit);
      const last = await this.lastApplied(lane);
      if (end !== undefined && this.isCurrent(lane) && this.place(lane, start, end, last)) ready.set(lane, commit);
    }
    await this.commitStarts(ready);
    for (const lane of ready.keys()) if (this.isCurrent(lane)) this.resume(lane);
  }

  /** The offset that was asked for is not there, deleted by retention or of a longer partition, or the partition was away. */
  async placeAgain(lane: PartitionLane): Promise<void> {
    lane.state = 'checking';
    this.pause(lane);
    const absences = lane.absencesNow;
    const end = (await this.offsets.ends()).get(lane.partition);
    if (!this.isCurrent(lane)) return;
    if (end === undefined) throw new Error(`the broker does not know partition ${lane.partition}`);
    const last = await this.lastApplied(lane);
    if (!this.isCurrent(lane) || !this.place(lane, lane.nextOffset, end, last)) return;
    lane.absences = absences;
    if (lane.pin === undefined) await this.commit(lane);
    if (this.isCurrent(lane)) this.resume(lane);
  }

  /** Where the journal, or else Kafka's commit, starts a partition; undefined: neither knows it. */
  private async startOf(lane: PartitionLane, commit: BelievedCommit): Promise<number | undefined> {
    const { offset: committed, foreign } = commit;
    const { handler, settings } = this.parts;
    const { name } = settings;
    const { partition } = lane;
    if (foreign !== undefined) this.tellForeign(partition, foreign);
    const told = lane.expectedOffset();
    if (told !== undefined) return told;
    const start = await handler.startOffset?.(name, partition, committed);
    if (start === undefined) return committed;
    const held = handler.highestOffset?.(name, partition);
    if (committed === undefined || held === undefined || held <= start) {
      this.tellStart(partition, start, committed);
      return start;
    }
    // What follows the journal may be no message at all: aborted transactions, markers. The first message decides.
    lane.doubt = { until: committed, backTo: start };
    return held;
  }

  /** A message before the commit is missing from the journal: it is read from where every shard is complete. */
  goBack(lane: PartitionLane): void {
    const { until, backTo } = lane.doubt!;
    lane.doubt = undefined;
    this.tellStart(lane.partition, backTo, until);
    lane.nextOffset = backTo;
    this.seek(lane);
  }

  private tellForeign(partition: number, foreign: number): void {
    const { topic, name } = this.parts.settings;
    const line = `${topic}/${partition}: Kafka's commit ${foreign} is not of this journal as it is now and of the topic as ${name}; the journal alone says what was applied`;
    this.parts.onTrouble('warn', line);
  }

  private tellStart(partition: number, start: number, committed: number | undefined): void {
    const { topic } = this.parts.settings;
    this.parts.onTrouble('warn', `${topic}/${partition} starts at ${start}, not at Kafka's commit ${committed ?? 0}`);
  }

  private place(
    lane: PartitionLane,
    start: number | undefined,
    { low, high }: PartitionEnds,
    last: AppliedRange | undefined,
  ): boolean {
    lane.sawEnd(high);
    const known = maxOf(lane.knownEnd() ?? start, last?.to);
    if (known !== undefined && high < known) {
      this.refuse(lane, known);
      return false;
    }
    if (start !== undefined && start > 0 && low > start) this.tellLoss(lane.partition, start, low - 1);
    lane.nextOffset = Math.max(start ?? low, low);
    // Where retention has deleted the last message that was applied, nothing can be compared.
    lane.pin = last === undefined || last.to <= low ? undefined : { ...last, found: undefined };
    this.seek(lane, lane.pin === undefined ? lane.nextOffset : Math.max(low, last!.from, last!.to - LOOK_BACK_MAX));
    return true;
  }

  private tellLoss(partition: number, from: number, to: number): void {
    const { lost, onTrouble, settings } = this.parts;
    lost.set(partition, { count: (lost.get(partition)?.count ?? 0) + to - from + 1, from, to });
    settings.hooks.onMessagesLost?.(partition, from, to);
    onTrouble(
      'error',
      `${settings.topic}/${partition}: offsets ${from} to ${to} were deleted by the topic's retention before they were applied; their usage is lost here. Going on at ${to + 1}`,
    );
  }

  private lastApplied({ partition }: PartitionLane): Promise<AppliedRange | undefined> | undefined {
    return this.parts.handler.lastApplied?.(this.parts.settings.name, partition);
  }

  /**
   * Compares the last message that was applied with what stands there now. The same: the partition goes on where it starts.
   * Another: the topic is not the one that was applied, and going on would take its events for old ones.
   *
   * @param readTo offset after everything that was read
   */
  async comparePinned(lane: PartitionLane, messages: readonly KafkaMessage[], readTo: number): Promise<void> {
    const { topic, name } = this.parts.settings;
    const pin = lane.pin!;
    const found = messages.findLast(({ offset }) => parseOffset(offset) < pin.to);
    if (found !== undefined) pin.found = fingerprintOf(found);
    if (readTo < pin.to || !this.isCurrent(lane)) return;
    lane.pin = undefined;
    if (pin.found !== undefined && pin.found !== pin.fingerprint) {
      return this.refuseFor(
        lane,
        `${topic}/${lane.partition}: the message before offset ${pin.to} is not the one that was applied as ${name} (fingerprint ${pin.found}, not ${pin.fingerprint}): the topic was deleted and created anew, or this is another one. ${whatToDo(topic)}`,
      );
    }
    this.seek(lane);
    if (lane.doubt === undefined && lane.committedOffset !== lane.nextOffset) await this.commit(lane);
  }

  /** Refuses all partitions of another cluster: offsets that were applied say nothing about its messages. */
  private async isElsewhere(lanes: readonly PartitionLane[]): Promise<boolean> {
    const { topic, name, clusterId } = this.parts.settings;
    if (clusterId === undefined) return false;
    const found = await this.offsets.clusterId();
    if (found === clusterId) return false;
    for (const lane of lanes) {
      if (!this.isCurrent(lane)) continue;
      const line = `${topic}/${lane.partition} is of cluster ${found}; what was applied as ${name} is of cluster ${clusterId}. ${whatToDo(topic)}`;
      this.refuseFor(lane, line);
    }
    return true;
  }

  private refuseFor(lane: PartitionLane, line: string): void {
    lane.state = 'refused';
    lane.refusal = line;
    this.pause(lane);
    this.parts.onTrouble('error', line);
  }

  /** Going on would drop new events as if they had been applied: their offsets are below the journal's. */
  refuse(lane: PartitionLane, expected: number): void {
    const { topic } = this.parts.settings;
    this.refuseFor(
      lane,
      `${topic}/${lane.partition} ends at offset ${lane.high}, but the journal has applied offsets up to ${expected - 1}: the topic was deleted and created anew, or its broker lost data. ${whatToDo(topic)}`,
    );
  }

  /**
   * Meets a batch that cannot be read: steps over it when the journal is behind it already, else stops the partition there.
   *
   * @returns whether it was stepped over
   */
  async meetUnreadable(lane: PartitionLane, batch: StoppedBatch): Promise<boolean> {
    const { settings, onTrouble } = this.parts;
    const isPassed = await this.isPassed(lane, batch);
    if (!this.isCurrent(lane)) return false;
    if (isPassed) {
      lane.passTo(batch.to + 1);
      return true;
    }
    lane.state = 'stopped';
    lane.stopped = batch;
    lane.nextOffset = batch.from;
    this.pause(lane);
    const place = `${settings.topic}/${lane.partition}/${batch.from}`;
    if (this.parts.told.get(lane.partition) !== batch.from) {
      this.parts.told.set(lane.partition, batch.from);
      settings.hooks.onStopped?.(lane.partition, batch);
      onTrouble(
        'error',
        `${place}: offsets ${batch.from} to ${batch.to} cannot be read (${batch.code}: ${batch.detail}). Partition ${lane.partition} stops there, others go on. To go on without them: airtime kafka skip ${place} --reason TEXT`,
      );
    }
    await this.commit(lane);
    return false;
  }

  /** Lets stopped partitions go on whose batch was skipped meanwhile, by whichever process. */
  async passSkipped(lanes: Iterable<PartitionLane>): Promise<void> {
    await this.onlyOnce('skips', async () => {
      for (const lane of lanes) {
        const { stopped } = lane;
        if (stopped === undefined || lane.state !== 'stopped' || !(await this.isPassed(lane, stopped))) continue;
        if (!this.isCurrent(lane)) return;
        lane.stopped = undefined;
        lane.passTo(stopped.to + 1);
        this.parts.onTrouble(
          'warn',
          `${this.parts.settings.topic}/${lane.partition}: offsets ${stopped.from} to ${stopped.to} were skipped; going on at ${stopped.to + 1}`,
        );
        this.seek(lane);
        await this.commit(lane);
        if (this.isCurrent(lane)) this.resume(lane);
      }
    });
  }

  private async isPassed(lane: PartitionLane, { to }: StoppedBatch): Promise<boolean> {
    const { handler, settings } = this.parts;
    const passed = (await handler.passedOffset?.(settings.name, lane.partition)) ?? lane.knownEnd();
    return passed !== undefined && passed > to;
  }

  /**
   * Looks at the partitions' ends, also of those that wait or whose batch takes long: what a broker said with the last
   * fetch is soon no longer true. A look that fails leaves the lag unknown.
   */
  async lookAtEnds(lanes: ReadonlyMap<number, PartitionLane>): Promise<void> {
    await this.onlyOnce('ends', async () => {
      // Taken before the look: what is applied meanwhile may be newer than the answer.
      const before = [...lanes.values()].map((lane) => ({ lane, known: lane.knownEnd() ?? lane.nextOffset }));
      const ends = await this.offsets.ends();
      for (const { lane, known } of before) {
        const end = ends.get(lane.partition);
        if (end === undefined || !this.isCurrent(lane)) continue;
        const isShort = known !== undefined && end.high < known;
        lane.sawEnd(isShort ? end.high : Math.max(end.high, lane.nextOffset ?? 0));
        if (isShort && !lane.isBusy && lane.state === 'consuming') this.refuse(lane, known);
      }
    });
  }

  /** A look that takes longer than its interval is not overtaken by the next one. */
  private async onlyOnce(name: string, look: () => Promise<void>): Promise<void> {
    if (this.looksUnderWay.has(name)) return;
    this.looksUnderWay.add(name);
    try {
      await look();
    } finally {
      this.looksUnderWay.delete(name);
    }
  }

  /** Sets Kafka's commits right: after a lost one the lag would stay until a next message comes. */
  private async commitStarts(commits: ReadonlyMap<PartitionLane, BelievedCommit>): Promise<void> {
    for (const [lane, { offset, foreign }] of commits) {
      if (lane.doubt !== undefined) continue;
      // A stop that stands in the commit stays there until the batch has been met again.
      if (foreign === undefined && (offset ?? 0) === lane.nextOffset) lane.committedOffset = lane.nextOffset;
      else if (lane.pin === undefined) await this.commit(lane);
    }
  }

  /** Commits a lane's offset, with the batch at which it stopped. Whatever becomes of it, nothing is lost. */
  async commit(lane: PartitionLane): Promise<void> {
    const { topic } = this.parts.settings;
    const { partition, nextOffset } = lane;
    if (nextOffset === undefined) return;
    const metadata = lane.commitMetadata();
    try {
      await this.consumer.commitOffsets([{ topic, partition, offset: String(nextOffset), metadata }]);
      lane.committedOffset = nextOffset;
    } catch (error) {
      this.parts.onTrouble('warn', `cannot commit offset ${nextOffset} of ${topic}/${partition}`, error);
    }
  }

  pause({ partition }: PartitionLane): void {
    this.consumer.pause([{ topic: this.parts.settings.topic, partitions: [partition] }]);
  }

  resume(lane: PartitionLane): void {
    lane.state = 'consuming';
    this.consumer.resume([{ topic: this.parts.settings.topic, partitions: [lane.partition] }]);
  }

  private seek({ partition, nextOffset }: PartitionLane, offset = nextOffset): void {
    this.consumer.seek({ topic: this.parts.settings.topic, partition, offset: String(offset) });
  }
}

function whatToDo(topic: string): string {
  return `The partition is not consumed, so that its events are not taken for old ones; to take it as another topic: airtime kafka register NAME --topic ${topic}`;
}

function maxOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}
