import { BaseError, decodeErrorResult, isHex, keccak256 } from 'viem';
import type { Hex, PublicClient } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { PrivateKeyAccount } from 'viem/accounts';
import { computeTokenAbi, settlementVaultAbi } from './artefacts.js';
import { ChainMismatch, ChainUnavailable, isTransportFailure, nodeWords, SettlementRefused } from './errors.js';
import type { SettlementRefusal } from './errors.js';
import { quoteFees, readMarket } from './fees.js';
import type { FeeRequest, TransactionFees } from './fees.js';
import { TRANSACTION_GAS_MAX } from './gas.js';
import { classifyRefusal } from './submission.js';
import type { Address, Hash } from './wallet.js';

/**
 * A transaction that can be sent any number of times. A journal writes `raw`, `hash` and `nonce` as they are and the
 * three amounts (fees in wei per unit of gas, gas in units) as decimal strings.
 */
export interface SignedTransaction extends TransactionFees {
  readonly raw: Hex;
  /** keccak-256 of `raw`: known before anything is sent. */
  readonly hash: Hash;
  readonly nonce: number;
  readonly gasLimit: bigint;
}

/** A call of a contract or, without `to`, a deployment. */
export interface ContractCall {
  readonly to?: Address;
  readonly data: Hex;
}

/** What the contracts' errors mean to the caller. All others are planner's mistakes. */
const REFUSALS: Readonly<Record<string, SettlementRefusal>> = {
  BatchAlreadySettled: 'already_settled',
  EnforcedPause: 'paused',
  InsufficientVault: 'insufficient_vault',
  AccessControlUnauthorizedAccount: 'not_settler',
  EmptyBatch: 'invalid_instruction',
  PayeesNotAscending: 'invalid_instruction',
  ForbiddenPayee: 'invalid_instruction',
  ZeroPayout: 'invalid_instruction',
};

/** Everything needed to sign for one account on one chain. */
export class TransactionSigner {
  private readonly account: PrivateKeyAccount;

  /** @throws {@link ChainMismatch} when the key is malformed. */
  constructor(
    private readonly client: PublicClient,
    private readonly chainId: number,
    privateKey: Hex,
  ) {
    this.account = accountOf(privateKey);
  }

  get address(): Address {
    return this.account.address;
  }

  /**
   * Runs a call on the latest state, then signs it for one nonce. The gas limit is `gasBound` or, where a chain prices
   * otherwise than the model, a quarter above the node's estimate.
   *
   * @throws {@link SettlementRefused} when the call would fail; {@link ChainUnavailable} when the node does not answer.
   */
  async sign(call: ContractCall, nonce: number, gasBound: bigint, request: FeeRequest): Promise<SignedTransaction> {
    const estimate = await this.tryOut(call);
    const market = await readMarket(this.client);
    const most = market.blockGasLimit < TRANSACTION_GAS_MAX ? market.blockGasLimit : TRANSACTION_GAS_MAX;
    if (estimate > most) {
      throw new SettlementRefused(
        'batch_too_large',
        `The batch needs ${estimate} gas and a transaction may use ${most}: cut smaller batches.`,
      );
    }
    const wanted = estimate <= gasBound ? gasBound : (estimate * 5n) / 4n;
    const gasLimit = wanted < most ? wanted : most;
    const fees = quoteFees(market, request);
    const raw = await this.account.signTransaction({
      type: 'eip1559',
      chainId: this.chainId,
      nonce,
      gas: gasLimit,
      ...fees,
      ...call,
    });
    return { raw, hash: keccak256(raw), nonce, ...fees, gasLimit };
  }

  /** The call first, because only its errors carry the contract's reason on every node; then the estimate. */
  private async tryOut(call: ContractCall): Promise<bigint> {
    try {
      // Never `pending`, the default of some nodes: there, the transaction that a new one replaces is already done.
      const run = { account: this.address, blockTag: 'latest', ...call } as const;
      await this.client.call(run);
      return await this.client.estimateGas(run);
    } catch (error) {
      throw error instanceof BaseError ? refusalOf(error) : error;
    }
  }
}

/** The contract's reason where there is one, else what the node's words mean. */
function refusalOf(error: BaseError): Error {
  const data = revertData(error);
  if (data !== undefined) {
    const { code, text } = readRevert(data);
    return new SettlementRefused(code, `The settlement would be refused: ${text}.`);
  }
  const words = nodeWords(error);
  if (isTransportFailure(error)) return new ChainUnavailable('simulate settlement', words);
  if (classifyRefusal(words) === 'insufficient_gas_funds')
    return new SettlementRefused('insufficient_gas_funds', words);
  // No block of this chain, or no call that this node runs, has as much gas as it needs.
  if (/out ?of ?gas|gas required exceeds|exceeds.*gas limit/i.test(words)) {
    return new SettlementRefused('batch_too_large', `The batch needs more gas than there is: ${words}`);
  }
  // A node that lags behind also lands here; only a revert says that the settlement itself is wrong.
  if (!/revert/i.test(words)) return new ChainUnavailable('simulate settlement', words);
  return new SettlementRefused('rejected', `The settlement would be refused: ${words}`);
}

function readRevert(data: Hex): { code: SettlementRefusal; text: string } {
  try {
    const { errorName, args } = decodeErrorResult({ abi: [...settlementVaultAbi, ...computeTokenAbi], data });
    return { code: REFUSALS[errorName] ?? 'rejected', text: `${errorName}(${(args ?? []).join(', ')})` };
  } catch {
    return { code: 'rejected', text: data.slice(0, 10) };
  }
}

function revertData(error: BaseError): Hex | undefined {
  const dataOf = (cause: unknown): unknown => {
    const data: unknown = typeof cause === 'object' && cause !== null && 'data' in cause ? cause.data : undefined;
    return typeof data === 'object' && data !== null && 'data' in data ? data.data : data;
  };
  const isRevert = (data: unknown): data is Hex => isHex(data) && data.length >= 10;
  const data = dataOf(error.walk((cause) => isRevert(dataOf(cause))));
  return isRevert(data) ? data : undefined;
}

/** The account of a private key. @throws {@link ChainMismatch} when it is none; the key is never quoted */
export function addressOfKey(privateKey: Hex): Address {
  return accountOf(privateKey).address;
}

function accountOf(privateKey: Hex): PrivateKeyAccount {
  try {
    return privateKeyToAccount(privateKey);
  } catch {
    // The library's message would quote the key.
    throw new ChainMismatch('The signer key is not a private key: 0x and 64 hexadecimal digits.');
  }
}
