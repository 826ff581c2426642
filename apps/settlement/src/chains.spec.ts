import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { privateKeyToAccount } from 'viem/accounts';
import { SettlementChain, type ChainContracts } from '#chain';
import { isWellKnownAccount, REFUSALS, stateAsRoot, WELL_KNOWN_MNEMONICS } from '#concepts';
import { startAnvil, TEST_SIGNER_KEY, type AnvilEngine } from '#engines';
import { createLogger, createService, loadConfiguration } from '#platform';
import { readSigningKey } from '#signing';
import { eventually, type Route } from '#testing';
import { CatalogueFollower, Sequencers } from '#wiring';
import { mnemonicToAccount } from 'viem/accounts';
import { callNode, fundedKey, SettlementWorld, WHO } from '../test-support/settlement-world.js';
import { ChainConnection } from './chain-connection.js';
import { registerContracts } from './chain-registration.js';
import { SettlementModule } from './settlement.module.js';

jest.setTimeout(180_000);

const KEY = 'admin-key-of-the-spec-0123456789abcdef';
const FIRST = 31_337;
const SECOND = 31_338;
let world: SettlementWorld;
let second: AnvilEngine;
const services: NestFastifyApplication[] = [];

beforeAll(async () => {
  world = await SettlementWorld.start();
  second = await startAnvil({ dataDir: join(world.folder, 'second'), chainId: SECOND });
});

afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  await second.stop();
  await world.stop();
});

interface Service {
  readonly app: NestFastifyApplication;
  post<const Text extends string>(
    path: Text & Route<'post', Text>,
    body?: object,
    key?: string,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
}

async function serviceOn(databaseUrl: string, rpcUrl: string, signerKey: string): Promise<Service> {
  const configuration = loadConfiguration({
    ...{ DATABASE_URL: databaseUrl, AIRTIME_ADMIN_KEY: KEY, AIRTIME_SHARDS: '2' },
    AIRTIME_DATA_DIR: join(world.folder, 'data'),
    ...{ CHAIN_RPC_URL: rpcUrl, CHAIN_SIGNER_KEY: signerKey },
  });
  const app = await createService(SettlementModule, {
    ...{ configuration, logger: createLogger('silent'), name: 'settlement', refusals: REFUSALS },
  });
  services.push(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    async post(path: string, body: object = {}, key?: string) {
      const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
      const response = await fetch(`${url}/v1${path}`, {
        method: 'POST',
        headers: key === undefined ? headers : { ...headers, 'idempotency-key': key },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
  };
}

async function refusalOf({ app }: Service): Promise<string> {
  const connection = app.get(ChainConnection);
  return (await eventually(() => connection.refusal))!;
}

/** Transactions that a key has made: each deployment is one. */
async function sentBy(rpcUrl: string, key: `0x${string}`): Promise<number> {
  return Number(await callNode(rpcUrl, 'eth_getTransactionCount', privateKeyToAccount(key).address, 'latest'));
}

describe('a chain that this process did not start', () => {
  it('is not deployed to unasked: one line says what to do, and nothing settles', async () => {
    const key = await fundedKey(second.rpcUrl);
    const service = await serviceOn(await world.newDatabase(), second.rpcUrl, key);
    expect(await refusalOf(service)).toBe(
      `no settlement contracts are registered; run \`airtime chain register --deploy\` once to deploy and register them on chain ${SECOND}`,
    );
    expect((await service.post('/settlements')).status).toBe(503);
    expect(await sentBy(second.rpcUrl, key)).toBe(0);
  });

  it('is deployed to once by whoever asks, however many ask and however often', async () => {
    const key = await fundedKey(second.rpcUrl);
    const database = await world.newDatabase();
    const [one, two] = await Promise.all([
      serviceOn(database, second.rpcUrl, key),
      serviceOn(database, second.rpcUrl, key),
    ]);
    const asked = await Promise.all([
      one.post('/chains', { deploy: true }, 'k1'),
      two.post('/chains', { deploy: true }, 'k2'),
    ]);
    expect(asked.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set(asked.map(({ body }) => body['vault'])).size).toBe(1);
    expect(asked.filter(({ body }) => body['isNew'] === true)).toHaveLength(1);
    const again = await one.post('/chains', { deploy: true }, 'k3');
    expect([again.body['isNew'], again.body['vault']]).toEqual([false, asked[0]!.body['vault']]);
    expect((await one.post('/chains', { deploy: true, admin: WALLET }, 'k3')).body['vault']).toBe(again.body['vault']);
    expect(await sentBy(second.rpcUrl, key)).toBe(1);
    // The services take the registered contracts up by themselves.
    await eventually(() => one.app.get(ChainConnection).isConnected);
  });

  it('is found again when the process dies between deployment and registration', async () => {
    const key = await fundedKey(second.rpcUrl);
    const { app } = await serviceOn(await world.newDatabase(), second.rpcUrl, key);
    const node = await SettlementChain.connect({ rpcUrl: second.rpcUrl, signerKey: key });
    const register = (observe: () => void) =>
      registerContracts(app.get(Sequencers), app.get(CatalogueFollower), node, {
        ...{ by: { deploy: true }, provenance: WHO, observe },
      });
    await expect(
      register(() => {
        throw new Error('dies');
      }),
    ).rejects.toThrow('dies');
    const { contracts, entry } = await register(() => undefined);
    expect(entry).toBeDefined();
    await node.compare(contracts);
    expect(await sentBy(second.rpcUrl, key)).toBe(1);
  });
});

const WALLET = '0x000000000000000000000000000000000A11Ce00'.toLowerCase();

describe('a journal whose supply stands on one chain', () => {
  it('refuses another until it is registered in so many words, and then issues nothing there a second time', async () => {
    const key = await fundedKey(world.anvil.rpcUrl);
    await callNode(second.rpcUrl, 'anvil_setBalance', privateKeyToAccount(key).address, '0x56bc75e2d63100000');
    const database = await world.newDatabase();
    const home = await serviceOn(database, world.anvil.rpcUrl, key);
    expect((await home.post('/chains', { deploy: true })).status).toBe(201);
    const { app } = home;
    await mintAndSettle(app, home);
    const astray = await serviceOn(database, second.rpcUrl, key);
    const line = await refusalOf(astray);
    expect(line).toContain(`registered on chain ${FIRST}, and CHAIN_RPC_URL leads to chain ${SECOND}`);
    expect((await astray.post('/settlements')).status).toBe(503);
    expect(await sentBy(second.rpcUrl, key)).toBe(0);
    const { body } = await astray.post('/chains', { deploy: true });
    expect(body).toMatchObject({ chainId: SECOND, isNew: true });
    await eventually(() => astray.app.get(ChainConnection).isConnected);
    await settleOnce(astray);
    const supply = await callNode(second.rpcUrl, 'eth_call', { to: body['token'], data: '0x18160ddd' }, 'latest');
    expect(BigInt(supply as string)).toBe(0n);
  });
});

describe('a chain that was made alike: its id, the signer and the contracts’ addresses are those that are registered', () => {
  const key: `0x${string}` = `0x${randomBytes(32).toString('hex')}`;
  const contractsOn = async (engine: AnvilEngine): Promise<ChainContracts> => {
    await callNode(engine.rpcUrl, 'anvil_setBalance', privateKeyToAccount(key).address, '0x56bc75e2d63100000');
    return (await SettlementChain.connect({ rpcUrl: engine.rpcUrl, signerKey: key })).deploy();
  };
  let database: string;
  let registered: ChainContracts;

  beforeAll(async () => {
    database = await world.newDatabase();
    const { app } = await serviceOn(database, second.rpcUrl, key);
    const node = await SettlementChain.connect({ rpcUrl: second.rpcUrl, signerKey: key });
    registered = await contractsOn(second);
    await registerContracts(app.get(Sequencers), app.get(CatalogueFollower), node, {
      ...{ by: { vault: registered.vault }, provenance: WHO },
    });
  });

  it('is refused with the line that tells its first block, and is not registered in its place', async () => {
    const alike = await startAnvil({ dataDir: join(world.folder, 'alike'), chainId: SECOND });
    try {
      const { genesisHash, ...contracts } = await contractsOn(alike);
      expect(registered).toMatchObject(pinnedBeside(contracts));
      const service = await serviceOn(database, alike.rpcUrl, key);
      const line = `The node's chain ${SECOND} begins with block ${genesisHash}, the registered one with ${registered.genesisHash}: it is another chain of the same id.`;
      expect(await refusalOf(service)).toBe(line);
      expect((await service.post('/settlements')).status).toBe(503);
      const { status, body } = await service.post('/chains', { deploy: true });
      expect([status, body['code'], body['detail']]).toEqual([409, 'CHAIN_EXISTS', expect.stringContaining(line)]);
      expect(await sentBy(alike.rpcUrl, key)).toBe(1);
    } finally {
      await alike.stop();
    }
  });

  it.each(['vault', 'token'] as const)('is refused when other code stands at the address of the %s', async (what) => {
    const address = registered[what];
    const code = (await callNode(second.rpcUrl, 'eth_getCode', address, 'latest')) as string;
    await callNode(second.rpcUrl, 'anvil_setCode', address, `${code}00`);
    const service = await serviceOn(database, second.rpcUrl, key);
    expect(await refusalOf(service)).toMatch(
      new RegExp(`^The code of the ${what} at ${address} has hash 0x[0-9a-f]{64}, the registered one 0x`),
    );
    await callNode(second.rpcUrl, 'anvil_setCode', address, code);
    await eventually(() => service.app.get(ChainConnection).isConnected);
  });
});

/** What does not tell one chain from the other. */
function pinnedBeside({ chainId, token, vault, signer }: Omit<ChainContracts, 'genesisHash'>) {
  return { chainId, token, vault, signer };
}

async function mintAndSettle(app: NestFastifyApplication, service: Service): Promise<void> {
  await mintSome(app);
  await eventually(() => app.get(ChainConnection).isConnected);
  await settleOnce(service);
}

async function mintSome(app: NestFastifyApplication): Promise<void> {
  const { registry, all } = app.get(Sequencers);
  const time = '2026-01-02T03:04:05Z';
  await registry.execute({ type: 'RegisterParty', party: 'acme', roles: ['customer'], time, provenance: WHO });
  await app.get(CatalogueFollower).refresh();
  const mint = {
    type: 'MintTokens',
    holder: 'acme',
    amount: 10n ** 20n,
    reason: 'sale',
    time,
    provenance: WHO,
  } as const;
  await (all[0] as { execute(command: unknown): Promise<unknown> }).execute(mint);
}

async function settleOnce({ app, post }: Service): Promise<void> {
  const { body } = await post('/settlements');
  const { registry } = app.get(Sequencers);
  const phase = () =>
    registry.readDurable(({ settlement: { batches } }) => batches.get(body['id'] as string)?.phase ?? '');
  await eventually(phase, (reached) => ['confirmed', 'empty', 'reverted'].includes(reached));
}

describe('a backup of the journal that lacks a batch which the chain has settled', () => {
  it('halts before anything is settled, by what the chain remembers, until a root accepts the loss', async () => {
    const key = await fundedKey(second.rpcUrl);
    const database = await world.newDatabase();
    const before = await serviceOn(database, second.rpcUrl, key);
    await before.post('/chains', { deploy: true });
    await mintSome(before.app);
    await end(before);
    const backup = await world.copyDatabase(database);
    const paying = await serviceOn(database, second.rpcUrl, key);
    await eventually(() => paying.app.get(ChainConnection).isConnected);
    await settleOnce(paying);
    await end(paying);

    const spent = await sentBy(second.rpcUrl, key);
    const restored = await serviceOn(backup, second.rpcUrl, key);
    const { app } = restored;
    const line = await refusalOf(restored);
    const told =
      /^shard 2 is halted: chain 31338 has settled a batch \(block \d+, transaction 0x[0-9a-f]{64}\) that the journal never signed; the journal ends at height (\d+) \(([0-9a-f]{64})\)/.exec(
        line,
      );
    expect([line, told]).toEqual([line, expect.anything()]);
    expect((await restored.post('/settlements')).status).toBe(503);
    const { follower, registry } = { follower: app.get(CatalogueFollower), registry: app.get(Sequencers).registry };
    await expect(registry.readDurable(() => undefined)).rejects.toThrow('that the journal never signed');

    const root = readSigningKey(readFileSync(join(world.folder, 'data', 'root.key'), 'utf8'));
    const [height, hash] = [Number(told![1]), told![2]!];
    const stated = { type: 'LossAccepted', shard: follower.shard, height, hash, lost: [], reason: 'spec' } as const;
    const number = follower.catalogue.writers.stated + 1;
    const order = stateAsRoot(root, follower.journal!, number, stated);
    const command = { ...order, time: new Date().toISOString(), provenance: WHO };
    // A look that was under way while it was told may still refuse it; callers try again.
    await eventually(() => app.get(Sequencers).executeRegistry(command));
    await eventually(() => app.get(ChainConnection).isConnected);
    // What the lost batch has issued is not issued again: the chain's supply has it.
    await settleOnce(restored);
    expect(await sentBy(second.rpcUrl, key)).toBeGreaterThanOrEqual(spent);
    const again = await serviceOn(backup, second.rpcUrl, key);
    await eventually(() => again.app.get(ChainConnection).isConnected);
  });
});

/** Before the end of the spec, so that nobody is connected to its database. */
async function end({ app }: Service): Promise<void> {
  services.splice(services.indexOf(app), 1);
  await app.close();
}

describe('contracts that stand already', () => {
  it('are registered when they are ours and unused, and refused otherwise', async () => {
    const key = await fundedKey(second.rpcUrl);
    const node = await SettlementChain.connect({ rpcUrl: second.rpcUrl, signerKey: key });
    const { vault, token } = await node.deploy();
    const stranger = await fundedKey(second.rpcUrl);
    const theirs = await (await SettlementChain.connect({ rpcUrl: second.rpcUrl, signerKey: stranger })).deploy();
    const service = await serviceOn(await world.newDatabase(), second.rpcUrl, key);
    for (const wrong of [token, WALLET, theirs.vault]) {
      const { status, body } = await service.post('/chains', { vault: wrong });
      expect([wrong, status, body['code']]).toEqual([wrong, 422, 'CHAIN_UNFIT']);
    }
    expect((await service.post('/chains', {})).body['code']).toBe('CHAIN_UNFIT');
    expect((await service.post('/chains', { vault: 'no address' })).body['code']).toBe('WALLET_INVALID');
    expect((await service.post('/chains', { vault })).body).toMatchObject({ vault, token, isNew: true });
    expect((await service.post('/chains', { vault: theirs.vault })).body['code']).toBe('CHAIN_EXISTS');
  });
});

describe('a signer key that everybody knows', () => {
  it.each([TEST_SIGNER_KEY, `0x${'0'.repeat(63)}1`])('is refused without being quoted', async (key) => {
    const start = serviceOn(await world.newDatabase(), second.rpcUrl, key);
    const failure: unknown = await start.catch((error: unknown) => error);
    expect(String(failure)).toMatch(/CHAIN_SIGNER_KEY.*everybody knows/);
    expect(String(failure)).not.toContain(key.slice(2));
  });

  it('is any of the published mnemonics’ first twenty', () => {
    for (const mnemonic of WELL_KNOWN_MNEMONICS)
      for (let addressIndex = 0; addressIndex < 20; addressIndex++)
        expect(isWellKnownAccount(mnemonicToAccount(mnemonic, { addressIndex }).address)).toBe(true);
    expect(isWellKnownAccount(WALLET)).toBe(false);
  });
});
