/** `POST /v1/projections/verify`: every read model beside a replay of the journal. */
import { ROWS } from '#concepts/rows';
import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { JournalStore } from '#journal';
import { Allow, CONFIGURATION, HealthRegistry, LOGGER, Unavailable, type Configuration, type Logger } from '#platform';
import { compareTables, ComparisonUnderWay, createPool, type TablesComparison } from '#postgres';
import { JOURNAL_STORE } from '#wiring';
import { replayFailure } from './replay-failure.js';

/** One statement reads the largest table. */
const STATEMENT_TIMEOUT_MS = 24 * 60 * 60_000;
/** The lock, the reading, the replay. */
const CONNECTIONS = 3;
const RETRY_AFTER_SECONDS = 10;

class ComparedShard {
  @ApiProperty({ type: 'integer' }) shard!: number;
  @ApiProperty({ type: 'integer', description: 'How far the tables included the shard when they were compared' })
  height!: number;
}

class ComparedTableAnswer {
  @ApiProperty({ example: 'balances' }) table!: string;
  @ApiProperty({ description: 'The replay gave the same rows' }) ok!: boolean;
  @ApiProperty({ type: 'integer', description: 'Rows of the table' }) rows!: number;
  @ApiProperty({ type: 'integer', description: 'Rows of its replay' }) replayedRows!: number;
}

class TablesComparisonAnswer {
  @ApiProperty({ description: 'All tables are what the journal says' }) ok!: boolean;
  @ApiProperty({ format: 'date-time', description: 'The instant whose rows were compared' }) comparedAt!: string;
  @ApiProperty({ type: 'integer' }) durationMs!: number;
  @ApiProperty({ type: [ComparedShard] }) shards!: readonly ComparedShard[];
  @ApiProperty({ type: [ComparedTableAnswer] }) tables!: readonly ComparedTableAnswer[];
}

export class CompareTables extends Command<TablesComparisonAnswer> {}

@CommandHandler(CompareTables)
export class CompareTablesHandler implements ICommandHandler<CompareTables> {
  constructor(
    @Inject(JOURNAL_STORE) private readonly store: JournalStore,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
  ) {}

  /**
   * @throws Unavailable while another comparison is under way, or when the service stops before this one is done;
   *   RequestError `PAGE_UNSOUND`
   */
  async execute(): Promise<TablesComparisonAnswer> {
    const stopping = new AbortController();
    const pool = createPool(this.configuration.databaseUrl!, {
      applicationName: 'airtime-verify',
      max: CONNECTIONS,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      onTrouble: (message, error) => this.logger.warn({ err: error }, message),
    });
    try {
      const comparison = await compareTables({
        rows: ROWS,
        pool,
        store: this.store,
        signal: stopping.signal,
        onProgress: (progress) => {
          this.logger.debug(progress, 'replaying the journal');
          // The edge waits for this very request before it lets the service stop.
          if (this.health.isStopping) stopping.abort();
        },
      });
      return this.answer(comparison);
    } catch (error) {
      if (error instanceof ComparisonUnderWay) {
        throw new Unavailable('A comparison is under way; ask again when it is done.', RETRY_AFTER_SECONDS);
      }
      if (stopping.signal.aborted) throw new Unavailable('The service stops; nothing was compared.');
      throw replayFailure(error);
    } finally {
      await pool.end();
    }
  }

  private answer({ comparedAt, durationMs, heights, tables }: TablesComparison): TablesComparisonAnswer {
    const differing = tables.filter(({ isEqual }) => !isEqual).map(({ table }) => table);
    const ok = differing.length === 0;
    this.logger[ok ? 'info' : 'error']({ durationMs, differing }, 'the read models were compared with a replay');
    return {
      ok,
      comparedAt,
      durationMs,
      shards: heights,
      tables: tables.map(({ table, isEqual, rows, replayedRows }) => ({ table, ok: isEqual, rows, replayedRows })),
    };
  }
}

@ApiTags('audit')
@ApiBearerAuth()
@Controller('projections')
export class TableComparisonController {
  constructor(private readonly commands: CommandBus) {}

  @Post('verify')
  @HttpCode(200)
  @Allow('auditor')
  @ApiOperation({ summary: 'Replay the whole journal and compare every read model with the replay; one at a time' })
  @ApiOkResponse({ type: TablesComparisonAnswer })
  verify(): Promise<TablesComparisonAnswer> {
    return this.commands.execute(new CompareTables());
  }
}
