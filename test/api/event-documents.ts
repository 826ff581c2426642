/** The events of the journal as documents show them: their JSON Schemas, and the tables of docs/journal.md. */
import { FLOWS } from '#concepts';
import type { AccountKind, Flow } from '#domain';
import type { EventSchemas, JsonSchema } from './event-schemas.js';
import { table } from './markdown.js';

const BANNER = `// Written by \`npm run docs:write\` from the TypeScript types of the events. Changes belong into these.
// docs/events/journal.schema.json says the same with everything's description.

/** JSON Schemas of every event and of what they share: what the verifier compiles. */
`;

/** `docs/events/journal.schema.json`, and the same for the verifier. */
export function schemaFiles(schemas: EventSchemas): { readonly path: string; readonly text: string }[] {
  const compact = JSON.stringify({ $defs: undescribed(schemas.$defs) }, null, 1);
  return [
    { path: 'docs/events/journal.schema.json', text: `${JSON.stringify(schemas, null, 2)}\n` },
    { path: 'libs/concepts/schemas.ts', text: `${BANNER}export const EVENT_SCHEMAS = ${compact};\n` },
  ];
}

/** A schema's part without the texts for people. */
function undescribed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(undescribed);
  if (typeof part !== 'object' || part === null) return part;
  const isText = (name: string, value: unknown) => name === 'description' && typeof value === 'string';
  const kept = Object.entries(part).filter(([name, value]) => !isText(name, value));
  return Object.fromEntries(kept.map(([name, value]) => [name, undescribed(value)]));
}

/** What every event has; `postings` have a column of their own. */
const COMMON = ['type', 'time', 'actor', 'origin', 'postings'];

/** The parts of docs/journal.md that list events and what they are made of. */
export function eventsOfJournal({ $defs }: EventSchemas): Record<string, string> {
  const [ledger, registry] = ['LedgerEvent', 'RegistryEvent'].map((union) => $defs[union]!.oneOf!.map(nameOf));
  const events = new Set([...ledger!, ...registry!]);
  const others = Object.keys($defs).filter((name) => !events.has(name) && $defs[name]!.oneOf === undefined);
  const home = (name: string) => {
    const member = $defs[name]!['x-home'];
    return member === undefined ? 'any' : `\`${member}\``;
  };
  const row = (name: string) => [membersOf($defs[name]!, COMMON), movesOf(name)];
  return {
    'events of holder shards': table(
      ['Event', 'Home', 'Members', 'Postings'],
      ledger!.map((name) => [`\`${name}\``, home(name), ...row(name)]),
    ),
    'events of the registry': table(
      ['Event', 'Members', 'Postings'],
      registry!.map((name) => [`\`${name}\``, ...row(name)]),
    ),
    'types of members': table(
      ['Type', 'JSON', 'What it is'],
      others.map((name) => [`\`${name}\``, formOf($defs[name]!), $defs[name]!.description ?? '']),
    ),
  };
}

const nameOf = ({ $ref = '' }: JsonSchema): string => $ref.replace('#/$defs/', '');

function membersOf({ properties = {}, required = [] }: JsonSchema, without: readonly string[] = []): string {
  return Object.entries(properties)
    .filter(([name]) => !without.includes(name) && (name !== 'request' || required.includes(name)))
    .map(([name, schema]) => `\`${name}${required.includes(name) ? '' : '?'}\`: ${typeOf(schema)}`)
    .join(', ');
}

/** A member's type in a word, or its members. */
function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return nameOf(schema);
  if (schema.type === 'array') return `array of ${typeOf(schema.items!)}`;
  if (schema.type !== 'object') return schema.type === 'integer' ? 'integer' : schema.type!;
  if (schema.properties !== undefined) return `{${membersOf(schema)}}`;
  return `object of ${typeOf(schema.additionalProperties as JsonSchema)} by ${typeOf(schema.propertyNames!)}`;
}

/** What a shared type is in JSON. */
function formOf({ type, pattern, maximum, enum: values, ...schema }: JsonSchema): string {
  if (pattern !== undefined) return `string \`${pattern}\``;
  if (values !== undefined) return `one of ${values.map((value) => `\`"${value}"\``).join(', ')}`;
  if (type === 'integer') return `integer, at most ${maximum}`;
  return type === 'object' ? typeOf({ type, ...schema }) : type!;
}

/** Between which accounts an event's postings move value. */
function movesOf(type: string): string {
  const flows: readonly Flow[] | undefined = Object.entries(FLOWS).find(([name]) => name === type)?.[1];
  if (flows === undefined) return 'none';
  const credits = new Map<AccountKind, string[]>();
  for (const [debit, credit] of flows) credits.set(debit, [...(credits.get(debit) ?? []), account(credit)]);
  return [...credits].map(([debit, to]) => `${account(debit)} → ${to.join(', ')}`).join('; ');
}

const account = ({ pattern }: AccountKind): string => `\`${pattern}\``;
