/** `POST /v1/quotes`: what a usage would cost now, and what would pay it. */
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsObject, IsOptional, IsString } from 'class-validator';
import { CHARGING, quoteUsage, type AmountLine, type Quote } from '#concepts';
import { formatAmount } from '#domain';
import { Allow, assertMayReadCustomer, Caller, type KeyGrant } from '#platform';
import { CatalogueFollower, Sequencers } from '#wiring';
import { explainUsageEvent, isUsageEvent, toUsageReport, UsageData } from './usage-event.js';

class QuoteBody {
  @ApiProperty({ example: 'acme', description: 'The customer who would pay' })
  @IsString({ message: 'subject must be the customer’s id' })
  subject!: string;

  @ApiPropertyOptional({ example: 'ai.compute.usage', default: 'ai.compute.usage' })
  @IsOptional()
  @IsString({ message: 'type must be a usage type such as ai.compute.usage' })
  type?: string;

  @ApiPropertyOptional({
    type: UsageData,
    description: 'As the data of a usage event; its members may stand beside subject instead',
  })
  @IsOptional()
  @IsObject({ message: 'data must be an object with provider, model and meters' })
  data?: object;

  @ApiPropertyOptional({ example: 'p7' }) @IsOptional() provider?: string;
  @ApiPropertyOptional({ example: 'llama-3.1-70b' }) @IsOptional() model?: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } }) @IsOptional() meters?: object;
  @ApiPropertyOptional({ example: 'eu-west-1' }) @IsOptional() region?: string;
  @ApiPropertyOptional({ example: 'acme/research/key-7' }) @IsOptional() budget?: string;
  @ApiPropertyOptional({ example: 'h-12' }) @IsOptional() hold?: string;
}

class QuotePart {
  @ApiProperty() quantity!: string;
  @ApiProperty() price!: string;
}

class QuoteLine {
  @ApiProperty({ description: 'A meter, or minimum: what lifts the usage to the least that its price line asks for' })
  meter!: string;
  @ApiProperty() quantity!: string;
  @ApiProperty({ description: 'Of the tier in which the quantity ends, for so many units' }) price!: string;
  @ApiProperty({ example: '1000000' }) per!: string;
  @ApiProperty({ enum: ['token', 'usd'] }) currency!: string;
  @ApiProperty({ description: 'Tokens, rounded down to the atto' }) amount!: string;
  @ApiPropertyOptional({ type: [QuotePart], description: 'Where several tiers price the quantity: each one’s part' })
  parts?: readonly QuotePart[];
}

class QuoteAnswer {
  @ApiProperty({ description: 'Tokens: the sum of the lines' }) amount!: string;
  @ApiProperty() priceBook!: number;
  @ApiProperty() splitPolicy!: number;
  @ApiPropertyOptional({ description: 'The version of the token’s rate, where prices are in dollars' })
  usdRate?: number;
  @ApiProperty({ description: 'What the customer’s funds would pay' }) covered!: string;
  @ApiProperty({ description: 'What would be owed; with covered it sums to the amount' }) receivable!: string;
  @ApiPropertyOptional({ description: 'The code by which the usage would be refused all the same' })
  wouldRefuse?: string;
  @ApiProperty({ type: [QuoteLine] }) lines!: readonly QuoteLine[];
}

@ApiTags('usage')
@ApiBearerAuth()
@ApiExtraModels(UsageData)
@Controller('quotes')
export class QuotesController {
  constructor(
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
  ) {}

  @Post()
  @HttpCode(200)
  @Allow('operator', 'customer')
  @ApiOperation({ summary: 'What a usage would cost if it were charged now; nothing is written' })
  @ApiOkResponse({ type: QuoteAnswer })
  async quote(
    @Body() { subject, type = 'ai.compute.usage', data: inner, ...beside }: QuoteBody,
    @Caller() caller: KeyGrant,
  ): Promise<QuoteAnswer> {
    assertMayReadCustomer(caller, subject);
    const data = inner ?? beside;
    const event: unknown = { specversion: '1.0', id: 'quote', source: 'quote', type, subject, data };
    if (!isUsageEvent(event)) throw explainUsageEvent(event);
    await this.follower.refresh();
    const report = toUsageReport(event, Date.now());
    const ledger = this.sequencers.ledger(this.sequencers.shardOf(subject));
    return present(await ledger.readDurable((state) => quoteUsage(CHARGING, state, this.follower.catalogue, report)));
  }
}

function present({ amount, covered, receivable, lines, ...versions }: Quote): QuoteAnswer {
  return {
    amount: formatAmount(amount),
    ...versions,
    covered: formatAmount(covered),
    receivable: formatAmount(receivable),
    lines: lines.map(presentLine),
  };
}

function presentLine({ meter, quantity, price, per, isUsd, amount, parts }: AmountLine): QuoteLine {
  return {
    ...{ meter, quantity, price: formatAmount(price), per: `${per}`, currency: isUsd ? 'usd' : 'token' },
    amount: formatAmount(amount),
    ...(parts.length === 0
      ? {}
      : { parts: parts.map((part) => ({ quantity: part.quantity, price: formatAmount(part.price) })) }),
  };
}
