/** Instants in one zone that a person chose, and the texts in which a person names one. The address holds UTC. */

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/;

export const UTC = 'UTC';

/** Whether the browser knows a zone by this name. */
export function isZone(name: string): boolean {
  try {
    // A fixed language: that of some systems is none that Intl takes.
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

interface Clock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function clockAt(ms: number, zone: string): Clock {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', era: 'short' },
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const number = (name: string) => Number.parseInt(parts[name] ?? '', 10);
  return {
    ...{ year: number('year'), month: number('month'), day: number('day') },
    ...{ hour: number('hour'), minute: number('minute'), second: number('second') },
  };
}

const two = (value: number) => String(value).padStart(2, '0');

/** `2026-10-31 14:59:59 UTC`; with milliseconds where asked for. An instant that is none is shown as it is. */
export function showInstant(instant: string, zone: string, how: { readonly milliseconds?: boolean } = {}): string {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return instant;
  const { year, month, day, hour, minute, second } = clockAt(ms, zone);
  const fraction = how.milliseconds === true ? `.${String(((ms % 1000) + 1000) % 1000).padStart(3, '0')}` : '';
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}${fraction} ${zone}`;
}

/** What clocks are put back by: an hour, half of one (Lord Howe), two (Troll). */
const PUT_BACK_MS = [7_200_000, 3_600_000, 1_800_000];

/** What a zone's clock shows, as milliseconds of a clock in UTC that shows the same. */
function wallAt(ms: number, zone: string): number {
  const { year, month, day, hour, minute, second } = clockAt(ms, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((ms % 1000) + 1000) % 1000);
}

/** The instant of a zone's clock, in milliseconds; where it shows a time twice the earlier, where never the next one that it shows. */
function instantOf(zone: string, wall: number): number {
  let found = wall;
  // Two steps settle it but at a change of the clock, where the third shows that it was skipped.
  for (let step = 0; step < 3; step++) {
    const shown = wallAt(found, zone);
    if (shown === wall) break;
    found += wall - shown;
  }
  const before = PUT_BACK_MS.map((back) => found - back);
  return before.find((earlier) => wallAt(earlier, zone) === wall) ?? found;
}

/** The first millisecond of a day by a zone's clock; where it skips midnight, the one at which it goes on. */
function startOfDay(zone: string, year: number, month: number, day: number): number {
  const midnight = Date.UTC(year, month - 1, day);
  const found = instantOf(zone, midnight);
  return clockAt(found, zone).day === new Date(midnight).getUTCDate() ? found : found + 3_600_000;
}

/** The last millisecond of a day by a zone's clock. */
const endOfDay = (zone: string, year: number, month: number, day: number): number =>
  startOfDay(zone, year, month, day + 1) - 1;

/** What a text names: an instant of UTC, now (null), or nothing that is understood (undefined). */
export type Named = string | null | undefined;

/**
 * Reads `now`, `2026-10-31` (its end), `2026-10-31 14:59:59`, an instant of RFC 3339, `yesterday`, `end of last month`, `end of last year`.
 * Days and clock times are those of the zone.
 *
 * @param nowMs milliseconds since 1970
 * @param edge which instant of it a day means
 */
export function readInstant(text: string, zone: string, nowMs: number, edge: 'start' | 'end' = 'end'): Named {
  const trimmed = text.trim().replace(new RegExp(` ${zone.replaceAll('/', '\\/')}$`), '');
  const words = trimmed.toLowerCase();
  if (words === '' || words === 'now') return null;
  const iso = (ms: number): Named => (Number.isFinite(ms) ? new Date(ms).toISOString() : undefined);
  const { year, month, day } = clockAt(nowMs, zone);
  const edgeOfDay = edge === 'end' ? endOfDay : startOfDay;
  if (words === 'yesterday') return iso(edgeOfDay(zone, year, month, day - 1));
  if (words === 'end of last month') return iso(endOfDay(zone, year, month, 0));
  if (words === 'end of last year') return iso(endOfDay(zone, year, 1, 0));
  if (INSTANT.test(trimmed)) return iso(Date.parse(trimmed));
  const local = LOCAL.exec(trimmed);
  if (local === null) return undefined;
  const [y, mo, d, h, mi, s = 0, f = 0] = local
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number.parseInt(part, 10)));
  const date = new Date(Date.UTC(y!, mo! - 1, d));
  if (date.getUTCMonth() !== mo! - 1) return undefined;
  if (h === undefined) return iso(edgeOfDay(zone, y!, mo!, d!));
  if (h > 23 || mi! > 59 || s > 59) return undefined;
  const fraction = Number.parseInt((local[7] ?? '').padEnd(3, '0') || '0', 10);
  return iso(instantOf(zone, Date.UTC(y!, mo! - 1, d, h, mi, s)) + (f === 0 ? 0 : fraction));
}

/** The zones that can be chosen: UTC first, then the browser's own, then all. */
export function zonesToChoose(): readonly string[] {
  const own = new Intl.DateTimeFormat('en-US').resolvedOptions().timeZone;
  return [...new Set([UTC, own, ...Intl.supportedValuesOf('timeZone')])];
}
