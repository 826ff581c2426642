/**
 * A usage batch in the shard of its customers: each message is decided by itself, so that nothing one of them holds can
 * stop another.
 */
import {
  accountOf,
  DomainError,
  findAnswer,
  type AppliedOffsets,
  movements,
  named,
  optional,
  plain,
  requestLayout,
  type Correct,
  type Decide,
  type EntryPosition,
  type Evolve,
  type Flows,
  type Layouts,
  type Provenance,
  type Recorded,
  type RecordEvent,
  type RefusalCode,
  type RequestIdentity,
  type ShardState,
} from '#domain';
import { budgetedLayout } from '../budgets/budgeted.js';
import { CHARGING, type CeilingsState, type FundingIrreversible, type FundingState } from '../funding.js';
import type { CountersState } from '../rating/counters.js';
import { captureLayout, SETTLING } from '../holds/hold-events.js';
import { sharesLayout, splitAccounts } from '../rating/split-policy.js';
import { receivableAccounts } from '../receivables/owed.js';
import { fundsAccounts } from '../supply/funds.js';
import { decideCharge, type ChargeCatalogue, type UsageCharged, type UsageConflicted } from './charge.js';
import { correctBounds, correctDrawn, evolveBounds, evolveDrawn, paidBy, recordedOf } from './charging.js';
import {
  provenanceLayout,
  usageIdentityLayout,
  type ChargedUsage,
  type RejectedUsage,
  type UsageAnswer,
  type UsageReport,
  type UsageState,
} from './usage.js';

/** A message that could not be applied; it also went to the dead-letter topic. Only for usage that no caller waits for. */
export interface UsageRejected extends Recorded {
  readonly type: 'UsageRejected';
  /** The name that the topic is registered under. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly code: RefusalCode;
  readonly detail: string;
}

/** One durable answer to a usage batch that came with an `Idempotency-Key`. */
export interface UsageBatchAnswered extends Recorded {
  readonly type: 'UsageBatchAnswered';
  readonly request: RequestIdentity;
  readonly answer: UsageAnswer;
}

export type UsageEvent = UsageCharged | UsageConflicted | UsageRejected | UsageBatchAnswered;

export const usageLayouts = {
  UsageCharged: {
    usage: usageIdentityLayout,
    usageType: plain,
    customer: plain,
    provider: plain,
    model: plain,
    meters: plain,
    priceBook: plain,
    splitPolicy: plain,
    amount: plain,
    postings: movements(
      accountOf(fundsAccounts.customerAvailable, 'customer'),
      accountOf(splitAccounts.providerPayable, 'provider'),
      splitAccounts.treasuryFees,
      splitAccounts.stakingRewards,
      fundsAccounts.issuance,
      accountOf(receivableAccounts.customerReceivable, 'customer'),
      accountOf(receivableAccounts.providerUncovered, 'provider'),
      receivableAccounts.treasuryUncovered,
      receivableAccounts.stakingUncovered,
      receivableAccounts.burnUncovered,
    ),
    grants: optional(plain),
    receivable: optional({ amount: plain, shares: sharesLayout }),
    budget: optional(plain),
    hold: optional(plain),
    request: optional(requestLayout),
    region: optional(plain),
    usdRate: optional(plain),
    counted: optional(named),
    late: optional({ policy: plain }),
    budgeted: budgetedLayout,
    capture: captureLayout,
    corrects: optional({ entry: plain, by: plain }),
    provenance: optional(provenanceLayout),
  },
  UsageConflicted: {
    usage: usageIdentityLayout,
    customer: plain,
    firstDigest: plain,
    request: optional(requestLayout),
  },
  UsageRejected: {
    topic: plain,
    partition: plain,
    offset: plain,
    code: plain,
    detail: plain,
    request: optional(requestLayout),
  },
  UsageBatchAnswered: { request: requestLayout, answer: named },
} as const satisfies Layouts<UsageEvent>;

export type UsageCommand = ChargeUsage | KeepUsageAnswer;

/** `answeredAt`: where the answer is kept, if it is. */
export interface UsageOutcome {
  readonly type: 'usage';
  readonly answer: UsageAnswer;
  readonly answeredAt?: EntryPosition;
}

/** What a usage batch needs of its shard. */
export type UsageBatchState = UsageState & ChargedState & Pick<ShardState, 'answers' | 'undo'>;

export interface UsageContext {
  readonly catalogue: ChargeCatalogue;
  /** The page's time, RFC 3339 UTC with milliseconds. */
  readonly recordedAt: string;
  /**
   * Looks for a usage id in the other holder shards of this process: a producer that reuses an id for another customer
   * is told so. What another shard charges at the same moment in another process is found by the verifier only.
   */
  readonly usageElsewhere?: (source: string, id: string) => string | undefined;
}

/**
 * One message of a usage batch: a report, or the reason why it is none. `offset` is Kafka's, absent for HTTP; `origin` stands
 * for the command's, where each message has its own.
 */
export type UsageItem = { readonly index: number; readonly offset?: number; readonly origin?: string } & (
  { readonly report: UsageReport } | { readonly invalid: InvalidItem }
);

/** A message from which no report could be read; `cause` is what the program failed by, for the code {@link INTERNAL}. */
export interface InvalidItem {
  readonly id: string;
  readonly code: string;
  readonly detail: string;
  readonly cause?: unknown;
}

/** A usage batch from Kafka (`range`) or from one HTTP request. At most {@link USAGE_ITEMS_MAX} items. */
export interface ChargeUsage {
  readonly type: 'ChargeUsage';
  readonly items: readonly UsageItem[];
  readonly actor: string;
  readonly receivedAtMs: number;
  readonly time: string;
  readonly range?: AppliedOffsets;
  /** `request:<id>` for HTTP. */
  readonly origin?: string;
  readonly request?: RequestIdentity;
  /** The answer says what each event was charged. */
  readonly detail?: boolean;
  /** Places of the items at which the program failed before: one that fails again is rejected with {@link INTERNAL}. */
  readonly givenUp?: ReadonlySet<number>;
}

/** So few items that their entries always fit one page of a million bytes: none is longer than 10,000. */
export const USAGE_ITEMS_MAX = 100;

/** The code of a message at which the program itself failed, twice. */
export const INTERNAL = 'INTERNAL';

/** An item at which the program failed, and how. */
export interface UndecidedItem {
  readonly index: number;
  readonly offset?: number;
  readonly error: unknown;
}

/**
 * The program itself failed at items of a usage command: nothing of the command was recorded. Whoever sent it judges
 * whether the items are to blame; then it offers the command again and names them in `givenUp`.
 */
export class UsageUndecided extends Error {
  /** @param decided items of the command that were decided without a failure and wait for the rest */
  constructor(
    readonly items: readonly UndecidedItem[],
    readonly decided: number,
  ) {
    super(`the program failed at ${items.length} usage events`, { cause: items[0]?.error });
    this.name = 'UsageUndecided';
  }
}

const NOTHING_CHARGED: UsageAnswer = { accepted: 0, duplicates: 0, conflicts: 0, rejected: [] };

/** The answer that the request had before, if it was answered. @throws DomainError `IDEMPOTENCY_CONFLICT` */
function findUsageAnswer(state: UsageBatchState, request: RequestIdentity | undefined): UsageOutcome | undefined {
  const known = findAnswer(state.answers, request);
  if (known === undefined) return undefined;
  return {
    type: 'usage',
    answer: state.usage.answers.get(request!.key) ?? NOTHING_CHARGED,
    answeredAt: known.position,
  };
}

/**
 * Decides a usage command. A message that is refused is answered and, from Kafka, recorded; the others go on.
 *
 * @throws UsageUndecided when the program fails at items that are not given up; nothing was recorded then
 */
export function chargeUsage(
  state: UsageBatchState,
  command: ChargeUsage,
  context: UsageContext,
  record: RecordEvent<UsageEvent>,
): UsageOutcome {
  const known = findUsageAnswer(state, command.request);
  if (known !== undefined) return known;
  if (command.items.length > USAGE_ITEMS_MAX) {
    throw new RangeError(`a usage command has ${command.items.length} items; cut it into ${USAGE_ITEMS_MAX} at most`);
  }
  const answer = new UsageBatch(state, command, context, record).decide();
  // Only what moved value is answered the same for ever; what moved nothing leaves its key free.
  if (command.request === undefined || answer.accepted === 0) return { type: 'usage', answer };
  const { request, time, actor, origin = 'request' } = command;
  return {
    type: 'usage',
    answer,
    answeredAt: record({ type: 'UsageBatchAnswered', time, actor, origin, request, answer }),
  };
}

/**
 * The part of a request that moved nothing in its shard, while another part moved value in its own: this one is kept too,
 * so that the whole is answered the same for ever.
 */
export interface KeepUsageAnswer extends Required<Pick<ChargeUsage, 'actor' | 'time' | 'origin' | 'request'>> {
  readonly type: 'KeepUsageAnswer';
  readonly answer: UsageAnswer;
}

/** Keeps an answer, unless one is kept already. @throws DomainError `IDEMPOTENCY_CONFLICT` */
export function keepUsageAnswer(
  state: UsageBatchState,
  { answer, request, origin, actor, time }: KeepUsageAnswer,
  record: RecordEvent<UsageEvent>,
): UsageOutcome {
  const known = findUsageAnswer(state, request);
  if (known !== undefined) return known;
  const answeredAt = record({ type: 'UsageBatchAnswered', answer, request, origin, actor, time });
  return { type: 'usage', answer, answeredAt };
}

/** Why one message is not charged. */
interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly path?: string;
}

class UsageBatch {
  private accepted = 0;
  private duplicates = 0;
  private conflicts = 0;
  private readonly rejected: RejectedUsage[] = [];
  private readonly charged: ChargedUsage[] | undefined;
  private readonly undecided: UndecidedItem[] = [];
  private readonly partition: string | undefined;
  private readonly nextOffset: number;

  constructor(
    private readonly state: UsageBatchState,
    private readonly command: ChargeUsage,
    private readonly context: UsageContext,
    private readonly record: RecordEvent<UsageEvent>,
  ) {
    const { range } = command;
    this.charged = command.detail === true ? [] : undefined;
    this.partition = range === undefined ? undefined : `${range.name}/${range.partition}`;
    this.nextOffset = this.partition === undefined ? 0 : (state.usage.nextOffsets.get(this.partition) ?? 0);
  }

  decide(): UsageAnswer {
    for (const item of this.command.items) {
      if (item.offset !== undefined && item.offset < this.nextOffset) this.repeatRejection(item, item.offset);
      else this.decideItem(item);
    }
    const { accepted, duplicates, conflicts, rejected, undecided } = this;
    if (undecided.length > 0) {
      throw new UsageUndecided(undecided, accepted + duplicates + conflicts + rejected.length);
    }
    const answer = { accepted, duplicates, conflicts, rejected };
    return this.charged === undefined ? answer : { ...answer, charged: this.charged };
  }

  /** A redelivered message is silent, unless it was rejected: its dead letter may not have been written. */
  private repeatRejection(item: UsageItem, offset: number): void {
    const rejection = this.state.usage.rejectionAt(this.partition!, offset);
    if (rejection === undefined) return;
    const { code, detail } = rejection;
    this.rejected.push({ index: item.index, id: idOf(item), code, detail, repeated: true });
  }

  private decideItem(item: UsageItem): void {
    const provenance = this.provenanceOf(item);
    const decision = this.charge(item, provenance);
    if (decision === 'undecided') return;
    if (decision === 'duplicate') this.duplicates++;
    else if (decision === 'known-conflict') this.conflicts++;
    else if ('code' in decision) this.reject(item, decision, provenance);
    else {
      // Outside of any catch: a decision that cannot be recorded is no fault of the message.
      const { index } = this.record(decision);
      if (decision.type === 'UsageConflicted') this.conflicts++;
      else {
        this.accepted++;
        this.charged?.push(describeCharge(item.index, index, decision));
      }
    }
  }

  private charge(item: UsageItem, provenance: Provenance): ReturnType<typeof decideCharge> | Refusal | 'undecided' {
    const { state, context, command } = this;
    if ('invalid' in item) return this.refuseInvalid(item, item.invalid);
    const mark = state.undo.mark();
    try {
      return decideCharge(
        CHARGING,
        state,
        context.catalogue,
        item.report,
        provenance,
        command.receivedAtMs,
        context.recordedAt,
        context.usageElsewhere,
      );
    } catch (error) {
      if (error instanceof DomainError) {
        return { code: error.code, detail: error.message, ...(error.path === undefined ? {} : { path: error.path }) };
      }
      state.undo.rollback(mark);
      return this.giveUp(item, error);
    }
  }

  private refuseInvalid(item: UsageItem, { code, detail, cause }: InvalidItem): Refusal | 'undecided' {
    return code === INTERNAL ? this.giveUp(item, cause) : { code, detail };
  }

  private giveUp(item: UsageItem, error: unknown): Refusal | 'undecided' {
    if (this.command.givenUp?.has(item.index) === true) return { code: INTERNAL, detail: INTERNAL_DETAIL };
    const { index, offset } = item;
    this.undecided.push({ index, error, ...(offset === undefined ? {} : { offset }) });
    return 'undecided';
  }

  private reject(item: UsageItem, { code, detail: full, path }: Refusal, provenance: Provenance): void {
    const detail = cut(full, DETAIL_KEPT);
    const { range, time } = this.command;
    this.rejected.push({ index: item.index, id: idOf(item), code, detail, ...(path === undefined ? {} : { path }) });
    if (range === undefined) return;
    const { name: topic, partition } = range;
    this.record({ type: 'UsageRejected', time, ...provenance, topic, partition, offset: item.offset!, code, detail });
  }

  private provenanceOf({ offset, origin: own }: UsageItem): Provenance {
    const { range, actor, origin = 'request' } = this.command;
    return {
      actor,
      origin: own ?? (range === undefined ? origin : `kafka:${range.name}/${range.partition}/${offset}`),
    };
  }
}

function describeCharge(index: number, entry: number, { amount, receivable }: UsageCharged): ChargedUsage {
  return { index, entry, amount, ...(receivable === undefined ? {} : { receivable: receivable.amount }) };
}

/** What is said of a message at which the program failed: nothing of the failure itself, which the log has. */
export const INTERNAL_DETAIL =
  'The service failed at this event in a way it should not; the event was not charged. Report it; send it again when the service is mended.';

/** Limits on text that is copied from an unvalidated message, in characters. */
const ID_KEPT = 200;
const DETAIL_KEPT = 500;

function idOf(item: UsageItem): string {
  return cut('report' in item ? item.report.id : item.invalid.id, ID_KEPT);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

export const decideUsage: Decide<UsageCommand, UsageBatchState, UsageContext, UsageEvent, UsageOutcome> = {
  ChargeUsage: (state, command, context, record) => chargeUsage(state, command, context, record),
  KeepUsageAnswer: (state, command, _context, record) => keepUsageAnswer(state, command, record),
};

/** What charges change, beside what their shard remembers of them. */
type ChargedState = CountersState & FundingState & CeilingsState;

const RECORDED_SOURCES = recordedOf<ChargedState>(CHARGING.funding);

/** A charge moves value as its sources do, and gives back what is left of a hold. */
export const usageFlows: Flows<UsageEvent> = {
  UsageCharged: [...paidBy(CHARGING.funding), ...SETTLING],
};

export const evolveUsage: Evolve<UsageEvent, UsageState & ChargedState> = {
  UsageCharged: (state, event, { height }) => {
    if (event.corrects === undefined) state.usage.remember(event.usage, height);
    else state.usage.replace(event.usage, height);
    if (event.counted !== undefined) state.counters.count(event.customer, event.counted);
    evolveBounds(CHARGING.ceilings, state, event);
    evolveDrawn(RECORDED_SOURCES, state, event);
  },
  UsageConflicted: ({ usage }, event) => {
    usage.rememberConflict(event.usage);
  },
  UsageRejected: ({ usage }, { topic, partition, offset, code, detail }) => {
    usage.rememberRejection(`${topic}/${partition}`, { offset, code, detail });
  },
  UsageBatchAnswered: ({ usage }, { request, answer }) => {
    usage.answers.set(request.key, answer);
  },
};

/**
 * A corrected charge is not charged again: its usage id stays charged, for ever. What it left to be covered is owed no
 * more, its months count it no more, and what it used of budgets is free in the periods in which it counted.
 */
export const correctUsage: Correct<UsageEvent, ChargedState, FundingIrreversible> = {
  UsageCharged: (state, event, position) => {
    const { customer, counted } = event;
    const unbound = correctBounds(CHARGING.ceilings, state, event, position);
    return correctDrawn(RECORDED_SOURCES, state, event, () => {
      if (counted !== undefined) state.counters.uncount(customer, counted);
      unbound();
    });
  },
};
