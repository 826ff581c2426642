/** Limits the reads of one key to a few at a time, in order, so that no key takes them all. */
import { TooManyRequests } from './rate-limit.js';

export interface ReadLimits {
  /** Reads of one key under way at once. */
  readonly atOnce: number;
  /** Reads of one key that wait for their turn. */
  readonly waiting: number;
  /** How long a read waits for its turn, in milliseconds. */
  readonly waitMs: number;
}

export const READ_LIMITS_DEFAULT: ReadLimits = { atOnce: 4, waiting: 64, waitMs: 10_000 };

interface Lane {
  underWay: number;
  readonly line: Set<() => void>;
}

/** Bounds each key's reads. A key's lane is forgotten with its last read, so memory follows the reads, not the keys. */
export class ReadLanes {
  private readonly lanes = new Map<string, Lane>();

  constructor(private readonly limits: ReadLimits = READ_LIMITS_DEFAULT) {}

  /** Keys that read now. */
  get size(): number {
    return this.lanes.size;
  }

  /**
   * Waits for the read's turn.
   *
   * @param gone aborted when its client is gone: then the place in the line is free
   * @returns ends the read; call it once
   * @throws TooManyRequests when the line is full, or moves too slowly
   */
  async enter(key: string, gone: AbortSignal): Promise<() => void> {
    const lane = this.lanes.get(key) ?? { underWay: 0, line: new Set() };
    this.lanes.set(key, lane);
    if (lane.underWay >= this.limits.atOnce) await this.wait(lane, gone);
    else lane.underWay += 1;
    return () => this.leave(key, lane);
  }

  /** The place of a read that ends goes to the first in line: {@link Lane.underWay} stays as it is. */
  private leave(key: string, lane: Lane): void {
    const [next] = lane.line;
    if (next !== undefined) {
      lane.line.delete(next);
      next();
      return;
    }
    lane.underWay -= 1;
    if (lane.underWay === 0) this.lanes.delete(key);
  }

  private wait(lane: Lane, gone: AbortSignal): Promise<void> {
    const { waiting, waitMs, atOnce } = this.limits;
    if (lane.line.size >= waiting) {
      throw new TooManyRequests(
        `This key has ${atOnce} reads under way and ${waiting} in line; send fewer at once.`,
        1,
      );
    }
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', giveUp);
        if (!lane.line.delete(take)) return;
        reject(new TooManyRequests(`The reads of this key take too long; it has ${atOnce} at once.`, 1));
      };
      const take = (): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', giveUp);
        resolve();
      };
      const timer = setTimeout(giveUp, waitMs);
      gone.addEventListener('abort', giveUp, { once: true });
      lane.line.add(take);
    });
  }
}
