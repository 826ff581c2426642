/**
 * Refusals: a command that the caller can mend. Each concept lists its codes with their kinds; here are the codes that no
 * concept owns.
 */

/**
 * What kind of refusal a code is; the HTTP edge answers each kind with one status. `invalid`: the request cannot be right
 * anywhere. `unknown`: what it names does not exist. `conflict`: right in itself, but the present state forbids it.
 * `refused`: right in itself, but the books or rules refuse it.
 */
export type RefusalKind = 'invalid' | 'unknown' | 'conflict' | 'refused';

/** Refusals by their code, which programs read: a code never changes. */
export type Refusals = Readonly<Record<string, RefusalKind>>;

/**
 * Why something was refused: a code of the domain, or of the edge that took it in.
 *
 * @pattern ^[A-Z][A-Z0-9_]*$
 */
export type RefusalCode = string;

/** A refused command: the caller can mend it. `message` says what to do, `path` names the offending field. */
export class DomainError extends Error {
  /** Made by {@link refusalsOf}, so that every code is in a table. */
  constructor(
    readonly code: string,
    readonly kind: RefusalKind,
    message: string,
    readonly path?: string,
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** Makes the refusals of one table; another code does not compile. */
export function refusalsOf<Code extends string>(
  table: Readonly<Record<Code, RefusalKind>>,
): (code: Code, message: string, path?: string) => DomainError {
  return (code, message, path) => new DomainError(code, table[code], message, path);
}

/**
 * Checks what is a member of a request: what is wrong with it is told of by its name there.
 *
 * @throws whatever the check does, a {@link DomainError} with the path of the member before its own
 */
export function withinMember<T>(member: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof DomainError) || error.path === undefined) throw error;
    throw new DomainError(error.code, error.kind, error.message, `${member}.${error.path}`);
  }
}

/** The code that something would be refused with; undefined where it would not. */
export function refusalOf(ask: () => unknown): string | undefined {
  try {
    ask();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

/** What any concept refuses, and the machine too. */
export const commonRefusals = {
  AMOUNT_INVALID: 'invalid',
  IDENTIFIER_INVALID: 'invalid',
  TIME_INVALID: 'invalid',
  TIME_IN_FUTURE: 'invalid',
  NOT_FOUND: 'unknown',
  IDEMPOTENCY_CONFLICT: 'conflict',
} as const satisfies Refusals;
export const commonRefusal = refusalsOf(commonRefusals);
