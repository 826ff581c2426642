/**
 * When the program fails at a message, is the message bad or the program? A few such messages are bad: each is rejected and
 * the others go on. If many or all fail, the program is bad: then nothing is rejected and the partition stops, so that a corrected
 * version charges everything.
 */
import { INTERNAL, type UndecidedItem } from '#concepts';
import { PartitionHalted } from '#kafka';
import { Unavailable } from '#platform';
import type { Sequencers } from '#wiring';

/** So many failures are a message's own fault… */
export const FAILURES_MAX = 20;
/** …among this many messages in a row: of a partition by offset, of HTTP in order of arrival. */
export const FAILURE_WINDOW = 1_000;
/** A failing message that nothing accompanies is handed over so often before it is taken for a bad one. */
const LONE_TRIES = 6;

const RETRY_AFTER_SECONDS = 30;

interface Lone {
  end: number;
  tries: number;
  readonly answeredBefore: number;
}

/** Judges the failures of one process. */
export class FailureJudge {
  private readonly lone = new Map<string, Lone>();
  /** Messages from Kafka that came to an answer, of whichever partition. */
  private answered = 0;
  private requested = 0;
  /** Numbers of the events of requests at which the program failed, ascending. */
  private requestFailures: number[] = [];

  constructor(private readonly sequencers: Pick<Sequencers, 'shards' | 'ledger'>) {}

  /** Notes messages that came to an answer: a neighbour that succeeds shows that the fault is a message's own. */
  noteAnswered(topicPartition: string, messages: number): void {
    this.answered += messages;
    this.lone.delete(topicPartition);
  }

  /**
   * Judges failures in a batch from Kafka.
   *
   * @param neighbours messages of the same batch that were decided without a failure
   * @throws PartitionHalted when there are too many; Error while a lone failure waits for a neighbour
   */
  judgeBatch(
    topic: string,
    partition: number,
    end: number,
    failed: readonly UndecidedItem[],
    neighbours: number,
  ): void {
    const key = `${topic}/${partition}`;
    const offsets = failed.map(({ offset }) => offset!);
    const first = Math.min(...offsets) - FAILURE_WINDOW + 1;
    for (let shard = 0; shard < this.sequencers.shards; shard++) {
      for (const { offset, code } of this.sequencers.ledger(shard).state.usage.rejectionsFrom(key, first)) {
        if (code === INTERNAL) offsets.push(offset);
      }
    }
    if (isTooMany([...new Set(offsets)].sort((a, b) => a - b))) {
      throw new PartitionHalted(
        `${key} is halted: the program fails at more than ${FAILURES_MAX} of ${FAILURE_WINDOW} messages, so the fault is its own. ` +
          'Nothing of them was recorded or sent to the dead letters; start a mended version',
        { cause: failed[0]?.error },
      );
    }
    if (neighbours === 0) this.waitForNeighbour(key, end);
  }

  /** Counts the events of a request and numbers the first of them. */
  beginRequest(events: number): number {
    const first = this.requested;
    this.requested += events;
    return first;
  }

  /**
   * Judges failures in a request.
   *
   * @param firstEvent as {@link beginRequest} numbered it
   * @throws Unavailable when there are too many
   */
  judgeRequest(firstEvent: number, failed: readonly UndecidedItem[]): void {
    const failures = [...this.requestFailures, ...failed.map(({ index }) => firstEvent + index)]
      .filter((number) => number > firstEvent - FAILURE_WINDOW)
      .sort((a, b) => a - b);
    if (isTooMany(failures)) {
      throw new Unavailable(
        `The service fails at more than ${FAILURES_MAX} of ${FAILURE_WINDOW} usage events, so the fault is its own. What it fails at was not recorded: send the request again when the service is mended.`,
        RETRY_AFTER_SECONDS,
        { cause: failed[0]?.error },
      );
    }
    this.requestFailures = failures;
  }

  /** A message alone cannot show whether it or the program is bad. It waits for another, but not for ever. */
  private waitForNeighbour(key: string, end: number): void {
    const lone = this.lone.get(key) ?? { end, tries: 0, answeredBefore: this.answered };
    this.lone.set(key, lone);
    if (end > lone.end) lone.tries = 0;
    lone.end = end;
    lone.tries++;
    if (lone.tries >= LONE_TRIES || this.answered > lone.answeredBefore) return;
    throw new Error(`the program fails at every message of ${key}; waiting for one that shows whose fault it is`);
  }
}

/** @param ascending places of failures */
function isTooMany(ascending: readonly number[]): boolean {
  return ascending.some((place, at) => {
    const last = ascending[at + FAILURES_MAX];
    return last !== undefined && last - place < FAILURE_WINDOW;
  });
}
