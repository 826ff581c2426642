/** The engines under a bench, and databases on them: each measured run begins with a fresh copy of a prepared one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaPrerequisites, startKafka, startPostgres, type Engine, type KafkaEngine } from '#engines';
import { createPool, type Pool } from '#postgres';

export class BenchEngines {
  private databases = 0;

  private constructor(
    readonly folder: string,
    readonly postgres: Engine & { readonly url: string },
    readonly kafka: KafkaEngine | undefined,
    /** Why there is no Kafka. */
    readonly kafkaMissing: string | undefined,
    readonly admin: Pool,
  ) {}

  /** Runs `work` on engines that are stopped and removed afterwards, whatever happens. */
  static async use<T>(tell: (line: string) => void, work: (engines: BenchEngines) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'airtime-bench-'));
    const started: Engine[] = [];
    let admin: Pool | undefined;
    try {
      tell('starting PostgreSQL and Kafka');
      const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
      started.push(postgres);
      const prerequisites = await kafkaPrerequisites();
      const kafka = prerequisites.available ? await startKafka({ dataDir: join(folder, 'kafka') }) : undefined;
      if (kafka !== undefined) started.push(kafka);
      admin = createPool(postgres.url, { applicationName: 'airtime-bench', max: 2, statementTimeoutMs: 120_000 });
      const missing = prerequisites.available ? undefined : `${prerequisites.reason}; ${prerequisites.howToGoOn}`;
      return await work(new BenchEngines(folder, postgres, kafka, missing, admin));
    } finally {
      await admin?.end();
      for (const engine of started.reverse()) await engine.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Makes a database, empty or as a copy, and returns its address. */
  async createDatabase(name: string, template?: string): Promise<string> {
    await this.admin.query(`CREATE DATABASE ${name}${template === undefined ? '' : ` TEMPLATE ${template}`}`);
    return this.urlOf(name);
  }

  urlOf(database: string): string {
    const url = new URL(this.postgres.url);
    url.pathname = `/${database}`;
    return url.href;
  }

  /** Gives `work` a copy of a database, on which nothing is left to be written, and drops it afterwards. */
  async onCopyOf<T>(template: string, work: (url: string, pool: Pool) => Promise<T>): Promise<T> {
    const name = `bench_${++this.databases}`;
    const url = await this.createDatabase(name, template);
    await this.admin.query('CHECKPOINT');
    const pool = createPool(url, { applicationName: 'airtime-bench', max: 2, statementTimeoutMs: 600_000 });
    try {
      return await work(url, pool);
    } finally {
      await pool.end();
      await this.admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  }
}
