/** How a test waits: for what it waits for, however slow the machine is. A budget is only there to end a hang. */
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Longest wait for anything, in milliseconds; only what never happens takes this long. Jest's own time limit for a
 * test (`jest.config.mjs`) is longer, so that whoever waits can say for what.
 */
export const HANG_MS = 4 * 60_000;

const PAUSE_MS = 25;

/**
 * Asks until the answer holds, and returns it: for what can only be asked, not awaited.
 *
 * @param ask may fail; a failure is an answer that does not hold
 * @param holds by default, that the answer is not `undefined`, `null`, `false` or 0
 * @throws Error that says what did not come about, with the last answer, after {@link HANG_MS}
 */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  holds: (answer: T) => boolean = Boolean,
  { what = 'the condition', pauseMs = PAUSE_MS } = {},
): Promise<T> {
  const deadline = performance.now() + HANG_MS;
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (holds(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      const shown = last instanceof Error ? String(last) : JSON.stringify(last);
      throw new Error(`${what} did not come about within ${HANG_MS} ms; last: ${shown}`, { cause: last });
    }
    await delay(pauseMs);
  }
}
