/** What `/v1/dead-letters` is asked and answers. */
import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsObject, IsOptional, Matches, Max, Min, ValidateNested } from 'class-validator';
import { IsReason, ListQuery, listAnswerOf, RequestError } from '#platform';
import { LETTER_STATES, type LetterFilter, type LetterState } from '#postgres';
import { AcceptsInstant, parsePeriod } from '#reading';

const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
const FROM = 'When they were rejected, included; an RFC 3339 instant or a UTC day';
const TO = 'When they were rejected; an instant is excluded, a UTC day that has ended is included whole';
/** What waits for somebody. */
const UNSETTLED = ['open', 'replaying', 'failing'] as const;
const STATES_ASKED = [...LETTER_STATES, 'unsettled', 'all'] as const;
type StateAsked = (typeof STATES_ASKED)[number];

const ApiState = (): PropertyDecorator =>
  ApiProperty({
    enum: LETTER_STATES,
    description:
      'open: nobody did anything; replaying: a replay has it; failing: its replay failed; replayed; dismissed',
  });

export class ReasonsQuery {
  @AcceptsInstant(FROM)
  from?: string;

  @AcceptsInstant(TO)
  to?: string;
}

class ReasonAndState extends ReasonsQuery {
  @ApiPropertyOptional({ example: 'UNKNOWN_CUSTOMER' })
  @IsOptional()
  @Matches(CODE, { message: 'reason must be a code such as UNKNOWN_CUSTOMER' })
  reason?: string;

  @ApiPropertyOptional({
    enum: STATES_ASKED,
    description: 'unsettled: open, replaying or failing. Not given: unsettled in a list, open or failing in a write',
  })
  @IsOptional()
  @IsIn(STATES_ASKED, { message: `state must be one of ${STATES_ASKED.join(', ')}` })
  state?: StateAsked;
}

export class LettersQuery extends IntersectionType(ListQuery, ReasonAndState) {}

export class LetterFilterBody extends ReasonAndState {
  @ApiPropertyOptional({ example: 'airtime.usage.v1', description: 'The name that the topic is registered under' })
  @IsOptional()
  @Matches(TOPIC, { message: 'topic must be the name of a topic' })
  topic?: string;

  @ApiPropertyOptional({ minimum: 0, maximum: 2 ** 31 - 1 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(2 ** 31 - 1)
  partition?: number;

  @ApiPropertyOptional({ minimum: 0, description: 'With topic and partition: one message' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  offset?: number;
}

export class DismissalBody {
  @ApiProperty({ type: LetterFilterBody, description: 'Which letters; at least one of its members but state' })
  @IsObject({ message: 'filter must be an object such as {"reason": "UNKNOWN_CUSTOMER"}' })
  @ValidateNested()
  @Type(() => LetterFilterBody)
  filter!: LetterFilterBody;

  @ApiProperty({ example: 'the customer is registered now' })
  @IsReason()
  reason!: string;
}

export class ReplayBody extends DismissalBody {
  @ApiPropertyOptional({ description: 'Say what it would come to, and write nothing. Without it: false' })
  @IsOptional()
  @IsBoolean({ message: 'dryRun must be true or false' })
  dryRun?: boolean;
}

export class LetterItem {
  @ApiProperty({ example: 'airtime.usage.v1', description: 'The name that the topic is registered under' })
  topic!: string;
  @ApiProperty({ type: 'integer' }) partition!: number;
  @ApiProperty({ type: 'integer' }) offset!: number;
  @ApiProperty({ format: 'date-time' }) rejectedAt!: string;
  @ApiProperty({ example: 'UNKNOWN_CUSTOMER' }) reason!: string;
  @ApiProperty() detail!: string;
  @ApiState() state!: LetterState;
  @ApiProperty({ nullable: true, type: String, description: 'Null where no usage event could be read' })
  customer!: string | null;
  @ApiProperty({ nullable: true, type: String }) usageSource!: string | null;
  @ApiProperty({ nullable: true, type: String }) usageId!: string | null;
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Tokens, by the prices in force when it was rejected; null: nobody can say without guessing',
  })
  atStake!: string | null;
  @ApiProperty({ nullable: true, type: String, format: 'date-time', description: 'When it was replayed or dismissed' })
  settledAt!: string | null;
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Of its last replay: charged, duplicate, or the code by which it still fails',
  })
  outcome!: string | null;
  @ApiProperty({ nullable: true, type: String }) outcomeDetail!: string | null;
  @ApiProperty({ nullable: true, type: String, example: '0-17-3', description: 'The charge that its replay became' })
  entry!: string | null;
}

export const DeadLettersAnswer = listAnswerOf(LetterItem, 'DeadLettersAnswer');

export class LetterBytes {
  @ApiProperty({ nullable: true, type: String, description: 'Where the bytes are text' }) text!: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'Where they are not' }) base64!: string | null;
  @ApiProperty({ type: 'integer', description: 'How many are shown' }) bytes!: number;
}

class LetterHeaderAnswer {
  @ApiProperty() name!: string;
  @ApiProperty({ type: LetterBytes }) value!: LetterBytes;
}

class LetterOrderAnswer {
  @ApiProperty() id!: string;
  @ApiProperty({ enum: ['replay', 'dismissal'] }) kind!: 'replay' | 'dismissal';
  @ApiProperty({ example: 'key:k-3f9a' }) actor!: string;
  @ApiProperty() reason!: string;
  @ApiProperty({ format: 'date-time' }) orderedAt!: string;
}

export class LetterDetails extends LetterItem {
  @ApiProperty({ nullable: true, type: String, format: 'date-time', description: 'The message’s own time' })
  time!: string | null;
  @ApiProperty({ nullable: true, type: LetterBytes }) key!: LetterBytes | null;
  @ApiProperty({ nullable: true, type: LetterBytes }) value!: LetterBytes | null;
  @ApiProperty({ type: [LetterHeaderAnswer] }) headers!: LetterHeaderAnswer[];
  @ApiProperty({ type: 'integer', description: 'Bytes that were not kept; where there are any it cannot be replayed' })
  omittedBytes!: number;
  @ApiProperty({ nullable: true, type: LetterOrderAnswer, description: 'The replay or dismissal that it was in last' })
  order!: LetterOrderAnswer | null;
}

class ReasonItem implements Readonly<Record<LetterState, number>> {
  @ApiProperty({ example: 'UNKNOWN_CUSTOMER' }) reason!: string;
  @ApiProperty({ type: 'integer' }) open!: number;
  @ApiProperty({ type: 'integer' }) replaying!: number;
  @ApiProperty({ type: 'integer' }) failing!: number;
  @ApiProperty({ type: 'integer' }) replayed!: number;
  @ApiProperty({ type: 'integer' }) dismissed!: number;
  @ApiProperty({ description: 'Tokens: the sum of what is known of those unsettled' }) atStake!: string;
  @ApiProperty({ type: 'integer', description: 'Of how many unsettled ones it is not known' }) unknown!: number;
  @ApiProperty({ nullable: true, type: String, format: 'date-time', description: 'The oldest unsettled one' })
  firstAt!: string | null;
}

export class ReasonsAnswer {
  @ApiProperty({ type: [ReasonItem] }) items!: ReasonItem[];
  @ApiProperty({ type: 'integer', description: 'Letters that are kept' }) kept!: number;
  @ApiProperty({ type: 'integer', description: 'Letters that are kept at most' }) max!: number;
}

class LetterFailure {
  @ApiProperty({ example: 'UNKNOWN_CUSTOMER' }) reason!: string;
  @ApiProperty({ type: 'integer' }) count!: number;
  @ApiProperty({ description: 'Of one of them' }) detail!: string;
}

export class ReplayAnswer {
  @ApiProperty({ nullable: true, type: String, description: 'Null for a dry run' }) id!: string | null;
  @ApiProperty() dryRun!: boolean;
  @ApiProperty() reason!: string;
  @ApiProperty({ example: 'key:k-3f9a' }) actor!: string;
  @ApiProperty({ format: 'date-time' }) orderedAt!: string;
  @ApiProperty({ nullable: true, type: String, format: 'date-time', description: 'Null while it is under way' })
  endedAt!: string | null;
  @ApiProperty({ type: 'integer', description: 'Letters that it is about' }) matching!: number;
  @ApiProperty({ type: 'integer', description: 'Letters that were played, or tried in a dry run' }) done!: number;
  @ApiProperty({ type: 'integer' }) charged!: number;
  @ApiProperty({ type: 'integer', description: 'Charged before: not charged again' }) duplicates!: number;
  @ApiProperty({ type: 'integer' }) failing!: number;
  @ApiProperty({ description: 'Tokens: the sum of the charges' }) amount!: string;
  @ApiProperty({ type: [LetterFailure], description: 'Why some still fail, by reason' }) failures!: LetterFailure[];
}

export class DismissalAnswer {
  @ApiProperty() id!: string;
  @ApiProperty() reason!: string;
  @ApiProperty({ example: 'key:k-3f9a' }) actor!: string;
  @ApiProperty({ format: 'date-time' }) orderedAt!: string;
  @ApiProperty({ type: 'integer' }) dismissed!: number;
}

/** @throws DomainError `TIME_INVALID` */
export function periodOf({ from, to }: ReasonsQuery): Pick<LetterFilter, 'from' | 'to'> {
  return parsePeriod({ from, to }, Date.now());
}

/**
 * Which letters are meant.
 *
 * @param states of a write, which must say more than a state: not everything by mistake
 * @throws DomainError `TIME_INVALID`; RequestError `VALIDATION_FAILED`
 */
export function filterOf(asked: LetterFilterBody, states?: readonly LetterState[]): LetterFilter {
  const { reason, state, topic, partition, offset } = asked;
  const says = (path: string, message: string) =>
    new RequestError('VALIDATION_FAILED', `The filter is not valid: ${message}.`, [{ path, message }]);
  if (offset !== undefined && partition === undefined) throw says('filter.partition', 'an offset needs its partition');
  if (partition !== undefined && topic === undefined) throw says('filter.topic', 'a partition needs its topic');
  if (states !== undefined && [reason, asked.from, asked.to, topic].every((part) => part === undefined)) {
    throw says('filter', 'name a reason, a time or a topic');
  }
  return { states: statesOf(state) ?? states ?? UNSETTLED, reason, ...periodOf(asked), topic, partition, offset };
}

function statesOf(state: StateAsked | undefined): readonly LetterState[] | undefined {
  if (state === undefined) return undefined;
  if (state === 'all') return LETTER_STATES;
  return state === 'unsettled' ? UNSETTLED : [state];
}
