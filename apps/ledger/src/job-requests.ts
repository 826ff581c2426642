/** What is asked for of jobs, and of whichever there are. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsHolder, IsReason, ListQuery } from '#platform';
import type { JobState } from '#postgres';

const VERSION_MAX = 999_999_999;

const IsTime = (): PropertyDecorator => (target, property) => {
  const message = 'write one RFC 3339 time, such as 2026-11-22T10:00:00Z, or a UTC day, such as 2026-11-22';
  IsString({ message })(target, property);
  MaxLength(40, { message })(target, property as string);
};

export class ReratingBody {
  @ApiProperty({
    example: '2026-10-01',
    description: 'Own time of the usage, included; an RFC 3339 instant or a UTC day',
  })
  @IsTime()
  from!: string;

  @ApiProperty({
    example: '2026-10-31',
    description: 'Own time of the usage; an instant is excluded, a UTC day that has ended is included whole',
  })
  @IsTime()
  to!: string;

  @ApiProperty({ example: 2, description: 'The published version to rate by' })
  @IsInt({ message: 'priceBook must be the number of a published version' })
  @Min(1, { message: 'priceBook must be the number of a published version' })
  @Max(VERSION_MAX, { message: 'priceBook must be the number of a published version' })
  priceBook!: number;

  @ApiPropertyOptional({ example: 'acme', description: 'Only the usage of this one' })
  @IsOptional()
  @IsHolder()
  customer?: string;

  @ApiPropertyOptional({ description: 'true: say what would change, and write nothing' })
  @IsOptional()
  @IsIn([true, false], { message: 'dryRun must be true or false' })
  dryRun?: boolean;

  @ApiProperty({ example: 'list price of October corrected', description: 'It stands in every entry' })
  @IsReason()
  reason!: string;
}

export const JOB_STATES = ['queued', 'running', 'cancelled', 'done', 'failed'] as const satisfies readonly JobState[];

export class JobsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: JOB_STATES })
  @IsOptional()
  @IsIn(JOB_STATES, { message: `state must be one of ${JOB_STATES.join(', ')}` })
  state?: JobState;
}

const SIDES = ['customer', 'provider'] as const;

export class DifferencesQuery extends ListQuery {
  @ApiPropertyOptional({ enum: SIDES, default: 'customer' })
  @IsOptional()
  @IsIn(SIDES, { message: 'by must be customer or provider' })
  by: (typeof SIDES)[number] = 'customer';
}
