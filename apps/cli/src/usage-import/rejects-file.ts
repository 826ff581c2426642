/** Rows that were not charged, one JSON object a line: what an operator repairs and imports again. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { UsageMistake } from '../failures.js';

export interface Reject {
  /** A class of skipped rows, or `rejected` with the service's code. */
  readonly class: string;
  readonly code?: string;
  readonly line: number;
  readonly reason: string;
  readonly row: unknown;
}

export class RejectsFile {
  private failure: Error | undefined;

  private constructor(private readonly stream: WriteStream) {
    stream.on('error', (error) => (this.failure = error));
  }

  /** @throws UsageMistake when the file cannot be written */
  static async open(file: string): Promise<RejectsFile> {
    const stream = createWriteStream(file);
    try {
      await once(stream, 'open');
    } catch (error) {
      throw new UsageMistake(`cannot write ${file} (${(error as NodeJS.ErrnoException).code ?? 'unknown cause'})`);
    }
    return new RejectsFile(stream);
  }

  async write(reject: Reject): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    if (!this.stream.write(`${JSON.stringify(reject)}\n`)) await once(this.stream, 'drain');
  }

  async close(): Promise<void> {
    this.stream.end();
    await finished(this.stream);
  }
}
