/**
 * The audits' door: for every event of a journal, how the verifier derives its postings again. One line per concept in
 * every list; an event that none audits does not compile, and is named.
 */
import type { AuditTable, AuditWalk, ConceptAudit } from '#journal';
import { AccessAudit } from './access/tier.audit.js';
import { BuyBacksAudit } from './buy-backs/buy-back.audit.js';
import { BudgetsAudit } from './budgets/budget.audit.js';
import { ChainsAudit } from './chains/chain.audit.js';
import { CorrectionsAudit } from './corrections/correction.audit.js';
import { KeysAudit } from './keys/key.audit.js';
import { GovernanceAudit } from './governance/proposal.audit.js';
import { EmissionAudit } from './emission/emission.audit.js';
import { PartiesAudit } from './parties/party.audit.js';
import { HoldsAudit } from './holds/hold.audit.js';
import { RatingAudit } from './rating/rating.audit.js';
import { GrantsAudit } from './grants/grant.audit.js';
import type { LedgerEvent } from './ledger.js';
import { ReceivablesAudit } from './receivables/receivable.audit.js';
import { ReversalsAudit } from './reversals/reversal.audit.js';
import { ReconciliationsAudit } from './reconciliation/reconciliation.audit.js';
import type { RegistryEvent } from './registry.js';
import { EVENT_SCHEMAS } from './schemas.js';
import { CODEC } from './codec.js';
import { SettlementAudit } from './settlement/settlement.audit.js';
import { StakesAudit } from './stakes/stake.audit.js';
import { SupplyAudit } from './supply/supply.audit.js';
import { SupplyCapAudit } from './supply-cap/supply-cap.audit.js';
import { TransfersAudit } from './transfers/transfer.audit.js';
import type { CeilingAudits, FundingAudits, FundsAudits } from './usage/charging.audit.js';
import { UsageAudit } from './usage/usage.audit.js';
import { TopUpsAudit } from './top-ups/top-up.audit.js';
import { TopicsAudit } from './topics/topic.audit.js';
import { WritersAudit } from './writers/writer.audit.js';
import { YieldsAudit } from './yields/yield.audit.js';

const BY_OPERATOR = ['operator'];
const BY_CUSTOMER = ['operator', 'customer'];
const BY_FINANCE = ['operator', 'finance'];
const BY_COMPLIANCE = ['operator', 'compliance'];
const BY_ADMIN: readonly string[] = [];

/** The roles beside `admin` whose keys may cause an event, as the rule of keys in docs/journal.md and `catalogue.py` have them. */
const CALLERS = {
  ...{ UsageCharged: BY_OPERATOR, UsageConflicted: BY_OPERATOR, UsageRejected: BY_ADMIN },
  ...{ UsageBatchAnswered: BY_OPERATOR, ReceivablesCovered: BY_OPERATOR, Minted: BY_OPERATOR, Burned: BY_OPERATOR },
  ...{ TransferSent: BY_OPERATOR, TransferReceived: BY_OPERATOR, TransferCompleted: BY_OPERATOR },
  ...{ GrantIssued: BY_OPERATOR, GrantVoided: BY_OPERATOR, GrantActivated: BY_ADMIN, GrantExpired: BY_ADMIN },
  ...{ BudgetSet: BY_OPERATOR, BudgetThresholdsReached: BY_ADMIN },
  ...{ HoldReserved: BY_OPERATOR, HoldExtended: BY_OPERATOR, HoldCaptured: BY_OPERATOR, HoldReleased: BY_OPERATOR },
  ...{ HoldExpired: BY_ADMIN, TopUpRequested: BY_ADMIN },
  ...{ EmissionPolicyPublished: BY_OPERATOR, EmissionPolicyScheduled: BY_ADMIN },
  ...{ EmissionScheduled: BY_ADMIN, TokensEmitted: BY_ADMIN, TokensBoughtBack: BY_OPERATOR },
  ...{ MintAllowed: BY_OPERATOR, MintBooked: BY_ADMIN, EmissionAllowed: BY_ADMIN, EpochEnded: BY_ADMIN },
  ...{ EntryReversed: BY_OPERATOR, EntryRestored: BY_OPERATOR, ClawbackFilled: BY_OPERATOR },
  ...{ Staked: BY_CUSTOMER, Unstaked: BY_CUSTOMER, Unbonded: BY_ADMIN, Slashed: BY_OPERATOR },
  ...{ RewardReceived: BY_OPERATOR, RewardCompleted: BY_OPERATOR, StakingPolicyPublished: BY_OPERATOR },
  ...{ YieldOpened: BY_FINANCE, YieldPlanned: BY_ADMIN, YieldClosed: BY_ADMIN, CompoundingSet: BY_CUSTOMER },
  ...{ StakeTimeCut: BY_ADMIN, RewardsCut: BY_ADMIN, YieldPaid: BY_ADMIN, YieldPartPaid: BY_ADMIN },
  ...{ PriceBookPublished: BY_OPERATOR, SplitPolicyPublished: BY_OPERATOR, UsdRatePublished: BY_OPERATOR },
  ...{ PartyRegistered: BY_COMPLIANCE, WalletSet: BY_COMPLIANCE, KycChanged: ['compliance'] },
  ...{ CustomerTermsSet: BY_OPERATOR, TierSet: BY_OPERATOR },
  ...{ ProposalOpened: BY_OPERATOR, WeightsCut: BY_ADMIN, ProposalWeighed: BY_ADMIN, ProposalClosed: BY_ADMIN },
  VoteCast: BY_CUSTOMER,
  ...{ KeyIssued: BY_ADMIN, KeyRevoked: BY_ADMIN, ChainRegistered: BY_ADMIN, TopicRegistered: BY_ADMIN },
  ...{ SettlementOpened: BY_FINANCE, PayablesCut: BY_ADMIN, SettlementPlanned: BY_ADMIN, SettlementEmpty: BY_ADMIN },
  ...{ SettlementSigned: BY_ADMIN, SettlementConfirmed: BY_ADMIN, SettlementReverted: BY_ADMIN },
  ReconciliationRecorded: BY_FINANCE,
  ...{ JournalFounded: BY_ADMIN, WriterAdmitted: BY_ADMIN, WriterDismissed: BY_ADMIN, PageVoided: BY_ADMIN },
  ...{ LossAccepted: BY_ADMIN, RootsChanged: BY_ADMIN },
} satisfies Readonly<Record<(LedgerEvent | RegistryEvent)['type'], readonly string[]>>;

/** Makes the audits of one verification: what `verifyJournal` is given. */
export function openAudits(walk: AuditWalk) {
  const parties = new PartiesAudit(walk);
  const supply = new SupplyAudit(walk, parties);
  const transfers = new TransfersAudit(walk, parties, () => concepts);
  const grants = new GrantsAudit(walk, parties, supply);
  const funds = { grants: grants.available } satisfies FundsAudits;
  const receivables = new ReceivablesAudit(walk, supply, parties, funds);
  const rating = new RatingAudit(walk);
  const budgets: BudgetsAudit = new BudgetsAudit(walk, parties, (hold) => holds.reservedBy(hold));
  const holds: HoldsAudit = new HoldsAudit(walk, parties, grants, rating, supply, budgets, () => funding);
  const funding = { capture: holds.held, ...funds, receivable: receivables.receivable } satisfies FundingAudits;
  const ceilings = { budgeted: budgets.budgeted } satisfies CeilingAudits;
  const stakes = new StakesAudit(walk, parties, grants, supply);
  const corrections = new CorrectionsAudit(walk);
  const usage = new UsageAudit(walk, rating, parties, supply, funding, ceilings, corrections);
  const reversals = new ReversalsAudit(walk, { grants, receivables, budgets, usage, supply, corrections });
  const keys = new KeysAudit(walk, new Map(Object.entries(CALLERS)));
  const chains = new ChainsAudit();
  const settlement = new SettlementAudit(walk, parties);
  const reconciliation = new ReconciliationsAudit();
  const topics = new TopicsAudit(walk);
  const writers = new WritersAudit(walk);
  const topUps = new TopUpsAudit(walk, parties);
  const supplyCap = new SupplyCapAudit(walk);
  const emission = new EmissionAudit(walk, supply, supplyCap);
  const yields = new YieldsAudit(walk, parties, grants);
  const buyBacks = new BuyBacksAudit(parties, supply);
  const access = new AccessAudit(walk);
  const governance = new GovernanceAudit(walk, parties);
  const concepts: readonly ConceptAudit[] = [
    ...[
      supply,
      transfers,
      receivables,
      rating,
      usage,
      budgets,
      parties,
      keys,
      chains,
      settlement,
      reconciliation,
      topics,
      writers,
      grants,
      holds,
      topUps,
      emission,
      buyBacks,
      reversals,
      corrections,
      stakes,
      access,
      governance,
      supplyCap,
      yields,
    ],
  ];
  return {
    codec: CODEC,
    schemas: EVENT_SCHEMAS,
    ledger: {
      ...supply.ledger,
      ...transfers.ledger,
      ...receivables.ledger,
      ...usage.ledger,
      ...settlement.ledger,
      ...grants.ledger,
      ...budgets.ledger,
      ...holds.ledger,
      ...topUps.ledger,
      ...emission.ledger,
      ...buyBacks.ledger,
      ...reversals.ledger,
      ...stakes.ledger,
      ...governance.ledger,
      ...yields.ledger,
    } satisfies AuditTable<LedgerEvent>,
    registry: {
      ...rating.registry,
      ...parties.registry,
      ...keys.registry,
      ...chains.registry,
      ...settlement.registry,
      ...reconciliation.registry,
      ...topics.registry,
      ...writers.registry,
      ...emission.registry,
      ...stakes.registry,
      ...access.registry,
      ...governance.registry,
      ...supplyCap.registry,
      ...yields.registry,
    } satisfies AuditTable<RegistryEvent>,
    concepts,
    authority: writers,
    transfers,
  };
}
