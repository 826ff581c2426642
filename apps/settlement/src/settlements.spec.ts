import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Catalogue, REFUSALS, SETTLEMENT_PROVIDERS_MAX, type RegistryEvent } from '#concepts';
import { parseAmount, shardOf } from '#domain';
import { createLogger, createService, loadConfiguration, type Configuration } from '#platform';
import { eventually, type Route } from '#testing';
import { CatalogueFollower, Sequencers } from '#wiring';
import { RpcProxy } from '../../../test/e2e/support/rpc-proxy.js';
import {
  account,
  CHAIN_ID,
  fundedKey,
  RECORDED,
  risenBaseFee,
  SettlementWorld,
} from '../test-support/settlement-world.js';
import { selectPayees } from './payee-selection.js';
import { SettlementModule } from './settlement.module.js';

jest.setTimeout(180_000);

const KEY = 'an-admin-key-of-32-characters-for-the-spec';
/** As standalone tells it of the chain that it started. */
const EMBEDDED = { chainIsEmbedded: true };
let world: SettlementWorld;
let app: NestFastifyApplication;
let url: string;

function serviceOn(
  databaseUrl: string,
  environment: Record<string, string>,
  changes: Partial<Configuration> = {},
): Promise<NestFastifyApplication> {
  const loaded = loadConfiguration({
    DATABASE_URL: databaseUrl,
    AIRTIME_ADMIN_KEY: KEY,
    AIRTIME_SHARDS: '2',
    ...environment,
  });
  const configuration = { ...loaded, ...changes };
  return createService(SettlementModule, {
    configuration,
    logger: createLogger('silent'),
    name: 'settlement',
    refusals: REFUSALS,
  });
}

beforeAll(async () => {
  world = await SettlementWorld.start();
  const { rpcUrl, signerKey } = world.anvil;
  app = await serviceOn(await world.newDatabase(), { CHAIN_RPC_URL: rpcUrl, CHAIN_SIGNER_KEY: signerKey }, EMBEDDED);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  await eventually(
    () => get('/health/ready'),
    ({ status }) => status === 200,
  );
});

afterAll(async () => {
  await app.close();
  await world.stop();
});

async function get(path: string) {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${KEY}` } });
  const text = await response.text();
  return { status: response.status, text };
}

async function post<const Text extends string>(path: Text & Route<'post', Text>, idempotencyKey?: string) {
  const response = await fetch(`${url}/v1${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${KEY}`,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
  });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs know the shape of answers
  return { status: response.status, body: (await response.json()) as any };
}

describe('the settlement service', () => {
  it('deploys and registers the contracts on a chain that the process started, when the journal knows none', () => {
    expect([...app.get(CatalogueFollower).catalogue.chains.keys()]).toEqual([CHAIN_ID]);
  });

  it('opens a batch, refuses another while it is under way, and repeats the first answer under its key', async () => {
    const { registry } = app.get(Sequencers);
    await registry.execute({ ...RECORDED, type: 'RegisterParty', party: 'north', roles: ['provider'] });
    const key = randomUUID();
    const [first, meanwhile] = await Promise.all([post('/settlements', key), post('/settlements', key)]);
    expect(first.status).toBe(202);
    expect(meanwhile.body).toEqual(first.body);
    // Whatever its phase is by now, the answer is the same.
    for (let n = 0; n < 5; n++) expect((await post('/settlements', key)).body).toEqual(first.body);
    const phase = () => registry.readDurable(({ settlement: { batches } }) => batches.get(first.body.id)!.phase);
    await eventually(phase, (reached) => reached === 'empty');
    expect((await post('/settlements', key)).body).toEqual(first.body);
  });

  it('repeats a reconciliation’s first answer under its key', async () => {
    const key = randomUUID();
    const first = await post('/reconciliations', key);
    expect(first).toMatchObject({ status: 200, body: { breaks: [], matched: 0 } });
    await post('/reconciliations');
    expect((await post('/reconciliations', key)).body).toEqual(first.body);
    expect((await post('/settlements', key)).body.code).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('shows phase and breaks as metrics', async () => {
    const { text } = await get('/metrics');
    expect(text).toContain('# TYPE airtime_settlement_phase gauge');
    expect(text).toContain('# TYPE airtime_breaks_open gauge');
    expect(text).toMatch(/airtime_settlement_moments_total\{moment="empty"\} [1-9]/);
  });

  it('is refused by configuration without a chain', async () => {
    const start = serviceOn(await world.newDatabase(), { CHAIN_RPC_URL: world.anvil.rpcUrl });
    await expect(start).rejects.toThrow('CHAIN_SIGNER_KEY');
  });

  it('tells over HTTP that a batch waits for lower fees, and that it goes on when they fall', async () => {
    const proxy = await RpcProxy.start(world.anvil.rpcUrl);
    const environment = {
      CHAIN_RPC_URL: proxy.url,
      CHAIN_SIGNER_KEY: await fundedKey(world.anvil.rpcUrl),
      CHAIN_FEE_CAP_GWEI: '50',
    };
    const dear = await serviceOn(await world.newDatabase(), environment, EMBEDDED);
    await dear.listen(0, '127.0.0.1');
    const at = await dear.getUrl();
    const read = async (path: string) => (await fetch(`${at}${path}`)).text();
    const look = async () => ({
      check: (JSON.parse(await read('/health')) as { checks: Record<string, unknown> }).checks['settlement'],
      failing: (JSON.parse(await read('/health/ready')) as { failing: string[] }).failing,
      gauge: /^airtime_settlement_fee_cap_reached (\d)$/m.exec(await read('/metrics'))?.[1],
    });
    const well = { check: { ok: true }, failing: [], gauge: '0' };
    await eventually(look, (seen) => seen.failing.length === 0);
    expect(await look()).toEqual(well);
    const sequencers = dear.get(Sequencers);
    await sequencers.executeRegistry({ type: 'RegisterParty', party: 'acme', roles: ['customer'], ...RECORDED });
    const mint = { type: 'MintTokens', holder: 'acme', amount: parseAmount('1'), reason: 'spec', ...RECORDED } as const;
    await sequencers.execute(shardOf('acme', 2), mint);
    proxy.intercept = risenBaseFee(60n * 10n ** 9n);
    const opened = await fetch(`${at}/v1/settlements`, { method: 'POST', headers: { authorization: `Bearer ${KEY}` } });
    expect(opened.status).toBe(202);
    expect(await eventually(look, ({ gauge }) => gauge === '1')).toMatchObject({ gauge: '1' });
    expect(await look()).toEqual({
      check: { ok: false, detail: expect.stringMatching(/waits for lower fees: \d+ wei per gas are needed/) },
      failing: ['settlement'],
      gauge: '1',
    });
    proxy.intercept = (exchange) => exchange.forward();
    const phases = () =>
      sequencers.registry.readDurable(({ settlement: { batches } }) => [...batches.values()].map(({ phase }) => phase));
    await eventually(phases, ([phase]) => phase === 'confirmed');
    expect(await look()).toEqual(well);
    await dear.close();
    await proxy.stop();
  });

  it('is not ready while the chain is away, says why, and recovers by itself', async () => {
    const away = await serviceOn(await world.newDatabase(), {
      CHAIN_RPC_URL: 'http://127.0.0.1:9',
      CHAIN_SIGNER_KEY: await fundedKey(world.anvil.rpcUrl),
    });
    await away.listen(0, '127.0.0.1');
    const ready = await fetch(`${await away.getUrl()}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ status: 'not-ready', failing: ['chain'] });
    const details = await fetch(`${await away.getUrl()}/health`);
    const { checks } = (await details.json()) as { checks: Record<string, unknown> };
    expect(checks['chain']).toMatchObject({ ok: false, detail: expect.stringMatching(/connected|chain id/) });
    const refused = await fetch(`${await away.getUrl()}/v1/settlements`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(refused.status).toBe(503);
    await away.close();
  });
});

describe('the choice of a batch’s providers', () => {
  const catalogue = new Catalogue();
  const who = { time: '2026-01-02T03:04:05Z', actor: 'a', origin: 'o' };
  const evolve = (event: object) => catalogue.evolve({ ...who, ...event } as RegistryEvent);
  for (const party of ['a', 'b', 'c', 'd', 'x', 'y']) {
    evolve({ type: 'PartyRegistered', party, roles: ['provider'] });
    evolve({ type: 'KycChanged', party, from: 'unverified', to: 'verified', reason: 'r' });
    if (party < 'x') evolve({ type: 'WalletSet', party, chainId: CHAIN_ID, wallet: account(2).address });
  }
  const creditors = ['y', 'd', 'b', 'a', 'c', 'x'].map((provider) => ({
    ...{ provider, hasPayable: provider !== 'x', owed: 1n },
  }));
  const select = (after: string | undefined, max: number) => selectPayees(creditors, catalogue, CHAIN_ID, after, max);

  it('begins after the last one paid and starts over at the end', () => {
    expect(select(undefined, 2).slice(0, 2)).toEqual(['a', 'b']);
    expect(select('b', 3).slice(0, 3)).toEqual(['c', 'd', 'a']);
    expect(select('d', 4).slice(0, 4)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('names those that are kept out last, those with something new to hold first', () => {
    expect(select(undefined, 4)).toEqual(['a', 'b', 'c', 'd', 'y', 'x']);
  });

  it('never lets those that are kept out take the place of one that can be paid', () => {
    const many = Array.from({ length: 3_000 }, (_, n) => ({ provider: `0-${n}`, hasPayable: true, owed: 1n }));
    const chosen = selectPayees([...many, ...creditors], catalogue, CHAIN_ID, undefined, 4);
    expect(chosen.slice(0, 4)).toEqual(['a', 'b', 'c', 'd']);
    expect(chosen).toHaveLength(SETTLEMENT_PROVIDERS_MAX);
  });
});
