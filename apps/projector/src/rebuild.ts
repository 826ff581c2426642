/** Folding the books again from the first page of every shard, asked for over HTTP. */
import { ROWS } from '#concepts/rows';
import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { registryShard } from '#domain';
import type { JournalStore } from '#journal';
import { CONFIGURATION, HealthRegistry, LOGGER, Unavailable, type Configuration, type Logger } from '#platform';
import { rebuildBooks, RebuildUnderWay, type Pool } from '#postgres';
import { DATABASE, JOURNAL_STORE } from '#wiring';
import { replayFailure } from './replay-failure.js';

export class RebuiltShard {
  @ApiProperty({ type: 'integer' })
  shard!: number;

  @ApiProperty({ type: 'integer', description: 'Height that the rebuilt books included when they came into use' })
  height!: number;
}

export class RebuildAnswer {
  @ApiProperty({ type: [RebuiltShard] })
  shards!: RebuiltShard[];

  @ApiProperty({ type: 'integer' })
  durationMs!: number;
}

export class RebuildBooks extends Command<RebuildAnswer> {}

@CommandHandler(RebuildBooks)
export class RebuildBooksHandler implements ICommandHandler<RebuildBooks> {
  constructor(
    @Inject(JOURNAL_STORE) private readonly store: JournalStore,
    @Inject(DATABASE) private readonly pool: Pool,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
  ) {}

  /**
   * @throws Unavailable while another rebuild is under way, or when the service stops before this one is done;
   *   RequestError `PAGE_UNSOUND`
   */
  async execute(): Promise<RebuildAnswer> {
    const startedMs = performance.now();
    const stopping = new AbortController();
    try {
      const heights = await rebuildBooks({
        rows: ROWS,
        pool: this.pool,
        store: this.store,
        shards: Array.from({ length: registryShard(this.configuration.shards) + 1 }, (_, shard) => shard),
        signal: stopping.signal,
        onProgress: (progress) => {
          this.logger.debug(progress, 'rebuilding the books');
          // The edge waits for this very request before it lets the service stop.
          if (this.health.isStopping) stopping.abort();
        },
      });
      const shards = [...heights].map(([shard, height]) => ({ shard, height }));
      const durationMs = Math.round(performance.now() - startedMs);
      this.logger.info({ shards, durationMs }, 'the books were rebuilt');
      return { shards, durationMs };
    } catch (error) {
      if (error instanceof RebuildUnderWay) throw new Unavailable(error.message);
      if (stopping.signal.aborted) throw new Unavailable('the service stops; the books stay as they were');
      throw replayFailure(error);
    }
  }
}

@ApiTags('projections')
@Controller('projections')
export class ProjectionsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('rebuild')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Fold the read models again from the first page; readers see the old ones until it is done',
  })
  @ApiOkResponse({ type: RebuildAnswer })
  rebuild(): Promise<RebuildAnswer> {
    return this.commands.execute(new RebuildBooks());
  }
}
