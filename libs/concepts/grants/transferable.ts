/** What of a holder's grants may change hands. */
import { formatAmount } from '#domain';
import { fundsRefusal, requireFunds } from '../supply/funds.js';
import { isTransferable, sharesOf, usesOf, type GrantsState } from './burn-order.js';
import type { GrantUses } from './uses.js';

/**
 * What has an end, or was given to promote, does not change hands: it would arrive without either.
 *
 * @throws DomainError `INSUFFICIENT_FUNDS`
 */
export function usesOfTransferable(state: GrantsState, holder: string, amount: bigint): GrantUses {
  requireFunds(state, holder, amount);
  const shares = [...sharesOf(state, holder)].filter(({ grant }) => isTransferable(grant));
  const sendable = shares.reduce((sum, { remaining }) => sum + remaining, 0n);
  if (sendable >= amount) return usesOf(shares, amount);
  throw fundsRefusal(
    'INSUFFICIENT_FUNDS',
    `${holder} can send ${formatAmount(sendable)}, less than ${formatAmount(amount)}: only what was purchased or earned ` +
      'and has no end changes hands.',
    'amount',
  );
}
