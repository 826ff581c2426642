/**
 * The chart of accounts: every kind of account, and what is true of it.
 * Whatever lists accounts derives from here, except the verifier, which keeps a list of its own on purpose.
 */
import { chainAccount, holderAccount, namesOf, type AccountKind } from './account.js';

const supply = {
  issuance: {
    pattern: 'issuance',
    holds: 'minus what was minted and not burned',
    belowZero: 'yes',
    supply: 'issued',
    root: 'assets',
  },
  customerAvailable: {
    pattern: 'customer:{holder}:available',
    holds: 'what a holder can spend',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
    balance: 'available',
  },
} as const satisfies Record<string, AccountKind>;

const usage = {
  providerPayable: {
    pattern: 'provider:{holder}:payable',
    holds: 'owed to a provider, not yet in a settlement batch',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
    balance: 'payable',
  },
  treasuryFees: {
    pattern: 'treasury:fees',
    holds: 'the treasury’s share of usage',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
  },
  stakingRewards: {
    pattern: 'staking:rewards',
    holds: 'the stakers’ share of usage, until it is distributed',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
  },
} as const satisfies Record<string, AccountKind>;

const receivables = {
  customerReceivable: {
    pattern: 'customer:{holder}:receivable',
    holds: 'minus what a customer owes for usage',
    belowZero: 'zero or below',
    supply: 'receivable',
    root: 'assets',
    balance: 'receivable',
  },
  providerUncovered: {
    pattern: 'provider:{holder}:uncovered',
    holds: 'a provider’s share of usage that waits for its customer to cover it',
    belowZero: 'never',
    supply: 'uncovered',
    root: 'liabilities',
    balance: 'uncovered',
  },
  treasuryUncovered: {
    pattern: 'treasury:uncovered',
    holds: 'the treasury’s share of usage that waits to be covered',
    belowZero: 'never',
    supply: 'uncovered',
    root: 'liabilities',
  },
  stakingUncovered: {
    pattern: 'staking:uncovered',
    holds: 'the stakers’ share of usage that waits to be covered',
    belowZero: 'never',
    supply: 'uncovered',
    root: 'liabilities',
  },
  burnUncovered: {
    pattern: 'burn:uncovered',
    holds: 'the share of usage that is burned once it is covered',
    belowZero: 'never',
    supply: 'uncovered',
    root: 'liabilities',
  },
} as const satisfies Record<string, AccountKind>;

const transfers = {
  transit: {
    pattern: 'transit',
    holds: 'between the two entries of a transfer whose holders live in two shards',
    belowZero: 'never over all shards',
    supply: 'transfers',
    root: 'liabilities',
  },
} as const satisfies Record<string, AccountKind>;

const settlement = {
  // The word in the bytes is older than the concept's name (ADR 21): a hold is a reservation.
  providerWithheld: {
    pattern: 'provider:{holder}:held',
    holds: 'owed to a provider, withheld from payouts by the compliance gate',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
    balance: 'withheld',
  },
  settlementInTransit: {
    pattern: 'settlement:in-transit',
    holds: 'cut into a settlement batch, not yet final on chain',
    belowZero: 'never over all shards',
    supply: 'payouts',
    root: 'liabilities',
  },
} as const satisfies Record<string, AccountKind>;

const chains = {
  chainSupply: {
    pattern: 'chain:{chain}:supply',
    holds: 'the token’s `totalSupply()` on a chain',
    belowZero: 'never',
    supply: 'chain supply',
    root: 'liabilities',
  },
  chainVault: {
    pattern: 'chain:{chain}:vault',
    holds: 'minus the tokens in the settlement vault on a chain',
    belowZero: 'yes',
    supply: 'vault',
    root: 'assets',
  },
} as const satisfies Record<string, AccountKind>;

/** Every kind of account, by the name that the code gives it. */
export const ACCOUNTS = { ...supply, ...usage, ...receivables, ...transfers, ...settlement, ...chains };

export type AccountName = keyof typeof ACCOUNTS;
/** The kinds in order; {@link ACCOUNTS} by what they have in common. */
export const ACCOUNT_KINDS: readonly AccountKind[] = Object.values(ACCOUNTS);
/** What a holder's balance tells apart. */
export type BalanceKind = Extract<(typeof ACCOUNTS)[AccountName], { balance: string }>['balance'];

/** Minted minus burned, as a debt of the issuer: its balance is minus the supply. */
export const ISSUANCE = ACCOUNTS.issuance.pattern;
/** The treasury's share of usage. */
export const TREASURY_FEES = ACCOUNTS.treasuryFees.pattern;
/** The stakers' share of usage, until it is distributed. */
export const STAKING_REWARDS = ACCOUNTS.stakingRewards.pattern;
/** Cut from payables, not yet final on chain. */
export const SETTLEMENT_IN_TRANSIT = ACCOUNTS.settlementInTransit.pattern;
/** Between the two entries of a transfer whose holders live in two shards. */
export const TRANSIT = ACCOUNTS.transit.pattern;
/** Shares of usage that no balance covered yet; each waits for its customer's receivable to be covered. */
export const UNCOVERED_TREASURY = ACCOUNTS.treasuryUncovered.pattern;
export const UNCOVERED_STAKING = ACCOUNTS.stakingUncovered.pattern;
export const UNCOVERED_BURN = ACCOUNTS.burnUncovered.pattern;

export const customerAvailable = holderAccount(ACCOUNTS.customerAvailable);
export const customerReceivable = holderAccount(ACCOUNTS.customerReceivable);
export const providerPayable = holderAccount(ACCOUNTS.providerPayable);
/** Payables that the compliance gate kept out of a settlement batch. */
export const providerWithheld = holderAccount(ACCOUNTS.providerWithheld);
export const providerUncovered = holderAccount(ACCOUNTS.providerUncovered);
/** The tokens that the settlement vault holds on a chain, as an asset: minus the vault's token balance. */
export const chainVault = chainAccount(ACCOUNTS.chainVault);
/** The supply issued on a chain: the token's `totalSupply()`. */
export const chainSupply = chainAccount(ACCOUNTS.chainSupply);

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
