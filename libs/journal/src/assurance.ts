/** Whether a decision may be made and sent: the clock agrees with the store's, and the picture it rests on is young. */
import { FreshPicture } from './fresh-picture.js';
import type { Page } from './page.js';
import type { Picture } from './sequencer-options.js';
import type { SureTime } from './sure-time.js';

export class Assurance {
  private readonly picture: FreshPicture;

  constructor(
    private readonly time: SureTime,
    picture: Picture | undefined,
    private readonly untilAvailable: (step: () => Promise<void>) => Promise<void>,
  ) {
    this.picture = new FreshPicture(picture);
  }

  /** Looks again where something is not sure. @throws ClocksApart, StoreUnavailable */
  async makeSure(): Promise<void> {
    if (!this.time.isSure) await this.untilAvailable(() => this.time.assure());
    if (!this.picture.isFresh) await this.untilAvailable(() => this.picture.refresh());
  }

  /**
   * Asked as late as can be, right before the sending: a process that was stopped since its look may have decided on what
   * is over.
   *
   * @param page undefined: only answers are sent
   */
  mayBeSent(page: Page | undefined, isDue: boolean): boolean {
    const { isFresh } = this.picture;
    if (isFresh) this.picture.noteFresh();
    else this.picture.noteStale();
    return isFresh && this.time.mayBeSent(page, isDue);
  }
}
