/**
 * Value between shards: whatever concept sends it, both verifiers must know how much is on its way, and that what arrives
 * was sent to whom it arrives at. The types of entries come from the flows, the entries from the concepts' steps.
 */
import { ACCOUNTS, FLOWS, type PostedEvent } from '#concepts';
import { openAudits } from '#concepts/audits';
import { nameIn, sampleMoves } from '#concepts/testing';
import type { AccountKind } from '#domain';
import { verifyJournal, type Page } from './index.js';
import { eventOf } from '../test-support/lines.js';
import { exportOrder, forge } from '../test-support/history.js';
import { MemoryStore } from '../test-support/memory-store.js';
import { hasPython, verifyInPython } from '../test-support/python-verifier.js';
import { openWorld, take, TIME, WHO, type World } from '../test-support/world.js';

const SHARDS = 2;
/** Moves of one draw, and how many are drawn at most: one is enough, as a rule. */
const MOVES = 200;
const DRAWS = 50;
const FIRST_SEED = 20_261_127;
/** In each shard a holder to whom no step ever gives anything, and who therefore owes nothing. */
const STRANGERS = Array.from({ length: SHARDS }, (_, shard) => nameIn(shard, SHARDS, 'stranger-'));

const isBetween = ({ supply }: AccountKind) => supply === 'transfers';
const BETWEEN = Object.values<AccountKind>(ACCOUNTS).filter(isBetween);
const types = Object.keys(FLOWS) as PostedEvent['type'][];
const SENDING = types.filter((type) => FLOWS[type].some(([, credit]) => isBetween(credit)));
/** To a holder: what comes to an account of all is nobody else's. */
const ARRIVING = types.filter((type) =>
  FLOWS[type].some(([debit, credit]) => isBetween(debit) && credit.pattern.includes('{holder}')),
);

/** The laws that both verifiers find broken; a forged page is another one than a reconciliation or a plan has seen. */
async function verify(pages: readonly Page[]) {
  const shards = new Map<number, Page[]>();
  for (const page of pages) shards.set(page.shard, [...(shards.get(page.shard) ?? []), page]);
  const { findings } = await verifyJournal(new MemoryStore(shards), openAudits, { shards: SHARDS });
  const typescript = findings.map((finding) => finding.class).filter((law) => law !== 'HEAD_REWRITTEN');
  const python = hasPython ? (await verifyInPython(pages, SHARDS)).laws.filter((law) => law !== 'head') : undefined;
  return { typescript, python };
}

const linesOf = (page: Page): string[] => page.body.toString('utf8').split('\n').slice(0, -1);

/** Lets the shard's stranger have what arrived, with everything in the entry that follows from it. */
function divert(shard: number, line: string): string {
  const credited = eventOf<PostedEvent>(line).postings.map(({ credit }) => /^customer:([^:]+):/.exec(credit)?.[1]);
  const holder = credited.find((one) => one !== undefined)!;
  const stranger = STRANGERS[shard]!;
  return line.replaceAll(`"${holder}"`, `"${stranger}"`).replaceAll(`:${holder}:`, `:${stranger}:`);
}

/** The journal's pages, the last one of a shard put in another's place. */
const withLast = (pages: readonly Page[], last: Page): Page[] =>
  pages.map((one) => (one.shard === last.shard && one.height === last.height ? last : one));

describe('value between shards', () => {
  /** The journal at the moment when some of it was on its way, by the type of the entry that had just sent some. */
  const sent = new Map<string, Page[]>();
  /** The journal that ends with an arrival at another holder, by the arrival's type. */
  const diverted = new Map<string, Page[]>();

  /** Keeps what a move's fresh pages show of value between shards, the first of each type. */
  function note(world: World, pages: readonly Page[], fresh: readonly Page[]): void {
    const onItsWay = BETWEEN.some(({ pattern }) =>
      [...world.ledgers, world.registry].reduce((sum, { state }) => sum + (state.balances.get(pattern) ?? 0n), 0n),
    );
    for (const page of fresh) {
      const lines = linesOf(page);
      for (const [index, line] of lines.entries()) {
        const { type, postings = [] } = eventOf<PostedEvent>(line);
        const sends = postings.some(({ credit }) => BETWEEN.some(({ pattern }) => credit === pattern));
        if (onItsWay && SENDING.includes(type) && sends && !sent.has(type)) sent.set(type, [...pages]);
        const isLast = page.height === world.ledgers[page.shard]?.height;
        if (!isLast || !ARRIVING.includes(type) || diverted.has(type)) continue;
        // What followed was the holder's, as a cover of what it owed: the stranger owes nothing.
        const upTo = lines.slice(0, index);
        const ofShard = pages.filter(({ shard }) => shard === page.shard);
        const forged = forge(ofShard, page.height, () => [...upTo, divert(page.shard, line)]);
        diverted.set(type, withLast(pages, forged.at(-1)!));
      }
    }
  }

  /** Fails by name where no draw made a type. */
  function journalOf(found: ReadonlyMap<string, Page[]>, type: string): Page[] {
    const pages = found.get(type);
    if (pages === undefined) throw new Error(`no ${type} between shards in ${DRAWS} draws of ${MOVES} moves`);
    return pages;
  }

  const isFound = () => SENDING.every((type) => sent.has(type)) && ARRIVING.every((type) => diverted.has(type));

  beforeAll(async () => {
    const store = new MemoryStore();
    const world = await openWorld(SHARDS, store);
    for (const party of STRANGERS) {
      await world.registry.execute({ time: TIME, provenance: WHO, type: 'RegisterParty', party, roles: ['customer'] });
    }
    const heightsNow = () => [...world.ledgers, world.registry].map(({ height }) => height);
    let heights = heightsNow();
    // A new concept's steps make every draw another one: what is looked for comes sooner or later, so moves are drawn until then.
    for (let seed = FIRST_SEED; !isFound() && seed < FIRST_SEED + DRAWS; seed++) {
      for (const move of sampleMoves(world.scene.cast, MOVES, seed)) {
        await take(world, move);
        const before = heights;
        heights = heightsNow();
        if (heights.every((height, shard) => height === before[shard])) continue;
        const pages = await exportOrder(store, SHARDS);
        note(
          world,
          pages,
          pages.filter(({ shard, height }) => height > (before[shard] ?? Infinity)),
        );
        if (isFound()) break;
      }
    }
  }, 60_000);

  it.each(SENDING)('is expected by both verifiers after a %s', async (type) => {
    expect(await verify(journalOf(sent, type))).toEqual({ typescript: [], python: hasPython ? [] : undefined });
  });

  it.each(ARRIVING)('is missed by both verifiers where a %s gives it to another holder', async (type) => {
    const { typescript, python } = await verify(journalOf(diverted, type));
    expect(typescript).not.toEqual([]);
    expect(python ?? typescript).toEqual(typescript);
  });
});
