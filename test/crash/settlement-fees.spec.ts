/** kill -9 around a second signature, and between the contracts' deployment and their registration. */
import { parseTransaction } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { callNode, fundedKey } from '../../apps/settlement/test-support/settlement-world.js';
import { eventually } from '#testing';
import { countEvents, readBooks } from '../e2e/support/books.js';
import { RpcProxy } from '../e2e/support/rpc-proxy.js';
import type { ServiceProcess } from '../e2e/support/service-process.js';
import { apiOf, createDatabase, Stage } from '../e2e/support/stage.js';
import type { StepperOrder, StepperPlace } from './settlement-stepper.js';
import { SettlementScene, SHARDS } from './settlement-scene.js';

const TIP_DEMANDED = 30_000_000_000n;
let stage: Stage;
let scene: SettlementScene;
let demanding: RpcProxy;
let batches = 0;

beforeAll(async () => {
  stage = await Stage.open();
  scene = await SettlementScene.open(stage);
  demanding = await RpcProxy.start(scene.chain.rpcUrl);
  // Refuses the first signature of every batch, which does not know of the tip yet.
  demanding.intercept = async (exchange) => {
    if (exchange.method !== 'eth_sendRawTransaction') return exchange.forward();
    const { maxPriorityFeePerGas = 0n } = parseTransaction(exchange.params[0] as `0x02${string}`);
    if (maxPriorityFeePerGas >= TIP_DEMANDED) return exchange.forward();
    const message = `transaction underpriced: gas tip cap ${maxPriorityFeePerGas}, minimum needed ${TIP_DEMANDED}`;
    return { error: { code: -32_000, message } };
  };
}, 120_000);

afterAll(async () => {
  await demanding?.stop();
  await stage?.close();
}, 60_000);

function startStepper(): ServiceProcess {
  const { database, signerKey } = scene;
  const place: StepperPlace = {
    databaseUrl: database.url,
    shards: SHARDS,
    rpcUrl: demanding.url,
    signerKey,
    writerKeyFile: scene.writerKeyFile,
  };
  return stage.program({ program: 'test/crash/settlement-stepper', args: [JSON.stringify(place)] });
}

describe('a settlement process that is killed while it signs again', () => {
  it.each([
    { moment: 'signed', nth: 2 },
    { moment: 'journaled', nth: 2 },
    { moment: 'submitted', nth: 1 },
    { moment: 'final', nth: 1 },
  ] as const)(
    'when the batch is $moment ($nth) leaves a batch that the next process ends, paying each provider once',
    async (dieAt) => {
      await scene.earn();
      const victim = startStepper();
      const order: StepperOrder = { open: `again-${dieAt.moment}`, dieAt };
      victim.order(JSON.stringify(order));
      expect(await victim.ended).toEqual({ code: null, signal: 'SIGKILL' });
      const next = startStepper();
      next.order('{}');
      await next.seen(/^idle$/);
      batches += 1;
      await scene.expectPaidExactlyOnce(batches);
      expect(countEvents(await scene.books(), 'SettlementSigned')).toBeGreaterThanOrEqual(2 * batches);
    },
    120_000,
  );
});

describe('a settlement service that is killed between deployment and registration', () => {
  it('leaves contracts that the next one registers: nothing is deployed twice', async () => {
    const { rpcUrl } = scene.chain;
    const key = await fundedKey(rpcUrl);
    const { address } = privateKeyToAccount(key);
    const env = {
      ...{ DATABASE_URL: await createDatabase(scene.database.url, 'registration'), AIRTIME_SHARDS: String(SHARDS) },
      ...{ CHAIN_RPC_URL: rpcUrl, CHAIN_SIGNER_KEY: key },
    };
    const sent = async () => Number(await callNode(rpcUrl, 'eth_getTransactionCount', address, 'latest'));
    const victim = await stage.service('settlement', env);
    const asked = apiOf(victim)
      .post('/chains', { deploy: true }, 'once')
      .catch(() => undefined);
    // Mined, and not final yet: the registration waits for that.
    await eventually(sent, (count) => count > 0, { pauseMs: 5 });
    await victim.end('SIGKILL');
    await asked;
    const next = await stage.restart(victim);
    const answer = await apiOf(next).post('/chains', { deploy: true }, 'once');
    expect(await callNode(rpcUrl, 'eth_getCode', answer['vault'], 'latest')).not.toBe('0x');
    expect(await sent()).toBe(1);
    expect(countEvents(await readBooks(env.DATABASE_URL, SHARDS), 'ChainRegistered')).toBe(1);
  }, 120_000);
});
