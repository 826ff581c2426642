/** The product as its customers meet it: a ledger that is killed at any instant, and reads that go on meanwhile. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, layFoundation } from '#testing';
import { foundation } from '#concepts/testing';
import { Api, type Answer } from '../e2e/support/api.js';
import type { ServiceProcess } from '../e2e/support/service-process.js';
import { apiOf, Stage } from '../e2e/support/stage.js';
import { seededRandom } from '../e2e/support/world.js';
import { compareEmission, emissionVersions, policyBody } from './emission.js';
import { CUSTOMERS, PROVIDERS } from './history.js';
import type { Tier } from './model/access.js';
import { tokens } from './model/amounts.js';
import { emissionsUntil, type Emission, type EmissionVersion } from './model/emission.js';
import type { Terms } from './model/books.js';
import { unbondedName } from './model/stakes.js';

const SHARDS = 3;

export const JOURNAL_STORES = ['postgres', 'eventstoredb'] as const;
export type JournalStoreName = (typeof JOURNAL_STORES)[number];

/** The test server of our own speaks for EventStoreDB. */
async function startEventStore(stage: Stage) {
  const args = ['--port', '0', '--data', join(stage.folder, 'eventstore')];
  const server = stage.program({ program: 'libs/eventstoredb/test-support/main', args });
  return { JOURNAL_STORE: 'eventstoredb', EVENTSTOREDB_URL: await server.seen(/^esdb:/) };
}

export const USAGE_TYPE = 'ai.compute.usage';
/** The second price list is in force from here on. */
const NEW_PRICES = '2026-06-01T00:00:00.000Z';
/** A usage's own time under the first one. */
export const OLD_MS = Date.parse('2026-03-01T12:00:00.000Z');

const BOOKS = [
  {
    effectiveAt: '2020-01-01T00:00:00Z',
    meters: { calls: { price: '0.25', per: '1' }, thirds: { price: '2', per: '3' } },
  },
  { effectiveAt: NEW_PRICES, meters: { calls: { price: '0.5', per: '1' }, thirds: { price: '1', per: '3' } } },
];

/** Short, so that many come back within a history; no reward is a round part. */
const STAKING = { effectiveAt: '2020-01-01T00:00:00Z', unbondingSeconds: 2, finderBps: 333 };

const TOKEN = 10n ** 18n;

/** Each is reached by some of the customers, some of the time. */
export const TIERS: Readonly<Record<string, Tier>> = {
  funded: { available: 20n * TOKEN },
  staker: { staked: 2n * TOKEN },
  spender: { spent: { amount: 12n * TOKEN, days: 1 } },
  all: { available: 5n * TOKEN, staked: TOKEN, spent: { amount: 4n * TOKEN, days: 30 } },
};

const tierBody = ({ available, staked, spent }: Tier) => ({
  ...(available === undefined ? {} : { available: tokens(available) }),
  ...(staked === undefined ? {} : { staked: tokens(staked) }),
  ...(spent === undefined ? {} : { spent: { amount: tokens(spent.amount), days: spent.days } }),
});

export const TERMS: Terms = {
  prices: BOOKS.map(({ effectiveAt, meters }) => ({ fromMs: Date.parse(effectiveAt), meters })),
  staking: { unbondingMs: STAKING.unbondingSeconds * 1_000, finderBps: BigInt(STAKING.finderBps) },
};

/** Named by its seed and its number. */
export const customerOf = (seed: number, index: number): string => `oracle-${seed}-${index}`;
export const providerOf = (seed: number, index: number): string => `oracle-${seed}-p${index}`;

const namesOf = (seeds: readonly number[], count: number, name: typeof customerOf): string[] =>
  seeds.flatMap((seed) => Array.from({ length: count }, (_, n) => name(seed, n)));

/** Long enough that all versions are published before the first epoch ends. */
const EMITS_AFTER_MS = 5_000;

/** A service that is down or has too much to do says so, or nothing; whoever asks tries again. */
const PAUSE_MS = 25;
/** Against a product that never comes back. */
const ATTEMPTS = 4_000;

interface CutEntry {
  readonly id: string;
  readonly type: string;
  readonly recordedAt: string;
}

/** How something comes to a holder. */
interface ArrivalEntry {
  readonly event: {
    readonly type: string;
    readonly transfer?: string;
    readonly slash?: string;
    readonly unbonding?: string;
    readonly distribution?: string;
  };
}

export class Product {
  kills = 0;
  private isOver = false;
  /** How each grant came that was asked about. */
  private readonly arrivals = new Map<string, Promise<ArrivalEntry['event']>>();
  private killing = Promise.resolve();

  private constructor(
    private readonly stage: Stage,
    private ledger: ServiceProcess,
    private readonly books: Api,
    private readonly emission: readonly EmissionVersion[],
  ) {}

  /** Starts everything, and registers the customers of these seeds. @param store where the journal is */
  static async start(stage: Stage, seeds: readonly number[], store: JournalStoreName): Promise<Product> {
    const env = {
      ...{ DATABASE_URL: (await stage.postgres()).url, AIRTIME_SHARDS: String(SHARDS), LOG_LEVEL: 'info' },
      ...(store === 'postgres' ? {} : await startEventStore(stage)),
    };
    const ledger = await stage.service('ledger', env);
    const others = await Promise.all([stage.service('reporting', env), stage.service('projector', env)]);
    const customers = namesOf(seeds, CUSTOMERS, customerOf);
    const known = foundation({ customers, providers: namesOf(seeds, PROVIDERS, providerOf), chain: 'none' });
    const { client } = apiOf(ledger);
    for (const [n, { effectiveAt, meters }] of BOOKS.entries()) {
      const retroactive = n === 0 ? {} : { retroactive: 'a history of two price lists' };
      const body = { effectiveAt, prices: [{ type: USAGE_TYPE, model: '*', meters }], ...retroactive };
      await client.put('/v1/price-books/{version}', { path: { version: n + 1 }, body });
    }
    await layFoundation(
      client,
      known.filter(({ type }) => type !== 'PublishPriceBook'),
    );
    await client.put('/v1/policies/staking/{version}', { path: { version: 1 }, body: STAKING });
    for (const [tier, terms] of Object.entries(TIERS)) {
      await client.put('/v1/tiers/{tier}', { path: { tier }, body: tierBody(terms) });
    }
    const versions = emissionVersions(Date.now() + EMITS_AFTER_MS);
    for (const [n, version] of versions.entries()) {
      await client.put('/v1/policies/emission/{version}', { path: { version: n + 1 }, body: policyBody(version) });
    }
    return new Product(stage, ledger, apiOf(others[0]), versions);
  }

  /** Kills the ledger again and again, at instants that nobody chose, until {@link stopKilling}. */
  startKilling(seed: number): void {
    const random = seededRandom(seed);
    let startMs = 500;
    const killOn = async (): Promise<void> => {
      while (!this.isOver) {
        // A slow machine takes long to start it: it works about as long as it is down.
        await delay(50 + random() * 1.5 * startMs);
        if (this.isOver) return;
        this.kills += 1;
        const killedAtMs = performance.now();
        await this.ledger.end('SIGKILL');
        this.ledger = await this.stage.restart(this.ledger);
        startMs = performance.now() - killedAtMs;
      }
    };
    this.killing = killOn();
  }

  async stopKilling(): Promise<void> {
    this.isOver = true;
    await this.killing;
  }

  /** A write that is repeated until it is answered: its key makes it one. */
  write(method: string, path: string, body: object, key: string, contentType?: string): Promise<Answer> {
    const headers = { 'idempotency-key': key, ...(contentType === undefined ? {} : { 'content-type': contentType }) };
    return persist(() => apiOf(this.ledger).call(method, path, { body, headers }));
  }

  /** A read, repeated until it is answered. */
  async read<T>(path: string): Promise<T> {
    const { status, body } = await persist(() => this.books.call(`GET`, path));
    if (status !== 200) throw new Error(`GET ${path} was answered ${status}: ${JSON.stringify(body)}`);
    return body as T;
  }

  /** When the rewards of each shard were cut for a distribution that was opened at an instant; not of a shard without any. */
  async rewardsCuts(distribution: string, openedMs: number): Promise<Map<string, number>> {
    const cuts = new Map<string, number>();
    for (let cursor = ''; ;) {
      const page = await this.read<{ items: CutEntry[]; nextCursor: string | null }>(
        `/accounts/staking:rewards/entries?limit=100${cursor}`,
      );
      const newer = page.items.filter(({ recordedAt }) => Date.parse(recordedAt) >= openedMs);
      for (const { id, type, recordedAt } of newer) {
        if (type !== 'RewardsCut' || (await this.eventOf(id)).distribution !== distribution) continue;
        cuts.set(id.split('-')[0]!, Date.parse(recordedAt));
      }
      // The newest come first.
      if (newer.length === 0 || page.nextCursor === null || cuts.size === SHARDS) return cuts;
      cursor = `&cursor=${page.nextCursor}`;
    }
  }

  /** The entry by which a holder has its share. */
  async yieldOf(holder: string, distribution: string): Promise<string> {
    const { items } = await this.read<{ items: { grant: string }[] }>(`/holders/${holder}/grants?limit=500`);
    for (const { grant } of items.reverse()) {
      const event = await this.eventOf(grant);
      if (event.type === 'YieldPaid' && event.distribution === distribution) return grant;
    }
    throw new Error(`${holder} has no share of ${distribution}`);
  }

  async publishEmission(version: number, body: object): Promise<void> {
    const { status, ...said } = await this.write(
      'PUT',
      `/policies/emission/${version}`,
      body,
      `oracle-emission-${version}`,
    );
    if (status >= 300) throw new Error(`the emission policy was answered ${status}: ${JSON.stringify(said)}`);
  }

  /** When the newest entries of an account were recorded, back to an instant. */
  async recordedSince(account: string, ms: number): Promise<readonly string[]> {
    const { items } = await this.read<{ items: { recordedAt: string }[] }>(`/accounts/${account}/entries?limit=100`);
    return items.map(({ recordedAt }) => recordedAt).filter((at) => Date.parse(at) >= ms);
  }

  emissionsUntil(ms: number): readonly Emission[] {
    return emissionsUntil(this.emission, ms);
  }

  /** Where epochs are minted, as far as any was. */
  async emissionShard(): Promise<string | undefined> {
    const { items } = await this.read<{ items: { id: string }[] }>('/accounts/treasury:emission/entries?limit=1');
    return items[0]?.id.split('-')[0];
  }

  /** A proposal that is over. */
  closed(proposal: string): Promise<Readonly<Record<string, unknown>>> {
    return eventually(
      () => this.read<Readonly<Record<string, unknown>>>(`/proposals/${proposal}`),
      ({ state }) => state === 'closed',
      { what: `the end of proposal ${proposal}` },
    );
  }

  /** What a holder reaches, as the ledger has it in memory. */
  async access(holder: string, tier: string): Promise<Readonly<Record<string, unknown>>> {
    const { body } = await persist(() => apiOf(this.ledger).call('GET', `/access/check?holder=${holder}&tier=${tier}`));
    return body;
  }

  /** When an entry was booked: the one thing that is believed. */
  async recordedAt(entry: string): Promise<number> {
    return Date.parse((await this.read<{ recordedAt: string }>(`/entries/${entry}`)).recordedAt);
  }

  /** The entry by which a transfer or a finder's reward arrived, also where that is in another shard and a moment later. */
  async arrivalOf(receiver: string, sending: string): Promise<string> {
    const { event: sent } = await this.read<ArrivalEntry>(`/entries/${sending}`);
    return eventually(
      async () => {
        const { items } = await this.read<{ items: { grant: string }[] }>(`/holders/${receiver}/grants?limit=500`);
        for (const { grant } of items.reverse()) {
          if (grant === sending) return grant;
          const { type, transfer, slash } = await this.eventOf(grant);
          if (type === 'TransferReceived' && transfer === sent.transfer) return grant;
          if (type === 'RewardReceived' && slash === sending) return grant;
        }
        return '';
      },
      (id) => id !== '',
      { what: `the arrival of ${sending}` },
    );
  }

  private eventOf(grant: string): Promise<ArrivalEntry['event']> {
    let event = this.arrivals.get(grant);
    if (event === undefined) {
      event = this.read<ArrivalEntry>(`/entries/${grant}`).then((entry) => entry.event);
      this.arrivals.set(grant, event);
    }
    return event;
  }

  /** The same with grants that nobody asked for, what unbonded, under the names that the model has for them. */
  async named<T>(answer: T): Promise<T> {
    const grants = [...new Set([...JSON.stringify(answer).matchAll(/"grant":"([^"]+)"/g)].map(([, id]) => id!))];
    const names = new Map<string, string>();
    for (const grant of grants) {
      const { type, unbonding } = await this.eventOf(grant);
      if (type === 'Unbonded') names.set(grant, unbondedName(unbonding!));
    }
    if (names.size === 0) return answer;
    return JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
      key === 'grant' ? (names.get(value as string) ?? value) : value,
    ) as T;
  }

  /** Compares what epochs minted until an instant with the model. Returns how many did. */
  compareEmission(untilMs: number): Promise<number> {
    return compareEmission((path) => this.read(path), this.emission, untilMs);
  }

  async verify(): Promise<void> {
    const { status, body } = await persist(() => this.books.call('POST', '/ledger/verify'));
    if (status >= 300 || body['ok'] !== true) throw new Error(`verify was answered ${status}: ${JSON.stringify(body)}`);
  }
}

async function persist(attempt: () => Promise<Answer>): Promise<Answer> {
  let last: unknown;
  for (let n = 0; n < ATTEMPTS; n++) {
    try {
      const answer = await attempt();
      if (answer.status !== 503 && answer.status !== 429) return answer;
      last = answer.body;
    } catch (error) {
      last = error;
    }
    await delay(PAUSE_MS);
  }
  throw new Error('no answer', { cause: last });
}
