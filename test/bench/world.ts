/** The world that is measured: 100 customers, 20 providers, one model, three meters, and events of some 300 bytes. */
import type { ApiClient } from '#client';

export const CUSTOMERS = 100;
export const PROVIDERS = 20;
export const SHARDS = 4;

/** Tokens of each customer, far more than a run uses: a receivable would be another, shorter road. */
export const MINT = '1000000000';

const CONFIGURED_AT = '2020-01-01T00:00:00Z';
const perMillion = (price: string) => ({ price, per: '1000000' });

const customer = (n: number): string => `customer-${n % CUSTOMERS}`;
const provider = (n: number): string => `provider-${n % PROVIDERS}`;

/** Publishes prices and policy, registers the parties and gives every customer funds. */
export async function setUpWorld(api: ApiClient): Promise<void> {
  const book = {
    effectiveAt: CONFIGURED_AT,
    prices: [
      {
        type: 'ai.compute.usage',
        model: 'llama-3.1-70b',
        meters: { input_tokens: perMillion('0.35'), output_tokens: perMillion('0.4'), gpu_ms: perMillion('1') },
      },
    ],
  };
  await api.put('/v1/price-books/{version}', { path: { version: 1 }, body: book });
  const shares = { provider: 8_000, treasury: 1_000, stakers: 500, burn: 500 };
  const policy = { effectiveAt: CONFIGURED_AT, ...shares };
  await api.put('/v1/policies/split/{version}', { path: { version: 1 }, body: policy });
  const customers = Array.from({ length: CUSTOMERS }, (_, n) => customer(n));
  const providers = Array.from({ length: PROVIDERS }, (_, n) => provider(n));
  await Promise.all([
    ...customers.map((id) => api.post('/v1/parties', { body: { id, roles: ['customer'] } })),
    ...providers.map((id) => api.post('/v1/parties', { body: { id, roles: ['provider'] } })),
  ]);
  await Promise.all(customers.map((holder) => mint(api, holder, MINT)));
}

let mints = 0;

/** One single mint, under an idempotency key of its own. */
export async function mint(api: ApiClient, holder = customer(mints), amount = '1'): Promise<void> {
  const body = { holder, amount, reason: 'bench' };
  await api.post('/v1/mints', { body, idempotencyKey: `bench-mint-${mints++}` });
}

export interface BenchEvent {
  readonly subject: string;
  readonly [attribute: string]: unknown;
}

/** Events of one run, all different from one another. They happen now, so that no clock refuses them. */
export function* createEvents(run: number, count: number): Iterable<BenchEvent> {
  const time = new Date().toISOString();
  for (let n = 0; n < count; n++) {
    // A multiplicative walk instead of a counter: the next event's customer is not the next customer.
    const spread = Math.imul(n, 0x9e37_79b1) >>> 0;
    yield {
      specversion: '1.0',
      id: `${hex(spread)}-${hex(run)}-${hex(n)}`,
      source: `gateway/eu-${n % 7}`,
      type: 'ai.compute.usage',
      time,
      subject: customer(spread >>> 7),
      data: {
        provider: provider(spread >>> 17),
        model: 'llama-3.1-70b',
        meters: {
          input_tokens: String(1 + (spread % 8_000)),
          output_tokens: String(1 + (spread % 1_500)),
          gpu_ms: String(1 + (spread % 30_000)),
        },
      },
    };
  }
}

function hex(n: number): string {
  return n.toString(16).padStart(8, '0');
}
