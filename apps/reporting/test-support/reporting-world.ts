/** A small ledger for specs: real sequencers over a real PostgreSQL, folded into the books, behind the real service. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { REFUSALS, type UsageReport } from '#concepts';
import { TYPE } from '#concepts/testing';
import type { Position } from '#journal';
import type { DrivenLedgerOptions } from '#journal/testing';
import { createLogger, createService, generateKey, hashKey, loadConfiguration, type Role } from '#platform';
import { PostgresClosingWishes, PostgresJournal } from '#postgres';
import { ProjectedLedger, SpecDatabase } from '#postgres/testing';
import type { Route } from '#testing';
import { CatalogueFollower, ClosingWork, HeadMemories } from '#wiring';
import { ReportingModule } from '../src/reporting.module.js';

const ADMIN_KEY = 'an-admin-key-of-32-characters-for-the-spec';
const CUSTOMERS = ['c0', 'c1', 'c2', 'c3'];
const PROVIDERS = ['p0', 'p1', 'p2'];
const DAY_MS = 86_400_000;
export const SHARDS = 2;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, for assertions; specs know its shape. */
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** What the sequencers' clock shows: a month ago, then a second more with each command. */
export class ReportingWorld extends ProjectedLedger {
  /** Folder of the service's own files. */
  readonly dataDir = mkdtempSync(join(tmpdir(), 'airtime-reporting-'));
  private readonly keys = new Map<string, string>([['admin', ADMIN_KEY]]);
  private url = '';
  private app: NestFastifyApplication | undefined;
  private readonly wishes = new PostgresClosingWishes(this.pool);
  private closing: ClosingWork | undefined;
  /** Of the books: one fold after the other. */
  private folding: Promise<void> = Promise.resolve();

  /**
   * A ledger with prices, customers c0 to c3 and providers p0 to p2, of which p2 is not verified; nothing minted yet.
   *
   * @param options.now what the sequencers' clock shows first
   */
  static override async open({
    now = Date.now() - 30 * DAY_MS,
  }: Pick<DrivenLedgerOptions, 'now'> = {}): Promise<ReportingWorld> {
    const database = await SpecDatabase.start();
    const pool = database.openPool();
    const world = new ReportingWorld(database, pool, new PostgresJournal(pool), {
      shards: SHARDS,
      now,
      cast: { customers: CUSTOMERS, providers: PROVIDERS },
      provenance: { actor: 'key:admin', origin: 'request:spec-1' },
    });
    await world.start();
    await world.prepare();
    await world.serve();
    world.startClosing();
    return world;
  }

  /** What the service's reads ask whether the journal is whole. */
  get memories(): readonly [HeadMemories, CatalogueFollower] {
    return [this.app!.get(HeadMemories), this.app!.get(CatalogueFollower)];
  }

  override async stop(): Promise<void> {
    await this.app?.close();
    await this.stopClosing();
    await this.wishes.close();
    await super.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** A route of the API, without its `/v1`. */
  get<const Text extends string>(path: Text & Route<'get', Text>, role = 'auditor'): Promise<Answer> {
    return this.call('GET', path, role);
  }

  post<const Text extends string>(path: Text & Route<'post', Text>, role: string): Promise<Answer> {
    return this.call('POST', path, role);
  }

  async call(method: 'GET' | 'POST', path: string, role: string): Promise<Answer> {
    const key = this.keys.get(role);
    const response = await fetch(`${this.url}/v1${path}`, {
      method,
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** Charges usage: 1,000 input tokens cost one token. */
  charge(customer: string, provider: string, inputTokens: number, over: Partial<UsageReport> = {}): Promise<Position> {
    return this.use(customer, { provider, meters: { input_tokens: String(inputTokens) }, ...over });
  }

  override project(...how: Parameters<ProjectedLedger['project']>): Promise<void> {
    this.folding = this.folding.catch(() => undefined).then(() => super.project(...how));
    return this.folding;
  }

  /** Closes what the reports ask for, as a ledger process would; its pages are in the books at once. */
  startClosing(): void {
    const shards = [...this.ledgers, this.registry].map((sequencer) => ({
      shard: sequencer.shard,
      closeUpTo: async (instant: string) => {
        this.now = Math.max(this.now, Date.parse(instant) + 1);
        await sequencer.closeUpTo(instant);
        await this.project();
      },
    }));
    const logger = createLogger('silent');
    this.closing = new ClosingWork({ wishes: this.wishes, shards, logger, pauseMs: 0 });
    this.closing.start();
  }

  /** No process closes anything any more. */
  async stopClosing(): Promise<void> {
    await this.closing?.stop();
    this.closing = undefined;
  }

  override settle(batch: string): Promise<void> {
    return super.settle(batch, 'confirm', { hash: () => '0xfeed' });
  }

  /** A key of the role `customer` that names none, as no route issues it; call with the role `unbound`. */
  async unbound(): Promise<void> {
    const secret = generateKey();
    this.keys.set('unbound', secret);
    await this.register({ type: 'IssueKey', key: 'k-unbound', role: 'customer', hash: hashKey(secret) });
    await this.memories[1].refresh();
  }

  /** The time of record of the newest page. */
  async recordedAt({ shard, height }: Position): Promise<string> {
    return (await this.journal.read(shard, height, 1))[0]!.recordedAt;
  }

  private async prepare(): Promise<void> {
    const effectiveAt = new Date(this.now - DAY_MS).toISOString();
    const meters = { input_tokens: { price: '1', per: '1000' } };
    await this.found({
      prices: { effectiveAt, prices: [{ type: TYPE, model: '*', meters }] },
      policy: { effectiveAt, provider: 8_000, treasury: 1_000, stakers: 500, burn: 500 },
      isLastUnverified: true,
      country: 'PT',
    });
    for (const role of ['operator', 'finance', 'compliance', 'auditor', 'provider', 'customer'] satisfies Role[]) {
      const secret = generateKey();
      this.keys.set(role, secret);
      const bound = role === 'provider' ? { provider: 'p0' } : role === 'customer' ? { customer: 'c0' } : {};
      await this.register({ type: 'IssueKey', key: `k-${role}`, role, ...bound, hash: hashKey(secret) });
    }
  }

  private async serve(): Promise<void> {
    const configuration = loadConfiguration({
      PORT: '0',
      DATABASE_URL: this.database.url,
      AIRTIME_DATA_DIR: this.dataDir,
      AIRTIME_ADMIN_KEY: ADMIN_KEY,
      AIRTIME_SHARDS: String(SHARDS),
      LOG_LEVEL: 'silent',
    });
    const logger = createLogger('silent');
    this.app = await createService(ReportingModule, { configuration, logger, name: 'reporting', refusals: REFUSALS });
    await this.app.listen(0, '127.0.0.1');
    this.url = await this.app.getUrl();
  }
}
