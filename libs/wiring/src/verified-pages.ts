/**
 * What this installation has verified: `verified.log` of its data directory, one line for each stretch of pages whose
 * signatures it has checked one by one. A line names the journal, the shard, the height and the hash of the stretch's last page, and
 * carries an HMAC under the installation's own key. Nothing else rests on the file: where it is not what this
 * installation wrote of this journal, all of it is forgotten and every signature is checked again.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShardHead } from '#domain';
import type { VerifiedStretches } from '#journal';
import type { Configuration, Logger } from '#platform';
import { loadInstallationSecret } from './key-files.js';

const FILE = 'verified.log';
const MODE = 0o600;
const LINE = /^([0-9a-f]{32}) (\d{1,4}) (\d{1,15}) ([0-9a-f]{64}) ([0-9a-f]{64})$/;

export class VerifiedPages implements VerifiedStretches {
  readonly file: string;
  private readonly known = new Map<string, string>();
  private writing: Promise<void> = Promise.resolve();
  private isWritable = true;

  /**
   * @param journal its id
   * @param secret of the installation, see {@link loadInstallationSecret}
   */
  constructor(
    dataDir: string,
    private readonly journal: string,
    private readonly secret: string,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    this.file = join(dataDir, FILE);
    try {
      this.read();
    } catch (error) {
      this.known.clear();
      this.giveUp(error);
    }
  }

  hashOf(shard: number, end: number): string | undefined {
    return this.known.get(`${shard}:${end}`);
  }

  remember({ shard, height, hash }: ShardHead): void {
    if (this.hashOf(shard, height) === hash) return;
    this.known.set(`${shard}:${height}`, hash);
    const said = `${this.journal} ${shard} ${height} ${hash}`;
    const line = `${said} ${this.macOf(said)}\n`;
    this.writing = this.writing.then(() => this.append(line));
  }

  /** Resolves once what was remembered is in the file. */
  async flush(): Promise<void> {
    await this.writing;
  }

  private async append(line: string): Promise<void> {
    if (!this.isWritable) return;
    try {
      await appendFile(this.file, line, { mode: MODE });
    } catch (error) {
      this.giveUp(error);
    }
  }

  private read(): void {
    const text = readIfAny(this.file);
    // A line without its end was being written when the process was killed.
    const lines = text.slice(0, text.lastIndexOf('\n') + 1);
    const fault = this.take(lines);
    if (fault !== undefined) {
      this.known.clear();
      this.logger.warn(`${this.file} ${fault}; it is begun anew, and every signature of the journal is checked again`);
    }
    const kept = fault === undefined ? lines : '';
    if (kept !== text) writeFileSync(this.file, kept, { mode: MODE });
  }

  /** Why the lines are not all of this installation and this journal; undefined when they are. */
  private take(lines: string): string | undefined {
    for (const line of lines.split('\n').slice(0, -1)) {
      const [, journal = '', shard = '', height = '', hash = '', mac = ''] = LINE.exec(line) ?? [];
      if (journal !== '' && journal !== this.journal) return `is of the journal ${journal}`;
      const said = `${journal} ${shard} ${height} ${hash}`;
      if (mac === '' || !timingSafeEqual(Buffer.from(mac), Buffer.from(this.macOf(said))))
        return 'is not what this installation wrote';
      this.known.set(`${shard}:${height}`, hash);
    }
    return undefined;
  }

  private macOf(said: string): string {
    return createHmac('sha256', this.secret).update(`airtime-verified-v1\n${said}\n`).digest('hex');
  }

  private giveUp(error: unknown): void {
    this.isWritable = false;
    const { code = 'unknown cause' } = error as NodeJS.ErrnoException;
    this.logger.warn(`${this.file} cannot be used (${code}): the next start checks signatures again`);
  }
}

/** Undefined, with one line of the log, where the installation has no key of its own and can have none. */
export function openVerifiedPages(
  configuration: Configuration,
  journal: string,
  logger: Pick<Logger, 'info' | 'warn'>,
): VerifiedPages | undefined {
  let secret: string;
  try {
    secret = loadInstallationSecret(configuration);
  } catch (error) {
    // A service without a volume of its own has none, by intent.
    logger.info(`each start checks all signatures: ${(error as Error).message}`);
    return undefined;
  }
  return new VerifiedPages(configuration.dataDir, journal, secret, logger);
}

function readIfAny(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
