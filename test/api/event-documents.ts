/** The events of the journal as documents show them: their JSON Schemas, and the tables of docs/journal.md. */
import { FLOWS, LAYOUTS } from '#concepts';
import { placesOf, type AccountKind, type Flow, type Place } from '#domain';
import type { EventSchemas, JsonSchema } from './event-schemas.js';
import { table } from './markdown.js';

const BANNER = `// Written by \`npm run docs:write\` from the TypeScript types of the events. Changes belong into these.
// docs/events/journal.schema.json says the same with everything's description.

/** JSON Schemas of every event and of what they share: what the verifier compiles. */
`;

/** The same schemas, each with the places of its event's members in a line. @throws Error naming an event without layout */
export function withPlaces({ $defs, ...schemas }: EventSchemas): EventSchemas {
  const placed = Object.entries(LAYOUTS).map(([type, layout]) => {
    if ($defs[type] === undefined) throw new Error(`${type} has a layout and is no event`);
    return [type, { ...$defs[type], 'x-places': placesOf(layout) }];
  });
  return { ...schemas, $defs: { ...$defs, ...Object.fromEntries(placed) } };
}

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

/** How many elements every line begins with. */
const LEADING = 4;

/** The parts of docs/journal.md that list events and what they are made of. */
export function eventsOfJournal({ $defs }: EventSchemas): Record<string, string> {
  const [ledger, registry] = ['LedgerEvent', 'RegistryEvent'].map((union) => $defs[union]!.oneOf!.map(nameOf));
  const events = new Set([...ledger!, ...registry!]);
  const others = Object.keys($defs).filter((name) => !events.has(name) && $defs[name]!.oneOf === undefined);
  const home = (name: string) => {
    const member = $defs[name]!['x-home'];
    return member === undefined ? 'any' : `\`${member}\``;
  };
  const row = (name: string) => [placedMembersOf($defs[name]!), toldBy($defs[name]!), movesOf(name)];
  return {
    'events of holder shards': table(
      ['Event', 'Home', 'Members by place', 'Accounts by number', 'Postings'],
      ledger!.map((name) => [`\`${name}\``, home(name), ...row(name)]),
    ),
    'events of the registry': table(
      ['Event', 'Members by place', 'Accounts by number', 'Postings'],
      registry!.map((name) => [`\`${name}\``, ...row(name)]),
    ),
    'types of members': table(
      ['Type', 'JSON', 'What it is'],
      others.map((name) => [`\`${name}\``, formOf($defs[name]!), $defs[name]!.description ?? '']),
    ),
  };
}

const nameOf = ({ $ref = '' }: JsonSchema): string => $ref.replace('#/$defs/', '');

/** The members of an event after those that every line begins with, each after the number of its place. */
function placedMembersOf({ properties = {}, 'x-places': places = [] }: JsonSchema): string {
  const members = places.slice(LEADING).map((place, index) => {
    const name = nameOfPlace(place);
    return `${LEADING + index} \`${name}\`: ${typeOf(properties[name.replace('?', '')]!, place)}`;
  });
  return members.join(', ');
}

const nameOfPlace = (place: Place): string => (typeof place === 'string' ? place : place.name);

/** The accounts that an event's line names by number. */
function toldBy({ 'x-places': places = [] }: JsonSchema): string {
  const told = places.flatMap((place) => (typeof place !== 'string' && 'accounts' in place ? place.accounts : []));
  return told.length === 0 ? 'none' : told.map((name, number) => `${number} \`${name}\``).join(', ');
}

function membersOf({ properties = {}, required = [] }: JsonSchema): string {
  return Object.entries(properties)
    .map(([name, schema]) => `\`${name}${required.includes(name) ? '' : '?'}\`: ${typeOf(schema)}`)
    .join(', ');
}

/** A member's type in a word, or its members; where it is written as an array, the names of the elements. */
function typeOf(schema: JsonSchema, place?: Place): string {
  const inner = placesWithin(place);
  if (inner !== undefined) {
    const type = schema.$ref !== undefined || schema.items?.$ref !== undefined ? `${typeOf(schema)} as ` : '';
    const element = `[${inner.map((one) => `\`${nameOfPlace(one)}\`${nested(one)}`).join(', ')}]`;
    return `${type}${typeof place === 'object' && 'each' in place ? 'array of ' : ''}${element}`;
  }
  if (schema.$ref !== undefined) return nameOf(schema);
  if (schema.type === 'array') return `array of ${typeOf(schema.items!)}`;
  if (schema.type !== 'object') return schema.type === 'integer' ? 'integer' : schema.type!;
  if (schema.properties !== undefined) return `{${membersOf(schema)}}`;
  return `object of ${typeOf(schema.additionalProperties as JsonSchema)} by ${typeOf(schema.propertyNames!)}`;
}

function placesWithin(place: Place | undefined): readonly Place[] | undefined {
  if (typeof place !== 'object') return undefined;
  if ('members' in place) return place.members;
  return 'each' in place ? place.each : undefined;
}

/** What stands within an element that is an array itself. */
function nested(place: Place): string {
  const inner = placesWithin(place);
  return inner === undefined ? '' : ` [${inner.map((one) => `\`${nameOfPlace(one)}\``).join(', ')}]`;
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
