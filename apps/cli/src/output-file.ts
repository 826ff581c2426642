/** A file of lines that is written as they come, and waits when the disk is slower. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { UsageMistake } from './failures.js';

export class OutputFile {
  private failure: Error | undefined;

  private constructor(
    private readonly file: string,
    private readonly draft: string,
    private readonly stream: WriteStream,
  ) {
    // Errors also come between two writes, where nobody waits for them.
    stream.on('error', (error) => (this.failure ??= error));
  }

  /**
   * @param whole the file appears under its name only when it is complete; until then it is `<file>.partial`
   * @throws UsageMistake when it cannot be written
   */
  static async open(file: string, { whole }: { whole: boolean }): Promise<OutputFile> {
    const draft = whole ? `${file}.partial` : file;
    const stream = createWriteStream(draft);
    try {
      await once(stream, 'open');
    } catch (error) {
      throw cannotWrite(file, error);
    }
    return new OutputFile(file, draft, stream);
  }

  writeLine(text: string): Promise<void> {
    return this.write(`${text}\n`);
  }

  async write(text: string): Promise<void> {
    this.throwFailure();
    if (this.stream.write(text)) return;
    await once(this.stream, 'drain').catch(() => undefined);
    this.throwFailure();
  }

  async close(): Promise<void> {
    this.throwFailure();
    this.stream.end();
    await finished(this.stream).catch((error: unknown) => {
      throw cannotWrite(this.file, error);
    });
    if (this.draft !== this.file) await rename(this.draft, this.file);
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    this.stream.destroy();
    await rm(this.draft, { force: true });
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw cannotWrite(this.file, this.failure);
  }
}

function cannotWrite(file: string, error: unknown): UsageMistake {
  return new UsageMistake(`cannot write ${file} (${(error as NodeJS.ErrnoException).code ?? 'unknown cause'})`);
}
