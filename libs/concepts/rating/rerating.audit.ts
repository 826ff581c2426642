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

type Price = PriceBook['prices'][number]['meters'][string];

/** Prices as numbers, so that a text is read once and not for each charge. */
const READ = new WeakMap<Price, { readonly per: bigint; readonly units: bigint }>();

function read(price: Price): { readonly per: bigint; readonly units: bigint } {
  let known = READ.get(price);
  if (known === undefined) {
    known = { per: BigInt(price.per) * BILLION, units: scaled(price.price, 18) };
    READ.set(price, known);
  }
  return known;
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
  let line: PriceBook['prices'][number] | undefined;
  // The closest model, then the closest provider; of equal ones the first.
  let [bestModel, bestProvider] = [-1, -1];
  for (const one of book.prices) {
    const model = one.type === charge.usageType ? closeness(one.model, charge.model) : -1;
    const provider = model < bestModel ? -1 : closeness(one.provider ?? '*', charge.provider);
    if (model < 0 || provider < 0 || (model === bestModel && provider <= bestProvider)) continue;
    [line, bestModel, bestProvider] = [one, model, provider];
  }
  if (line === undefined) throw new Error(`no price for ${charge.usageType} ${charge.model} of ${charge.provider}`);
  let amount = 0n;
  for (const [meter, quantity] of Object.entries(charge.meters)) {
    const price = Object.hasOwn(line.meters, meter) ? line.meters[meter] : undefined;
    if (price === undefined) throw new Error(`no price for meter ${meter}`);
    const { per, units } = read(price);
    amount += (scaled(quantity, 9) * units) / per;
  }
  return amount;
}

/** Shares by largest remainder: floors first, then one atto each by falling remainder, equal ones in order. */
export function resplit(total: bigint, weights: readonly bigint[]): bigint[] {
  let sum = 0n;
  for (const weight of weights) sum += weight;
  if (sum <= 0n) throw new Error('nothing to split by');
  const shares: bigint[] = [];
  const remainders: bigint[] = [];
  let left = total;
  for (const weight of weights) {
    const part = total * weight;
    const floor = part / sum;
    shares.push(floor);
    remainders.push(part - floor * sum);
    left -= floor;
  }
  for (; left > 0n; left--) {
    let place = 0;
    for (let i = 1; i < remainders.length; i++) if (remainders[i]! > remainders[place]!) place = i;
    shares[place]! += 1n;
    // Each place gets one at most.
    remainders[place] = -1n;
  }
  return shares;
}

/** The weights of a policy, in the order in which ties are served. */
export function weightsOf(policy: SplitPolicy): bigint[] {
  return [policy.provider, policy.treasury, policy.stakers, policy.burn].map(BigInt);
}
