/** What `npm start` prints at the end of a run, read back. */
export type PrintedSummary = Readonly<Record<string, readonly string[]>>;

/** Rows of the summary by name; lines without a name belong to the row before. */
export function readSummary(lines: readonly string[]): PrintedSummary {
  const rows: Record<string, string[]> = {};
  const begin = lines.indexOf('Airtime summary');
  if (begin === -1) throw new Error(`no summary in:\n${lines.slice(-20).join('\n')}`);
  let name = '';
  for (const line of lines.slice(begin + 1)) {
    const match = /^ {2}(.{12}) (.+)$/.exec(line);
    if (match === null) continue;
    name = match[1]!.trim() === '' ? name : match[1]!.trim();
    (rows[name] ??= []).push(match[2]!);
  }
  return rows;
}
