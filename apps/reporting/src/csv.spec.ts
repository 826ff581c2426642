import { writeCsv } from './csv.js';

describe('CSV', () => {
  it('never lets a spreadsheet run a text as a formula', () => {
    const rows = ['=1+1', '+1', '-1-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://x","y")'].map((text) => ({ text }));
    expect(writeCsv(['text'], rows).split('\r\n')).toEqual([
      'text',
      "'=1+1",
      "'+1",
      "'-1-1",
      "'@SUM(A1)",
      "'\t=1",
      `"'=HYPERLINK(""http://x"",""y"")"`,
      '',
    ]);
  });

  it('leaves signed amounts as they are', () => {
    expect(writeCsv(['amount'], [{ amount: '-12.5' }, { amount: '0' }])).toBe('amount\r\n-12.5\r\n0\r\n');
  });

  it('quotes separators, quotes and line ends, and leaves absent values empty', () => {
    expect(writeCsv(['a', 'b', 'c'], [{ a: 'x,y', b: 'say "hi"\nnow', c: null }])).toBe(
      'a,b,c\r\n"x,y","say ""hi""\nnow",\r\n',
    );
  });
});
