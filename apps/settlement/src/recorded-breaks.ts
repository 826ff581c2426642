/** A reconciliation is one entry of one page, and strangers can make breaks: anybody may send tokens to the vault. */
import type { ReconciliationBreak } from '#concepts';

/** Breaks that one reconciliation records; the rest is counted. With bounded texts they fill half a page. */
export const BREAKS_RECORDED_MAX = 1_000;
const TEXT_LENGTH_MAX = 200;

export interface RecordedBreaks {
  readonly breaks: readonly ReconciliationBreak[];
  /** Keys of open breaks that are gone. */
  readonly closed: readonly string[];
  /** Breaks that were found and are not listed. */
  readonly unlisted: number;
}

/**
 * What is recorded of the breaks that were found: those that are open already first, so that none is taken for closed,
 * then new ones, oldest first as the chain tells them.
 */
export function recordBreaks(
  found: readonly ReconciliationBreak[],
  open: ReadonlyMap<string, ReconciliationBreak>,
): RecordedBreaks {
  const keys = new Set(found.map(({ key }) => key));
  const inOrder = [...found.filter(({ key }) => open.has(key)), ...found.filter(({ key }) => !open.has(key))];
  const listed = inOrder.slice(0, BREAKS_RECORDED_MAX).map((one) => ({
    ...one,
    detail: cut(one.detail),
    ledger: cut(one.ledger),
    chain: cut(one.chain),
  }));
  return {
    breaks: listed,
    closed: [...open.keys()].filter((key) => !keys.has(key)),
    unlisted: found.length - listed.length,
  };
}

function cut(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text;
}
