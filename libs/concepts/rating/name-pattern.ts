/**
 * Patterns of names: of models, which a price line may name in several ways, and of providers.
 *
 * A pattern is a name, or has `*` for any text and `#` for one digit: `gpt-4o-####-##-##` names the dated snapshots of a
 * model and nothing else.
 */

/** What a name of a model, a provider or a usage type looks like. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/;
/**
 * A type of usage.
 *
 * @pattern NAME
 */
export type ProductName = string;

/**
 * A name, or a pattern in which `*` is any text and `#` one digit.
 *
 * @pattern ^[A-Za-z0-9._:/@+*#-]{1,201}$
 */
export type NamePattern = string;

const PATTERN = /^[A-Za-z0-9._:/@+*#-]{1,201}$/;
/** So few that looking for a name in a long pattern stays quick. */
const ASTERISKS_MAX = 3;
/** A name itself is closer than any pattern. */
const EXACT = 1_000;

/** A pattern made ready: either a plain name or beginning, or whatever else. */
export interface Pattern {
  readonly source: string;
  /** The name, or the beginning of names. */
  readonly text: string;
  readonly isPrefix: boolean;
  /** For patterns that have more than one `*` at their end. */
  readonly expression: RegExp | undefined;
  readonly ignoresCase: boolean;
  /** The more of a name it gives, the closer it is. */
  readonly closeness: number;
}

/** @returns undefined for a text that is no pattern */
export function parsePattern(source: string, ignoresCase = false): Pattern | undefined {
  if (!PATTERN.test(source)) return undefined;
  const stem = source.endsWith('*') ? source.slice(0, -1) : source;
  const isPrefix = stem !== source;
  const isPlain = isPrefix && stem === '' ? true : NAME.test(stem);
  const text = ignoresCase ? stem.toLowerCase() : stem;
  if (isPlain) {
    const closeness = isPrefix ? stem.length : EXACT;
    return { source, text, isPrefix, expression: undefined, ignoresCase, closeness };
  }
  if (!/[*#]/.test(source) || source.split('*').length - 1 > ASTERISKS_MAX) return undefined;
  const inner = source.replace(/[.+/]/g, '\\$&').replace(/\*/g, '.*').replace(/#/g, '[0-9]');
  const expression = new RegExp(`^${inner}$`, ignoresCase ? 'is' : 's');
  return { source, text, isPrefix: false, expression, ignoresCase, closeness: source.replace(/\*/g, '').length };
}

export function matches(pattern: Pattern, name: string): boolean {
  if (pattern.expression !== undefined) return pattern.expression.test(name);
  const text = pattern.ignoresCase ? name.toLowerCase() : name;
  return pattern.isPrefix ? text.startsWith(pattern.text) : text === pattern.text;
}
