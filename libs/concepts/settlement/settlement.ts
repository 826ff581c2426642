/**
 * A settlement batch: open -> (each shard cuts, `cut.ts`) -> plan -> sign -> confirm, or revert. Each step is one event in the
 * registry shard, written before the next step acts, so a crash between any two resumes at the step that is missing.
 * One batch is under way at a time; its transaction keeps one nonce for ever.
 */
import {
  commonRefusal,
  posting,
  refusalsOf,
  type DecideEvent,
  type Posting,
  type Provenance,
  type Refusals,
  type Requested,
  type ShardHead,
} from '#domain';
import { providerPayable } from '../rating/split-policy.js';
import { chainRefusal, chainSupply, chainVault } from '../chains/chain.js';
import { gatePayout } from '../parties/payout-gate.js';
import {
  chainsSupply,
  type SettlementBatch,
  type SettlementConfirmed,
  type SettlementEmpty,
  type SettlementEvent,
  type SettlementOpened,
  type SettlementPhase,
  type SettlementPlanned,
  type SettlementReverted,
  type SettlementSigned,
  type SettlementState,
} from './batch.js';
import { SETTLEMENT_IN_TRANSIT, type PayablesCut } from './cut.js';

export const settlementRefusals = {
  SETTLEMENT_IN_PROGRESS: 'conflict',
  SETTLEMENT_STEP_INVALID: 'conflict',
} as const satisfies Refusals;
export const settlementRefusal = refusalsOf(settlementRefusals);

export type SettlementCommand = Requested &
  (
    | {
        readonly type: 'OpenSettlement';
        readonly batch: string;
        readonly chainId: number;
        readonly providers: readonly string[];
        /** What each is owed over all shards, atto-tokens; nobody who is owed more than one payout carries is paid. */
        readonly owed?: ReadonlyMap<string, bigint>;
      }
    | {
        readonly type: 'PlanSettlement';
        readonly batch: string;
        readonly cuts: readonly PayablesCut[];
        readonly heads: readonly ShardHead[];
        readonly headsDigest: string;
      }
    | ({ readonly type: 'SignSettlement'; readonly batch: string } & Pick<
        SettlementSigned,
        'nonce' | 'raw' | 'hash' | 'maxFeePerGas' | 'maxPriorityFeePerGas'
      >)
    | ({ readonly type: 'ConfirmSettlement'; readonly batch: string } & Pick<
        SettlementConfirmed,
        'hash' | 'blockNumber' | 'blockHash' | 'logIndexes' | 'gasUsed' | 'gasPrice'
      >)
    | { readonly type: 'RevertSettlement'; readonly batch: string; readonly reason: string; readonly hash?: string }
  );

/** One batch names at most this many providers, so that each of its events fits one page. Others join the next batch. */
export const SETTLEMENT_PROVIDERS_MAX = 1_000;

interface Step {
  readonly batch: string;
  readonly time: string;
  readonly provenance: Provenance;
}

export const decideSettlements: DecideEvent<SettlementCommand, SettlementState, SettlementEvent> = {
  OpenSettlement: decideOpen,
  PlanSettlement: decidePlan,
  SignSettlement: decideSign,
  ConfirmSettlement: (state, command) => {
    const { type: _, request: __, ...step } = command;
    return decideConfirm(state, step);
  },
  RevertSettlement: decideRevert,
};

/**
 * Opens a batch over the given providers; the compliance gate says who is paid and who is withheld.
 *
 * @param command.providers at most {@link SETTLEMENT_PROVIDERS_MAX}; one named twice counts once
 * @param command.owed what each is owed; whoever is owed more than a payout carries is kept out, and the others are paid
 * @throws DomainError `SETTLEMENT_IN_PROGRESS`, `CHAIN_NOT_REGISTERED`, `SETTLEMENT_STEP_INVALID`
 */
export function decideOpen(
  state: SettlementState,
  command: Step & {
    readonly chainId: number;
    readonly providers: readonly string[];
    readonly owed?: ReadonlyMap<string, bigint>;
  },
): SettlementOpened {
  if (state.settlement.active !== undefined) {
    throw settlementRefusal(
      'SETTLEMENT_IN_PROGRESS',
      `Batch ${state.settlement.active.batch} is under way; it must be final before the next.`,
    );
  }
  if (!state.catalogue.chains.has(command.chainId)) {
    throw chainRefusal('CHAIN_NOT_REGISTERED', `No contracts are registered on chain ${command.chainId}.`);
  }
  if (state.settlement.batch(command.batch) !== undefined) {
    throw settlementRefusal('SETTLEMENT_STEP_INVALID', `Batch ${command.batch} was opened before.`, 'batch');
  }
  const providers = new Set(command.providers);
  if (providers.size > SETTLEMENT_PROVIDERS_MAX) {
    throw settlementRefusal(
      'SETTLEMENT_STEP_INVALID',
      `A batch settles at most ${SETTLEMENT_PROVIDERS_MAX} providers; the others join the next.`,
      'providers',
    );
  }
  const payable: SettlementOpened['payable'][number][] = [];
  const withheld: SettlementOpened['withheld'][number][] = [];
  const { parties, chains } = state.catalogue;
  const wallets = new Set<string>();
  for (const provider of providers) {
    const gate = gatePayout(parties.get(provider), command.chainId, chains, command.owed?.get(provider));
    // The vault refuses a whole batch that pays one wallet twice.
    if (!gate.open) withheld.push({ provider, reason: gate.reason });
    else if (wallets.has(gate.wallet.toLowerCase())) withheld.push({ provider, reason: 'wallet_shared' });
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
    withheld,
  };
}

/**
 * Plans the one transaction of a batch from the cuts of all holder shards: payouts summed per provider, and the supply
 * on all chains together moved to what the ledger's supply was at the cut: what stands on another chain is not issued again.
 */
export function decidePlan(
  state: SettlementState,
  command: Step & {
    readonly cuts: readonly PayablesCut[];
    readonly heads: readonly ShardHead[];
    readonly headsDigest: string;
  },
): SettlementPlanned | SettlementEmpty {
  const batch = requirePhase(state, command.batch, 'opened');
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
    const givenBack = state.balance(providerPayable(provider));
    if (givenBack === 0n) continue;
    amounts.set(provider, (amounts.get(provider) ?? 0n) + givenBack);
    postings.push(posting(providerPayable(provider), SETTLEMENT_IN_TRANSIT, givenBack));
  }
  const payouts = batch.opened.payable
    .filter(({ provider }) => (amounts.get(provider) ?? 0n) > 0n)
    .map(({ provider, wallet }) => ({ provider, wallet, amount: amounts.get(provider)!.toString() }))
    .sort((a, b) => (a.wallet.toLowerCase() < b.wallet.toLowerCase() ? -1 : 1));
  const total = payouts.reduce((sum, payout) => sum + BigInt(payout.amount), 0n);
  const change = supply - chainsSupply(state);
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
 * Records signed bytes. The first attempt uses a nonce of at least `nextNonce`; a retry keeps it with higher fees, so at
 * most one attempt is ever mined. A batch that would burn more on its chain than was issued there can never be valid: the
 * books hold what the chain is to refuse, and the batch is reverted.
 */
export function decideSign(
  state: SettlementState,
  command: Step & Pick<SettlementSigned, 'nonce' | 'raw' | 'hash' | 'maxFeePerGas' | 'maxPriorityFeePerGas'>,
): SettlementSigned {
  const batch = requirePhase(state, command.batch, 'planned', 'signed');
  const first = batch.signed[0]?.nonce;
  const next = state.settlement.nextNonce(batch.opened.chainId);
  if (first === undefined ? command.nonce < next : command.nonce !== first) {
    throw settlementRefusal(
      'SETTLEMENT_STEP_INVALID',
      first === undefined
        ? `Nonces below ${next} are given away; ${command.nonce} is one of them.`
        : `Batch ${batch.batch} keeps its nonce ${first}; ${command.nonce} could pay it twice.`,
    );
  }
  const issued = state.balance(chainSupply(batch.opened.chainId));
  const { burn } = batch.planned!;
  if (BigInt(burn) > issued) {
    throw settlementRefusal(
      'SETTLEMENT_STEP_INVALID',
      `Batch ${batch.batch} burns ${burn} on chain ${batch.opened.chainId}, where ${issued} were issued: revert it.`,
      'batch',
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
  state: SettlementState,
  command: Step &
    Pick<SettlementConfirmed, 'hash' | 'blockNumber' | 'blockHash' | 'logIndexes' | 'gasUsed' | 'gasPrice'>,
): SettlementConfirmed {
  const batch = requirePhase(state, command.batch, 'signed');
  const { batch: id, time, provenance, ...proof } = command;
  const plan = batch.planned!;
  const hash = requireSigned(batch, command.hash);
  if (command.logIndexes.length !== plan.payouts.length) {
    throw settlementRefusal(
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
  return { type: 'SettlementConfirmed', time, ...provenance, batch: id, ...proof, hash, postings };
}

/** Gives everything back to payable: no attempt can be mined any more. */
export function decideRevert(
  state: SettlementState,
  command: Step & { readonly reason: string; readonly hash?: string },
): SettlementReverted {
  const batch = requirePhase(state, command.batch, 'planned', 'signed');
  const hash = command.hash === undefined ? undefined : requireSigned(batch, command.hash);
  return {
    type: 'SettlementReverted',
    time: command.time,
    ...command.provenance,
    batch: batch.batch,
    ...(hash === undefined ? {} : { hash }),
    reason: command.reason,
    postings: batch.planned!.payouts.map(({ provider, amount }) =>
      posting(SETTLEMENT_IN_TRANSIT, providerPayable(provider), BigInt(amount)),
    ),
  };
}

/** The hash as it was signed, which is how audits compare it; a chain node may spell its letters otherwise. */
function requireSigned(batch: SettlementBatch, hash: string): string {
  const attempt = batch.signed.find((signed) => signed.hash.toLowerCase() === hash.toLowerCase());
  if (attempt === undefined) {
    throw settlementRefusal(
      'SETTLEMENT_STEP_INVALID',
      `Batch ${batch.batch} never signed transaction ${hash}.`,
      'hash',
    );
  }
  return attempt.hash;
}

function requirePhase(state: SettlementState, id: string, ...phases: SettlementPhase[]): SettlementBatch {
  const batch = state.settlement.batch(id);
  if (batch === undefined) throw commonRefusal('NOT_FOUND', `There is no settlement batch ${id}.`, 'batch');
  if (!phases.includes(batch.phase)) {
    throw settlementRefusal(
      'SETTLEMENT_STEP_INVALID',
      `Batch ${id} is ${batch.phase}; this step needs ${phases.join(' or ')}.`,
      'batch',
    );
  }
  return batch;
}
