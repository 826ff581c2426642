/** Which providers a settlement batch names, when not all of them fit into one transaction. */
import { gatePayout, SETTLEMENT_PROVIDERS_MAX, type Catalogue, type SettlementBatch, ACCOUNTS } from '#concepts';
import { idIn } from '#domain';
import type { Sequencers } from '#wiring';

/** A provider with something to its name. */
export interface Creditor {
  readonly provider: string;
  /** Owed and not yet withheld: a cut would move it, to the batch or to what is withheld. */
  readonly hasPayable: boolean;
  /** Payable and withheld over all shards, atto-tokens: what a batch would pay. */
  readonly owed: bigint;
}

const payableTo = idIn(ACCOUNTS.providerPayable);
const withheldFrom = idIn(ACCOUNTS.providerWithheld);

/** Providers with something payable or withheld, in any shard. */
export async function findCreditors(sequencers: Pick<Sequencers, 'all'>): Promise<Creditor[]> {
  const found = new Map<string, Creditor>();
  for (const sequencer of sequencers.all) {
    await sequencer.readDurable(({ balances }) => {
      for (const [account, balance] of balances) {
        if (balance === 0n) continue;
        const payee = payableTo(account);
        const provider = payee ?? withheldFrom(account);
        if (provider === undefined) continue;
        const { hasPayable, owed } = found.get(provider) ?? { hasPayable: false, owed: 0n };
        found.set(provider, { provider, hasPayable: hasPayable || payee !== undefined, owed: owed + balance });
      }
    });
  }
  return [...found.values()];
}

/**
 * Chooses the providers of the next batch: first those that can be paid, as many as one transaction pays, beginning
 * after the last one that the batch before paid, so that nobody waits for ever behind a long alphabet. Then, as long as
 * there is room, those that the gate keeps out, those with new payables first.
 *
 * @param after the last provider that the batch before paid
 * @param payoutsMax payouts of one transaction
 */
export function selectPayees(
  creditors: readonly Creditor[],
  catalogue: Pick<Catalogue, 'parties' | 'chains'>,
  chainId: number,
  after: string | undefined,
  payoutsMax: number,
): string[] {
  const payable: string[] = [];
  const kept: Creditor[] = [];
  for (const creditor of [...creditors].sort((a, b) => (a.provider < b.provider ? -1 : 1))) {
    const { provider, owed } = creditor;
    if (gatePayout(catalogue.parties.get(provider), chainId, catalogue.chains, owed).open) payable.push(provider);
    else kept.push(creditor);
  }
  const chosen = rotate(payable, after).slice(0, payoutsMax);
  const held = [...kept.filter(({ hasPayable }) => hasPayable), ...kept.filter(({ hasPayable }) => !hasPayable)];
  return [...chosen, ...held.slice(0, SETTLEMENT_PROVIDERS_MAX - chosen.length).map(({ provider }) => provider)];
}

/** The list from the first one beyond `after`, then its beginning. */
function rotate(ascending: readonly string[], after: string | undefined): string[] {
  const start = after === undefined ? 0 : ascending.findIndex((provider) => provider > after);
  return start <= 0 ? [...ascending] : [...ascending.slice(start), ...ascending.slice(0, start)];
}

/** How the reason of a batch begins that no transaction of the chain could hold. */
export const TOO_LARGE = 'too large for one transaction';
const BATCHES_REMEMBERED = 50;

/**
 * How many payouts the next batch may have. The gas model is of Ethereum; a chain that prices otherwise, or has smaller
 * blocks, refuses a full batch before it is signed. Each such refusal among the last batches halves the next one.
 *
 * @param batches all of them, oldest first
 * @param payoutsMax by the gas model
 */
export function payoutsMaxAfter(batches: readonly SettlementBatch[], chainId: number, payoutsMax: number): number {
  const refused = batches
    .slice(-BATCHES_REMEMBERED)
    .filter(({ opened, reverted }) => opened.chainId === chainId && reverted?.reason.startsWith(TOO_LARGE) === true)
    .map(({ planned }) => Math.max(1, Math.floor((planned?.payouts.length ?? 2) / 2)));
  return Math.min(payoutsMax, ...refused);
}
