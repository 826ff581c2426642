/**
 * The cut: one shard's part of a settlement batch. What the shard owes to payable providers moves to
 * `settlement:in-transit`; what it owes to providers that the compliance gate keeps out moves to `withheld`, with the
 * reason on the entry, and is looked at again by the next cut. Idempotent by batch.
 */
import {
  holderAccount,
  irreversible,
  movements,
  optional,
  plain,
  posting,
  requestLayout,
  UndoableMap,
  type AccountKind,
  type Correct,
  type Decide,
  type EntryPosition,
  type Evolve,
  type Flows,
  type HolderId,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Provenance,
  type Recorded,
  type ShardState,
  type SignedAttoText,
} from '#domain';
import { providerPayable, splitAccounts } from '../rating/split-policy.js';
import { ISSUANCE } from '../supply/funds.js';

/** Accounts: where what is cut goes. */
export const cutAccounts = {
  // The word in the bytes is older than the concept's name (ADR 21): a hold is a reservation.
  providerWithheld: {
    pattern: 'provider:{holder}:withheld',
    holds: 'owed to a provider, withheld from payouts by the compliance gate',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
    balance: 'withheld',
  },
  settlementInTransit: {
    pattern: 'settlement:in-transit',
    holds: 'cut into a settlement batch, not yet final on chain',
    belowZero: 'never over all shards',
    supply: 'payouts',
    root: 'liabilities',
  },
} as const satisfies Record<string, AccountKind>;

/** Payables that the compliance gate kept out of a settlement batch. */
export const providerWithheld = holderAccount(cutAccounts.providerWithheld);
/** Cut from payables, not yet final on chain. */
export const SETTLEMENT_IN_TRANSIT = cutAccounts.settlementInTransit.pattern;

/** One shard's part of a settlement batch: payables frozen into the batch, or withheld with a reason. */
export interface PayablesCut extends Recorded {
  readonly type: 'PayablesCut';
  readonly batch: string;
  readonly payouts: readonly { readonly provider: HolderId; readonly amount: PositiveAttoText }[];
  readonly withheld: readonly {
    readonly provider: HolderId;
    readonly amount: PositiveAttoText;
    readonly reason: string;
  }[];
  /** Minted minus burned in this shard up to and including this entry, atto-tokens (may be negative). */
  readonly supply: SignedAttoText;
  readonly postings: readonly Posting[];
}

export type CutEvent = PayablesCut;

export const cutLayouts = {
  PayablesCut: {
    batch: plain,
    payouts: [{ provider: plain, amount: plain }],
    withheld: [{ provider: plain, amount: plain, reason: plain }],
    supply: plain,
    postings: movements(cutAccounts.settlementInTransit),
    request: optional(requestLayout),
  },
} as const satisfies Layouts<CutEvent>;

export interface CutPayables {
  readonly type: 'CutPayables';
  readonly batch: string;
  readonly payable: readonly string[];
  readonly withheld: readonly { readonly provider: string; readonly reason: string }[];
  readonly time: string;
  readonly provenance: Provenance;
}

export type CutCommand = CutPayables;

export interface CutOutcome {
  readonly type: 'cut';
  readonly cut: PayablesCut;
  readonly entry: EntryPosition;
}

/** The shard's cuts by batch. */
export class CutsPart extends UndoableMap<string, { readonly event: PayablesCut; readonly position: EntryPosition }> {}

/** What a shard keeps of this concept. */
export interface CutsState {
  readonly cuts: CutsPart;
}

export const evolveCuts: Evolve<CutEvent, CutsState> = {
  PayablesCut: ({ cuts }, event, position) => {
    cuts.set(event.batch, { event, position });
  },
};

/** It is undone with its whole batch only: by the batch's revert, which gives everything back. */
export type CutIrreversible = 'settled-as-a-batch';

/** A shard does not know whether its batch is on chain; either way the cut is no entry of its own. */
export const correctCuts: Correct<CutEvent, unknown, CutIrreversible> = {
  PayablesCut: () => irreversible('settled-as-a-batch'),
};

export const cutFlows: Flows<CutEvent> = {
  PayablesCut: [
    [splitAccounts.providerPayable, cutAccounts.settlementInTransit],
    [cutAccounts.providerWithheld, cutAccounts.settlementInTransit],
    [splitAccounts.providerPayable, cutAccounts.providerWithheld],
  ],
};

export const decideCuts: Decide<CutCommand, CutsState & Pick<ShardState, 'balance'>, unknown, CutEvent, CutOutcome> = {
  CutPayables: (state, command, _context, record) => {
    const cut = decideCut(state, command);
    if (cut !== undefined) return { type: 'cut', cut, entry: record(cut) };
    const known = state.cuts.get(command.batch)!;
    return { type: 'cut', cut: known.event, entry: known.position };
  },
};

/** The shard's cut of a batch; undefined when the shard has cut it already. */
export function decideCut(
  state: CutsState & Pick<ShardState, 'balance'>,
  command: CutPayables,
): PayablesCut | undefined {
  if (state.cuts.has(command.batch)) return undefined;
  const postings: Posting[] = [];
  const payouts: PayablesCut['payouts'][number][] = [];
  for (const provider of command.payable) {
    const payable = state.balance(providerPayable(provider));
    const withheld = state.balance(providerWithheld(provider));
    if (payable > 0n) postings.push(posting(providerPayable(provider), SETTLEMENT_IN_TRANSIT, payable));
    if (withheld > 0n) postings.push(posting(providerWithheld(provider), SETTLEMENT_IN_TRANSIT, withheld));
    if (payable + withheld > 0n) payouts.push({ provider, amount: (payable + withheld).toString() });
  }
  const withheld: PayablesCut['withheld'][number][] = [];
  for (const { provider, reason } of command.withheld) {
    const payable = state.balance(providerPayable(provider));
    if (payable > 0n) postings.push(posting(providerPayable(provider), providerWithheld(provider), payable));
    const total = payable + state.balance(providerWithheld(provider));
    if (total > 0n) withheld.push({ provider, amount: total.toString(), reason });
  }
  return {
    type: 'PayablesCut',
    time: command.time,
    ...command.provenance,
    batch: command.batch,
    payouts,
    withheld,
    supply: (-state.balance(ISSUANCE)).toString(),
    postings,
  };
}
