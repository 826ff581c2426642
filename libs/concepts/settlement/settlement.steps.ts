import fc from 'fast-check';
import { ROUNDS } from '#concepts';
import type { ShardHead } from '#domain';
import { digestHeads } from '../test-support/heads.js';
import { nextOfRound } from '../test-support/round.js';
import { step, type Ask, type Scene } from '../test-support/step.js';
import { CHAIN } from '../test-support/foundation.js';

/** What a chain and the journal would say; specs that look at it give their own. */
export interface BatchDetails {
  readonly chainId: number;
  readonly providers: readonly string[];
  readonly hash: (batch: string) => string;
  readonly raw: string;
  readonly fees: { readonly maxFeePerGas: string; readonly maxPriorityFeePerGas: string };
  /** Heads of the shards after their cuts. */
  readonly heads: () => readonly ShardHead[];
  readonly proof: {
    readonly blockNumber: string;
    readonly blockHash: string;
    readonly gasUsed: string;
    readonly gasPrice: string;
  };
  /** Log index of the first payout. */
  readonly firstLogIndex: number;
}

const DETAILS: Omit<BatchDetails, 'providers'> = {
  chainId: CHAIN,
  hash: (batch) => `0x${batch}`,
  raw: '0x02',
  fees: { maxFeePerGas: '2', maxPriorityFeePerGas: '1' },
  heads: () => [],
  proof: { blockNumber: '12', blockHash: '0xb10c', gasUsed: '100000', gasPrice: '1000000000' },
  firstLogIndex: 5,
};

/** @public found by its name */
export const settlementSteps = {
  /** Takes the batch under way one step further, or opens the next. */
  settle: step(
    5,
    () => fc.constant(undefined),
    function* (scene) {
      yield nextAsk(scene) ?? openBatch(scene, scene.newName('b'));
    },
  ),
  revert: step(
    2,
    () => fc.constant(undefined),
    function* (scene) {
      const batch = scene.registry.settlement.active?.batch ?? 'none';
      yield scene.askRegistry({ type: 'RevertSettlement', batch, reason: 'test' });
    },
  ),
};

/** How far a batch is taken: to its first signed bytes, or to its end. */
export type BatchEnd = 'sign' | 'confirm' | 'revert';

/** Takes a batch from its opening up to `end`; one without anything to pay ends by itself. */
export function* settleBatch(
  scene: Scene,
  batch: string,
  end: BatchEnd = 'confirm',
  details: Partial<BatchDetails> = {},
): Iterable<Ask> {
  yield openBatch(scene, batch, details);
  for (let ask = nextAsk(scene, details); ask !== undefined; ask = nextAsk(scene, details)) {
    const isSigned = scene.registry.settlement.active?.phase === 'signed';
    if (isSigned && end === 'sign') return;
    if (isSigned && end === 'revert') {
      const hash = (details.hash ?? DETAILS.hash)(batch);
      yield scene.askRegistry({ type: 'RevertSettlement', batch, hash, reason: 'reverted on chain' });
      return;
    }
    yield ask;
  }
}

function openBatch(scene: Scene, batch: string, details: Partial<BatchDetails> = {}): Ask {
  const { chainId, providers } = { ...DETAILS, providers: scene.cast.providers, ...details };
  return scene.askRegistry({ type: 'OpenSettlement', batch, chainId, providers });
}

/** What takes the batch under way one step further; undefined: none is under way. */
function nextAsk(scene: Scene, details: Partial<BatchDetails> = {}): Ask | undefined {
  const { active } = scene.registry.settlement;
  if (active === undefined) return undefined;
  const { batch, opened, planned } = active;
  const { hash, raw, fees, heads, proof, firstLogIndex } = { ...DETAILS, ...details };
  if (active.phase === 'opened') return nextOfRound(scene, ROUNDS.settlement, { digestHeads }, heads);
  if (active.phase === 'planned') {
    const nonce = scene.registry.settlement.nextNonce(opened.chainId);
    return scene.askRegistry({ type: 'SignSettlement', batch, nonce, raw, hash: hash(batch), ...fees });
  }
  const logIndexes = planned!.payouts.map((_, index) => firstLogIndex + index);
  return scene.askRegistry({ type: 'ConfirmSettlement', batch, hash: hash(batch), ...proof, logIndexes });
}
