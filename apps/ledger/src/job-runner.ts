/**
 * Works at jobs, one at a time in all processes, oldest first: whichever holds the lock does. The lock ends with its process, and another
 * one, or the next, takes the job on from what is noted of it. Two that work at one all the same, since the lock was lost, do no harm.
 */
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { isDatabaseAway, Jobs, NamedLocks, NameHeld, type Job, type Pool } from '#postgres';
import { LOGGER, type Logger } from '#platform';
import { DATABASE, RoundLoop } from '#wiring';
import { Reratings } from './reratings.js';
import { isRetriable, type ReratingJob } from './rerating-run.js';

/** So often in a row a job may fail before it has come any further; then somebody has to resume it. */
const FAILURES_MAX = 3;
const ERROR_LENGTH_MAX = 500;

@Injectable()
export class JobRunner implements OnModuleInit, OnModuleDestroy {
  private readonly jobs: Jobs;
  private readonly loop: RoundLoop;
  /** The job that failed last, where it was, and how often it has failed there. */
  private failed: { readonly id: string; readonly step: number; readonly times: number } | undefined;

  constructor(
    @Inject(DATABASE) private readonly database: Pool,
    private readonly reratings: Reratings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.jobs = new Jobs(database);
    const all = { isAnyUnderWay: () => true, drive: (signal: AbortSignal) => this.work(signal) };
    this.loop = new RoundLoop([all], {
      // That a part of the service is away is told of by whoever answers for it.
      onTrouble: (_, error) => logger.debug({ err: error }, 'jobs wait for the next sweep'),
    });
  }

  onModuleInit(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  /** There is something to do. */
  wake(): void {
    this.loop.pageRead();
  }

  private async work(signal: AbortSignal): Promise<void> {
    if ((await this.jobs.next()) === undefined) return;
    const locks = new NamedLocks(this.database, { waitMaxMs: 0 });
    try {
      await locks.hold('jobs');
      for (let job = await this.jobs.next(); job !== undefined && !signal.aborted; job = await this.jobs.next()) {
        if (!(await this.workAt(job, signal))) return;
      }
    } catch (error) {
      if (!(error instanceof NameHeld)) throw error;
    } finally {
      await locks.close();
    }
  }

  /** @returns whether to go on with the next one; else the next sweep does */
  private async workAt(job: Job, signal: AbortSignal): Promise<boolean> {
    const { id, kind, step } = job;
    this.logger.info({ job: id, kind, step }, step === 0 ? 'a job begins' : 'a job goes on');
    try {
      const isDone = await this.reratings.run(job as ReratingJob, this.jobs, signal);
      this.logger.info({ job: id, kind }, isDone ? 'a job is done' : 'a job was left');
      return isDone;
    } catch (error) {
      if (isRetriable(error) || isDatabaseAway(error)) throw error;
      this.logger.error({ err: error, job: id, kind }, 'a job failed');
      await this.noteFailure(id, error);
      return false;
    }
  }

  /** What came further since its last failure may be tried as often again. */
  private async noteFailure(id: string, error: unknown): Promise<void> {
    const step = (await this.jobs.find(id))!.step;
    const before = this.failed;
    // Each run notes that it has begun.
    const isAgain = before?.id === id && step <= before.step + 1;
    this.failed = { id, step, times: isAgain ? before.times + 1 : 1 };
    if (this.failed.times < FAILURES_MAX) return;
    this.failed = undefined;
    const message = error instanceof Error ? error.message : String(error);
    await this.jobs.fail(id, step, message.slice(0, ERROR_LENGTH_MAX));
  }
}
