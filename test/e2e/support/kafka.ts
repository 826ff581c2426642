/** Tests on a real broker, where one can run. */
import { kafkaPrerequisites } from '#engines';

const prerequisites = await kafkaPrerequisites();

/**
 * A suite that needs a Kafka broker. Where none can run, its title says what is missing; the test command counts it as
 * skipped, and as failed when every test is required.
 */
export function describeOnKafka(name: string, define: () => void): void {
  if (prerequisites.available) describe(name, define);
  else describe.skip(`${name} (NOT RUN: ${prerequisites.reason}; ${prerequisites.howToGoOn})`, define);
}

/** How long a broker may take to start, the first fetch of its jars included. */
export const BROKER_START_MS = 180_000;
