/** Settlement batches, their payouts, and what the compliance gate kept out. */
import {
  attoOf,
  column,
  insert,
  instantText,
  integer,
  integerText,
  movementsIn,
  NO_CHANGES,
  table,
  updateAll,
  updateOne,
  type RowChange,
  type Rows,
} from '#domain';
import type { SettlementConfirmed, SettlementEvent, SettlementPhase, SettlementPlanned } from './batch.js';
import type { CutEvent } from './cut.js';

/** A settlement batch and how far it is. */
export const SETTLEMENTS = table(
  'settlements',
  {
    batch: column.key(),
    chainId: column.wholeNumber(),
    phase: column.text<SettlementPhase>(),
    openedAt: column.instant(),
    /** When it became final: confirmed, reverted or empty. */
    closedAt: column.optional(column.instant()),
    total: column.amount(),
    mint: column.amount(),
    burn: column.amount(),
    payoutCount: column.integer(),
    /** Providers that the compliance gate kept out. */
    withheldCount: column.integer(),
    /** Signed transactions so far; all have one nonce, so at most one is mined. */
    attempts: column.integer(),
    /** Of the newest attempt, then of the one that became final. */
    txHash: column.optional(column.text()),
    blockNumber: column.optional(column.chainNumber()),
    blockHash: column.optional(column.text()),
    gasUsed: column.optional(column.chainNumber()),
    /** Wei per unit of gas. */
    gasPrice: column.optional(column.chainNumber()),
    headsDigest: column.optional(column.text()),
    /** Why it was reverted. */
    reason: column.optional(column.text()),
  },
  { key: ['batch'], control: null },
);

export const PAYOUT_STATES = ['cut', 'signed', 'confirmed', 'reverted'] as const;
export type PayoutState = (typeof PAYOUT_STATES)[number];

/** One transfer of a batch to one provider. */
export const PAYOUTS = table(
  'payouts',
  {
    batch: column.key(),
    provider: column.key(),
    /** Its place in the batch's plan, from 0. */
    ordinal: column.integer(),
    chainId: column.wholeNumber(),
    wallet: column.text(),
    amount: column.amount(),
    state: column.text<PayoutState>(),
    plannedAt: column.instant(),
    closedAt: column.optional(column.instant()),
    txHash: column.optional(column.text()),
    logIndex: column.optional(column.wholeNumber()),
    blockNumber: column.optional(column.chainNumber()),
    blockHash: column.optional(column.text()),
  },
  {
    key: ['batch', 'provider'],
    indexes: { payouts_by_provider: { on: ['provider', 'plannedAt'] } },
    control: null,
  },
);

/** What a cut kept out of a batch in one shard, and why; a provider's withheld payout is the sum over shards. */
export const WITHHELD_PAYOUTS = table(
  'withheld_payouts',
  {
    batch: column.key(),
    provider: column.key(),
    shard: column.integer(),
    amount: column.amount(),
    reason: column.text(),
    recordedAt: column.instant(),
  },
  {
    key: ['batch', 'provider', 'shard'],
    indexes: { withheld_payouts_by_provider: { on: ['provider', 'recordedAt'] } },
    control: null,
  },
);

export const settlementTables = [SETTLEMENTS, PAYOUTS, WITHHELD_PAYOUTS] as const;

/** Rows of one shard's cut. The payouts themselves appear with the plan, which sums all cuts. */
export const cutRows: Rows<CutEvent> = {
  PayablesCut: {
    entry: ({ payouts }) => ({ amount: payouts.reduce((sum, { amount }) => sum + attoOf(amount), 0n).toString() }),
    movement: null,
    changes: ({ batch, withheld }, { shard }, recordedAt) => {
      if (withheld.length === 0) return NO_CHANGES;
      const rows = withheld.map(({ provider, amount, reason }) => ({ provider, amount: attoOf(amount), reason }));
      return [insert(WITHHELD_PAYOUTS, ...rows.map((row) => ({ batch, shard, recordedAt, ...row })))];
    },
  },
};

/** A batch's confirmation pays many providers: each payout is a movement of its own. */
const CONFIRMED_PAYOUTS = movementsIn(PAYOUTS, 'payout', {
  where: { state: 'confirmed' },
  key: ['batch', 'provider'],
  at: 'closedAt',
  holder: 'provider',
  counterparty: 'wallet',
  amount: 'amount',
});

export const settlementRows: Rows<SettlementEvent> = {
  SettlementOpened: {
    entry: () => ({}),
    movement: null,
    changes: ({ batch, chainId, withheld, time }, _, recordedAt) => [
      insert(SETTLEMENTS, {
        batch,
        chainId,
        phase: 'opened',
        openedAt: instantText(time) ?? recordedAt,
        total: 0n,
        mint: 0n,
        burn: 0n,
        payoutCount: 0,
        withheldCount: withheld.length,
        attempts: 0,
      }),
    ],
  },
  SettlementPlanned: {
    entry: ({ total }) => ({ amount: total }),
    movement: null,
    changes: (event, _, recordedAt) => {
      const { batch, total, mint, burn, payouts, headsDigest } = event;
      const amounts = { total: attoOf(total), mint: attoOf(mint), burn: attoOf(burn) };
      return [
        updateOne(SETTLEMENTS, { batch }, { phase: 'planned', ...amounts, payoutCount: payouts.length, headsDigest }),
        insertPayouts(event, instantText(event.time) ?? recordedAt),
      ];
    },
  },
  SettlementEmpty: {
    entry: () => ({}),
    movement: null,
    changes: ({ batch, time }, _, recordedAt) => [
      updateOne(SETTLEMENTS, { batch }, { phase: 'empty', closedAt: instantText(time) ?? recordedAt }),
    ],
  },
  SettlementSigned: {
    entry: () => ({}),
    movement: null,
    changes: ({ batch, attempt, hash }) => [
      updateOne(SETTLEMENTS, { batch }, { phase: 'signed', attempts: attempt, txHash: hash }),
      updateAll(PAYOUTS, { batch }, { state: 'signed', txHash: hash }),
    ],
  },
  SettlementConfirmed: {
    entry: () => ({}),
    movement: CONFIRMED_PAYOUTS,
    changes: (event, _, recordedAt) => {
      const { batch, hash, blockHash } = event;
      const closedAt = instantText(event.time) ?? recordedAt;
      const mined = { closedAt, txHash: hash, blockNumber: integerText(event.blockNumber), blockHash };
      const gas = { gasUsed: integerText(event.gasUsed), gasPrice: integerText(event.gasPrice) };
      return [
        updateOne(SETTLEMENTS, { batch }, { phase: 'confirmed', ...mined, ...gas }),
        updateAll(PAYOUTS, { batch }, { state: 'confirmed', ...mined }),
        numberLogs(event),
      ];
    },
  },
  SettlementReverted: {
    entry: () => ({}),
    movement: null,
    changes: ({ batch, reason, hash, time }, _, recordedAt) => {
      const closedAt = instantText(time) ?? recordedAt;
      return [
        updateOne(
          SETTLEMENTS,
          { batch },
          { phase: 'reverted', closedAt, reason, ...(hash === undefined ? {} : { txHash: hash }) },
        ),
        updateAll(PAYOUTS, { batch }, { state: 'reverted', closedAt }),
      ];
    },
  },
};

/** The chain is the batch's own: its opening names it. */
function insertPayouts({ batch, payouts }: SettlementPlanned, plannedAt: string): RowChange {
  return {
    kind: 'sql',
    text: `
      INSERT INTO payouts (batch, chain_id, state, planned_at, provider, wallet, amount, ordinal)
      SELECT $1, (SELECT chain_id FROM settlements WHERE batch = $1), 'cut', $2, provider, wallet, amount, place - 1
      FROM unnest($3::text[], $4::text[], $5::numeric[]) WITH ORDINALITY AS planned (provider, wallet, amount, place)`,
    values: [
      batch,
      plannedAt,
      payouts.map(({ provider }) => provider),
      payouts.map(({ wallet }) => wallet),
      payouts.map(({ amount }) => integerText(amount) ?? '0'),
    ],
    rows: payouts.length,
  };
}

/** Where each payout stands in the block's logs, by its place in the plan. */
function numberLogs({ batch, logIndexes }: SettlementConfirmed): RowChange {
  return {
    kind: 'sql',
    text: 'UPDATE payouts SET log_index = ($2::bigint[])[ordinal + 1] WHERE batch = $1',
    values: [batch, logIndexes.map(integer)],
  };
}
