/** Plays letters again in the background, some at a time, and goes on after a restart. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER, type Logger } from '#platform';
import type { LetterFilter, LetterOrderRow, LetterOutcome } from '#postgres';
import { letterOf, LetterKeeper } from './letter-keeper.js';
import { UsageReplay } from './usage-replay.js';

/** Letters that are played in one transaction. */
const BATCH = 100;
/** Letters that a dry run looks at. */
export const TRIED_MAX = 1_000;
/** For what another process was ordered to do and did not finish. */
const LOOK_EVERY_MS = 5_000;

/** What a dry run found: of how many letters, out of how many that match. */
export interface Trial {
  readonly matching: number;
  readonly outcomes: readonly LetterOutcome[];
}

@Injectable()
export class LetterReplays implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private wake: AbortController | undefined;

  constructor(
    private readonly keeper: LetterKeeper,
    private readonly replay: UsageReplay,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    this.wake?.abort();
    await this.running;
  }

  /** There is something to be played. */
  begin(): void {
    this.wake?.abort();
  }

  /** What playing the letters that match would come to, of the newest {@link TRIED_MAX}. */
  async tryOut(filter: LetterFilter, actor: string): Promise<Trial> {
    const { letters } = this.keeper;
    const [matching, rows] = await Promise.all([
      letters.count(filter),
      letters.list(filter, undefined, TRIED_MAX, 'with bytes'),
    ]);
    return { matching, outcomes: await this.replay.tryOut(rows.map(letterOf), actor) };
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const wake = new AbortController();
      this.wake = wake;
      try {
        for (const order of await this.keeper.letters.openReplays()) await this.play(order);
      } catch (error) {
        // Nothing is lost: what was not noted is played again.
        if (!signal.aborted) this.logger.warn({ err: error }, 'a replay of dead letters waits; it is tried again');
      }
      await delay(LOOK_EVERY_MS, undefined, { signal: AbortSignal.any([wake.signal, signal]) }).catch(() => undefined);
    }
  }

  private async play({ id, actor }: LetterOrderRow): Promise<void> {
    const { letters } = this.keeper;
    let played = 0;
    for (let some = BATCH; some > 0 && !this.stopping.signal.aborted; played += some) {
      some = await letters.replaySome(id, BATCH, (rows) => this.replay.charge(rows.map(letterOf), actor));
    }
    if (played > 0) this.logger.info({ replay: id, letters: played }, 'dead letters were played again');
  }
}
