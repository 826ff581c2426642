/** `npm start`: every service in one process, on embedded engines unless the environment names others. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal, type ApiClient } from '#client';
import { REFUSALS } from '#concepts';
import { consoleFolder, HealthRegistry, runService, type RunningService } from '#platform';
import { ChainConnection } from '../../settlement/src/settlement.module.js';
import { connect, Demonstration, readDemonstration } from './demonstration.js';
import { startEngines } from './engines.js';
import { StandaloneModule } from './standalone.module.js';
import { summarize } from './summary.js';

const ARGUMENTS = ['--once', '--empty'] as const;
const EXIT_UNSOUND = 1;
const EXIT_USAGE = 2;
const CHAIN_TIMEOUT_MS = 120_000;

interface Arguments {
  /** Exit after the demonstration: 0 only if the books are sound. */
  readonly once: boolean;
  /** No demonstration. */
  readonly empty: boolean;
}

function readArguments(given: readonly string[]): Arguments {
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

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const given = readArguments(process.argv.slice(2));
const service = await runService(StandaloneModule, {
  name: 'standalone',
  refusals: REFUSALS,
  prepare: (configuration, logger) => {
    if (process.stdout.isTTY) say('- starting the engines and the services');
    return startEngines(configuration, logger);
  },
  terminalLogFile: 'airtime.log',
  consoleFolder: consoleFolder(),
  interruptedExitCode: given.once ? EXIT_UNSOUND : 0,
});
if (service.logFile !== undefined) say(`- the log goes to ${service.logFile}`);
writeRuntime(service);
try {
  const isSound = await work(service, given);
  if (given.once) await service.stop(isSound ? 0 : EXIT_UNSOUND);
} catch (error) {
  // Whoever interrupts the demonstration cuts off the call that it is waiting for. It goes on at the next start.
  if (!service.app.get(HealthRegistry).isStopping) {
    service.logger.fatal({ err: error }, 'the demonstration failed; start again to go on with it');
    await service.stop(EXIT_UNSOUND);
  }
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

/**
 * Runs what is left of the demonstration, settles and sums up. A ledger that holds anything else is left alone: then
 * only `--once` asks whether its books are sound.
 */
async function work({ app, configuration, url }: RunningService, { once, empty }: Arguments): Promise<boolean> {
  const api = connect(url, configuration.adminKey!);
  const demonstration = new Demonstration(api, configuration, (line) => say(`- ${line}`));
  const begun = readDemonstration(configuration.dataDir);
  const isFresh = (await api.get('/v1/price-books', { query: { limit: 1 } })).items.length === 0;
  const isUnfinished = isFresh || begun?.state === 'begun';
  const refusal = await untilChainIsThere(app.get(ChainConnection));
  if (refusal !== undefined) {
    say(`Settlement refuses to start: ${refusal}`);
    if (!once) await sayWhereToLook(url, api);
    return !once;
  }
  if (!empty && isUnfinished) await demonstration.run(begun);
  if (!empty && (isUnfinished || (once && begun !== undefined))) {
    say('- paying the providers on chain: one settlement batch, until it is final');
    await demonstration.settle();
  } else if (!once) {
    await sayWhereToLook(url, api);
    return true;
  }
  say('- comparing ledger and chain, and verifying the journal from its first page');
  const { lines, isSound } = await summarize(api, demonstration.written, await demonstration.kafkaProgress());
  say('\nAirtime summary');
  for (const line of lines) say(line);
  if (!once) await sayWhereToLook(url, api);
  return isSound;
}

/**
 * Contracts are deployed while the service starts; wallets and settlements need them.
 *
 * @returns why the chain is refused, when somebody must decide about it first
 */
async function untilChainIsThere(connection: ChainConnection): Promise<string | undefined> {
  for (const endMs = Date.now() + CHAIN_TIMEOUT_MS; !connection.isConnected; await delay(100)) {
    if (connection.refusal !== undefined) return connection.refusal;
    if (Date.now() > endMs)
      throw new Error('no settlement contracts came into place in time; GET /health says what the chain lacks');
  }
  return undefined;
}

async function sayWhereToLook(url: string, api: ApiClient): Promise<void> {
  const console = await consoleLine(url, api);
  say(`
Airtime is up at ${url}. Where to look next (K is the admin key):
  ${console}
  ${url}/docs   every call, to try out
  curl -H "Authorization: Bearer $K" ${url}/v1/holders/acme/balance
  curl -H "Authorization: Bearer $K" ${url}/v1/accounts/provider:gpu-north:payable/entries
  npx airtime verify     npx airtime settle     npx airtime reconcile
Ctrl-C stops everything; the data stay, and the next start goes on with them.`);
}

/** Links are for this machine: one that listens elsewhere only is signed in to with a key. */
async function consoleLine(url: string, api: ApiClient): Promise<string> {
  try {
    const { link } = await api.post('/v1/console/links');
    return `${url}/console#link=${link}   the console, signed in: good once, for ten minutes`;
  } catch (error) {
    if (!isRefusal(error, 'FORBIDDEN')) throw error;
    return `${url}/console   the console`;
  }
}
