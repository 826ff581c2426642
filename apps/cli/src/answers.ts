/** What the service answered, in words: no member names of JSON, and no JSON, wherever a person reads. */
import { layOutList, layOutTable, NOTHING } from './tables.js';

type Members = Readonly<Record<string, unknown>>;

/** Words for members whose own name says too little. All others are split where their capitals stand. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['ageSeconds', 'age'],
  ['attempts', 'signed transactions'],
  ['burn', 'burnt'],
  ['chainId', 'chain'],
  ['class', 'kind'],
  ['closed', 'breaks that are gone'],
  ['deployBlock', 'deployed in block'],
  ['durationMs', 'duration'],
  ['findingCount', 'number of findings'],
  ['genesisHash', 'first block'],
  ['groupBy', 'grouped by'],
  ['headsDigest', 'digest of the heads'],
  ['withheldCount', 'number withheld'],
  ['height', 'page'],
  ['index', 'event'],
  ['isNew', 'registered now'],
  ['key', 'name'],
  ['matched', 'payouts that agree'],
  ['mint', 'minted'],
  ['nextCursor', 'more'],
  ['payoutCount', 'number of payouts'],
  ['position', 'included'],
  ['price', 'price in wei'],
  ['since', 'found first'],
  ['supplyMovement', 'change of supply'],
  ['to', 'until (excluded)'],
  ['txHash', 'transaction'],
]);

/** Values that need more than to be printed. */
const VALUES: ReadonlyMap<string, (value: unknown) => string | undefined> = new Map([
  ['ageSeconds', (value) => (typeof value === 'number' ? describeSeconds(value) : undefined)],
  ['asOf', (value) => (value === null ? 'now' : undefined)],
  ['durationMs', (value) => (typeof value === 'number' ? describeSeconds(value / 1_000) : undefined)],
  ['from', (value) => (value === null ? 'the beginning' : undefined)],
  ['nextCursor', (value) => (typeof value === 'string' ? 'there are more lines than these' : undefined)],
  ['position', describePosition],
  ['to', (value) => (value === null ? 'no end' : undefined)],
]);

/** Its members are names that people gave to what they measure. */
const NAMES_OF_PEOPLE = 'meters';

/** Writes an answer as aligned `name  value` lines; records in it are indented, lists of records become tables. */
export function describeAnswer(answer: object, indent = '', parent = ''): string {
  const blocks: string[] = [];
  let pairs: [string, string][] = [];
  const flush = () => {
    if (pairs.length > 0) blocks.push(layOutList(pairs, indent));
    pairs = [];
  };
  for (const [member, value] of Object.entries(answer)) {
    if (value === undefined || (member === 'nextCursor' && value === null)) continue;
    const name = parent === NAMES_OF_PEOPLE ? member : wordsOf(member);
    const isOneLine = VALUES.get(member)?.(value) !== undefined || !(isRecord(value) || isRecordList(value));
    if (isOneLine || (isRecord(value) && Object.keys(value).length === 0)) {
      pairs.push([name, describeValue(member, value)]);
      continue;
    }
    flush();
    blocks.push(layOutList([[name, '']], indent));
    const inner = `${indent}  `;
    blocks.push(isRecordList(value) ? describeRecords(value, inner) : describeAnswer(value as object, inner, member));
  }
  flush();
  return blocks.join('\n');
}

/** A table of records. The members of a record inside a record get columns of their own. */
export function describeRecords(records: readonly Members[], indent = ''): string {
  const heads = new Map<string, string>();
  const rows = records.map((record) => {
    const row = new Map<string, string>();
    flatten(record, [], [], (path, name, value) => {
      heads.set(path, name);
      row.set(path, value);
    });
    return row;
  });
  return layOutTable(
    rows.map((row) => [...heads.keys()].map((path) => row.get(path) ?? NOTHING)),
    { head: [...heads.values()], indent },
  );
}

function flatten(
  record: Members,
  path: readonly string[],
  names: readonly string[],
  give: (path: string, name: string, value: string) => void,
): void {
  for (const [member, value] of Object.entries(record)) {
    const here = [...path, member];
    const isNameOfPeople = path.at(-1) === NAMES_OF_PEOPLE;
    const words = isNameOfPeople ? [member] : [...names, wordsOf(member)];
    if (isRecord(value) && !isNameOfPeople && VALUES.get(member)?.(value) === undefined)
      flatten(value, here, words, give);
    else give(JSON.stringify(here), words.join(' '), describeValue(member, value));
  }
}

/** `payoutCount` as `payout count`, `logIndex` as `log index`. */
export function wordsOf(member: string): string {
  const split = () => member.replace(/_+/g, ' ').replace(/([a-z\d])([A-Z])/g, '$1 $2');
  return WORDS.get(member) ?? split().toLowerCase();
}

function describeValue(member: string, value: unknown): string {
  return VALUES.get(member)?.(value) ?? inWords(value);
}

function inWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) {
    const separator = value.some((item) => isRecord(item)) ? '; ' : ', ';
    return value.length === 0 ? 'none' : value.map((item) => inWords(item)).join(separator);
  }
  if (isRecord(value)) {
    const members = Object.entries(value);
    return members.length === 0
      ? 'none'
      : members.map(([member, inner]) => `${wordsOf(member)} ${describeValue(member, inner)}`).join(', ');
  }
  return String(value);
}

function describePosition(value: unknown): string | undefined {
  const places = Array.isArray(value) ? value : [value];
  if (places.length === 0 || !places.every(isPlace)) return undefined;
  return places.map(({ shard, height }) => `shard ${shard} page ${height}`).join(', ');
}

function isPlace(value: unknown): value is { readonly shard: number; readonly height: number } {
  return isRecord(value) && typeof value['shard'] === 'number' && typeof value['height'] === 'number';
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const;

/** The two largest units: `3 d 4 h`, `1 min 5 s`, `2.5 s`. */
function describeSeconds(seconds: number): string {
  const first = UNITS.findIndex(([size]) => seconds >= size);
  if (first === -1) return `${Math.round(seconds * 10) / 10} s`;
  const [size, unit] = UNITS[first]!;
  const [nextSize, nextUnit] = UNITS[first + 1] ?? ([1, 's'] as const);
  const rest = Math.floor((seconds % size) / nextSize);
  return `${Math.floor(seconds / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${nextUnit}`}`;
}

function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRecordList(value: unknown): value is Members[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}
