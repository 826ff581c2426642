/** The read models as TypeORM entities. Migrations make the tables; the projection alone writes to them. */
import { Balance, Entry, Movement, OpenReceivable, Total } from './entries.js';
import { KycChange, PartyRow, PartyWallet } from './parties.js';
import { Checkpoint, KafkaOffset, PageTime } from './positions.js';
import { PriceBookRow, SplitPolicyRow } from './prices.js';
import { Break, Reconciliation } from './reconciliations.js';
import { ChainRow, HeldPayout, Payout, Settlement } from './settlements.js';
import { Conflict, Rejection, UsageAmount, UsageTotal } from './usage.js';

export {
  Balance,
  Break,
  ChainRow,
  Checkpoint,
  Conflict,
  Entry,
  HeldPayout,
  KafkaOffset,
  KycChange,
  Movement,
  OpenReceivable,
  PageTime,
  PartyRow,
  PartyWallet,
  Payout,
  PriceBookRow,
  Reconciliation,
  Rejection,
  Settlement,
  SplitPolicyRow,
  Total,
  UsageAmount,
  UsageTotal,
};

export const TABLES = [
  Balance,
  Break,
  ChainRow,
  Checkpoint,
  Conflict,
  Entry,
  HeldPayout,
  KafkaOffset,
  KycChange,
  Movement,
  OpenReceivable,
  PageTime,
  PartyRow,
  PartyWallet,
  Payout,
  PriceBookRow,
  Reconciliation,
  Rejection,
  Settlement,
  SplitPolicyRow,
  Total,
  UsageAmount,
  UsageTotal,
] as const;
