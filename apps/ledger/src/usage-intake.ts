/**
 * Usage on its way to the shards: a batch from Kafka or HTTP is checked, each event goes to the shard of its customer,
 * and the answer comes when every page is durable. Both ways in are this one command path.
 */
import { Injectable } from '@nestjs/common';
import {
  DomainError,
  murmur2,
  USAGE_ITEMS_MAX,
  type ChargeUsage,
  type OffsetRange,
  type RejectedUsage,
  type RequestIdentity,
  type UsageAnswer,
  type UsageItem,
  type UsageReport,
} from '#domain';
import { Lane, type Position } from '#journal';
import {
  cloudEventFromMessage,
  type DeadLetter,
  type UsageBatch,
  type UsageBatchHandler,
  type UsageMessage,
} from '#kafka';
import { RequestError } from '#platform';
import { CatalogueFollower, Sequencers } from '#wiring';
import { explainUsageEvent, isUsageEvent, toUsageReport } from './usage-event.js';

/** Bytes of journal events that one command may make, far below a page: the estimate errs on the large side. */
const COMMAND_BYTES_MAX = 600_000;

export interface RecordedUsage extends UsageAnswer {
  readonly positions: readonly Position[];
}

interface Slice {
  readonly shard: number;
  readonly items: UsageItem[];
  bytes: number;
}

@Injectable()
export class UsageIntake implements UsageBatchHandler {
  constructor(
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
  ) {}

  /** Charges a batch that a caller waits for. Events that cannot be charged are answered, not recorded. */
  async recordRequest(
    events: readonly unknown[],
    actor: string,
    requestId: string,
    request?: RequestIdentity,
  ): Promise<RecordedUsage> {
    this.sequencers.refuseConflicting(request);
    const receivedAtMs = Date.now();
    const time = new Date(receivedAtMs).toISOString();
    const rejected: RejectedUsage[] = [];
    const items: UsageItem[] = [];
    events.forEach((event, index) => {
      const item = readItem(event, index, time);
      if ('invalid' in item) rejected.push({ index, ...item.invalid });
      else items.push(item);
    });
    await this.refreshIfUnknown(items);
    const slices = this.slice(items, () => 0);
    const results = await Promise.all(
      slices.map(({ shard, items: part }, n) =>
        this.sequencers.execute(shard, {
          type: 'ChargeUsage',
          items: part,
          actor,
          receivedAtMs,
          time,
          origin: `request:${requestId}`,
          ...(request === undefined ? {} : { request: { key: `${request.key}#${n}`, digest: request.digest } }),
        }),
      ),
    );
    const answers = results.map(({ outcome }) => (outcome.type === 'usage' ? outcome.answer : unexpected(outcome)));
    return {
      accepted: sum(answers, ({ accepted }) => accepted),
      duplicates: sum(answers, ({ duplicates }) => duplicates),
      conflicts: sum(answers, ({ conflicts }) => conflicts),
      rejected: [...rejected, ...answers.flatMap((answer) => answer.rejected)].sort((a, b) => a.index - b.index),
      positions: newestPositions(results.map(({ position }) => position)),
    };
  }

  /** Charges one partition's messages in order; what could not be charged is recorded and returned as dead letters. */
  async handle({ topic, partition, messages }: UsageBatch): Promise<readonly DeadLetter[]> {
    const first = messages[0];
    if (first === undefined) return [];
    const receivedAtMs = Date.now();
    const time = new Date(receivedAtMs).toISOString();
    const items = messages.map((message, index) => readMessage(message, index));
    await this.refreshIfUnknown(items);
    const slices = this.slice(items, (item) => this.shardOfInvalid(messages[item.index]!, partition));
    const end = messages.at(-1)!.offset + 1;
    const lanes = new Map<number, Lane>();
    const results = await Promise.all(
      slices.map(({ shard, items: part }, n) => {
        const lane = lanes.get(shard) ?? new Lane();
        lanes.set(shard, lane);
        const command: ChargeUsage = {
          type: 'ChargeUsage',
          items: part,
          actor: 'kafka',
          receivedAtMs,
          time,
          range: rangeOf(topic, partition, slices, n, first.offset, end),
        };
        return this.sequencers.execute(shard, command, lane);
      }),
    );
    return results.flatMap(({ outcome }) => {
      if (outcome.type !== 'usage') return unexpected(outcome);
      return outcome.answer.rejected.map(({ index, code, detail }) => ({
        offset: messages[index]!.offset,
        code,
        detail,
      }));
    });
  }

  /** The highest offset after which a shard of ours expects more, for the check against a topic made anew. */
  highestOffset(topic: string, partition: number): number | undefined {
    let highest: number | undefined;
    for (let shard = 0; shard < this.sequencers.shards; shard++) {
      const next = this.sequencers.ledger(shard).state.nextOffsets.get(`${topic}/${partition}`);
      if (next !== undefined && (highest === undefined || next > highest)) highest = next;
    }
    return highest;
  }

  /** Cuts items into commands of one shard each, in order, no larger than a page can hold. */
  private slice(items: readonly UsageItem[], shardOfInvalid: (item: UsageItem) => number): Slice[] {
    const slices: Slice[] = [];
    const open = new Map<number, Slice>();
    for (const item of items) {
      const shard = 'report' in item ? this.sequencers.shardOf(item.report.customer) : shardOfInvalid(item);
      const bytes = estimateBytes(item);
      let slice = open.get(shard);
      if (slice === undefined || slice.items.length === USAGE_ITEMS_MAX || slice.bytes + bytes > COMMAND_BYTES_MAX) {
        slice = { shard, items: [], bytes: 0 };
        open.set(shard, slice);
        slices.push(slice);
      }
      slice.items.push(item);
      slice.bytes += bytes;
    }
    return slices;
  }

  /** A message from which no customer can be read is recorded where its key or its partition would lead. */
  private shardOfInvalid(message: UsageMessage, partition: number): number {
    return message.key === null
      ? partition % this.sequencers.shards
      : (murmur2(message.key) & 0x7fffffff) % this.sequencers.shards;
  }

  private async refreshIfUnknown(items: readonly UsageItem[]): Promise<void> {
    const { parties } = this.follower.catalogue;
    const isUnknown = (item: UsageItem) =>
      'report' in item && !(parties.has(item.report.customer) && parties.has(item.report.provider));
    if (items.some(isUnknown)) await this.follower.refresh();
  }
}

/** The offsets that slice `n` answers for in its shard: from its first item, or the batch's begin, to the shard's next slice, or the batch's end. */
function rangeOf(
  topic: string,
  partition: number,
  slices: readonly Slice[],
  n: number,
  begin: number,
  end: number,
): OffsetRange {
  const { shard, items } = slices[n]!;
  const isFirst = !slices.slice(0, n).some((other) => other.shard === shard);
  const next = slices.slice(n + 1).find((other) => other.shard === shard);
  return { topic, partition, from: isFirst ? begin : items[0]!.offset!, to: next?.items[0]!.offset ?? end };
}

function readItem(event: unknown, index: number, receivedAt: string): UsageItem {
  if (isUsageEvent(event)) return { index, report: toUsageReport(event, receivedAt) };
  const error = explainUsageEvent(event);
  const id =
    typeof event === 'object' && event !== null && 'id' in event && typeof event.id === 'string'
      ? event.id.slice(0, 200)
      : '';
  return { index, invalid: { id, code: 'VALIDATION_FAILED', detail: detailOf(error) } };
}

function readMessage(message: UsageMessage, index: number): UsageItem {
  const read = cloudEventFromMessage(message);
  if ('code' in read)
    return { index, offset: message.offset, invalid: { id: '', code: read.code, detail: read.detail } };
  // An event without a time of its own happened when the broker took the message, also at a redelivery.
  return { ...readItem(read.event, index, new Date(message.timestampMs).toISOString()), offset: message.offset };
}

function detailOf(error: Error): string {
  if (!(error instanceof RequestError) || error.errors === undefined) return error.message;
  return error.errors
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ')
    .slice(0, 1_000);
}

function estimateBytes(item: UsageItem): number {
  if ('invalid' in item) return 1_500;
  const report: UsageReport = item.report;
  const names = 8 * (report.customer.length + report.provider.length) + report.model.length;
  return 1_200 + names + 6 * (report.source.length + report.id.length) + 100 * Object.keys(report.meters).length;
}

function newestPositions(positions: readonly Position[]): Position[] {
  const newest = new Map<number, Position>();
  for (const position of positions) {
    const known = newest.get(position.shard);
    if (known === undefined || known.height < position.height) newest.set(position.shard, position);
  }
  return [...newest.values()].sort((a, b) => a.shard - b.shard);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function unexpected(outcome: unknown): never {
  throw new Error(`a usage command came to ${JSON.stringify(outcome)}`);
}

/** The refusal of a single event as an error of its own, for callers that sent just one. */
export function rejectionError({ code, detail, path }: RejectedUsage, original: unknown): Error {
  if (code === 'VALIDATION_FAILED') return explainUsageEvent(original);
  return new DomainError(code as DomainError['code'], detail, path);
}
