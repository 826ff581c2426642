/** A service that starts before its stores are there waits for them, as it does when they go away later. */
import { setTimeout as delay } from 'node:timers/promises';
import { JournalOfOlderFormat, StoreUnavailable } from '#journal';
import { ConfigurationError, type Logger } from '#platform';
import { isDatabaseAway } from '#postgres';

const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 2_000;
const SAY_EVERY_MS = 10_000;

/**
 * Does the work once the store answers: again and again while it is away, recovers or shuts down, with a line in the log
 * at first and every ten seconds. What waiting cannot repair (a wrong password, a missing database) is thrown at once.
 * A stop of the process ends the wait, because nothing else is under way then.
 *
 * @param work may be done again after it failed half-way
 * @param store what is waited for, for the log
 * @throws ConfigurationError when the store holds a journal of format 1
 */
export async function untilStoreAnswers<T>(work: () => Promise<T>, store: string, logger: Logger): Promise<T> {
  let pauseMs = PAUSE_FIRST_MS;
  let saidAtMs: number | undefined;
  for (;;) {
    try {
      const done = await work();
      if (saidAtMs !== undefined) logger.info(`${store} answers; the start goes on`);
      return done;
    } catch (error) {
      if (error instanceof JournalOfOlderFormat) throw new ConfigurationError('JOURNAL_STORE', error.message);
      if (!(error instanceof StoreUnavailable) && !isDatabaseAway(error)) throw error;
      const nowMs = performance.now();
      if (saidAtMs === undefined || nowMs - saidAtMs > SAY_EVERY_MS) {
        logger.warn({ err: error }, `${store} does not answer yet; the start waits for it`);
        saidAtMs = nowMs;
      }
      await delay(pauseMs);
      pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
    }
  }
}
