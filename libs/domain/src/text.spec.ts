import fc from 'fast-check';
import { freeText, USAGE_ID } from './text.js';

describe('a free text', () => {
  it.each([
    ['a zero-width joiner', '\u{1f469}\u200d\u{1f4bb}'],
    ['a zero-width non-joiner', 'می\u200cخواهم'],
    ['right-to-left marks', '\u200f\u202e\u2067x'],
    ['private use', '\ue000\u{f0000}\u{10fffd}'],
    ['a character beyond the basic plane', '\u{20000}'],
    ['a byte order mark', '\ufeffa'],
    ['the replacement character', '\ufffd'],
    ['line and paragraph separators', '\u2028\u2029'],
    ['a character that is not assigned yet', '\u0378'],
  ])('may hold %s', (_, text) => {
    expect(USAGE_ID.test(text)).toBe(true);
  });

  it('holds exactly what a CloudEvents String may', () => {
    const isForbidden = (code: number) =>
      code <= 0x1f ||
      (code >= 0x7f && code <= 0x9f) ||
      (code >= 0xd800 && code <= 0xdfff) ||
      (code >= 0xfdd0 && code <= 0xfdef) ||
      (code & 0xfffe) === 0xfffe;
    for (let code = 0; code <= 0x10ffff; code += code < 0x10000 || code % 0x10000 > 0xfff0 ? 1 : 7) {
      if (USAGE_ID.test(String.fromCodePoint(code)) === isForbidden(code)) throw new Error(code.toString(16));
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), (text) => {
        const isAllowed = ![...text].some((character) => isForbidden(character.codePointAt(0)!));
        expect(USAGE_ID.test(text)).toBe(isAllowed);
      }),
    );
  });

  it('counts characters, not UTF-16 units', () => {
    expect(freeText(2).test('\u{1f600}\u{1f600}')).toBe(true);
    expect(freeText(2).test('\u{1f600}\u{1f600}a')).toBe(false);
    expect(freeText(2).test('')).toBe(false);
  });
});
