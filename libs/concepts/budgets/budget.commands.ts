/** `PUT /v1/budgets/{path}`: a ceiling over what a customer, or a part of it, may use. */
import { Body, Controller, HttpCode, Module, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString } from 'class-validator';
import { parseAmount } from '#domain';
import { Allow, entryAnswer, PositionAnswer, RestParam, Write, type WriteRequest } from '#platform';
import { HolderCommands } from '#wiring';
import { presentBudget } from './budget-answer.js';
import { BUDGET_THRESHOLDS_MAX, parseBudgetPath, type BudgetOutcome } from './budget.js';
import { ON_EXCEED } from './budget-state.js';
import { BUDGET_PERIODS } from './period.js';

class BudgetBody {
  @ApiProperty({
    example: '100',
    description: 'Tokens, a decimal string with at most 18 fraction digits; "0": nothing',
  })
  @IsString({ message: 'limit must be a decimal string in tokens, such as "12.5"' })
  limit!: string;

  @ApiProperty({ enum: BUDGET_PERIODS, description: 'UTC; weeks begin on Monday' })
  @IsString({ message: `period must be one of ${BUDGET_PERIODS.join(', ')}` })
  period!: string;

  @ApiProperty({
    enum: ON_EXCEED,
    description: 'What becomes of usage beyond the ceiling: it is refused, or the part beyond is owed',
  })
  @IsString({ message: `onExceed must be one of ${ON_EXCEED.join(', ')}` })
  onExceed!: string;

  @ApiPropertyOptional({
    type: [Number],
    example: [50, 80, 100],
    description: 'Per cent of the limit at which it is told',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(BUDGET_THRESHOLDS_MAX)
  @IsInt({ each: true, message: 'thresholds are whole percentages' })
  thresholds?: number[];
}

class BudgetSetAnswer {
  @ApiProperty({ example: 'acme/research/key-7' }) path!: string;
  @ApiProperty({ example: '100' }) limit!: string;
  @ApiProperty({ enum: BUDGET_PERIODS }) period!: string;
  @ApiProperty({ enum: ON_EXCEED }) onExceed!: string;
  @ApiProperty({ type: [Number], example: [50, 80, 100] }) thresholds!: readonly number[];
  @ApiProperty({ description: 'Of the period' }) used!: string;
  @ApiProperty({ description: 'Reserved by open holds' }) held!: string;
  @ApiProperty({ description: 'What was owed in the period instead of used' }) exceeded!: string;
  @ApiProperty() remaining!: string;
  @ApiProperty() periodStart!: string;
  @ApiProperty({ nullable: true, type: String, description: 'null: it counts in total' }) periodEnd!: string | null;
  @ApiProperty({ example: '2-17-0', description: 'The journal entry' }) entry!: string;
  @ApiProperty({ type: PositionAnswer }) position!: PositionAnswer;
}

@ApiTags('budgets')
@ApiBearerAuth()
@Controller('budgets')
class BudgetsController {
  constructor(private readonly commands: HolderCommands) {}

  @Put('*')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({
    summary: 'Set the ceiling at a path such as acme/research/key-7, whose first segment is the customer',
  })
  @ApiOkResponse({ type: BudgetSetAnswer })
  async set(
    @RestParam() path: string,
    @Body() { limit, thresholds, ...terms }: BudgetBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<BudgetSetAnswer> {
    const customer = parseBudgetPath(path);
    const command = {
      type: 'SetBudget',
      ...{ customer, path, limit: parseAmount(limit, 'limit'), ...terms },
      ...(thresholds === undefined ? {} : { thresholds }),
    } as const;
    const outcome = (await this.commands.decide(customer, command, write)) as BudgetOutcome & { type: 'entry' };
    const { id, position } = entryAnswer(outcome.entry);
    return { ...presentBudget(outcome.budget), entry: id, position };
  }
}

@Module({ controllers: [BudgetsController] })
export class BudgetCommandsModule {}
