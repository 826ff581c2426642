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
