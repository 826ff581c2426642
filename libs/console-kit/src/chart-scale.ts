/** Where amounts stand in a picture. Positions are thousandths of its height, of exact amounts; no amount becomes a JavaScript number. */

/** How high a picture is, in its own units. */
export const HEIGHT = 1_000;

/** The amounts between which a picture stands, atto-tokens: zero is always within, both are round. */
export interface Scale {
  readonly top: bigint;
  readonly bottom: bigint;
}

/** The least of 1, 2, 5, 10, 20, 50 … atto-tokens that is not below an amount; 0 for none. */
export function roundUp(atto: bigint): bigint {
  if (atto <= 0n) return 0n;
  for (let power = 1n; ; power *= 10n) {
    for (const step of [1n, 2n, 5n]) if (step * power >= atto) return step * power;
  }
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

/** @param isStacked whether the amounts of a row stand on one another, those below zero downwards */
export function scaleOf(rows: readonly (readonly bigint[])[], isStacked: boolean): Scale {
  let [most, least] = [0n, 0n];
  for (const row of rows) {
    const above = row.filter((amount) => amount > 0n);
    const below = row.filter((amount) => amount < 0n);
    const ups = isStacked ? [sumOf(above)] : above;
    const downs = isStacked ? [sumOf(below)] : below;
    for (const amount of ups) if (amount > most) most = amount;
    for (const amount of downs) if (amount < least) least = amount;
  }
  return { top: roundUp(most), bottom: -roundUp(-least) };
}

/** How far below the upper edge an amount stands, 0 to {@link HEIGHT}. */
export function placeOf(atto: bigint, { top, bottom }: Scale): number {
  const range = top - bottom;
  return range === 0n ? HEIGHT : Number(((top - atto) * BigInt(HEIGHT)) / range);
}

/** A part of a stacked bar. */
export interface Block {
  readonly series: number;
  readonly y: number;
  readonly height: number;
}

/** The bar of a row: edges are placed, not heights, so that parts leave no gap and never sum to more than the whole. */
export function stack(row: readonly bigint[], scale: Scale): readonly Block[] {
  let [above, below] = [0n, 0n];
  return row.flatMap((amount, series) => {
    if (amount === 0n) return [];
    const from = amount > 0n ? above : below;
    const to = from + amount;
    if (amount > 0n) above = to;
    else below = to;
    const [y, end] = [placeOf(from > to ? from : to, scale), placeOf(from > to ? to : from, scale)];
    return [{ series, y, height: Math.max(end - y, 1) }];
  });
}

/** Which of many rows have their name written below, at most so many: the first and the last among them. */
export function namedRows(rows: number, most: number): readonly number[] {
  if (rows <= most) return Array.from({ length: rows }, (_, row) => row);
  return Array.from({ length: most }, (_, place) => Math.round((place * (rows - 1)) / (most - 1)));
}
