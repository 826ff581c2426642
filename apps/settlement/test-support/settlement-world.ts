/** A ledger on a real PostgreSQL and a real local chain, for specs that take settlement step by step. */
import { foundForSpec, SPEC_WRITER } from '#journal/testing';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWalletClient, http, parseAbi, publicActions } from 'viem';
import { mnemonicToAccount, privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { SettlementChain } from '#chain';
import type { RegistryCommand } from '#concepts';
import { CALL, CALL_PRICES, foundation, mint, provider, report, usage } from '#concepts/testing';
import { registryShard, shardOf } from '#domain';
import { startAnvil, startPostgres, TEST_MNEMONIC, TEST_SIGNER_KEY, type AnvilEngine, type Engine } from '#engines';
import { createLogger } from '#platform';
import { createPool, migrateDatabase, PostgresJournal, type Pool } from '#postgres';
import { CatalogueFollower, Sequencers } from '#wiring';
import type { ChainConnection } from '../src/chain-connection.js';
import { ReconciliationRun, RunReconciliation } from '../src/reconciliations.js';
import { SettlementRun, type SettlementMoment, type SettlementRunOptions } from '../src/settlement-run.js';
import type { Exchange, Interception } from '../../../test/e2e/support/rpc-proxy.js';

export const SHARDS = 2;
export const CHAIN_ID = 31337;
export const WHO = { actor: 'system:spec', origin: 'system:spec' };
export const TOKEN = 10n ** 18n;
const TIME = '2026-01-02T03:04:05Z';
/** What every command of these specs is recorded with. */
export const RECORDED = { time: TIME, provenance: WHO };
const CUSTOMER = 'customer';
const ALL_TO_PROVIDERS = {
  effectiveAt: '2020-01-01T00:00:00Z',
  ...{ provider: 10_000, treasury: 0, stakers: 0, burn: 0 },
};
const STEPS_MAX = 400;

const contractAbi = parseAbi([
  'function transfer(address to, uint256 amount) returns (bool)',
  'function balanceOf(address owner) view returns (uint256)',
  'function pause()',
]);

/** Accounts of the local chain: 0 settles, 1 guards, the others are providers' wallets. */
export const account = (index: number) => mnemonicToAccount(TEST_MNEMONIC, { addressIndex: index });
export const GUARDIAN = 1;

/** A key that nobody knows, with coin for gas on a local chain. */
export async function fundedKey(rpcUrl: string): Promise<`0x${string}`> {
  const key: `0x${string}` = `0x${randomBytes(32).toString('hex')}`;
  await callNode(rpcUrl, 'anvil_setBalance', privateKeyToAccount(key).address, '0x56bc75e2d63100000');
  return key;
}

/** Calls any JSON-RPC method of a node; the answer's `result`. */
export async function callNode(rpcUrl: string, method: string, ...params: unknown[]): Promise<unknown> {
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error !== undefined) throw new Error(`${method}: ${error.message}`);
  return result;
}

/** A node whose base fee has risen: it says so in its blocks and refuses the bytes that offer less, in geth's words. */
export function risenBaseFee(baseFee: bigint, refused?: string) {
  return async (exchange: Exchange): Promise<Interception> => {
    if (exchange.method === 'eth_sendRawTransaction' && exchange.params[0] === refused) {
      return { error: { code: -32_000, message: `max fee per gas less than block base fee: baseFee: ${baseFee}` } };
    }
    const answer = await exchange.forward();
    if (exchange.method !== 'eth_getBlockByNumber') return answer;
    const block = answer.result as object;
    return { result: { ...block, baseFeePerGas: `0x${baseFee.toString(16)}` } };
  };
}

/** One process's worth of a ledger. */
export class SettlementProcess {
  readonly moments: SettlementMoment[] = [];

  private constructor(
    readonly journal: PostgresJournal,
    readonly follower: CatalogueFollower,
    readonly sequencers: Sequencers,
    private readonly chain: SettlementChain,
  ) {}

  static async start(pool: Pool, chain: SettlementChain): Promise<SettlementProcess> {
    const journal = new PostgresJournal(pool);
    await foundForSpec(journal, SHARDS);
    const follower = new CatalogueFollower(journal, registryShard(SHARDS), () => undefined);
    await follower.start();
    const sequencers = new Sequencers({ store: journal, shards: SHARDS, follower, key: SPEC_WRITER });
    await sequencers.start();
    return new SettlementProcess(journal, follower, sequencers, chain);
  }

  run(options: Partial<SettlementRunOptions> = {}): SettlementRun {
    return new SettlementRun({
      sequencers: this.sequencers,
      journal: this.journal,
      chain: () => Promise.resolve(this.chain),
      observe: (moment) => this.moments.push(moment),
      ...options,
    });
  }

  /** Steps until nothing is under way, or until the phase is reached. */
  async settle(run = this.run(), until?: string): Promise<void> {
    for (let n = 0; n < STEPS_MAX; n++) {
      if (until !== undefined && (await this.activePhase()) === until) return;
      const result = await run.step();
      if (result === 'idle') return;
      if (result === 'waiting') await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`nothing came of it; the batch is ${await this.activePhase()}`);
  }

  /** The same contracts, asked for over another address. */
  through(rpcUrl: string): Promise<SettlementChain> {
    return SettlementChain.connect({ rpcUrl, signerKey: TEST_SIGNER_KEY, contracts: this.chain.contracts });
  }

  /** Every signed attempt of the batch under way. */
  attempts() {
    return this.sequencers.registry.readDurable(({ settlement: { active } }) => active?.signed ?? []);
  }

  confirmedHash(batch: string): Promise<string | undefined> {
    return this.sequencers.registry.readDurable(({ settlement: { batches } }) => batches.get(batch)?.confirmed?.hash);
  }

  activePhase(): Promise<string | undefined> {
    return this.sequencers.registry.readDurable(({ settlement: { active } }) => active?.phase);
  }

  phase(batch: string): Promise<string | undefined> {
    return this.sequencers.registry.readDurable(({ settlement: { batches } }) => batches.get(batch)?.phase);
  }

  reconcile(id: string) {
    const connection = { get: () => Promise.resolve(this.chain) } as ChainConnection;
    const run = new ReconciliationRun(this.sequencers, this.journal, connection, createLogger('silent'));
    return run.run(new RunReconciliation(id, { time: TIME, provenance: WHO }));
  }

  async register(...commands: readonly RegistryCommand[]): Promise<void> {
    for (const command of commands) await this.sequencers.executeRegistry(command);
  }

  /** A provider that may be paid; without a wallet it may not. */
  async provider(party: string, wallet?: string): Promise<void> {
    await this.register(...provider(party, { ...RECORDED, ...(wallet === undefined ? {} : { wallet }) }));
  }

  /** Charges usage that the customer can pay: each call earns its provider a token. */
  async earn(provider: string, calls = '1', id = `${provider}-${Math.random()}`): Promise<void> {
    const called = report({ id, type: CALL, time: TIME, customer: CUSTOMER, provider, meters: { calls } });
    const { outcome } = await this.sequencers.execute(shardOf(CUSTOMER, SHARDS), usage([called]));
    if (outcome.type !== 'usage' || outcome.answer.accepted !== 1) throw new Error(JSON.stringify(outcome));
  }

  async mint(tokens: string): Promise<void> {
    await this.sequencers.execute(shardOf(CUSTOMER, SHARDS), mint(CUSTOMER, tokens));
  }

  async balance(name: string): Promise<bigint> {
    let sum = 0n;
    for (const sequencer of this.sequencers.all)
      sum += await sequencer.readDurable(({ balances }) => balances.get(name) ?? 0n);
    return sum;
  }

  async stop(): Promise<void> {
    await this.sequencers.stop();
    await this.follower.stop();
    await this.journal.close();
  }
}

export class SettlementWorld {
  private readonly processes: SettlementProcess[] = [];
  private readonly pools: Pool[] = [];
  private databases = 0;

  private constructor(
    readonly folder: string,
    readonly postgres: Engine & { readonly url: string },
    readonly anvil: AnvilEngine,
  ) {}

  static async start(): Promise<SettlementWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'airtime-settlement-'));
    const [postgres, anvil] = await Promise.all([
      startPostgres({ dataDir: join(folder, 'postgres') }),
      startAnvil({ dataDir: join(folder, 'anvil') }),
    ]);
    return new SettlementWorld(folder, postgres, anvil);
  }

  async newDatabase(): Promise<string> {
    const name = `spec_${++this.databases}`;
    const admin = createPool(this.postgres.url, { max: 1 });
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    const url = new URL(this.postgres.url);
    url.pathname = `/${name}`;
    await migrateDatabase(url.toString());
    return url.toString();
  }

  /** A copy as a backup would be; nobody may be connected to the original. */
  async copyDatabase(url: string): Promise<string> {
    const copy = new URL(url);
    const name = `${copy.pathname.slice(1)}_copy`;
    const admin = createPool(this.postgres.url, { max: 1 });
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${copy.pathname.slice(1)}`);
    await admin.end();
    copy.pathname = `/${name}`;
    return copy.toString();
  }

  /** An empty ledger with contracts of its own; `nonceGap` makes its transactions wait for so many others. */
  async newLedger({ nonceGap = 0 } = {}) {
    const url = await this.newDatabase();
    const { rpcUrl, signerKey } = this.anvil;
    const chain = await SettlementChain.connect({ rpcUrl, signerKey });
    const contracts = await chain.deploy({ guardian: account(GUARDIAN).address });
    const start = async () => {
      const pool = createPool(url, { max: 4 });
      this.pools.push(pool);
      const process = await SettlementProcess.start(pool, chain);
      this.processes.push(process);
      return process;
    };
    const process = await start();
    const { deployBlock, firstNonce } = contracts;
    const known = foundation({
      ...{ customers: [CUSTOMER], providers: [], ...RECORDED },
      ...{ prices: CALL_PRICES, policy: ALL_TO_PROVIDERS },
      chain: { ...contracts, deployBlock: deployBlock.toString(), firstNonce: firstNonce + nonceGap },
    });
    await process.register(...known);
    await process.mint('1000000');
    return { process, start, chain, contracts };
  }

  /** A client that signs for an account of the local chain. */
  client(index: number) {
    const transport = http(this.anvil.rpcUrl);
    return createWalletClient({ account: account(index), chain: foundry, transport }).extend(publicActions);
  }

  async walletBalance(token: string, index: number): Promise<bigint> {
    return this.client(index).readContract({
      address: token as `0x${string}`,
      abi: contractAbi,
      functionName: 'balanceOf',
      args: [account(index).address],
    });
  }

  /** Sends tokens past the ledger and waits until that is final. */
  async sendTokens(token: string, from: number, to: string, amount: bigint): Promise<void> {
    const client = this.client(from);
    const hash = await client.writeContract({
      address: token as `0x${string}`,
      abi: contractAbi,
      functionName: 'transfer',
      args: [to as `0x${string}`, amount],
    });
    await this.untilFinal(hash);
  }

  async pause(vault: string): Promise<void> {
    const hash = await this.client(GUARDIAN).writeContract({
      address: vault as `0x${string}`,
      abi: contractAbi,
      functionName: 'pause',
    });
    await this.untilFinal(hash);
  }

  /** Spends one nonce of the settler with a transaction that the ledger knows nothing of. */
  async spendNonce(nonce: number): Promise<void> {
    const client = this.client(0);
    await this.untilFinal(await client.sendTransaction({ to: account(9).address, value: 1n, nonce }));
  }

  private async untilFinal(hash: `0x${string}`): Promise<void> {
    const client = this.client(0);
    const { blockNumber } = await client.waitForTransactionReceipt({ hash, pollingInterval: 50 });
    for (;;) {
      if ((await client.getBlock({ blockTag: 'finalized' })).number >= blockNumber) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    await Promise.all(this.pools.map((pool) => pool.end()));
    await Promise.all([this.postgres.stop(), this.anvil.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
