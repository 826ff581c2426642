/** Carries on the rounds that need nothing from outside the journal. Which they are says the table of rounds. */
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CODEC, LEDGER_ROUNDS } from '#concepts';
import type { JournalStore } from '#journal';
import { LOGGER, type Logger } from '#platform';
import { driveRounds, JOURNAL_STORE, RoundLoop, Sequencers } from '#wiring';

@Injectable()
export class Rounds implements OnModuleInit, OnModuleDestroy {
  private readonly loop: RoundLoop;

  constructor(
    private readonly sequencers: Sequencers,
    @Inject(JOURNAL_STORE) journal: JournalStore,
    @Inject(LOGGER) logger: Logger,
  ) {
    const kinds = LEDGER_ROUNDS.map((round) => ({
      isAnyUnderWay: () => round.underWay(sequencers.registry.state).length > 0,
      drive: (signal: AbortSignal) =>
        driveRounds(round, { sequencers, journal, codec: CODEC, outside: undefined }, signal),
    }));
    this.loop = new RoundLoop(kinds, { onTrouble: (message, error) => logger.warn({ err: error }, message) });
  }

  onModuleInit(): void {
    this.sequencers.onPage((shard) => {
      if (shard === this.sequencers.registry.shard) this.loop.pageRead();
    });
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
