import fc from 'fast-check';
import type { TransferSent } from '#concepts';
import { atto } from '#domain';
import { fewAtto, step, type Ask, type Scene } from '../test-support/step.js';

/** @public found by its name */
export const transferSteps = {
  send: step(
    3,
    ({ customers }) =>
      fc.record({ from: fc.constantFrom(...customers), to: fc.constantFrom(...customers), amount: fewAtto }),
    function* (scene, { from, to, amount }) {
      const transfer = scene.newName('t');
      yield scene.askHolder(from, { type: 'SendTransfer', transfer, from, to, amount: atto(amount), reason: 'test' });
    },
  ),
  /** Delivered and completed again and again, as a relay that forgets would. */
  deliver: step(2, () => fc.constant(undefined), receiveAll),
  complete: step(1, () => fc.constant(undefined), completeAll),
};

/** Brings a transfer to its receiver, and tells its sender, whether or not that was done before: a late relay. */
export function* relay(scene: Scene, sent: TransferSent): Iterable<Ask> {
  yield scene.askHolder(sent.to, { type: 'ReceiveTransfer', sent });
  yield scene.askHolder(sent.from, { type: 'CompleteTransfer', transfer: sent.transfer });
}

function* receiveAll(scene: Scene): Iterable<Ask> {
  for (const sent of everSent(scene)) yield scene.askHolder(sent.to, { type: 'ReceiveTransfer', sent });
}

function* completeAll(scene: Scene): Iterable<Ask> {
  for (const { transfer, from, to } of everSent(scene)) {
    if (!scene.ledgerOf(to).transfers.received.has(transfer)) continue;
    yield scene.askHolder(from, { type: 'CompleteTransfer', transfer });
  }
}

const KNOWN = new WeakMap<Scene, Map<string, TransferSent>>();

/** Transfers that were seen open, those that are completed too. */
function everSent(scene: Scene): readonly TransferSent[] {
  const known = KNOWN.get(scene) ?? new Map<string, TransferSent>();
  KNOWN.set(scene, known);
  for (const { transfers } of scene.ledgers) for (const [id, sent] of transfers.open) known.set(id, sent);
  return [...known.values()];
}
