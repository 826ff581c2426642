import type { UsageConsumerStatus } from '#kafka';
import { Metrics } from '#platform';
import { LedgerWorld } from '../test-support/ledger-world.js';
import { observeConsumer, presentStatus, showPartitions } from './kafka-intake.js';

type Partition = UsageConsumerStatus['partitions'][number];

const partition = (number: number, rest: Partial<Partition> = {}): Partition => ({
  partition: number,
  state: 'consuming',
  ...rest,
});

function statusOf(partitions: readonly Partition[], rest: Partial<UsageConsumerStatus> = {}): UsageConsumerStatus {
  return { connected: true, healthy: true, groupState: 'stable', partitions, ...rest };
}

describe('what health says of the Kafka consumer', () => {
  it.each([
    ['all lags are known', statusOf([partition(0, { lag: 3 }), partition(1, { lag: 4 })]), 'lag 7'],
    ['nothing is left', statusOf([partition(0, { lag: 0 })]), 'lag 0'],
    ['it has no partition, as a spare member has', statusOf([]), 'lag 0'],
    ['one lag is not known', statusOf([partition(0, { lag: 0 }), partition(1)]), 'lag unknown'],
    ['it joins its group', statusOf([], { groupState: 'joining', healthy: false }), 'lag unknown'],
    ['the group changes', statusOf([partition(0, { lag: 0 })], { groupState: 'rebalancing' }), 'lag unknown'],
    ['it is stopped', statusOf([], { groupState: 'stopped', connected: false, healthy: false }), 'lag unknown'],
  ])('when %s is "%s"', (_, status, lag) => {
    expect(presentStatus(status).detail).toMatch(new RegExp(`, ${lag}(;|$)`));
  });

  it('names a stopped partition with its offset, and what retention deleted unread', () => {
    const stopped = { from: 20, to: 25, code: 'BATCH_TOO_LARGE', detail: 'd' } as const;
    const lost = { count: 25, from: 10, to: 34 };
    const status = statusOf([partition(1, { state: 'stopped', stopped, lost, lag: 6 })], { healthy: false });
    expect(presentStatus(status)).toEqual({
      ok: false,
      detail:
        'stable, 1 partitions, lag 6; partition 1 stopped at 20 (BATCH_TOO_LARGE); retention deleted 25 unread of partition 1, last 10 to 34',
    });
  });
});

it('health says why a partition is refused', () => {
  const status = statusOf([partition(0, { state: 'refused', refusal: 'u/0: it was made anew' })], { healthy: false });
  expect(presentStatus(status)).toEqual({
    ok: false,
    detail: 'stable, 1 partitions, lag unknown; u/0: it was made anew',
  });
});

describe('the lag as a metric', () => {
  it('has no sample while nobody knows it, also when it was known before, and is never a number in its place', async () => {
    const metrics = new Metrics();
    let partitions: readonly Partition[] = [partition(0, { lag: 5 }), partition(1, { lag: 0 })];
    showPartitions(metrics, () => ({ partitions }));
    const samples = async () =>
      (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('airtime_kafka_lag_messages{'));
    expect(await samples()).toEqual([
      'airtime_kafka_lag_messages{partition="0"} 5',
      'airtime_kafka_lag_messages{partition="1"} 0',
    ]);
    partitions = [partition(0), partition(1, { lag: 0 })];
    expect(await samples()).toEqual(['airtime_kafka_lag_messages{partition="1"} 0']);
    partitions = [];
    expect(await samples()).toEqual([]);
    metrics.onModuleDestroy();
  });
});

it('what retention deleted unread, and stops, are counted by partition and by reason', async () => {
  const metrics = new Metrics();
  const { onMessagesLost, onStopped } = observeConsumer(metrics);
  onMessagesLost?.(3, 10, 34);
  onMessagesLost?.(3, 40, 40);
  onStopped?.(1, { from: 20, to: 25, code: 'BATCH_CORRUPT', detail: 'd' });
  const text = await metrics.registry.metrics();
  expect(text).toContain('airtime_kafka_lost_messages_total{partition="3"} 26');
  expect(text).toContain('airtime_kafka_stops_total{code="BATCH_CORRUPT"} 1');
  metrics.onModuleDestroy();
});

describe('given a broker that never answers', () => {
  let world: LedgerWorld;
  beforeAll(async () => {
    world = await LedgerWorld.start();
  });
  afterAll(() => world.stop());

  it('then the service is ready for HTTP, not for Kafka, and claims no lag', async () => {
    const ledger = await world.service(await world.newDatabase(), 2, { KAFKA_BROKERS: '127.0.0.1:9' });
    expect((await ledger.fetch('GET', '/health/ready')).body).toEqual({ status: 'ready', failing: [] });
    const forKafka = await ledger.fetch('GET', '/health/ready?for=kafka');
    expect([forKafka.status, forKafka.headers.get('retry-after'), forKafka.body.failing]).toEqual([
      503,
      '1',
      ['kafka'],
    ]);
    const { body } = await ledger.fetch('GET', '/health');
    expect(body.checks.kafka).toMatchObject({ ok: false, detail: expect.stringContaining('lag unknown') });
    expect((await ledger.fetch('GET', '/metrics')).body).not.toMatch(/^airtime_kafka_lag_messages\{/m);
  });
});
