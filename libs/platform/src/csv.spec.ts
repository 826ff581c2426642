import fc from 'fast-check';
import { csvLine, csvRow } from './csv.js';

const SIGNS = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'];
const UNSEEN = [
  '',
  ' ',
  '\t',
  '\r',
  '\n',
  '\u00a0',
  '\u3000',
  '\u200b',
  '\u200d',
  '\u200e',
  '\u202e',
  '\u2060',
  '\ufeff',
  '\0',
];

describe('a line of CSV', () => {
  it('is RFC 4180: cells that need it stand in quotes', () => {
    expect(csvLine(['a', 1, null, undefined, 'b,c', 'd"e', 'f\r\ng'])).toBe('a,1,,,"b,c","d""e","f\r\ng"\r\n');
  });

  it('takes its values in the order of the columns, and leaves a column without a value empty', () => {
    expect(csvRow(['a', 'b', 'c'], { c: 3, a: '=1' })).toBe("'=1,,3\r\n");
  });

  it('runs in no spreadsheet: a sign that begins a formula is guarded, whatever stands before it unseen', () => {
    for (const sign of SIGNS) {
      for (const unseen of UNSEEN) {
        const line = csvLine([`${unseen}${unseen}${sign}cmd|' /C calc'!A0`]);
        expect([unseen, sign, line.replace(/^"/, '').startsWith("'")]).toEqual([unseen, sign, true]);
      }
    }
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...UNSEEN), { maxLength: 6 }),
        fc.constantFrom(...SIGNS),
        fc.string(),
        (before, sign, after) => {
          const text = `${before.join('')}${sign}${after}`;
          fc.pre(!/^-?\d+(\.\d+)?$/.test(text));
          expect(csvLine([text]).replace(/^"/, '').startsWith("'")).toBe(true);
        },
      ),
    );
  });

  it('leaves decimals with a sign and ordinary texts as they are', () => {
    expect(csvLine(['-12.5', -3, 'a=b', 'gateway/eu-1', '٣', '1-2'])).toBe('-12.5,-3,a=b,gateway/eu-1,٣,1-2\r\n');
  });
});
