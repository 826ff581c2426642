/** What was outstanding at past instants over all shards, added up from the postings a second time. */
import type { AuditWalk, Place } from '#journal';

interface Asked {
  readonly atMs: number;
  readonly said: string | undefined;
  readonly place: Place;
  /** By the pages up to the instant, without what epochs minted. */
  sum: bigint;
}

export class SupplyThen {
  private readonly asked: Asked[] = [];
  private readonly emitted: { readonly atMs: number; readonly amount: bigint }[] = [];
  private shard = -1;
  private running = 0n;
  private next = 0;

  constructor(private readonly walk: AuditWalk) {}

  /** An event of the registry says what was outstanding at an instant. */
  ask(atMs: number, said: string | undefined, place: Place): void {
    const at = this.asked.findLastIndex((one) => one.atMs <= atMs) + 1;
    this.asked.splice(at, 0, { atMs, said, place, sum: 0n });
  }

  eachPage(shard: number): void {
    if (this.asked.length === 0) return;
    if (shard !== this.shard) {
      this.pass(Infinity);
      this.shard = shard;
      this.running = 0n;
      this.next = 0;
    }
    this.pass(this.walk.recordedAtMs);
  }

  /** An entry of the shard that is read has issued so much. */
  issue(amount: bigint, event: { readonly type: string; readonly time?: string }): void {
    if (event.type === 'TokensEmitted') this.emitted.push({ atMs: this.walk.instantOf(event.time!) ?? 0, amount });
    else this.running += amount;
  }

  /** @param differs told of what is not as it was said */
  check(differs: (place: Place, detail: string) => void): void {
    this.pass(Infinity);
    for (const { atMs, said, place, sum } of this.asked) {
      const all = this.emitted.reduce((so, one) => (one.atMs <= atMs ? so + one.amount : so), sum);
      const supply = all < 0n ? 0n : all;
      if (said !== `${supply}`) differs(place, `${supply} was outstanding at ${this.walk.textOfInstant(atMs)}`);
    }
  }

  /** All pages before this time are read. */
  private pass(timeMs: number): void {
    if (this.shard < 0) return;
    for (; this.next < this.asked.length && this.asked[this.next]!.atMs < timeMs; this.next++)
      this.asked[this.next]!.sum += this.running;
  }
}
