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
  /** The least tip that the node demands, in wei per unit of gas. */
  readonly tipFloor?: bigint;
}

/** What the chain asks now. Fees in wei per unit of gas, the block's limit in units of gas. */
export interface Market {
  readonly baseFeePerGas: bigint;
  readonly priorityFeePerGas: bigint;
  readonly blockGasLimit: bigint;
}

/** The newest block's base fee and the tip that the node suggests. @throws {@link ChainUnavailable} */
export async function readMarket(client: PublicClient): Promise<Market> {
  const [block, tip] = await reading('fees', () =>
    Promise.all([client.getBlock({ blockTag: 'latest' }), client.estimateMaxPriorityFeePerGas()]),
  );
  return { baseFeePerGas: block.baseFeePerGas ?? 0n, priorityFeePerGas: tip, blockGasLimit: block.gasLimit };
}

/**
 * The market's fees, and never less than a pool demands of a replacement. geth wants a tenth more on both
 * fields, others have wanted an eighth, so an eighth it is; the division rounds up, against us, so that the bump is
 * never a wei short. Twice the base fee outlasts six full blocks, where the limit leaves room for that.
 *
 * @throws {@link SettlementRefused} `fee_above_limit`
 */
export function quoteFees(market: Market, request: FeeRequest): TransactionFees {
  const { previous, maxFeePerGasLimit: limit, tipFloor = 0n } = request;
  const tip = max(max(market.priorityFeePerGas, tipFloor), bumped(previous?.maxPriorityFeePerGas));
  const least = max(market.baseFeePerGas + tip, bumped(previous?.maxFeePerGas));
  if (limit !== undefined && least > limit) {
    throw new SettlementRefused(
      'fee_above_limit',
      `${least} wei per gas are needed, ${limit} are allowed: wait, or raise the limit.`,
    );
  }
  const roomy = max(2n * market.baseFeePerGas + tip, least);
  return { maxFeePerGas: limit !== undefined && roomy > limit ? limit : roomy, maxPriorityFeePerGas: tip };
}

/** More by an eighth, and by a wei at least: a pool keeps what is not beaten. */
function bumped(fee: bigint | undefined): bigint {
  return fee === undefined ? 0n : max((fee * 1125n + 999n) / 1000n, fee + 1n);
}

function max(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
