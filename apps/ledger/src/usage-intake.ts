/**
 * Usage on its way to the shards: a batch from Kafka or HTTP is checked, each event goes to the shard of its customer,
 * and the answer comes when every page is durable. Both ways in are this one command path.
 */
import { Inject, Injectable } from '@nestjs/common';
import {
  INTERNAL,
  INTERNAL_DETAIL,
  repeatRefusal,
  UsageUndecided,
  type ChargeUsage,
  type InvalidItem,
  type KeepUsageAnswer,
  type LedgerState,
  type RejectedUsage,
  type UndecidedItem,
  type UsageAnswer,
  type UsageItem,
} from '#concepts';
import { entryId, formatAmount, murmur2, type AppliedOffsets } from '#domain';
import { Lane, LaneBroken, SequencerHalted, type Position } from '#journal';
import {
  cloudEventFromMessage,
  PartitionHalted,
  type DeadLetter,
  type JournalHistory,
  type NotedHead,
  type UsageBatch,
  type UsageBatchHandler,
  type UsageMessage,
} from '#kafka';
import { LOGGER, RequestError, type CommandContext, type Logger } from '#platform';
import { CatalogueFollower, HeadMemories, partKey, Sequencers } from '#wiring';
import { historyOf } from './kafka-history.js';
import { FailureJudge } from './undecided-usage.js';
import { explainUsageEvent, isUsageEvent, toUsageReport } from './usage-event.js';
import { UsageMetrics, type UsageWay } from './usage-metrics.js';
import { fingerprinted, offsetRanges, sliceByShard } from './usage-slices.js';

/** A charge as its caller is told of it. */
export interface ToldCharge {
  readonly index: number;
  readonly id: string;
  readonly entry: string;
  /** Tokens. */
  readonly amount: string;
  readonly receivable?: string;
}

export interface RecordedUsage extends Omit<UsageAnswer, 'charged'> {
  /** Newest position of each shard that the batch touched. */
  readonly positions: readonly Position[];
  /** Where the caller asked for it. */
  readonly charged?: readonly ToldCharge[];
}

/** What one shard made of its slice. */
interface SliceAnswer {
  readonly answer: UsageAnswer;
  readonly position: Position;
  /** Whether the answer is in the journal: a repeated request is then told the same. */
  readonly isKept: boolean;
}

/** Where the parts of a batch go: one command for each slice, in the order of the slices. */
interface Part {
  readonly shard: number;
  readonly command: ChargeUsage;
}

/** Says whether items at which the program failed may be rejected, by throwing when they may not. */
type Judge = (failed: readonly UndecidedItem[], neighbours: number) => void;

@Injectable()
export class UsageIntake implements UsageBatchHandler {
  private readonly failures: FailureJudge;

  constructor(
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
    private readonly metrics: UsageMetrics,
    private readonly memories: HeadMemories,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.failures = new FailureJudge(sequencers);
  }

  /**
   * Charges a batch that a caller waits for. Events that cannot be charged are answered, not recorded. Without a request
   * identity a repetition is answered with duplicates; with one, with the first answer.
   */
  recordRequest(events: readonly unknown[], context: CommandContext, detail = false): Promise<RecordedUsage> {
    return this.sequencers.answerOnce(context.request, () => this.record(events, context, detail));
  }

  private async record(
    events: readonly unknown[],
    { provenance, request }: CommandContext,
    detail: boolean,
  ): Promise<RecordedUsage> {
    const receivedAtMs = Date.now();
    const time = new Date(receivedAtMs).toISOString();
    const lookedAround = this.lookAround();
    const invalid: RejectedUsage[] = [];
    const items: UsageItem[] = [];
    const unreadable: UndecidedItem[] = [];
    events.forEach((event, index) => {
      const item = readTwice(() => readItem(event, index, receivedAtMs), { index }, unreadable);
      if ('invalid' in item) invalid.push({ index, ...answerOf(item.invalid) });
      else items.push(item);
    });
    const firstEvent = this.failures.beginRequest(events.length);
    const judge: Judge = (failed) => this.failures.judgeRequest(firstEvent, failed);
    if (unreadable.length > 0) this.giveUp(unreadable, 0, judge);
    await Promise.all([this.refreshIfUnknown(items), lookedAround]);
    const slices = sliceByShard(items, (item) =>
      'report' in item ? this.sequencers.shardOf(item.report.customer) : 0,
    );
    const commands = slices.map(({ shard, items: own }, part): Part => ({
      shard,
      command: {
        type: 'ChargeUsage',
        items: own,
        actor: provenance.actor,
        receivedAtMs,
        time,
        origin: provenance.origin,
        ...(detail ? { detail } : {}),
        ...(request === undefined ? {} : { request: { ...request, key: partKey(request.key, part) } }),
      },
    }));
    const parts = await this.chargeAll(commands, judge);
    const answer = sumUp(parts, invalid);
    this.observe('http', answer);
    const kept = answer.accepted === 0 ? parts : await this.keepAll(parts, commands);
    const charged = chargesOf(parts, events);
    const positions = newestPositions(kept.map(({ position }) => position));
    return { ...answer, positions, ...(charged === undefined ? {} : { charged }) };
  }

  /**
   * Charges one partition's messages in order; what could not be charged is recorded and returned as dead letters.
   *
   * @throws PartitionHalted when going on or trying again cannot help in this process
   */
  async handle({ name, partition, messages, end }: UsageBatch): Promise<readonly DeadLetter[]> {
    const [first] = messages;
    if (first === undefined) return [];
    const receivedAtMs = Date.now();
    const time = new Date(receivedAtMs).toISOString();
    const lookedAround = this.lookAround();
    const unreadable: UndecidedItem[] = [];
    const items = messages.map((message, index) =>
      readTwice(() => readMessage(message, index), { index, offset: message.offset }, unreadable),
    );
    await Promise.all([this.refreshIfUnknown(items), lookedAround]);
    const slices = sliceByShard(items, (item) =>
      'report' in item ? this.sequencers.shardOf(item.report.customer) : this.homeOf(messages[item.index]!, partition),
    );
    const ranges = offsetRanges(slices, { name, partition, from: first.offset, to: end });
    const parts = await this.chargeAll(
      slices.map(({ shard, items: own }, part) => ({
        shard,
        command: {
          type: 'ChargeUsage',
          items: own,
          actor: 'kafka',
          receivedAtMs,
          time,
          range: fingerprinted(ranges[part]!, messages),
        },
      })),
      (failed, neighbours) => this.failures.judgeBatch(name, partition, end, failed, neighbours),
    ).catch((error: unknown) => {
      if (!(error instanceof SequencerHalted)) throw error;
      throw new PartitionHalted(`${name}/${partition} is halted: ${error.message}`, { cause: error });
    });
    const answer = sumUp(parts, []);
    this.failures.noteAnswered(`${name}/${partition}`, countAnswered(answer));
    this.observe('kafka', answer, { topic: name, partition, offset: first.offset });
    return answer.rejected.map(({ index, code, detail }) => ({ offset: messages[index]!.offset, code, detail }));
  }

  /** The other shards are looked at while the events are read: the answer is there when it is needed. */
  private lookAround(): Promise<void> {
    const look = this.sequencers.lookAround();
    // Awaited after the reading, which may throw before.
    look.catch(() => undefined);
    return look;
  }

  /** After an accepted loss the commits before it say what was applied once, not what still is. */
  async history(): Promise<JournalHistory> {
    await this.follower.refresh();
    return historyOf(this.follower);
  }

  /** What this process has seen of each shard; the registry's comes last, so that it is not older than the others. */
  heads(): readonly NotedHead[] {
    const { watch } = this.memories;
    const shards = Array.from({ length: this.sequencers.shards }, (_, shard) => watch.seenOf(shard) ?? []);
    return [...shards.flat(), { shard: this.follower.shard, ...this.follower.newest }];
  }

  /**
   * Follows Kafka's commit unless it lies beyond what the journal holds, as after a restored backup or a new journal.
   * Then the partition is read from where every shard surely has everything: what comes again changes nothing.
   */
  async startOffset(name: string, partition: number, committed: number | undefined): Promise<number | undefined> {
    if (committed === undefined) return undefined;
    const held = await this.heldOffsets(name, partition);
    return committed > Math.max(...held) ? Math.min(...held) : undefined;
  }

  /** The highest offset after which a shard of ours expects more, for the check against a topic made anew. */
  highestOffset(name: string, partition: number): number | undefined {
    let highest: number | undefined;
    for (let shard = 0; shard < this.sequencers.shards; shard++) {
      const next = this.sequencers.ledger(shard).state.usage.nextOffsets.get(`${name}/${partition}`);
      if (next !== undefined && (highest === undefined || next > highest)) highest = next;
    }
    return highest;
  }

  /** As {@link highestOffset}, of the shards as they stand in the store: another process may have recorded a skip. */
  async passedOffset(name: string, partition: number): Promise<number> {
    return Math.max(...(await this.heldOffsets(name, partition)));
  }

  /** The newest range of a partition in any shard, of those whose last message was read. */
  async lastApplied(name: string, partition: number): Promise<AppliedOffsets | undefined> {
    const ranges = await this.ofEachShard(({ usage }) => usage.lastRead.get(`${name}/${partition}`));
    return ranges.reduce((newest, range) => ((range?.to ?? 0) > (newest?.to ?? 0) ? range : newest), undefined);
  }

  /** By shard, the offset after the last one that it holds of a partition, or 0. */
  private heldOffsets(name: string, partition: number): Promise<number[]> {
    return this.ofEachShard(({ usage }) => usage.nextOffsets.get(`${name}/${partition}`) ?? 0);
  }

  /** Reads in every shard of holders, after a look at what other processes have recorded. */
  private ofEachShard<T>(read: (state: LedgerState) => T): Promise<T[]> {
    const shards = Array.from({ length: this.sequencers.shards }, (_, shard) => this.sequencers.ledger(shard));
    return Promise.all(shards.map((sequencer) => sequencer.readDurable(read)));
  }

  /**
   * Charges every part. Parts in which the program failed at an item are judged, and offered again without those items'
   * power to fail: in order, behind nothing of their shard that was not applied.
   */
  private async chargeAll(parts: readonly Part[], judge: Judge): Promise<SliceAnswer[]> {
    const answers = new Map<Part, SliceAnswer>();
    const givenUp = new Set<number>();
    for (let open = parts; open.length > 0; open = open.filter((part) => !answers.has(part))) {
      const lanes = new Map(open.map(({ shard }) => [shard, new Lane()]));
      const settled = await Promise.allSettled(
        open.map(async (part) => {
          const command = givenUp.size === 0 ? part.command : { ...part.command, givenUp };
          answers.set(part, await this.charge(part.shard, command, lanes.get(part.shard)!));
        }),
      );
      const failed = readFailures(settled);
      if (failed.items.length === 0) continue;
      const answered = [...answers.values()].reduce((sum, { answer }) => sum + countAnswered(answer), failed.decided);
      this.giveUp(failed.items, answered, judge);
      for (const { index } of failed.items) givenUp.add(index);
    }
    return parts.map((part) => answers.get(part)!);
  }

  /** Lets items be rejected, or throws. The log has the first one's fault, with its stack. */
  private giveUp(failed: readonly UndecidedItem[], neighbours: number, judge: Judge): void {
    judge(failed, neighbours);
    const [{ error, offset, index }] = failed as [UndecidedItem];
    this.logger.error(
      { err: error, events: failed.length, index, offset },
      'the program fails at usage events; what fails again is rejected',
    );
  }

  /** A request that moved value is answered the same for ever, also those parts of it that moved nothing. */
  private keepAll(parts: readonly SliceAnswer[], commands: readonly Part[]): Promise<SliceAnswer[]> {
    return Promise.all(
      parts.map(async (part, at) => {
        const { shard, command } = commands[at]!;
        const { request, origin, actor, time } = command;
        if (part.isKept || request === undefined || origin === undefined) return part;
        return this.charge(shard, { type: 'KeepUsageAnswer', answer: part.answer, request, origin, actor, time });
      }),
    );
  }

  private async charge(shard: number, command: ChargeUsage | KeepUsageAnswer, lane?: Lane): Promise<SliceAnswer> {
    const { outcome, position } = await this.sequencers.execute(shard, command, lane);
    if (outcome.type !== 'usage') throw new Error(`a usage command came to ${outcome.type}`);
    const { answer, answeredAt } = outcome;
    // A repeated request is told the position of its first answer.
    const isKept = answeredAt !== undefined;
    return { answer, isKept, position: isKept ? { shard, height: answeredAt.height } : position };
  }

  /** A message from which no customer can be read is recorded where its key or its partition would lead. */
  private homeOf(message: UsageMessage, partition: number): number {
    const place = message.key === null ? partition : murmur2(message.key) & 0x7fffffff;
    return place % this.sequencers.shards;
  }

  private async refreshIfUnknown(items: readonly UsageItem[]): Promise<void> {
    const { parties } = this.follower.catalogue;
    const isUnknown = (item: UsageItem) =>
      'report' in item && !(parties.has(item.report.customer) && parties.has(item.report.provider));
    if (items.some(isUnknown)) await this.follower.refresh();
  }

  private observe(way: UsageWay, answer: UsageAnswer, source: object = {}): void {
    this.metrics.count(way, answer);
    const { accepted, duplicates, conflicts, rejected } = answer;
    const counts = { way, ...source, accepted, duplicates, conflicts, rejected: rejected.length };
    if (conflicts > 0) this.logger.warn(counts, 'usage was reported again with other content');
    else if (way === 'kafka' && rejected.length > 0)
      this.logger.warn({ ...counts, code: rejected[0]!.code }, 'usage goes to the dead letters');
    else this.logger.debug(counts, 'usage is durable');
  }
}

/**
 * Reads one event; where the program itself fails, once more. What fails twice is an item that the shard is to decide
 * upon like any other at which the program fails.
 */
function readTwice(
  read: () => UsageItem,
  place: { readonly index: number; readonly offset?: number },
  unreadable: UndecidedItem[],
): UsageItem {
  try {
    return read();
  } catch {
    try {
      return read();
    } catch (error) {
      unreadable.push({ ...place, error });
      return { ...place, invalid: { id: '', code: INTERNAL, detail: INTERNAL_DETAIL, cause: error } };
    }
  }
}

function answerOf({ id, code, detail }: InvalidItem): Omit<RejectedUsage, 'index'> {
  return { id, code, detail };
}

/** What the program failed at. @throws the first error that is no such failure: nobody can decide about that here */
function readFailures(settled: readonly PromiseSettledResult<void>[]): { items: UndecidedItem[]; decided: number } {
  const items: UndecidedItem[] = [];
  let decided = 0;
  for (const result of settled) {
    if (result.status === 'fulfilled') continue;
    const error: unknown = result.reason;
    if (error instanceof UsageUndecided) {
      items.push(...error.items);
      decided += error.decided;
    } else if (!(error instanceof LaneBroken)) throw error;
  }
  const first = settled.find((result) => result.status === 'rejected');
  if (items.length === 0 && first !== undefined) throw first.reason;
  return { items, decided };
}

/** Messages that came to an answer of their own, whichever. */
function countAnswered({ accepted, duplicates, conflicts, rejected }: UsageAnswer): number {
  return accepted + duplicates + conflicts + rejected.filter(({ code }) => code !== INTERNAL).length;
}

function readItem(event: unknown, index: number, receivedAtMs: number): UsageItem {
  if (isUsageEvent(event)) return { index, report: toUsageReport(event, receivedAtMs) };
  const error = explainUsageEvent(event);
  const id =
    typeof event === 'object' && event !== null && 'id' in event && typeof event.id === 'string'
      ? event.id.slice(0, 200)
      : '';
  return { index, invalid: { id, code: 'VALIDATION_FAILED', detail: detailOf(error) } };
}

/** One message as an item of a usage command. */
export function readMessage(message: UsageMessage, index: number): UsageItem {
  const { offset } = message;
  const read = cloudEventFromMessage(message);
  if ('code' in read) return { index, offset, invalid: { id: '', code: read.code, detail: read.detail } };
  // An event without a time of its own happened when the broker took the message, also at a redelivery.
  return { ...readItem(read.event, index, message.timestampMs), offset };
}

const DETAIL_LENGTH_MAX = 1_000;

function detailOf(error: Error): string {
  if (!(error instanceof RequestError) || error.errors === undefined) return error.message;
  return error.errors
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ')
    .slice(0, DETAIL_LENGTH_MAX);
}

function sumUp(parts: readonly SliceAnswer[], invalid: readonly RejectedUsage[]): Omit<UsageAnswer, 'charged'> {
  let accepted = 0;
  let duplicates = 0;
  let conflicts = 0;
  const rejected = [...invalid];
  for (const { answer } of parts) {
    accepted += answer.accepted;
    duplicates += answer.duplicates;
    conflicts += answer.conflicts;
    rejected.push(...answer.rejected);
  }
  return { accepted, duplicates, conflicts, rejected: rejected.sort((a, b) => a.index - b.index) };
}

/** What the parts say of their charges, in the order of the events; undefined where none was to say it. */
function chargesOf(parts: readonly SliceAnswer[], events: readonly unknown[]): ToldCharge[] | undefined {
  if (!parts.some(({ answer }) => answer.charged !== undefined)) return undefined;
  const told = parts.flatMap(({ answer, position }) =>
    (answer.charged ?? []).map(({ index, entry, amount, receivable }): ToldCharge => ({
      ...{ index, id: (events[index] as { readonly id: string }).id },
      ...{ entry: entryId({ ...position, index: entry }), amount: formatAmount(BigInt(amount)) },
      ...(receivable === undefined ? {} : { receivable: formatAmount(BigInt(receivable)) }),
    })),
  );
  return told.sort((a, b) => a.index - b.index);
}

function newestPositions(positions: readonly Position[]): Position[] {
  const newest = new Map<number, Position>();
  for (const position of positions) {
    const known = newest.get(position.shard);
    if (known === undefined || known.height < position.height) newest.set(position.shard, position);
  }
  return [...newest.values()].sort((a, b) => a.shard - b.shard);
}

/** The refusal of a single event as an error of its own, for callers that sent just one. */
export function rejectionError({ code, detail, path }: RejectedUsage, original: unknown): Error {
  if (code === 'VALIDATION_FAILED') return explainUsageEvent(original);
  // A fault of the service: 500, and nothing is recorded, so that it may be sent again.
  if (code === INTERNAL) return new Error(detail);
  return repeatRefusal(code, detail, path);
}
