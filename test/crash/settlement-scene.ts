/** A ledger, a chain and what the two say of the providers' money. */
import { join } from 'node:path';
import type { SettlementPlanned } from '#concepts';
import type { AnvilEngine } from '#engines';
import { fundedKey } from '../../apps/settlement/test-support/settlement-world.js';
import { countEvents, readBooks, type Books } from '../e2e/support/books.js';
import { eventually } from '#testing';
import { Api } from '../e2e/support/api.js';
import { ServiceProcess } from '../e2e/support/service-process.js';
import { apiOf, Stage, type DatabaseEngine, type EngineEvents } from '../e2e/support/stage.js';
import { generateUsage, PROVIDERS, setUpWallets, setUpWorld, walletOf } from '../e2e/support/world.js';

export const SHARDS = 2;

export class SettlementScene {
  private sent = 0;

  private constructor(
    readonly stage: Stage,
    readonly database: DatabaseEngine,
    public chain: AnvilEngine,
    readonly ledger: ServiceProcess,
    readonly token: string,
    readonly signerKey: `0x${string}`,
  ) {}

  /** Starts database, chain and ledger; the contracts are deployed by a settlement service, which is gone again then. */
  static async open(stage: Stage, events?: EngineEvents): Promise<SettlementScene> {
    const [database, chain] = await Promise.all([stage.postgres(), stage.anvil(events)]);
    const ledger = await stage.service('ledger', { DATABASE_URL: database.url, AIRTIME_SHARDS: String(SHARDS) });
    const api = apiOf(ledger);
    await setUpWorld(api);
    const signerKey = await fundedKey(chain.rpcUrl);
    const settlement = await stage.service('settlement', environment(database, chain, signerKey));
    await apiOf(settlement).post('/chains', { deploy: true });
    await settlement.seen(/settlement contracts are in place/);
    await settlement.end('SIGTERM');
    const { items } = await eventually(
      () => api.get('/chains'),
      (answer) => answer.items.length > 0,
    );
    await setUpWallets(api, items[0]!.chainId);
    return new SettlementScene(stage, database, chain, ledger, items[0]!.token, signerKey);
  }

  get writerKeyFile(): string {
    return join(this.stage.folder, 'data', 'writer.key');
  }

  get rootKeyFile(): string {
    return join(this.stage.folder, 'data', 'root.key');
  }

  get api(): Api {
    return apiOf(this.ledger);
  }

  /** A settlement service, which drives whatever batch is under way. */
  settlementService(): Promise<ServiceProcess> {
    return this.stage.service('settlement', environment(this.database, this.chain, this.signerKey));
  }

  /** Charges so much usage that every provider is owed something. */
  async earn(count = 40): Promise<void> {
    const receipt = await this.api.sendUsage(generateUsage(this.sent + 1, count, this.sent));
    this.sent += count;
    if (receipt.accepted !== count) throw new Error(`only ${receipt.accepted} of ${count} events were charged`);
  }

  books(): Promise<Books> {
    return readBooks(this.database.url, SHARDS);
  }

  /** Tokens that a provider's wallet holds on the chain, in base units. */
  walletBalance(provider: string): Promise<bigint> {
    return this.balanceOf(walletOf(provider));
  }

  /** The same of any wallet. */
  async balanceOf(wallet: string): Promise<bigint> {
    const data = `0x70a08231${wallet.slice(2).padStart(64, '0')}`; // balanceOf(address)
    const response = await fetch(this.chain.rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{ to: this.token, data }, 'latest'] }),
    });
    return BigInt(((await response.json()) as { result: string }).result);
  }

  /**
   * Each provider has on the chain what the ledger's confirmed batches paid it and, unless something is under way, all
   * that it ever earned.
   */
  async expectPaidExactlyOnce(batches: number): Promise<void> {
    const books = await this.books();
    expect(countEvents(books, 'SettlementConfirmed')).toBe(batches);
    const confirmed = new Set<string>();
    for (const event of books.events) if (event.type === 'SettlementConfirmed') confirmed.add(event.batch);
    expect(confirmed.size).toBe(batches);
    const paid = new Map<string, bigint>();
    const plans = books.events.filter((event): event is SettlementPlanned => event.type === 'SettlementPlanned');
    for (const { batch, payouts } of plans) {
      if (!confirmed.has(batch)) continue;
      for (const { provider, amount } of payouts) paid.set(provider, (paid.get(provider) ?? 0n) + BigInt(amount));
    }
    for (const provider of PROVIDERS) {
      const earned = earnedBy(provider, books);
      expect(earned).toBeGreaterThan(0n);
      expect([provider, paid.get(provider)]).toEqual([provider, earned]);
      expect([provider, await this.walletBalance(provider)]).toEqual([provider, earned]);
    }
    expect(books.balances['settlement:in-transit']).toBeUndefined();
  }

  async expectNoBreak(settlement: ServiceProcess, batches: number): Promise<void> {
    const report = await apiOf(settlement).post('/reconciliations');
    expect(report.breaks).toEqual([]);
    expect(report.matched).toBe(batches * PROVIDERS.length);
    expect(report.checks.length).toBeGreaterThan(0);
    expect(report.checks.filter(({ agrees }) => !agrees)).toEqual([]);
  }
}

/** All that was ever credited to a provider by usage. */
function earnedBy(provider: string, books: Books): bigint {
  let earned = 0n;
  for (const event of books.events) {
    if (event.type !== 'UsageCharged' && event.type !== 'ReceivablesCovered') continue;
    for (const { credit, amount } of event.postings) {
      if (credit === `provider:${provider}:payable`) earned += BigInt(amount);
    }
  }
  return earned;
}

function environment(database: DatabaseEngine, chain: AnvilEngine, signerKey: string): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    AIRTIME_SHARDS: String(SHARDS),
    CHAIN_RPC_URL: chain.rpcUrl,
    CHAIN_SIGNER_KEY: signerKey,
  };
}
