/** Work that goes on behind the requests, one run at a time for each subject, and ends with the process. */
import { setTimeout as delay } from 'node:timers/promises';

/** Longest wait for a running job at shutdown, in milliseconds. The next start finds what is left of it. */
const STOP_WAIT_MS = 5_000;

/**
 * Runs work by subject. Calls during a run share the next one, which begins after them: it
 * sees what the caller has just made.
 */
export class CoalescedRuns<Subject> {
  private readonly underWay = new Map<Subject, { readonly run: Promise<void>; next?: Promise<void> }>();
  private readonly stopping = new AbortController();

  constructor(private readonly work: (subject: Subject, signal: AbortSignal) => Promise<void>) {}

  /** Resolves when a run that began after this call has ended. Rejects as the work does. */
  request(subject: Subject): Promise<void> {
    if (this.stopping.signal.aborted) return Promise.resolve();
    const current = this.underWay.get(subject);
    if (current === undefined) return this.begin(subject);
    current.next ??= current.run.catch(() => undefined).then(() => this.request(subject));
    return current.next;
  }

  isUnderWay(subject: Subject): boolean {
    return this.underWay.has(subject);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    const runs = Promise.allSettled([...this.underWay.values()].map(({ run }) => run));
    await Promise.race([runs, delay(STOP_WAIT_MS, undefined, { ref: false })]);
  }

  private begin(subject: Subject): Promise<void> {
    const run = this.work(subject, this.stopping.signal).finally(() => this.underWay.delete(subject));
    this.underWay.set(subject, { run });
    return run;
  }
}
