/** A grant as the audit follows it. */
export interface Known {
  readonly id: string;
  readonly holder: string;
  readonly kind: string;
  readonly priority: number;
  /** Milliseconds since 1970; Infinity: never. */
  readonly from: number;
  readonly until: number;
  /** Its place among all that were read. */
  readonly age: number;
  /** Spent, where nothing of an ended one is said. */
  state: 'pending' | 'open' | 'spent' | 'expired' | 'voided';
  left: bigint;
  /** What holds reserve of it. */
  held: bigint;
}

/** The order in which grants pay. */
export function compare(a: Known, b: Known): number {
  return a.priority - b.priority || (a.until === b.until ? a.age - b.age : a.until - b.until);
}
