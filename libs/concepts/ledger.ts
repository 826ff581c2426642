/**
 * A holder shard: which concepts its events and commands belong to. One line per concept in every list, and one for each
 * of its files in `ledger-names.ts`.
 */
import {
  correctBy,
  decideBy,
  evolveBy,
  lookupTable,
  ShardState,
  spendableOf,
  type AccountKind,
  type CommonReason,
  type Correct,
  type Decide,
  type Due,
  type EntryOutcome,
  type EntryPosition,
  type Evolve,
  type Flows,
  type Irreversible,
  type Layouts,
  type Posted,
  type RecordEvent,
  type Refusals,
  type Reversal,
  type Work,
} from '#domain';
import { followSpending, SpentPart } from './access/spent.js';
import { CATALOGUE_ACCOUNTS, type Catalogue } from './catalogue.js';
import { BudgetsPart } from './budgets/budget-state.js';
import { budgetRefusals } from './budgets/budget-refusals.js';
import {
  budgetLayouts,
  decideBudgets,
  evolveBudgets,
  tellThresholds,
  type BudgetCommand,
  type BudgetContext,
  type BudgetEvent,
  type BudgetOutcome,
} from './budgets/budget.js';
import * as buyBacks from './buy-backs/buy-back.js';
import { decideCorrections, type CorrectionCommand, type RerateOutcome } from './corrections/correction.js';
import { correctionRefusals } from './corrections/correction-refusals.js';
import {
  correctEmission,
  decideEmission,
  dueEmission,
  emissionFlows,
  EmissionPart,
  evolveEmission,
  workEmission,
  type EmissionCommand,
} from './emission/emission.js';
import { emissionLayouts, type EmissionEvent } from './emission/emission-events.js';
import { emissionAccounts } from './emission/emission-policy.js';
import type { FundingIrreversible } from './funding.js';
import { followFunds, GrantsPart } from './grants/burn-order.js';
import {
  correctGrants,
  decideGrants,
  dueGrants,
  evolveGrants,
  grantRefusals,
  type GrantCommand,
  type GrantIrreversible,
} from './grants/grant.js';
import { grantAccounts, grantFlows, grantLayouts, type GrantEvent } from './grants/grant-events.js';
import { weightLayouts, type WeightsCut } from './governance/proposal-events.js';
import { decideWeights, evolveWeights, weightRefusals, WeightsPart, type CutWeights } from './governance/weights.js';
import { holdAccounts, holdLayouts, type HoldEvent } from './holds/hold-events.js';
import { holdRefusals } from './holds/hold-refusals.js';
import { HoldsPart } from './holds/held.js';
import {
  correctHolds,
  decideHolds,
  dueHolds,
  evolveHolds,
  holdFlows,
  type HoldCommand,
  type HoldIrreversible,
} from './holds/hold.js';
import { CountersPart } from './rating/counters.js';
import { refuseRevokedKey } from './keys/key.js';
import { creditRefusals } from './receivables/credit-limit.js';
import { receivableAccounts, ReceivablesPart } from './receivables/owed.js';
import {
  correctReceivables,
  coverFrom,
  decideReceivables,
  evolveReceivables,
  receivableFlows,
  receivableLayouts,
  workReceivables,
  type ReceivableCommand,
  type ReceivableEvent,
} from './receivables/receivable.js';
import { ClawbacksPart, fillClawbacks } from './reversals/clawbacks.js';
import {
  correctReversals,
  decideReversals,
  evolveReversals,
  type ReversalCommand,
  type ReversalIrreversible,
} from './reversals/reversal.js';
import { clawbackAccounts, reversalFlows, reversalLayouts, type ReversalEvent } from './reversals/reversal-events.js';
import { reversalRefusals } from './reversals/reversal-refusals.js';
import {
  correctCuts,
  cutAccounts,
  cutFlows,
  cutLayouts,
  CutsPart,
  decideCuts,
  evolveCuts,
  type CutCommand,
  type CutEvent,
  type CutIrreversible,
  type CutOutcome,
} from './settlement/cut.js';
import { stakeAccounts, stakeFlows, stakeLayouts, type StakeEvent } from './stakes/stake-events.js';
import { StakesPart } from './stakes/staked.js';
import * as stakes from './stakes/stake.js';
import { fundsAccounts, fundsRefusals } from './supply/funds.js';
import {
  correctSupply,
  decideSupply,
  evolveSupply,
  supplyFlows,
  supplyLayouts,
  type SupplyCommand,
  type SupplyEvent,
} from './supply/supply.js';
import { BookedMintsPart } from './supply-cap/booked.js';
import { decideBooking, type BookingCommand } from './supply-cap/booking.js';
import type { AllowEmission } from './supply-cap/supply-cap.js';
import { evolveTopUps, isBelow, requestTopUp, topUpLayouts, watchFunds, type TopUpEvent } from './top-ups/top-up.js';
import {
  correctTransfers,
  decideTransfers,
  evolveTransfers,
  transferAccounts,
  transferFlows,
  transferLayouts,
  transferRefusals,
  TransfersPart,
  workTransfers,
  type TransferCommand,
  type TransferContext,
  type TransferEvent,
  type TransferIrreversible,
} from './transfers/transfer.js';
import { usageRefusals } from './usage/charge.js';
import {
  correctUsage,
  decideUsage,
  evolveUsage,
  usageFlows,
  usageLayouts,
  type UsageCommand,
  type UsageContext,
  type UsageEvent,
  type UsageOutcome,
} from './usage/usage-batch.js';
import { UsagePart, type UsageIndex } from './usage/usage.js';
import * as yields from './yields/yield.js';
import { yieldAccounts, yieldFlows, yieldLayouts, type YieldEvent } from './yields/yield-events.js';

export type LedgerEvent =
  | UsageEvent
  | ReceivableEvent
  | SupplyEvent
  | TransferEvent
  | CutEvent
  | GrantEvent
  | BudgetEvent
  | HoldEvent
  | TopUpEvent
  | StakeEvent
  | YieldEvent
  | EmissionEvent
  | buyBacks.BuyBackEvent
  | ReversalEvent
  | WeightsCut;

export type LedgerCommand =
  | UsageCommand
  | ReceivableCommand
  | SupplyCommand
  | TransferCommand
  | CutCommand
  | GrantCommand
  | BudgetCommand
  | HoldCommand
  | stakes.StakeCommand
  | yields.YieldCommand
  | EmissionCommand
  | buyBacks.BuyBackCommand
  | ReversalCommand
  | CutWeights
  | BookingCommand
  | CorrectionCommand;

/** What a command came to, apart from the position that the sequencer adds. */
export type LedgerOutcome = EntryOutcome | UsageOutcome | CutOutcome | BudgetOutcome | RerateOutcome;

export interface LedgerContext extends UsageContext, TransferContext, BudgetContext {
  readonly catalogue: Catalogue;
  /** The page's time, RFC 3339 UTC with milliseconds: what begins or ends at an instant has begun or ended by this clock. */
  readonly recordedAt: string;
}

/** Where the members of each event stand in its line. */
export const LEDGER_LAYOUTS = lookupTable({
  ...usageLayouts,
  ...receivableLayouts,
  ...supplyLayouts,
  ...transferLayouts,
  ...cutLayouts,
  ...grantLayouts,
  ...budgetLayouts,
  ...holdLayouts,
  ...topUpLayouts,
  ...emissionLayouts,
  ...buyBacks.buyBackLayouts,
  ...reversalLayouts,
  ...stakeLayouts,
  ...weightLayouts,
  ...yieldLayouts,
} satisfies Layouts<LedgerEvent>);

/** What an event changes beside balances and answers. */
export const EVOLVE_LEDGER = lookupTable({
  ...evolveUsage,
  ...evolveReceivables,
  ...evolveSupply,
  ...evolveTransfers,
  ...evolveCuts,
  ...evolveGrants,
  ...evolveBudgets,
  ...evolveHolds,
  ...evolveTopUps,
  ...evolveEmission,
  ...buyBacks.evolveBuyBacks,
  ...evolveReversals,
  ...stakes.evolveStakes,
  ...stakes.evolveRewards,
  ...evolveWeights,
  ...yields.evolveYields,
  ...yields.evolvePaidYield,
} satisfies Evolve<LedgerEvent, LedgerState>);

export const DECIDE_LEDGER = lookupTable({
  ...decideUsage,
  ...decideReceivables,
  ...decideSupply,
  ...decideTransfers,
  ...decideCuts,
  ...decideGrants,
  ...decideBudgets,
  ...decideHolds,
  ...decideEmission,
  ...decideBooking,
  ...buyBacks.decideBuyBacks,
  ...decideReversals,
  ...decideCorrections,
  ...stakes.decideStakes,
  ...decideWeights,
  ...yields.decideYields,
} satisfies Decide<LedgerCommand, LedgerState, LedgerContext, LedgerEvent, LedgerOutcome>);

/** Why an entry may be irreversible, by its concept. */
export type LedgerIrreversible =
  | FundingIrreversible
  | TransferIrreversible
  | CutIrreversible
  | GrantIrreversible
  | HoldIrreversible
  | ReversalIrreversible
  | stakes.StakeIrreversible
  | yields.YieldIrreversible;

/** How each entry that moves value is corrected, or why not. */
export const CORRECT_LEDGER = lookupTable({
  ...correctUsage,
  ...correctReceivables,
  ...correctSupply,
  ...correctTransfers,
  ...correctCuts,
  ...correctGrants,
  ...correctHolds,
  ...stakes.correctStakes,
  ...yields.correctYields,
  ...correctEmission,
  ...buyBacks.correctBuyBacks,
  ...correctReversals,
} satisfies Correct<LedgerEvent, LedgerState, LedgerIrreversible>);

/** What is due, by kind; at one instant the kinds act in this order. */
const due = { ...dueHolds, ...dueGrants, ...stakes.dueStakes, ...dueEmission };

export type LedgerDueKind = keyof typeof due;

/** Which command acts on what is due. */
export const DUE_LEDGER: Due<LedgerDueKind, LedgerState, LedgerCommand> = lookupTable(due);

/** What a crash may leave to be done, and how it is found. */
export const WORK_LEDGER = lookupTable({
  ...workReceivables,
  ...workTransfers,
  ...stakes.workStakes,
  ...workEmission,
} satisfies Work<string, LedgerState, LedgerCommand | AllowEmission, LedgerEvent>);

/** The kinds of accounts that stand in a holder shard. */
export const LEDGER_ACCOUNTS = {
  ...fundsAccounts,
  ...CATALOGUE_ACCOUNTS,
  ...receivableAccounts,
  ...transferAccounts,
  ...cutAccounts,
  ...grantAccounts,
  ...holdAccounts,
  ...emissionAccounts,
  ...clawbackAccounts,
  ...stakeAccounts,
  ...yieldAccounts,
} satisfies Record<string, AccountKind>;

/** Events whose own row of {@link EVOLVE_LEDGER} changes grants. */
const SAYING = lookupTable({
  UsageCharged: true,
  ReceivablesCovered: true,
  ...evolveGrants,
  ...evolveHolds,
  ...evolveReversals,
  ...stakes.evolveRewards,
  ...yields.evolvePaidYield,
});

/** Between which of them each entry moves value. */
export const LEDGER_FLOWS = lookupTable({
  ...supplyFlows,
  ...usageFlows,
  ...receivableFlows,
  ...transferFlows,
  ...cutFlows,
  ...grantFlows,
  ...holdFlows,
  ...emissionFlows,
  ...buyBacks.buyBackFlows,
  ...reversalFlows,
  ...stakeFlows,
  ...yieldFlows,
} satisfies Flows<LedgerEvent>);

/** Events that move what is available and leave it to be followed what that does to grants; the others say it themselves. */
const FOLLOWED: ReadonlySet<string> = new Set(
  Object.entries(LEDGER_FLOWS)
    .filter(([type, flows]) => !(type in SAYING) && flows.flat().includes(fundsAccounts.customerAvailable))
    .map(([type]) => type),
);

export const LEDGER_REFUSALS = {
  ...usageRefusals,
  ...fundsRefusals,
  ...transferRefusals,
  ...grantRefusals,
  ...budgetRefusals,
  ...holdRefusals,
  ...reversalRefusals,
  ...correctionRefusals,
  ...stakes.stakeRefusals,
  ...creditRefusals,
  ...weightRefusals,
} satisfies Refusals;

/**
 * One shard's ledger in memory: a fold of its pages. `evolve` is the only way in which it changes, at decision time and
 * at replay alike, and every change can be taken back until its page is durable.
 */
export class LedgerState extends ShardState<LedgerDueKind> {
  readonly usage: UsagePart;
  readonly counters = new CountersPart(this.undo);
  readonly receivables = new ReceivablesPart(this.undo);
  readonly transfers = new TransfersPart(this.undo);
  readonly cuts = new CutsPart(this.undo);
  readonly grants = new GrantsPart(this.undo);
  readonly budgets = new BudgetsPart(this.undo);
  readonly holds = new HoldsPart(this.undo);
  readonly emission = new EmissionPart(this.undo);
  readonly bookedMints = new BookedMintsPart(this.undo);
  readonly clawbacks = new ClawbacksPart(this.undo);
  readonly stakes = new StakesPart(this.undo);
  readonly spent = new SpentPart(this.undo);
  readonly weights = new WeightsPart(this.undo);
  readonly yields = new yields.YieldsPart(this.undo);

  /** @param conflicts an empty index, for the reports that conflicted with a usage and were recorded */
  constructor(charged: UsageIndex, conflicts: UsageIndex) {
    super(spendableOf(LEDGER_ACCOUNTS), Object.keys(due) as LedgerDueKind[]);
    this.usage = new UsagePart(this.undo, charged, conflicts);
  }

  evolve(event: LedgerEvent, position: EntryPosition): void {
    this.enter(event, position);
    evolveBy<LedgerEvent, LedgerState>(EVOLVE_LEDGER, this, event, position);
    if (FOLLOWED.has(event.type)) followFunds(this, event as LedgerEvent & Posted, position);
    followSpending(this, event, position);
  }
}

/** Decides one command. @throws DomainError when it is refused as a whole; nothing was recorded then */
export function decideLedger(
  state: LedgerState,
  command: LedgerCommand,
  context: LedgerContext,
  record: RecordEvent<LedgerEvent>,
): LedgerOutcome {
  refuseRevokedKey(context.catalogue, 'actor' in command ? command.actor : command.provenance.actor);
  return decideBy(DECIDE_LEDGER, state, command, context, (event: LedgerEvent) => {
    const watched = watchFunds(state, event, context.catalogue);
    const entry = record(event);
    const isFallen = watched !== undefined && isBelow(state, watched);
    // Whatever brought funds, in whichever concept: what waits for them is paid in the same page.
    coverFrom(state, event, record);
    tellThresholds(state, event, context.recordedAt, record);
    if (isFallen) requestTopUp(state, watched, context.recordedAt, record);
    fillClawbacks(state, event.time, record);
    return entry;
  });
}

/** How an entry of this shard is corrected as the state stands, or why not; `state.correct` does it. */
export function correctLedger(
  state: LedgerState,
  event: LedgerEvent,
  position: EntryPosition,
): Reversal | Irreversible<LedgerIrreversible | CommonReason> {
  return correctBy<LedgerEvent, LedgerState, LedgerIrreversible>(CORRECT_LEDGER, state, event, position);
}
