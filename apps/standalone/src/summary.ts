/** What a run came to, read back from the books, and whether they are sound. */
import type { ApiClient } from './api-client.js';
import type { KafkaProgress } from './demonstration.js';

interface Shares {
  readonly providers: string;
  readonly treasury: string;
  readonly stakers: string;
  readonly burned: string;
  readonly total: string;
}

interface Shares {
  readonly providers: string;
  readonly treasury: string;
  readonly stakers: string;
  readonly burned: string;
  readonly total: string;
}

interface UsageTotals {
  readonly events: number;
  readonly amount: string;
}

interface Payout {
  readonly provider: string;
  readonly amount: string;
  readonly state: string;
  readonly txHash: string | null;
}

interface HeldPayout {
  readonly provider: string;
  readonly amount: string;
  readonly reason: string;
}

interface Reconciliation {
  readonly block: { readonly number: string };
  readonly checks: readonly { readonly name: string; readonly ledger: string; readonly chain: string }[];
  readonly matched: number;
  readonly breaks: readonly { readonly class: string; readonly detail: string }[];
}

interface Verification {
  readonly ok: boolean;
  readonly pages: number;
  readonly events: number;
  readonly findings: readonly { readonly class: string; readonly detail: string }[];
}

interface TablesComparison {
  readonly ok: boolean;
  readonly tables: readonly { readonly table: string; readonly ok: boolean }[];
}

export interface Summary {
  readonly lines: readonly string[];
  /** The books balance, reconciliation has no break, the verifier found nothing and every table is a replay. */
  readonly isSound: boolean;
}

/** Reconciles, verifies and reads the books at the given positions. */
export async function summarize(
  api: ApiClient,
  positionQuery: string,
  kafka: KafkaProgress | undefined,
): Promise<Summary> {
  const reconciliation = await api.post<Reconciliation>('/reconciliations', {});
  const { totals: usage } = await api.get<{ totals: UsageTotals }>(`/reports/usage?${positionQuery}`);
  const { paid: split, waiting } = await api.get<{ paid: Shares; waiting: Shares }>(`/reports/split?${positionQuery}`);
  const payouts = await listAll<Payout>(api, '/payouts');
  const held = await listAll<HeldPayout>(api, '/payouts/held');
  const trialBalance = await api.get<{ balanced: boolean }>('/ledger/trial-balance');
  const supply = await api.get<{ minted: string; burned: string; supply: string }>('/ledger/supply');
  const verification = await api.post<Verification>('/ledger/verify', {});
  const { ok: isReplay, tables } = await api.post<TablesComparison>('/projections/verify', {});
  const paid = payouts.filter(({ state }) => state === 'confirmed');
  const hashes = [...new Set(paid.flatMap(({ txHash }) => txHash ?? []))];
  const isOwed = waiting.total !== '0';
  return {
    isSound: trialBalance.balanced && reconciliation.breaks.length === 0 && verification.ok && isReplay,
    lines: [
      ...(kafka === undefined ? [] : [row('kafka', describeKafka(kafka))]),
      row('events', `${usage.events} usage events charged`),
      row('charged', `${usage.amount} AIR${isOwed ? `, of which customers still owe ${waiting.total} AIR` : ''}`),
      row('split', `${split.total} AIR paid: ${split.providers} to providers, ${split.treasury} to the treasury`),
      row('staked', `${split.stakers} AIR set aside for stakers`),
      row('burned', `${split.burned} AIR of usage`),
      row('supply', `${supply.supply} AIR = ${supply.minted} minted - ${supply.burned} burned`),
      row('paid', `${new Set(paid.map(({ provider }) => provider)).size} providers in ${paid.length} payouts on chain`),
      ...paid.map(({ provider, amount }) => row('', `${provider} ${amount} AIR`)),
      ...hashes.map((hash) => row('transaction', hash)),
      ...held.map(({ provider, amount, reason }) => row('held', `${provider} ${amount} AIR: ${reason}`)),
      row('reconciled', `block ${reconciliation.block.number}, ${reconciliation.matched} payouts matched`),
      ...reconciliation.checks.map(({ name, ledger, chain }) => row('', `${name}: ledger ${ledger}, chain ${chain}`)),
      row('breaks', String(reconciliation.breaks.length)),
      ...reconciliation.breaks.map(({ class: breakClass, detail }) => row('', `${breakClass}: ${detail}`)),
      row('books', trialBalance.balanced ? 'balance' : 'DO NOT BALANCE'),
      row('verify', verification.ok ? `passed (${verification.pages} pages, ${verification.events} events)` : 'FAILED'),
      ...verification.findings.map(({ class: findingClass, detail }) => row('', `${findingClass}: ${detail}`)),
      row('tables', isReplay ? `all ${tables.length} are what a replay of the journal gives` : 'DIFFER from a replay'),
      ...tables.filter(({ ok }) => !ok).map(({ table }) => row('', table)),
    ],
  };
}

async function listAll<T>(api: ApiClient, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: T[]; nextCursor: string | null } = await api.get(
      `${path}?limit=500${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

function describeKafka({ topic, partitions }: KafkaProgress): string {
  const lag = partitions.reduce((sum, partition) => sum + partition.lag, 0);
  const offsets = partitions.map(({ partition, committed }) => `${partition}:${committed ?? 0}`).join(' ');
  return `topic ${topic}, ${partitions.length} partitions, offsets ${offsets}, lag ${lag}`;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(12)} ${text}`;
}
