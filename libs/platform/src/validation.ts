import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { FOREIGN_NAME_MESSAGE, isForeignName } from './json-faults.js';
import { type ProblemPart, RequestError } from './problem.js';

/** Offending paths that an answer lists; the rest are counted. */
const ERRORS_MAX = 50;

/** Types that Nest reports for parameters which are no decorated class: there is nothing to validate them against. */
const PLAIN_TYPES: readonly unknown[] = [String, Number, Boolean, Array, Object, Buffer, undefined];

/**
 * Validates bodies, queries and parameters against their decorated class. Unknown properties are refused, never dropped:
 * a misspelt field must not silently change what a command does.
 */
@Injectable()
export class RequestValidationPipe implements PipeTransform<unknown, Promise<unknown>> {
  async transform(value: unknown, { metatype, type }: ArgumentMetadata): Promise<unknown> {
    if (metatype === undefined || PLAIN_TYPES.includes(metatype) || type === 'custom') return value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new RequestError('VALIDATION_FAILED', 'The body must be a JSON object.', [
        { path: '', message: 'send a JSON object' },
      ]);
    }
    const instance = toInstance(metatype as new () => object, value);
    const failures = await validate(instance, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: false,
      validationError: { target: false, value: false },
    });
    if (failures.length > 0) throw validationFailed(failures);
    return instance;
  }
}

/**
 * An instance of a decorated class with the members of a plain value. The only way to class-transformer: it mistakes a
 * member named `constructor` for the value's class and drops one named `toString` without a word.
 *
 * @throws RequestError `VALIDATION_FAILED` when a member has such a name
 */
export function toInstance<T extends object>(type: new () => T, value: object): T {
  const parts: ProblemPart[] = [];
  findForeignNames(value, '', parts);
  if (parts.length > 0)
    throw new RequestError('VALIDATION_FAILED', 'The request is not valid; mend what "errors" names.', parts);
  return plainToInstance(type, value, { enableImplicitConversion: false });
}

function findForeignNames(value: unknown, path: string, parts: ProblemPart[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) {
    if (parts.length === ERRORS_MAX) return;
    const place = joinPath(path, name);
    if (isForeignName(name)) parts.push({ path: place, message: FOREIGN_NAME_MESSAGE });
    else findForeignNames((value as Record<string, unknown>)[name], place, parts);
  }
}

/** The error for class-validator's findings: every path with what is wrong there, up to a bound. */
export function validationFailed(failures: readonly ValidationError[]): RequestError {
  const parts: ProblemPart[] = [];
  const total = collect(failures, '', parts);
  const more = total > parts.length ? ` The first ${parts.length} of ${total} are listed.` : '';
  return new RequestError('VALIDATION_FAILED', `The request is not valid; mend what "errors" names.${more}`, parts);
}

function collect(failures: readonly ValidationError[], parent: string, parts: ProblemPart[]): number {
  let total = 0;
  for (const failure of failures) {
    const path = joinPath(parent, failure.property);
    for (const [rule, message] of Object.entries(failure.constraints ?? {})) {
      total += 1;
      if (parts.length < ERRORS_MAX) parts.push({ path, message: rewrite(rule, message) });
    }
    total += collect(failure.children ?? [], path, parts);
  }
  return total;
}

/** Writes a path as problem documents do: `data.meters.gpu_ms`, `items[3].id`. */
export function joinPath(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  const name = property.length > 100 ? `${property.slice(0, 100)}…` : property;
  // A path is shown and recorded; what no text may hold (NUL, half a character) is kept out of both.
  const shown = name.replace(/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu, '\u{fffd}');
  return parent === '' ? shown : `${parent}.${shown}`;
}

/** class-validator's own wording for an unknown property does not say what to do about it. */
function rewrite(rule: string, message: string): string {
  return rule === 'whitelistValidation' ? 'is not a known property; remove it or mend its name' : message;
}
