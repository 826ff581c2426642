/** Engines of a spec and the folders they work in: `clear` after each test stops the ones and removes the others. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Engine, EngineOptions } from '../src/engine.js';

export class SpecEngines {
  private readonly folders: string[] = [];
  private readonly engines: Engine[] = [];

  async newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'airtime-engine-'));
    this.folders.push(folder);
    return folder;
  }

  /** @param begin e.g. `startPostgres` */
  async start<E extends Engine>(
    begin: (options: EngineOptions) => Promise<E>,
    dataDir: string,
    onEvent?: (message: string) => void,
  ): Promise<E> {
    const engine = await begin({ dataDir, ...(onEvent === undefined ? {} : { onEvent }) });
    this.engines.push(engine);
    return engine;
  }

  async clear(): Promise<void> {
    await Promise.all(this.engines.splice(0).map((engine) => engine.stop()));
    await Promise.all(this.folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the statement that fails reports it
  await client.connect();
  try {
    return (await client.query(statement)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}
