/** What of a holder's grants may change hands, or be staked. */
import { formatAmount } from '#domain';
import { fundsRefusal, requireFunds } from '../supply/funds.js';
import { isTransferable, sharesOf, usesOf, type GrantsState } from './burn-order.js';
import type { GrantUses } from './uses.js';

/**
 * What has an end, or was given to promote, does not change hands and is not staked: it would arrive, or come back, without either.
 *
 * @param act what the holder wants, as a refusal calls it
 * @throws DomainError `INSUFFICIENT_FUNDS`
 */
export function usesOfTransferable(
  state: GrantsState,
  holder: string,
  amount: bigint,
  act: 'send' | 'stake' = 'send',
): GrantUses {
  requireFunds(state, holder, amount);
  const shares = [...sharesOf(state, holder)].filter(({ grant }) => isTransferable(grant));
  const sendable = shares.reduce((sum, { remaining }) => sum + remaining, 0n);
  if (sendable >= amount) return usesOf(shares, amount);
  throw fundsRefusal(
    'INSUFFICIENT_FUNDS',
    `${holder} can ${act} ${formatAmount(sendable)}, less than ${formatAmount(amount)}: only what was purchased or earned ` +
      'and has no end counts.',
    'amount',
  );
}
