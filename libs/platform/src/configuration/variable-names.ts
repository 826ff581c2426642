/** Names in the environment that are not ours: refused where only we can be meant, warned about where we may be. */
import { ConfigurationError, type Environment, OLDER_NAMES, VARIABLES } from './variables.js';

const KNOWN: readonly string[] = VARIABLES;
const OLDER: readonly string[] = Object.values(OLDER_NAMES);
/** The prefix is ours alone: an unknown name is a mistake, and an ignored setting may cost money. */
const OWN_PREFIX = 'AIRTIME_';
/** First words of our names that hardly anything else in a service's environment begins with. */
const FAMILIES = ['KAFKA_', 'CHAIN_', 'DATABASE_', 'JOURNAL_', 'EVENTSTORE_', 'EVENTSTOREDB_', 'MANAGEMENT_'];
/** Kubernetes and Docker links put these into every container, for each service that they know by such a name. */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?|NAME)$/;
/** What Kafka's own programs and images read. */
const KAFKA_PROGRAMS = /^KAFKA_(HOME|OPTS|HEAP_OPTS|JMX_OPTS|LOG4J_OPTS|GC_LOG_OPTS|JVM_PERFORMANCE_OPTS|DEBUG)$/;
/** OpenSSL's own, in many an environment: they hold the words of `KAFKA_SSL_CERT_FILE`. */
const OPENSSL = /^SSL_CERT_(FILE|DIR)$/;
/** Names in one warning, which is one short line. */
const SHOWN_MAX = 6;
const SHORT_NAME_LENGTH = 6;
const WARNINGS_MAX = 20;
const NAME_LENGTH_SHOWN = 64;

/**
 * Refuses a name with our prefix that we do not know.
 *
 * @throws ConfigurationError
 */
export function refuseUnknownVariables(env: Environment): void {
  for (const name of Object.keys(env)) {
    if (!name.startsWith(OWN_PREFIX) || env[name] === undefined || KNOWN.includes(name)) continue;
    const ours = KNOWN.filter((variable) => variable.startsWith(OWN_PREFIX)).join(', ');
    throw new ConfigurationError(
      shownName(name),
      `is not a variable that Airtime knows; unset it or use one of ${ours}`,
    );
  }
}

/**
 * One line for each name that is nearly one of ours, so that a misspelt setting is not silently the default, and for each
 * older name that is read. Names are shown, values never.
 */
export function warnAboutNames(env: Environment): string[] {
  const warnings: string[] = [];
  for (const name of Object.keys(env)) {
    if (env[name] === undefined || env[name].trim() === '' || KNOWN.includes(name)) continue;
    const newer = KNOWN.find((variable) => (OLDER_NAMES as Record<string, string | undefined>)[variable] === name);
    if (newer !== undefined) {
      warnings.push(`${name} is the older name of ${newer}; rename it`);
      continue;
    }
    const meant = nearestOf(name);
    if (meant !== undefined) warnings.push(`${shownName(name)} is not read; ${meant}`);
  }
  return warnings.slice(0, WARNINGS_MAX);
}

/** What a name may have meant; undefined when it is far from all of ours. */
function nearestOf(name: string): string | undefined {
  if (OLDER.includes(name)) return undefined;
  const upper = name.slice(0, NAME_LENGTH_SHOWN).toUpperCase();
  const ranked = KNOWN.map((variable) => ({ variable, distance: distanceBetween(upper, variable) })).sort(
    (left, right) => left.distance - right.distance,
  );
  const { variable, distance } = ranked[0]!;
  if (distance <= (variable.length <= SHORT_NAME_LENGTH ? 0 : 2)) return `is ${variable} meant?`;
  if ([SERVICE_LINK, KAFKA_PROGRAMS, OPENSSL].some((foreign) => foreign.test(upper))) return undefined;
  const contains = KNOWN.find((candidate) => sharesWords(upper, candidate));
  if (contains !== undefined) return `is ${contains} meant?`;
  const family = FAMILIES.find((prefix) => `${upper}_`.startsWith(prefix));
  if (family === undefined) return undefined;
  const members = KNOWN.filter((candidate) => candidate.startsWith(family) || family.startsWith(`${candidate}_`));
  const shown = members.length > 0 ? members : KNOWN.filter((candidate) => candidate.startsWith(family.slice(0, -1)));
  const more = shown.length > SHOWN_MAX ? ' and others, see the README' : '';
  return `names that begin so are ${shown.slice(0, SHOWN_MAX).join(', ')}${more}`;
}

/** Whether all words of one name are among the other's, at least two of them, a plural counting as its singular. */
function sharesWords(left: string, right: string): boolean {
  const words = (name: string) => new Set(name.split('_').map((word) => word.replace(/S$/, '')));
  const [fewer, more] = [words(left), words(right)].sort((one, other) => one.size - other.size) as [
    Set<string>,
    Set<string>,
  ];
  return fewer.size >= 2 && [...fewer].every((word) => more.has(word));
}

/** Insertions, deletions, replacements and swaps of neighbours between two short texts. */
function distanceBetween(left: string, right: string): number {
  const rows = Array.from({ length: left.length + 1 }, (_, row) =>
    Array.from({ length: right.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)),
  );
  for (let row = 1; row <= left.length; row += 1) {
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      let least = Math.min(
        rows[row - 1]![column]! + 1,
        rows[row]![column - 1]! + 1,
        rows[row - 1]![column - 1]! + (isSame ? 0 : 1),
      );
      const isSwap =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwap) least = Math.min(least, rows[row - 2]![column - 2]! + 1);
      rows[row]![column] = least;
    }
  }
  return rows[left.length]![right.length]!;
}

/** An environment's name may hold anything but `=` and NUL; a line of ours holds none of it. */
function shownName(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, NAME_LENGTH_SHOWN);
}
