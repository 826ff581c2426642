/** The short form of `npm run fuzz:kafka`, with a seed of its own; the long one has 20,000 messages. */
import { BROKER_START_MS, describeOnKafka } from '../e2e/support/kafka.js';
import { Stage } from '../e2e/support/stage.js';
import { formatFuzz, fuzzKafka } from './kafka-fuzz.js';
import { KINDS } from './message-kinds.js';

const MESSAGES = 1_200;
const BOMBS = 3;
const SEED = 7;

describeOnKafka('messages of every kind', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage?.close(), 60_000);

  it(
    'become what they must: one bad message never stops its partition, and its valid neighbours are charged',
    async () => {
      const report = await fuzzKafka(stage, { messages: MESSAGES, bombs: BOMBS, seed: SEED }, () => undefined);
      expect(report.faults).toEqual([]);
      for (const kind of Object.keys(KINDS)) expect(formatFuzz(report)).toContain(kind);
    },
    BROKER_START_MS + 240_000,
  );
});
