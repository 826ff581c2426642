/** Access: tiers, and whether a holder reaches one by what is available, what is staked and what was spent. */
import {
  formatAmount,
  optional,
  plain,
  refusalsOf,
  requestLayout,
  UndoableMap,
  type Amount,
  type DecideEvent,
  type Evolve,
  type Layouts,
  type PositiveAttoText,
  type Recorded,
  type Refusals,
  type Requested,
  type ShardState,
} from '#domain';
import { customerStaked } from '../stakes/stake-events.js';
import { customerAvailable } from '../supply/funds.js';
import { SPENT_DAYS_MAX, type SpentState } from './spent.js';

export const accessRefusals = {
  TIER_INVALID: 'invalid',
  UNKNOWN_TIER: 'unknown',
} as const satisfies Refusals;
export const accessRefusal = refusalsOf(accessRefusals);

/**
 * What a tier is called: `gold`.
 *
 * @pattern ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$
 */
export type TierName = string;

/** What was charged in so many days until now. */
interface SpentTerms {
  readonly amount: PositiveAttoText;
  /**
   * Of 24 hours each.
   *
   * @minimum 1
   * @maximum 366
   */
  readonly days: number;
}

/** What a holder must have to be let in: all that is named. */
export interface TierTerms {
  /** Atto-tokens that are available: neither held nor pending. */
  readonly available?: PositiveAttoText;
  /** Atto-tokens that are staked and do not unbond. */
  readonly staked?: PositiveAttoText;
  readonly spent?: SpentTerms;
}

/** A tier asks for this from here on, whatever it asked for before. */
export interface TierSet extends Recorded, TierTerms {
  readonly type: 'TierSet';
  readonly tier: TierName;
}

export type AccessEvent = TierSet;

export const accessLayouts = {
  TierSet: {
    tier: plain,
    available: optional(plain),
    staked: optional(plain),
    spent: optional({ amount: plain, days: plain }),
    request: optional(requestLayout),
  },
} as const satisfies Layouts<AccessEvent>;

/** Sets what a tier asks for. */
export interface SetTier extends Requested {
  readonly type: 'SetTier';
  readonly tier: string;
  readonly available?: Amount;
  readonly staked?: Amount;
  readonly spent?: { readonly amount: Amount; readonly days: number };
}

export type AccessCommand = SetTier;

/** What each tier asks for now. */
export class TiersPart extends UndoableMap<string, TierTerms> {}

/** What every shard reads of this concept. */
export interface TiersState {
  readonly tiers: TiersPart;
}

export const evolveAccess: Evolve<AccessEvent, TiersState> = {
  TierSet: ({ tiers }, { tier, available, staked, spent }) => {
    tiers.set(tier, {
      ...(available === undefined ? {} : { available }),
      ...(staked === undefined ? {} : { staked }),
      ...(spent === undefined ? {} : { spent }),
    });
  },
};

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const decideAccess: DecideEvent<AccessCommand, unknown, AccessEvent> = {
  SetTier: (_state, command) => {
    checkTier(command);
    const { tier, available, staked, spent, time, provenance } = command;
    return {
      ...{ type: 'TierSet', time, ...provenance, tier },
      ...(available === undefined ? {} : { available: available.toString() }),
      ...(staked === undefined ? {} : { staked: staked.toString() }),
      ...(spent === undefined ? {} : { spent: { amount: spent.amount.toString(), days: spent.days } }),
    };
  },
};

/** @throws DomainError `TIER_INVALID` */
function checkTier({ tier, available, staked, spent }: SetTier): void {
  const refuse = (message: string, path: string) => accessRefusal('TIER_INVALID', message, path);
  if (!NAME.test(tier)) {
    throw refuse('Name a tier by 1 to 64 letters, digits or . _ -, beginning with a letter or digit.', 'tier');
  }
  if (available === undefined && staked === undefined && spent === undefined) {
    throw refuse('A tier asks for something: give available, staked or spent.', 'available');
  }
  const amounts = { available, staked, 'spent.amount': spent?.amount };
  for (const [path, amount] of Object.entries(amounts)) {
    if (amount !== undefined && amount <= 0n) throw refuse('Everybody has that; ask for more, or leave it out.', path);
  }
  if (spent === undefined) return;
  if (!Number.isInteger(spent.days) || spent.days < 1 || spent.days > SPENT_DAYS_MAX) {
    throw refuse(`What was spent is looked at over 1 to ${SPENT_DAYS_MAX} whole days.`, 'spent.days');
  }
}

/** The members that a tier may have, each with a holder's amount or the one that it needs, atto-tokens. */
export interface Measures {
  readonly available?: bigint;
  readonly staked?: bigint;
  readonly spent?: { readonly amount: bigint; readonly days: number };
}

export interface Access {
  readonly allowed: boolean;
  /** For people. */
  readonly reason: string;
  /** The members that the tier has. */
  readonly measured: Measures;
  readonly needed: Measures;
}

const DAY_MS = 86_400_000;

/**
 * Whether a holder reaches all that a tier asks for, in a state in which all is durable.
 *
 * @param nowMs milliseconds since 1970; where the newest page is later, its time counts
 */
export function checkAccess(
  state: SpentState & Pick<ShardState, 'balance'>,
  { available, staked, spent }: TierTerms,
  holder: string,
  nowMs: number,
): Access {
  const days = spent?.days ?? 0;
  const measure = (needs: string | undefined, has: () => bigint) =>
    needs === undefined ? undefined : { needs: BigInt(needs), has: has() };
  const measures = {
    available: measure(available, () => state.balance(customerAvailable(holder))),
    staked: measure(staked, () => state.balance(customerStaked(holder))),
    spent: measure(spent?.amount, () => {
      const untilMs = Math.max(nowMs, state.spent.newestMs);
      return state.spent.after(holder, untilMs - days * DAY_MS);
    }),
  };
  const told = (which: 'needs' | 'has'): Measures => ({
    ...(measures.available === undefined ? {} : { available: measures.available[which] }),
    ...(measures.staked === undefined ? {} : { staked: measures.staked[which] }),
    ...(measures.spent === undefined ? {} : { spent: { amount: measures.spent[which], days } }),
  });
  const short = Object.entries(measures).flatMap(([name, measured]) =>
    measured === undefined || measured.has >= measured.needs
      ? []
      : [`${name} is ${formatAmount(measured.has)} and must be ${formatAmount(measured.needs)}`],
  );
  return {
    allowed: short.length === 0,
    reason: short.length === 0 ? 'It reaches all that the tier asks for.' : `Its ${short.join(', its ')}.`,
    measured: told('has'),
    needed: told('needs'),
  };
}
