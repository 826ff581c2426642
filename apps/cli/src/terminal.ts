/** What the user sees: results on stdout, notes and progress on stderr. */
import cliProgress from 'cli-progress';
import { printableLines } from './tables.js';

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
    this.surroundings.stderr.write(`${this.barIsUp ? ERASE_LINE : ''}${printableLines(text)}\n`);
  }

  /** The result, once: for machines or for people. */
  result(machine: object, people: string): void {
    this.stdout.write(this.json ? `${JSON.stringify(machine)}\n` : `${printableLines(people)}\n`);
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

/** `8819` as `8,819`; also for the digits before a decimal point. */
export function groupDigits(value: number | string): string {
  return String(value).replace(/^\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ','));
}
