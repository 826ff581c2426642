/** What acts at an instant: in its order, and before whatever is recorded from that instant on. */
import type { AuditWalk, Place } from '#journal';

/** What acts at an instant, in the order in which it does at one. */
const ACTS = ['HoldExpired', 'GrantExpired', 'GrantActivated', 'Unbonded'] as const;
export type Act = (typeof ACTS)[number];

/** What may follow in one page what acts: it may bring funds, which cover at once. */
const FOLLOWING: readonly string[] = ['ReceivablesCovered', 'TopUpRequested', 'ClawbackFilled'];

interface DueHere {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly rank: number;
  readonly id: string;
}

export class DueOrder {
  /** By shard, ascending. */
  private readonly due = new Map<number, DueHere[]>();

  /** @param wrong reports what breaks the order */
  constructor(
    private readonly walk: AuditWalk,
    private readonly wrong: (place: Place, detail: string) => void,
  ) {}

  /** Nothing is recorded from an instant on before what acts at it. */
  checkOrder({ type }: { readonly type: string }, place: Place): void {
    const first = this.due.get(place.shard)?.[0];
    if (first === undefined || first.at > this.walk.recordedAtMs) return;
    const isOfThem = (ACTS as readonly string[]).includes(type) || FOLLOWING.includes(type) || first.id === idOf(place);
    if (!isOfThem) this.wrong(place, `${first.id} was to act before this`);
  }

  /** An event acts: at its instant, as the first that is due. */
  act(type: Act, id: string, at: number, event: { readonly time: string }, place: Place): void {
    const first = this.due.get(place.shard)?.[0];
    const isFirst = first?.at === at && first.rank === ACTS.indexOf(type);
    if (!isFirst || this.walk.recordedAtMs < at || this.walk.instantOf(event.time) !== at) {
      this.wrong(place, `${id} acts at another instant than its own, or before what is due first`);
    }
    this.unschedule(place.shard, type, id, at);
  }

  /** @param at milliseconds since 1970; NaN, an instant that cannot be read, is after all */
  schedule(shard: number, type: Act, id: string, at: number): void {
    const due = this.due.get(shard) ?? [];
    this.due.set(shard, due);
    const item = dueHere(type, id, at);
    due.splice(placeOf(due, item), 0, item);
  }

  /** @param at for which it was scheduled */
  unschedule(shard: number, type: Act, id: string, at: number): void {
    const due = this.due.get(shard) ?? [];
    const place = placeOf(due, dueHere(type, id, at));
    if (due[place]?.id === id && due[place].rank === ACTS.indexOf(type)) due.splice(place, 1);
  }
}

/** The id of what an entry brings: `<shard>-<height>-<index>`. */
export const idOf = ({ shard, height, index = 0 }: Place): string => `${shard}-${height}-${index}`;

const dueHere = (type: Act, id: string, at: number): DueHere => ({
  ...{ at: Number.isNaN(at) ? Infinity : at, rank: ACTS.indexOf(type), id },
});

/** Where an item is among those that are due, or its place is: holds may be many. */
function placeOf(due: readonly DueHere[], { at, rank, id }: DueHere): number {
  let low = 0;
  let high = due.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const one = due[middle]!;
    const isBefore = one.at === at ? (one.rank === rank ? one.id < id : one.rank < rank) : one.at < at;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}
