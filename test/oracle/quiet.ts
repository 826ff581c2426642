/** Many work at once, now and then one alone: then nothing is on its way, and the books of all are as of one instant. */
export class Quiet {
  private busy = 0;
  private readonly waiting: (() => void)[] = [];
  private closed: Promise<void> | undefined;

  /** Works beside others. */
  async among<T>(work: () => Promise<T>): Promise<T> {
    while (this.closed !== undefined) await this.closed;
    this.busy++;
    try {
      return await work();
    } finally {
      this.busy--;
      if (this.busy === 0) for (const go of this.waiting.splice(0)) go();
    }
  }

  /** Works when nobody else does. One at a time may ask for it. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    let open = (): void => undefined;
    this.closed = new Promise((resolve) => (open = resolve));
    try {
      if (this.busy > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
      return await work();
    } finally {
      this.closed = undefined;
      open();
    }
  }
}
