/**
 * The chart of accounts: every kind of account, and what is true of it. One line per concept. Whatever lists accounts
 * derives from here, except the verifier, which keeps a list of its own on purpose.
 */
import { namesOf, type AccountKind } from '#domain';
import { chainAccounts } from './chains/chain.js';
import { splitAccounts } from './rating/split-policy.js';
import { receivableAccounts } from './receivables/owed.js';
import { cutAccounts } from './settlement/cut.js';
import { fundsAccounts } from './supply/funds.js';
import { transferAccounts } from './transfers/transfer.js';

/** Every kind of account, by the name that the code gives it. */
export const ACCOUNTS = {
  ...fundsAccounts,
  ...splitAccounts,
  ...receivableAccounts,
  ...transferAccounts,
  ...cutAccounts,
  ...chainAccounts,
} satisfies Record<string, AccountKind>;

export type AccountName = keyof typeof ACCOUNTS;
/** The kinds in order; {@link ACCOUNTS} by what they have in common. */
export const ACCOUNT_KINDS: readonly AccountKind[] = Object.values(ACCOUNTS);
/** What a holder's balance tells apart. */
export type BalanceKind = Extract<(typeof ACCOUNTS)[AccountName], { balance: string }>['balance'];

const SPENDABLE = new RegExp(
  ACCOUNT_KINDS.filter(({ belowZero }) => belowZero === 'never')
    .map(namesOf)
    .join('|'),
);

/** Accounts that may never go below zero: only what is there can be spent. */
export function isSpendable(account: string): boolean {
  return SPENDABLE.test(account);
}

const NAMES = (Object.keys(ACCOUNTS) as AccountName[]).map((name) => ({
  name,
  pattern: new RegExp(namesOf(ACCOUNTS[name])),
}));

/** The name of an account's kind in {@link ACCOUNTS}; undefined for an account that the chart does not have. */
export function accountKind(account: string): AccountName | undefined {
  return NAMES.find(({ pattern }) => pattern.test(account))?.name;
}
