import type { Page } from '#journal';

/**
 * Pages that came while a transaction was under way: they are the next one. A full buffer holds the reader back, so a
 * slow database costs time and never memory.
 */
export class PageBuffer {
  private pages: Page[] = [];
  private bytes = 0;
  private ended = false;
  private failure: unknown;
  private wakeTaker: (() => void) | undefined;
  private wakePutter: (() => void) | undefined;

  constructor(
    private readonly pagesMax: number,
    private readonly bytesMax: number,
  ) {}

  /** Resolves when there is room for another page. A single page is taken at any size. */
  async put(page: Page): Promise<void> {
    this.pages.push(page);
    this.bytes += page.body.length;
    this.wakeTaker?.();
    while (!this.ended && (this.pages.length >= this.pagesMax || this.bytes >= this.bytesMax)) {
      await new Promise<void>((resolve) => (this.wakePutter = resolve));
    }
  }

  /** No page will come any more, for this reason if there is one. */
  end(failure?: unknown): void {
    this.ended = true;
    this.failure ??= failure;
    this.wakeTaker?.();
    this.wakePutter?.();
  }

  /**
   * Everything that waits, as soon as anything does; nothing once it ended.
   *
   * @throws the reason with which it ended
   */
  async takeAll(): Promise<Page[]> {
    while (this.pages.length === 0 && !this.ended) await new Promise<void>((resolve) => (this.wakeTaker = resolve));
    if (this.ended) {
      if (this.failure !== undefined) throw this.failure as Error;
      return [];
    }
    const taken = this.pages;
    this.pages = [];
    this.bytes = 0;
    this.wakePutter?.();
    return taken;
  }
}
