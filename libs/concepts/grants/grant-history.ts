/** A holder's grants at a moment, from what changed them and from the balances between: a fold, like the shard's own. */
import type { GrantKind } from './burn-order.js';

/** One change of one grant, oldest first; those of one entry together. */
export interface GrantStep {
  readonly height: number;
  readonly index: number;
  readonly grant: string;
  readonly change:
    | 'pending'
    | 'began'
    | 'used'
    | 'expired'
    | 'voided'
    | 'held'
    | 'captured'
    | 'returned'
    | 'lapsed'
    | 'restored'
    | 'forfeited';
  /** Atto-tokens. */
  readonly amount: bigint;
  readonly kind: GrantKind | null;
  readonly priority: number | null;
  /** RFC 3339 UTC with milliseconds, as all instants here. */
  readonly effectiveAt: string | null;
  readonly expiresAt: string | null;
  /** What was available to the holder once the entry was booked. */
  readonly available: bigint;
}

export type GrantState = 'pending' | 'active' | 'spent' | 'expired' | 'voided';

/** A grant as it stands. `amount` = `used` + `remaining` + `held` + `lapsed`; a pending one has none of the first three. */
export interface GrantView {
  readonly grant: string;
  readonly height: number;
  readonly index: number;
  readonly kind: GrantKind;
  readonly priority: number;
  readonly amount: bigint;
  readonly effectiveAt: string;
  readonly expiresAt: string | null;
  used: bigint;
  remaining: bigint;
  held: bigint;
  /** What was left at its end, or is not there yet. */
  lapsed: bigint;
  state: GrantState;
}

/**
 * What each grant has.
 *
 * @param available what is available to the holder at the moment that is asked for
 * @returns in the order in which they were booked
 */
export function foldGrants(steps: readonly GrantStep[], available: bigint): GrantView[] {
  const views = new Map<string, GrantView>();
  /** Those that pay, in the order in which they are used. */
  const open: GrantView[] = [];
  let tracked = 0n;
  const use = (amount: bigint) => {
    let wanted = amount;
    for (const view of open) {
      const given = view.remaining < wanted ? view.remaining : wanted;
      view.remaining -= given;
      view.used += given;
      wanted -= given;
    }
  };
  for (let at = 0; at < steps.length;) {
    const { height, index, available: after } = steps[at]!;
    const entry: GrantStep[] = [];
    while (steps[at]?.height === height && steps[at]!.index === index) entry.push(steps[at++]!);
    const moved = entry.reduce((sum, step) => sum + movedBy(step, views.get(step.grant)), 0n);
    use(tracked - (after - moved));
    for (const step of entry) apply(step, views, open);
    tracked = after;
  }
  use(tracked - available);
  for (const view of views.values()) {
    if (view.state === 'active' && view.remaining === 0n && view.held === 0n) view.state = 'spent';
  }
  return [...views.values()];
}

/** What a change adds to what is available. */
function movedBy({ change, amount }: GrantStep, view: GrantView | undefined): bigint {
  if (change === 'began' || change === 'returned' || change === 'restored') return amount;
  if (change === 'captured' || change === 'lapsed' || change === 'forfeited') return 0n;
  return change === 'pending' || view?.state === 'pending' ? 0n : -amount;
}

/** What of a grant holds give up, and what reversals give back, by how. */
const GOES_TO = {
  captured: 'used',
  returned: 'remaining',
  lapsed: 'lapsed',
  restored: 'remaining',
  forfeited: 'lapsed',
} as const;

function apply(step: GrantStep, views: Map<string, GrantView>, open: GrantView[]): void {
  const { change, amount } = step;
  const view = views.get(step.grant) ?? makeView(step);
  views.set(step.grant, view);
  if (change === 'pending') return;
  if (change === 'began') {
    view.state = 'active';
    view.lapsed = 0n;
    view.remaining = amount;
    // One that was taken back whole, and is there again, has its place.
    if (open.includes(view)) return;
    const next = open.findIndex((other) => isBefore(view, other));
    open.splice(next === -1 ? open.length : next, 0, view);
  } else if (change === 'used' || change === 'held') {
    view.remaining -= amount;
    view[change] += amount;
  } else if (change === 'captured' || change === 'returned' || change === 'lapsed') {
    view.held -= amount;
    view[GOES_TO[change]] += amount;
  } else if (change === 'restored' || change === 'forfeited') {
    view.used -= amount;
    view[GOES_TO[change]] += amount;
  } else {
    if (view.state === 'active') {
      view.remaining -= amount;
      view.lapsed += amount;
    }
    view.state = change;
  }
}

function makeView({ height, index, grant, amount, kind, priority, effectiveAt, expiresAt }: GrantStep): GrantView {
  return {
    ...{ grant, height, index, amount, expiresAt },
    ...{ kind: kind ?? 'purchased', priority: priority ?? 500, effectiveAt: effectiveAt ?? '' },
    ...{ used: 0n, remaining: 0n, held: 0n, lapsed: amount, state: 'pending' },
  };
}

function isBefore(a: GrantView, b: GrantView): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority;
  if (a.expiresAt !== b.expiresAt) return (a.expiresAt ?? '~') < (b.expiresAt ?? '~');
  return a.height < b.height || (a.height === b.height && a.index < b.index);
}
