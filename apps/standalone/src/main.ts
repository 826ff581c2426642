/** `npm start`: every service in one process, on embedded engines unless the environment names others. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runService, type RunningService } from '#platform';
import { ApiClient } from './api-client.js';
import { Demonstration, readDemonstration } from './demonstration.js';
import { startEngines } from './engines.js';
import { StandaloneModule } from './standalone.module.js';
import { summarize } from './summary.js';

const ARGUMENTS = ['--once', '--empty'] as const;
const EXIT_UNSOUND = 1;
const EXIT_USAGE = 2;

function readArguments(given: readonly string[]): { once: boolean; empty: boolean } {
  const known: readonly string[] = ARGUMENTS;
  const unknown = given.find((argument) => !known.includes(argument));
  if (unknown !== undefined) {
    process.stderr.write(
      `Unknown argument ${unknown}; npm start takes ${ARGUMENTS.map((argument) => `-- ${argument}`).join(' and ')}.\n`,
    );
    process.exit(EXIT_USAGE);
  }
  return { once: given.includes('--once'), empty: given.includes('--empty') };
}

/** Tells the command line, and whoever inspects the engines, where this instance is. */
function writeRuntime({ configuration, url }: RunningService): void {
  const { dataDir, databaseUrl, chainRpcUrl, kafka } = configuration;
  const file = join(dataDir, 'runtime.json');
  const runtime = {
    url,
    databaseUrl,
    chainRpcUrl,
    kafkaBrokers: kafka.mode === 'brokers' ? kafka.brokers.join(',') : null,
  };
  writeFileSync(`${file}.draft`, `${JSON.stringify(runtime, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}

const { once, empty } = readArguments(process.argv.slice(2));
const service = await runService(StandaloneModule, { name: 'standalone', prepare: startEngines });
writeRuntime(service);
try {
  const isSound = await work(service);
  if (once) await service.stop(isSound ? 0 : EXIT_UNSOUND);
} catch (error) {
  service.logger.fatal({ err: error }, 'the demonstration failed');
  await service.stop(EXIT_UNSOUND);
}

async function work({ configuration, url }: RunningService): Promise<boolean> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const api = new ApiClient(url, configuration.adminKey!);
  const demonstration = new Demonstration(api, configuration, (line) => say(`- ${line}`));
  const begun = readDemonstration(configuration.dataDir);
  const isFresh = (await api.get<{ items: unknown[] }>('/price-books')).items.length === 0;
  const isPart = begun?.state === 'begun';
  await untilChainIsRegistered(api);
  let kafka;
  if (!empty && (isFresh || isPart)) kafka = await demonstration.run(begun);
  // A directory that holds anything else than the demonstration is left alone, unless the run is to prove its soundness.
  const isDemonstration = !empty && (isFresh || begun !== undefined);
  if (isDemonstration && (once || isFresh || isPart)) {
    say('- settling');
    await demonstration.settle();
  } else if (!once) {
    say(`Airtime is up at ${url}; API document at ${url}/docs`);
    return true;
  }
  const summary = await summarize(api, demonstration.positionQuery, kafka);
  say('Airtime summary');
  for (const line of summary.lines) say(line);
  if (!once) say(`Airtime is up at ${url}; API document at ${url}/docs`);
  return summary.isSound;
}

/** Contracts are deployed while the service starts; wallets and settlements need them. */
async function untilChainIsRegistered(api: ApiClient): Promise<void> {
  for (;;) {
    const { items } = await api.get<{ items: unknown[] }>('/chains');
    if (items.length > 0) return;
    await delay(100);
  }
}
