/** Staking in the demonstration: two customers stake before the day of usage, and share what it brought the stakers. */
import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal, type ApiClient, type Schemas } from '#client';
import { formatAmount, parseAmount } from '#domain';

/** By customer, in tokens; the second one's share is staked at once. */
const STAKES = { globex: '300', initech: '100' } as const;
const COMPOUNDING = 'initech';
const TIMEOUT_MS = 120_000;
const STAKERS_LIMIT = 500;

type Note = (position: Schemas['PositionAnswer']) => void;
type Distribution = Schemas['DistributionAnswer'];

/** Every step may be repeated. @param note is told where something was written */
export async function demonstrateStakes(api: ApiClient, note: Note): Promise<void> {
  const key = (step: string) => ({ idempotencyKey: `demonstration-stake-${step}` });
  for (const [holder, amount] of Object.entries(STAKES)) {
    const mint = { holder, amount, reason: 'demonstration stake' };
    note((await api.post('/v1/mints', { body: mint, ...key(`mint-${holder}`) })).position);
    note((await api.post('/v1/stakes', { body: { holder, amount }, ...key(holder) })).position);
  }
  const asked = { path: { id: COMPOUNDING }, body: { compounding: true }, ...key('compounding') };
  note((await api.put('/v1/holders/{id}/compounding', asked)).position);
}

/** Distributes what stakers have, once; a run that was broken off may have begun. @param day `YYYY-MM-DD`, of the usage */
export async function demonstrateYield(api: ApiClient, day: string, note: Note): Promise<void> {
  const id = (await findDistribution(api)) ?? (await openDistribution(api, day, note));
  for (const endMs = Date.now() + TIMEOUT_MS; ; await delay(200)) {
    const state = await readState(api, id);
    if (state === 'paid') return;
    if (Date.now() > endMs) throw new Error(`distribution ${id} is ${state}; see GET /v1/yield-distributions/${id}`);
  }
}

/** What was opened a moment ago may not be in the books yet. */
async function readState(api: ApiClient, id: string): Promise<string> {
  try {
    return (await api.get('/v1/yield-distributions/{id}', { path: { id } })).state;
  } catch (error) {
    if (isRefusal(error, 'NOT_FOUND')) return 'open';
    throw error;
  }
}

async function findDistribution(api: ApiClient): Promise<string | undefined> {
  const { items } = await api.get('/v1/yield-distributions', { query: { limit: 1 } });
  return items[0]?.distribution;
}

async function openDistribution(api: ApiClient, day: string, note: Note): Promise<string> {
  const body = { from: `${day}T00:00:00Z`, to: new Date().toISOString() };
  const made = await api.post('/v1/yield-distributions', { body, idempotencyKey: 'demonstration-yield' });
  note(made.position);
  return made.distribution;
}

/** What the distribution came to, and whether its sums hold. */
export interface YieldSummary {
  readonly rows: readonly (readonly [name: string, text: string])[];
  readonly isSound: boolean;
}

/** @returns undefined for a ledger whose demonstration had no distribution */
export async function summarizeYield(api: ApiClient): Promise<YieldSummary | undefined> {
  const id = await findDistribution(api);
  if (id === undefined) return undefined;
  const found = await api.get('/v1/yield-distributions/{id}', { path: { id }, query: { limit: STAKERS_LIMIT } });
  const { funded, paid, carried, stakers, state } = found satisfies Distribution;
  const stakes: string[] = [];
  for (const holder of Object.keys(STAKES)) {
    const { staked } = await api.get('/v1/holders/{id}/stakes', { path: { id: holder } });
    stakes.push(`${holder} ${staked} AIR`);
  }
  const shares = stakers.reduce((sum, { amount }) => sum + parseAmount(amount), 0n);
  const whole = parseAmount(paid ?? '0') + parseAmount(carried ?? '0');
  return {
    isSound: state === 'paid' && shares === parseAmount(paid ?? '0') && whole === parseAmount(funded ?? '0'),
    rows: [
      ['stakes', stakes.join(', ')],
      ['yield', `${funded} AIR = ${formatAmount(shares)} paid to ${stakers.length} stakers + ${carried} carried`],
    ],
  };
}
