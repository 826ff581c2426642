/** Everything in one process on its embedded engines, without demonstration data, in a folder of the stage. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schemas } from '#client';
import { findFreePort } from '#engines';
import { eventually } from '#testing';
import { ADMIN_KEY, Api } from './api.js';
import type { ServiceProcess } from './service-process.js';
import { Stage } from './stage.js';
import { setUpWallets, setUpWorld } from './world.js';

export interface Standalone {
  readonly process: ServiceProcess;
  readonly api: Api;
  readonly databaseUrl: string;
}

/** Shards of a standalone for which nobody sets another number. */
export const STANDALONE_SHARDS = 4;

/** Starts `npm start -- --empty` and waits until it is up. */
export async function startEmpty(stage: Stage, env: Readonly<Record<string, string>> = {}): Promise<Standalone> {
  const dataDir = join(stage.folder, 'standalone');
  const started = stage.program({
    program: 'apps/standalone/src/main',
    args: ['--empty'],
    env: { AIRTIME_DATA_DIR: dataDir, AIRTIME_ADMIN_KEY: ADMIN_KEY, PORT: String(await findFreePort()), ...env },
  });
  await started.seen(/^Airtime is up at /);
  const { url, databaseUrl } = JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8')) as Record<
    string,
    string
  >;
  return { process: started, api: new Api(url!), databaseUrl: databaseUrl! };
}

/** A stage of its own with a standalone that has prices, parties, funds and wallets. */
export async function openPopulated(): Promise<{ stage: Stage; standalone: Standalone }> {
  const stage = await Stage.open();
  const standalone = await startEmpty(stage, { LOG_LEVEL: 'warn' });
  await populate(standalone);
  return { stage, standalone };
}

/** Prices, parties, funds and wallets. */
export async function populate({ api }: Standalone): Promise<void> {
  await setUpWorld(api);
  const { items } = await eventually(
    () => api.client.get('/v1/chains'),
    (chains) => chains.items.length > 0,
    { what: 'a registered chain' },
  );
  await setUpWallets(api, items[0]!.chainId);
}

/** Settles and waits until the batch is final. */
export async function settle({ client }: Api): Promise<Schemas['SettlementDetails']> {
  const { id, position } = await client.post('/v1/settlements', { idempotencyKey: randomUUID() });
  const query = { position: [`${position.shard}:${position.height}`] };
  return eventually(
    () => client.get('/v1/settlements/{id}', { path: { id }, query }),
    ({ phase }) => phase === 'confirmed' || phase === 'empty',
    { what: 'a final batch' },
  );
}
