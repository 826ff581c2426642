/** A history that touches every kind of entry: what verifiers in any language are tried on. */
import { sampleMoves, settleBatch, type BatchEnd } from '#concepts/testing';
import { shardOf, UNREAD, type ShardHead } from '#domain';
import { readPages, sealPage, type JournalStore, type Page } from '#journal';
import { SPEC_WRITER } from './spec-writers.js';
import { eventOf, lineOf } from './lines.js';
import { burn, CUSTOMERS, execute, mint, report, send, take, TIME, usage, WHO, type World } from './world.js';

const common = { time: TIME, provenance: WHO };

/** Charges, receivables, covers, transfers within and between shards, a settled batch, a reverted one, an open one. */
export async function liveThrough(world: World): Promise<void> {
  const { shards, ledgers } = world;
  const ledgerOf = (holder: string) => ledgers[shardOf(holder, shards)]!;
  const charge = async (customer: string, first: number) => {
    const reports = Array.from({ length: 5 }, (_, i) =>
      report({
        customer,
        id: `${customer}-${first + i}`,
        provider: `p${1 + (i % 3)}`,
        meters: { input_tokens: `${1_000 + i * 7}.25`, odd: `${i * 13}` },
      }),
    );
    await ledgerOf(customer).execute({
      ...usage([...reports, report({ customer, id: `${customer}-${first}`, digest: 'f'.repeat(16) })], first),
      // One partition for each customer, so that offsets ascend in every shard.
      ...{
        range: {
          topic: 'airtime.usage.v1',
          partition: CUSTOMERS.indexOf(customer),
          from: first,
          to: first + 6,
          fingerprint: UNREAD,
        },
      },
    });
  };
  await ledgerOf('acme').execute(mint('acme', '100', 'key-1'));
  await ledgerOf('bolt').execute(mint('bolt', '3'));
  for (const customer of CUSTOMERS) await charge(customer, 0);
  await ledgerOf('acme').execute(usage([report({ id: 'http-1' }), report({ customer: 'nobody' })]));
  await ledgerOf('bolt').execute(mint('bolt', '2.000000000000000003'));
  await settle(world, 'batch-1', 'confirm');
  await charge('acme', 6);
  for (const [i, to] of CUSTOMERS.slice(1).entries()) {
    const { outcome } = await ledgerOf('acme').execute(send(`transfer-${i}`, 'acme', to, 3n * 10n ** 18n + BigInt(i)));
    if (outcome.type !== 'entry') throw new Error('the transfer was not sent');
    if (to === 'echo') continue;
    for (const ask of world.scene.finish('relay', 'acme', `transfer-${i}`)) await execute(world, ask);
  }
  await ledgerOf('acme').execute(burn('acme', '1.5'));
  await settle(world, 'batch-2', 'revert');
  await charge('bolt', 6);
  await settle(world, 'batch-3', 'confirm');
  await charge('acme', 12);
  await settle(world, 'batch-4', 'sign');
}

/** Moves of every concept's steps, always the same ones: what a new concept makes is in them without an edit here. */
export async function liveBySteps(world: World): Promise<void> {
  for (const move of sampleMoves(world.scene.cast, 400, 20_261_126)) await take(world, move);
}

/** Takes a batch through its steps up to the last one named. */
async function settle(world: World, batch: string, end: BatchEnd): Promise<void> {
  // p3 fails its review before the second batch, so that something is withheld.
  if (batch === 'batch-2') {
    await world.registry.execute({ ...common, type: 'ChangeKyc', party: 'p3', to: 'suspended', reason: 'review' });
  }
  const heads: ShardHead[] = [];
  for (const ask of settleBatch(world.scene, batch, end, { heads: () => heads })) {
    const { position } = await execute(world, ask);
    if (ask.shard === 'registry') continue;
    const [page] = await world.store.read(position.shard, position.height, 1);
    heads.push({ shard: position.shard, height: position.height, hash: page!.hash });
  }
}

/** All pages of a journal, shard by shard, the registry last: the order of the export. */
export async function exportOrder(store: JournalStore, shards: number): Promise<Page[]> {
  const pages: Page[] = [];
  for (let shard = 0; shard <= shards; shard++) for await (const page of readPages(store, shard)) pages.push(page);
  return pages;
}

/** Replaces the lines of a page and seals it and all that follow anew, as a forger with the whole table would. */
export function forge(pages: readonly Page[], height: number, change: (lines: string[]) => string[]): Page[] {
  const forged: Page[] = [];
  for (const page of pages) {
    const lines = page.body.toString('utf8').split('\n').slice(0, -1);
    const { journal, shard, recordedAt, offsets } = page;
    const previousHash = forged.at(-1)?.hash ?? '0'.repeat(64);
    // The registry rests on itself: whoever writes it anew writes that anew as well.
    const isRegistry = page.registry.hash === page.previousHash && page.registry.height === page.height - 1;
    const registry = isRegistry ? { ...page.registry, hash: previousHash } : page.registry;
    const content = { journal, shard, height: page.height, recordedAt, previousHash, offsets, registry };
    forged.push(sealPage(content, page.height === height ? change(lines) : lines, SPEC_WRITER));
  }
  return forged;
}

/**
 * The registry's pages as a planner wrote them that looked at one chain alone: `batch-3` settles on another chain and issues
 * the whole supply there a second time. Every page is sealed anew.
 */
export function issueAgain(sound: readonly Page[], registry: number, chainId = 2): Page[] {
  const supply = supplyAtCut(sound, 'batch-3');
  const change = (line: string): string => {
    const event = eventOf<{ type: string; batch?: string; postings?: object[] }>(line);
    if (event.batch !== 'batch-3') return line;
    if (event.type === 'SettlementOpened') return lineOf({ ...event, chainId });
    if (event.type === 'SettlementPlanned') return lineOf({ ...event, mint: `${supply}`, burn: '0' });
    if (event.type !== 'SettlementConfirmed') return line;
    const vault = `chain:${chainId}:vault`;
    const issued = { debit: vault, credit: `chain:${chainId}:supply`, amount: `${supply}`, asset: 'AIR' };
    const paid = event.postings!.filter((one) => (one as { debit: string }).debit === 'settlement:in-transit');
    return lineOf({ ...event, postings: [issued, ...paid.map((one) => ({ ...one, credit: vault }))] });
  };
  let pages = sound.filter(({ shard }) => shard === registry);
  for (const { height } of pages) pages = forge(pages, height, (lines) => lines.map(change));
  return pages;
}

/** Minted minus burned over all holder shards, as their cuts of a batch tell it. */
function supplyAtCut(pages: readonly Page[], batch: string): bigint {
  const cuts = pages
    .flatMap(({ body }) => body.toString('utf8').split('\n').filter(Boolean))
    .map((line) => {
      const event = eventOf<{ type: string; batch?: string; supply?: string }>(line);
      return event.type === 'PayablesCut' && event.batch === batch ? BigInt(event.supply!) : 0n;
    });
  return cuts.reduce((sum, supply) => sum + supply, 0n);
}
