import { cloudEventFromMessage } from '../src/cloud-event.js';
import type { JournalHistory, NotedHead } from '../src/commit-note.js';
import {
  fingerprintOf,
  type AppliedRange,
  type DeadLetter,
  type UsageBatch,
  type UsageBatchHandler,
  type UsageMessage,
} from '../src/usage-message.js';

/**
 * The journal's side of the port as far as offsets go: applies each offset once, refuses a gap, tells the reason of a
 * rejected message again when it comes again. Several consumers may share one, as processes share a journal.
 */
export class OffsetJournal implements UsageBatchHandler {
  /** Ids of applied events by `partition/offset`. */
  readonly applied = new Map<string, string>();
  readonly calls: { partition: number; from: number; to: number }[] = [];
  /** Messages that came again after they had been applied or rejected. */
  redelivered = 0;
  /** Runs before a batch is applied: a spec delays or throws here. */
  before: (batch: UsageBatch) => Promise<void> = async () => undefined;
  /** Whether it forgets to say where a partition starts, but knows how far it is. */
  forgetsOffsets = false;
  /** Whose commits it believes. */
  id = 'the journal of a spec';
  since: string | undefined;
  /** What it notes with each commit. */
  noted: readonly NotedHead[] = [];
  private readonly next = new Map<number, number>();
  private readonly last = new Map<number, AppliedRange>();
  private readonly rejections = new Map<string, DeadLetter>();
  private readonly waiting = new Set<() => void>();

  /** `tellsOffsets` false: as a journal that follows Kafka's commit. */
  constructor(private readonly tellsOffsets = true) {}

  async history(): Promise<JournalHistory> {
    return { journal: this.id, ...(this.since === undefined ? {} : { since: this.since }) };
  }

  heads(): readonly NotedHead[] {
    return this.noted;
  }

  async handle(batch: UsageBatch): Promise<readonly DeadLetter[]> {
    const { partition, messages, end } = batch;
    this.calls.push({ partition, from: messages[0]!.offset, to: messages.at(-1)!.offset + 1 });
    await this.before(batch);
    // From here to the end nothing else runs: this is the append.
    const rejected = messages.flatMap((message) => this.apply(partition, message));
    const [from, fingerprint] = [messages[0]!.offset, fingerprintOf(messages.at(-1)!)];
    if (end > (this.last.get(partition)?.to ?? 0)) this.last.set(partition, { from, to: end, fingerprint });
    for (const check of this.waiting) check();
    return rejected;
  }

  nextOffset(_topic: string, partition: number): number | undefined {
    return this.tellsOffsets && !this.forgetsOffsets ? (this.next.get(partition) ?? 0) : undefined;
  }

  highestOffset(_topic: string, partition: number): number | undefined {
    return this.tellsOffsets ? (this.next.get(partition) ?? 0) : undefined;
  }

  async lastApplied(_name: string, partition: number): Promise<AppliedRange | undefined> {
    return this.last.get(partition);
  }

  /** Records offsets `from` to `to` as skipped, both inclusive. */
  skip(partition: number, from: number, to: number): void {
    if (this.next.get(partition) !== from) throw new Error(`partition ${partition} does not stand at ${from}`);
    this.next.set(partition, to + 1);
  }

  /** Resolves once a condition on this journal holds, which is checked after every batch. */
  async until(condition: (journal: this) => boolean): Promise<void> {
    if (condition(this)) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!condition(this)) return;
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
    });
  }

  private apply(partition: number, message: UsageMessage): readonly DeadLetter[] {
    const { offset } = message;
    const key = `${partition}/${offset}`;
    const expected = this.next.get(partition) ?? 0;
    if (offset < expected) {
      this.redelivered++;
      const known = this.rejections.get(key);
      return known === undefined ? [] : [known];
    }
    if (offset > expected) throw new Error(`partition ${partition}: offset ${offset} came where ${expected} is next`);
    this.next.set(partition, offset + 1);
    const reading = cloudEventFromMessage(message);
    if ('event' in reading) {
      this.applied.set(key, String(reading.event['id']));
      return [];
    }
    const letter = { offset, ...reading };
    this.rejections.set(key, letter);
    return [letter];
  }
}

/** Usage events with ids `<first>..`, spread over `customers` keys. */
export function sampleUsage(count: number, first = 0, customers = 50, padding = '') {
  return Array.from({ length: count }, (_, index) => ({
    specversion: '1.0',
    id: `e-${first + index}`,
    source: 'spec',
    type: 'ai.compute.usage',
    time: '2026-11-22T10:00:00Z',
    subject: `customer-${(first + index) % customers}`,
    data: { provider: 'p7', model: 'llama-3.1-70b', meters: { input_tokens: '1200' }, padding },
  }));
}
