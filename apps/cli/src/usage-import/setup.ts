/**
 * What must stand before a trace can be charged: its parties, prices and a split policy for its time, and, when asked
 * for, its customers' funds. Everything here may be repeated: what is there already is left as it is.
 */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  compilePriceBook,
  compileSplitPolicy,
  lineIdentity,
  rate,
  type PriceBook,
  type PriceLine,
  type RatingMoment,
  type SplitPolicy,
} from '#concepts';
import { DomainError, parseTime } from '#domain';
import { isRefusal, type ApiClient } from '#client';
import { UsageMistake } from '../failures.js';
import type { PricedUsage, Survey } from './survey.js';

type Note = (text: string) => void;

/** What the setup changed. */
export interface SetUp {
  readonly partiesRegistered: number;
  readonly priceBooksPublished: readonly number[];
  readonly splitPoliciesPublished: readonly number[];
}

/** Prices and shares of an importer hold from here on, so that any public trace lies after it. */
const EFFECTIVE_FROM = '2020-01-01T00:00:00Z';
const SHARES_DEFAULT: Omit<SplitPolicy, 'effectiveAt'> = { provider: 8_000, treasury: 1_000, stakers: 500, burn: 500 };
const REQUESTS_AT_ONCE = 16;
const RACES_MAX = 5;
const RACE_PAUSE_MS = 200;
const LIST_LIMIT = 200;

export async function setUp(
  client: ApiClient,
  survey: Survey,
  lines: readonly PriceLine[],
  note: Note,
): Promise<SetUp> {
  const partiesRegistered = await registerParties(client, survey);
  if (partiesRegistered > 0) note(`registered ${partiesRegistered} parties that the file names`);
  if (survey.period === undefined) return { partiesRegistered, priceBooksPublished: [], splitPoliciesPublished: [] };
  return {
    partiesRegistered,
    priceBooksPublished: await publishPrices(client, survey.priced, survey.period, lines, note),
    splitPoliciesPublished: await publishSplitPolicy(client, survey.period, note),
  };
}

async function registerParties(client: ApiClient, { customers, providers }: Survey): Promise<number> {
  const roles = new Map<string, ('customer' | 'provider')[]>();
  for (const customer of customers) roles.set(customer, ['customer']);
  for (const provider of providers) roles.set(provider, [...(roles.get(provider) ?? []), 'provider']);
  let registered = 0;
  await forEachAtOnce([...roles], async ([id, partyRoles]) => {
    try {
      await client.post('/v1/parties', { body: { id, roles: partyRoles } });
      registered += 1;
    } catch (error) {
      if (!isRefusal(error, 'PARTY_EXISTS')) throw error;
    }
  });
  return registered;
}

/** A published version, as the service lists it. */
type Version<T> = T & { readonly version: number };

/** Where versions are listed and published. */
interface Versions<T> {
  list(): Promise<Version<T>[]>;
  publish(version: number, content: T): Promise<unknown>;
}

type TimeSpan = NonNullable<Survey['period']>;

/** Usage of a file is of a time that is over: so are its prices. */
const RETROACTIVE = 'prices of imported usage';

/** Completes every price book that is in force at some time of the file. Returns the versions published. */
async function publishPrices(
  client: ApiClient,
  priced: readonly PricedUsage[],
  span: TimeSpan,
  lines: readonly PriceLine[],
  note: Note,
): Promise<number[]> {
  const published: Versions<PriceBook> = {
    list: () => client.list('/v1/price-books', { query: { limit: LIST_LIMIT } }),
    publish: (version, book) =>
      client.put('/v1/price-books/{version}', { path: { version }, body: { ...book, retroactive: RETROACTIVE } }),
  };
  return publishUntilComplete(published, (books) => {
    const { versions, coversStart } = inForceDuring(books, span);
    const lacking = versions.find((book) => findUnpriced(book, priced) !== undefined);
    if (coversStart && lacking === undefined) return undefined;
    const book = coversStart ? completeBook(lacking!, lines) : { effectiveAt: firstEffectiveAt(span), prices: lines };
    const version = nextVersion(books);
    const unpriced = findUnpriced({ ...book, version }, priced);
    if (unpriced !== undefined) {
      throw new UsageMistake(
        `${unpriced} The importer's lines do not help; publish price book ${version} with a price, or give --no-setup.`,
      );
    }
    const origin = coversStart ? `: version ${lacking!.version} and the importer's lines` : '';
    note(`publishing price book ${version}, in force from ${book.effectiveAt}${origin}`);
    return book;
  });
}

/** A split policy must be in force from the file's first moment on; the shares are those of the earliest known one. */
async function publishSplitPolicy(client: ApiClient, span: TimeSpan, note: Note): Promise<number[]> {
  const published: Versions<SplitPolicy> = {
    list: () => client.list('/v1/policies/split', { query: { limit: LIST_LIMIT } }),
    publish: (version, body) => client.put('/v1/policies/split/{version}', { path: { version }, body }),
  };
  return publishUntilComplete(published, (policies) => {
    if (inForceDuring(policies, span).coversStart) return undefined;
    const { provider, treasury, stakers, burn, types } = inOrder(policies)[0] ?? SHARES_DEFAULT;
    const shares = { provider, treasury, stakers, burn, ...(types === undefined ? {} : { types }) };
    const policy: SplitPolicy = { effectiveAt: firstEffectiveAt(span), ...shares };
    compileSplitPolicy(nextVersion(policies), policy);
    note(
      `publishing split policy ${nextVersion(policies)}, in force from ${policy.effectiveAt}: ` +
        `provider ${provider}, treasury ${treasury}, stakers ${stakers}, burn ${burn} basis points`,
    );
    return policy;
  });
}

/** Publishes what `next` asks for until it asks for nothing; reads the list again when somebody else published. */
async function publishUntilComplete<T extends object>(
  { list, publish }: Versions<T>,
  next: (versions: readonly Version<T>[]) => T | undefined,
): Promise<number[]> {
  const published: number[] = [];
  let versions = await list();
  for (let races = 0; ;) {
    const content = next(versions);
    if (content === undefined) return published;
    const version = nextVersion(versions);
    try {
      await publish(version, content);
      published.push(version);
      versions = [...versions, { ...content, version }];
    } catch (error) {
      races += 1;
      if (!isRefusal(error, 'VERSION_EXISTS') || races > RACES_MAX) throw error;
      await delay(RACE_PAUSE_MS);
      versions = await list();
    }
  }
}

interface InForce<T> {
  /** Versions that rate something of the span, in order of time. */
  readonly versions: readonly Version<T>[];
  /** Whether one of them is in force at the span's first moment. */
  readonly coversStart: boolean;
}

/** The rule of the ledger: the latest `effectiveAt` not after the usage, then the highest version. */
function inForceDuring<T extends { readonly effectiveAt: string }>(
  versions: readonly Version<T>[],
  { from, to }: TimeSpan,
): InForce<T> {
  const fromMs = parseTime(from, 'from');
  const toMs = parseTime(to, 'to');
  const byInstant = new Map<number, Version<T>>();
  for (const version of inOrder(versions)) byInstant.set(parseTime(version.effectiveAt, 'effectiveAt'), version);
  const instants = [...byInstant.keys()];
  const start = instants.findLast((instant) => instant <= fromMs);
  const relevant = instants.filter((instant) => instant === start || (instant > fromMs && instant <= toMs));
  return { versions: relevant.map((instant) => byInstant.get(instant)!), coversStart: start !== undefined };
}

function inOrder<T extends { readonly effectiveAt: string }>(versions: readonly Version<T>[]): Version<T>[] {
  return [...versions].sort(
    (left, right) =>
      parseTime(left.effectiveAt, 'effectiveAt') - parseTime(right.effectiveAt, 'effectiveAt') ||
      left.version - right.version,
  );
}

function nextVersion(versions: readonly { readonly version: number }[]): number {
  return Math.max(0, ...versions.map(({ version }) => version)) + 1;
}

function firstEffectiveAt({ from }: TimeSpan): string {
  return parseTime(from, 'from') < parseTime(EFFECTIVE_FROM, 'effectiveAt') ? from : EFFECTIVE_FROM;
}

/** The book with those lines added that it has not; a price that somebody decided is never replaced. */
function completeBook(book: Version<PriceBook>, lines: readonly PriceLine[]): PriceBook {
  const known = new Set(book.prices.map(lineIdentity));
  return {
    effectiveAt: book.effectiveAt,
    prices: [...book.prices, ...lines.filter((line) => !known.has(lineIdentity(line)))],
    ...(book.fallbacks === undefined ? {} : { fallbacks: book.fallbacks }),
  };
}

const NOTHING_COUNTED: RatingMoment = { usdPerToken: 10n ** 18n, countedBefore: () => 0n };

/** Why a book does not price the usage, in the words of rating itself; undefined when it does. */
function findUnpriced(book: Version<PriceBook>, priced: readonly PricedUsage[]): string | undefined {
  const compiled = compilePriceBook(book.version, book);
  for (const { type, model, provider, meters } of priced) {
    try {
      const usage = { type, model, provider, meters: Object.fromEntries(meters.map((meter) => [meter, '1'])) };
      rate(compiled, usage, compiled.effectiveAtMs, NOTHING_COUNTED);
    } catch (error) {
      if (error instanceof DomainError) return error.message;
      throw error;
    }
  }
  return undefined;
}

/**
 * Mints to each customer. The key of each mint comes from the file, so importing the file again mints nothing, and
 * another amount for the same file is refused as a conflict.
 *
 * @param amount tokens, a decimal string
 */
export async function fundCustomers(client: ApiClient, { customers, digest }: Survey, amount: string): Promise<void> {
  await forEachAtOnce(customers, async (holder) => {
    const subject = createHash('sha256').update(holder).digest('hex').slice(0, 32);
    await client.post('/v1/mints', {
      body: { holder, amount, reason: `funds for the usage of file ${digest}` },
      idempotencyKey: `import-fund-${digest.slice(0, 32)}-${subject}`,
    });
  });
}

/** Acts on several items at a time; the first failure keeps the others from starting. */
async function forEachAtOnce<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const workers = Array.from({ length: REQUESTS_AT_ONCE }, async () => {
    try {
      for (const item of rest) await act(item);
    } catch (error) {
      while (rest.next().done !== true);
      throw error;
    }
  });
  await Promise.all(workers);
}
