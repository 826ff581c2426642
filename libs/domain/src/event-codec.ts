/**
 * Writes events as lines of a page and reads them again, by their layouts. Nothing in the product runs more often, so the
 * functions are made from the layouts once, as text: a reader that is an object literal makes every event of a type alike,
 * and V8 reads its members by their offsets. `JSON.stringify` of an array is faster than putting the text together, since
 * it looks for what must be escaped while it copies.
 */
import { holderAccount, type Posting } from './account.js';
import { ASSET } from './amount.js';
import type { RecordedEvent } from './entry.js';
import { LEADING_MEMBERS, Movements, named, Optional, plain, type Form, type Members } from './layout.js';

/** An event of an earlier schema of its type: how it was written, and what it is in the next schema. */
export interface FormerSchema {
  readonly layout: Members;
  readonly upcast: (event: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

/** Between events and the lines of a page. */
export interface EventCodec {
  /** An event as the text of its line. @throws Error when its type has no layout */
  encode(event: RecordedEvent): string;
  /** What stands in a line, in the present schema of its type. @throws LineUnreadable when it is no event */
  decode(written: unknown): RecordedEvent;
  /** A line in the one way in which it is spelt. @param event what {@link decode} gives for it */
  respell(written: unknown, event: RecordedEvent): string;
}

/** A line that is no event of this release: of a later one, or of nobody's. */
export class LineUnreadable extends Error {
  constructor(detail: string) {
    super(`a line is no event that this release knows: ${detail}`);
    this.name = 'LineUnreadable';
  }
}

type AnyEvent = Readonly<Record<string, unknown>>;
type Line = readonly unknown[];
type Write = (event: AnyEvent) => unknown[];
type Read = (line: Line) => AnyEvent;

interface Written {
  readonly write: Write;
  readonly read: Read;
  readonly upcasts: readonly FormerSchema['upcast'][];
}

/**
 * Makes a codec.
 *
 * @param layouts of the present schema of each type
 * @param former earlier schemas by type, the oldest first: the present one is one above their number, and its lines begin
 * with `type/number`
 */
export function createCodec(
  layouts: Readonly<Record<string, Members>>,
  former: Readonly<Record<string, readonly FormerSchema[]>> = {},
): EventCodec {
  const present = new Map<string, Write>();
  const known = new Map<string, Written>();
  for (const [type, layout] of Object.entries(layouts)) {
    const schemas = former[type] ?? [];
    schemas.forEach(({ layout: earlier }, index) => {
      const upcasts = schemas.slice(index).map(({ upcast }) => upcast);
      known.set(tagOf(type, index + 1), { ...compile(type, tagOf(type, index + 1), earlier), upcasts });
    });
    const tag = tagOf(type, schemas.length + 1);
    const compiled = compile(type, tag, layout);
    known.set(tag, { ...compiled, upcasts: [] });
    present.set(type, compiled.write);
  }

  const find = (written: unknown): Written => {
    if (!Array.isArray(written)) throw new LineUnreadable('it is no array');
    const found = known.get(written[0] as string);
    if (found === undefined) throw new LineUnreadable(`it is of the type ${String(written[0])}; update Airtime`);
    return found;
  };

  const encode = (event: RecordedEvent): string => {
    const write = present.get(event.type);
    if (write === undefined) throw new Error(`the event ${event.type} has no layout`);
    return JSON.stringify(write(event as unknown as AnyEvent));
  };

  return {
    encode,
    decode: (written) => {
      const { read, upcasts } = find(written);
      let event = read(written as Line);
      for (const upcast of upcasts) event = upcast(event);
      return event as unknown as RecordedEvent;
    },
    respell: (written, event) => {
      const { read, write, upcasts } = find(written);
      return upcasts.length === 0 ? encode(event) : JSON.stringify(write(read(written as Line)));
    },
  };
}

/** What the first element of a line says: the type, and its schema where that is not the first. */
function tagOf(type: string, schema: number): string {
  return schema === 1 ? type : `${type}/${schema}`;
}

function compile(type: string, tag: string, layout: Members): Pick<Written, 'write' | 'read'> {
  const maker = new Maker();
  const leading = LEADING_MEMBERS.map((name) => [name, plain] as const);
  const members = [...leading, ...Object.entries(layout)];
  const write = maker.writer(members, JSON.stringify(tag));
  const read = maker.reader(members, type);
  return maker.make(write, read);
}

type Entries = readonly (readonly [name: string, form: Form])[];

const MEMBER = /^[A-Za-z][A-Za-z0-9]*$/;

/** Makes the text of functions. Everything in it comes from layouts, which are constants of the program. */
class Maker {
  /** What the functions use beside their argument. */
  private readonly helpers: unknown[] = [fail];
  private readonly functions: string[] = [];

  make(write: string, read: string): Pick<Written, 'write' | 'read'> {
    const helpers = this.helpers.map((_, index) => `h${index} = helpers[${index}]`).join(', ');
    const functions = this.functions.join('\n');
    const body = `"use strict"; const ${helpers};\n${functions}\nreturn { write: ${write}, read: ${read} };`;
    // Nothing that anybody sends comes into this text.
    return new Function('helpers', body)(this.helpers) as Pick<Written, 'write' | 'read'>;
  }

  /** A function from an object to its array. @param tag takes the place of the first member */
  writer(members: Entries, tag?: string): string {
    const values = members.map(([name, form], index) =>
      tag !== undefined && index === 0 ? tag : this.writing(`o.${checked(name)}`, form),
    );
    const least = leastOf(members);
    const rest = members.slice(least);
    const first = `[${values.slice(0, least).join(', ')}]`;
    if (rest.length === 0) return this.add('o', `return ${first};`);
    const isAny = rest.map(([name]) => `o.${name} !== undefined`).join(' || ');
    // Most events have none of what may be missing at the end.
    return this.add(
      'o',
      `const a = ${first};
       if (${isAny}) { a.push(${values.slice(least).join(', ')}); while (a[a.length - 1] === undefined) a.pop(); }
       return a;`,
    );
  }

  /** A function from an array to its object. @param type of an event */
  reader(members: Entries, type?: string): string {
    const at = (index: number) => this.reading(`a[${index}]`, members[index]![1], members);
    const isRequired = (index: number) => !(members[index]![1] instanceof Optional);
    const literal = members
      .map(([name], index) => `${name}: ${type !== undefined && index === 0 ? JSON.stringify(type) : at(index)}`)
      .filter((_, index) => isRequired(index));
    const least = leastOf(members);
    const optionals = members.flatMap(([name], index) =>
      isRequired(index) ? [] : [{ isLate: index >= least, text: `if (a[${index}] != null) o.${name} = ${at(index)};` }],
    );
    const late = optionals.filter(({ isLate }) => isLate).map(({ text }) => text);
    const early = optionals.filter(({ isLate }) => !isLate).map(({ text }) => text);
    const what = JSON.stringify(type ?? members.map(([name]) => name).join(', '));
    return this.add(
      'a',
      `if (!Array.isArray(a) || a.length < ${least} || a.length > ${members.length}) h0(${what}, a);
       const o = { ${literal.join(', ')} };
       ${early.join(' ')}
       ${late.length === 0 ? '' : `if (a.length > ${least}) { ${late.join(' ')} }`}
       return o;`,
    );
  }

  /** The text of a value that is read from an object and goes into an array. */
  private writing(value: string, form: Form): string {
    if (form instanceof Optional) {
      const inner = this.writing(value, form.form as Form);
      return inner === value ? value : `(${value} === undefined ? undefined : ${inner})`;
    }
    if (form instanceof Movements) return `${this.help(groupPostings(form))}(o, ${value})`;
    if (form === plain || form === named) return value;
    if (Array.isArray(form)) return `${value}.map(${this.writer(Object.entries(form[0] as Members))})`;
    return `${this.writer(Object.entries(form as Members))}(${value})`;
  }

  /** The text of a value that is read from an array and goes into an object. @param members of that array */
  private reading(value: string, form: Form, members: Entries): string {
    if (form instanceof Optional) return this.reading(value, form.form as Form, members);
    if (form instanceof Movements) return `${this.help(ungroupPostings(form, members))}(a, ${value})`;
    if (form === plain || form === named) return value;
    if (Array.isArray(form)) return `${value}.map(${this.reader(Object.entries(form[0] as Members))})`;
    return `${this.reader(Object.entries(form as Members))}(${value})`;
  }

  private add(parameter: string, body: string): string {
    const name = `f${this.functions.length}`;
    this.functions.push(`function ${name}(${parameter}) { ${body} }`);
    return name;
  }

  private help(helper: unknown): string {
    this.helpers.push(helper);
    return `h${this.helpers.length - 1}`;
  }
}

/** How many members every array of this layout has: those up to the last that must be there. */
function leastOf(members: Entries): number {
  return members.findLastIndex(([, form]) => !(form instanceof Optional)) + 1;
}

function checked(name: string): string {
  if (!MEMBER.test(name)) throw new Error(`${name} is no name of a member`);
  return name;
}

function fail(what: string, found: unknown): never {
  const size = Array.isArray(found) ? `${found.length} elements` : 'no array';
  throw new LineUnreadable(`${what} with ${size}`);
}

/** Writes postings in groups of one debit, accounts by their number where the event tells them. */
function groupPostings({ accounts }: Movements): (event: AnyEvent, postings: readonly Posting[]) => unknown[][] {
  const names = accounts.map(({ kind, of }) => {
    const name = of === undefined ? undefined : holderAccount(kind);
    return (event: AnyEvent) => (name === undefined ? kind.pattern : name(event[of!] as string));
  });
  // Names of the event's accounts, made as far as they were looked for.
  const told: string[] = [];
  let made = 0;
  const find = (event: AnyEvent, account: string): number | string => {
    for (let number = 0; number < names.length; number++) {
      if (number === made) told[made++] = names[number]!(event);
      if (told[number] === account) return number;
    }
    return account;
  };
  return (event, postings) => {
    made = 0;
    const groups: unknown[][] = [];
    let group: unknown[] = [];
    let debit: string | undefined;
    for (const posting of postings) {
      if (posting.asset !== ASSET) throw new Error(`a posting moves ${String(posting.asset)}, which no line can say`);
      if (posting.debit !== debit) {
        debit = posting.debit;
        groups.push((group = [find(event, debit)]));
      }
      group.push(find(event, posting.credit), posting.amount);
    }
    return groups;
  };
}

/** Reads what {@link groupPostings} wrote. */
function ungroupPostings(
  { accounts }: Movements,
  members: Entries,
): (line: Line, groups: readonly Line[]) => Posting[] {
  const names = accounts.map(({ kind, of }) => {
    if (of === undefined) return () => kind.pattern;
    const place = members.findIndex(([name]) => name === of);
    if (place === -1) throw new Error(`no member ${of} stands beside the postings`);
    const name = holderAccount(kind);
    return (line: Line) => name(line[place] as string);
  });
  const nameOf = (line: Line, account: unknown): string => {
    if (typeof account !== 'number') return account as string;
    const name = names[account];
    if (name === undefined) throw new LineUnreadable(`it tells no account ${account}`);
    return name(line);
  };
  return (line, groups) => {
    const postings: Posting[] = [];
    for (const group of groups) {
      if (group.length % 2 === 0) throw new LineUnreadable('a group of postings lacks an amount');
      const debit = nameOf(line, group[0]);
      for (let at = 1; at < group.length; at += 2) {
        const credit = nameOf(line, group[at]);
        postings.push({ debit, credit, amount: group[at + 1] as string, asset: ASSET });
      }
    }
    return postings;
  };
}
