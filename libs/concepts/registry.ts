/**
 * The registry shard: what all holder shards share. Price books and policies, parties and their KYC state, keys, chains,
 * settlement batches and reconciliations; its balances hold the chain's side of the books. One line per concept in every
 * list, and one for each of its files at the end. What every shard must know to decide has its lines in the catalogue.
 */
import {
  correctBy,
  evolveBy,
  findAnswer,
  lookupTable,
  ShardState,
  spendableOf,
  type AccountKind,
  type CommonReason,
  type Correct,
  type DecideEvent,
  type Due,
  type EntryPosition,
  type Evolve,
  type Flows,
  type Irreversible,
  type Layouts,
  type RecordEvent,
  type Refusals,
  type Reversal,
  type Round,
  type ShardHead,
  type Work,
} from '#domain';
import {
  Catalogue,
  CATALOGUE_LAYOUTS,
  DECIDE_CATALOGUE,
  EVOLVE_CATALOGUE,
  evolveChains,
  type WriterCrypto,
  type CatalogueCommand,
  type CatalogueEvent,
} from './catalogue.js';
import {
  evolveEmissionPublications,
  workEmissionPolicies,
  type EmissionPolicyPublished,
} from './emission/emission-policy.js';
import {
  decideProposals,
  dueProposals,
  evolveProposals,
  proposalRefusals,
  ProposalsPart,
  type ProposalCommand,
} from './governance/proposal.js';
import { proposalLayouts, type ProposalEvent, type ProposalOpened } from './governance/proposal-events.js';
import { votingRound } from './governance/round.js';
import { refuseRevokedKey } from './keys/key.js';
import { EVOLVE_LEDGER, LEDGER_ACCOUNTS, type LedgerCommand, type LedgerEvent, type LedgerState } from './ledger.js';
import { evolvePublications, PublicationsPart, type RatingEvent } from './rating/rating.js';
import {
  decideReconciliations,
  evolveReconciliations,
  reconciliationLayouts,
  ReconciliationsPart,
  type ReconciliationCommand,
  type ReconciliationEvent,
} from './reconciliation/reconciliation.js';
import {
  correctSettlements,
  evolveSettlements,
  settlementFlows,
  settlementLayouts,
  SettlementPart,
  type SettlementIrreversible,
  type SettlementEvent,
} from './settlement/batch.js';
import { settlementRound, type ChainSide } from './settlement/round.js';
import { evolveStakingPublications, type StakingPolicyEvent } from './stakes/staking-policy.js';
import {
  correctDistributions,
  decideDistributions,
  distributionFlows,
  distributionLayouts,
  distributionRefusals,
  DistributionsPart,
  evolveDistributions,
  type DistributionCommand,
  type DistributionEvent,
  type DistributionIrreversible,
} from './yields/distribution.js';
import { yieldRound } from './yields/round.js';
import { decideSettlements, settlementRefusals, type SettlementCommand } from './settlement/settlement.js';
import { workSupplyCap } from './supply-cap/supply-cap.js';

export type RegistryEvent = CatalogueEvent | SettlementEvent | ReconciliationEvent | ProposalEvent | DistributionEvent;

export type RegistryCommand =
  CatalogueCommand | SettlementCommand | ReconciliationCommand | ProposalCommand | DistributionCommand;

export type RegistryOutcome =
  | { readonly type: 'entry'; readonly entry: EntryPosition; readonly event: RegistryEvent; readonly replayed: false }
  | { readonly type: 'entry'; readonly entry: EntryPosition; readonly replayed: true };

/** Where the members of each event stand in its line. */
export const REGISTRY_LAYOUTS = lookupTable({
  ...CATALOGUE_LAYOUTS,
  ...settlementLayouts,
  ...distributionLayouts,
  ...reconciliationLayouts,
  ...proposalLayouts,
} satisfies Layouts<RegistryEvent>);

/** The newest pages of other shards that an event of the registry says it has seen. */
export function headsNamedBy(event: RegistryEvent): readonly ShardHead[] {
  if ('heads' in event) return event.heads;
  return event.type === 'LossAccepted' && event.height > 0 ? [event] : [];
}

/** What is published as versions. */
type PublishedEvent = RatingEvent | EmissionPolicyPublished | StakingPolicyEvent;
/** Events that change more than balances, answers and the catalogue. */
type OwnEvent = Exclude<RegistryEvent, CatalogueEvent> | PublishedEvent | ProposalOpened;

/** What an event changes beside balances, answers and the catalogue. */
export const EVOLVE_REGISTRY = lookupTable({
  ...evolvePublications,
  ...evolveEmissionPublications,
  ...evolveStakingPublications,
  ...evolveSettlements,
  ...evolveReconciliations,
  ...evolveProposals,
  ...evolveDistributions,
} satisfies Evolve<OwnEvent, RegistryState>);

export const DECIDE_REGISTRY = lookupTable({
  ...DECIDE_CATALOGUE,
  ...decideSettlements,
  ...decideReconciliations,
  ...decideProposals,
  ...decideDistributions,
} satisfies DecideEvent<RegistryCommand, RegistryState, RegistryEvent>);

/** Why an entry may be irreversible, by its concept. */
type RegistryIrreversible = SettlementIrreversible | DistributionIrreversible;

/** How each entry that moves value is corrected, or why not. */
export const CORRECT_REGISTRY = lookupTable({
  ...correctSettlements,
  ...correctDistributions,
} satisfies Correct<RegistryEvent, RegistryState, RegistryIrreversible>);

interface States {
  readonly registry: RegistryState;
  readonly holders: LedgerState;
}

interface Commands {
  readonly registry: RegistryCommand;
  readonly holders: LedgerCommand;
}

/** A round that the ledger carries on: it needs nothing from outside the journal. */
export type LedgerRound = Round<States, Commands, unknown, unknown, 'ledger'>;
/** A round that the settlement service carries on, since it needs the chain. */
type ChainRound = Round<States, Commands, unknown, unknown, 'settlement', ChainSide>;

/** What needs all shards at once. A round spans the registry and all holder shards; it is opened here. */
export const ROUNDS = lookupTable({
  settlement: settlementRound,
  voting: votingRound,
  yield: yieldRound,
} satisfies Record<string, LedgerRound | ChainRound>);

/** The rounds that the ledger carries on. */
export const LEDGER_ROUNDS: readonly LedgerRound[] = Object.values<LedgerRound | ChainRound>(ROUNDS).filter(
  (round) => round.drivenBy === 'ledger',
);

/** What is due, by kind; at one instant the kinds act in this order. */
const due = { ...dueProposals };

export type RegistryDueKind = keyof typeof due;

/** Which command acts on what is due. */
export const DUE_REGISTRY: Due<RegistryDueKind, RegistryState, RegistryCommand> = lookupTable(due);

/** What a crash may leave to be done, and how it is found. */
export const WORK_REGISTRY = lookupTable({
  ...workEmissionPolicies,
  ...workSupplyCap,
} satisfies Work<string, RegistryState, RegistryCommand | LedgerCommand, RegistryEvent>);

/** The kinds of accounts that stand in the registry shard: a batch that fails gives back there what any shard gave it. */
export const REGISTRY_ACCOUNTS = {
  ...LEDGER_ACCOUNTS,
} satisfies Record<string, AccountKind>;

/** Between which of them each entry moves value. */
export const REGISTRY_FLOWS = lookupTable({
  ...settlementFlows,
  ...distributionFlows,
} satisfies Flows<RegistryEvent>);

export const REGISTRY_REFUSALS = {
  ...settlementRefusals,
  ...proposalRefusals,
  ...distributionRefusals,
} satisfies Refusals;

const CUT = 'PayablesCut' satisfies LedgerEvent['type'];
const SETTLEMENT = [...[evolveSettlements, evolveReconciliations, evolveChains].flatMap(Object.keys), CUT];

/** Types of events that the settlement service records, and those that the ledger does: a writer is admitted for one or the other. */
export const WRITER_PRESETS: Readonly<Record<'ledger' | 'settlement', readonly string[]>> = {
  settlement: SETTLEMENT.sort(),
  ledger: [...new Set([EVOLVE_LEDGER, EVOLVE_REGISTRY, EVOLVE_CATALOGUE].flatMap((table) => Object.keys(table)))]
    .filter((type) => !SETTLEMENT.includes(type))
    .sort(),
};

const isSpendable = spendableOf(REGISTRY_ACCOUNTS);

export class RegistryState extends ShardState<RegistryDueKind> {
  readonly catalogue: Catalogue;
  readonly publications = new PublicationsPart(this.undo);
  readonly settlement: SettlementPart;
  readonly reconciliations = new ReconciliationsPart(this.undo);
  readonly proposals = new ProposalsPart(this.undo);
  readonly distributions = new DistributionsPart(this.undo);

  /** @param crypto without it no statement of a root key can be decided or folded */
  constructor(crypto?: WriterCrypto) {
    super(isSpendable, Object.keys(due) as RegistryDueKind[]);
    this.catalogue = new Catalogue(this.undo, crypto);
    this.settlement = new SettlementPart(this.undo, this.catalogue.chains);
  }

  evolve(event: RegistryEvent, position: EntryPosition): void {
    this.enter(event, position);
    this.catalogue.evolve(event, position);
    evolveBy<OwnEvent, RegistryState>(EVOLVE_REGISTRY, this, event, position);
  }
}

/**
 * Decides one registry command.
 *
 * @param recordedAt the page's time, RFC 3339 UTC with milliseconds
 * @throws DomainError when it is refused; nothing was recorded then
 */
export function decideRegistry(
  state: RegistryState,
  command: RegistryCommand,
  record: RecordEvent<RegistryEvent>,
  recordedAt: string,
): RegistryOutcome {
  const known = findAnswer(state.answers, command.request)?.position;
  if (known !== undefined) return { type: 'entry', entry: known, replayed: true };
  refuseRevokedKey(state.catalogue, command.provenance.actor);
  const decide = DECIDE_REGISTRY[command.type] as (
    state: RegistryState,
    command: RegistryCommand,
    recordedAt: string,
  ) => RegistryEvent | EntryPosition;
  const decided = decide(state, command, recordedAt);
  if (!('type' in decided)) return { type: 'entry', entry: decided, replayed: true };
  const event = command.request === undefined ? decided : { ...decided, request: command.request };
  return { type: 'entry', entry: record(event), event, replayed: false };
}

/** How an entry of the registry is corrected as the state stands, or why not; `state.correct` does it. */
export function correctRegistry(
  state: RegistryState,
  event: RegistryEvent,
  position: EntryPosition,
): Reversal | Irreversible<RegistryIrreversible | CommonReason> {
  return correctBy<RegistryEvent, RegistryState, RegistryIrreversible>(CORRECT_REGISTRY, state, event, position);
}

export * from './reconciliation/reconciliation.js';
export * from './settlement/batch.js';
export * from './settlement/settlement.js';
