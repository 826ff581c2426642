/**
 * Instants as the verifier reads them, apart from the code that decides: the calendar is that of the language, and a text
 * must come out of it as it went in.
 */
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})[Tt]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** What the last text named: the members of one event, and the events of one page, often name the same instant. */
let last: { readonly text: string; readonly ms: number | undefined } = { text: '', ms: undefined };

/** Milliseconds since 1970, finer digits cut off; undefined for a text that names no instant of the calendar. */
export function instantOf(text: string): number | undefined {
  if (text !== last.text) last = { text, ms: read(text) };
  return last.ms;
}

function read(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, day = '', time, fraction = '', sign, hours = '0', minutes = '0'] = match;
  const there = Date.parse(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  // A day that its month does not have is read as one of the next month.
  if (Number.isNaN(there) || new Date(there).getUTCDate() !== Number(day.slice(8))) return undefined;
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '+' ? there - ahead : there + ahead;
}

/** In UTC with three digits of milliseconds; a year that four digits cannot name has a sign and six. */
export const textOfInstant = (ms: number): string => new Date(ms).toISOString();
