/**
 * A settlement batch: open -> (each shard cuts) -> plan -> sign -> confirm, or revert. Each step is one event in the
 * registry shard, written before the next step acts, so a crash between any two resumes at the step that is missing.
 * One batch is under way at a time; its transaction keeps one nonce for ever.
 */
import { posting, type Posting } from './account.js';
import { chainSupply, chainVault, providerPayable, SETTLEMENT_IN_TRANSIT } from './chart.js';
import type { Catalogue } from './catalogue.js';
import { DomainError } from './errors.js';
import type {
  EntryPosition,
  PayablesCut,
  Provenance,
  SettlementConfirmed,
  SettlementEmpty,
  SettlementOpened,
  SettlementPlanned,
  SettlementReverted,
  SettlementSigned,
  ShardHead,
} from './events.js';
import { gatePayout } from './party.js';

export type SettlementEvent =
  SettlementOpened | SettlementPlanned | SettlementEmpty | SettlementSigned | SettlementConfirmed | SettlementReverted;

export type SettlementPhase = 'opened' | 'planned' | 'signed' | 'empty' | 'confirmed' | 'reverted';

/** A batch as its events tell it. */
export interface SettlementBatch {
  readonly batch: string;
  readonly phase: SettlementPhase;
  readonly opened: SettlementOpened;
  readonly openedAt: EntryPosition;
  readonly planned?: SettlementPlanned;
  /** Every signed attempt, oldest first: any of them may be the one that is mined. */
  readonly signed: readonly SettlementSigned[];
  readonly confirmed?: SettlementConfirmed;
  readonly reverted?: SettlementReverted;
}

/** True while the batch may still move value. */
export function isUnderWay(batch: SettlementBatch): boolean {
  return batch.phase === 'opened' || batch.phase === 'planned' || batch.phase === 'signed';
}

export function evolveSettlement(
  batch: SettlementBatch | undefined,
  event: SettlementEvent,
  position: EntryPosition,
): SettlementBatch {
  if (event.type === 'SettlementOpened') {
    return { batch: event.batch, phase: 'opened', opened: event, openedAt: position, signed: [] };
  }
  if (batch === undefined) throw new Error(`settlement ${event.batch} was never opened`);
  switch (event.type) {
    case 'SettlementPlanned':
      return { ...batch, phase: 'planned', planned: event };
    case 'SettlementEmpty':
      return { ...batch, phase: 'empty' };
    case 'SettlementSigned':
      return { ...batch, phase: 'signed', signed: [...batch.signed, event] };
    case 'SettlementConfirmed':
      return { ...batch, phase: 'confirmed', confirmed: event };
    case 'SettlementReverted':
      return { ...batch, phase: 'reverted', reverted: event };
  }
}

/** One batch names at most this many providers, so that each of its events fits one page. Others join the next batch. */
export const SETTLEMENT_PROVIDERS_MAX = 1_000;

interface Step {
  readonly batch: string;
  readonly time: string;
  readonly provenance: Provenance;
}

/** What the settlement decisions read of the registry shard. */
export interface SettlementView {
  readonly catalogue: Catalogue;
  balance(account: string): bigint;
  /** Tokens issued on all registered chains together, as the books have it. */
  readonly chainsSupply: bigint;
  batch(id: string): SettlementBatch | undefined;
  /** The batch under way, if any. */
  readonly active: SettlementBatch | undefined;
  /** The next unused nonce of the chain's signer. */
  nextNonce(chainId: number): number;
}

/**
 * Opens a batch over the given providers; the compliance gate says who is paid and who is held.
 *
 * @param command.providers at most {@link SETTLEMENT_PROVIDERS_MAX}; one named twice counts once
 * @param command.owed what each is owed; whoever is owed more than a payout carries is kept out, and the others are paid
 * @throws DomainError `SETTLEMENT_IN_PROGRESS`, `CHAIN_NOT_REGISTERED`, `SETTLEMENT_STEP_INVALID`
 */
export function decideOpen(
  view: SettlementView,
  command: Step & {
    readonly chainId: number;
    readonly providers: readonly string[];
    readonly owed?: ReadonlyMap<string, bigint>;
  },
): SettlementOpened {
  if (view.active !== undefined) {
    throw new DomainError(
      'SETTLEMENT_IN_PROGRESS',
      `Batch ${view.active.batch} is under way; it must be final before the next.`,
    );
  }
  if (!view.catalogue.chains.has(command.chainId)) {
    throw new DomainError('CHAIN_NOT_REGISTERED', `No contracts are registered on chain ${command.chainId}.`);
  }
  if (view.batch(command.batch) !== undefined) {
    throw new DomainError('SETTLEMENT_STEP_INVALID', `Batch ${command.batch} was opened before.`, 'batch');
  }
  const providers = new Set(command.providers);
  if (providers.size > SETTLEMENT_PROVIDERS_MAX) {
    throw new DomainError(
      'SETTLEMENT_STEP_INVALID',
      `A batch settles at most ${SETTLEMENT_PROVIDERS_MAX} providers; the others join the next.`,
      'providers',
    );
  }
  const payable: SettlementOpened['payable'][number][] = [];
  const held: SettlementOpened['held'][number][] = [];
  const { parties, chains } = view.catalogue;
  const wallets = new Set<string>();
  for (const provider of providers) {
    const gate = gatePayout(parties.get(provider), command.chainId, chains, command.owed?.get(provider));
    // The vault refuses a whole batch that pays one wallet twice.
    if (!gate.open) held.push({ provider, reason: gate.reason });
    else if (wallets.has(gate.wallet.toLowerCase())) held.push({ provider, reason: 'wallet_shared' });
    else {
      payable.push({ provider, wallet: gate.wallet });
      wallets.add(gate.wallet.toLowerCase());
    }
  }
  return {
    type: 'SettlementOpened',
    time: command.time,
    ...command.provenance,
    batch: command.batch,
    chainId: command.chainId,
    payable,
    held,
  };
}

/**
 * Plans the one transaction of a batch from the cuts of all holder shards: payouts summed per provider, and the supply
 * on all chains together moved to what the ledger's supply was at the cut: what stands on another chain is not issued again.
 */
export function decidePlan(
  view: SettlementView,
  command: Step & {
    readonly cuts: readonly PayablesCut[];
    readonly heads: readonly ShardHead[];
    readonly headsDigest: string;
  },
): SettlementPlanned | SettlementEmpty {
  const batch = requirePhase(view, command.batch, 'opened');
  if (new Set(command.cuts).size !== command.cuts.length) throw new Error(`batch ${batch.batch} was given a cut twice`);
  const payable = new Set(batch.opened.payable.map(({ provider }) => provider));
  const amounts = new Map<string, bigint>();
  let supply = 0n;
  for (const cut of command.cuts) {
    if (cut.batch !== batch.batch) throw new Error(`cut of batch ${cut.batch} offered to batch ${batch.batch}`);
    supply += BigInt(cut.supply);
    for (const { provider, amount } of cut.payouts) {
      if (!payable.has(provider)) throw new Error(`${provider} was cut, but batch ${batch.batch} does not pay it`);
      amounts.set(provider, (amounts.get(provider) ?? 0n) + BigInt(amount));
    }
  }
  const postings: Posting[] = [];
  for (const { provider } of batch.opened.payable) {
    const givenBack = view.balance(providerPayable(provider));
    if (givenBack === 0n) continue;
    amounts.set(provider, (amounts.get(provider) ?? 0n) + givenBack);
    postings.push(posting(providerPayable(provider), SETTLEMENT_IN_TRANSIT, givenBack));
  }
  const payouts = batch.opened.payable
    .filter(({ provider }) => (amounts.get(provider) ?? 0n) > 0n)
    .map(({ provider, wallet }) => ({ provider, wallet, amount: amounts.get(provider)!.toString() }))
    .sort((a, b) => (a.wallet.toLowerCase() < b.wallet.toLowerCase() ? -1 : 1));
  const total = payouts.reduce((sum, payout) => sum + BigInt(payout.amount), 0n);
  const change = supply - view.chainsSupply;
  const recorded = { time: command.time, ...command.provenance, batch: batch.batch, heads: command.heads };
  if (total === 0n && change === 0n) return { type: 'SettlementEmpty', ...recorded };
  return {
    type: 'SettlementPlanned',
    ...recorded,
    headsDigest: command.headsDigest,
    mint: (change > 0n ? change : 0n).toString(),
    burn: (change < 0n ? -change : 0n).toString(),
    total: total.toString(),
    payouts,
    postings,
  };
}

/**
 * Records signed bytes. The first attempt takes the signer's next free nonce (beyond those given away here; others may have
 * spent more on chain); a later one repeats it with higher fees, so at
 * most one attempt can ever be mined.
 */
export function decideSign(
  view: SettlementView,
  command: Step & Pick<SettlementSigned, 'nonce' | 'raw' | 'hash' | 'maxFeePerGas' | 'maxPriorityFeePerGas'>,
): SettlementSigned {
  const batch = requirePhase(view, command.batch, 'planned', 'signed');
  const first = batch.signed[0]?.nonce;
  const next = view.nextNonce(batch.opened.chainId);
  if (first === undefined ? command.nonce < next : command.nonce !== first) {
    throw new DomainError(
      'SETTLEMENT_STEP_INVALID',
      first === undefined
        ? `Nonces below ${next} are given away; ${command.nonce} is one of them.`
        : `Batch ${batch.batch} keeps its nonce ${first}; ${command.nonce} could pay it twice.`,
    );
  }
  const { nonce, raw, hash, maxFeePerGas, maxPriorityFeePerGas } = command;
  return {
    type: 'SettlementSigned',
    time: command.time,
    ...command.provenance,
    batch: batch.batch,
    attempt: batch.signed.length + 1,
    nonce,
    raw,
    hash,
    maxFeePerGas,
    maxPriorityFeePerGas,
  };
}

/**
 * Books the batch as paid: its transaction is final.
 *
 * @throws DomainError `SETTLEMENT_STEP_INVALID` unless one of the signed transactions made every planned payout
 */
export function decideConfirm(
  view: SettlementView,
  command: Step &
    Pick<SettlementConfirmed, 'hash' | 'blockNumber' | 'blockHash' | 'logIndexes' | 'gasUsed' | 'gasPrice'>,
): SettlementConfirmed {
  const batch = requirePhase(view, command.batch, 'signed');
  const { batch: id, time, provenance, ...proof } = command;
  const plan = batch.planned!;
  requireSigned(batch, command.hash);
  if (command.logIndexes.length !== plan.payouts.length) {
    throw new DomainError(
      'SETTLEMENT_STEP_INVALID',
      `Batch ${id} plans ${plan.payouts.length} payouts; ${command.logIndexes.length} were found.`,
      'logIndexes',
    );
  }
  const vault = chainVault(batch.opened.chainId);
  const supply = chainSupply(batch.opened.chainId);
  const postings: Posting[] = [];
  if (plan.mint !== '0') postings.push(posting(vault, supply, BigInt(plan.mint)));
  if (plan.burn !== '0') postings.push(posting(supply, vault, BigInt(plan.burn)));
  if (plan.total !== '0') postings.push(posting(SETTLEMENT_IN_TRANSIT, vault, BigInt(plan.total)));
  return { type: 'SettlementConfirmed', time, ...provenance, batch: id, ...proof, postings };
}

/** Gives everything back to payable: no attempt can be mined any more. */
export function decideRevert(
  view: SettlementView,
  command: Step & { readonly reason: string; readonly hash?: string },
): SettlementReverted {
  const batch = requirePhase(view, command.batch, 'planned', 'signed');
  if (command.hash !== undefined) requireSigned(batch, command.hash);
  return {
    type: 'SettlementReverted',
    time: command.time,
    ...command.provenance,
    batch: batch.batch,
    ...(command.hash === undefined ? {} : { hash: command.hash }),
    reason: command.reason,
    postings: batch.planned!.payouts.map(({ provider, amount }) =>
      posting(SETTLEMENT_IN_TRANSIT, providerPayable(provider), BigInt(amount)),
    ),
  };
}

function requireSigned(batch: SettlementBatch, hash: string): void {
  if (!batch.signed.some((attempt) => attempt.hash.toLowerCase() === hash.toLowerCase())) {
    throw new DomainError('SETTLEMENT_STEP_INVALID', `Batch ${batch.batch} never signed transaction ${hash}.`, 'hash');
  }
}

function requirePhase(view: SettlementView, id: string, ...phases: SettlementPhase[]): SettlementBatch {
  const batch = view.batch(id);
  if (batch === undefined) throw new DomainError('NOT_FOUND', `There is no settlement batch ${id}.`, 'batch');
  if (!phases.includes(batch.phase)) {
    throw new DomainError(
      'SETTLEMENT_STEP_INVALID',
      `Batch ${id} is ${batch.phase}; this step needs ${phases.join(' or ')}.`,
      'batch',
    );
  }
  return batch;
}
