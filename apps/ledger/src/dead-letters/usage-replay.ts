/** Charges the usage of letters as if it had come now, or finds out what that would come to. */
import { Injectable } from '@nestjs/common';
import {
  INTERNAL,
  INTERNAL_DETAIL,
  UsageUndecided,
  type ChargeUsage,
  type LedgerState,
  type UsageAnswer,
  type UsageItem,
  type UsageReport,
} from '#concepts';
import { entryId } from '#domain';
import { messageOfLetter, type KeptLetter } from '#kafka';
import type { LetterOutcome } from '#postgres';
import { CatalogueFollower, Sequencers } from '#wiring';
import { readMessage } from '../usage-intake.js';
import { UsageMetrics } from '../usage-metrics.js';
import { sliceByShard, type UsageSlice } from '../usage-slices.js';

const OMITTED = 'VALUE_NOT_KEPT';
const OMITTED_DETAIL =
  'The message is longer than what is kept of it, so it cannot be played again from here; its producer can send it again.';
const CONFLICT = 'USAGE_CONFLICT';
const CONFLICT_DETAIL = 'Its source and id were charged with other content.';

/** What was decided about a slice: where its charges are, and which of the others conflict. */
interface Decided {
  readonly answer: UsageAnswer;
  readonly conflicts: ReadonlySet<number>;
  /** Undefined: nothing was written. */
  readonly height: number | undefined;
}

@Injectable()
export class UsageReplay {
  constructor(
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
    private readonly metrics: UsageMetrics,
  ) {}

  /**
   * Charges them; answered when it is durable, in their order. A usage that is charged already is a duplicate.
   *
   * @param actor who ordered it
   * @throws as Sequencers.execute: what was charged before stays so, and is a duplicate when it comes again
   */
  async charge(letters: readonly KeptLetter[], actor: string): Promise<LetterOutcome[]> {
    return this.decide(letters, actor, async ({ shard }, command) => {
      const { outcome, position } = await this.untilDecided(command, (next) => this.sequencers.execute(shard, next));
      if (outcome.type !== 'usage') throw new Error(`a usage command came to ${outcome.type}`);
      this.metrics.count('replay', outcome.answer);
      const { answer } = outcome;
      const conflicts =
        answer.conflicts === 0
          ? NONE
          : await this.sequencers.ledger(shard).readDurable((state) => conflictsAmong(state, command.items));
      return { answer, conflicts, height: position.height };
    });
  }

  /** What {@link charge} would come to now, each upon the ones before it; nothing is written. */
  async tryOut(letters: readonly KeptLetter[], actor: string): Promise<LetterOutcome[]> {
    return this.decide(letters, actor, ({ shard }, command) =>
      this.untilDecided(command, (next) =>
        this.sequencers.ledger(shard).tryOut((decide, state) => {
          const outcome = decide(next);
          if (outcome.type !== 'usage') throw new Error(`a usage command came to ${outcome.type}`);
          return { answer: outcome.answer, conflicts: conflictsAmong(state, next.items), height: undefined };
        }),
      ),
    );
  }

  private async decide(
    letters: readonly KeptLetter[],
    actor: string,
    how: (slice: UsageSlice, command: ChargeUsage) => Promise<Decided>,
  ): Promise<LetterOutcome[]> {
    await Promise.all([this.follower.refresh(), this.sequencers.lookAround()]);
    const receivedAtMs = Date.now();
    const items = letters.map((letter, index) => itemOf(letter, index));
    const slices = sliceByShard(
      items.filter((item) => 'report' in item),
      (item) => this.sequencers.shardOf((item as { report: UsageReport }).report.customer),
    );
    const outcomes = new Map<number, LetterOutcome>();
    for (const item of items) if ('invalid' in item) outcomes.set(item.index, failing(item.invalid));
    // Of one shard in order, so that each stands upon the ones before it.
    for (const slice of slices) {
      const time = new Date(receivedAtMs).toISOString();
      const command: ChargeUsage = { type: 'ChargeUsage', items: slice.items, actor, receivedAtMs, time, detail: true };
      note(outcomes, slice, await how(slice, command));
    }
    return letters.map((_, index) => outcomes.get(index)!);
  }

  /** What the program itself fails at is refused alone, however many they are: they can be played again. */
  private async untilDecided<T>(command: ChargeUsage, decide: (command: ChargeUsage) => Promise<T>): Promise<T> {
    const givenUp = new Set<number>();
    for (;;) {
      try {
        return await decide({ ...command, givenUp });
      } catch (error) {
        if (!(error instanceof UsageUndecided)) throw error;
        for (const { index } of error.items) givenUp.add(index);
      }
    }
  }
}

const NONE: ReadonlySet<number> = new Set();

/** Which items report what the shard knows with other content. */
function conflictsAmong({ usage }: LedgerState, items: readonly UsageItem[]): ReadonlySet<number> {
  const conflicting = items.filter((item) => 'report' in item && usage.isKnownConflict(item.report));
  return new Set(conflicting.map(({ index }) => index));
}

function itemOf(letter: KeptLetter, index: number): UsageItem {
  const { topic, partition, offset, omittedBytes } = letter;
  if (omittedBytes > 0) return { index, invalid: { id: '', code: OMITTED, detail: OMITTED_DETAIL } };
  try {
    const { offset: _, ...item } = readMessage(messageOfLetter(letter), index);
    return { ...item, origin: `replay:${topic}/${partition}/${offset}` };
  } catch {
    return { index, invalid: { id: '', code: INTERNAL, detail: INTERNAL_DETAIL } };
  }
}

const failing = ({ code, detail }: { readonly code: string; readonly detail: string }): LetterOutcome => ({
  ...{ state: 'failing', outcome: code, detail, entry: null, amount: 0n },
});

function note(outcomes: Map<number, LetterOutcome>, { shard, items }: UsageSlice, decided: Decided): void {
  const { answer, conflicts, height } = decided;
  for (const { index, entry, amount } of answer.charged ?? []) {
    const id = height === undefined ? null : entryId({ shard, height, index: entry });
    outcomes.set(index, {
      ...{ state: 'replayed', outcome: 'charged', detail: null, entry: id, amount: BigInt(amount) },
    });
  }
  for (const { index, ...refusal } of answer.rejected) outcomes.set(index, failing(refusal));
  for (const { index } of items) {
    if (outcomes.has(index)) continue;
    const duplicate: LetterOutcome = {
      ...{ state: 'replayed', outcome: 'duplicate', detail: null, entry: null, amount: 0n },
    };
    outcomes.set(index, conflicts.has(index) ? failing({ code: CONFLICT, detail: CONFLICT_DETAIL }) : duplicate);
  }
}
