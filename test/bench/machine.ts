/** What the figures were measured on, and the proof that durability was on while they were. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Pool } from '#postgres';

export interface Machine {
  readonly processors: number;
  readonly processorModel: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly postgres: string;
  /** Asked of the server, not of what it was started with. */
  readonly settings: Readonly<Record<string, string>>;
  /** Median time of a synchronous 8 KiB write where the server keeps its data. */
  readonly fdatasyncMicros: number;
  /** Of the minute before the measurement. */
  readonly load: number;
}

const DURABILITY = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;
const SHOWN = ['wal_compression', 'shared_buffers', 'max_wal_size'] as const;

/** @throws Error when the server does not keep what it acknowledges: such figures would be worth nothing */
export async function describeMachine(pool: Pool, dataDir: string): Promise<Machine> {
  const { rows } = await pool.query<{ name: string; value: string }>(
    `SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name`,
    [['server_version', ...DURABILITY, ...SHOWN]],
  );
  const settings = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  for (const name of DURABILITY) {
    if (settings[name] !== 'on') throw new Error(`PostgreSQL runs with ${name}=${settings[name]}: nothing is measured`);
  }
  const { server_version: postgres = 'unknown', ...shown } = settings;
  return {
    processors: cpus().length,
    processorModel: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres,
    settings: shown,
    fdatasyncMicros: measureSync(join(dataDir, 'sync-probe')),
    load: loadavg()[0]!,
  };
}

function measureSync(file: string): number {
  const descriptor = openSync(file, 'w');
  const block = Buffer.alloc(8_192, 1);
  const times: number[] = [];
  try {
    for (let n = 0; n < 200; n++) {
      const begunAt = performance.now();
      writeSync(descriptor, block, 0, block.length, 0);
      fdatasyncSync(descriptor);
      times.push(performance.now() - begunAt);
    }
  } finally {
    closeSync(descriptor);
    rmSync(file);
  }
  return Math.round(times.sort((a, b) => a - b)[100]! * 1_000);
}
