/** A settlement batch as a round. After its plan it is the chain's: signing, submitting and confirming are its own steps. */
import type { Round, ShardHead } from '#domain';
import type { SettlementBatch, SettlementState } from './batch.js';
import type { CutPayables, CutsState, PayablesCut } from './cut.js';
import type { SettlementCommand } from './settlement.js';

/** What a batch needs of the process that is connected to the chain. */
export interface ChainSide {
  /** The digest of the heads that the transaction commits to. */
  readonly digestHeads: (heads: readonly ShardHead[]) => string;
}

export const settlementRound: Round<
  { readonly registry: SettlementState; readonly holders: CutsState },
  { readonly registry: SettlementCommand; readonly holders: CutPayables },
  SettlementBatch,
  PayablesCut,
  'settlement',
  ChainSide
> = {
  drivenBy: 'settlement',
  provenance: { actor: 'system:settlement', origin: 'system:settlement' },
  underWay: ({ settlement: { active } }) =>
    active?.phase === 'opened' ? [{ id: active.batch, stage: 'opened', openedAt: active.openedAt, about: active }] : [],
  cut: ({ batch, opened }, step) => ({
    type: 'CutPayables',
    batch,
    payable: opened.payable.map(({ provider }) => provider),
    withheld: opened.withheld,
    ...step,
  }),
  findCut: ({ cuts }, batch) => {
    const known = cuts.get(batch);
    return known === undefined ? undefined : { cut: known.event, entry: known.position };
  },
  plan: ({ batch }, cuts, heads, step, { digestHeads }) => ({
    type: 'PlanSettlement',
    batch,
    cuts,
    heads,
    headsDigest: digestHeads(heads),
    ...step,
  }),
};
