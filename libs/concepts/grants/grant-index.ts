/**
 * Every grant of a shard, for ever: its terms and how it ended. What a hold or a correction gives back may be that of one which was
 * spent long ago, and a spent one is told from one that never was. 20 bytes for each, since promotions may be many.
 */
import { EntryIndex, type EntryPosition, type UndoLog } from '#domain';
import type { Grant, GrantKind } from './grant-order.js';

/** Why a grant gives nothing any more, and takes nothing back. */
export type GrantEnd = 'expired' | 'voided';

/** As their numbers say them. */
const KINDS: readonly GrantKind[] = ['purchased', 'promotional', 'earned'];
const ENDS: readonly (GrantEnd | undefined)[] = [undefined, 'expired', 'voided'];

export class GrantIndex {
  private readonly grants: EntryIndex<'kind' | 'priority' | 'expiresAtMs' | 'end'>;

  constructor(undo: UndoLog) {
    this.grants = new EntryIndex(undo, {
      ...{ kind: Uint8Array, priority: Uint16Array, expiresAtMs: Float64Array, end: Uint8Array },
    });
  }

  get size(): number {
    return this.grants.size;
  }

  /** In the order in which they were made. */
  ids(): Iterable<string> {
    return this.grants.ids();
  }

  has(id: string): boolean {
    return this.grants.rowOf(id) !== undefined;
  }

  /** One entry may make several: the first has its id, the next ones have `.1`, `.2` behind it. */
  add(
    position: EntryPosition,
    { kind, priority, expiresAtMs }: Pick<Grant, 'kind' | 'priority' | 'expiresAtMs'>,
  ): void {
    this.grants.add(position, { kind: KINDS.indexOf(kind), priority, expiresAtMs, end: 0 });
  }

  /** @param holder whose it is: that is not kept @throws Error for a grant that there is not */
  find(id: string, holder: string): Grant {
    const row = this.rowOf(id);
    const { grants } = this;
    const [kind, priority] = [KINDS[grants.get(row, 'kind')]!, grants.get(row, 'priority')];
    return { id, holder, kind, priority, expiresAtMs: grants.get(row, 'expiresAtMs'), age: grants.ageOf(row) };
  }

  /** Undefined: it has not ended. */
  endOf(id: string): GrantEnd | undefined {
    const row = this.grants.rowOf(id);
    return row === undefined ? undefined : ENDS[this.grants.get(row, 'end')];
  }

  /** @throws Error for a grant that there is not */
  end(id: string, how: GrantEnd): void {
    this.grants.set(this.rowOf(id), 'end', ENDS.indexOf(how));
  }

  /** What had ended is there again. @throws Error for a grant that there is not */
  reopen(id: string): void {
    this.grants.set(this.rowOf(id), 'end', 0);
  }

  private rowOf(id: string): number {
    const row = this.grants.rowOf(id);
    if (row === undefined) throw new Error(`there is no grant ${id}`);
    return row;
  }
}
