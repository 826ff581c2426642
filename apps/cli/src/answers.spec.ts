import { describeAnswer, describeRecords, wordsOf } from './answers.js';

const lines = (...text: string[]) => text.join('\n');

describe('answers in words', () => {
  it.each([
    ['txHash', 'transaction'],
    ['chainId', 'chain'],
    ['someLongName', 'some long name'],
    ['input_tokens', 'input tokens'],
    ['constructor', 'constructor'],
  ])('name %s as people do', (member, words) => {
    expect(wordsOf(member)).toBe(words);
  });

  it('show a balance with its amounts aligned, and where it was read in words', () => {
    const position = [
      { shard: 0, height: 12 },
      { shard: 1, height: 3 },
    ];
    const balance = {
      holder: 'acme',
      asset: 'AIR',
      asOf: null,
      available: '1200.5',
      withheld: '0',
      payable: '0.25',
      position,
    };
    expect(describeAnswer(balance)).toBe(
      lines(
        'holder     acme',
        'asset      AIR',
        'as of      now',
        'available  1200.5',
        'withheld      0',
        'payable       0.25',
        'included   shard 0 page 12, shard 1 page 3',
      ),
    );
  });

  it('give the members of a record inside a record columns of their own, and a meter its own name', () => {
    const records = [
      { key: 'a', amount: '1.5', meters: { input_tokens: '10', class: '3' } },
      { key: 'b', amount: '20', meters: { amount: '7' } },
    ];
    expect(describeRecords(records)).toBe(
      lines(
        'name  amount  input_tokens  class  amount',
        'a        1.5            10      3       -',
        'b       20               -      -       7',
      ),
    );
  });

  it('hold no JSON, however values are nested', () => {
    const nested = { list: [{ b: [1, { c: null }] }, 'x'], more: { deep: { empty: {}, none: [] } }, yes: true };
    const rows = [{ a: [{ b: 1 }, { b: { cD: 2 } }], e: {} }];
    for (const text of [describeAnswer(nested), describeAnswer({ rows }), describeRecords(rows)])
      expect(text).not.toMatch(/[{}[\]"]|object|undefined|null/);
    expect(describeRecords(rows)).toBe(lines('a', 'b 1; b c d 2'));
  });

  it.each([
    [{ durationMs: 1_234 }, 'duration  1.2 s'],
    [{ ageSeconds: 65 }, 'age  1 min 5 s'],
    [{ ageSeconds: 273_600 }, 'age  3 d 4 h'],
    [{ from: null, to: null }, lines('from              the beginning', 'until (excluded)  no end')],
    [{ items: [], nextCursor: null }, 'items  none'],
    [{ nextCursor: 'abc' }, 'more  there are more lines than these'],
    [{ isNew: false }, 'registered now  no'],
  ])('say %j in words', (answer, text) => {
    expect(describeAnswer(answer)).toBe(text);
  });

  it('keep control characters of names from the terminal', () => {
    const text = describeAnswer({ holder: 'a\u001b]0;x\u0007', items: [{ 'k\ney': 'b\nc' }] });
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text.split('\n')).toHaveLength(4);
  });
});
