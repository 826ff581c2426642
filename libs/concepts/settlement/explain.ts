/** How the steps of a settlement batch are explained: what each provider's part is of what was moved. */
import type { Explain, ExplainedSum, Posting } from '#domain';
import type { SettlementEvent } from './batch.js';
import { SETTLEMENT_IN_TRANSIT, type CutEvent } from './cut.js';

const movedTo = (postings: readonly Posting[], account: string): bigint =>
  postings.reduce(
    (sum, { debit, credit, amount }) =>
      sum + (credit === account ? BigInt(amount) : 0n) - (debit === account ? BigInt(amount) : 0n),
    0n,
  );

function partsOf(
  payouts: readonly { readonly provider: string; readonly amount: string }[],
  amount: bigint,
): ExplainedSum {
  return { amount, parts: payouts.map(({ provider: of, amount: part }) => ({ of, amount: BigInt(part) })) };
}

export const explainCuts: Explain<CutEvent, unknown> = {
  PayablesCut: ({ batch, payouts, withheld, postings }) => {
    const amount = movedTo(postings, SETTLEMENT_IN_TRANSIT);
    return {
      summary: `What this shard owes to providers was frozen into a settlement batch; ${withheld.length} were kept out.`,
      ...{ amount, sum: partsOf(payouts, amount), facts: { batch } },
    };
  },
};

export const explainSettlement: Explain<SettlementEvent, unknown> = {
  SettlementOpened: ({ batch, chainId, payable, withheld }) => ({
    summary: 'A settlement batch was opened: who is paid, and who is kept out, is fixed.',
    facts: { batch, chainId, payable: payable.length, withheld: withheld.length },
  }),
  SettlementPlanned: ({ batch, payouts, total, mint, burn }) => ({
    summary:
      'All shards are cut: what one transaction pays, and how the supply on the chain follows the books, is fixed.',
    ...{ amount: BigInt(total), sum: partsOf(payouts, BigInt(total)) },
    facts: { batch, mintInAtto: mint, burnInAtto: burn },
  }),
  SettlementEmpty: ({ batch }) => ({ summary: 'The batch has nothing to pay: it ended.', facts: { batch } }),
  SettlementSigned: ({ batch, attempt, nonce, hash }) => ({
    summary: 'The transaction of a batch was signed and recorded before anybody else saw it.',
    facts: { batch, attempt, nonce, hash },
  }),
  SettlementConfirmed: ({ batch, hash, blockNumber, blockHash }) => ({
    summary: 'The transaction of a batch is final on the chain: what was in transit was paid.',
    facts: { batch, hash, blockNumber, blockHash },
  }),
  SettlementReverted: ({ batch, reason }) => ({
    summary: 'The transaction of a batch can never pay: what was in transit is payable again.',
    facts: { batch, reason },
  }),
};
