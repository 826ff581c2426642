/** Why a replay of the journal ended, for whoever asked for it. */
import { RequestError } from '#platform';
import { PageUnsound } from '#postgres';

/** What to throw for an error of a rebuild or a comparison: a page that nobody can fold is named, anything else stays. */
export function replayFailure(error: unknown): unknown {
  if (!(error instanceof PageUnsound)) return error;
  return new RequestError(
    'PAGE_UNSOUND',
    `The journal cannot be replayed: ${error.message}. Run \`airtime verify\` for everything that is wrong with it.`,
  );
}
