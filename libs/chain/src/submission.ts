import { BaseError, keccak256 } from 'viem';
import type { PublicClient } from 'viem';
import {
  ChainContradiction,
  ChainMismatch,
  ChainUnavailable,
  isTransportFailure,
  nodeWords,
  SettlementRefused,
} from './errors.js';

/**
 * What became of a broadcast. `already_known`: the pool holds these very bytes. `nonce_consumed`: a transaction with
 * this nonce is mined; whether it is ours, only its confirmation can tell.
 */
export type SubmissionResult = 'accepted' | 'already_known' | 'nonce_consumed';

type Verdict =
  | 'already_known'
  | 'nonce_consumed'
  | 'replacement_underpriced'
  | 'underpriced'
  | 'gas_limit'
  | 'insufficient_gas_funds'
  | 'wrong_chain'
  | 'busy';

/**
 * The words of the nodes we know (geth, reth, anvil, Nethermind, Besu, Erigon) for one and the same thing; the first that
 * fits counts. Neither viem's error classes nor the JSON-RPC codes can be used: viem calls a known transaction a low
 * nonce, and anvil answers -32003 to every refusal. README says what becomes of each.
 */
const VERDICTS: readonly (readonly [RegExp, Verdict])[] = [
  [/already known|already imported|known transaction|alreadyknown|already exists/i, 'already_known'],
  [/nonce (is )?too low|old ?nonce|nonce.*already (been )?used/i, 'nonce_consumed'],
  [/replacement.*(underpriced|not ?allowed)|too low to replace|could not replace/i, 'replacement_underpriced'],
  [/insufficient funds|upfront cost exceeds|insufficient balance/i, 'insufficient_gas_funds'],
  [/invalid chain ?id|incorrect chain ?id|chain ?id (mismatch|is wrong|does not match)|invalid sender/i, 'wrong_chain'],
  [/intrinsic gas|exceeds (the )?block gas limit|gas limit too (low|high)|exceeds.*gas limit|gaslimit/i, 'gas_limit'],
  [
    /underpriced|(tip|price|fee)[a-z ]*(below|too low)|less than (the )?(block )?base ?fee|below (the )?(current )?base ?fee|feetoolow/i,
    'underpriced',
  ],
  [
    /pool( is|'s)? full|pool limit|pool not accepting|limit exceeded|limit reached|too many|rate limited?|count exceeded|try again|timed? ?out/i,
    'busy',
  ],
];

/** What a node's refusal of a raw transaction means; `undefined` when its words are not known. */
export function classifyRefusal(words: string): Verdict | undefined {
  return VERDICTS.find(([pattern]) => pattern.test(words))?.[1];
}

/** The tip that a node demands at least, where its refusal says so: geth's "minimum needed 25000000000". */
export function tipDemanded(words: string): bigint | undefined {
  const digits = /(?:minimum needed|tip needed):? (\d{1,30})/i.exec(words)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

/**
 * Broadcasts stored bytes. Sending the same bytes again is always harmless.
 *
 * @throws {@link ChainUnavailable} when the node did not answer or has no room: the transaction may be in its pool all the same.
 * @throws {@link ChainMismatch} when the node serves another chain than the one signed for.
 * @throws {@link SettlementRefused} `replacement_underpriced`, `underpriced`, `gas_limit`, `insufficient_gas_funds` or `rejected`.
 */
export async function broadcast(client: PublicClient, raw: `0x${string}`): Promise<SubmissionResult> {
  try {
    const answered = await client.sendRawTransaction({ serializedTransaction: raw });
    const hash = keccak256(raw);
    if (answered !== hash) throw new ChainContradiction(`Sent transaction ${hash}, the node speaks of ${answered}.`);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    if (isTransportFailure(error)) throw new ChainUnavailable('send transaction', nodeWords(error));
    return readRefusal(nodeWords(error));
  }
}

function readRefusal(words: string): SubmissionResult {
  const verdict = classifyRefusal(words);
  switch (verdict) {
    case 'already_known':
    case 'nonce_consumed':
      return verdict;
    case 'busy':
      throw new ChainUnavailable('send transaction', words);
    case 'wrong_chain':
      throw new ChainMismatch(`The node refuses the transaction as one of another chain: ${words}`);
    case 'gas_limit':
    case 'insufficient_gas_funds':
    case 'replacement_underpriced':
    case 'underpriced':
    case undefined:
      throw new SettlementRefused(
        verdict ?? 'rejected',
        `The node refused the transaction: ${words}`,
        verdict === 'underpriced' ? tipDemanded(words) : undefined,
      );
  }
}
