/** Who is signed in to the console, as rows: any service of the installation knows a browser by its cookie. */
import type { Pool } from './connection.js';

/** A session that nobody used for so long is over, in milliseconds. */
const SESSION_IDLE_MS = 30 * 60_000;
/** No session lasts longer, in milliseconds, however it is used. */
const SESSION_MAX_MS = 12 * 3_600_000;
/** A sign-in link is good for so long, in milliseconds, and once. */
const LINK_MAX_MS = 10 * 60_000;
/** Use is noted as of so long, so that a page full of requests is one write. */
const NOTED_MS = 60_000;

const IN_FORCE = `seen_at > now() - interval '${SESSION_IDLE_MS} milliseconds' AND begun_at > now() - interval '${SESSION_MAX_MS} milliseconds'`;

/**
 * Sessions and links by the SHA-256, hex, of what the browser holds; the clock is the database's. What they give is the SHA-256 of a
 * key: whether that key is in force is for its reader to judge, so that both end with it.
 */
export class ConsoleSessions {
  /** @param pool stays the caller's */
  constructor(private readonly pool: Pool) {}

  /** The hash of the key that a session was signed in with, and its use is noted; undefined for one that is over or never was. */
  async keyOf(hash: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ key_hash: string; unnoted: boolean }>({
      name: 'console-session',
      text: `SELECT key_hash, seen_at < now() - interval '${NOTED_MS} milliseconds' AS unnoted
             FROM console.sessions WHERE hash = $1 AND ${IN_FORCE}`,
      values: [hash],
    });
    const [session] = rows;
    if (session?.unnoted === true) {
      await this.pool.query('UPDATE console.sessions SET seen_at = now() WHERE hash = $1', [hash]);
    }
    return session?.key_hash;
  }

  /** Whether a session is not over. It is not used by this. */
  async isInForce(hash: string): Promise<boolean> {
    const { rowCount } = await this.pool.query({
      name: 'console-session-in-force',
      text: `SELECT FROM console.sessions WHERE hash = $1 AND ${IN_FORCE}`,
      values: [hash],
    });
    return rowCount === 1;
  }

  /**
   * Begins a session, and forgets all that are over.
   *
   * @returns when it is over at the latest, RFC 3339
   */
  async begin(hash: string, keyHash: string): Promise<string> {
    await this.pool.query(`DELETE FROM console.sessions WHERE NOT (${IN_FORCE})`);
    const { rows } = await this.pool.query<{ ends_at: Date }>(
      `INSERT INTO console.sessions (hash, key_hash, begun_at, seen_at) VALUES ($1, $2, now(), now())
       RETURNING begun_at + interval '${SESSION_MAX_MS} milliseconds' AS ends_at`,
      [hash, keyHash],
    );
    return rows[0]!.ends_at.toISOString();
  }

  async end(hash: string): Promise<void> {
    await this.pool.query('DELETE FROM console.sessions WHERE hash = $1', [hash]);
  }

  /**
   * Keeps a link, and forgets all that are over.
   *
   * @returns when it is over, RFC 3339
   */
  async addLink(hash: string, keyHash: string): Promise<string> {
    await this.pool.query('DELETE FROM console.links WHERE ends_at <= now()');
    const { rows } = await this.pool.query<{ ends_at: Date }>(
      `INSERT INTO console.links (hash, key_hash, ends_at)
       VALUES ($1, $2, now() + interval '${LINK_MAX_MS} milliseconds') RETURNING ends_at`,
      [hash, keyHash],
    );
    return rows[0]!.ends_at.toISOString();
  }

  /** The hash of the key that a link signs in with; undefined for one that was used, is over or never was. It is used up by this. */
  async takeLink(hash: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ key_hash: string; good: boolean }>(
      'DELETE FROM console.links WHERE hash = $1 RETURNING key_hash, ends_at > now() AS good',
      [hash],
    );
    return rows[0]?.good === true ? rows[0].key_hash : undefined;
  }
}
