/** What the user sees: results on stdout, notes and progress on stderr. */
import cliProgress from 'cli-progress';

/** Everything the program takes from its process. */
export interface Surroundings {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

export interface Progress {
  advanceTo(value: number, note: string): void;
  stop(): void;
}

const ERASE_LINE = '\r\u001b[K';

export class Terminal {
  private barIsUp = false;

  constructor(
    private readonly surroundings: Pick<Surroundings, 'stdout' | 'stderr'>,
    /** Whether results are one JSON object each. */
    readonly json: boolean,
  ) {}

  get stdout(): Surroundings['stdout'] {
    return this.surroundings.stdout;
  }

  /** A line beside the result: what is being done, or why it takes longer. */
  note(text: string): void {
    this.surroundings.stderr.write(`${this.barIsUp ? ERASE_LINE : ''}${text}\n`);
  }

  /** The result, once: for machines or for people. */
  result(machine: object, people: string): void {
    this.stdout.write(this.json ? `${JSON.stringify(machine)}\n` : `${people}\n`);
  }

  /** A progress bar where somebody watches, nothing elsewhere. */
  progress(total: number): Progress {
    if (this.surroundings.stderr.isTTY !== true) return { advanceTo: () => undefined, stop: () => undefined };
    const bar = new cliProgress.SingleBar(
      {
        format: '{bar} {percentage}% · {note} · {eta_formatted} left',
        stream: this.surroundings.stderr,
        hideCursor: true,
        clearOnComplete: true,
        stopOnComplete: false,
      },
      cliProgress.Presets.shades_classic,
    );
    bar.start(total, 0, { note: '' });
    this.barIsUp = true;
    return {
      advanceTo: (value, note) => bar.update(value, { note }),
      stop: () => {
        this.barIsUp = false;
        bar.stop();
      },
    };
  }
}

/** Writes an answer of the service as aligned `name  value` lines; lists of records become tables. */
export function describeAnswer(answer: object, indent = ''): string {
  const entries = Object.entries(answer).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  const lines: string[] = [];
  for (const [name, value] of entries) {
    if (isRecordList(value)) lines.push(`${indent}${name}`, describeTable(value, `${indent}  `));
    else if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
      lines.push(`${indent}${name}`, describeAnswer(value, `${indent}  `));
    else lines.push(`${indent}${name.padEnd(width)}  ${describeValue(value)}`);
  }
  return lines.join('\n');
}

function isRecordList(value: unknown): value is Record<string, unknown>[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
  );
}

/** @param rows at least one */
export function describeTable(rows: readonly Record<string, unknown>[], indent = ''): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => describeValue(row[column])))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) => `${indent}${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd())
    .join('\n');
}

function describeValue(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'object') return Array.isArray(value) && value.length === 0 ? 'none' : JSON.stringify(value);
  return String(value);
}

/** `8819` as `8,819`; also for the digits before a decimal point. */
export function groupDigits(value: number | string): string {
  return String(value).replace(/^\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ','));
}
