/** Who is told of what a sequencer does. What they throw changes nothing of it: it is trouble. */
import type { Page } from './page.js';
import type { SequencerOptions } from './sequencer-options.js';

export class Listeners<Outcome> {
  private readonly acted: ((outcome: Outcome) => void)[] = [];

  constructor(private readonly options: Pick<SequencerOptions, 'shard' | 'onPage' | 'onTrouble'>) {}

  onActed(listener: (outcome: Outcome) => void): void {
    this.acted.push(listener);
  }

  /** A page is durable whatever its listener makes of it. */
  tellPage(page: Page): void {
    const { shard, onPage } = this.options;
    try {
      onPage?.(page);
    } catch (error) {
      this.tellTrouble(`a listener of shard ${shard} failed at page ${page.height}`, error);
    }
  }

  /** Of a due command whose page is durable. */
  tellActed(outcome: Outcome): void {
    for (const listener of this.acted) {
      try {
        listener(outcome);
      } catch (error) {
        this.tellTrouble(`a listener of shard ${this.options.shard} failed at what was due`, error);
      }
    }
  }

  tellTrouble(message: string, error?: unknown): void {
    try {
      this.options.onTrouble?.(message, error);
    } catch {
      // Whoever reports trouble must not make more of it.
    }
  }
}
