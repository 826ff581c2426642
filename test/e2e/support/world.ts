/** Prices, parties and generated usage: the same numbers for the same seed. */
import { randomUUID } from 'node:crypto';
import { foundation, verified } from '#concepts/testing';
import { layFoundation } from '#testing';
import type { Api } from './api.js';

export const CUSTOMERS = ['acme', 'globex', 'initech', 'umbrella', 'hooli', 'stark'] as const;
export const PROVIDERS = ['gpu-north', 'gpu-south', 'gpu-east'] as const;
/** It buys too little for its usage, so part of that becomes receivable. */
export const SHORT_CUSTOMER = 'stark';

/** Prices that leave remainders: a third of an atto-token is a common fate here. */
const PRICE_BOOK = {
  effectiveAt: '2020-01-01T00:00:00Z',
  prices: [
    {
      type: 'ai.compute.usage',
      model: '*',
      meters: {
        input_tokens: { price: '0.35', per: '1000000' },
        output_tokens: { price: '1.4', per: '1000000' },
        gpu_ms: { price: '0.7', per: '1000000' },
      },
    },
  ],
};

const SPLIT_POLICY = {
  effectiveAt: '2020-01-01T00:00:00Z',
  provider: 7_777,
  treasury: 1_111,
  stakers: 611,
  burn: 501,
};

export type UsageCloudEvent = ReturnType<typeof generateUsage>[number];

/** A wallet per provider, obviously nobody's. */
export function walletOf(provider: string): string {
  const index = PROVIDERS.indexOf(provider as (typeof PROVIDERS)[number]) + 1;
  return `0x${(0xbeef_00 + index).toString(16).padStart(40, '0')}`;
}

/** Publishes prices and a split, registers everybody, verifies everybody, and funds the customers. */
export async function setUpWorld({ client }: Api): Promise<void> {
  const cast = { customers: CUSTOMERS, providers: PROVIDERS };
  const known = foundation({ ...cast, prices: PRICE_BOOK, policy: SPLIT_POLICY, chain: 'none' });
  await layFoundation(client, [...known, ...CUSTOMERS.map((customer) => verified(customer))]);
  for (const holder of CUSTOMERS) {
    const amount = holder === SHORT_CUSTOMER ? '0.25' : '10000.000000000000000007';
    await client.post('/v1/mints', { body: { holder, amount, reason: 'purchase' }, idempotencyKey: `mint-${holder}` });
  }
}

/** Gives every provider a wallet on a chain. */
export async function setUpWallets({ client }: Api, chainId: number): Promise<void> {
  for (const id of PROVIDERS) {
    const body = { chainId, wallet: walletOf(id) };
    await client.post('/v1/parties/{id}/wallets', { path: { id }, body, idempotencyKey: randomUUID() });
  }
}

/**
 * Generated usage of one day.
 *
 * @param first number of the first event: batches of different numbers never share an id
 */
export function generateUsage(seed: number, count: number, first = 0) {
  const random = seededRandom(seed);
  const upTo = (max: number) => String(1 + Math.floor(random() ** 2 * max));
  return Array.from({ length: count }, (_, n) => ({
    specversion: '1.0' as const,
    id: `usage-${first + n}`,
    source: `test/gateway-${(first + n) % 3}`,
    type: 'ai.compute.usage',
    time: new Date(Date.UTC(2026, 10, 20) + Math.floor(random() * 86_400_000)).toISOString(),
    subject: CUSTOMERS[Math.floor(random() * CUSTOMERS.length)]!,
    data: {
      provider: PROVIDERS[Math.floor(random() * PROVIDERS.length)]!,
      model: `model-${n % 5}`,
      meters: { input_tokens: upTo(9_000), output_tokens: upTo(2_000), gpu_ms: upTo(7_000) },
    },
  }));
}

/** A small seeded generator (mulberry32, public domain): numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
