/** Which members of events may be left out, and which of them a history has: told by the events' schemas. */
import { readFileSync } from 'node:fs';
import { EVENT_SCHEMAS_FILE } from './python-verifier.js';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly 'x-places'?: unknown;
}
const { $defs: DEFS } = JSON.parse(readFileSync(EVENT_SCHEMAS_FILE, 'utf8')) as {
  $defs: Readonly<Record<string, Schema>>;
};

/** Every type of event. */
export const EVENT_TYPES = Object.keys(DEFS).filter((name) => DEFS[name]!['x-places'] !== undefined);

/** Everything of a type that may be left out, as `Type/member/member`; lists are passed through. */
export function optionalsOf(type: string): string[] {
  return [...walk(DEFS[type]!, type)];
}

function* walk(schema: Schema, path: string): Iterable<string> {
  const { properties = {}, required = [], items } = resolve(schema);
  for (const [name, member] of Object.entries(properties)) {
    if (!required.includes(name)) yield `${path}/${name}`;
    yield* walk(member, `${path}/${name}`);
  }
  if (items !== undefined) yield* walk(items, path);
}

/** What of it an event has. */
export function* optionalsIn(event: { readonly type: string }): Iterable<string> {
  yield* present(DEFS[event.type]!, event, event.type);
}

function* present(schema: Schema, value: unknown, path: string): Iterable<string> {
  const { properties, required = [], items } = resolve(schema);
  if (items !== undefined) for (const one of value as unknown[]) yield* present(items, one, path);
  for (const [name, member] of Object.entries(properties ?? {})) {
    const inner = (value as Readonly<Record<string, unknown>>)[name];
    if (inner === undefined) continue;
    if (!required.includes(name)) yield `${path}/${name}`;
    yield* present(member, inner, `${path}/${name}`);
  }
}

function resolve(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : resolve(DEFS[schema.$ref.replace('#/$defs/', '')]!);
}
