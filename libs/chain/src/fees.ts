import type { PublicClient } from 'viem';
import { reading, SettlementRefused } from './errors.js';

/** EIP-1559 fees in wei per unit of gas. */
export interface TransactionFees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What the caller knows and wants of the fees. */
export interface FeeRequest {
  /** Fees of the transaction that this one replaces: both fields are raised by an eighth at least. */
  readonly previous?: TransactionFees;
  /** The most the caller will pay, in wei per unit of gas. */
  readonly maxFeePerGasLimit?: bigint;
}

/**
 * The market's fees now, and never less than a pool demands of a replacement. geth wants a tenth more on both
 * fields, others have wanted an eighth, so an eighth it is; the division rounds up, against us, so that the bump is
 * never a wei short. Twice the base fee outlasts six full blocks.
 *
 * @throws {@link SettlementRefused} `fee_above_limit`
 */
export async function quoteFees(client: PublicClient, request: FeeRequest): Promise<TransactionFees> {
  const [block, tip] = await reading('fees', () =>
    Promise.all([client.getBlock({ blockTag: 'latest' }), client.estimateMaxPriorityFeePerGas()]),
  );
  const marketFee = 2n * (block.baseFeePerGas ?? 0n) + tip;
  const priority = max(tip, bumped(request.previous?.maxPriorityFeePerGas));
  const maxFeePerGas = max(max(marketFee, bumped(request.previous?.maxFeePerGas)), priority);
  if (request.maxFeePerGasLimit !== undefined && maxFeePerGas > request.maxFeePerGasLimit) {
    throw new SettlementRefused(
      'fee_above_limit',
      `${maxFeePerGas} wei per gas are needed, ${request.maxFeePerGasLimit} are allowed: wait, or raise the limit.`,
    );
  }
  return { maxFeePerGas, maxPriorityFeePerGas: priority };
}

function bumped(fee: bigint | undefined): bigint {
  return fee === undefined ? 0n : (fee * 1125n + 999n) / 1000n;
}

function max(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
