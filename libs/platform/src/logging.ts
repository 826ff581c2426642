import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { LogLevel } from './configuration/configuration.js';
import { ConfigurationError } from './configuration/variables.js';
import { currentRequestId } from './request-context.js';

export type { Logger } from 'pino';

/** Injection token of the service's {@link Logger}. */
export const LOGGER = Symbol('LOGGER');

const CENSORED = '[redacted]';
/** A shorter secret would blank out innocent text, and protects nothing. */
const SECRET_LENGTH_MIN = 6;

/** Callers choose paths, names and what errors quote: a line keeps the beginning of each, and of all of them together. */
const TEXT_LENGTH_MAX = 1_000;
const NAME_LENGTH_MAX = 100;
const FIELD_LENGTH_MAX = 4_000;
const LINE_LENGTH_MAX = 16_000;
const STACK_LINES_MAX = 50;
const ITEMS_MAX = 50;
const DEPTH_MAX = 4;

/** Names under which a secret could be logged by accident, at the top of a line or one or two levels inside. */
const SECRET_FIELDS = [
  'authorization',
  'adminKey',
  'key',
  'apiKey',
  'password',
  'secret',
  'chainSignerKey',
  'privateKey',
];
const SECRET_PATHS = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

export interface LoggerOptions {
  /** Exact values that no line may contain, wherever they hide (an error message of a driver, a URL). */
  readonly secrets?: readonly string[];
  /** Where lines go; standard output unless given. */
  readonly destination?: DestinationStream;
}

/**
 * The one logger of a process: JSON lines, or readable text on a terminal. Secrets are removed twice, by field name and
 * by value in the finished line, because drivers put connection strings into their messages.
 */
export function createLogger(level: LogLevel, { secrets = [], destination }: LoggerOptions = {}): Logger {
  const scrub = scrubberOf(secrets);
  const isTerminal = destination === undefined && process.stdout.isTTY === true;
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_PATHS, censor: CENSORED },
      mixin: () => {
        const requestId = currentRequestId();
        return requestId === undefined ? {} : { requestId };
      },
      formatters: { log: (fields) => new LineBound(scrub).fields(fields) },
      serializers: { err: (error: unknown) => new LineBound(scrub).error(error) },
      hooks: {
        streamWrite: scrub,
        logMethod(parts, method) {
          method.apply(
            this,
            parts.map((part) => (typeof part === 'string' ? boundText(part, scrub) : part)) as typeof parts,
          );
        },
      },
    },
    destination ??
      (isTerminal
        ? pretty({ destination: standardOutput(), translateTime: 'SYS:HH:MM:ss.l', singleLine: true })
        : standardOutput()),
  );
}

/** The log may lose its reader, a terminal that is closed or a pipe that ends; the service goes on. */
function standardOutput() {
  const stream = pino.destination({ dest: 1, sync: true });
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!['EIO', 'EPIPE'].includes(error.code ?? '')) throw error;
  });
  return stream;
}

type Scrub = (text: string) => string;

/** A text as a log shows it: bounded, on one line, without what moves a terminal's cursor. */
function boundText(text: string, scrub: Scrub, lengthMax = TEXT_LENGTH_MAX): string {
  // Searched for secrets before the cut, which could leave the beginning of one that nothing recognises any more.
  const isLong = text.length > lengthMax;
  const shown = isLong ? `${scrub(text.slice(0, lengthMax + TEXT_LENGTH_MAX)).slice(0, lengthMax)}…` : text;
  return shown.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/** Bounds the values of one line, whatever they are. What does not fit any more is left out: of a large field its end. */
class LineBound {
  /** Characters that may still be written, of the line and of the field at hand. */
  private lineLeft = LINE_LENGTH_MAX;
  private left = LINE_LENGTH_MAX;

  constructor(private readonly scrub: Scrub) {}

  /** The fields of a line. Its `err` has a bound of its own. */
  fields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const shown: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields).slice(0, ITEMS_MAX)) {
      shown[boundText(name, this.scrub, NAME_LENGTH_MAX)] = name === 'err' ? value : this.field(value);
    }
    return shown;
  }

  error(error: unknown): unknown {
    if (!(error instanceof Error)) return this.field(error);
    const { stack, ...rest } = { ...pino.stdSerializers.err(error) } as Record<string, unknown>;
    return { ...this.fields(rest), ...(typeof stack === 'string' ? { stack: this.stack(stack) } : {}) };
  }

  private field(value: unknown): unknown {
    const most = Math.min(FIELD_LENGTH_MAX, this.lineLeft);
    this.left = most;
    const shown = this.value(value, 1);
    this.lineLeft -= most - this.left;
    return shown;
  }

  private value(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Error) return this.text(`${value.name}: ${value.message}`);
    if (depth > DEPTH_MAX) return '[…]';
    try {
      if (Array.isArray(value)) return this.items(value, depth);
      if ('toJSON' in value && typeof value.toJSON === 'function') return this.value(value.toJSON(), depth + 1);
      return this.members(value, depth);
    } catch {
      return '[unreadable]';
    }
  }

  private items(list: readonly unknown[], depth: number): unknown[] {
    const shown: unknown[] = [];
    for (const item of list.slice(0, ITEMS_MAX)) if (this.left > 0) shown.push(this.value(item, depth + 1));
    return shown;
  }

  private members(record: object, depth: number): Record<string, unknown> {
    const shown: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(record).slice(0, ITEMS_MAX)) {
      if (this.left > 0) shown[this.text(name, NAME_LENGTH_MAX)] = this.value(value, depth + 1);
    }
    return shown;
  }

  private text(text: string, lengthMax = TEXT_LENGTH_MAX): string {
    const shown = boundText(text, this.scrub, Math.min(lengthMax, this.left));
    this.left -= Math.min(shown.length, this.left);
    return shown;
  }

  /** A stack's own lines stay, each of them bounded like a text; lines of a message do not. */
  private stack(stack: string): string {
    const isOwn = (line: string, index: number) => index === 0 || /^\s+at |^caused by: /.test(line);
    const lines = stack.split('\n').filter(isOwn).slice(0, STACK_LINES_MAX);
    this.left = LINE_LENGTH_MAX;
    return lines.flatMap((line) => (this.left > 0 ? [this.text(line)] : [])).join('\n');
  }
}

/** Removes the given secrets, passwords in URLs and bearer keys from a text. */
export function scrubberOf(secrets: readonly string[]): (text: string) => string {
  const values = secrets
    .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
    // In a JSON line quotes and backslashes of a secret are escaped.
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return (text) => {
    let clean = text;
    for (const value of values) clean = clean.replaceAll(value, CENSORED);
    return clean
      .replace(/(:\/\/[^\s:/@"]{0,256}):[^\s@"]{1,1024}@/g, `$1:${CENSORED}@`)
      .replace(/\bBearer +[\x21\x23-\x7e]+/gi, `Bearer ${CENSORED}`);
  };
}

/** Parts of Nest that list every module and route at each start: for who looks for them. */
const START_LISTS: readonly unknown[] = [
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
];

/** Lets Nest and its libraries log through the service's logger; the context becomes the field `context`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(START_LISTS.includes(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    // Nest shows what a provider throws at the start, with its stack, and throws it on: whoever runs the service then
    // tells a wrong configuration in one line.
    this.write(message instanceof ConfigurationError ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest calls `(message, ...more, context)`, and `error(message, stack, context)`. */
  private write(level: Exclude<LogLevel, 'silent'>, message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const more = rest.slice(0, -1).filter((value) => value !== undefined);
    const fields: Record<string, unknown> = typeof context === 'string' ? { context } : {};
    const stack = more.find((value) => typeof value === 'string' && /\n\s+at /.test(value));
    if (stack !== undefined) fields['stack'] = stack;
    if (message instanceof Error) fields['err'] = message;
    const texts = [message instanceof Error ? message.message : message, ...more.filter((value) => value !== stack)];
    this.logger[level](fields, texts.map(textOf).join(' '));
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
