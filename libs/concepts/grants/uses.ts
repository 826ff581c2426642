/** How an entry says which grants paid what it takes: in a few bytes, since it is nearly always one. */

/**
 * Which grants paid, in the order in which they were used: the id of the one that paid it all, or the id and the
 * atto-tokens of each of several, with single spaces between.
 *
 * @pattern ^[0-9]+-[0-9]+-[0-9]+(\.[0-9]+)?( [1-9][0-9]*( [0-9]+-[0-9]+-[0-9]+(\.[0-9]+)? [1-9][0-9]*)+)?$
 */
export type GrantUses = string;

/** A part of an entry's amount, and the grant that paid it. */
export interface GrantUse {
  readonly grant: string;
  /** Atto-tokens. */
  readonly amount: bigint;
}

/** So many grants pay one charge or covering at most: what is left then is owed, and covered from the next ones. */
export const USES_MAX = 50;
/** So many pay a burn or a transfer at most, which is then far shorter than a page. */
export const REQUEST_USES_MAX = 5_000;

/** What an entry says that takes from what is available. */
export interface SaysGrants {
  readonly grants?: GrantUses;
}

/** @param total what all of them paid */
export function readUses(text: GrantUses, total: bigint): readonly GrantUse[] {
  if (!text.includes(' ')) return [{ grant: text, amount: total }];
  const words = text.split(' ');
  return Array.from({ length: words.length / 2 }, (_, i) => ({
    grant: words[2 * i]!,
    amount: BigInt(words[2 * i + 1]!),
  }));
}

export function writeUses(uses: readonly GrantUse[]): GrantUses {
  if (uses.length === 1) return uses[0]!.grant;
  return uses.map(({ grant, amount }) => `${grant} ${amount}`).join(' ');
}
