/**
 * `POST /v1/ledger/verify`: the whole journal is read again and everything in it recomputed; then the books are held
 * against what came out. Writes go on meanwhile: the books are compared at the heights that were verified.
 */
import { mkdir } from 'node:fs/promises';
import { Controller, HttpCode, Inject, Injectable, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { openAudits } from '#concepts/audits';
import { ROWS } from '#concepts/rows';
import type { ShardHead } from '#domain';
import { verifyJournal, type JournalStore, type Verification } from '#journal';
import { Allow, CONFIGURATION, LOGGER, Unavailable, type Configuration, type Logger } from '#platform';
import {
  createPool,
  findLastComparison,
  identifyBooks,
  readCheckpoints,
  verifyBooks,
  type BooksFinding,
  type ExpectedBalances,
  type Pool,
} from '#postgres';
import { Books } from '#reading';
import { CatalogueFollower, HeadsUnreadable, READ_DATABASE, RememberedHeads, UNTRUSTED_READ_JOURNAL } from '#wiring';

/** Projections may lag by this much before it counts as a finding. */
const BOOKS_WAIT_MS = 30_000;
/** One statement reads every movement of a shard. */
const STATEMENT_TIMEOUT_MS = 60 * 60_000;
const RETRY_AFTER_SECONDS = 10;
const ATTEMPTS = 3;

class FindingAnswer {
  @ApiProperty({
    example: 'PAGE_UNSOUND',
    description: 'BOOKS_DIFFER and BOOKS_BEHIND concern the tables, the rest the journal',
  })
  class!: string;
  @ApiProperty() shard!: number;
  @ApiProperty({ description: '0: the shard as a whole' }) height!: number;
  @ApiPropertyOptional({ description: 'The event’s place in its page' }) index?: number;
  @ApiPropertyOptional() account?: string;
  @ApiProperty() detail!: string;
}

class HeadAnswer {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
  @ApiProperty() hash!: string;
}

class LastComparisonAnswer {
  @ApiProperty({ format: 'date-time' }) comparedAt!: string;
  @ApiProperty({ description: 'All tables were what the journal says' }) ok!: boolean;
  @ApiProperty({ type: [String], description: 'Tables that differed from their replay' }) differing!: readonly string[];
}

class VerificationAnswer {
  @ApiProperty({ description: 'Nothing was found' }) ok!: boolean;
  @ApiProperty() pages!: number;
  @ApiProperty() events!: number;
  @ApiProperty({ type: [HeadAnswer], description: 'Where each shard ended' }) heads!: readonly HeadAnswer[];
  @ApiProperty({ description: 'All findings, also those that the list leaves out' }) findingCount!: number;
  @ApiProperty({ type: [FindingAnswer] }) findings!: readonly FindingAnswer[];
  @ApiProperty({
    type: LastComparisonAnswer,
    nullable: true,
    description: 'When every table was last compared with a replay (`airtime verify --tables`); null: never',
  })
  tables!: LastComparisonAnswer | null;
}

export class VerifyLedger extends Query<VerificationAnswer> {}

@Injectable()
@QueryHandler(VerifyLedger)
export class VerifyLedgerHandler implements IQueryHandler<VerifyLedger> {
  private running = false;

  constructor(
    @Inject(UNTRUSTED_READ_JOURNAL) private readonly journal: JournalStore,
    @Inject(READ_DATABASE) private readonly database: Pool,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly books: Books,
    private readonly follower: CatalogueFollower,
  ) {}

  /** @throws Unavailable while another verification runs in this process */
  async execute(): Promise<VerificationAnswer> {
    if (this.running) {
      throw new Unavailable('A verification is running; ask again when it is done.', RETRY_AFTER_SECONDS);
    }
    this.running = true;
    try {
      return await this.verify();
    } finally {
      this.running = false;
    }
  }

  private async verify(): Promise<VerificationAnswer> {
    const { dataDir, shards } = this.configuration;
    const remembered = new RememberedHeads(dataDir);
    const findings: FindingAnswer[] = [];
    const noted = await this.readNoted(remembered, findings);
    // Read before the journal, so that every page they name is in what is read.
    const checkpoints = await readCheckpoints(this.database);
    const verification = await verifyJournal(this.journal, openAudits, {
      shards,
      rememberedHeads: [...noted, ...checkpoints.map(({ shard, height, hash }) => ({ shard, height, hash }))],
    });
    findings.push(...verification.findings.map((finding) => ({ ...finding })));
    findings.push(...(await this.compareBooks(verification)));
    const findingCount = findings.length + verification.findingCount - verification.findings.length;
    const { pages, events } = verification.totals;
    if (findingCount === 0) {
      await mkdir(dataDir, { recursive: true });
      const { journal } = this.follower;
      await remembered.write(
        { ...(journal === undefined ? {} : { journal }), heads: verification.heads },
        new Date().toISOString(),
      );
    }
    this.logger[findingCount === 0 ? 'info' : 'error'](
      { pages, events, findings: findingCount },
      'the ledger was verified',
    );
    const tables = await this.readLastComparison();
    return { ok: findingCount === 0, pages, events, heads: verification.heads, findingCount, findings, tables };
  }

  private async readLastComparison(): Promise<LastComparisonAnswer | null> {
    const last = await findLastComparison(this.database);
    if (last === undefined) return null;
    return { comparedAt: last.comparedAt, ok: last.differing.length === 0, differing: last.differing };
  }

  private async readNoted(remembered: RememberedHeads, findings: FindingAnswer[]): Promise<readonly ShardHead[]> {
    try {
      return (await remembered.read()).heads;
    } catch (error) {
      if (!(error instanceof HeadsUnreadable)) throw error;
      findings.push({ class: 'HEADS_UNREADABLE', shard: 0, height: 0, detail: error.message });
      return [];
    }
  }

  private async compareBooks({ heads, shardBalances }: Verification): Promise<FindingAnswer[]> {
    const wanted = new Map(heads.map(({ shard, height }) => [shard, height]));
    await this.books.include(wanted, BOOKS_WAIT_MS).catch((error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
    });
    const reached = new Map((await readCheckpoints(this.database)).map(({ shard, height }) => [shard, height]));
    const behind = heads.filter(({ shard, height }) => (reached.get(shard) ?? 0) < height);
    const expected = heads
      .filter((head) => !behind.includes(head))
      .map(({ shard, height }) => ({ shard, height, balances: shardBalances.get(shard) ?? new Map<string, bigint>() }));
    const pool = createPool(this.configuration.databaseUrl!, {
      applicationName: 'airtime-verify',
      max: 1,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      onTrouble: (message, error) => this.logger.warn({ err: error }, message),
    });
    try {
      const differences = await this.findDifferences(pool, expected);
      return [
        ...behind.map(({ shard, height }) => ({
          class: 'BOOKS_BEHIND',
          shard,
          height,
          detail: `the books include height ${reached.get(shard) ?? 0} only; see to the projector`,
        })),
        ...differences.map((found) => ({ class: 'BOOKS_DIFFER', height: wanted.get(found.shard) ?? 0, ...found })),
      ];
    } finally {
      await pool.end();
    }
  }

  /** A rebuild that ends meanwhile puts other tables in place of those being read: then those are compared. */
  private async findDifferences(pool: Pool, expected: readonly ExpectedBalances[]): Promise<BooksFinding[]> {
    for (let attempt = 0; ; attempt++) {
      const compared = await identifyBooks(pool);
      const findings = await verifyBooks(pool, ROWS, expected);
      if (attempt === ATTEMPTS || findings.length === 0 || (await identifyBooks(pool)) === compared) return findings;
    }
  }
}

@ApiTags('audit')
@ApiBearerAuth()
@Controller('ledger')
export class VerificationController {
  constructor(private readonly queries: QueryBus) {}

  @Post('verify')
  @HttpCode(200)
  @Allow('auditor')
  @ApiOperation({ summary: 'Recompute the whole journal and compare the books; one at a time' })
  @ApiOkResponse({ type: VerificationAnswer })
  verify(): Promise<VerificationAnswer> {
    return this.queries.execute(new VerifyLedger());
  }
}
