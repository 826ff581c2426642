/** What payees are to give back, since a reversal found it no longer there: the next that they are paid fills it first. */
import {
  idIn,
  posting,
  UndoableMap,
  ZERO,
  type Posting,
  type RecordEvent,
  type ShardState,
  type UndoLog,
} from '#domain';
import { providerPayable, STAKING_REWARDS, TREASURY_FEES } from '../rating/split-policy.js';
import { clawbackAccounts, providerClawback, type ClawbackFilled } from './reversal-events.js';

/** Accounts that payees are paid to, by those in which something is carried for them. */
export class ClawbacksPart {
  readonly open: UndoableMap<string, string>;

  constructor(undo: UndoLog) {
    this.open = new UndoableMap(undo);
  }
}

export interface ClawbacksState extends Pick<ShardState, 'balance'> {
  readonly clawbacks: ClawbacksPart;
}

/** Where a payee is paid, and where it is carried what it is to give back. */
export type Payee = readonly [paid: string, carried: string];

export const providerPayee = (provider: string): Payee => [providerPayable(provider), providerClawback(provider)];
export const TREASURY_PAYEE: Payee = [TREASURY_FEES, clawbackAccounts.treasuryClawback.pattern];
export const STAKING_PAYEE: Payee = [STAKING_REWARDS, clawbackAccounts.stakingClawback.pattern];

/** Takes back from a payee: what is there, and the rest below zero. */
export function takeBack(state: ClawbacksState, [paid, carried]: Payee, to: string, amount: bigint): Posting[] {
  const balance = state.balance(paid);
  const there = balance < amount ? balance : amount;
  const postings: Posting[] = [];
  if (there !== ZERO) postings.push(posting(paid, to, there));
  if (there !== amount) postings.push(posting(carried, to, amount - there));
  return postings;
}

const isProviders = idIn(clawbackAccounts.providerClawback);
const PAYEES: ReadonlyMap<string, string> = new Map(
  [TREASURY_PAYEE, STAKING_PAYEE].map(([paid, carried]) => [carried, paid]),
);

/** Where the payee is paid for whom something is carried in an account; undefined: the account is of another kind. */
function paidFor(account: string): string | undefined {
  const provider = isProviders(account);
  return provider === undefined ? PAYEES.get(account) : providerPayable(provider);
}

/** Notes for whom a reversal carries something. */
export function noteCarried({ clawbacks }: ClawbacksState, postings: readonly Posting[]): void {
  for (const { debit } of postings) {
    const paid = paidFor(debit);
    if (paid !== undefined) clawbacks.open.set(debit, paid);
  }
}

/** Forgets an account that was filled. Its postings are in the balance already. */
export function forgetFilled(state: ClawbacksState, { account }: ClawbackFilled): void {
  if (state.balance(account) === ZERO) state.clawbacks.open.delete(account);
}

const FILLING = { actor: 'system:clawback', origin: 'system:clawback' } as const;

/** Whatever an entry paid to a payee who is to give something back fills that, in the same page. */
export function fillClawbacks(state: ClawbacksState, time: string, record: RecordEvent<ClawbackFilled>): void {
  const { open } = state.clawbacks;
  if (open.size === 0) return;
  for (const [account, paid] of [...open]) {
    const there = state.balance(paid);
    if (there <= ZERO) continue;
    const wanted = -state.balance(account);
    const amount = there < wanted ? there : wanted;
    const postings = [posting(paid, account, amount)];
    record({ type: 'ClawbackFilled', time, ...FILLING, account, amount: amount.toString(), postings });
  }
}
