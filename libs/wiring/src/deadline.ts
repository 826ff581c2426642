/** Waiting with a limit, so that no caller waits for ever on a part that is away. */
import { ClocksApart, PageMistimed, SequencerHalted, ShardRefused } from '#journal';
import { ClocksDiffer, Unavailable } from '#platform';

/** A caller waits at most this long for its answer, milliseconds. */
export const ANSWER_WAIT_MAX_MS = 30_000;

const HALTED_RETRY_SECONDS = 30;

/** Passes a promise on, or throws what `late` makes when it has not settled in time. The promise itself goes on. */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), timeoutMs);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The answer to a caller of a command, in bounded time. A command that waits for a store that is away is not given up:
 * it may still be decided when the store is back, which is why its outcome is unknown to the caller.
 *
 * @throws Unavailable (503) after {@link ANSWER_WAIT_MAX_MS}, and where the shard is halted; ClocksDiffer
 *   (503) while this process's clock is apart from the store's
 */
export async function answerInTime<T>(work: Promise<T>, timeoutMs = ANSWER_WAIT_MAX_MS): Promise<T> {
  try {
    return await withDeadline(
      work,
      timeoutMs,
      () =>
        new Unavailable(
          `There was no answer within ${timeoutMs / 1_000} s, so the outcome is unknown: it may still be done. Repeat the request with the same body and the same Idempotency-Key.`,
          5,
        ),
    );
  } catch (error) {
    if (error instanceof SequencerHalted || error instanceof ShardRefused)
      throw new Unavailable(`${error.message}; nothing was done`, HALTED_RETRY_SECONDS, { cause: error });
    if (error instanceof ClocksApart || error instanceof PageMistimed)
      throw new ClocksDiffer(error.message, { cause: error });
    throw error;
  }
}
