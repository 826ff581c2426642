/**
 * The form of events: their members, and the JSON types of these. Which members an event has it is told as JSON Schemas; it
 * knows none itself.
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
