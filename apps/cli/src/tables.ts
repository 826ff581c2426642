/** The one writer of tables and lists for people. Columns stay straight whatever stands in them. */
import stringWidth from 'string-width';

/** What no value has to tell. */
export const NOTHING = '-';

const NUMBER = /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/;
/** Controls of the terminal and of the direction of writing, all kinds of line ends, and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu;
const GAP = '  ';

/**
 * Text that cannot steer a terminal: what it would obey instead of showing is written as JSON escapes it, line ends
 * too. Names come from producers and files, so none is printed otherwise.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As {@link printable}, for text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

export interface TableOptions {
  /** Names of the columns. */
  readonly head?: readonly string[];
  /** In front of every line. */
  readonly indent?: string;
}

/**
 * Lays rows out in columns. A column of numbers is aligned on the decimal point, every other one to the left; width is
 * counted as a terminal shows it, in which Chinese characters take two places and combining marks none.
 *
 * @param rows all of the same length
 */
export function layOutTable(
  rows: readonly (readonly string[])[],
  { head = [], indent = '' }: TableOptions = {},
): string {
  const count = Math.max(head.length, ...rows.map((row) => row.length));
  const columns = Array.from({ length: count }, (_, place) =>
    layOutColumn(
      rows.map((row) => row[place] ?? ''),
      head[place],
    ),
  );
  const lines = head.length === 0 ? rows.length : rows.length + 1;
  return Array.from({ length: lines }, (_, line) =>
    `${indent}${columns.map((column) => column[line]).join(GAP)}`.trimEnd(),
  ).join('\n');
}

/** Lays out `name  value` lines. Numbers that follow each other are aligned on the decimal point. */
export function layOutList(pairs: readonly (readonly [name: string, value: string])[], indent = ''): string {
  const names = layOutColumn(
    pairs.map(([name]) => name),
    undefined,
    false,
  );
  const values = pairs.map(([, value]) => printable(value));
  for (let start = 0; start < values.length; start += 1) {
    let end = start;
    while (end < values.length && NUMBER.test(values[end]!)) end += 1;
    values.splice(start, end - start, ...alignNumbers(values.slice(start, end)));
    start = Math.max(start, end - 1);
  }
  return names.map((name, line) => `${indent}${name}${GAP}${values[line]}`.trimEnd()).join('\n');
}

/** @returns the column's cells, its name first when it has one, all of one width */
function layOutColumn(values: readonly string[], name: string | undefined, mayBeNumbers = true): readonly string[] {
  const cells = values.map(printable);
  const isNumeric =
    mayBeNumbers &&
    cells.some((cell) => NUMBER.test(cell)) &&
    cells.every((cell) => cell === NOTHING || cell === '' || NUMBER.test(cell));
  const all = [...(name === undefined ? [] : [printable(name)]), ...(isNumeric ? alignNumbers(cells) : cells)];
  const widths = all.map((cell) => stringWidth(cell));
  const width = widths.reduce((widest, each) => Math.max(widest, each), 0);
  return all.map((cell, line) => {
    const blanks = ' '.repeat(width - widths[line]!);
    return isNumeric ? blanks + cell : cell + blanks;
  });
}

/** Brings the decimal points under each other. */
function alignNumbers(cells: readonly string[]): readonly string[] {
  const parts = cells.map((cell) => {
    const point = cell.indexOf('.');
    return point === -1 ? ([cell, ''] as const) : ([cell.slice(0, point), cell.slice(point)] as const);
  });
  const widest = (place: 0 | 1) => parts.reduce((width, part) => Math.max(width, part[place].length), 0);
  const [whole, fraction] = [widest(0), widest(1)];
  return parts.map((part) => part[0].padStart(whole) + part[1].padEnd(fraction));
}
