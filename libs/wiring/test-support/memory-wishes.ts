import { joinInstants, type ClosingWishes, type Instants } from '#journal';

/** Wishes in memory, for any number of followers. */
export class MemoryWishes implements ClosingWishes {
  readonly standing = new Map<number, string>();
  private readonly followers = new Set<() => void>();

  wish(instants: Instants): Promise<void> {
    joinInstants(this.standing, instants);
    for (const wake of this.followers) wake();
    return Promise.resolve();
  }

  async *follow(signal: AbortSignal): AsyncIterable<Instants> {
    let wake: () => void = () => undefined;
    const rung = () => {
      wake();
    };
    this.followers.add(rung);
    signal.addEventListener('abort', rung, { once: true });
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      yield new Map(this.standing);
      await woken;
    }
    this.followers.delete(rung);
  }

  takeBack(shard: number, instant: string): Promise<void> {
    if ((this.standing.get(shard) ?? '') <= instant) this.standing.delete(shard);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
