/** Starts the engines that the configuration leaves out, and tells the services where they are. */
import { join } from 'node:path';
import { kafkaPrerequisites, startAnvil, startKafka, startPostgres, type Engine } from '#engines';
import { ConfigurationError, type Configuration, type Logger, type Preparation } from '#platform';

/**
 * Embedded PostgreSQL unless `DATABASE_URL` names one, embedded anvil unless `CHAIN_RPC_URL` does, an embedded Kafka
 * broker when `KAFKA_BROKERS=embedded`. All data live under `AIRTIME_DATA_DIR`.
 */
export async function startEngines(configuration: Configuration, logger: Logger): Promise<Preparation> {
  const started: Engine[] = [];
  const close = async (): Promise<void> => {
    for (const engine of started.reverse()) await engine.stop();
  };
  const start = async <E extends Engine>(engine: Promise<E>): Promise<E> => {
    const running = await engine;
    started.push(running);
    return running;
  };
  const folder = (name: string) => ({
    dataDir: join(configuration.dataDir, name),
    onEvent: (message: string) => logger.info({ engine: name }, message),
  });
  try {
    const [database, chain, kafka] = await settleAll([
      configuration.databaseUrl === undefined
        ? start(startPostgres(folder('postgres'))).then(({ url }) => ({ databaseUrl: url }))
        : Promise.resolve({}),
      configuration.chainRpcUrl === undefined
        ? start(startAnvil(folder('anvil'))).then(({ rpcUrl, signerKey }) => ({
            chainRpcUrl: rpcUrl,
            chainSignerKey: signerKey,
            chainIsEmbedded: true,
          }))
        : Promise.resolve(foreignChain(configuration)),
      configuration.kafka.mode === 'embedded'
        ? embeddedKafka(() => start(startKafka(folder('kafka'))))
        : Promise.resolve({}),
    ]);
    return { configuration: { ...configuration, ...database, ...chain, ...kafka }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits for every part before it fails, so that whatever did start is known and can be stopped. */
async function settleAll<T extends readonly Promise<object>[]>(parts: T): Promise<object[]> {
  const outcomes = await Promise.allSettled(parts);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<object>).value);
}

async function embeddedKafka(
  start: () => Promise<Engine & { readonly brokers: string }>,
): Promise<Pick<Configuration, 'kafka'>> {
  const prerequisites = await kafkaPrerequisites();
  if (!prerequisites.available) {
    throw new ConfigurationError(
      'KAFKA_BROKERS',
      `embedded is not possible here: ${prerequisites.reason}; ${prerequisites.howToGoOn}`,
    );
  }
  const { brokers } = await start();
  return { kafka: { mode: 'brokers', brokers: brokers.split(',') } };
}

/** Keys that local test nodes publish are for the embedded chain alone: whoever names a chain names its key. */
function foreignChain(configuration: Configuration): object {
  if (configuration.chainSignerKey !== undefined) return {};
  throw new ConfigurationError('CHAIN_SIGNER_KEY', 'is needed with CHAIN_RPC_URL: the private key that settles');
}
