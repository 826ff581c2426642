/**
 * A journal that has everything which a journal may have: every type of event and every member that may be left out, a void
 * page, later versions, dismissed writers; and as many charges as one likes.
 */
import fc from 'fast-check';
import {
  COVER_MAX,
  foundingText,
  statementText,
  type JournalEvent,
  type JournalFounded,
  type StatedEvent,
} from '#concepts';
import { PRICES, setBudget, STEPS } from '#concepts/testing';
import { atto, parseAmount, shardOf } from '#domain';
import { sealPage, sha256, type Page } from '#journal';
import { liveUnderCap } from './cap-history.js';
import { exportOrder, liveBySteps, liveOn, liveThrough, SAVERS } from './history.js';
import { eventOf, lineOf } from './lines.js';
import { MemoryStore } from './memory-store.js';
import { draftsOf, linesOf, sealAll } from './mutations/rewriting.js';
import { optionalsOf } from './optional-members.js';
import { SPEC_ROOT, SPEC_WRITER, specKey } from './spec-writers.js';
import { execute, mint, NOW, openWorld, report, take, TIME, usage, WHO, type World } from './world.js';

/** So many holder shards it has. */
export const COMPLETE_SHARDS = 3;
const TOPIC = 'airtime.usage.v1';
/** No customer of other histories has such a partition. */
const PARTITION = 100;
const BATCH = 100;
/** Commands that come together share a page. */
const TOGETHER = 10;

const common = { time: TIME, provenance: WHO };

/** All pages in the order of the export. @param charges beside those of the histories that it is made of */
export async function completeExport(charges: number): Promise<Page[]> {
  const store = new MemoryStore();
  const world = await openWorld(COMPLETE_SHARDS, store);
  await liveThrough(world);
  await liveOn(world);
  await liveWholly(world);
  await letHoldEnd(world);
  await coverByTwoGrants(world);
  await liveBySteps(world);
  await settleUntilNothingIsLeft(world);
  await liveUnderCap(world);
  await charge(world, charges);
  return withVoidPage(withRequests(foundedAnew(await exportOrder(store, COMPLETE_SHARDS))));
}

/** What the other histories leave out. */
async function liveWholly({ registry, ledgers }: World): Promise<void> {
  const acme = ledgers[shardOf('acme', COMPLETE_SHARDS)]!;
  await registry.execute({
    ...{ ...common, type: 'RegisterParty', party: 'whole', roles: ['customer', 'provider'] },
    ...{ reference: 'crm-1', country: 'CH' },
  });
  const evidence = 'ab'.repeat(32);
  await registry.execute({ ...common, type: 'ChangeKyc', party: 'whole', to: 'verified', reason: 'seen', evidence });
  await registry.execute({
    ...{ ...common, type: 'PublishPriceBook', version: 4 },
    book: {
      effectiveAt: '2030-01-01T00:00:00Z',
      prices: [{ type: 't', model: 'm*', provider: 'whole', meters: { calls: { price: '1', per: '1' } } }],
    },
  });
  await registry.execute({
    ...{ ...common, type: 'PublishPriceBook', version: 9, book: PRICES },
    guard: { removing: 'confirmed', retroactive: 'the same prices once more' },
  });
  const key = { key: 'whole', role: 'provider', provider: 'whole', hash: 'cd'.repeat(32) };
  await registry.execute({ ...common, type: 'IssueKey', ...key, name: 'nightly import' });
  const own = { key: 'own', role: 'customer', customer: 'whole', hash: 'ce'.repeat(32) };
  await registry.execute({ ...common, type: 'IssueKey', ...own });
  await acme.execute(setBudget('acme/whole', '100'));
  const provenance = { dataset: 'weather/eu-2026', licence: 'CC-BY-4.0 OR MIT', contentHash: 'ab'.repeat(32) };
  await acme.execute(usage([report({ id: 'whole', budget: 'acme/whole', provenance })]));
  const range = { name: TOPIC, partition: PARTITION + 1, from: 0, to: 1, fingerprint: '0'.repeat(16) };
  const item = { index: 0, offset: 0, invalid: { id: 'x', code: 'NO_JSON', detail: 'no JSON' } };
  const command = { type: 'ChargeUsage', actor: 'kafka', receivedAtMs: NOW, time: TIME } as const;
  await acme.execute({ ...command, range, items: [item] });
  await acme.execute({
    ...usage([report({ id: 'kept' }), report({ id: 'refused', customer: 'nobody' })]),
    request: { key: 'k-refused#0', digest: 'd-refused' },
  });
}

/** A hold that nobody settles gives all back at its end. */
async function letHoldEnd(world: World): Promise<void> {
  const { ledgers, scene } = world;
  const customer = SAVERS[2]!;
  const ledger = ledgers[shardOf(customer, COMPLETE_SHARDS)]!;
  await ledger.execute(mint(customer, '1'));
  const expiresAt = new Date(scene.clock.now() + HOLD_MS).toISOString();
  await ledger.execute({ ...common, type: 'ReserveHold', customer, amount: atto(3n), expiresAt });
  for (const ask of scene.passTime(2 * HOLD_MS)) await execute(world, ask);
}

const HOLD_MS = 60_000;

/** So much usage is owed that one covering ends before its funds do; the next one uses two grants. */
async function coverByTwoGrants({ registry, ledgers }: World): Promise<void> {
  await registry.execute({ ...common, type: 'RegisterParty', party: DEBTOR, roles: ['customer'] });
  const ledger = ledgers[shardOf(DEBTOR, COMPLETE_SHARDS)]!;
  for (let first = 0; first <= COVER_MAX; first += BATCH) {
    const ids = Array.from({ length: BATCH }, (_, i) => `owed-${first + i}`);
    await ledger.execute(usage(ids.map((id) => report({ customer: DEBTOR, id, meters: { odd: '2' } }))));
  }
  for (const amount of ['0.000000000000001001', '1']) await ledger.execute(mint(DEBTOR, amount));
}

const DEBTOR = 'debtor';

/** A batch has at most seven steps in three shards; the third of three has nothing to pay and no supply to move. */
const STEPS_OF_THREE_BATCHES = 21;

/** Ends the batch under way, and settles until a batch is empty. */
async function settleUntilNothingIsLeft(world: World): Promise<void> {
  const settling = STEPS['settlement']!['settle']!.moves(world.scene.cast, 'settle');
  for (const move of fc.sample(settling, STEPS_OF_THREE_BATCHES)) await take(world, move);
}

/** Charges from Kafka, a hundred in each command, of customers who can pay them. */
async function charge(world: World, charges: number): Promise<void> {
  const { ledgers, scene } = world;
  for (const [shard, saver] of SAVERS.entries()) {
    const ledger = ledgers[shard]!;
    const wish = { holder: saver, amount: parseAmount('1000000000'), reason: 'sale' };
    await execute(world, scene.askHolder(saver, { type: 'MintTokens', ...wish }));
    for (const ask of scene.sweep()) await execute(world, ask);
    const own = Math.ceil(charges / SAVERS.length / BATCH);
    for (let first = 0; first < own; first += TOGETHER) {
      const commands = Array.from({ length: Math.min(TOGETHER, own - first) }, (_, i) => (first + i) * BATCH);
      await Promise.all(commands.map((from) => ledger.execute(chargeOf(saver, shard, from))));
    }
  }
}

function chargeOf(customer: string, shard: number, from: number) {
  const reports = Array.from({ length: BATCH }, (_, i) =>
    report({
      ...{ customer, id: `bulk-${shard}-${from + i}`, provider: `p${1 + (i % 2)}` },
      meters: { input_tokens: `${(from + i) % 5_000}.5`, odd: `${i}` },
    }),
  );
  const range = { name: TOPIC, partition: PARTITION, from, to: from + BATCH, fingerprint: '0'.repeat(16) };
  return { ...usage(reports, from), range };
}

/** The journal as if its founding had admitted a second writer, for some events of one shard: everything has another id. */
function foundedAnew(pages: readonly Page[]): Page[] {
  const founding = eventOf<JournalFounded>(linesOf(pages.find(({ shard }) => shard === COMPLETE_SHARDS)!)[0]!);
  const till = { publicKey: specKey(5).publicKey, name: 'till', events: ['Minted'], shards: [0] };
  const terms = { ...founding, writers: [...founding.writers, till] };
  const text = foundingText(terms, founding.time);
  const journal = sha256(text).slice(0, 32);
  const lineFor = (line: string): string => {
    const event = eventOf<StatedEvent | JournalFounded>(line);
    if (event.type === 'JournalFounded')
      return lineOf({ ...terms, journal, statement: { ...event.statement, signature: SPEC_ROOT.sign(text) } });
    if (!('statement' in event)) return line;
    const signature = SPEC_ROOT.sign(statementText(journal, event.statement.number, event));
    return lineOf({ ...event, statement: { ...event.statement, signature } });
  };
  const drafts = draftsOf(pages).map((draft) => {
    const lines = draft.shard === COMPLETE_SHARDS ? draft.lines.map(lineFor) : draft.lines;
    return { ...draft, lines, content: { ...draft.content, journal } };
  });
  return sealAll(drafts, pages, COMPLETE_SHARDS);
}

/** The first event of each type answers a request, where it may: nothing else of it changes. */
function withRequests(pages: readonly Page[]): Page[] {
  const waiting = new Set(
    [...new Set(pages.flatMap(typesOf))].filter((type) => optionalsOf(type).includes(`${type}/request`)),
  );
  const lineFor = (line: string): string => {
    const type = typeOf(line);
    if (!waiting.has(type)) return line;
    waiting.delete(type);
    const event = eventOf(line);
    if (event['request'] !== undefined) return line;
    return lineOf({ ...event, request: { key: `k-of-${type}`, digest: 'd' } });
  };
  const drafts = draftsOf(pages).map((draft) => ({ ...draft, lines: draft.lines.map(lineFor) }));
  return sealAll(drafts, pages, COMPLETE_SHARDS);
}

const typeOf = (line: string): string => line.slice(2, line.indexOf('"', 2));
const typesOf = ({ body }: Page): string[] => body.toString('utf8').split('\n').slice(0, -1).map(typeOf);

/** A stranger's page on top of a shard, a root's word that it is void, and the page that follows it. */
function withVoidPage(pages: readonly Page[]): Page[] {
  const registry = pages.filter(({ shard }) => shard === COMPLETE_SHARDS);
  const holder = pages.filter(({ shard }) => shard === 0);
  const [below, top] = [holder.at(-1)!, registry.at(-1)!];
  const content = {
    ...below,
    offsets: [],
    recordedAt: top.recordedAt > below.recordedAt ? top.recordedAt : below.recordedAt,
  };
  const above = { ...content, height: below.height + 1, previousHash: below.hash };
  const forged = sealPage(above, [mintedLine('1000')], specKey(9));
  const number =
    registry.flatMap(({ body }) => body.toString('utf8').match(/^\["(?:Writer|Page|Loss|Roots)/gm) ?? []).length + 1;
  const stated = {
    type: 'PageVoided',
    shard: 0,
    height: forged.height,
    hash: forged.hash,
    reason: 'a stranger',
  } as const;
  const { journal } = top;
  const signature = SPEC_ROOT.sign(statementText(journal, number, stated));
  const statement = { root: SPEC_ROOT.publicKey, number, signature };
  const recorded = { time: TIME, ...WHO, ...stated, statement } as JournalEvent;
  const next = { ...top, height: top.height + 1, previousHash: top.hash };
  const voiding = sealPage(
    { ...next, offsets: [], registry: { height: top.height, hash: top.hash } },
    [lineOf(recorded)],
    SPEC_WRITER,
  );
  const resting = { height: voiding.height, hash: voiding.hash };
  const following = sealPage({ ...above, height: forged.height + 1, registry: resting }, [], SPEC_WRITER);
  const others = pages.filter(({ shard }) => shard > 0 && shard < COMPLETE_SHARDS);
  return [...holder, forged, following, ...others, ...registry, voiding];
}

function mintedLine(amount: string): string {
  const [holder] = SAVERS;
  const credit = `customer:${holder}:available`;
  const postings = [{ debit: 'issuance', credit, amount, asset: 'AIR' }];
  return lineOf({ type: 'Minted', time: TIME, ...WHO, holder, amount, reason: 'sale', postings });
}
