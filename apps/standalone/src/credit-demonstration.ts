/** Prepaid credit in the demonstration: grants, a hold, an end and a refused call of one customer, step by step over the API. */
import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal, type ApiClient, type Schemas } from '#client';
import { formatAmount, parseAmount } from '#domain';

/** Its credit is small, and told apart from what the day of usage comes to. */
export const PREPAID_CUSTOMER = 'tessier';
const BUDGET = `${PREPAID_CUSTOMER}/research`;
const PROVIDER = 'gpu-north';
const API_CALL = 'ai.api.call';

const GRANTED = {
  purchased: '10',
  promotional: { amount: '5', kind: 'promotional', priority: 100 },
  /** Used last, and over before that. */
  lapsing: { amount: '2', kind: 'promotional', priority: 900 },
} as const;
/** What remains of it is breakage soon after the demonstration has begun. */
const LAPSES_AFTER_MS = 3_000;
const LAPSE_TIMEOUT_MS = 120_000;

type Position = Schemas['PositionAnswer'];

/**
 * Grants, reserves, uses and refuses; the customer is registered already. Every step may be repeated.
 *
 * @param day `YYYY-MM-DD`, of the usage
 * @param note is told where something was written
 * @throws Error when a call beyond the budget is not refused
 */
export async function demonstrateCredit(
  api: ApiClient,
  day: string,
  note: (position: Position) => void,
): Promise<void> {
  const holder = PREPAID_CUSTOMER;
  const reason = 'demonstration';
  const key = (step: string) => ({ idempotencyKey: `demonstration-credit-${step}` });
  const mint = { holder, amount: GRANTED.purchased, reason };
  note((await api.post('/v1/mints', { body: mint, ...key('mint') })).position);
  const promotional = { holder, ...GRANTED.promotional, reason };
  note((await api.post('/v1/grants', { body: promotional, ...key('promotional') })).position);
  const expiresAt = new Date(Date.now() + LAPSES_AFTER_MS).toISOString();
  try {
    const lapsing = { holder, ...GRANTED.lapsing, expiresAt, reason };
    note((await api.post('/v1/grants', { body: lapsing, ...key('lapsing') })).position);
  } catch (error) {
    // A run that was broken off granted it, with an end of its own.
    if (!isRefusal(error, 'IDEMPOTENCY_CONFLICT')) throw error;
  }
  const terms = { limit: '4', period: 'total', onExceed: 'reject' } as const;
  note((await api.put('/v1/budgets/{path}', { path: { path: BUDGET }, body: terms })).position);
  const hold = await api.post('/v1/holds', { body: { customer: holder, amount: '4' }, ...key('hold') });
  note(hold.position);

  const use = async (id: string, calls: number, names: object) => {
    const data = { provider: PROVIDER, model: 'any', meters: { calls: String(calls) }, ...names };
    const event = { specversion: '1.0', id: `${day}-credit-${id}`, source: 'demonstration/gateway', type: API_CALL };
    const { value } = await api.sendUsage([{ ...event, time: `${day}T12:00:00Z`, subject: holder, data }]);
    for (const position of value.positions) note(position);
    return value.rejected[0]?.code;
  };
  await use('held', 2_500, { hold: hold.hold });
  await use('within', 3_000, { budget: BUDGET });
  const refusal = await use('beyond', 2_000, { budget: BUDGET });
  if (refusal !== 'BUDGET_EXCEEDED') throw new Error(`a call beyond ${BUDGET} was not refused: ${String(refusal)}`);
  await untilLapsed(api);
}

async function untilLapsed(api: ApiClient): Promise<void> {
  for (const endMs = Date.now() + LAPSE_TIMEOUT_MS; ; await delay(200)) {
    const grants = await api.list('/v1/holders/{id}/grants', { path: { id: PREPAID_CUSTOMER }, query: {} });
    if (grants.some(({ state }) => state === 'expired')) return;
    if (Date.now() > endMs) throw new Error('a grant has not ended in time; GET /health says what the ledger lacks');
  }
}

/** What the customer's credit came to, and whether its sums hold. */
export interface CreditSummary {
  readonly rows: readonly (readonly [name: string, text: string])[];
  readonly isSound: boolean;
}

/** @returns undefined for a ledger whose demonstration had no such customer */
export async function summarizeCredit(api: ApiClient, position: readonly string[]): Promise<CreditSummary | undefined> {
  const path = { id: PREPAID_CUSTOMER };
  try {
    await api.get('/v1/holders/{id}/balance', { path });
  } catch (error) {
    if (isRefusal(error, 'UNKNOWN_HOLDER')) return undefined;
    throw error;
  }
  const grants = await api.list('/v1/holders/{id}/grants', { path, query: { position } });
  const [hold] = await api.list('/v1/holders/{id}/holds', { path, query: { position } });
  const { available, held, receivable } = await api.get('/v1/holders/{id}/balance', { path, query: { position } });
  const { used, limit } = await api.get('/v1/budgets/{path}', { path: { path: BUDGET }, query: { position } });
  const sum = (name: 'amount' | 'used' | 'remaining' | 'held' | 'lapsed') =>
    grants.reduce((total, grant) => total + parseAmount(grant[name]), 0n);
  const promotional = grants.find(({ kind, state }) => kind === 'promotional' && state !== 'expired');
  if (hold === undefined || promotional === undefined) return undefined;
  const parts = sum('used') + sum('remaining') + sum('held') + sum('lapsed');
  return {
    isSound:
      parts === sum('amount') &&
      sum('remaining') === parseAmount(available) &&
      sum('held') === parseAmount(held) &&
      parseAmount(receivable) === 0n &&
      parseAmount(hold.captured) + parseAmount(hold.released) === parseAmount(hold.amount) &&
      parseAmount(used) <= parseAmount(limit),
    rows: [
      [
        'credit',
        `${formatAmount(sum('amount'))} AIR = ${formatAmount(sum('used'))} used + ${available} left + ${formatAmount(sum('lapsed'))} lapsed`,
      ],
      ['promotional', `${promotional.used} AIR of ${promotional.amount} used, before what was bought`],
      ['hold', `${hold.amount} AIR = ${hold.captured} captured + ${hold.released} given back`],
      ['budget', `${used} AIR of ${limit} used by ${BUDGET}; what went beyond was refused`],
      ['breakage', `${formatAmount(sum('lapsed'))} AIR of a grant that ended`],
    ],
  };
}
