import { createLogger, type LogLevel, NestLogger } from './index.js';

function capture(level: LogLevel = 'info', secrets: readonly string[] = []) {
  const lines: string[] = [];
  const logger = createLogger(level, { secrets, destination: { write: (line) => void lines.push(line) } });
  return {
    logger,
    text: () => lines.join(''),
    last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>,
  };
}

describe('the log', () => {
  it('blanks out fields that carry secrets, also inside objects', () => {
    const { logger, last } = capture();
    logger.info({ authorization: 'a', req: { headers: { authorization: 'b' } }, adminKey: 'c', holder: 'acme' }, 'hi');
    expect(last()).toMatchObject({
      authorization: '[redacted]',
      req: { headers: { authorization: '[redacted]' } },
      adminKey: '[redacted]',
      holder: 'acme',
      msg: 'hi',
    });
  });

  it('blanks out known secrets wherever a driver puts them', () => {
    const { logger, text, last } = capture('info', ['0xdeadbeef', 'quo"te\\secret']);
    logger.error({ err: new Error('cannot sign with 0xdeadbeef') }, 'and quo"te\\secret');
    expect(text()).not.toContain('deadbeef');
    expect(text()).not.toContain('secret');
    expect(last()['msg']).toBe('and [redacted]');
  });

  it('keeps what callers chose to one bounded line, without control characters', () => {
    const { logger, text, last } = capture();
    const hostile = `a\n{"level":60,"msg":"forged"}\u001b[2J\u2028\u202e${'x'.repeat(1_000_000)}`;
    const error = new TypeError(`cannot take ${hostile}`, { cause: new Error(hostile) });
    logger.info(
      { path: hostile, names: Array(1_000).fill(hostile), deep: { more: { name: hostile } }, err: error },
      hostile,
    );
    expect(text().length).toBeLessThan(100_000);
    expect(text().trimEnd()).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    const { path, msg, err } = last() as Record<string, string> & { err: { message: string; stack: string } };
    for (const shown of [path, msg, err.message]) expect(shown).toMatch(/^[^\p{Cc}\u2028\u202e]{10,1100}$/u);
    // Only a stack has lines, and none that a caller began.
    expect(err.stack.split('\n').filter((line) => line.startsWith('{"level"'))).toEqual([]);
  });

  it('bounds a line whatever its fields are: many, deep, long names, bytes, objects of classes and errors inside', () => {
    const { logger, text, last } = capture();
    const long = '"\\'.repeat(50_000);
    class Held {
      readonly inside = long;
      readonly list = Array(1_000).fill(long);
    }
    const wide = (depth: number): unknown =>
      depth === 0
        ? long
        : Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}${'n'.repeat(500)}`, wide(depth - 1)]));
    const error = Object.assign(new Error(long, { cause: new Error(long) }), { query: long, held: new Held() });
    error.stack = `Error: x\n${`    at ${long}\n`.repeat(100)}`;
    const unreadable = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    const fields = { held: new Held(), bytes: Buffer.alloc(1_000_000), at: new Date(0), none: undefined, n: 5n };
    logger.info({ ...fields, wide: wide(2), inner: new Error(long), unreadable, err: error }, long);
    logger.info({ deep: [[[[[[[[long]]]]]]]] }, 'deep');
    for (const line of text().trimEnd().split('\n')) {
      expect(line.length).toBeLessThan(80_000);
      expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
    expect(last()).toMatchObject({ msg: 'deep', deep: [[[['[…]']]]] });
    logger.info(fields, 'short');
    expect(last()).toMatchObject({ bytes: '[1000000 bytes]', at: '1970-01-01T00:00:00.000Z', n: 5 });
  });

  it('leaves no beginning of a secret where it cuts', () => {
    const { logger, text } = capture('info', ['0123456789abcdef']);
    logger.info({ path: `${'x'.repeat(990)}0123456789abcdef${'y'.repeat(2_000)}` }, 'cut');
    expect(text()).not.toContain('0123');
  });

  it('blanks out passwords in URLs and bearer keys that nobody announced', () => {
    const { logger, last } = capture();
    logger.warn('connect postgres://airtime:hunter2@db:5432/x with Authorization: Bearer abc.def-1 failed');
    expect(last()['msg']).toBe(
      'connect postgres://airtime:[redacted]@db:5432/x with Authorization: Bearer [redacted] failed',
    );
  });

  it('stays readable JSON after blanking out', () => {
    const { logger, last } = capture('info', ['secret-value']);
    logger.info({ list: ['secret-value', 'Bearer x'], url: 'https://u:p@h/"' }, 'Bearer y');
    expect(last()).toMatchObject({ list: ['[redacted]', 'Bearer [redacted]'], url: 'https://u:[redacted]@h/"' });
  });

  it('keeps to its level', () => {
    const { logger, text } = capture('error');
    logger.info('no');
    new NestLogger(logger).warn('no', 'Context');
    expect(text()).toBe('');
  });

  it('takes Nest’s lines with their context, stacks and errors', () => {
    const { logger, last } = capture('trace');
    const nest = new NestLogger(logger);
    nest.log('started', 'Router');
    expect(last()).toMatchObject({ level: 30, context: 'Router', msg: 'started' });
    nest.error('broken', 'Error: broken\n    at x (y.ts:1:1)', 'Router');
    expect(last()).toMatchObject({
      level: 50,
      context: 'Router',
      msg: 'broken',
      stack: expect.stringContaining('at x'),
    });
    nest.fatal(new Error('gone'));
    expect(last()).toMatchObject({ level: 60, msg: 'gone', err: { message: 'gone' } });
    nest.verbose({ a: 1 }, 'Router');
    expect(last()).toMatchObject({ level: 10, msg: '{"a":1}' });
  });
});
