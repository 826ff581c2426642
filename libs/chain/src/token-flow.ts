import {
  BaseError,
  HttpRequestError,
  parseEventLogs,
  ResponseBodyTooLargeError,
  RpcRequestError,
  TimeoutError,
  TransactionReceiptNotFoundError,
  zeroAddress,
} from 'viem';
import type { Log, PublicClient } from 'viem';
import { computeTokenAbi, settlementVaultAbi } from './artefacts.js';
import { ChainContradiction, ChainUnavailable, nodeWords, reading } from './errors.js';
import { sameAddress } from './wallet.js';
import type { Address, Hash } from './wallet.js';

/** One movement of the token: minted when `from` is the zero address, burned when `to` is. `amount` in base units. */
export interface TokenTransfer {
  readonly txHash: Hash;
  readonly logIndex: number;
  readonly blockNumber: bigint;
  readonly blockHash: Hash;
  readonly from: Address;
  readonly to: Address;
  readonly amount: bigint;
}

/** What the vault announced about one batch; amounts in base units. The transfers are the money, this is its label. */
export interface SettledBatch {
  readonly txHash: Hash;
  readonly logIndex: number;
  readonly blockNumber: bigint;
  readonly blockHash: Hash;
  readonly batchKey: Hash;
  readonly headsDigest: Hash;
  readonly minted: bigint;
  readonly burned: bigint;
  readonly paid: bigint;
  readonly count: number;
}

/** Providers cap the width of a range, or its logs, or its time: start wide, halve on refusal, widen on success. */
const RANGE_START = 2_000n;
const RANGE_MAX = 10_000n;
const RECEIPTS_AT_ONCE = 16;

const transferEvent = computeTokenAbi.find((item) => item.type === 'event' && item.name === 'Transfer')!;
const settledEvent = settlementVaultAbi.find((item) => item.type === 'event' && item.name === 'BatchSettled')!;

/** All batches the vault settled in a range of blocks, both ends included, oldest first. */
export async function* readBatches(
  client: PublicClient,
  vault: Address,
  fromBlock: bigint,
  toBlock: bigint,
): AsyncGenerator<SettledBatch> {
  for await (const { logs } of logRanges(client, [vault], fromBlock, toBlock)) yield* settledBatches(logs, vault);
}

/**
 * All movements of the token in a range of blocks, both ends included, oldest first.
 *
 * Nodes are known to leave logs out of a range without a word, so the receipts of every transaction that settles or
 * moves custodial tokens, and of every one the caller says is mined (`expected`), are read as well: what only a
 * receipt knows is added, and what a receipt contradicts is refused. Movements between holders come from logs alone.
 *
 * An expected transaction without a receipt moves nothing: whoever expected it finds its transfers missing.
 *
 * @throws {@link ChainContradiction} when a log of the range is not in its transaction's receipt.
 */
export async function* readTransfers(
  client: PublicClient,
  contracts: { token: Address; vault: Address },
  fromBlock: bigint,
  toBlock: bigint,
  expected: readonly Hash[] = [],
): AsyncGenerator<TokenTransfer> {
  const { token, vault } = contracts;
  const waiting = await receiptTransfers(client, token, [...new Set(expected)], { mayBeAbsent: true });
  for await (const { logs, from, to } of logRanges(client, [token, vault], fromBlock, toBlock)) {
    const found = tokenTransfers(logs, token);
    const custodial = found.filter((transfer) => isCustodial(transfer, vault));
    const hashes = new Set([...custodial, ...settledBatches(logs, vault)].map(({ txHash }) => txHash));
    const unread = [...hashes].filter((hash) => !waiting.has(hash));
    for (const [hash, transfers] of await receiptTransfers(client, token, unread)) waiting.set(hash, transfers);

    const known = new Set([...waiting.values()].flat().map(identity));
    const complete: TokenTransfer[] = [];
    for (const transfer of found) {
      if (!waiting.has(transfer.txHash)) complete.push(transfer);
      else if (!known.has(identity(transfer))) {
        const { logIndex, txHash } = transfer;
        throw new ChainContradiction(`Log ${logIndex} of ${txHash} is not in that transaction's receipt.`);
      }
    }
    for (const [hash, transfers] of waiting) {
      const block = transfers[0]?.blockNumber;
      if (block !== undefined && block > to) continue;
      if (block !== undefined && block >= from) complete.push(...transfers);
      waiting.delete(hash);
    }
    yield* complete.sort((a, b) => Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex);
  }
}

/** Whether a movement concerns what the ledger answers for: the supply, or the vault's balance. */
function isCustodial({ from, to }: TokenTransfer, vault: Address): boolean {
  return [from, to].some((party) => party === zeroAddress || sameAddress(party, vault));
}

function identity(transfer: TokenTransfer): string {
  const { blockHash, txHash, logIndex, from, to, amount } = transfer;
  return [blockHash, txHash, logIndex, from, to, amount].join(':');
}

/** Transfers by transaction. A transaction that `mayBeAbsent` and has no receipt is left out. */
async function receiptTransfers(
  client: PublicClient,
  token: Address,
  hashes: readonly Hash[],
  { mayBeAbsent = false } = {},
) {
  const byTransaction = new Map<Hash, TokenTransfer[]>();
  for (let start = 0; start < hashes.length; start += RECEIPTS_AT_ONCE) {
    const some = hashes.slice(start, start + RECEIPTS_AT_ONCE);
    const receipts = await reading('receipts', () =>
      Promise.all(
        some.map((hash) =>
          client.getTransactionReceipt({ hash }).catch((error: unknown) => {
            if (mayBeAbsent && error instanceof TransactionReceiptNotFoundError) return undefined;
            throw error;
          }),
        ),
      ),
    );
    for (const receipt of receipts)
      if (receipt !== undefined) byTransaction.set(receipt.transactionHash, tokenTransfers(receipt.logs, token));
  }
  return byTransaction;
}

function tokenTransfers(logs: readonly Log[], token: Address): TokenTransfer[] {
  const own = logs.filter((log) => sameAddress(log.address, token));
  return parseEventLogs({ abi: computeTokenAbi, eventName: 'Transfer', logs: own }).map((log) => ({
    ...position(log),
    from: log.args.from,
    to: log.args.to,
    amount: log.args.value,
  }));
}

function settledBatches(logs: readonly Log[], vault: Address): SettledBatch[] {
  const own = logs.filter((log) => sameAddress(log.address, vault));
  return parseEventLogs({ abi: settlementVaultAbi, eventName: 'BatchSettled', logs: own }).map((log) => ({
    ...position(log),
    batchKey: log.args.batchId,
    headsDigest: log.args.headsDigest,
    minted: log.args.minted,
    burned: log.args.burned,
    paid: log.args.paid,
    count: Number(log.args.count),
  }));
}

function position(log: Log) {
  const { transactionHash: txHash, logIndex, blockNumber, blockHash } = log;
  if (txHash === null || logIndex === null || blockNumber === null || blockHash === null) {
    throw new ChainContradiction('The node answered a range of blocks with a log that is in no block.');
  }
  return { txHash, logIndex, blockNumber, blockHash };
}

/** The events of our contracts, range by range, each range as wide as the node will bear. */
async function* logRanges(client: PublicClient, address: Address[], fromBlock: bigint, toBlock: bigint) {
  let width = RANGE_START;
  for (let from = fromBlock; from <= toBlock;) {
    const to = from + width - 1n < toBlock ? from + width - 1n : toBlock;
    const logs = await tryRange(client, address, from, to);
    if (logs) {
      yield { logs, from, to };
      from = to + 1n;
      width = width * 2n < RANGE_MAX ? width * 2n : RANGE_MAX;
    } else {
      // The odd block of the halving is left to the next range.
      width = (to - from + 1n) / 2n;
    }
  }
}

/** The logs of a range, or `undefined` when the node may have refused it for its width. */
async function tryRange(client: PublicClient, address: Address[], fromBlock: bigint, toBlock: bigint) {
  try {
    const logs: Log[] = await client.getLogs({ address, events: [transferEvent, settledEvent], fromBlock, toBlock });
    return logs;
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    if (fromBlock < toBlock && mayBeTooWide(error)) return undefined;
    throw new ChainUnavailable(`logs of blocks ${fromBlock} to ${toBlock}`, nodeWords(error));
  }
}

/** Every provider has its own words for too wide a range; any answer other than a broken connection may be one. */
function mayBeTooWide(error: BaseError): boolean {
  const answer = error.walk(
    (cause) =>
      cause instanceof RpcRequestError ||
      cause instanceof TimeoutError ||
      cause instanceof ResponseBodyTooLargeError ||
      (cause instanceof HttpRequestError && cause.status !== undefined),
  );
  return answer !== null;
}
