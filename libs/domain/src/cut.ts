/**
 * The cut: one shard's part of a settlement batch. What the shard owes to payable providers moves to
 * `settlement:in-transit`; what it owes to providers that the compliance gate keeps out moves to `held`, with the
 * reason on the entry, and is looked at again by the next cut. Idempotent by batch.
 */
import { posting, type Posting } from './account.js';
import { ISSUANCE, providerWithheld, providerPayable, SETTLEMENT_IN_TRANSIT } from './chart.js';
import type { PayablesCut, Provenance } from './events.js';
import type { LedgerState } from './ledger-state.js';

export interface CutCommand {
  readonly batch: string;
  readonly payable: readonly string[];
  readonly held: readonly { readonly provider: string; readonly reason: string }[];
  readonly time: string;
  readonly provenance: Provenance;
}

/** The shard's cut of a batch; undefined when the shard has cut it already. */
export function decideCut(state: LedgerState, command: CutCommand): PayablesCut | undefined {
  if (state.cuts.has(command.batch)) return undefined;
  const postings: Posting[] = [];
  const payouts: PayablesCut['payouts'][number][] = [];
  for (const provider of command.payable) {
    const payable = state.balance(providerPayable(provider));
    const held = state.balance(providerWithheld(provider));
    if (payable > 0n) postings.push(posting(providerPayable(provider), SETTLEMENT_IN_TRANSIT, payable));
    if (held > 0n) postings.push(posting(providerWithheld(provider), SETTLEMENT_IN_TRANSIT, held));
    if (payable + held > 0n) payouts.push({ provider, amount: (payable + held).toString() });
  }
  const held: PayablesCut['held'][number][] = [];
  for (const { provider, reason } of command.held) {
    const payable = state.balance(providerPayable(provider));
    if (payable > 0n) postings.push(posting(providerPayable(provider), providerWithheld(provider), payable));
    const total = payable + state.balance(providerWithheld(provider));
    if (total > 0n) held.push({ provider, amount: total.toString(), reason });
  }
  return {
    type: 'PayablesCut',
    time: command.time,
    ...command.provenance,
    batch: command.batch,
    payouts,
    held,
    supply: (-state.balance(ISSUANCE)).toString(),
    postings,
  };
}
