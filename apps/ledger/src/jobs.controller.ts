/**
 * `POST /v1/reratings` asks for a job, `GET /v1/jobs` tells of jobs, and they are broken off and taken up again by
 * `POST /v1/jobs/{id}/cancel` and `/resume`.
 */
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { partyRefusal } from '#concepts';
import { commonRefusal } from '#domain';
import { Allow, ListCursor, RequestError, ResourceParam, Write, type ListAnswer, type WriteRequest } from '#platform';
import { Jobs, type Job, type Pool } from '#postgres';
import { parsePeriod } from '#reading';
import { CatalogueFollower, DATABASE, READ_DATABASE, Sequencers } from '#wiring';
import {
  DifferencesAnswer,
  JobAnswer,
  JobsAnswer,
  presentDifference,
  presentJob,
  presentResult,
  type DifferenceItem,
  type JobItem,
} from './job-answers.js';
import { DifferencesQuery, JobsQuery, ReratingBody } from './job-requests.js';
import { JobRunner } from './job-runner.js';
import type { ReratingJob, ReratingWish } from './rerating-run.js';

const JOBS = new ListCursor('jobs', ['instant', 'text']);
const DIFFERENCES = new ListCursor('job-differences', ['text']);

const JobParam = () => ResourceParam('id', 'job');

@ApiTags('usage')
@ApiBearerAuth()
@Controller('reratings')
export class ReratingsController {
  private readonly jobs: Jobs;

  constructor(
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
    private readonly runner: JobRunner,
    @Inject(DATABASE) database: Pool,
  ) {
    this.jobs = new Jobs(database);
  }

  @Post()
  @HttpCode(202)
  @Allow()
  @ApiOperation({
    summary: 'Rate usage again by a price book, as a job: what costs another amount is taken back and charged anew',
    description:
      'Meant is what was recorded when the job begins and has its own time from `from` on and before `to`. Its split policy and its rate of the token stay, void usage is passed over, and no budget or credit limit refuses anything. With `dryRun` nothing is written, and the job says what would change.',
  })
  @ApiAcceptedResponse({ type: JobAnswer, description: 'The job; follow it with GET /v1/jobs/{id}' })
  async ask(@Body() body: ReratingBody, @Write() write: WriteRequest): Promise<JobAnswer> {
    const { request, provenance } = write;
    const wish = readWish(body);
    const { key, digest } = request!;
    const asked = { id: `j-${key}`, kind: 'rerating', wish, actor: provenance.actor, digest };
    const job = await this.sequencers.answerOnce(request, async () => {
      const known = await this.jobs.find(asked.id);
      if (known !== undefined) return known;
      await this.follower.refresh();
      this.refuseUnknown(wish);
      return this.jobs.add(asked);
    });
    if (job.digest !== digest) {
      const message = 'Another re-rating was asked for with this Idempotency-Key; use a new key for a new one.';
      throw commonRefusal('IDEMPOTENCY_CONFLICT', message, 'Idempotency-Key');
    }
    this.runner.wake();
    return presentResult(this.jobs, job as ReratingJob);
  }

  /** @throws DomainError `NOT_FOUND`, `UNKNOWN_CUSTOMER` */
  private refuseUnknown({ priceBook, customer }: ReratingWish): void {
    const { rating, parties } = this.follower.catalogue;
    if (!rating.priceBooks.has(priceBook)) {
      const way = 'GET /v1/price-books lists those that are published';
      throw commonRefusal('NOT_FOUND', `There is no price book ${priceBook}; ${way}.`, 'priceBook');
    }
    if (customer === undefined || parties.get(customer)?.roles.includes('customer') === true) return;
    const way = 'leave customer out for all of them';
    throw partyRefusal('UNKNOWN_CUSTOMER', `No customer ${customer} is registered; ${way}.`, 'customer');
  }
}

/** @throws DomainError `TIME_INVALID`, `TIME_IN_FUTURE`; RequestError `VALIDATION_FAILED` for a time without an instant in it */
function readWish({ priceBook, customer, dryRun = false, reason, ...span }: ReratingBody): ReratingWish {
  const { from, to } = parsePeriod(span, Date.now()) as { readonly from: string; readonly to: string };
  if (from >= to) {
    const message = `from must lie before to, where the time ends: ${from} does not lie before ${to}`;
    throw new RequestError('VALIDATION_FAILED', `The time is not valid: ${message}.`, [{ path: 'from', message }]);
  }
  return { from, to, priceBook, ...(customer === undefined ? {} : { customer }), dryRun, reason };
}

@ApiTags('usage')
@ApiBearerAuth()
@Controller('jobs')
export class JobsController {
  private readonly jobs: Jobs;
  private readonly read: Jobs;

  constructor(
    private readonly runner: JobRunner,
    @Inject(DATABASE) database: Pool,
    @Inject(READ_DATABASE) readDatabase: Pool,
  ) {
    this.jobs = new Jobs(database);
    this.read = new Jobs(readDatabase);
  }

  @Get()
  @Allow('operator', 'finance')
  @ApiOperation({ summary: 'Jobs, newest first' })
  @ApiOkResponse({ type: JobsAnswer })
  async list(@Query() { limit, cursor, state }: JobsQuery): Promise<ListAnswer<JobItem>> {
    const rows = await this.read.list(limit + 1, JOBS.after(cursor), state);
    const { items, nextCursor } = JOBS.answer(rows, limit, ({ askedAt, id }) => [askedAt, id]);
    return { items: items.map((job) => presentJob(job as ReratingJob)), nextCursor };
  }

  @Get(':id')
  @Allow('operator', 'finance')
  @ApiOperation({ summary: 'How far a job is, what it has come to so far, and why it failed' })
  @ApiOkResponse({ type: JobAnswer })
  async job(@JobParam() id: string): Promise<JobAnswer> {
    return presentResult(this.read, found(id, await this.read.find(id)));
  }

  @Get(':id/differences')
  @Allow('operator', 'finance')
  @ApiOperation({ summary: 'What a job changes for each customer, or for each provider, by name' })
  @ApiOkResponse({ type: DifferencesAnswer })
  async differences(@JobParam() id: string, @Query() query: DifferencesQuery): Promise<ListAnswer<DifferenceItem>> {
    found(id, await this.read.find(id));
    const rows = await this.read.sums(id, query.by, query.limit + 1, DIFFERENCES.after(query.cursor)?.[0]);
    const { items, nextCursor } = DIFFERENCES.answer(rows, query.limit, ({ name }) => [name]);
    return { items: items.map(presentDifference), nextCursor };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Allow()
  @ApiOperation({ summary: 'Break a job off; what it has done stays done' })
  @ApiOkResponse({ type: JobAnswer })
  async cancel(@JobParam() id: string, @Write({ key: 'optional' }) _write: WriteRequest): Promise<JobAnswer> {
    return this.turned(id, await this.jobs.cancel(id), ['cancelled']);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Allow()
  @ApiOperation({ summary: 'Have a job that was broken off, or failed, go on where it was' })
  @ApiOkResponse({ type: JobAnswer })
  async resume(@JobParam() id: string, @Write({ key: 'optional' }) _write: WriteRequest): Promise<JobAnswer> {
    const job = await this.turned(id, await this.jobs.resume(id), ['queued', 'running']);
    this.runner.wake();
    return job;
  }

  /** @throws RequestError `JOB_ENDED` where it has come to another end */
  private turned(id: string, job: Job | undefined, wanted: readonly Job['state'][]): Promise<JobAnswer> {
    const now = found(id, job);
    if (wanted.includes(now.state)) return presentResult(this.jobs, now);
    const way = now.state === 'failed' ? 'POST /v1/jobs/{id}/resume takes it up again' : 'ask for another one';
    const message = `the job is ${now.state}; ${way}`;
    throw new RequestError('JOB_ENDED', `Nothing was done: ${message}.`, [{ path: 'id', message }]);
  }
}

/** @throws DomainError `NOT_FOUND` */
function found(id: string, job: Job | undefined): ReratingJob {
  if (job === undefined) throw commonRefusal('NOT_FOUND', `There is no job ${id}.`, 'id');
  return job as ReratingJob;
}
