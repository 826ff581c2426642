/** A PostgreSQL of a spec's own: started before, gone after. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Engine } from '#engines';
import { createPool, migrateDatabase, type Pool, type PoolOptions } from '../src/connection.js';

export class SpecDatabase {
  private readonly pools: Pool[] = [];

  private constructor(
    private readonly folder: string,
    readonly engine: Engine & { readonly url: string },
  ) {}

  static async start(): Promise<SpecDatabase> {
    const folder = await mkdtemp(join(tmpdir(), 'airtime-postgres-lib-'));
    const engine = await startPostgres({ dataDir: folder });
    await migrateDatabase(engine.url);
    return new SpecDatabase(folder, engine);
  }

  get url(): string {
    return this.engine.url;
  }

  openPool(options: PoolOptions = {}): Pool {
    const pool = createPool(this.url, { max: 6, ...options });
    this.pools.push(pool);
    return pool;
  }

  async stop(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
    await this.engine.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
