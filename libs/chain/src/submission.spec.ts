import { classifyRefusal } from './submission.js';

describe('the words of a refusing node', () => {
  it.each([
    ['already known', 'already_known'],
    ['transaction already imported', 'already_known'],
    ['Known transaction', 'already_known'],
    ['AlreadyKnown', 'already_known'],
    ['nonce too low', 'nonce_consumed'],
    ['nonce too low: next nonce 6, tx nonce 5', 'nonce_consumed'],
    ['OldNonce', 'nonce_consumed'],
    ['replacement transaction underpriced', 'replacement_underpriced'],
    ['Transaction replacement underpriced', 'replacement_underpriced'],
    ['ReplacementNotAllowed', 'replacement_underpriced'],
    ['insufficient funds for gas * price + value: balance 0', 'insufficient_gas_funds'],
    ['Upfront cost exceeds account balance', 'insufficient_gas_funds'],
    ['nonce too high', undefined],
    ['transaction underpriced', 'underpriced'],
    ['intrinsic gas too low', 'gas_limit'],
  ])('"%s" means %s', (words, verdict) => {
    expect(classifyRefusal(words)).toBe(verdict);
  });
});
