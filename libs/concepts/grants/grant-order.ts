/** A holder's active grants in the order in which they are used. Finding, adding and taking one is a search, not a walk. */
import { UndoableQueue, ZERO, type UndoLog } from '#domain';
import type { GrantUse } from './uses.js';

/** How a grant came about; what is left of it at its end goes to the account of its kind. */
export type GrantKind = 'purchased' | 'promotional' | 'earned';

/** What is true of a grant for ever. */
export interface Grant {
  /** The id of the entry that made it. */
  readonly id: string;
  readonly holder: string;
  readonly kind: GrantKind;
  /** 0 to 1000; the lowest is used first. */
  readonly priority: number;
  /** Milliseconds since 1970; Infinity: it has no end. */
  readonly expiresAtMs: number;
  /** Grows with the place of its entry in the shard. */
  readonly age: number;
}

/** What is left of a grant that pays. */
export interface Share {
  readonly grant: Grant;
  readonly remaining: bigint;
}

/** Which of two grants of a holder is used first; no two are alike. */
function isBefore(a: Grant, b: Grant): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority;
  if (a.expiresAtMs !== b.expiresAtMs) return a.expiresAtMs < b.expiresAtMs;
  return a.age < b.age;
}

/** Grants of one holder, in order. Of the first one what remains is told by the balance, not here. */
export class GrantOrder {
  private readonly queue: UndoableQueue<Share>;

  constructor(undo: UndoLog) {
    this.queue = new UndoableQueue(undo);
  }

  get size(): number {
    return this.queue.size;
  }

  at(place: number): Share | undefined {
    return this.queue.at(place);
  }

  takeFirst(): void {
    this.queue.takeOldest();
  }

  /** What is noted of a grant; undefined: it is not among these. */
  find(grant: Grant): Share | undefined {
    const share = this.queue.at(this.placeOf(grant));
    return share?.grant.id === grant.id ? share : undefined;
  }

  /** Notes what remains of a grant, where it is or where its place is. */
  put(grant: Grant, remaining: bigint): void {
    const place = this.placeOf(grant);
    const share = { grant, remaining };
    if (this.queue.at(place)?.grant.id === grant.id) this.queue.replace(place, share);
    else this.queue.insert(place, share);
  }

  remove(grant: Grant): void {
    this.queue.remove(this.placeOf(grant));
  }

  private placeOf(grant: Grant): number {
    let low = 0;
    let high = this.queue.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.queue.at(middle)!.grant, grant)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A change of what remains of a holder's grants, otherwise than in their order. */
export class SharesChange {
  /** What was added in all. */
  moved: bigint = ZERO;
  private readonly touched = new Map<string, Grant>();

  constructor(
    private readonly grants: { readonly byId: { get(id: string): Grant | undefined } },
    private readonly order: GrantOrder,
  ) {}

  /** Adds to what remains of a grant. @param amount may be below zero */
  add(grant: Grant, amount: bigint): void {
    const known = this.order.find(grant);
    this.order.put(known?.grant ?? grant, (known?.remaining ?? ZERO) + amount);
    this.touched.set(grant.id, grant);
    this.moved += amount;
  }

  /** Takes what grants gave, whatever their order. */
  take(uses: readonly GrantUse[]): void {
    for (const use of uses) {
      const grant = this.grants.byId.get(use.grant);
      if (grant === undefined || this.order.find(grant) === undefined)
        throw new Error(`nothing remains of the grant ${use.grant}`);
      this.add(grant, -use.amount);
    }
  }

  /** Takes out what is used up. @returns it @throws Error when a grant gave more than it had */
  finish(): readonly Grant[] {
    const spent: Grant[] = [];
    for (const grant of this.touched.values()) {
      const { remaining } = this.order.find(grant)!;
      if (remaining < ZERO) throw new Error(`the grant ${grant.id} gave ${-remaining} more than it had`);
      if (remaining !== ZERO) continue;
      this.order.remove(grant);
      spent.push(grant);
    }
    return spent;
  }
}
