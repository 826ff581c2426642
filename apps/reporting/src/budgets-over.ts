/** Which budgets count an entry. */
import type { EntryPosition } from '#domain';
import type { BooksSnapshot } from '#postgres';

/** A path and all above it, from the customer's down. */
export function levelsOf(path: string): string[] {
  const names = path.split('/');
  return names.map((_, i) => names.slice(0, i + 1).join('/'));
}

/** Those of a path and all above it that were budgets when an entry was booked, from the customer's down. */
export async function listBudgetsOver(
  books: BooksSnapshot,
  path: string,
  { shard, height, index }: EntryPosition,
): Promise<string[]> {
  const levels = levelsOf(path);
  const rows = await books.rows<{ path: string }>(
    `SELECT DISTINCT path FROM books.budget_settings
     WHERE customer = $1 AND path = ANY ($2) AND shard = $3 AND (height, index) <= ($4, $5)`,
    [levels[0], levels, shard, height, index],
  );
  const found = new Set(rows.map((row) => row.path));
  return levels.filter((level) => found.has(level));
}
