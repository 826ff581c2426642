/**
 * Path parameters, checked before a handler sees them. Handlers take these decorators and never Nest's plain `Param`: what
 * stands in a path may be any text, NUL and half characters included. `test/architecture` holds to it.
 */
import { type ArgumentMetadata, Param, type PipeTransform } from '@nestjs/common';
import { commonRefusal, parseHolderId, type DomainError } from '#domain';
import { RequestError } from './problem.js';

function pipe<T>(read: (text: string, path: string) => T): PipeTransform<string, T> {
  return { transform: (text: string, { data }: ArgumentMetadata) => read(text, data ?? 'id') };
}

const HOLDER = pipe(parseHolderId);

/** A customer's or provider's id. Another form is 400 `IDENTIFIER_INVALID`. */
export const HolderParam = (name = 'id'): ParameterDecorator => Param(name, HOLDER);

/** No id that we give out has another form. */
const RESOURCE_ID = /^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,199}$/;

/**
 * The id of something that we named ourselves. Another form names nothing: 404.
 *
 * @param what said in the refusal, such as `settlement batch`
 * @param refuse makes the refusal; `NOT_FOUND` when not given
 */
export const ResourceParam = (
  name: string,
  what: string,
  refuse: (message: string, path: string) => DomainError = (message, path) => commonRefusal('NOT_FOUND', message, path),
): ParameterDecorator =>
  Param(
    name,
    pipe((text, path) => {
      if (RESOURCE_ID.test(text)) return text;
      throw refuse(`There is no ${what} of that id.`, path);
    }),
  );

/** What is left of the path, its slashes included; the handler checks it. Its route ends in `*`. */
export const RestParam = (): ParameterDecorator => Param('*');

/** A text of a given form, which the refusal shows by an example. Another one is 400 `IDENTIFIER_INVALID`. */
export const TextParam = (name: string, form: RegExp, message: string): ParameterDecorator =>
  Param(
    name,
    pipe((text, path) => {
      if (form.test(text)) return text;
      throw commonRefusal('IDENTIFIER_INVALID', message, path);
    }),
  );

const VERSION = pipe((text, path) => {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  const message = 'a version is a whole number from 1 to 999999999';
  throw new RequestError('VALIDATION_FAILED', `The path is not valid: ${message}.`, [{ path, message }]);
});

/** The version of a price book or policy, as a number. Another text is 400 `VALIDATION_FAILED`. */
export const VersionParam = (name = 'version'): ParameterDecorator => Param(name, VERSION);
