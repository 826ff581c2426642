/**
 * Accounts and postings. An account is a posting address; its balance is credits minus debits, so what we owe a holder
 * is positive, what is owed to us (`issuance`, `receivable`, the chain's vault) is negative, and all balances of an
 * asset sum to zero. Every account has one sub-balance per shard; its balance is the sum of them.
 */
import { ASSET } from './amount.js';
import { DomainError } from './errors.js';

/** One debit/credit movement of a journal entry; `amount` counts atto-tokens as a decimal integer string. */
export interface Posting {
  readonly debit: string;
  readonly credit: string;
  readonly amount: string;
  readonly asset: string;
}

/** Builds a posting of the token from one account to another. */
export function posting(debit: string, credit: string, amount: bigint): Posting {
  return { debit, credit, amount: amount.toString(), asset: ASSET };
}

/** Minted minus burned, as a debt of the issuer: its balance is minus the supply. */
export const ISSUANCE = 'issuance';
/** The treasury's share of usage. */
export const TREASURY_FEES = 'treasury:fees';
/** The stakers' share of usage, until it is distributed. */
export const STAKING_REWARDS = 'staking:rewards';
/** Cut from payables, not yet final on chain. */
export const SETTLEMENT_IN_TRANSIT = 'settlement:in-transit';
/** Between the two entries of a transfer whose holders live in two shards. */
export const TRANSIT = 'transit';
/** Shares of usage that no balance covered yet; each waits for its customer's receivable to be covered. */
export const UNCOVERED_TREASURY = 'treasury:uncovered';
export const UNCOVERED_STAKING = 'staking:uncovered';
export const UNCOVERED_BURN = 'burn:uncovered';

export const customerAvailable = named((customer) => `customer:${customer}:available`);
export const customerReceivable = named((customer) => `customer:${customer}:receivable`);
export const providerPayable = named((provider) => `provider:${provider}:payable`);
/** Payables that the compliance gate kept out of a settlement batch. */
export const providerHeld = named((provider) => `provider:${provider}:held`);
export const providerUncovered = named((provider) => `provider:${provider}:uncovered`);
/** The tokens that the settlement vault holds on a chain, as an asset: minus the vault's token balance. */
export const chainVault = (chainId: number): string => `chain:${chainId}:vault`;
/** The supply issued on a chain: the token's `totalSupply()`. */
export const chainSupply = (chainId: number): string => `chain:${chainId}:supply`;

/** Names kept per kind of account; far more than a page mentions, and a bound on memory. */
const NAMES_KEPT = 50_000;

/** Keeps names that were made: a balance is found faster by a text whose hash is known than by one just put together. */
function named(make: (holder: string) => string): (holder: string) => string {
  const names = new Map<string, string>();
  return (holder) => {
    let name = names.get(holder);
    if (name === undefined) {
      if (names.size >= NAMES_KEPT) names.clear();
      name = make(holder);
      names.set(holder, name);
    }
    return name;
  };
}

/** Accounts that may never go below zero: only what is there can be spent. */
export function isSpendable(account: string): boolean {
  return (
    account.endsWith(':available') ||
    account.endsWith(':payable') ||
    account.endsWith(':held') ||
    account === TREASURY_FEES ||
    account === STAKING_REWARDS
  );
}

const HOLDER_ID = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/;

/**
 * Checks a holder's id (customer or provider): 1 to 128 letters, digits and `. _ @ + -`, beginning with a letter or
 * digit. A colon is refused, since it separates the parts of an account's name.
 *
 * @throws DomainError `IDENTIFIER_INVALID`
 */
export function parseHolderId(text: unknown, path: string): string {
  if (typeof text !== 'string' || !HOLDER_ID.test(text)) {
    throw new DomainError(
      'IDENTIFIER_INVALID',
      'An id has 1 to 128 letters, digits or . _ @ + - and begins with a letter or digit.',
      path,
    );
  }
  return text;
}
