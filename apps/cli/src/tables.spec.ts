import fc from 'fast-check';
import stringWidth from 'string-width';
import { layOutList, layOutTable, printable } from './tables.js';

const lines = (...text: string[]) => text.join('\n');

describe('tables for people', () => {
  it('align amounts on the decimal point, and their names to the right', () => {
    expect(
      layOutTable(
        [
          ['acme', '1200.5', '3'],
          ['beta', '0.000000000000000001', '1,234'],
          ['gamma', '-7', '-'],
        ],
        { head: ['customer', 'amount', 'events'] },
      ),
    ).toBe(
      lines(
        'customer                   amount  events',
        'acme      1200.5                        3',
        'beta         0.000000000000000001   1,234',
        'gamma       -7                          -',
      ),
    );
  });

  it('align a column with anything but numbers to the left', () => {
    expect(
      layOutTable(
        [
          ['1', 'x'],
          ['12a', 'y'],
        ],
        { indent: '  ' },
      ),
    ).toBe(lines('  1    x', '  12a  y'));
    expect(layOutTable([], { head: ['a', 'b'] })).toBe('a  b');
    expect(layOutTable([])).toBe('');
  });

  it('stay straight with characters of two places and of none', () => {
    const text = layOutTable([
      ['東京', 'x'],
      ['e\u0301t\u00e9', 'x'],
      ['😀', 'x'],
    ]);
    expect(text.split('\n').map((line) => stringWidth(line.slice(0, line.indexOf('x'))))).toEqual([6, 6, 6]);
  });

  it('align numbers that follow each other in a list, and nothing else', () => {
    const pairs: [string, string][] = [
      ['holder', 'acme'],
      ['available', '12.5'],
      ['withheld', '100'],
      ['as of', 'now'],
      ['pages', '3'],
    ];
    expect(layOutList(pairs, ' ')).toBe(
      lines(' holder     acme', ' available   12.5', ' withheld   100', ' as of      now', ' pages      3'),
    );
  });

  it('show what would steer a terminal instead of sending it', () => {
    expect(printable('\u001b[2J\u009b1m\rx\ty\n\u202e\u2028\ud800é東👩‍🚀')).toBe(
      '\\u001b[2J\\u009b1m\\u000dx\\u0009y\\u000a\\u202e\\u2028\\ud800é東👩‍🚀',
    );
  });

  it('have one line for each row, all printable, whatever the cells hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), { minLength: 1 }),
        (rows) => {
          const text = layOutTable(rows);
          expect(text.split('\n')).toHaveLength(rows.length);
          expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u);
        },
      ),
    );
  });
});
