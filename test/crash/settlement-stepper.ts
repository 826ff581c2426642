/**
 * A settlement process that kills itself. It takes orders line by line on its standard input: to open a batch, or to take
 * up the one under way, and to step it to its end or to the moment at which it is to die by SIGKILL.
 */
import { readFileSync } from 'node:fs';
import { readSigningKey } from '#signing';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { SettlementChain } from '#chain';
import { registryShard } from '#domain';
import { createPool, PostgresJournal } from '#postgres';
import { CatalogueFollower, Sequencers } from '#wiring';
import { contractsOf } from '../../apps/settlement/src/chain-registration.js';
import { SettlementRun, type SettlementMoment } from '../../apps/settlement/src/settlement-run.js';

/** Where it works; its one argument, as JSON. */
export interface StepperPlace {
  readonly databaseUrl: string;
  readonly shards: number;
  readonly rpcUrl: string;
  readonly signerKey: `0x${string}`;
  /** The key of the service that founded the journal. */
  readonly writerKeyFile: string;
}

/** One line of its standard input, as JSON. It answers with each moment and, at the end, with `idle`. */
export interface StepperOrder {
  /** Opens this batch first; else the one under way is taken up. */
  readonly open?: string;
  /** Dies when the moment comes for the `nth` time. */
  readonly dieAt?: { readonly moment: SettlementMoment; readonly nth: number };
}

const WAITING_MS = 50;

const place = JSON.parse(process.argv[2]!) as StepperPlace;
const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (message: string, error?: unknown) => process.stderr.write(`${message}: ${String(error)}\n`);

const pool = createPool(place.databaseUrl);
const store = new PostgresJournal(pool);
const key = readSigningKey(readFileSync(place.writerKeyFile, 'utf8'));
const follower = new CatalogueFollower(store, registryShard(place.shards), complain);
await follower.start();
const sequencers = new Sequencers({ store, shards: place.shards, follower, key, onTrouble: complain });
await sequencers.start();
const [registered] = follower.catalogue.chains.values();
const { rpcUrl, signerKey } = place;
const chain = await SettlementChain.connect({ rpcUrl, signerKey, contracts: contractsOf(registered!) });

let order: StepperOrder = {};
let left = 0;
const run = new SettlementRun({
  sequencers,
  journal: store,
  chain: () => Promise.resolve(chain),
  observe: (moment) => {
    say(moment);
    if (moment !== order.dieAt?.moment) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  },
});

for await (const line of createInterface({ input: process.stdin })) {
  order = JSON.parse(line) as StepperOrder;
  left = order.dieAt?.nth ?? 0;
  if (order.open !== undefined) await run.open(order.open);
  for (;;) {
    const result = await run.step();
    if (result === 'idle') break;
    if (result === 'waiting') await delay(WAITING_MS);
  }
  say('idle');
}
await sequencers.stop();
await follower.stop();
await store.close();
await pool.end();
