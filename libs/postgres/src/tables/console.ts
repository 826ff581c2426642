/** Who is signed in to the console, as definitions: no part of the books, and of nothing that a journal could tell again. */
import { column, table } from '#domain';

/** A browser that is signed in. */
export const CONSOLE_SESSIONS = table(
  'sessions',
  {
    /** SHA-256 of what the browser's cookie holds, hex. */
    hash: column.text(),
    /** SHA-256 of the key that it was signed in with, hex: it ends when no such key is in force. */
    keyHash: column.text(),
    begunAt: column.instant(),
    /** When it was used last, as of a minute. */
    seenAt: column.instant(),
  },
  { schema: 'console', key: ['hash'], fillfactor: 70 },
);

/** A link that signs a browser in once. */
export const CONSOLE_LINKS = table(
  'links',
  {
    /** SHA-256 of what the link holds, hex. */
    hash: column.text(),
    keyHash: column.text(),
    endsAt: column.instant(),
  },
  { schema: 'console', key: ['hash'] },
);
