/** `POST /v1/holds` and what is done with one: tokens reserved before a call, and settled after it. */
import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import { formatAmount, parsePositiveAmount } from '#domain';
import type { JournalStore } from '#journal';
import { Allow, EntryAnswer, IsHolder, ResourceParam, Write, type WriteRequest } from '#platform';
import { HolderCommands, JOURNAL_STORE, Sequencers, type HolderRequest } from '#wiring';
import { CODEC } from '../codec.js';
import { readUses } from '../grants/uses.js';
import { usesIn } from './held.js';
import { shardOfHold } from './hold.js';
import type { Ending, HoldEvent, HoldState } from './hold-events.js';
import { holdRefusal } from './hold-refusals.js';

const INSTANT = 'write an RFC 3339 instant, such as 2026-11-22T10:00:00Z';
const AMOUNT = 'amount must be a decimal string in tokens, such as "12.5"';

class HoldBody {
  @ApiProperty({ example: 'acme' })
  @IsHolder()
  customer!: string;

  @ApiProperty({ example: '12.5', description: 'Tokens, a decimal string with at most 18 fraction digits' })
  @IsString({ message: AMOUNT })
  amount!: string;

  @ApiPropertyOptional({ example: 'acme/research/key-7', description: 'The budget that it counts against' })
  @IsOptional()
  @IsString({ message: 'budget must be a path' })
  @MaxLength(1_200, { message: 'budget must have at most 1200 characters' })
  budget?: string;

  @ApiPropertyOptional({ description: 'At most 24 hours from now; rounded up to the full second. Without it: an hour' })
  @IsOptional()
  @IsString({ message: INSTANT })
  @MaxLength(40, { message: INSTANT })
  expiresAt?: string;

  @ApiPropertyOptional({ description: 'Reserve what there is where it is less' })
  @IsOptional()
  @IsBoolean({ message: 'partial must be true or false' })
  partial?: boolean;

  @ApiPropertyOptional({ description: 'Your own name for it' })
  @IsOptional()
  @IsString({ message: 'reference must be a text' })
  @MaxLength(200, { message: 'reference must have at most 200 characters' })
  reference?: string;
}

class ExtendBody {
  @ApiPropertyOptional({ example: '3', description: 'What is added' })
  @IsOptional()
  @IsString({ message: AMOUNT })
  amount?: string;

  @ApiPropertyOptional({ description: 'At most 24 hours from now, earlier or later than before' })
  @IsOptional()
  @IsString({ message: INSTANT })
  @MaxLength(40, { message: INSTANT })
  expiresAt?: string;
}

class CaptureBody {
  @ApiProperty({ example: '10' })
  @IsString({ message: AMOUNT })
  amount!: string;

  @ApiPropertyOptional({ example: 'p7', description: 'Who earns it; without it the treasury' })
  @IsOptional()
  @IsHolder()
  provider?: string;
}

class ReceiptItem {
  @ApiProperty({ example: '2-17-0' }) grant!: string;
  @ApiProperty({ example: '2.5' }) amount!: string;
}

const STATES: readonly HoldState[] = ['open', 'captured', 'released', 'expired'];

class HoldAnswer extends EntryAnswer {
  @ApiProperty({ example: '2-19-0' }) hold!: string;
  @ApiProperty({ enum: STATES }) state!: HoldState;
  @ApiPropertyOptional({
    description:
      'What it reserves, or did when this ended it; missing where it had ended before: see GET /v1/holds/{id}',
  })
  amount?: string;
  @ApiPropertyOptional() expiresAt?: string;
  @ApiPropertyOptional({ description: 'What was captured' }) captured?: string;
  @ApiPropertyOptional({ description: 'What went back to the grants, or where what is left of them went' })
  released?: string;
  @ApiPropertyOptional({ description: 'What neither the hold nor what is available paid' }) receivable?: string;
  @ApiPropertyOptional({ description: 'It was captured after its end' }) late?: boolean;
  @ApiProperty({ type: [ReceiptItem], description: 'Of which grants it is; of a capture those that paid' })
  receipt!: ReceiptItem[];
}

type Said = Omit<HoldAnswer, keyof EntryAnswer>;

const amountOf = (text: string | undefined): bigint => BigInt(text ?? 0);
const releasedBy = (ending: Partial<Ending>): bigint =>
  amountOf(ending.returned?.amount) + amountOf(ending.lapsed?.amount);

const receiptOf = (uses: readonly { readonly grant: string; readonly amount: bigint }[]): ReceiptItem[] =>
  uses.map(({ grant, amount }) => ({ grant, amount: formatAmount(amount) }));

/** What an entry made of a hold, for whoever asked for it. @param id of the entry */
function describe(event: HoldEvent, id: string): Said {
  switch (event.type) {
    case 'HoldReserved':
    case 'HoldExtended': {
      const amount = BigInt(event.amount);
      const [hold, receipt] = event.type === 'HoldReserved' ? [id, event.grants] : [event.hold, event.receipt];
      const said = { hold, state: 'open', amount: formatAmount(amount), expiresAt: event.expiresAt } as const;
      return { ...said, receipt: receiptOf(readUses(receipt, amount)) };
    }
    case 'HoldCaptured': {
      const { capture, grants, receivable, amount } = event;
      const used = usesIn(capture?.used);
      const byHold = used.reduce((sum, one) => sum + one.amount, 0n);
      const rest = BigInt(amount) - byHold - amountOf(receivable?.amount);
      const more = grants === undefined ? [] : readUses(grants, rest);
      const released = releasedBy(capture ?? {});
      return {
        ...{ hold: event.hold, state: 'captured' },
        ...(capture?.state === 'open' ? { amount: formatAmount(byHold + released) } : {}),
        ...{ captured: formatAmount(BigInt(amount)), released: formatAmount(released) },
        ...(receivable === undefined ? {} : { receivable: formatAmount(BigInt(receivable.amount)) }),
        ...(capture?.state === 'expired' ? { late: true } : {}),
        receipt: receiptOf([...used, ...more]),
      };
    }
    case 'HoldReleased':
    case 'HoldExpired': {
      const state = event.type === 'HoldReleased' ? 'released' : 'expired';
      const released = formatAmount(releasedBy(event));
      return { hold: event.hold, state, amount: released, released, receipt: receiptOf(usesIn(event.returned)) };
    }
  }
}

const HoldParam = () => ResourceParam('id', 'hold', (message) => holdRefusal('UNKNOWN_HOLD', message, 'hold'));

@ApiTags('movements')
@ApiBearerAuth()
@Controller('holds')
class HoldsController {
  constructor(
    private readonly commands: HolderCommands,
    private readonly sequencers: Sequencers,
    @Inject(JOURNAL_STORE) private readonly journal: JournalStore,
  ) {}

  @Post()
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Reserve tokens of a customer for usage to come' })
  @ApiCreatedResponse({ type: HoldAnswer })
  async reserve(@Body() { amount, ...body }: HoldBody, @Write() write: WriteRequest): Promise<HoldAnswer> {
    const command = { type: 'ReserveHold', ...body, amount: parsePositiveAmount(amount) } as const;
    return this.answer(await this.commands.run(body.customer, command, write));
  }

  @Post(':id/extend')
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Reserve more by a hold, or until another instant' })
  @ApiCreatedResponse({ type: HoldAnswer })
  extend(
    @HoldParam() hold: string,
    @Body() { amount, expiresAt }: ExtendBody,
    @Write() write: WriteRequest,
  ): Promise<HoldAnswer> {
    return this.settle(hold, write, {
      ...{ type: 'ExtendHold', hold },
      ...(amount === undefined ? {} : { amount: parsePositiveAmount(amount) }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
  }

  @Post(':id/capture')
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Take an amount by a hold without usage; the rest goes back' })
  @ApiCreatedResponse({ type: HoldAnswer })
  capture(
    @HoldParam() hold: string,
    @Body() { amount, provider }: CaptureBody,
    @Write() write: WriteRequest,
  ): Promise<HoldAnswer> {
    const command = { type: 'CaptureHold', hold, amount: parsePositiveAmount(amount) } as const;
    return this.settle(hold, write, { ...command, ...(provider === undefined ? {} : { provider }) });
  }

  @Post(':id/release')
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Give a hold up: all that it reserves goes back' })
  @ApiCreatedResponse({ type: HoldAnswer })
  release(@HoldParam() hold: string, @Write() write: WriteRequest): Promise<HoldAnswer> {
    return this.settle(hold, write, { type: 'ReleaseHold', hold });
  }

  private async settle(hold: string, write: WriteRequest, command: HolderRequest): Promise<HoldAnswer> {
    const shard = shardOfHold(hold);
    if (shard === undefined || shard >= this.sequencers.shards) {
      throw holdRefusal('UNKNOWN_HOLD', 'No hold has such an id.', 'hold');
    }
    return this.answer(await this.commands.runIn(shard, command, write));
  }

  /** The answer is what the entry says: the same for a repeated request, however the hold went on. */
  private async answer(made: EntryAnswer): Promise<HoldAnswer> {
    const { entry, position } = made;
    const [page] = await this.journal.read(position.shard, position.height, 1);
    const line = page!.body.toString('utf8').split('\n')[Number(entry.split('-')[2])]!;
    const event = CODEC.decode(JSON.parse(line)) as HoldEvent;
    return { ...made, ...describe(event, entry) };
  }
}

@Module({ controllers: [HoldsController] })
export class HoldCommandsModule {}
