/** Work that goes on behind the requests, as definitions: no part of the books, and of nothing that a journal could tell again. */
import { column, table } from '#domain';

/** What somebody asked for, and how far it is. */
export const JOBS = table(
  'jobs',
  {
    /** Made of the Idempotency-Key that it was asked for under: asked for again it is the same. */
    id: column.text(),
    kind: column.text(),
    state: column.text<JobState>(),
    /** What was asked for; its form is the kind's. */
    wish: column.json<object>(),
    actor: column.text(),
    /** Digest of the request that asked for it. */
    digest: column.text(),
    askedAt: column.instant(),
    beganAt: column.optional(column.instant()),
    endedAt: column.optional(column.instant()),
    /** How far it is; its form is the kind's. Null before it has begun. */
    progress: column.optional(column.json<object>()),
    /** Goes up with every progress that is noted: who knows an older one notes nothing. */
    step: column.wholeNumber(),
    /** Why it failed. */
    error: column.optional(column.text()),
  },
  {
    schema: 'jobs',
    key: ['id'],
    fillfactor: 50,
    indexes: { jobs_by_time: { on: ['askedAt', 'id'] } },
  },
);

/** What a job has come to so far, a row for each thing that it adds up: a customer, a provider. */
export const JOB_SUMS = table(
  'sums',
  {
    job: column.text(),
    what: column.text(),
    name: column.text(),
    events: column.wholeNumber(),
    before: column.amount(),
    after: column.amount(),
  },
  { schema: 'jobs', key: ['job', 'what', 'name'], fillfactor: 70, control: null },
);

/** `queued`: none has begun it, or it was resumed. Only `queued` and `running` jobs are worked at. */
export type JobState = 'queued' | 'running' | 'cancelled' | 'done' | 'failed';
