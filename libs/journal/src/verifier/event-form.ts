/**
 * The form of events: their members, the JSON types of these, and the one spelling that each line has. Which members an
 * event has it is told as JSON Schemas; it knows none itself.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

/** JSON Schemas of events, `$defs` by their type. `x-home` names the member whose holder's shard the event stands in. */
export interface EventSchemas {
  readonly $defs: Readonly<Record<string, object>>;
}

export interface EventForm {
  /** The member that names the holder in whose shard the event stands; undefined: any shard of its kind. */
  readonly home: string | undefined;
  /** What is wrong with an event's form; undefined when nothing is. */
  findFault(event: unknown): string | undefined;
}

/** Compiling takes a while, and a process verifies more than once. */
const FORMS = new WeakMap<EventSchemas, Map<string, EventForm>>();

/**
 * The forms of these types of events.
 *
 * @throws Error naming a type that has no schema
 */
export function formsOf(schemas: EventSchemas, types: Iterable<string>): ReadonlyMap<string, EventForm> {
  let forms = FORMS.get(schemas);
  if (forms === undefined) FORMS.set(schemas, (forms = makeForms(schemas, types)));
  return forms;
}

function makeForms(schemas: EventSchemas, types: Iterable<string>): Map<string, EventForm> {
  // `x-home` is ours. Patterns are plain ASCII, which is faster without the flag `u`. The schemas are ours as well: holding
  // them to the schema of schemas would take longer than compiling what a journal uses.
  const ajv = new Ajv({ strict: false, unicodeRegExp: false, meta: false, validateSchema: false });
  ajv.addSchema(schemas, 'events');
  const forms = new Map<string, EventForm>();
  for (const type of types) {
    if (!Object.hasOwn(schemas.$defs, type)) throw new Error(`there is no schema of the event ${type}`);
    const { 'x-home': home } = schemas.$defs[type] as { readonly 'x-home'?: string };
    let accepts: ValidateFunction | undefined;
    const findFault = (event: unknown) => {
      // Compiled when the first event of the type is met: most journals have few of them.
      accepts ??= ajv.getSchema(`events#/$defs/${type}`) as ValidateFunction;
      return accepts(event) ? undefined : describeFault(accepts.errors![0]!);
    };
    forms.set(type, { home, findFault });
  }
  return forms;
}

function describeFault({ keyword, instancePath, message = '', params }: ErrorObject): string {
  const where = instancePath === '' ? 'the event' : instancePath.slice(1);
  if (keyword !== 'additionalProperties') return `${where} ${message}`;
  return `${where} has the unknown member ${(params as { additionalProperty: string }).additionalProperty}`;
}

/**
 * Whether a line is spelt in the one way that its value has: no space outside strings, no member twice, no longer escape
 * or number than needed. That is what `JSON.stringify` gives.
 */
export function isCanonical(line: string, value: unknown): boolean {
  // Writing every event again would take a fifth of a verification: lengths tell as much wherever nothing is escaped.
  const isTold = !line.includes('\\') && lengthOf(value) === line.length;
  return isTold || JSON.stringify(value) === line;
}

/**
 * How long the canonical text of a value without escapes is, and any other text of it is longer. NaN where that is not so:
 * from 100 on an exponent may make a number shorter.
 */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value === 'number') return value !== (value | 0) || value < 0 || value > 99 ? NaN : value < 10 ? 1 : 2;
  if (typeof value === 'boolean') return value ? 4 : 5;
  if (value === null) return 4;
  let length = 1;
  if (Array.isArray(value)) {
    for (const element of value) length += lengthOf(element) + 1;
  } else {
    const object = value as Readonly<Record<string, unknown>>;
    for (const name in object) length += name.length + lengthOf(object[name]) + 4;
  }
  // A comma follows each element but the last, where the bracket stands.
  return length === 1 ? 2 : length;
}
