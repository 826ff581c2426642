/** `POST /v1/reversals`: takes an entry back. What it had done is read from the journal, which the decision never does. */
import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { commonRefusal, DomainError, entryId, formatAmount, type EntryPosition } from '#domain';
import { readEvents, type JournalStore } from '#journal';
import { Allow, EntryAnswer, IsReason, Write, type WriteRequest } from '#platform';
import { HolderCommands, JOURNAL_STORE, Sequencers } from '#wiring';
import { CODEC } from '../codec.js';
import type { LedgerEvent } from '../ledger.js';
import { readCoverings } from './read-entries.js';
import type { ReadEntry } from './reversal.js';
import type { EntryRestored, EntryReversed } from './reversal-events.js';
import { reversalRefusal } from './reversal-refusals.js';

const ENTRY = /^(0|[1-9][0-9]{0,8})-([1-9][0-9]{0,14})-(0|[1-9][0-9]{0,8})$/;

class ReversalBody {
  @ApiProperty({ example: '2-17-0', description: 'The entry to take back' })
  @Matches(ENTRY, { message: 'entry must be the id of an entry, such as 2-17-0' })
  entry!: string;

  @ApiProperty({ example: 'charged for a call that failed' })
  @IsReason()
  reason!: string;
}

class ReversalAnswer extends EntryAnswer {
  @ApiProperty({ example: '2-17-0', description: 'The entry that was taken back' }) reversed!: string;
  @ApiProperty() amount!: string;
  @ApiPropertyOptional({ description: 'What went back to grants that have not ended' }) returned?: string;
  @ApiPropertyOptional({ description: 'What came back to grants that have ended, and went on' }) lapsed?: string;
  @ApiPropertyOptional({ description: 'What had been owed and is no more' }) cancelled?: string;
  @ApiPropertyOptional({ description: 'Where a reversal was taken back: what is paid again' }) paid?: string;
  @ApiPropertyOptional({ description: 'Where a reversal was taken back: what is owed again' }) receivable?: string;
}

/** So often the entry is read again since something of it was covered in the meantime. */
const READS_MAX = 5;

const tokensOf = (name: string, part: { readonly amount: string } | undefined) =>
  part === undefined ? {} : { [name]: formatAmount(BigInt(part.amount)) };

@ApiTags('movements')
@ApiBearerAuth()
@Controller('reversals')
class ReversalsController {
  constructor(
    private readonly commands: HolderCommands,
    private readonly sequencers: Sequencers,
    @Inject(JOURNAL_STORE) private readonly journal: JournalStore,
  ) {}

  @Post()
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({
    summary:
      'Take an entry back: its legs, grants, budgets and what was covered since, by a linked entry; a reversal, too',
  })
  @ApiCreatedResponse({ type: ReversalAnswer })
  async reverse(@Body() { entry, reason }: ReversalBody, @Write() write: WriteRequest): Promise<ReversalAnswer> {
    const [, shard = 0, height = 0, index = 0] = ENTRY.exec(entry)!.map(Number);
    const reversed = await this.read({ shard, height, index });
    if (reversed === undefined) throw commonRefusal('NOT_FOUND', `There is no entry ${entry}.`, 'entry');
    if (shard === this.sequencers.shards) {
      throw reversalRefusal('NOT_REVERSIBLE', `${reversed.event.type} is what all shards share: set it anew.`, 'entry');
    }
    const made = await this.decide(reversed, reason, write);
    const said = (await this.read({ ...made.position, index: Number(made.entry.split('-')[2]) }))!.event as
      EntryReversed | EntryRestored;
    const parts =
      said.type === 'EntryRestored'
        ? { ...tokensOf('paid', said.paid), ...tokensOf('receivable', said.receivable) }
        : {
            ...tokensOf('returned', said.returned),
            ...tokensOf('lapsed', said.lapsed),
            ...tokensOf('cancelled', said.cancelled),
          };
    return { ...made, reversed: said.entry, amount: formatAmount(BigInt(said.amount)), ...parts };
  }

  /** What covers the entry while it is read is read again. */
  private async decide(reversed: ReadEntry<LedgerEvent>, reason: string, write: WriteRequest): Promise<EntryAnswer> {
    const { shard } = reversed.position;
    for (let reads = 1; ; reads++) {
      const { state } = this.sequencers.ledger(shard);
      const coverings = await readCoverings(state, reversed, (position) => this.read(position));
      try {
        return await this.commands.runIn(shard, { type: 'ReverseEntry', reversed, coverings, reason }, write);
      } catch (error) {
        const isChanged = error instanceof DomainError && error.code === 'ENTRY_CHANGED';
        if (!isChanged || reads === READS_MAX) throw error;
      }
    }
  }

  private async read(position: EntryPosition): Promise<ReadEntry<LedgerEvent> | undefined> {
    if (position.shard > this.sequencers.shards) return undefined;
    const [page] = await this.journal.read(position.shard, position.height, 1);
    if (page?.height !== position.height) return undefined;
    for (const one of readEvents<LedgerEvent>(page, CODEC)) if (entryId(one.position) === entryId(position)) return one;
    return undefined;
  }
}

@Module({ controllers: [ReversalsController] })
export class ReversalCommandsModule {}
