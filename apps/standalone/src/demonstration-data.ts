/** The demonstration's world: a day of usage of some customers at some providers, the same for the same day. */
import type { Schemas } from '#client';

/** Distinguishable at a glance from real parties. */
export const PROVIDERS = ['gpu-north', 'gpu-south', 'gpu-east', 'gpu-west', 'gpu-new'] as const;

/** This provider has not been verified yet: its payouts are withheld, and the desk lists why. */
export const UNVERIFIED_PROVIDER = 'gpu-new';

export const CUSTOMERS = [
  'acme',
  'globex',
  'initech',
  'umbrella',
  'hooli',
  'stark',
  'wayne',
  'wonka',
  'tyrell',
  'cyberdyne',
] as const;

/** This customer has bought too little: part of its usage becomes receivable. */
export const SHORT_CUSTOMER = 'wonka';

export const MINT_AMOUNT = '5000';
export const SHORT_MINT_AMOUNT = '1.5';
export const EVENTS_PER_DAY = 6_000;

const MODELS = ['llama-3.1-70b', 'mixtral-8x7b', 'sdxl-1.0'] as const;

/** Prices for any time the public traces come from. */
export const PRICE_BOOK = {
  effectiveAt: '2020-01-01T00:00:00Z',
  prices: [
    {
      type: 'ai.compute.usage',
      model: 'llama-3.1-70b',
      meters: meters({ input_tokens: '0.35', cached_input_tokens: '0.07', output_tokens: '0.4', gpu_ms: '1' }),
    },
    {
      type: 'ai.compute.usage',
      model: 'mixtral-8x7b',
      meters: meters({ input_tokens: '0.24', cached_input_tokens: '0.05', output_tokens: '0.24', gpu_ms: '1' }),
    },
    {
      type: 'ai.compute.usage',
      model: 'sdxl-1.0',
      meters: { images: { price: '0.02', per: '1' }, gpu_ms: { price: '1', per: '1000000' } },
    },
    { type: 'ai.api.call', model: '*', meters: { calls: { price: '0.001', per: '1' } } },
    {
      type: 'ai.data.usage',
      model: '*',
      meters: { rows: { price: '0.5', per: '1000000' }, bytes: { price: '0.1', per: '1000000000' } },
    },
    { type: 'ai.validation.reward', model: '*', meters: { validations: { price: '0.01', per: '1' } } },
  ],
};

function meters(perMillion: Record<string, string>): Record<string, { price: string; per: string }> {
  return Object.fromEntries(Object.entries(perMillion).map(([meter, price]) => [meter, { price, per: '1000000' }]));
}

/** Holds only while nobody publishes another: of the earliest instant, and its number leaves the first ones to whoever tries rates. */
export const USD_RATE_VERSION = 1_000;
export const USD_RATE = { effectiveAt: '1970-01-01T00:00:00Z', usdPerToken: '0.02' };

const DAY_MS = 86_400_000;

/** Its first epoch is the week that ended with the day of usage: it is emitted at once, at its instant, and the next one in a week. */
export const emissionPolicyOf = (day: string) =>
  ({
    effectiveAt: new Date(Date.parse(day) - 6 * DAY_MS).toISOString(),
    ...{ kind: 'halving', epoch: 'P7D', initial: '1000', period: 52 },
    recipients: [
      { account: 'staking:rewards', bps: 4_000 },
      { account: 'treasury:fees', bps: 1_000 },
    ],
  }) satisfies Schemas['EmissionPolicyBody'];

/** Who votes on what the demonstration proposes, and how. */
export const VOTES = { acme: 'yes', globex: 'yes', initech: 'no', umbrella: 'abstain' } as const;

export const SPLIT_POLICY = {
  effectiveAt: '2020-01-01T00:00:00Z',
  provider: 8_000,
  treasury: 1_000,
  stakers: 500,
  burn: 500,
};

/** A wallet per provider that is obviously nobody's: the demonstration's chain is a local one. */
export function walletOf(provider: string): string {
  const index = PROVIDERS.indexOf(provider as (typeof PROVIDERS)[number]) + 1;
  return `0x${(0xa17_1e00 + index).toString(16).padStart(40, '0')}`;
}

export interface UsageCloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly subject: string;
  readonly data: {
    readonly provider: string;
    readonly model: string;
    readonly meters: Readonly<Record<string, string>>;
  };
}

/**
 * A day of usage, busier at noon, with a few large customers and many small ones, and one report in two hundred sent
 * twice, as producers do.
 *
 * @param day `YYYY-MM-DD`
 */
export function usageOfDay(day: string): UsageCloudEvent[] {
  const random = generator(day);
  const events: UsageCloudEvent[] = [];
  for (let n = 0; n < EVENTS_PER_DAY; n++) {
    const second = Math.floor(((random() + random() + random()) / 3) * 86_400);
    const model = MODELS[Math.floor(random() * MODELS.length)]!;
    const event: UsageCloudEvent = {
      specversion: '1.0',
      id: `${day}-${n}`,
      source: 'demonstration/gateway',
      type: 'ai.compute.usage',
      time: new Date(Date.parse(`${day}T00:00:00Z`) + second * 1_000).toISOString(),
      subject: CUSTOMERS[Math.floor(random() ** 2 * CUSTOMERS.length)]!,
      data: { provider: PROVIDERS[Math.floor(random() * PROVIDERS.length)]!, model, meters: metersOf(model, random) },
    };
    events.push(event);
    if (n % 200 === 0) events.push(event);
  }
  return events;
}

function metersOf(model: string, random: () => number): Record<string, string> {
  const upTo = (max: number) => String(1 + Math.floor(random() ** 2 * max));
  if (model === 'sdxl-1.0') return { images: upTo(8), gpu_ms: upTo(40_000) };
  return {
    input_tokens: upTo(8_000),
    cached_input_tokens: upTo(2_000),
    output_tokens: upTo(1_500),
    gpu_ms: upTo(6_000),
  };
}

/** A small seeded generator (mulberry32, public domain): the demonstration needs repeatable numbers, not secret ones. */
function generator(seed: string): () => number {
  let state = [...seed].reduce(
    (hash, character) => Math.imul(hash ^ character.charCodeAt(0), 0x01000193),
    0x811c9dc5 | 0,
  );
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
