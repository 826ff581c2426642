/** Whether a picture is young enough for what was decided on it to be sent. */
import type { Picture } from './sequencer-options.js';

/** A page is sent only when the picture that it was decided on is at most so old. */
const PICTURE_AGE_MAX_MS = 1_000;

export class FreshPicture {
  /** Drafts in a row that were too old when they were to be sent. */
  private staleDrafts = 0;

  /** @param picture undefined: decisions rest on nothing that could age */
  constructor(private readonly picture: Picture | undefined) {}

  get isFresh(): boolean {
    // A store whose answers take longer than the bound would let nothing pass: after several looks it is given more.
    const ageMaxMs = PICTURE_AGE_MAX_MS * 2 ** Math.max(0, this.staleDrafts - 2);
    return this.picture === undefined || this.picture.ageMs <= ageMaxMs;
  }

  /** @throws StoreUnavailable */
  async refresh(): Promise<void> {
    await this.picture?.refresh();
  }

  /** What was decided on it was too old when it was to be sent. */
  noteStale(): void {
    this.staleDrafts++;
  }

  noteFresh(): void {
    this.staleDrafts = 0;
  }
}
