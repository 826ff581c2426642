/** Mutations of prices and of what usage cost by them, by the law that they break. */
import { members, draft, type Event, type Mutation, type Where } from './mutation.js';

const more = (amount: unknown): string => `${BigInt(amount as string) + 1n}`;
const isPlain: Where = ({ receivable }) => receivable === undefined;
const isLate: Where = ({ usage }) => (usage as { id: string }).id === 'late';
const unsaid = (event: Event, name: string): object =>
  Object.fromEntries(Object.entries(event).filter(([member]) => member !== name));
const typed =
  (change: (types: readonly object[]) => readonly object[]) =>
  (event: Event): object => {
    const policy = event['policy'] as { readonly types: readonly object[] };
    return { ...event, policy: { ...policy, types: change(policy.types) } };
  };
const isCounted: Where = ({ counted }) => counted !== undefined;
interface Count {
  readonly before: string;
  readonly after: string;
}
const recounted = (event: Event, change: (count: Count) => Count): Event => {
  const { meters, ...counted } = event['counted'] as { readonly meters: Readonly<Record<string, Count>> };
  const changed = Object.fromEntries(Object.entries(meters).map(([meter, count]) => [meter, change(count)]));
  return { ...event, counted: { ...counted, meters: changed } };
};

interface Told {
  readonly entry: number;
  readonly amount: string;
  readonly receivable?: string;
}
/** Changes what an answer says of its first charge. */
const told = (change: (one: Told) => object): Mutation =>
  members(
    'UsageBatchAnswered',
    (event) => {
      const answer = event['answer'] as { readonly charged: readonly Told[] };
      return {
        ...event,
        answer: { ...answer, charged: answer.charged.map((one, i) => (i === 0 ? change(one) : one)) },
      };
    },
    ({ answer }) => (answer as { charged?: unknown }).charged !== undefined,
  );

export const OF_RATING = {
  RATING_WRONG: {
    'a version that is published twice': members(
      'PriceBookPublished',
      (event) => ({ ...event, version: 1 }),
      ({ version }) => version === 2,
    ),
    'shares that are not the whole': members(
      'SplitPolicyPublished',
      (event) => ({ ...event, policy: { ...(event['policy'] as object), burn: 301 } }),
      ({ version }) => version === 2,
    ),
    'shares of a type that are not the whole': members(
      'SplitPolicyPublished',
      typed(([first, ...others]) => [{ ...first, burn: 1 }, ...others]),
      ({ version }) => version === 2,
    ),
    'a type that has shares twice': members(
      'SplitPolicyPublished',
      typed((types) => [...types, ...types.slice(0, 1)]),
      ({ version }) => version === 2,
    ),
    'a token that is worth nothing': members(
      'UsdRatePublished',
      (event) => ({ ...event, rate: { ...(event['rate'] as object), usdPerToken: '0.00' } }),
      ({ version }) => version === 2,
    ),
    'a rate that is published twice': members(
      'UsdRatePublished',
      (event) => ({ ...event, version: 1 }),
      ({ version }) => version === 2,
    ),
    'prices from a day that the calendar lacks': members(
      'PriceBookPublished',
      (event) => ({ ...event, book: { ...(event['book'] as object), effectiveAt: '2026-02-30T00:00:00Z' } }),
      ({ version }) => version === 2,
    ),
  },
  AMOUNT_WRONG: {
    'an answer that says more than was charged': told((one) => ({ ...one, amount: more(one.amount) })),
    'an answer that says less is owed': told(({ receivable: _, ...one }) => one),
    'an answer that names another entry': told((one) => ({ ...one, entry: one.entry + 7 })),
    'another amount than the prices give': members(
      'UsageCharged',
      (event) => ({ ...event, amount: more(event['amount']) }),
      isPlain,
    ),
    'prices that nobody published': members('UsageCharged', (event) => ({ ...event, priceBook: 77 }), isPlain),
    'prices that were published later': members('UsageCharged', (event) => ({ ...event, priceBook: 3 }), isPlain),
    'prices that are in force later': members('UsageCharged', (event) => ({ ...event, priceBook: 2 }), isLate),
    'prices in whose place others were in force': members(
      'UsageCharged',
      (event) => ({ ...event, priceBook: 1 }),
      isLate,
    ),
    'a policy in whose place another was in force': members(
      'UsageCharged',
      (event) => ({ ...event, splitPolicy: 1 }),
      isLate,
    ),
    'usage of a time at which others were in force': members(
      'UsageCharged',
      (event) => ({ ...event, time: '2026-11-22T13:00:00Z' }),
      isLate,
    ),
    'another rate of the token than was in force': members(
      'UsageCharged',
      (event) => ({ ...event, usdRate: 2 }),
      ({ usdRate }) => usdRate === 1,
    ),
    'a rate where no price is in dollars': members('UsageCharged', (event) => ({ ...event, usdRate: 1 }), isLate),
    'no rate where prices are in dollars': members(
      'UsageCharged',
      (event) => unsaid(event, 'usdRate'),
      ({ usdRate }) => usdRate !== undefined,
    ),
    'a month that counts more than there was': members(
      'UsageCharged',
      (event) => recounted(event, ({ before, after }) => ({ before: `9${before}`, after })),
      isCounted,
    ),
    'a month that goes on with less': members(
      'UsageCharged',
      (event) => recounted(event, ({ before }) => ({ before, after: before })),
      isCounted,
    ),
    'a month that is not counted': members('UsageCharged', (event) => unsaid(event, 'counted'), isCounted),
    'usage of a region that has other prices': members(
      'UsageCharged',
      (event) => unsaid(event, 'region'),
      ({ usage }) => (usage as { id: string }).id === 'feb-night',
    ),
    'usage of an hour that has other prices': members(
      'UsageCharged',
      (event) => ({ ...event, time: '2026-02-20T12:00:00Z' }),
      ({ usage }) => (usage as { id: string }).id === 'feb-night',
    ),
    'a rate that was changed after it was used': members(
      'UsdRatePublished',
      (event) => ({ ...event, rate: { ...(event['rate'] as object), usdPerToken: '4' } }),
      ({ version }) => version === 1,
    ),
    'prices that were changed after they were used': members(
      'PriceBookPublished',
      (event) => ({ ...event, book: { ...(event['book'] as object), effectiveAt: '2026-11-22T11:00:00Z' } }),
      ({ version }) => version === 3,
    ),
    'a page that rests on the registry before its prices': draft(
      ({ lines: all }) => all.some((line) => line.includes('"late"')),
      (one) => ({ ...one, restsOn: one.restsOn - 2 }),
    ),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
