/**
 * The chart of accounts: every kind of account, what is true of it, and which entries move value into and out of it. It is
 * put together from the shards' doors. Whatever lists accounts derives from here, except the verifier, which keeps a list
 * of its own on purpose.
 */
import {
  lookupTable,
  namesOf,
  postingsOf,
  spendableOf,
  type AccountKind,
  type Flow,
  type Flows,
  type Posted,
} from '#domain';
import { CATALOGUE_ACCOUNTS } from './catalogue.js';
import { LEDGER_ACCOUNTS, LEDGER_FLOWS, type LedgerEvent } from './ledger.js';
import { REGISTRY_ACCOUNTS, REGISTRY_FLOWS, type RegistryEvent } from './registry.js';

/** Every kind of account, by the name that the code gives it. */
export const ACCOUNTS = { ...LEDGER_ACCOUNTS, ...CATALOGUE_ACCOUNTS, ...REGISTRY_ACCOUNTS };

export type AccountName = keyof typeof ACCOUNTS;
/** The kinds in order; {@link ACCOUNTS} by what they have in common. */
export const ACCOUNT_KINDS: readonly AccountKind[] = Object.values(ACCOUNTS);

/** Accounts that may never go below zero: only what is there can be spent. */
export const isSpendable = spendableOf(ACCOUNTS);

const NAMES = (Object.keys(ACCOUNTS) as AccountName[]).map((name) => ({
  name,
  pattern: new RegExp(namesOf(ACCOUNTS[name])),
}));

/** The name of an account's kind in {@link ACCOUNTS}; undefined for an account that the chart does not have. */
export function accountKind(account: string): AccountName | undefined {
  return NAMES.find(({ pattern }) => pattern.test(account))?.name;
}

/** Events that move value. */
export type PostedEvent = Extract<LedgerEvent | RegistryEvent, Posted>;

/** Which kinds of accounts the postings of each event may move value between; a balanced entry can still be unlawful. */
export const FLOWS = lookupTable({ ...LEDGER_FLOWS, ...REGISTRY_FLOWS } satisfies Flows<PostedEvent>);

/** The postings of an event that go between kinds of accounts which its type may not move value between. */
export function strayPostings(event: LedgerEvent | RegistryEvent): Posted['postings'] {
  const flows: readonly Flow[] = event.type in FLOWS ? FLOWS[event.type as PostedEvent['type']] : [];
  return postingsOf(event).filter(({ debit, credit }) => {
    const [from, to] = [kindOf(debit), kindOf(credit)];
    return !flows.some(([source, target]) => source === from && target === to);
  });
}

function kindOf(account: string): AccountKind | undefined {
  const name = accountKind(account);
  return name === undefined ? undefined : ACCOUNTS[name];
}
