import { TransactionNotFoundError, TransactionReceiptNotFoundError } from 'viem';
import type { PublicClient, TransactionReceipt } from 'viem';
import { ChainContradiction, ChainUnavailable, reading } from './errors.js';
import { sameAddress } from './wallet.js';
import type { Address, Hash } from './wallet.js';

/**
 * Where a nonce and the transactions signed for it stand.
 *
 * - `unknown`: the node knows none of them: broadcast the stored bytes again.
 * - `pending`: one waits in the pool.
 * - `mined`: one is in a block that can still be reorganised away, whether it succeeded or not.
 * - `final`: one succeeded in a finalised block.
 * - `reverted`: one failed in a finalised block. The nonce is spent, nothing was paid by it.
 * - `superseded`: a finalised block holds the nonce with another transaction, whose hash is given. Only now may the
 *   batch be signed for a new nonce.
 */
export type ConfirmationState = 'unknown' | 'pending' | 'mined' | 'final' | 'reverted' | 'superseded';

/** Gas is in units, its price in wei per unit; both are there once a transaction of ours is mined. */
export interface Confirmation {
  readonly state: ConfirmationState;
  readonly hash?: Hash;
  readonly blockNumber?: bigint;
  readonly blockHash?: Hash;
  readonly gasUsed?: bigint;
  readonly gasPrice?: bigint;
}

/** How many blocks back a foreign transaction is looked for before giving up, and how many are asked for at once. */
const SEARCH_BLOCKS_MAX = 100_000n;
const SEARCH_WIDTH = 16n;

/** One look at the chain for all transactions ever signed for one nonce. */
export async function confirm(
  client: PublicClient,
  signer: Address,
  hashes: readonly Hash[],
  nonce: number,
): Promise<Confirmation> {
  const finalised = await reading('finalised block', () => client.getBlock({ blockTag: 'finalized' }));
  for (const hash of hashes) {
    const receipt = await findReceipt(client, hash);
    if (receipt) return fromReceipt(receipt, finalised.number);
  }
  const consumed = await reading('nonce', () =>
    client.getTransactionCount({ address: signer, blockNumber: finalised.number }),
  );
  if (consumed > nonce) return nameConsumer(client, signer, hashes, nonce, finalised.number);
  for (const hash of hashes) if (await isKnown(client, hash)) return { state: 'pending', hash };
  return { state: 'unknown' };
}

function fromReceipt(receipt: TransactionReceipt, finalBlock: bigint): Confirmation {
  const final = receipt.blockNumber <= finalBlock;
  return {
    state: final ? (receipt.status === 'success' ? 'final' : 'reverted') : 'mined',
    hash: receipt.transactionHash,
    blockNumber: receipt.blockNumber,
    blockHash: receipt.blockHash,
    gasUsed: receipt.gasUsed,
    gasPrice: receipt.effectiveGasPrice,
  };
}

/** A receipt counts only if its block is the one that the chain holds at that height now. */
async function findReceipt(client: PublicClient, hash: Hash): Promise<TransactionReceipt | undefined> {
  const receipt = await reading('receipt', () =>
    absent(TransactionReceiptNotFoundError, () => client.getTransactionReceipt({ hash })),
  );
  if (!receipt) return undefined;
  const block = await reading('block', () => client.getBlock({ blockNumber: receipt.blockNumber }));
  return block.hash === receipt.blockHash ? receipt : undefined;
}

async function isKnown(client: PublicClient, hash: Hash): Promise<boolean> {
  const found = await reading('transaction', () =>
    absent(TransactionNotFoundError, () => client.getTransaction({ hash })),
  );
  return found !== undefined;
}

/**
 * The nonce is spent in a finalised block and no receipt was found. That a receipt is missing proves nothing: a
 * lagging node behind a load balancer looks the same, and signing anew on such evidence pays twice. So the
 * transaction that spent the nonce must itself be found, and it says whose it is.
 */
async function nameConsumer(
  client: PublicClient,
  signer: Address,
  hashes: readonly Hash[],
  nonce: number,
  finalBlock: bigint,
): Promise<Confirmation> {
  const oldest = finalBlock > SEARCH_BLOCKS_MAX ? finalBlock - SEARCH_BLOCKS_MAX : 0n;
  for (let highest = finalBlock; highest >= oldest; highest -= SEARCH_WIDTH) {
    const heights: bigint[] = [];
    for (let height = highest; height >= oldest && height > highest - SEARCH_WIDTH; height--) heights.push(height);
    const blocks = await reading('blocks', () =>
      Promise.all(heights.map((blockNumber) => client.getBlock({ blockNumber, includeTransactions: true }))),
    );
    for (const block of blocks) {
      const consumer = block.transactions.find((one) => one.nonce === nonce && sameAddress(one.from, signer));
      if (!consumer) continue;
      if (hashes.includes(consumer.hash)) {
        throw new ChainUnavailable('receipt', `transaction ${consumer.hash} is in block ${block.number}, without one`);
      }
      return { state: 'superseded', hash: consumer.hash, blockNumber: block.number, blockHash: block.hash };
    }
  }
  throw new ChainContradiction(
    `Nonce ${nonce} of ${signer} is spent, but no transaction in ${SEARCH_BLOCKS_MAX} blocks spends it.`,
  );
}

async function absent<T>(absence: new (...args: never[]) => Error, find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof absence) return undefined;
    throw error;
  }
}
