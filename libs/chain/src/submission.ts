import { BaseError, keccak256 } from 'viem';
import type { PublicClient } from 'viem';
import { ChainContradiction, ChainUnavailable, isTransportFailure, nodeWords, SettlementRefused } from './errors.js';

/**
 * What became of a broadcast. `already_known`: the pool holds these very bytes. `nonce_consumed`: a transaction with
 * this nonce is mined; whether it is ours, only its confirmation can tell.
 */
export type SubmissionResult = 'accepted' | 'already_known' | 'nonce_consumed';

type Verdict = 'already_known' | 'nonce_consumed' | 'replacement_underpriced' | 'insufficient_gas_funds';

/**
 * The words of the nodes we know (geth, reth, anvil, Nethermind, Besu, Erigon) for one and the same thing. Neither
 * viem's error classes nor the JSON-RPC codes can be used: viem calls a known transaction a low nonce, and anvil
 * answers -32003 to every refusal.
 */
const VERDICTS: readonly (readonly [RegExp, Verdict])[] = [
  [/already known|already imported|known transaction|alreadyknown|already exists/i, 'already_known'],
  [/nonce (is )?too low|old ?nonce|nonce.*already (been )?used/i, 'nonce_consumed'],
  [/replacement.*(underpriced|not ?allowed)|too low to replace|could not replace/i, 'replacement_underpriced'],
  [/insufficient funds|upfront cost exceeds/i, 'insufficient_gas_funds'],
];

/** What a node's refusal of a raw transaction means; `undefined` when its words are not known. */
export function classifyRefusal(words: string): Verdict | undefined {
  return VERDICTS.find(([pattern]) => pattern.test(words))?.[1];
}

/**
 * Broadcasts stored bytes. Sending the same bytes again is always harmless.
 *
 * @throws {@link ChainUnavailable} when the node did not answer: the transaction may be in its pool all the same.
 * @throws {@link SettlementRefused} `replacement_underpriced`, `insufficient_gas_funds` or `rejected`.
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
    const words = nodeWords(error);
    const verdict = classifyRefusal(words);
    if (verdict === 'already_known' || verdict === 'nonce_consumed') return verdict;
    throw new SettlementRefused(verdict ?? 'rejected', `The node refused the transaction: ${words}`);
  }
}
