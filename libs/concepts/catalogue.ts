/**
 * What every shard must know to decide: price books, split policies, parties, keys and chains. It is a fold of the
 * registry shard's events; each process keeps its own copy up to date. One line per concept in every list, and one for
 * each of its files at the end.
 */
import {
  evolveBy,
  lookupTable,
  type AccountKind,
  type DecideEvent,
  type EntryPosition,
  type Evolve,
  type Layouts,
  type Refusals,
  type Typed,
  type UndoLog,
} from '#domain';
import {
  accessLayouts,
  accessRefusals,
  decideAccess,
  evolveAccess,
  TiersPart,
  type AccessCommand,
  type AccessEvent,
  type TiersState,
} from './access/tier.js';
import {
  chainAccounts,
  chainLayouts,
  chainRefusals,
  ChainsPart,
  decideChains,
  evolveChains,
  type ChainCommand,
  type ChainEvent,
  type ChainsState,
} from './chains/chain.js';
import {
  decideEmissionPolicies,
  EmissionPoliciesPart,
  emissionPolicyLayouts,
  emissionPolicyRefusals,
  evolveEmissionPolicies,
  type EmissionPoliciesState,
  type EmissionPolicyCommand,
  type EmissionPolicyEvent,
} from './emission/emission-policy.js';
import { openedLayouts, type ProposalOpened } from './governance/proposal-events.js';
import { evolveOpenings, OpeningsPart, type OpeningsState } from './governance/weights.js';
import {
  decideKeys,
  evolveKeys,
  keyLayouts,
  keyRefusals,
  KeysPart,
  type KeyCommand,
  type KeyEvent,
  type KeysState,
} from './keys/key.js';
import {
  decideParties,
  evolveParties,
  PartiesPart,
  partyLayouts,
  partyRefusals,
  type PartiesState,
  type PartyCommand,
  type PartyEvent,
} from './parties/party.js';
import {
  decideRating,
  evolveRating,
  ratingLayouts,
  RatingPart,
  ratingRefusals,
  type PublishingState,
  type RatingCommand,
  type RatingEvent,
  type RatingState,
} from './rating/rating.js';
import { priceBookRefusals } from './rating/price-book.js';
import { publishingRefusals } from './rating/publishing.js';
import { splitAccounts, splitPolicyRefusals } from './rating/split-policy.js';
import { usdRateRefusals } from './rating/usd-rate.js';
import {
  decideStakingPolicies,
  evolveStakingPolicies,
  StakingPoliciesPart,
  stakingPolicyLayouts,
  stakingPolicyRefusals,
  type StakingPoliciesState,
  type StakingPolicyCommand,
  type StakingPolicyEvent,
} from './stakes/staking-policy.js';
import {
  AllowancesPart,
  decideSupplyCap,
  evolveSupplyCap,
  supplyCapLayouts,
  supplyCapRefusals,
  type AllowancesState,
  type SupplyCapCommand,
  type SupplyCapEvent,
} from './supply-cap/supply-cap.js';
import {
  decideTopics,
  evolveTopics,
  topicLayouts,
  topicRefusals,
  TopicsPart,
  type TopicCommand,
  type TopicEvent,
  type TopicsState,
} from './topics/topic.js';
import {
  decideWriters,
  evolveWriters,
  writerLayouts,
  writerRefusals,
  WritersPart,
  type WriterCommand,
  type WriterCrypto,
  type WriterEvent,
  type WritersState,
} from './writers/writer.js';

/** The events that every process follows. */
export type CatalogueEvent =
  | RatingEvent
  | PartyEvent
  | KeyEvent
  | ChainEvent
  | TopicEvent
  | WriterEvent
  | EmissionPolicyEvent
  | StakingPolicyEvent
  | AccessEvent
  | ProposalOpened
  | SupplyCapEvent;

export type CatalogueCommand =
  | RatingCommand
  | PartyCommand
  | KeyCommand
  | ChainCommand
  | TopicCommand
  | WriterCommand
  | EmissionPolicyCommand
  | StakingPolicyCommand
  | AccessCommand
  | SupplyCapCommand;

export class Catalogue
  implements
    RatingState,
    PartiesState,
    KeysState,
    ChainsState,
    TopicsState,
    WritersState,
    EmissionPoliciesState,
    StakingPoliciesState,
    TiersState,
    OpeningsState,
    AllowancesState
{
  readonly rating: RatingPart;
  readonly parties: PartiesPart;
  readonly keysByHash: KeysPart;
  readonly chains: ChainsPart;
  readonly topics: TopicsPart;
  readonly writers: WritersPart;
  readonly emissionPolicies: EmissionPoliciesPart;
  readonly stakingPolicies: StakingPoliciesPart;
  readonly tiers: TiersPart;
  readonly openings: OpeningsPart;
  readonly allowances: AllowancesPart;

  /**
   * @param undo takes changes back; without it they are for good, as in a copy that follows durable pages
   * @param crypto without it no statement of a root key can be folded
   */
  constructor(undo?: UndoLog, crypto?: WriterCrypto) {
    this.rating = new RatingPart(undo);
    this.parties = new PartiesPart(undo);
    this.keysByHash = new KeysPart(undo);
    this.chains = new ChainsPart(undo);
    this.topics = new TopicsPart(undo);
    this.writers = new WritersPart(undo, crypto);
    this.emissionPolicies = new EmissionPoliciesPart(undo);
    this.stakingPolicies = new StakingPoliciesPart(undo);
    this.tiers = new TiersPart(undo);
    this.openings = new OpeningsPart(undo);
    this.allowances = new AllowancesPart(undo);
  }

  /** Applies one event of the registry shard; what is no {@link CatalogueEvent} changes nothing here. */
  evolve(event: CatalogueEvent | Typed, position: EntryPosition = NOWHERE): void {
    evolveBy<CatalogueEvent, Catalogue>(EVOLVE_CATALOGUE, this, event, position);
  }
}

/** The place of an event for a fold that keeps no places. */
const NOWHERE: EntryPosition = { shard: 0, height: 0, index: 0 };

/** Where the members of each event stand in its line. */
export const CATALOGUE_LAYOUTS = {
  ...ratingLayouts,
  ...partyLayouts,
  ...keyLayouts,
  ...chainLayouts,
  ...topicLayouts,
  ...writerLayouts,
  ...emissionPolicyLayouts,
  ...stakingPolicyLayouts,
  ...accessLayouts,
  ...openedLayouts,
  ...supplyCapLayouts,
} satisfies Layouts<CatalogueEvent>;

export const EVOLVE_CATALOGUE = lookupTable({
  ...evolveRating,
  ...evolveParties,
  ...evolveKeys,
  ...evolveChains,
  ...evolveTopics,
  ...evolveWriters,
  ...evolveEmissionPolicies,
  ...evolveStakingPolicies,
  ...evolveAccess,
  ...evolveOpenings,
  ...evolveSupplyCap,
} satisfies Evolve<CatalogueEvent, Catalogue>);

/** What the registry shard, which decides them, keeps of these concepts. */
export interface CatalogueOwner extends PublishingState {
  readonly catalogue: Catalogue;
}

export const DECIDE_CATALOGUE = lookupTable({
  ...decideRating,
  ...decideParties,
  ...decideKeys,
  ...decideChains,
  ...decideTopics,
  ...decideWriters,
  ...decideEmissionPolicies,
  ...decideStakingPolicies,
  ...decideAccess,
  ...decideSupplyCap,
} satisfies DecideEvent<CatalogueCommand, CatalogueOwner, CatalogueEvent>);

/** The kinds of accounts that these concepts name. */
export const CATALOGUE_ACCOUNTS = {
  ...splitAccounts,
  ...chainAccounts,
} satisfies Record<string, AccountKind>;

export const CATALOGUE_REFUSALS = {
  ...ratingRefusals,
  ...priceBookRefusals,
  ...publishingRefusals,
  ...splitPolicyRefusals,
  ...usdRateRefusals,
  ...partyRefusals,
  ...keyRefusals,
  ...chainRefusals,
  ...topicRefusals,
  ...writerRefusals,
  ...emissionPolicyRefusals,
  ...stakingPolicyRefusals,
  ...accessRefusals,
  ...supplyCapRefusals,
} satisfies Refusals;

export * from './chains/chain.js';
export * from './emission/emission-policy.js';
export * from './keys/key.js';
export * from './parties/party.js';
export * from './parties/payout-gate.js';
export * from './parties/payout-wallet.js';
export * from './parties/well-known-accounts.js';
export * from './rating/book-changes.js';
export * from './rating/meter-price.js';
export * from './rating/name-pattern.js';
export * from './rating/price-book.js';
export * from './rating/price-losses.js';
export * from './rating/publishing.js';
export * from './rating/rate.js';
export { bookOf, checkPublication, type PublishPriceBook, type RatingPart } from './rating/rating.js';
export * from './rating/split-policy.js';
export { compileUsdRate, type UsdRate } from './rating/usd-rate.js';
export * from './supply-cap/supply-cap.js';
export * from './topics/topic.js';
export * from './writers/writer.js';
