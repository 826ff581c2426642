/**
 * What the journal is known to contain, kept outside of it: each successful verification notes where the shards ended.
 * Pages that are removed or rewritten later, even together with the tables, are found against this file.
 */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShardHead } from '#domain';

const FILE = 'heads.json';

/** The file exists but is not valid; only a verification writes it. */
export class HeadsUnreadable extends Error {
  constructor(file: string, why: string) {
    super(`${file} ${why}; find out who changed it, then put a copy back or remove it`);
    this.name = 'HeadsUnreadable';
  }
}

/** What somebody outside of the journal has noted of it. */
export interface NotedHeads {
  /** The journal's id; absent in a file of an earlier release. */
  readonly journal?: string;
  readonly heads: readonly ShardHead[];
}

export class RememberedHeads {
  readonly file: string;

  constructor(private readonly folder: string) {
    this.file = join(folder, FILE);
  }

  /** Empty before the first verification. @throws HeadsUnreadable */
  async read(): Promise<NotedHeads> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { heads: [] };
      throw new HeadsUnreadable(this.file, `cannot be read (${(error as Error).message})`);
    }
    try {
      const { journal, heads } = JSON.parse(text) as { journal?: unknown; heads?: unknown };
      if (Array.isArray(heads) && heads.every(isHead))
        return typeof journal === 'string' ? { journal, heads } : { heads };
    } catch {
      // Said below.
    }
    throw new HeadsUnreadable(this.file, 'does not hold a list of heads');
  }

  /** Replaces the file at once: a crash leaves the old one or the new one. */
  async write({ journal, heads }: NotedHeads, verifiedAt: string): Promise<void> {
    const draft = `${this.file}.${process.pid}.draft`;
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ verifiedAt, journal, heads }, undefined, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, this.file);
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function isHead(value: unknown): value is ShardHead {
  if (typeof value !== 'object' || value === null) return false;
  const { shard, height, hash } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(shard) &&
    Number.isSafeInteger(height) &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash)
  );
}
