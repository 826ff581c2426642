/**
 * Instants as the verifier reads them, apart from the code that decides: the calendar is that of the language, and a text
 * must come out of it as it went in.
 */
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})[Tt]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** Milliseconds since 1970, finer digits cut off; undefined for a text that names no instant of the calendar. */
export function instantOf(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, day, time, fraction = '', sign, hours = '0', minutes = '0'] = match;
  const there = Date.parse(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  if (Number.isNaN(there) || new Date(there).toISOString().slice(0, 10) !== day) return undefined;
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '+' ? there - ahead : there + ahead;
}
