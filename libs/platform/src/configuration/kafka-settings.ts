/** Where usage comes from besides HTTP. */
import { KAFKA_SECURITY_VARIABLES, readKafkaSecurity, type KafkaSecurity } from './kafka-security.js';
import { ConfigurationError, type Read } from './variables.js';

/** No Kafka, a broker that standalone starts itself, or named brokers. */
export type KafkaConfiguration =
  | { readonly mode: 'none' }
  | { readonly mode: 'embedded' }
  | { readonly mode: 'brokers'; readonly brokers: readonly string[]; readonly security?: KafkaSecurity };

export interface KafkaSettings {
  readonly kafka: KafkaConfiguration;
  /** Topic of usage events; refused ones go to `<topic>.dlq`. */
  readonly kafkaUsageTopic: string;
}

const BROKERS_MAX = 100;
/** Kafka allows 249 characters; four are kept for the `.dlq` of the dead-letter topic. */
const TOPIC_LENGTH_MAX = 245;

export function readKafkaSettings(read: Read): KafkaSettings {
  return { kafka: readKafka(read), kafkaUsageTopic: readTopic(read('KAFKA_USAGE_TOPIC')) };
}

function readKafka(read: Read): KafkaConfiguration {
  const value = read('KAFKA_BROKERS');
  if (value === undefined || value === 'embedded') {
    const stray = KAFKA_SECURITY_VARIABLES.find((variable) => read(variable) !== undefined);
    if (stray !== undefined) throw new ConfigurationError(stray, 'needs KAFKA_BROKERS to name brokers');
    return { mode: value ?? 'none' };
  }
  const brokers = value.split(',').map((broker) => broker.trim());
  if (brokers.length > BROKERS_MAX || !brokers.every(isHostAndPort)) {
    throw new ConfigurationError(
      'KAFKA_BROKERS',
      `must be "embedded" or 1 to ${BROKERS_MAX} brokers host:port joined by commas, e.g. kafka-1:9092,kafka-2:9092`,
    );
  }
  const security = readKafkaSecurity(read);
  return { mode: 'brokers', brokers, ...(Object.keys(security).length === 0 ? {} : { security }) };
}

function isHostAndPort(text: string): boolean {
  const match = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9a-fA-F:]{2,45}\]):(\d{1,5})$/.exec(text);
  const port = Number.parseInt(match?.[1] ?? '0', 10);
  return port >= 1 && port <= 65_535;
}

function readTopic(value: string | undefined): string {
  if (value === undefined) return 'airtime.usage.v1';
  if (value.length > TOPIC_LENGTH_MAX || !/^[a-zA-Z0-9._-]+$/.test(value) || value === '.' || value === '..') {
    throw new ConfigurationError(
      'KAFKA_USAGE_TOPIC',
      `must be 1 to ${TOPIC_LENGTH_MAX} characters of letters, digits, ".", "_" and "-"; e.g. airtime.usage.v1`,
    );
  }
  return value;
}
