import { encodeFunctionData, isHash, keccak256, stringToHex } from 'viem';
import { settlementVaultAbi } from './artefacts.js';
import { SettlementRefused } from './errors.js';
import { maxPayoutsPerBatch } from './gas.js';
import { parseWallet } from './wallet.js';
import type { Address, Hash } from './wallet.js';

/** One payment of a batch. `amount` in base units (atto-tokens), 1 to 2^96 - 1. */
export interface PayoutInstruction {
  readonly wallet: Address;
  readonly amount: bigint;
}

/** All that one settlement does on chain, in one transaction: mint, burn, then pay. */
export interface BatchInstruction {
  /** Any text that names the batch for ever; {@link batchKey} makes the contract's id of it. */
  readonly batchId: string;
  /** Base units created in the vault; 0 for none. */
  readonly mint: bigint;
  /** Base units of the vault's own destroyed, after minting and before paying; 0 for none. */
  readonly burn: bigint;
  /** Digest of the ledger heights at which the batch was cut, see {@link headsDigest}. */
  readonly headsDigest: Hash;
  /** In any order; one wallet at most once. */
  readonly payouts: readonly PayoutInstruction[];
}

const LARGEST_SUPPLY_MOVE = 2n ** 128n - 1n;
/** A payout travels in one word: 20 bytes of address, 12 bytes of amount. */
export const LARGEST_PAYOUT = 2n ** 96n - 1n;

/** The contract's id of a batch: keccak-256 of the UTF-8 bytes of its name. */
export function batchKey(batchId: string): Hash {
  if (batchId.length === 0) throw new SettlementRefused('invalid_instruction', 'A batch needs an id.');
  return keccak256(stringToHex(batchId));
}

/**
 * Digest of the journal's heads: keccak-256 of the UTF-8 text made of one line `shard:height:hash\n` for each head,
 * ascending by shard, numbers in decimal and the hash exactly as the journal writes it.
 */
export function headsDigest(heads: readonly { shard: number; height: number; hash: string }[]): Hash {
  const ascending = [...heads].sort((left, right) => left.shard - right.shard);
  ascending.forEach(({ shard, height, hash }, index) => {
    if (!Number.isSafeInteger(shard) || !Number.isSafeInteger(height) || shard < 0 || height < 0) {
      throw new RangeError(`A head is a shard and a height, both whole numbers: ${shard}:${height}`);
    }
    if (/[:\n]/.test(hash)) throw new RangeError('The hash of a head contains a separator of the encoding.');
    if (ascending[index + 1]?.shard === shard) throw new RangeError(`Shard ${shard} has two heads.`);
  });
  return keccak256(stringToHex(ascending.map(({ shard, height, hash }) => `${shard}:${height}:${hash}\n`).join('')));
}

/**
 * The contract's words for the payouts: `wallet << 96 | amount`, strictly ascending by wallet, as the contract demands.
 *
 * @throws {@link SettlementRefused} `invalid_instruction` for a bad wallet, an amount out of range or a wallet twice.
 */
export function packPayouts(payouts: readonly PayoutInstruction[], forbidden: readonly Address[] = []): Hash[] {
  const words = payouts.map(({ wallet, amount }) => {
    if (amount <= 0n || amount > LARGEST_PAYOUT) {
      throw new SettlementRefused('invalid_instruction', `A payout of ${amount} is not within 1 to 2^96 - 1.`);
    }
    return (BigInt(payable(wallet, forbidden)) << 96n) | amount;
  });
  words.sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  words.forEach((word, index) => {
    const next = words[index + 1];
    if (next !== undefined && word >> 96n === next >> 96n) {
      throw new SettlementRefused('invalid_instruction', 'One wallet is paid twice: add its payouts up.');
    }
  });
  return words.map((word): Hash => `0x${word.toString(16).padStart(64, '0')}`);
}

/**
 * The bytes of the call `settle(...)`, after checking everything that can be checked without the chain.
 *
 * @throws {@link SettlementRefused} `invalid_instruction` or `batch_too_large`.
 */
export function encodeSettle(instruction: BatchInstruction, forbidden: readonly Address[] = []): `0x${string}` {
  const { batchId, mint, burn, headsDigest: digest, payouts } = instruction;
  for (const amount of [mint, burn]) {
    if (amount < 0n || amount > LARGEST_SUPPLY_MOVE) {
      throw new SettlementRefused(
        'invalid_instruction',
        `A supply movement of ${amount} is not within 0 to 2^128 - 1.`,
      );
    }
  }
  if (mint === 0n && burn === 0n && payouts.length === 0) {
    throw new SettlementRefused('invalid_instruction', 'The batch changes nothing: do not settle it.');
  }
  if (!isHash(digest)) throw new SettlementRefused('invalid_instruction', 'The heads digest is not 32 bytes.');
  if (payouts.length > maxPayoutsPerBatch) {
    throw new SettlementRefused(
      'batch_too_large',
      `${payouts.length} payouts do not fit one transaction: cut batches of at most ${maxPayoutsPerBatch}.`,
    );
  }
  return encodeFunctionData({
    abi: settlementVaultAbi,
    functionName: 'settle',
    args: [batchKey(batchId), mint, burn, digest, packPayouts(payouts, forbidden)],
  });
}

function payable(wallet: string, forbidden: readonly Address[]): Address {
  try {
    // Its spelling was checked when it was set; one that slipped through must not keep all others from being paid.
    return parseWallet(wallet.toLowerCase(), forbidden);
  } catch (error) {
    throw new SettlementRefused('invalid_instruction', `${wallet}: ${error instanceof Error ? error.message : ''}`);
  }
}
