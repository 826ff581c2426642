/** What is told of jobs. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { formatAmount } from '#domain';
import { listAnswerOf } from '#platform';
import type { Jobs, JobState, JobSum } from '#postgres';
import { JOB_STATES } from './job-requests.js';
import type { ReratingJob, ReratingSum } from './rerating-run.js';

/** An answer names so many customers, and so many providers: those that change most. */
const NAMED_MAX = 1_000;

class JobProgress {
  @ApiProperty({ description: 'Pages of the journal that it has gone through' }) pages!: number;
  @ApiProperty({ description: 'Of how many' }) of!: number;
  @ApiProperty({ description: 'Charges that it has come to' }) charges!: number;
}

export class JobItem {
  @ApiProperty({ example: 'j-3f9a' }) id!: string;
  @ApiProperty({ enum: ['rerating'] }) kind!: string;
  @ApiProperty({
    enum: JOB_STATES,
    description: 'queued: it waits for those before it; cancelled and failed ones can be resumed',
  })
  state!: JobState;
  @ApiProperty({ description: 'Own time of the usage, included' }) from!: string;
  @ApiProperty({ description: 'Own time of the usage, excluded' }) to!: string;
  @ApiProperty() priceBook!: number;
  @ApiProperty({ type: String, nullable: true, description: 'Null: of all customers' }) customer!: string | null;
  @ApiProperty() dryRun!: boolean;
  @ApiProperty() reason!: string;
  @ApiProperty({ example: 'key:k-3f9a', description: 'Who asked for it' }) actor!: string;
  @ApiProperty() askedAt!: string;
  @ApiProperty({ type: String, nullable: true }) beganAt!: string | null;
  @ApiProperty({ type: String, nullable: true }) endedAt!: string | null;
  @ApiProperty({ type: JobProgress, nullable: true, description: 'Null before it has begun' })
  progress!: JobProgress | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it failed' }) error!: string | null;
}

class DifferenceAmount {
  @ApiProperty() events!: number;
  @ApiProperty({ description: 'Tokens, as recorded' }) before!: string;
  @ApiProperty({ description: 'Tokens, by the other price book' }) after!: string;
  @ApiProperty({ description: 'after less before' }) difference!: string;
}

class CustomerDifference extends DifferenceAmount {
  @ApiProperty() customer!: string;
}

class ProviderDifference extends DifferenceAmount {
  @ApiProperty() provider!: string;
}

export class DifferenceItem extends DifferenceAmount {
  @ApiProperty({ description: 'The customer or provider' }) name!: string;
}

class UnratedUsage {
  @ApiProperty() usageType!: string;
  @ApiProperty() model!: string;
  @ApiProperty() provider!: string;
  @ApiPropertyOptional() region?: string;
  @ApiProperty() code!: string;
  @ApiPropertyOptional({ description: 'The member of the usage that is in the way' }) path?: string;
  @ApiProperty() events!: number;
  @ApiProperty({ description: 'Tokens that were charged for it' }) before!: string;
}

class ReratingResult {
  @ApiProperty({ description: 'Charges that cost another amount by the book' }) changed!: number;
  @ApiProperty({ description: 'Charges that cost what they did, and are left alone' }) same!: number;
  @ApiProperty({ description: 'Charges of usage that is void, passed over' }) void!: number;
  @ApiProperty({ description: 'Charges that the book cannot rate, left as they are' }) unrated!: number;
  @ApiProperty({ type: DifferenceAmount, description: 'Of what could be rated' }) total!: DifferenceAmount;
  @ApiProperty({
    type: [CustomerDifference],
    description: `What they pay; at most ${NAMED_MAX}, the most changed first. GET /v1/jobs/{id}/differences has all`,
  })
  customers!: readonly CustomerDifference[];
  @ApiProperty({ type: [ProviderDifference], description: 'Their shares of it, likewise' })
  providers!: readonly ProviderDifference[];
  @ApiProperty({ type: [UnratedUsage], description: 'What the book cannot rate; in no sum above' })
  unratedUsage!: readonly UnratedUsage[];
}

export class JobAnswer extends JobItem {
  @ApiProperty({
    type: ReratingResult,
    nullable: true,
    description: 'What it has come to so far; of a dry run, and before it has begun, null until it is done',
  })
  result!: ReratingResult | null;
}

export const JobsAnswer = listAnswerOf(JobItem, 'JobsAnswer');
export const DifferencesAnswer = listAnswerOf(DifferenceItem, 'JobDifferencesAnswer');

export function presentJob({
  id,
  kind,
  state,
  wish,
  actor,
  askedAt,
  beganAt,
  endedAt,
  progress,
  error,
}: ReratingJob): JobItem {
  const { from, to, priceBook, customer = null, dryRun, reason } = wish;
  return {
    ...{ id, kind, state, from, to, priceBook, customer, dryRun, reason, actor, askedAt, beganAt, endedAt },
    progress: progress === null ? null : presentProgress(progress),
    error,
  };
}

function presentProgress({ shards, counts }: NonNullable<ReratingJob['progress']>): JobProgress {
  const charges = counts.changed + counts.same + counts.void + counts.unrated;
  const pages = shards.reduce((sum, { first, next }) => sum + next - first, 0);
  return { pages, of: shards.reduce((sum, { first, last }) => sum + last + 1 - first, 0), charges };
}

const presentAmount = ({ events, before, after }: JobSum): DifferenceAmount => ({
  ...{ events, before: formatAmount(before), after: formatAmount(after), difference: formatAmount(after - before) },
});

export const presentDifference = (sum: JobSum): DifferenceItem => ({ name: sum.name, ...presentAmount(sum) });

/** A job with what it has come to. */
export async function presentResult(jobs: Jobs, job: ReratingJob): Promise<JobAnswer> {
  const { id, wish, state, progress } = job;
  const shown = presentJob(job);
  if (progress === null || (wish.dryRun && state !== 'done')) return { ...shown, result: null };
  const most = (what: ReratingSum) => jobs.mostChanged(id, what, NAMED_MAX);
  const [total] = await most('total');
  const customers = await most('customer');
  const providers = await most('provider');
  const unrated = await most('unrated');
  const { changed, same, void: passed, unrated: left } = progress.counts;
  const result = {
    ...{ changed, same, void: passed, unrated: left },
    total: presentAmount(total ?? { what: 'total', name: '', events: 0, before: 0n, after: 0n }),
    customers: customers.map((sum) => ({ customer: sum.name, ...presentAmount(sum) })),
    providers: providers.map((sum) => ({ provider: sum.name, ...presentAmount(sum) })),
    unratedUsage: unrated.map(({ name, events, before }) => ({
      ...(JSON.parse(name) as Pick<UnratedUsage, 'usageType' | 'model' | 'provider' | 'code'>),
      ...{ events, before: formatAmount(before) },
    })),
  };
  return { ...shown, result };
}
