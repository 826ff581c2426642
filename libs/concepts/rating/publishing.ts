/** What stands in the way of a price book: prices of what was used lately that it takes away, and a time that is over. */
import { refusalsOf, type Refusals } from '#domain';
import { IN_USE_DAYS, lostPrices, mayLosePrices, type LostPrice, type MeterUse } from './price-losses.js';
import type { CompiledPriceBook } from './price-book.js';

export const publishingRefusals = {
  PRICE_BOOK_OVERTAKEN: 'conflict',
  PRICES_REMOVED: 'refused',
  RETROACTIVE_PRICES: 'refused',
} as const satisfies Refusals;
const publishingRefusal = refusalsOf(publishingRefusals);

/**
 * Prices of what was used lately may go (`confirmed`); may not, and that was used; or nobody looked, since the book in force
 * can lose none by the new one (`none`).
 */
export type Removing = 'confirmed' | 'none' | readonly MeterUse[];

/** What a book may do to prices that are in force. */
export interface PublicationGuard {
  readonly removing: Removing;
  /** Why it replaces prices of a time that is over. */
  readonly retroactive?: string;
}

const NAMED_MAX = 10;

/**
 * @param before in force at the instant from which the new book is
 * @param hasUsdRate whether a rate of the token is in force there
 * @throws DomainError `PRICES_REMOVED` naming the first of what would lose its price; `PRICE_BOOK_OVERTAKEN` when another
 *   book came in between
 */
export function refuseRemovals(
  before: CompiledPriceBook | undefined,
  after: CompiledPriceBook,
  removing: Removing,
  hasUsdRate: boolean,
): void {
  if (before === undefined || removing === 'confirmed') return;
  if (removing === 'none') {
    if (!mayLosePrices(before, after)) return;
    throw publishingRefusal(
      'PRICE_BOOK_OVERTAKEN',
      `Price book ${before.version} was published meanwhile; look at what differs, and send this one again.`,
      'prices',
    );
  }
  const lost = lostPrices(before, after, removing, hasUsdRate);
  if (lost.length === 0) return;
  const names = lost.slice(0, NAMED_MAX).map(nameOf).join('; ');
  const more = lost.length > NAMED_MAX ? `; and ${lost.length - NAMED_MAX} more` : '';
  throw publishingRefusal(
    'PRICES_REMOVED',
    `Used in the last ${IN_USE_DAYS} days, priced by book ${before.version} and without a price in this one: ${names}${more}. ` +
      'Keep their prices ("extends" does), or send "confirmRemoved": true; ?dryRun=true lists all of them.',
    'prices',
  );
}

function nameOf({ usageType, model, provider, region, meter, code }: LostPrice): string {
  const where = region === undefined ? '' : ` in ${region}`;
  const why = code === 'NO_USD_RATE' ? ' (no rate of the token in dollars)' : '';
  return `${meter} of ${model} of ${provider}${where}, ${usageType}${why}`;
}

/**
 * @param timeMs of the command
 * @returns the reason, where the book replaces prices of a time that is over
 * @throws DomainError `RETROACTIVE_PRICES` when it does so without one
 */
export function retroactiveReason(
  before: CompiledPriceBook | undefined,
  after: CompiledPriceBook,
  timeMs: number,
  reason: string | undefined,
): string | undefined {
  if (before === undefined || after.effectiveAtMs >= timeMs) return undefined;
  if (reason !== undefined) return reason;
  throw publishingRefusal(
    'RETROACTIVE_PRICES',
    `Price book ${before.version} is in force at ${after.effectiveAt}, which is over. Begin later, or say why in "retroactive": ` +
      'usage that is reported late is then rated by this one, and nothing that was charged changes.',
    'retroactive',
  );
}
