/**
 * Mutations of a sound export: both verifiers must find every one of them by the same law, and neither may find anything in
 * what a journal can lawfully hold. A law that fewer than three mutations break is named.
 */
import { openAudits } from '#concepts/audits';
import { JOURNAL_LAWS, sha256, verifyJournal, type Page } from './index.js';
import { liveUnderCap } from '../test-support/cap-history.js';
import { exportOrder, liveOn, liveThrough } from '../test-support/history.js';
import { reworded } from '../test-support/lines.js';
import { MemoryStore } from '../test-support/memory-store.js';
import { any, lines, SHARDS, type Mutated, type Mutation } from '../test-support/mutations/mutation.js';
import { OF_BUDGETS } from '../test-support/mutations/of-budgets.js';
import { OF_CORRECTIONS } from '../test-support/mutations/of-corrections.js';
import { OF_CREDIT } from '../test-support/mutations/of-credit.js';
import { OF_EMISSION } from '../test-support/mutations/of-emission.js';
import { OF_EVENTS } from '../test-support/mutations/of-events.js';
import { OF_RATING } from '../test-support/mutations/of-rating.js';
import { OF_GOVERNANCE } from '../test-support/mutations/of-governance.js';
import { OF_GRANTS } from '../test-support/mutations/of-grants.js';
import { OF_HOLDS } from '../test-support/mutations/of-holds.js';
import { OF_LINES } from '../test-support/mutations/of-lines.js';
import { OF_PAGES } from '../test-support/mutations/of-pages.js';
import { OF_REVERSALS } from '../test-support/mutations/of-reversals.js';
import { OF_REGISTRY } from '../test-support/mutations/of-registry.js';
import { OF_STAKES } from '../test-support/mutations/of-stakes.js';
import { OF_SUPPLY_CAP } from '../test-support/mutations/of-supply-cap.js';
import { OF_YIELDS } from '../test-support/mutations/of-yields.js';
import { hasPython, verifyManyInPython } from '../test-support/python-verifier.js';
import { openWorld } from '../test-support/world.js';

const MUTATIONS: Readonly<Record<string, Readonly<Record<string, Mutation>>>> = {
  ...OF_PAGES,
  ...OF_EVENTS,
  ...OF_RATING,
  ...OF_GRANTS,
  ...OF_REGISTRY,
  ...OF_BUDGETS,
  ...OF_HOLDS,
  ...OF_REVERSALS,
  ...OF_CREDIT,
  ...OF_EMISSION,
  ...OF_STAKES,
  ...OF_GOVERNANCE,
  ...OF_SUPPLY_CAP,
  ...OF_YIELDS,
  ...OF_CORRECTIONS,
  AMOUNT_WRONG: { ...OF_RATING.AMOUNT_WRONG, ...OF_CORRECTIONS.AMOUNT_WRONG },
  USAGE_TWICE: { ...OF_EVENTS.USAGE_TWICE, ...OF_CORRECTIONS.USAGE_TWICE },
  EVENT_UNREADABLE: OF_LINES,
};
const NAMED = Object.entries(MUTATIONS).flatMap(([law, mutations]) =>
  Object.entries(mutations).map(([name, mutation]) => ({ law, name, mutation })),
);

/** What a journal may hold: texts of any characters, members whose order says nothing. */
const minted = (reason: string): Mutation =>
  lines('Minted', (line) => [reworded(line, (event) => ({ ...event, reason }))], any);
const LAWFUL: Readonly<Record<string, Mutation>> = {
  'nothing changed': (sound) => ({ pages: sound, signatures: true }),
  'NUL and other control characters': minted('\0\u0001\b\t\n\f\r\u001f\u007f'),
  'unpaired surrogates': minted('\ud800 \udfff'),
  'characters of every plane, and line separators': minted('\u2028\u{10ffff}💩é'),
  'quotes, backslashes and JSON': minted('"\\ {"a":1} \\u0041 / __proto__'),
  'meters in another order': lines('UsageCharged', (line) => [
    reworded(line, (event) => ({
      ...event,
      meters: Object.fromEntries(Object.entries(event['meters'] as object).reverse()),
    })),
  ]),
  'an instant and quantities in another spelling': lines('UsageCharged', (line) => [
    reworded(line, (event) => ({
      ...event,
      time: (event['time'] as string).replace('Z', '+00:00'),
      meters: { ...(event['meters'] as object), ...{ odd: '0.0', input_tokens: '1000.250' } },
    })),
  ]),
  'a usage whose report named no time': lines('UsageCharged', (line) => [
    reworded(line, (event) => ({ ...event, usage: { ...(event['usage'] as object), digest: untimedDigest(event) } })),
  ]),
  'a message that was played again': lines('Minted', (line) => [
    reworded(line, (event) => ({ ...event, origin: 'replay:airtime.usage.dead/0/7' })),
  ]),
};

function untimedDigest(event: Readonly<Record<string, unknown>>): string {
  const { usageType, customer, provider, model, meters } = event;
  const quantities = Object.entries(meters as Record<string, string>).sort(([left], [right]) =>
    left < right ? -1 : 1,
  );
  const said = JSON.stringify([usageType, null, customer, provider, model, null, null]);
  return sha256(said + quantities.map(([name, quantity]) => `\n${name} ${quantity}`).join('')).slice(0, 16);
}

/** The laws that each of them names, in alphabetical order. */
interface Verdict {
  readonly typescript: readonly string[];
  readonly python: readonly string[] | undefined;
}

let sound: Page[];
const verdicts = new Map<string, Verdict>();
/** Mutations that the export has nothing for. */
const impossible = new Map<string, unknown>();

/** Where no signature is told about, both leave them out: they are most of the time that a verification takes. */
async function verify({ pages: exported, heads = [], signatures = false }: Mutated): Promise<string[]> {
  const pages = new Map<number, Page[]>();
  for (const page of exported) pages.set(page.shard, [...(pages.get(page.shard) ?? []), page]);
  const { findings } = await verifyJournal(new MemoryStore(pages), openAudits, {
    ...{ shards: SHARDS, rememberedHeads: heads, findingsMax: 100_000, ...(signatures ? {} : { signatures }) },
  });
  return [...new Set(findings.map((finding) => finding.class))].sort();
}

beforeAll(async () => {
  const store = new MemoryStore();
  const world = await openWorld(SHARDS, store);
  await liveThrough(world);
  await liveOn(world);
  await liveUnderCap(world);
  sound = await exportOrder(store, SHARDS);
  const all = [...NAMED, ...Object.entries(LAWFUL).map(([name, mutation]) => ({ name, mutation }))];
  const jobs = all.flatMap(({ name, mutation }) => {
    try {
      return [{ name, mutated: mutation(sound) }];
    } catch (error) {
      impossible.set(name, error);
      return [];
    }
  });
  // One process for all of them: starting it takes longer than a verification.
  const inPython = hasPython
    ? verifyManyInPython(jobs.map(({ mutated }) => ({ ...mutated, shards: SHARDS })))
    : undefined;
  const typescript: string[][] = [];
  for (const { mutated } of jobs) typescript.push(await verify(mutated));
  const python = await inPython;
  jobs.forEach(({ name }, i) => verdicts.set(name, { typescript: typescript[i]!, python: python?.[i]!.laws }));
}, 600_000);

function verdictOf(name: string): Verdict {
  if (impossible.has(name)) throw impossible.get(name);
  return verdicts.get(name)!;
}

describe('both verifiers find by the same laws', () => {
  it.each(NAMED)('$law: $name', ({ law, name }) => {
    const { typescript, python } = verdictOf(name);
    expect(typescript).toContain(law);
    if (python !== undefined) expect(python).toEqual(typescript);
  });
});

describe('neither verifier finds anything in', () => {
  it.each(Object.keys(LAWFUL))('%s', (name) => {
    const { typescript, python } = verdictOf(name);
    expect(typescript).toEqual([]);
    if (python !== undefined) expect(python).toEqual([]);
  });
});

describe('the mutations', () => {
  it('break every law at least three times, and no two have one name', async () => {
    const { audits } = await verifyJournal(new MemoryStore(), openAudits, { shards: 1 });
    const laws = [...Object.keys(JOURNAL_LAWS), ...audits.concepts.flatMap((one) => Object.keys(one.laws ?? {}))];
    const few = laws.filter((law) => Object.keys(MUTATIONS[law] ?? {}).length < 3);
    expect(few).toEqual([]);
    expect(Object.keys(MUTATIONS).filter((law) => !laws.includes(law))).toEqual([]);
    expect(new Set(NAMED.map(({ name }) => name)).size).toBe(NAMED.length);
    expect(NAMED.length).toBeGreaterThanOrEqual(60);
  });
});
