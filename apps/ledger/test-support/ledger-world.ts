/** A real ledger service on a real PostgreSQL, for specs: any number of processes' worth of it on one journal. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiClient } from '#client';
import { REFUSALS } from '#concepts';
import { CALL_PRICES, foundation, nameIn } from '#concepts/testing';
import { startPostgres, type Engine } from '#engines';
import type { UsageBatch } from '#kafka';
import { createLogger, createService, loadConfiguration } from '#platform';
import { createPool } from '#postgres';
import { layFoundation, type Route } from '#testing';
import { Sequencers } from '#wiring';
import { LedgerModule } from '../src/ledger.module.js';
import { UsageIntake } from '../src/usage-intake.js';

export const ADMIN_KEY = 'an-admin-key-of-32-characters-for-the-spec';
export const SHARDS = 3;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON, for assertions; specs know its shape. */
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** One running service. */
export class LedgerService {
  /** For what is not itself the subject of a spec. */
  readonly client: ApiClient;

  constructor(
    readonly app: NestFastifyApplication,
    private readonly url: string,
  ) {
    const connection = { url: () => new URL(url), key: ADMIN_KEY, advice: () => 'it runs in this process' };
    this.client = new ApiClient(connection, { retry: { outageMaxMs: 0, firstPauseMs: 1 } });
  }

  get sequencers(): Sequencers {
    return this.app.get(Sequencers);
  }

  get intake(): UsageIntake {
    return this.app.get(UsageIntake);
  }

  /** Any path from the root on: for those outside of the API, and bad ones. */
  async fetch(
    method: string,
    path: string,
    body?: unknown,
    { key = ADMIN_KEY, idempotencyKey, type = 'application/json' }: RequestOptions = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': type }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
  }

  /** A route of the API, without its `/v1`. */
  send<M extends 'GET' | 'PUT' | 'POST' | 'DELETE', const Text extends string>(
    method: M,
    path: Text & Route<Lowercase<M>, Text>,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<Answer> {
    return this.fetch(method, `/v1${path}`, body, options);
  }

  post<const Text extends string>(
    path: Text & Route<'post', Text>,
    body: unknown,
    options?: RequestOptions,
  ): Promise<Answer> {
    return this.fetch('POST', `/v1${path}`, body, options);
  }

  usage(events: readonly unknown[], idempotencyKey?: string): Promise<Answer> {
    return this.post('/usage', events, {
      type: 'application/cloudevents-batch+json',
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
  }

  mint(holder: string, amount: string, idempotencyKey: string = randomUUID()): Promise<Answer> {
    return this.post('/mints', { holder, amount, reason: 'spec' }, { idempotencyKey });
  }

  transfer(from: string, to: string, amount: string, idempotencyKey: string = randomUUID()): Promise<Answer> {
    return this.post('/transfers', { from, to, amount, reason: 'spec' }, { idempotencyKey });
  }

  /** The balance of an account over all shards, in atto-tokens, of durable entries only. */
  async balance(account: string): Promise<bigint> {
    let sum = 0n;
    for (const sequencer of this.sequencers.all)
      sum += await sequencer.readDurable(({ balances }) => balances.get(account) ?? 0n);
    return sum;
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}

export interface RequestOptions {
  readonly key?: string;
  readonly idempotencyKey?: string;
  readonly type?: string;
}

/** One PostgreSQL with a database for each journal that a spec needs. */
export class LedgerWorld {
  private databases = 0;
  private readonly services: LedgerService[] = [];

  private constructor(
    readonly folder: string,
    readonly engine: Engine & { readonly url: string },
  ) {}

  static async start(): Promise<LedgerWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'airtime-ledger-'));
    return new LedgerWorld(folder, await startPostgres({ dataDir: join(folder, 'postgres') }));
  }

  /** The URL of a database that holds nothing yet. */
  async newDatabase(): Promise<string> {
    const name = `spec_${++this.databases}`;
    const pool = createPool(this.engine.url, { max: 1 });
    await pool.query(`CREATE DATABASE ${name}`);
    await pool.end();
    const url = new URL(this.engine.url);
    url.pathname = `/${name}`;
    return url.toString();
  }

  /** A service on a database of its own, with its foundation laid. */
  async newLedger(): Promise<{ databaseUrl: string; ledger: LedgerService }> {
    const databaseUrl = await this.newDatabase();
    const ledger = await this.service(databaseUrl);
    await setUp(ledger);
    return { databaseUrl, ledger };
  }

  async service(
    databaseUrl: string,
    shards = SHARDS,
    environment: Record<string, string> = {},
  ): Promise<LedgerService> {
    const configuration = loadConfiguration({
      PORT: '0',
      DATABASE_URL: databaseUrl,
      AIRTIME_ADMIN_KEY: ADMIN_KEY,
      AIRTIME_SHARDS: String(shards),
      AIRTIME_DATA_DIR: this.folder,
      ...environment,
    });
    const logger = createLogger('silent');
    const app = await createService(LedgerModule, { configuration, logger, name: 'ledger', refusals: REFUSALS });
    await app.listen(0, '127.0.0.1');
    const service = new LedgerService(app, await app.getUrl());
    this.services.push(service);
    return service;
  }

  /** Stops the services that run: each has a score of connections to the one PostgreSQL. */
  async stopServices(): Promise<void> {
    await Promise.all(this.services.splice(0).map((service) => service.stop()));
  }

  async stop(): Promise<void> {
    await this.stopServices();
    await this.engine.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** One customer for each shard. */
export const CUSTOMERS = Array.from({ length: SHARDS }, (_, shard) => nameIn(shard, SHARDS));

export const SPLIT = {
  effectiveAt: '2020-01-01T00:00:00Z',
  provider: 7_000,
  treasury: 1_000,
  stakers: 1_000,
  burn: 1_000,
};

/** Prices, a policy, a provider `p7` and {@link CUSTOMERS}: one call costs one token. */
export async function setUp({ client }: LedgerService): Promise<void> {
  const cast = { customers: CUSTOMERS, providers: ['p7'], isLastUnverified: true };
  await layFoundation(client, foundation({ ...cast, prices: CALL_PRICES, policy: SPLIT, chain: 'none' }));
}

/** Messages of one partition as the consumer hands them over; a text is sent as it is. */
export function kafkaBatch(values: readonly unknown[], { from = 0, partition = 0 } = {}): UsageBatch {
  return {
    name: 'usage',
    partition,
    end: from + values.length,
    isStale: () => false,
    messages: values.map((value, index) => ({
      offset: from + index,
      key: Buffer.from('any'),
      value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
      headers: { 'content-type': 'application/cloudevents+json' },
      timestampMs: Date.parse('2026-01-02T03:04:06Z'),
    })),
  };
}
