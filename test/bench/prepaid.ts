/**
 * Prepaid customers: several grants each, nested budgets, and usage that names them, or a hold that was reserved for it. They stand
 * beside the plain customers, so that both are measured on one world.
 */
import type { ApiClient } from '#client';
import { createEvents, MINT, type BenchEvent } from './world.js';

const CUSTOMERS = 100;
const TEAMS = 4;
const KEYS = 8;
/** Used before what was bought; small enough that some are spent while it runs. */
const PROMOTIONS = ['25', '50', '1000000'];
const PROMOTION_ENDS = '2099-01-01T00:00:00Z';
/** Far more than a run uses: what is refused would be another, shorter road. */
const LIMIT = '1000000000';
/** Of so many events one settles a hold; all others name a budget. No divisor of it divides the number of customers. */
const EVENTS_PER_HOLD = 23;
/** More than any event of the load costs, so that each hold gives some back. */
const HELD = '0.05';
const AT_ONCE = 8;

const customer = (n: number): string => `prepaid-${n % CUSTOMERS}`;
const team = (n: number): string => `${customer(n)}/team-${Math.floor(n / CUSTOMERS) % TEAMS}`;
const pathOf = (n: number): string => `${team(n)}/key-${Math.floor(n / (CUSTOMERS * TEAMS)) % KEYS}`;

/** Registers them, with what was bought, promotions, and ceilings in total, for the month and for the day. */
export async function setUpPrepaid(api: ApiClient): Promise<void> {
  await atOnce(CUSTOMERS, async (n) => {
    const holder = customer(n);
    await api.post('/v1/parties', { body: { id: holder, roles: ['customer'] } });
    const bought = { holder, amount: MINT, reason: 'bench' };
    await api.post('/v1/mints', { body: bought, idempotencyKey: `bench-${holder}` });
    for (const [place, amount] of PROMOTIONS.entries()) {
      const terms = { kind: 'promotional', priority: 100, expiresAt: PROMOTION_ENDS } as const;
      const body = { holder, amount, ...terms, reason: 'bench' };
      await api.post('/v1/grants', { body, idempotencyKey: `bench-${holder}-${place}` });
    }
    await limit(api, holder, 'total');
  });
  await atOnce(CUSTOMERS * TEAMS, (n) => limit(api, team(n), 'month'));
  await atOnce(CUSTOMERS * TEAMS * KEYS, (n) => limit(api, pathOf(n), 'day'));
}

async function limit(api: ApiClient, path: string, period: 'total' | 'month' | 'day'): Promise<void> {
  const body = { limit: LIMIT, period, onExceed: 'reject', thresholds: [50, 80, 100] } as const;
  await api.put('/v1/budgets/{path}', { path: { path }, body });
}

/** Reserves what the events of a run will name. @returns holds by the number of their event */
export async function reserveHolds(api: ApiClient, run: number, events: number): Promise<ReadonlyMap<number, string>> {
  const reserved = new Map<number, string>();
  await atOnce(Math.ceil(events / EVENTS_PER_HOLD), async (place) => {
    const n = place * EVENTS_PER_HOLD;
    reserved.set(n, await reserve(api, n, `bench-run-${run}-${n}`));
  });
  return reserved;
}

async function reserve(api: ApiClient, n: number, idempotencyKey: string): Promise<string> {
  const body = { customer: customer(n), amount: HELD, budget: pathOf(n) };
  const answer = await api.post('/v1/holds', { body, idempotencyKey });
  return answer.hold;
}

/** Events of one run, each naming a hold of {@link reserveHolds} or a budget. */
export function* createPrepaidEvents(
  run: number,
  count: number,
  reserved: ReadonlyMap<number, string>,
): Iterable<BenchEvent> {
  let n = 0;
  for (const event of createEvents(run, count)) {
    const own = reserved.get(n);
    const named = own === undefined ? { budget: pathOf(n) } : { hold: own };
    yield { ...event, subject: customer(n), data: { ...(event['data'] as object), ...named } };
    n++;
  }
}

/** One single hold, as a gateway asks for before a call, under an idempotency key of its own. */
export async function hold(api: ApiClient): Promise<void> {
  await reserve(api, holds, `bench-hold-${holds++}`);
}

let holds = 0;

/** Some at a time, since one after the other would wait for as many pages. */
async function atOnce(count: number, act: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const inTurn = async () => {
    for (let n = next++; n < count; n = next++) await act(n);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, inTurn));
}
