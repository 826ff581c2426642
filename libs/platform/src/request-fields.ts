/** Fields that several requests have, each with the one form it takes. */
import { Matches } from 'class-validator';
import { HOLDER_ID, REASON } from '#domain';

/** The id of a customer or provider. */
export const IsHolder = (): PropertyDecorator =>
  Matches(HOLDER_ID, {
    message: 'write an id of 1 to 128 letters, digits or . _ @ + -, beginning with a letter or digit',
  });

/** Why somebody does something, in his own words. */
export const IsReason = (): PropertyDecorator =>
  Matches(REASON, { message: 'give a reason of 1 to 500 characters without control characters and noncharacters' });
