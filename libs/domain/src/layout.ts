/**
 * Where each member of an event stands in its line. An event is one JSON array: its type, time, actor and origin, then the
 * members of its layout, in the layout's order. Members are only ever appended to a layout, and what is appended is
 * {@link optional}: so a line that an earlier release wrote is read as it was meant.
 */
import type { AccountKind, Posting } from './account.js';
import type { RecordedEvent } from './entry.js';

/** Written as it is: a text, a number, a truth value, a list of them, or texts by names that nobody lists. */
export const plain = 'plain' as const;

/** Written as it is, with the names of its members: a document in itself, which is rare and read by people. */
export const named = 'named' as const;

/** A member that may be missing. Null stands in its place, or nothing where nothing follows. */
export class Optional<Inner = unknown> {
  constructor(readonly form: Inner) {}
}

export function optional<Inner extends Form>(form: Inner): Optional<Inner> {
  return new Optional(form);
}

/** An account that an event's other members tell: one of its kind, the one of the holder that a member names. */
export interface ToldAccount<Member extends string = string> {
  readonly kind: AccountKind;
  readonly of?: Member;
}

/** The account of a holder whose id is a member of the event. */
export function accountOf<const Member extends string>(kind: AccountKind, of: Member): ToldAccount<Member> {
  return { kind, of };
}

/**
 * Postings, grouped: `[debit, credit, amount, credit, amount, …]` for postings that follow each other and have one debit. An
 * account is written as its number among those that the event tells, or by its name. Accounts are only ever appended.
 */
export class Movements<Member extends string = string> {
  constructor(readonly accounts: readonly ToldAccount<Member>[]) {}
}

/** @param accounts from 0: those of a kind without a holder, and those that {@link accountOf} makes */
export function movements<const Member extends string = never>(
  ...accounts: readonly (AccountKind | ToldAccount<Member>)[]
): Movements<Member> {
  return new Movements(accounts.map((one) => ('kind' in one ? one : { kind: one })));
}

/** Where the parts of a `RequestIdentity` stand. */
export const requestLayout = { key: plain, digest: plain } as const;

/** The members of an object, in their order. */
export interface Members {
  readonly [member: string]: Form;
}

/** How a value is written. A list of one element is a list of such elements. */
export type Form = typeof plain | typeof named | Optional | Movements | Members | readonly [Members];

type Word = string | number | boolean;

type ListFormOf<Element> = [Element] extends [Word] ? typeof plain : readonly [MembersOf<Element>] | typeof named;

type ValueFormOf<Value, Of extends string> = [Value] extends [Word]
  ? typeof plain
  : [Value] extends [readonly Posting[]]
    ? Movements<Of>
    : [Value] extends [readonly (infer Element)[]]
      ? ListFormOf<Element>
      : string extends keyof Value
        ? typeof plain
        : MembersOf<Value> | typeof named;

type MembersOf<Of> = {
  readonly [Member in keyof Of]-?: Record<never, never> extends Pick<Of, Member>
    ? Optional<ValueFormOf<Exclude<Of[Member], undefined>, keyof Of & string>>
    : ValueFormOf<Of[Member], keyof Of & string>;
};

/** The layout of an event: every member that is not before all of them, or it does not compile. */
export type Layout<Event extends RecordedEvent> = MembersOf<Omit<Event, LeadingMember>>;

/** A layout for each event; a forgotten one does not compile. */
export type Layouts<Event extends RecordedEvent> = {
  readonly [Type in Event['type']]: Layout<Extract<Event, { readonly type: Type }>>;
};

/** What every line begins with. */
export const LEADING_MEMBERS = ['type', 'time', 'actor', 'origin'] as const;
type LeadingMember = (typeof LEADING_MEMBERS)[number];

/** A member as a document shows its place; `?` follows the name of one that may be missing. */
export type Place =
  | string
  | { readonly name: string; readonly members: readonly Place[] }
  | { readonly name: string; readonly each: readonly Place[] }
  | { readonly name: string; readonly accounts: readonly string[] };

/** The places of an event's members, from the first element of its line on: what a checker in another language reads. */
export function placesOf(layout: Members): Place[] {
  return [...LEADING_MEMBERS, ...placesWithin(layout)];
}

function placesWithin(members: Members): Place[] {
  return Object.entries(members).map(([name, form]) =>
    form instanceof Optional ? placeOf(`${name}?`, form.form as Form) : placeOf(name, form),
  );
}

function placeOf(name: string, form: Form): Place {
  if (form instanceof Movements) return { name, accounts: form.accounts.map(patternOf) };
  if (form === plain || form === named) return name;
  return Array.isArray(form)
    ? { name, each: placesWithin(form[0] as Members) }
    : { name, members: placesWithin(form as Members) };
}

/** `customer:{from}:available`: the account of the holder that the member `from` names. */
function patternOf({ kind, of }: ToldAccount): string {
  return of === undefined ? kind.pattern : kind.pattern.replace('{holder}', `{${of}}`);
}
