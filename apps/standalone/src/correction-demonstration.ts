/** A burn and a reversal in the demonstration: tokens that leave the supply, and some that come back. */
import type { ApiClient, Schemas } from '#client';

/** It has bought far more than this. */
const BURNER = 'hooli';
const BURNED = '25';
const MISTAKEN = '10';

type Note = (position: Schemas['PositionAnswer']) => void;

/** May be repeated. @param note is told where something was written */
export async function demonstrateBurn(api: ApiClient, note: Note): Promise<string> {
  const body = { holder: BURNER, amount: BURNED, reason: 'demonstration' };
  note((await api.post('/v1/burns', { body, idempotencyKey: 'demonstration-burn' })).position);
  return `${BURNED} AIR of ${BURNER}`;
}

/** Burns what should not have been, and takes that back by a linked entry. May be repeated. */
export async function demonstrateReversal(api: ApiClient, note: Note): Promise<string> {
  const body = { holder: BURNER, amount: MISTAKEN, reason: 'demonstration' };
  const { entry, position } = await api.post('/v1/burns', { body, idempotencyKey: 'demonstration-mistake' });
  note(position);
  const reversal = { body: { entry, reason: 'it was a mistake' }, idempotencyKey: 'demonstration-reversal' };
  const made = await api.post('/v1/reversals', reversal);
  note(made.position);
  return `a burn of ${made.amount} AIR, entry ${entry} by ${made.entry}`;
}

/** Whether all that is outstanding in the books is on the chain, or on its way there. */
export async function checkSupply(api: ApiClient): Promise<string> {
  const { checks, breaks, block } = await api.post('/v1/reconciliations');
  const { supply, lawful } = await api.get('/v1/ledger/supply');
  const wrong = checks.filter(({ agrees }) => !agrees).map(({ name, ledger, chain }) => `${name}: ${ledger}, ${chain}`);
  const onChain = checks.find(({ name }) => name === 'total supply')?.chain;
  if (!lawful || breaks.length > 0 || wrong.length > 0 || onChain !== supply) {
    throw new Error(`the books say ${supply} and the chain ${onChain} at block ${block.number}: ${wrong.join('; ')}`);
  }
  return `books ${supply} AIR = chain ${onChain} AIR at block ${block.number}`;
}
