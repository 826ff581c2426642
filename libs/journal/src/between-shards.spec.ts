/**
 * Value between shards: whatever concept sends it, both verifiers must know how much is on its way, and that what arrives
 * was sent to whom it arrives at. The types of entries come from the flows, the entries from the concepts' steps.
 */
import { ACCOUNTS, FLOWS, type PostedEvent } from '#concepts';
import { openAudits } from '#concepts/audits';
import { sampleMoves } from '#concepts/testing';
import { shardOf, type AccountKind } from '#domain';
import { verifyJournal, type Page } from './index.js';
import { eventOf } from '../test-support/lines.js';
import { exportOrder, forge } from '../test-support/history.js';
import { MemoryStore } from '../test-support/memory-store.js';
import { hasPython, verifyInPython } from '../test-support/python-verifier.js';
import { CUSTOMERS, openWorld, take, type World } from '../test-support/world.js';

const SHARDS = 2;
const MOVES = 600;

const isBetween = ({ supply }: AccountKind) => supply === 'transfers';
const BETWEEN = Object.values<AccountKind>(ACCOUNTS).filter(isBetween);
const types = Object.keys(FLOWS) as PostedEvent['type'][];
const SENDING = types.filter((type) => FLOWS[type].some(([, credit]) => isBetween(credit)));
const ARRIVING = types.filter((type) => FLOWS[type].some(([debit]) => isBetween(debit)));

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

/** Lets another holder of the shard have what arrived, with everything in the entry that follows from it. */
function divert({ ledgers }: World, page: Page, line: string): string | undefined {
  const credited = eventOf<PostedEvent>(line).postings.map(({ credit }) => /^customer:([^:]+):/.exec(credit)?.[1]);
  const holder = credited.find((one) => one !== undefined)!;
  const { receivables } = ledgers[page.shard]!.state;
  const other = CUSTOMERS.find(
    (one) => one !== holder && shardOf(one, SHARDS) === page.shard && [...receivables.open(one)].length === 0,
  );
  return other === undefined
    ? undefined
    : line.replaceAll(`"${holder}"`, `"${other}"`).replaceAll(`:${holder}:`, `:${other}:`);
}

describe('value between shards', () => {
  /** The journal at the moment when some of it was on its way, by the type of the entry that had just sent some. */
  const sent = new Map<string, Page[]>();
  /** The journal that ends with an arrival at another holder, by the arrival's type. */
  const diverted = new Map<string, Page[]>();

  beforeAll(async () => {
    const store = new MemoryStore();
    const world = await openWorld(SHARDS, store);
    let before = world.ledgers.map(({ height }) => height);
    for (const move of sampleMoves(world.scene.cast, MOVES, 20_261_127)) {
      await take(world, move);
      const heights = world.ledgers.map(({ height }) => height);
      const after = before;
      before = heights;
      if (heights.every((height, shard) => height === after[shard])) continue;
      const pages = await exportOrder(store, SHARDS);
      const fresh = pages.filter(({ shard, height }) => height > (after[shard] ?? Infinity));
      const onItsWay = BETWEEN.some(({ pattern }) =>
        world.ledgers.reduce((sum, { state }) => sum + (state.balances.get(pattern) ?? 0n), 0n),
      );
      for (const page of fresh) {
        const lines = linesOf(page);
        for (const line of lines) {
          const { type, postings = [] } = eventOf<PostedEvent>(line);
          if (
            onItsWay &&
            SENDING.includes(type) &&
            postings.some(({ credit }) => BETWEEN.some(({ pattern }) => credit === pattern))
          )
            sent.set(type, sent.get(type) ?? pages);
          const isLast = lines.length === 1 && page.height === heights[page.shard];
          const other =
            isLast && ARRIVING.includes(type) && !diverted.has(type) ? divert(world, page, line) : undefined;
          if (other === undefined) continue;
          const ofShard = pages.filter(({ shard }) => shard === page.shard);
          const forged = forge(ofShard, page.height, () => [other]);
          diverted.set(
            type,
            pages.map((one) => (one.shard === page.shard ? forged[one.height - 1]! : one)),
          );
        }
      }
    }
  }, 60_000);

  it.each(SENDING)('is expected by both verifiers after a %s', async (type) => {
    expect(await verify(sent.get(type)!)).toEqual({ typescript: [], python: hasPython ? [] : undefined });
  });

  it.each(ARRIVING)('is missed by both verifiers where a %s gives it to another holder', async (type) => {
    const { typescript, python } = await verify(diverted.get(type)!);
    expect(typescript).not.toEqual([]);
    expect(python).not.toEqual([]);
  });
});
