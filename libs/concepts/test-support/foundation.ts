/** What a ledger needs before anything can be charged and paid: prices, a policy, a chain, parties. */
import type { PriceBook, RegistryCommand, SplitPolicy } from '#concepts';
import { shardOf, type Provenance } from '#domain';
import type { Cast } from './step.js';

export const TIME = '2026-11-22T10:00:00Z';
export const WHO: Provenance = { actor: 'key:admin', origin: 'request:test' };
export const TYPE = 'ai.compute.usage';
export const CHAIN = 31337;

/** 2 tokens per 1,000 input tokens, 1 atto per odd unit; the model `tiered` counts odd units over a month. */
export const PRICES: PriceBook = {
  effectiveAt: '2026-01-01T00:00:00Z',
  prices: [
    {
      type: TYPE,
      model: '*',
      meters: { input_tokens: { price: '2', per: '1000' }, odd: { price: '0.000000000000000001', per: '1' } },
    },
    {
      type: TYPE,
      model: 'tiered',
      meters: {
        odd: {
          price: '0.000000000000000005',
          per: '3',
          over: 'month',
          included: '100',
          tiers: [{ above: '500', price: '0.000000000000000002' }],
        },
      },
    },
    { type: TYPE, model: 'dollars', meters: { odd: { price: '0.000000000000000007', per: '3', currency: 'usd' } } },
  ],
};
export const SPLIT: SplitPolicy = {
  effectiveAt: '2026-01-01T00:00:00Z',
  provider: 8_000,
  treasury: 1_000,
  stakers: 700,
  burn: 300,
};

/** One token for each call: for specs that count calls. */
export const CALL = 'ai.api.call';
export const CALL_PRICES: PriceBook = {
  effectiveAt: '2020-01-01T00:00:00Z',
  prices: [{ type: CALL, model: '*', meters: { calls: { price: '1', per: '1' } } }],
};

/** A name whose shard is this one. */
export function nameIn(shard: number, shards: number, prefix = 'customer-'): string {
  for (let n = 0; ; n++) if (shardOf(`${prefix}${n}`, shards) === shard) return `${prefix}${n}`;
}

/** An address that is obviously nobody's. */
export function walletOf(index: number): string {
  return `0x${(0xa11_ce00 + index).toString(16).padStart(40, '0')}`;
}

interface Recorded {
  readonly time?: string;
  readonly provenance?: Provenance;
}

/** What a foundation may consist of. */
export type FoundationCommand = Extract<
  RegistryCommand,
  { type: 'PublishPriceBook' | 'PublishSplitPolicy' | 'RegisterChain' | 'RegisterParty' | 'ChangeKyc' | 'SetWallet' }
>;

/** The chain on which providers are paid. */
export type ChainDetails = Omit<
  Extract<RegistryCommand, { type: 'RegisterChain' }>,
  'type' | 'time' | 'provenance' | 'request'
>;

export interface Foundation extends Cast, Recorded {
  readonly prices?: PriceBook;
  readonly policy?: SplitPolicy;
  /** What differs from {@link CHAIN}'s; `none` registers no chain and gives nobody a wallet. */
  readonly chain?: Partial<ChainDetails> | 'none';
  /** The last provider stays unverified, so that what it earns is withheld. */
  readonly isLastUnverified?: boolean;
  readonly country?: string;
}

/** What pins a chain that no node has. */
export const CHAIN_HASHES = {
  genesisHash: `0x${'d'.repeat(64)}`,
  tokenCodeHash: `0x${'e'.repeat(64)}`,
  vaultCodeHash: `0x${'f'.repeat(64)}`,
} as const satisfies Partial<ChainDetails>;

const address = (digit: string) => `0x${digit.repeat(40)}`;
const CHAIN_DETAILS: ChainDetails = {
  ...{ chainId: CHAIN, deployBlock: '1', firstNonce: 0 },
  ...{ token: address('a'), vault: address('b'), signer: address('c') },
  ...CHAIN_HASHES,
};

/** The registry's first commands, in an order in which each can be decided. */
export function foundation({
  customers,
  providers,
  prices = PRICES,
  policy = SPLIT,
  chain = {},
  isLastUnverified = false,
  country,
  time = TIME,
  provenance = WHO,
}: Foundation): FoundationCommand[] {
  const common = { time, provenance };
  const details = chain === 'none' ? undefined : { ...CHAIN_DETAILS, ...chain };
  return [
    { ...common, type: 'PublishPriceBook', version: 1, book: prices },
    { ...common, type: 'PublishSplitPolicy', version: 1, policy },
    ...(details === undefined ? [] : [{ ...common, type: 'RegisterChain', ...details } as const]),
    ...customers.map((party): FoundationCommand => ({ ...common, type: 'RegisterParty', party, roles: ['customer'] })),
    ...providers.flatMap((party, place) =>
      provider(party, {
        ...common,
        ...(country === undefined ? {} : { country }),
        ...(details === undefined ? {} : { chainId: details.chainId, wallet: walletOf(place) }),
        isVerified: !isLastUnverified || place < providers.length - 1,
      }),
    ),
  ];
}

/** What registers a topic of a cluster that nobody has, under its own name. */
export function registrationOf(topic: string) {
  return { type: 'RegisterTopic', name: topic, topic, clusterId: 'MkU3OEVBNTcwNTJENDM2Qk' } as const;
}

export interface ProviderDetails extends Recorded {
  readonly country?: string;
  readonly isVerified?: boolean;
  readonly chainId?: number;
  /** Without one it cannot be paid. */
  readonly wallet?: string;
}

/** What makes a provider: registered, verified unless said otherwise, with a wallet where one is given. */
export function provider(
  party: string,
  { country, isVerified = true, chainId = CHAIN, wallet, time = TIME, provenance = WHO }: ProviderDetails = {},
): FoundationCommand[] {
  const common = { time, provenance };
  return [
    { ...common, type: 'RegisterParty', party, roles: ['provider'], ...(country === undefined ? {} : { country }) },
    ...(isVerified ? [verified(party, common)] : []),
    ...(wallet === undefined ? [] : [{ ...common, type: 'SetWallet', party, chainId, wallet } as const]),
  ];
}

/** An officer has seen the party's documents. */
export function verified(party: string, { time = TIME, provenance = WHO }: Recorded = {}): FoundationCommand {
  return { time, provenance, type: 'ChangeKyc', party, to: 'verified', reason: 'documents seen' };
}
