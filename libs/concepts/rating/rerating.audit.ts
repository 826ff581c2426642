/**
 * Rating and splitting once more, written apart from the domain: rational arithmetic over plain loops, no cache of
 * decisions. Two ways to one number are the proof that the recorded amount is right.
 */
import type { UsageCharged } from '../usage/charge.js';
import type { PriceBook } from './price-book.js';
import type { SplitPolicy } from './split-policy.js';

const BILLION = 1_000_000_000n;
/** Powers of ten. */
const POWERS = Array.from({ length: 19 }, (_, exponent) => 10n ** BigInt(exponent));

/** Exact decimal text as a numerator over 10^digits. */
function scaled(text: string, digits: number): bigint {
  const point = text.indexOf('.');
  const figures = point === -1 ? text : text.slice(0, point) + text.slice(point + 1);
  const shift = point === -1 ? digits : digits - (text.length - point - 1);
  if (!/^\d+$/.test(figures) || shift < 0) throw new Error(`${text} is no decimal number`);
  return BigInt(figures) * POWERS[shift]!;
}

/** How closely a pattern names a text: -1 not at all, its length for a prefix, more than any prefix for the text itself. */
function closeness(pattern: string, text: string): number {
  if (!pattern.endsWith('*')) return pattern === text ? 1_000 : -1;
  return text.startsWith(pattern.slice(0, -1)) ? pattern.length - 1 : -1;
}

/** The amount that a price book gives for the recorded meters. @throws Error when it prices them not at all */
export function rerate(
  book: PriceBook,
  charge: Pick<UsageCharged, 'usageType' | 'model' | 'provider' | 'meters'>,
): bigint {
  const candidates = book.prices
    .map((line) => ({
      line,
      model: line.type === charge.usageType ? closeness(line.model, charge.model) : -1,
      provider: closeness(line.provider ?? '*', charge.provider),
    }))
    .filter(({ model, provider }) => model >= 0 && provider >= 0)
    .sort((a, b) => b.model - a.model || b.provider - a.provider);
  const line = candidates[0]?.line;
  if (line === undefined) throw new Error(`no price for ${charge.usageType} ${charge.model} of ${charge.provider}`);
  let numerator = 0n;
  let denominator = 1n;
  for (const [meter, quantity] of Object.entries(charge.meters)) {
    const price = Object.hasOwn(line.meters, meter) ? line.meters[meter] : undefined;
    if (price === undefined) throw new Error(`no price for meter ${meter}`);
    const per = BigInt(price.per) * BILLION;
    numerator = numerator * per + scaled(quantity, 9) * scaled(price.price, 18) * denominator;
    denominator *= per;
  }
  return numerator / denominator;
}

/** Shares by largest remainder: floors first, then one atto each by falling remainder, equal ones in order. */
export function resplit(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum <= 0n) throw new Error('nothing to split by');
  const shares = weights.map((weight, place) => ({
    place,
    floor: (total * weight) / sum,
    remainder: (total * weight) % sum,
  }));
  const left = Number(total - shares.reduce((a, { floor }) => a + floor, 0n));
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.place - b.place : a.remainder > b.remainder ? -1 : 1,
  );
  const lucky = new Set(byRemainder.slice(0, left).map(({ place }) => place));
  return shares.map(({ floor, place }) => floor + (lucky.has(place) ? 1n : 0n));
}

/** The weights of a policy, in the order in which ties are served. */
export function weightsOf(policy: SplitPolicy): bigint[] {
  return [policy.provider, policy.treasury, policy.stakers, policy.burn].map(BigInt);
}
