/** `POST /v1/usage-corrections`: voids a usage by its id, or puts another event in its place. */
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsIn, IsObject, IsOptional, Matches } from 'class-validator';
import { CODEC, type EntryReversed, type LedgerEvent, type UsageCharged, type UsageReport } from '#concepts';
import { DomainError, entryId, formatAmount, USAGE_ID } from '#domain';
import { readEvents, type JournalStore } from '#journal';
import { Allow, EntryAnswer, IsReason, RequestError, Write, type WriteRequest } from '#platform';
import { HolderCommands, JOURNAL_STORE } from '#wiring';
import { NewestCharges } from './newest-charges.js';
import { explainUsageEvent, isUsageEvent, toUsageReport, UsageEvent } from './usage-event.js';

class UsageCorrectionBody {
  @ApiProperty({ example: 'gateway/eu-1' })
  @Matches(USAGE_ID, { message: 'source must be that of a usage event' })
  source!: string;

  @ApiProperty({ example: 'req-1' })
  @Matches(USAGE_ID, { message: 'id must be that of a usage event' })
  id!: string;

  @ApiProperty({ enum: ['void', 'replace'] })
  @IsIn(['void', 'replace'], { message: 'action must be void or replace' })
  action!: 'void' | 'replace';

  @ApiPropertyOptional({
    type: UsageEvent,
    description:
      'What takes its place, with the same source, id and subject; without a time it keeps that of the charge',
  })
  @IsOptional()
  @IsObject({ message: 'event must be a usage event' })
  event?: object;

  @ApiProperty({ example: 'the gateway counted a retry twice' })
  @IsReason()
  reason!: string;
}

class UsageCorrectionAnswer extends EntryAnswer {
  @ApiProperty({ description: 'The entry that was taken back' }) corrected!: string;
  @ApiProperty({ description: 'The reversal of it' }) reversal!: string;
  @ApiProperty({ description: 'Tokens that it had charged' }) voided!: string;
  @ApiPropertyOptional({ description: 'Of a replacement: what it charges' }) amount?: string;
  @ApiPropertyOptional({ description: 'Of a replacement: what of it is owed' }) receivable?: string;
}

/** So often the charge is read again since something happened to it in the meantime. */
const READS_MAX = 5;

@ApiTags('usage')
@ApiBearerAuth()
@ApiExtraModels(UsageEvent)
@Controller('usage-corrections')
export class UsageCorrectionsController {
  constructor(
    private readonly commands: HolderCommands,
    private readonly charges: NewestCharges,
    @Inject(JOURNAL_STORE) private readonly journal: JournalStore,
  ) {}

  @Post()
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({
    summary:
      'Void a usage or replace it: its charge is taken back by a linked entry, and its id is never charged again otherwise',
  })
  @ApiCreatedResponse({ type: UsageCorrectionAnswer })
  async correct(@Body() body: UsageCorrectionBody, @Write() write: WriteRequest): Promise<UsageCorrectionAnswer> {
    const report = readReport(body);
    return this.tell(await this.decide(body, report, write));
  }

  /** What happens to the charge while it is read is read again. */
  private async decide(
    { source, id, reason, event }: UsageCorrectionBody,
    report: UsageReport | undefined,
    write: WriteRequest,
  ): Promise<EntryAnswer> {
    for (let reads = 1; ; reads++) {
      const found = await this.charges.find(source, id);
      const { time } = found.charge.event;
      const timed = report === undefined || (event as UsageEvent).time ? report : { ...report, time };
      const asked = { ...found, reason, receivedAtMs: Date.now(), ...(timed === undefined ? {} : { report: timed }) };
      try {
        return await this.commands.runIn(found.charge.position.shard, { type: 'CorrectUsage', ...asked }, write);
      } catch (error) {
        const isChanged = error instanceof DomainError && error.code === 'ENTRY_CHANGED';
        if (!isChanged || reads === READS_MAX) throw error;
      }
    }
  }

  /** From the page alone: a repeated request is told the same. */
  private async tell(made: EntryAnswer): Promise<UsageCorrectionAnswer> {
    const { shard, height } = made.position;
    const [page] = await this.journal.read(shard, height, 1);
    const entries = [...readEvents<LedgerEvent>(page!, CODEC)];
    const at = entries.findIndex(({ position }) => entryId(position) === made.entry);
    const last = entries[at]!.event as EntryReversed | UsageCharged;
    // A replacement names what it takes the place of; the reversal of that stands before it in the page.
    const corrected = last.type === 'EntryReversed' ? last.entry : last.corrects!.entry;
    const reversal = entries
      .slice(0, at + 1)
      .findLast(({ event }) => event.type === 'EntryReversed' && event.entry === corrected)!;
    const voided = formatAmount(BigInt((reversal.event as EntryReversed).amount));
    const answer = { ...made, corrected, reversal: entryId(reversal.position), voided };
    if (last.type === 'EntryReversed') return answer;
    const { amount, receivable } = last;
    const owed = receivable === undefined ? {} : { receivable: formatAmount(BigInt(receivable.amount)) };
    return { ...answer, amount: formatAmount(BigInt(amount)), ...owed };
  }
}

/** @throws RequestError `VALIDATION_FAILED` where the event is missing, there is one too many, or it has no such form */
function readReport({ action, event }: UsageCorrectionBody): UsageReport | undefined {
  if ((action === 'replace') !== (event !== undefined)) {
    const message = action === 'replace' ? 'a replacement needs the event' : 'nothing takes the place of a void usage';
    throw new RequestError('VALIDATION_FAILED', `The event is not as the action needs it: ${message}.`, [
      { path: 'event', message },
    ]);
  }
  if (event === undefined) return undefined;
  if (!isUsageEvent(event)) throw inEvent(explainUsageEvent(event));
  return toUsageReport(event, Date.now());
}

/** What is wrong with the event, by its names in the request. */
function inEvent(error: Error): Error {
  if (!(error instanceof RequestError)) return error;
  const parts = error.errors?.map(({ path, message }) => ({ path: path === '' ? 'event' : `event.${path}`, message }));
  return new RequestError(error.code, error.message, parts);
}
