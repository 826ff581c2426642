/** Parts of Markdown documents that are made by programs. */

/** A text with what stands between the comments `<!-- part -->` and `<!-- /part -->` replaced. @throws Error without them */
export function replacePart(text: string, part: string, content: string): string {
  const [start, end] = [`<!-- ${part} -->`, `<!-- /${part} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no part ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n${text.slice(to)}`;
}

/** A table in the layout that the formatter keeps. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`;
  const [first, ...others] = cells;
  return [line(first!), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('');
}
