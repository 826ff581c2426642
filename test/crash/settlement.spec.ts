/** kill -9 between every two steps of a settlement batch: another process ends it, and everybody is paid once. */
import type { ServiceProcess } from '../e2e/support/service-process.js';
import { apiOf, Stage } from '../e2e/support/stage.js';
import type { StepperOrder, StepperPlace } from './settlement-stepper.js';
import { SettlementScene, SHARDS } from './settlement-scene.js';

let stage: Stage;
let scene: SettlementScene;
let batches = 0;

beforeAll(async () => {
  stage = await Stage.open();
  scene = await SettlementScene.open(stage);
}, 120_000);

afterAll(() => stage?.close(), 60_000);

/** A process that waits for orders: the one that ended a batch opens the next. */
let stepper: ServiceProcess | undefined;

function startStepper(): ServiceProcess {
  const { rpcUrl } = scene.chain;
  const { signerKey } = scene;
  const place: StepperPlace = {
    databaseUrl: scene.database.url,
    shards: SHARDS,
    rpcUrl,
    signerKey,
    writerKeyFile: scene.writerKeyFile,
  };
  stepper = stage.program({ program: 'test/crash/settlement-stepper', args: [JSON.stringify(place)] });
  return stepper;
}

async function dieAt(order: Required<Pick<StepperOrder, 'dieAt'>> & StepperOrder): Promise<void> {
  const victim = stepper ?? startStepper();
  victim.order(JSON.stringify(order));
  expect(await victim.ended).toEqual({ code: null, signal: 'SIGKILL' });
  expect(victim.lines.at(-1)).toBe(order.dieAt.moment);
  stepper = undefined;
}

async function endBatch(): Promise<void> {
  const next = startStepper();
  next.order('{}');
  await next.seen(/^idle$/);
}

const MOMENTS = [
  { moment: 'opened', nth: 1 },
  ...Array.from({ length: SHARDS }, (_, shard) => ({ moment: 'cut', nth: shard + 1 }) as const),
  { moment: 'planned', nth: 1 },
  { moment: 'signed', nth: 1 },
  { moment: 'journaled', nth: 1 },
  { moment: 'submitted', nth: 1 },
  { moment: 'final', nth: 1 },
  { moment: 'confirmed', nth: 1 },
] as const;

describe('a settlement process that is killed', () => {
  it.each(MOMENTS)(
    'when the batch is $moment ($nth) leaves a batch that the next process ends, paying each provider once',
    async ({ moment, nth }) => {
      await scene.earn();
      await dieAt({ open: `batch-${moment}-${nth}`, dieAt: { moment, nth } });
      await endBatch();
      batches += 1;
      await scene.expectPaidExactlyOnce(batches);
    },
    60_000,
  );

  it('after every step, each done by another process, is outlived too', async () => {
    await scene.earn();
    await dieAt({ open: 'batch-of-many', dieAt: { moment: 'opened', nth: 1 } });
    for (const moment of ['cut', 'planned', 'signed', 'journaled', 'submitted', 'final'] as const)
      await dieAt({ dieAt: { moment, nth: 1 } });
    await endBatch();
    batches += 1;
    await scene.expectPaidExactlyOnce(batches);
  }, 60_000);
});

it('two settlement services that drive the same batch pay it once, and reconciliation finds no break in all of this', async () => {
  await scene.earn();
  const services = await Promise.all([scene.settlementService(), scene.settlementService()]);
  await Promise.all(services.map((service) => service.seen(/settlement contracts are in place/)));
  const { id } = await apiOf(services[0]!).post('/settlements');
  await Promise.race(services.map((service) => service.seen(new RegExp(`${id}.*"moment":"confirmed"`))));
  batches += 1;
  await scene.expectPaidExactlyOnce(batches);
  await scene.expectNoBreak(services[1]!, batches);
}, 60_000);
