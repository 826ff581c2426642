import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EngineFolder } from './engine-folder.js';
import { KAFKA_STOP_STEPS, startKafka } from './kafka.js';
import { provideKafka } from './kafka-distribution.js';
import { isAlive, stopByIdentity } from './process-identity.js';
import { messageOf } from './supervised-process.js';

const USAGE = `A Kafka broker without Docker: Apache Kafka 4.1 from Maven Central, run with this machine's Java 17+.

  node dist/libs/engines/src/kafka-broker.js fetch
      fetch the jars once, start nothing
  node dist/libs/engines/src/kafka-broker.js start [--port 9092] [--data-dir DIR]
      start the broker and stay until Ctrl-C, SIGTERM or \`stop\`
  node dist/libs/engines/src/kafka-broker.js stop [--data-dir DIR]
      stop the broker that runs on the data directory

DIR is $AIRTIME_DATA_DIR/kafka or ./.airtime/kafka. Jars: $XDG_CACHE_HOME/airtime or ~/.cache/airtime.
`;

const STAND_ALONE_PORT = 9092;

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string' }, 'data-dir': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const dataDir = resolve(values['data-dir'] ?? `${process.env['AIRTIME_DATA_DIR'] ?? './.airtime'}/kafka`);
  if (values.help === true) return print(USAGE, 0);
  const [command = '', ...rest] = positionals;
  if (rest.length > 0) return print(USAGE, 2);
  switch (command) {
    case 'fetch':
      return print(`${await provideKafka(undefined, console.error)}\n`, 0);
    case 'start':
      return start(dataDir, parsePort(values.port));
    case 'stop':
      return stop(dataDir);
    default:
      return print(USAGE, 2);
  }
}

async function start(dataDir: string, port: number): Promise<number> {
  // Listening for signals before the start: one that comes while the broker starts must stop it as well.
  const stopAsked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
  const broker = await startKafka({ dataDir, port, onEvent: console.error });
  print(`KAFKA_BROKERS=${broker.brokers}\n`, 0);
  await stopAsked;
  await broker.stop();
  return 0;
}

async function stop(dataDir: string): Promise<number> {
  const { owner, program } = await EngineFolder.inspect(dataDir);
  if (owner !== undefined && (await isAlive(owner))) {
    const patience = KAFKA_STOP_STEPS.reduce((sum, step) => sum + step.waitMs, 0);
    if (await stopByIdentity(owner, [{ signal: 'SIGTERM', waitMs: patience }])) return print('stopped\n', 0);
    return print(`process ${owner.pid} does not stop\n`, 1);
  }
  if (program !== undefined && (await isAlive(program))) {
    return (await stopByIdentity(program, KAFKA_STOP_STEPS)) ? print('stopped\n', 0) : print('does not stop\n', 1);
  }
  return print(`no broker runs on ${dataDir}\n`, 0);
}

function parsePort(value: string | undefined): number {
  const port = value === undefined ? STAND_ALONE_PORT : Number(value);
  // The controller's port is chosen by the engine; both must be real.
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`--port ${value}: give a number from 1 to 65535`);
  return port;
}

function print(text: string, exitCode: number): number {
  (exitCode === 2 ? process.stderr : process.stdout).write(text);
  return exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
}
