/** When the read models were last held against a replay of the journal. */
import type { Pool } from '../connection.js';
import type { ShardHeight } from './snapshot.js';

export interface LastComparison {
  /** RFC 3339 UTC. */
  readonly comparedAt: string;
  readonly heights: readonly ShardHeight[];
  /** Names of the tables that differed; empty when all agreed. */
  readonly differing: readonly string[];
}

/** Undefined when they never were. */
export async function findLastComparison(pool: Pool): Promise<LastComparison | undefined> {
  const { rows } = await pool.query<{ compared_at: Date; heights: ShardHeight[]; differing: string[] }>(
    'SELECT compared_at, heights, differing FROM checks.table_comparisons ORDER BY compared_at DESC LIMIT 1',
  );
  const row = rows[0];
  return row === undefined
    ? undefined
    : { comparedAt: row.compared_at.toISOString(), heights: row.heights, differing: row.differing };
}
