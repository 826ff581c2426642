/**
 * The demonstration: Airtime's whole job on a generated day. Every step is one call of the public API and may be
 * repeated: a run that was killed half-way is simply run again.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient, isRefusal, type Schemas } from '#client';
import { UsageProducer, waitForLagZero, type PartitionLag } from '#kafka';
import type { Configuration } from '#platform';
import { demonstrateCredit, PREPAID_CUSTOMER } from './credit-demonstration.js';
import { checkSupply, demonstrateBurn, demonstrateReversal } from './correction-demonstration.js';
import { demonstrateStakes, demonstrateYield } from './yield-demonstration.js';
import {
  CUSTOMERS,
  emissionPolicyOf,
  MINT_AMOUNT,
  PRICE_BOOK,
  PROVIDERS,
  SHORT_CUSTOMER,
  SHORT_MINT_AMOUNT,
  SPLIT_POLICY,
  USD_RATE,
  USD_RATE_VERSION,
  UNVERIFIED_PROVIDER,
  usageOfDay,
  VOTES,
  walletOf,
  type UsageCloudEvent,
} from './demonstration-data.js';
import { demonstrateVote, untilClosed } from './vote-demonstration.js';

const BATCH_EVENTS = 1_000;
/** The consumer group of the ledger service, as `apps/ledger` names it. */
const LEDGER_GROUP = 'airtime-ledger';
const SETTLEMENT_TIMEOUT_MS = 120_000;

/** What a data directory knows of its demonstration. */
export interface DemonstrationRecord {
  readonly day: string;
  readonly state: 'begun' | 'done';
}

export interface KafkaProgress {
  readonly topic: string;
  readonly partitions: readonly PartitionLag[];
}

type Position = Schemas['PositionAnswer'];

/** A service that is busy says so, and is asked again for this long. */
const RETRY = { outageMaxMs: 10_000, firstPauseMs: 500 } as const;
/** Verifying a large journal takes a while. */
const ANSWER_TIMEOUT_MS = 10 * 60_000;

/** The demonstration uses Airtime as anybody does, and names the Idempotency-Keys it needs itself. */
export function connect(url: string, key: string): ApiClient {
  const connection = { url: () => new URL(url), key, advice: () => 'GET /health says what it lacks' };
  return new ApiClient(connection, { retry: RETRY, silenceMaxMs: ANSWER_TIMEOUT_MS, newKey: () => undefined });
}

/** Reads whether the demonstration was begun in this data directory. */
export function readDemonstration(dataDir: string): DemonstrationRecord | undefined {
  const file = join(dataDir, 'demonstration.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemonstrationRecord) : undefined;
}

function writeDemonstration(dataDir: string, record: DemonstrationRecord): void {
  const file = join(dataDir, 'demonstration.json');
  writeFileSync(`${file}.draft`, `${JSON.stringify(record)}\n`);
  renameSync(`${file}.draft`, file);
}

export class Demonstration {
  /** The newest write of each shard: reports wait for them. */
  private readonly positions = new Map<number, number>();

  constructor(
    private readonly api: ApiClient,
    private readonly configuration: Configuration,
    private readonly tell: (line: string) => void,
  ) {}

  /** Sets the world up and sends the day's usage. The day is yesterday, or that of the run that was broken off. */
  async run(begun: DemonstrationRecord | undefined): Promise<void> {
    const day = begun?.day ?? new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    writeDemonstration(this.configuration.dataDir, { day, state: 'begun' });
    await this.publishConfiguration(day);
    await this.registerParties();
    this.tell(`giving ${PREPAID_CUSTOMER} prepaid credit: grants, a hold, a budget and a call beyond it`);
    const note = (position: Position) => {
      this.note(position);
    };
    await demonstrateCredit(this.api, day, note);
    this.tell('putting a proposal to the vote');
    await demonstrateVote(this.api, VOTES, note);
    this.tell('staking for two customers, one of whom compounds');
    await demonstrateStakes(this.api, note);
    await this.sendUsage(usageOfDay(day));
    await this.kafkaProgress();
    await this.checkSupply('usage and the emission of a week');
    this.tell('sharing out what the stakers have: one distribution, until it is paid');
    await demonstrateYield(this.api, day, note);
    await this.checkSupply('the yield');
    await this.checkSupply(`a burn of ${await demonstrateBurn(this.api, note)}`);
    await this.checkSupply(`a reversal of ${await demonstrateReversal(this.api, note)}`);
    await untilClosed(this.api);
    await this.checkSupply('the vote');
    writeDemonstration(this.configuration.dataDir, { day, state: 'done' });
  }

  /** Brings to the chain what is not there yet, and compares. */
  private async checkSupply(after: string): Promise<void> {
    await this.settle();
    this.tell(`after ${after}: ${await checkSupply(this.api)}`);
  }

  /** How far the ledger is in the usage topic, once it has caught up; undefined without Kafka. */
  async kafkaProgress(): Promise<KafkaProgress | undefined> {
    const { kafka, kafkaUsageTopic: topic } = this.configuration;
    if (kafka.mode !== 'brokers') return undefined;
    return { topic, partitions: await waitForLagZero(kafka.brokers, LEDGER_GROUP, topic) };
  }

  /** Pays whoever is owed something. Returns the batch. */
  async settle(): Promise<string> {
    const { id, position } = await this.openSettlement();
    this.note(position);
    const deadline = Date.now() + SETTLEMENT_TIMEOUT_MS;
    for (;;) {
      const { phase } = await this.api.get('/v1/settlements/{id}', {
        path: { id },
        query: { position: [`${position.shard}:${position.height}`] },
      });
      if (phase === 'confirmed' || phase === 'empty') return id;
      if (phase === 'reverted' || Date.now() > deadline)
        throw new Error(`settlement batch ${id} is ${phase}; see GET /v1/settlements/${id}`);
      await delay(200);
    }
  }

  /** `?position=` for everything that this run wrote. */
  get written(): string[] {
    return [...this.positions].map(([shard, height]) => `${shard}:${height}`);
  }

  note(position: Position): void {
    this.positions.set(position.shard, Math.max(position.height, this.positions.get(position.shard) ?? 0));
  }

  private async openSettlement(): Promise<{ id: string; position: Position }> {
    for (const endMs = Date.now() + SETTLEMENT_TIMEOUT_MS; ;) {
      try {
        return await this.api.post('/v1/settlements');
      } catch (error) {
        // The batch of a run that was broken off is brought to its end first.
        if (!isRefusal(error, 'SETTLEMENT_IN_PROGRESS') || Date.now() > endMs) throw error;
        await delay(500);
      }
    }
  }

  private async publishConfiguration(day: string): Promise<void> {
    this.tell('publishing the price book, the policies of split and emission and the rate of the token in dollars');
    await this.unlessThere('VERSION_EXISTS', () =>
      this.api.put('/v1/price-books/{version}', { path: { version: 1 }, body: PRICE_BOOK }),
    );
    await this.unlessThere('VERSION_EXISTS', () =>
      this.api.put('/v1/policies/split/{version}', { path: { version: 1 }, body: SPLIT_POLICY }),
    );
    await this.unlessThere('VERSION_EXISTS', () =>
      this.api.put('/v1/rates/{version}', { path: { version: USD_RATE_VERSION }, body: USD_RATE }),
    );
    await this.unlessThere('VERSION_EXISTS', () =>
      this.api.put('/v1/policies/emission/{version}', { path: { version: 1 }, body: emissionPolicyOf(day) }),
    );
  }

  private async registerParties(): Promise<void> {
    this.tell(`registering ${PROVIDERS.length} providers and ${CUSTOMERS.length + 1} customers`);
    const { items } = await this.api.get('/v1/chains');
    for (const provider of PROVIDERS) {
      await this.unlessThere('PARTY_EXISTS', () =>
        this.api.post('/v1/parties', { body: { id: provider, roles: ['provider'] } }),
      );
      for (const { chainId } of items)
        await this.api.post('/v1/parties/{id}/wallets', {
          path: { id: provider },
          body: { chainId, wallet: walletOf(provider) },
          idempotencyKey: `demonstration-wallet-${provider}`,
        });
      if (provider !== UNVERIFIED_PROVIDER) await this.verify(provider);
    }
    for (const customer of [...CUSTOMERS, PREPAID_CUSTOMER]) {
      await this.unlessThere('PARTY_EXISTS', () =>
        this.api.post('/v1/parties', { body: { id: customer, roles: ['customer'] } }),
      );
      await this.verify(customer);
      if (customer === PREPAID_CUSTOMER) continue;
      const amount = customer === SHORT_CUSTOMER ? SHORT_MINT_AMOUNT : MINT_AMOUNT;
      const { position } = await this.api.post('/v1/mints', {
        body: { holder: customer, amount, reason: 'demonstration purchase' },
        idempotencyKey: `demonstration-mint-${customer}`,
      });
      this.note(position);
    }
  }

  private verify(party: string): Promise<unknown> {
    return this.api.post('/v1/parties/{id}/kyc', {
      path: { id: party },
      body: { state: 'verified', reason: 'demonstration' },
      idempotencyKey: `demonstration-kyc-${party}`,
    });
  }

  private async sendUsage(events: readonly UsageCloudEvent[]): Promise<void> {
    const { kafka, kafkaUsageTopic: topic } = this.configuration;
    if (kafka.mode === 'brokers') {
      this.tell(`sending ${describeUsage(events)} through the topic ${topic}`);
      return this.sendThroughKafka(events, kafka.brokers, topic);
    }
    this.tell(`sending ${describeUsage(events)} to POST /v1/usage`);
    for (let from = 0; from < events.length; from += BATCH_EVENTS) {
      const { value } = await this.api.sendUsage(events.slice(from, from + BATCH_EVENTS));
      for (const position of value.positions) this.note(position);
    }
  }

  private async sendThroughKafka(
    events: readonly UsageCloudEvent[],
    brokers: readonly string[],
    topic: string,
  ): Promise<void> {
    const producer = new UsageProducer({ brokers }, topic);
    try {
      for (let from = 0; from < events.length; from += BATCH_EVENTS)
        await producer.send(events.slice(from, from + BATCH_EVENTS).map((event) => ({ ...event })));
    } finally {
      await producer.close();
    }
    await waitForLagZero(brokers, LEDGER_GROUP, topic);
    const { items } = await this.api.get('/v1/journal/shards');
    for (const position of items) this.note(position);
  }

  private async unlessThere(code: 'PARTY_EXISTS' | 'VERSION_EXISTS', step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!isRefusal(error, code)) throw error;
    }
  }
}

/** Says beforehand why fewer will be charged than are sent. */
function describeUsage(events: readonly UsageCloudEvent[]): string {
  const different = new Set(events.map(({ source, id }) => `${source} ${id}`)).size;
  const again = events.length - different;
  return `${events.length} usage events (${different} and ${again} of them a second time, as producers do: each is charged once)`;
}
