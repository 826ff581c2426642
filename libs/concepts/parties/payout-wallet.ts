/**
 * Which addresses may be paid. Asked twice: when a wallet is set, to refuse it, and when a batch is opened, to keep its
 * provider out, since contracts may be registered after the wallet.
 */
import type { ChainRegistered } from '../chains/chain.js';
import { isWellKnownAccount } from './well-known-accounts.js';

const WALLET = /^0x[0-9a-fA-F]{40}$/;

/**
 * An address on a chain, in any case of letters.
 *
 * @pattern WALLET
 */
export type WalletText = string;

/** Why a wallet is not paid, as a batch records it. */
export const WALLET_FAULTS = [
  'wallet_malformed',
  'wallet_burns',
  'wallet_reserved',
  'wallet_is_contract',
  'wallet_is_signer',
  'wallet_key_published',
] as const;
export type WalletFaultReason = (typeof WALLET_FAULTS)[number];

export interface WalletFault {
  readonly reason: WalletFaultReason;
  /** What is wrong and what to do, for whoever set the wallet. */
  readonly detail: string;
}

/**
 * Addresses up to here belong to nobody: zero, precompiled contracts (today up to 0x11, 0x100 by RIP-7212, other chains
 * more), and 0x…dEaD, where tokens are sent to be destroyed.
 */
const RESERVED_MAX = 0xffffn;

/** Where tokens are sent to be destroyed, or what stands for "the chain's own coin": no key opens them. */
const BURNING: ReadonlySet<string> = new Set([
  '0xdead000000000000000042069420694206942069',
  `0x${'dead'.repeat(10)}`,
  `0x${'e'.repeat(40)}`,
  `0x${'f'.repeat(40)}`,
]);
const DEAD = 0xdeadn;

/**
 * What keeps a wallet from being paid on a chain; undefined when nothing does.
 *
 * @param chains every registered chain: contracts and signer of none of them are wallets
 */
export function findWalletFault(
  wallet: string,
  chainId: number,
  chains: ReadonlyMap<number, ChainRegistered>,
): WalletFault | undefined {
  if (!WALLET.test(wallet)) {
    return { reason: 'wallet_malformed', detail: 'A wallet is 0x followed by 40 hexadecimal digits.' };
  }
  const lower = wallet.toLowerCase();
  const number = BigInt(lower);
  if (number === 0n || number === DEAD || BURNING.has(lower)) {
    return {
      reason: 'wallet_burns',
      detail: 'Nobody owns this address: what is sent there is lost. Give the provider’s own wallet.',
    };
  }
  if (number <= RESERVED_MAX) {
    return {
      reason: 'wallet_reserved',
      detail: 'Addresses up to 0xffff are the chain’s own contracts. Give the provider’s own wallet.',
    };
  }
  for (const { token, vault, signer } of chains.values()) {
    if ([token, vault].some((address) => address.toLowerCase() === lower)) {
      return {
        reason: 'wallet_is_contract',
        detail: 'A contract of the settlement itself cannot be paid. Give the provider’s own wallet.',
      };
    }
    if (signer.toLowerCase() === lower) {
      return {
        reason: 'wallet_is_signer',
        detail: 'This is the account that settles; it is nobody’s wallet. Give the provider’s own wallet.',
      };
    }
  }
  const chain = chains.get(chainId);
  // A chain that is settled with a published key is a development chain: there such accounts are as good as any.
  if (chain !== undefined && !isWellKnownAccount(chain.signer) && isWellKnownAccount(lower)) {
    return {
      reason: 'wallet_key_published',
      detail: 'The private key of this account is published for development. Give a wallet that only its owner opens.',
    };
  }
  return undefined;
}
