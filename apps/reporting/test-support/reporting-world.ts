/** A small ledger for specs: real sequencers over a real PostgreSQL, folded into the books, behind the real service. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LedgerCommand, PayablesCut, RegistryCommand, UsageReport } from '#concepts';
import { atto, registryShard, shardOf, type Provenance } from '#domain';
import { startPostgres, type Engine } from '#engines';
import {
  ledgerShard,
  readPages,
  registryShardKind,
  Sequencer,
  type LedgerSequencer,
  type Position,
  type RegistrySequencer,
} from '#journal';
import { createLogger, createService, generateKey, hashKey, loadConfiguration, type Role } from '#platform';
import { createPool, migrateDatabase, PostgresJournal, Projection, type Pool } from '#postgres';
import { ReportingModule } from '../src/reporting.module.js';

const ADMIN_KEY = 'an-admin-key-of-32-characters-for-the-spec';
const PROVENANCE: Provenance = { actor: 'key:spec', origin: 'request:spec-1' };
const TOKEN = 10n ** 18n;
const DAY_MS = 86_400_000;
export const CHAIN_ID = 31337;
export const SHARDS = 2;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, for assertions; specs know its shape. */
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

export class ReportingWorld {
  /** What the sequencers' clock shows: a month ago, then a second more with each command. */
  now = Date.now() - 30 * DAY_MS;
  private readonly keys = new Map<string, string>([['admin', ADMIN_KEY]]);
  private usageCount = 0;
  private url = '';

  private constructor(
    readonly dataDir: string,
    private readonly engine: Engine & { readonly url: string },
    readonly pool: Pool,
    readonly journal: PostgresJournal,
    readonly registry: RegistrySequencer,
    readonly ledgers: readonly LedgerSequencer[],
    private app: NestFastifyApplication | undefined,
  ) {}

  /** A ledger with prices, customers c0 to c3 and providers p0 to p2, of which p2 is not verified; nothing minted yet. */
  static async start(): Promise<ReportingWorld> {
    const dataDir = await mkdtemp(join(tmpdir(), 'airtime-reporting-'));
    const engine = await startPostgres({ dataDir: join(dataDir, 'postgres') });
    await migrateDatabase(engine.url);
    const pool = createPool(engine.url, { max: 4 });
    const journal = new PostgresJournal(pool);
    const clock = () => world.now;
    const registry: RegistrySequencer = new Sequencer(registryShardKind(), {
      shard: registryShard(SHARDS),
      store: journal,
      clock,
    });
    const { catalogue } = registry.state;
    const ledgers = Array.from(
      { length: SHARDS },
      (_, shard): LedgerSequencer =>
        new Sequencer(ledgerShard({ catalogue, shard, shards: SHARDS }), { shard, store: journal, clock }),
    );
    const world = new ReportingWorld(dataDir, engine, pool, journal, registry, ledgers, undefined);
    for (const sequencer of [registry, ...ledgers]) await sequencer.start();
    await world.prepare();
    await world.serve();
    return world;
  }

  async stop(): Promise<void> {
    await this.app?.close();
    for (const sequencer of [this.registry, ...this.ledgers]) await sequencer.stop();
    await this.journal.close();
    await this.pool.end();
    await this.engine.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async get(path: string, role = 'auditor'): Promise<Answer> {
    return this.call('GET', path, role);
  }

  async call(method: 'GET' | 'POST', path: string, role: string): Promise<Answer> {
    const key = this.keys.get(role);
    const response = await fetch(`${this.url}/v1${path}`, {
      method,
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** Sends a command to the registry shard. */
  async register(command: Record<string, unknown> & { type: RegistryCommand['type'] }): Promise<Position> {
    const full = { time: this.tick(), provenance: PROVENANCE, ...command } as RegistryCommand;
    return (await this.registry.execute(full)).position;
  }

  /** Sends a command to the shard of a holder. */
  async command(holder: string, command: Record<string, unknown> & { type: LedgerCommand['type'] }): Promise<Position> {
    const full = { time: this.tick(), provenance: PROVENANCE, ...command } as LedgerCommand;
    return (await this.ledgers[shardOf(holder, SHARDS)]!.execute(full)).position;
  }

  mint(holder: string, tokens: number): Promise<Position> {
    return this.command(holder, { type: 'MintTokens', holder, amount: atto(BigInt(tokens) * TOKEN), reason: 'sale' });
  }

  /** A transfer between holders, both entries of it. */
  async transfer(id: string, from: string, to: string, tokens: number): Promise<Position> {
    const amount = atto(BigInt(tokens) * TOKEN);
    const position = await this.command(from, { type: 'SendTransfer', transfer: id, from, to, amount, reason: 'gift' });
    const sent = this.ledgers[shardOf(from, SHARDS)]!.state.transfers.open.get(id);
    if (sent !== undefined) {
      await this.command(to, { type: 'ReceiveTransfer', sent });
      await this.command(from, { type: 'CompleteTransfer', transfer: id });
    }
    return position;
  }

  /** Reports usage: 1,000 input tokens cost one token. */
  use(customer: string, provider: string, inputTokens: number, over: Partial<UsageReport> = {}): Promise<Position> {
    const number = this.usageCount++;
    const report: UsageReport = {
      source: 'gateway/spec',
      id: `use-${number}`,
      digest: number.toString(16).padStart(16, '0'),
      type: 'ai.compute.usage',
      time: new Date(this.now).toISOString(),
      customer,
      provider,
      model: 'llama',
      meters: { input_tokens: String(inputTokens) },
      ...over,
    };
    const items = [{ index: 0, report }];
    return this.command(customer, { type: 'ChargeUsage', items, actor: 'key:spec', receivedAtMs: this.now });
  }

  /** Runs a settlement batch through all of its steps. */
  async settle(batch: string): Promise<void> {
    await this.register({ type: 'OpenSettlement', batch, chainId: CHAIN_ID, providers: ['p0', 'p1', 'p2'] });
    const { opened } = this.registry.state.settlement.batch(batch)!;
    const payable = opened.payable.map(({ provider }) => provider);
    const cuts: PayablesCut[] = [];
    for (const ledger of this.ledgers) {
      const { outcome } = await ledger.execute({
        type: 'CutPayables',
        batch,
        payable,
        held: opened.held,
        time: this.tick(),
        provenance: PROVENANCE,
      });
      if (outcome.type === 'cut') cuts.push(outcome.cut);
    }
    const heads = await Promise.all(
      this.ledgers.map(async ({ shard }) => {
        const { height, hash } = (await this.journal.head(shard))!;
        return { shard, height, hash };
      }),
    );
    await this.register({ type: 'PlanSettlement', batch, cuts, heads, headsDigest: '0xabcd' });
    const nonce = this.registry.state.settlement.nextNonce(CHAIN_ID);
    const fees = { maxFeePerGas: '1', maxPriorityFeePerGas: '1' };
    await this.register({ type: 'SignSettlement', batch, nonce, raw: '0x02', hash: '0xfeed', ...fees });
    await this.register({
      type: 'ConfirmSettlement',
      batch,
      hash: '0xfeed',
      blockNumber: '12',
      blockHash: '0xb10c',
      logIndexes: this.registry.state.settlement.batch(batch)!.planned!.payouts.map((_, index) => index + 5),
      gasUsed: '100000',
      gasPrice: '1000000000',
    });
  }

  /** Folds every page that the books do not include yet. */
  async project(shards = [...this.ledgers, this.registry].map(({ shard }) => shard)): Promise<void> {
    for (const shard of shards) {
      const projection = new Projection({ pool: this.pool, shard });
      const next = ((await projection.position())?.height ?? 0) + 1;
      for await (const page of readPages(this.journal, shard, next)) await projection.apply([page]);
    }
  }

  /** The time of record of the newest page. */
  async recordedAt({ shard, height }: Position): Promise<string> {
    return (await this.journal.read(shard, height, 1))[0]!.recordedAt;
  }

  /** Takes the database away from the running service; the next start of the world has its own. */
  get databaseUrl(): string {
    return this.engine.url;
  }

  async loseDatabase(): Promise<void> {
    await this.engine.stop();
  }

  tick(ms = 1_000): string {
    this.now += ms;
    return new Date(this.now).toISOString();
  }

  private async prepare(): Promise<void> {
    const effectiveAt = new Date(this.now - DAY_MS).toISOString();
    const meters = { input_tokens: { price: '1', per: '1000' } };
    const book = { effectiveAt, prices: [{ type: 'ai.compute.usage', model: '*', meters }] };
    await this.register({ type: 'PublishPriceBook', version: 1, book });
    const policy = { effectiveAt, provider: 8000, treasury: 1000, stakers: 500, burn: 500 };
    await this.register({ type: 'PublishSplitPolicy', version: 1, policy });
    const address = (digit: number) => `0x${digit.toString(16).padStart(40, '0')}`;
    const contracts = { token: address(0xaa), vault: address(0xbb), signer: address(0xcc) };
    await this.register({ type: 'RegisterChain', chainId: CHAIN_ID, ...contracts, deployBlock: '1', firstNonce: 0 });
    for (const party of ['c0', 'c1', 'c2', 'c3'])
      await this.register({ type: 'RegisterParty', party, roles: ['customer'] });
    for (const [place, party] of ['p0', 'p1', 'p2'].entries()) {
      await this.register({ type: 'RegisterParty', party, roles: ['provider'], country: 'PT' });
      await this.register({ type: 'SetWallet', party, chainId: CHAIN_ID, wallet: address(0xa11_ce00 + place) });
      if (party !== 'p2') await this.register({ type: 'ChangeKyc', party, to: 'verified', reason: 'papers seen' });
    }
    for (const role of ['operator', 'finance', 'compliance', 'auditor', 'provider'] satisfies Role[]) {
      const secret = generateKey();
      this.keys.set(role, secret);
      const provider = role === 'provider' ? { provider: 'p0' } : {};
      await this.register({ type: 'IssueKey', key: `k-${role}`, role, ...provider, hash: hashKey(secret) });
    }
  }

  private async serve(): Promise<void> {
    const configuration = loadConfiguration({
      PORT: '0',
      DATABASE_URL: this.engine.url,
      AIRTIME_DATA_DIR: this.dataDir,
      AIRTIME_ADMIN_KEY: ADMIN_KEY,
      AIRTIME_SHARDS: String(SHARDS),
      LOG_LEVEL: 'silent',
    });
    const logger = createLogger('silent');
    this.app = await createService(ReportingModule, { configuration, logger, name: 'reporting' });
    await this.app.listen(0, '127.0.0.1');
    this.url = await this.app.getUrl();
  }
}
