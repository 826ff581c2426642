/** Fields that several requests have, each with the one form it takes. */
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';
import { HOLDER_ID, REASON } from '#domain';

/** The id of a customer or provider. */
export const IsHolder = (): PropertyDecorator =>
  Matches(HOLDER_ID, {
    message: 'write an id of 1 to 128 letters, digits or . _ @ + -, beginning with a letter or digit',
  });

/** Why somebody does something, as free text. */
export const IsReason = (): PropertyDecorator =>
  Matches(REASON, { message: 'give a reason of 1 to 500 characters without control characters and noncharacters' });

/**
 * A whole number in a query string, which carries text. Anything but plain digits is left as it is, for the validator to
 * refuse.
 *
 * @param digitsMax at most 15: more are no safe integer
 */
export const WholeNumber = (digitsMax = 9): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d+$/.test(value) && value.length <= digitsMax ? Number.parseInt(value, 10) : value,
  );
