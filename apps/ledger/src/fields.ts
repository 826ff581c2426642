/** Forms of fields that several requests share. */
export const HOLDER = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/;
export const HOLDER_MESSAGE = 'write an id of 1 to 128 letters, digits or . _ @ + -, beginning with a letter or digit';
export { REASON } from '#domain';
export const REASON_MESSAGE = 'give a reason of 1 to 500 characters without control characters and noncharacters';
