/** The door of the concepts' read models: tables, and what each event becomes in them. One line per concept in each list. */
import { lookupTable, type Rows, type RowTables } from '#domain';
import { accessRows } from './access/tier.rows.js';
import { BudgetCounts, budgetDrawn, budgetRows, budgetTables } from './budgets/budget.rows.js';
import { buyBackRows } from './buy-backs/buy-back.rows.js';
import { chainRows, chainTables } from './chains/chain.rows.js';
import { emissionRows } from './emission/emission.rows.js';
import { governanceRows, governanceTables } from './governance/proposal.rows.js';
import { grantDrawn, grantRows, grantTables } from './grants/grant.rows.js';
import { HoldChanges, holdDrawn, holdRows, holdTables } from './holds/hold.rows.js';
import { CODEC, type JournalEvent } from './index.js';
import { keyRows } from './keys/key.rows.js';
import { partyRows, partyTables } from './parties/party.rows.js';
import { ratingRows, ratingTables } from './rating/rating.rows.js';
import {
  createReceivableRows,
  ReceivableChanges,
  receivableDrawn,
  receivableTables,
} from './receivables/receivable.rows.js';
import { reversalRows, reversalTables } from './reversals/reversal.rows.js';
import { reconciliationRows, reconciliationTables } from './reconciliation/reconciliation.rows.js';
import { cutRows, settlementRows, settlementTables } from './settlement/settlement.rows.js';
import { stakeRows, stakeTables, stakingPolicyRows } from './stakes/stake.rows.js';
import { supplyRows } from './supply/supply.rows.js';
import { supplyCapRows } from './supply-cap/supply-cap.rows.js';
import { transferRows } from './transfers/transfer.rows.js';
import { drawnChanges, type DrawnRows } from './usage/charging.rows.js';
import { topUpRows, topUpTables } from './top-ups/top-up.rows.js';
import { topicRows } from './topics/topic.rows.js';
import { writerRows } from './writers/writer.rows.js';
import { distributionRows, yieldRows, yieldTables } from './yields/yield.rows.js';
import { EarningSums, earningTables } from './usage/earning.rows.js';
import { createUsageRows, UsageSums, usageTables, usageTotals } from './usage/usage.rows.js';

export { PARTIES } from './parties/party.rows.js';

const createParts = ((context) => ({
  usage: new UsageSums(context),
  earnings: new EarningSums(context),
  receivables: new ReceivableChanges(context),
  budgets: new BudgetCounts(context),
  holds: new HoldChanges(context),
})) satisfies RowTables['createParts'];

type Run = ReturnType<typeof createParts>;

/** What an entry says of the sources that paid it and of the ceilings over it. */
const drawn = drawnChanges<Run>({
  ...receivableDrawn,
  ...grantDrawn,
  ...budgetDrawn,
  ...holdDrawn,
} satisfies DrawnRows<Run>);

export const ROWS: RowTables = {
  tables: [
    ...budgetTables,
    ...chainTables,
    ...earningTables,
    ...governanceTables,
    ...grantTables,
    ...holdTables,
    ...partyTables,
    ...ratingTables,
    ...receivableTables,
    ...reconciliationTables,
    ...reversalTables,
    ...settlementTables,
    ...stakeTables,
    ...topUpTables,
    ...usageTables,
    ...yieldTables,
  ],
  writers: lookupTable({
    ...accessRows,
    ...budgetRows,
    ...buyBackRows,
    ...chainRows,
    ...cutRows,
    ...emissionRows,
    ...governanceRows,
    ...grantRows,
    ...holdRows,
    ...keyRows,
    ...partyRows,
    ...ratingRows,
    ...createReceivableRows<Run>(drawn),
    ...reconciliationRows,
    ...reversalRows,
    ...settlementRows,
    ...stakeRows,
    ...stakingPolicyRows,
    ...supplyRows,
    ...supplyCapRows,
    ...transferRows,
    ...topicRows,
    ...topUpRows,
    ...writerRows,
    ...createUsageRows<Run>(drawn),
    ...yieldRows,
    ...distributionRows,
  } satisfies Rows<JournalEvent, Run>),
  codec: CODEC,
  createParts,
  totals: [...usageTotals],
};
