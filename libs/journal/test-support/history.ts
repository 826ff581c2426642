/** A history that touches every kind of entry: what verifiers in any language are tried on. */
import { stateAsRoot, type GrantKind, type LedgerCommand, type PriceBook, type UsageReport } from '#concepts';
import {
  nameIn,
  PRICES,
  reconciliation,
  sampleMoves,
  setBudget,
  settleBatch,
  SPLIT,
  TYPE,
  type BatchEnd,
} from '#concepts/testing';
import { atto, shardOf, UNREAD, type ShardHead } from '#domain';
import { readPages, sealPage, sha256, type JournalStore, type Page } from '#journal';
import { liveByEmission } from './emission-history.js';
import { liveOnCredit } from './credit-history.js';
import { liveByCorrections } from './correction-history.js';
import { liveInRegret } from './reversal-history.js';
import { liveByStakes } from './stake-history.js';
import { liveByVotes } from './vote-history.js';
import { liveByYield } from './yield-history.js';
import { SPEC_ROOT, SPEC_WRITER, specFounding, specKey } from './spec-writers.js';
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
          name: 'airtime.usage.v1',
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

/** In each shard somebody who owes nothing. */
export const SAVERS = [0, 1, 2].map((shard) => nameIn(shard, 3, 'saver-'));
/** Writers that {@link liveOn} admits: one for few events of one shard, and one that is dismissed again. */
export const NARROW_WRITER = specKey(7);
export const DISMISSED_WRITER = specKey(8);

/** Keys that {@link liveOn} issues and leaves in force, with their roles; of these `till` is used. */
const KEYS = { till: 'operator', books: 'finance' };

/** What follows {@link liveThrough} in three shards: later versions, a suspension, keys, writers, a reconciliation, budgets. */
export async function liveOn(world: World): Promise<void> {
  const { registry, ledgers, shards } = world;
  const ledgerOf = (holder: string) => ledgers[shardOf(holder, shards)]!;
  const publish = (version: number, effectiveAt: string) =>
    registry.execute({ ...common, type: 'PublishPriceBook', version, book: { ...PRICES, effectiveAt } });
  const { journal } = specFounding(shards);
  const state = (number: number, stated: Parameters<typeof stateAsRoot>[3]) =>
    registry.execute({ ...common, ...stateAsRoot(SPEC_ROOT, journal, number, stated) });
  const save = () => Promise.all(SAVERS.map((saver) => ledgerOf(saver).execute(mint(saver, '1'))));

  for (const party of SAVERS) await registry.execute({ ...common, type: 'RegisterParty', party, roles: ['customer'] });
  await publish(2, '2026-11-22T12:00:00Z');
  await publish(3, '2026-11-22T09:00:00.5+00:00');
  const types = [
    { type: 'ai.data.usage', provider: 10_000, treasury: 0, stakers: 0, burn: 0 },
    { type: TYPE, provider: 6_999, treasury: 2_001, stakers: SPLIT.stakers, burn: SPLIT.burn },
  ];
  const policy = { ...SPLIT, effectiveAt: '2026-11-22T10:00:00+01:00', provider: 7_000, treasury: 2_000, types };
  await registry.execute({ ...common, type: 'PublishSplitPolicy', version: 2, policy });
  await ledgerOf('acme').execute(usage([report({ id: 'late' })]));
  await livePriced(world);
  const request = { key: 'k-usage#0', digest: 'd-usage' };
  await ledgerOf('acme').execute({
    ...usage([report({ id: 'asked' }), report({ id: 'asked', digest: 'e'.repeat(16) })]),
    request,
  });
  await ledgerOf('echo').execute({
    ...usage([
      report({ customer: 'echo', id: 'told' }),
      report({ customer: 'echo', id: 'free', meters: { odd: '0' } }),
    ]),
    ...{ request: { key: 'k-told#0', digest: 'd-told' }, detail: true },
  });
  await registry.execute({ ...common, type: 'ChangeKyc', party: 'delta', to: 'suspended', reason: 'review' });
  const key = { key: 'reader', role: 'finance', hash: 'ab'.repeat(32) };
  await registry.execute({ ...common, type: 'IssueKey', ...key, request: { key: 'k-issue', digest: 'd-issue' } });
  const topic = { name: 'taken-over', topic: 'airtime.usage.v1', clusterId: 'MkU3OEVBNTcwNTJENDM2Qk' };
  await registry.execute({ ...common, type: 'RegisterTopic', ...topic });
  await registry.execute({ ...common, type: 'RevokeKey', key: 'reader' });
  for (const [name, role] of Object.entries(KEYS))
    await registry.execute({ ...common, type: 'IssueKey', key: name, role, hash: sha256(name) });
  await ledgerOf('acme').execute(send('transfer-9', 'acme', 'bolt', 5n));
  const heads: ShardHead[] = [];
  for (let shard = 0; shard <= shards; shard++) {
    const { height, hash } = (await world.store.head(shard))!;
    heads.push({ shard, height, hash });
  }
  await registry.execute({ ...reconciliation('rec-1'), heads } as Parameters<typeof registry.execute>[0]);
  const narrow = { publicKey: NARROW_WRITER.publicKey, name: 'till 0', shards: [0], events: ['Minted'] };
  await state(1, { type: 'WriterAdmitted', writer: narrow });
  await state(2, { type: 'WriterAdmitted', writer: { publicKey: DISMISSED_WRITER.publicKey, name: 'old' } });
  await save();
  const provenance = { actor: 'key:till', origin: 'request:till' };
  await ledgerOf(SAVERS[0]!).execute({ ...mint(SAVERS[0]!, '2'), provenance } as LedgerCommand);
  await state(3, { type: 'WriterDismissed', publicKey: DISMISSED_WRITER.publicKey, reason: 'replaced' });
  await state(4, { type: 'RootsChanged', roots: [SPEC_ROOT.publicKey, specKey(6).publicKey], reason: 'a second root' });
  await liveInBudgets(world);
  await setTiers(world);
  await save();
  await liveByGrants(world);
  await liveOnCredit(world);
  await liveByEmission(world);
  await liveByStakes(world, SAVERS[2]!, SAVERS.slice(0, 2));
  await liveByYield(world, [SAVERS[2]!, SAVERS[0]!, SAVERS[1]!]);
  await save();
  await liveInRegret(world);
  await liveByVotes(world, SAVERS as [string, string, string]);
  await liveByCorrections(world);
}

/** A tier by each of what it may ask for. */
async function setTiers({ registry }: World): Promise<void> {
  const set = (tier: string, terms: object) => registry.execute({ ...common, type: 'SetTier', tier, ...terms });
  await set('wealthy', { available: atto(20n) });
  await set('bound', { staked: atto(20n) });
  await set('busy', { spent: { amount: atto(5n), days: 30 } });
}

const HOUR_MS = 3_600_000;

/** A grant of each kind ends before anything of it is used. */
export async function liveToEnds(world: World): Promise<void> {
  const { scene, registry } = world;
  const holder = 'keeper';
  await registry.execute({ ...common, type: 'RegisterParty', party: holder, roles: ['customer'] });
  const expiresAt = new Date(scene.clock.now() + HOUR_MS).toISOString();
  const asked = { holder, amount: atto(5n), reason: 'to be left', expiresAt };
  await execute(world, scene.askRegistry(unlimited(scene.clock.now())));
  for (const kind of ['purchased', 'promotional', 'earned'] as const)
    await execute(world, scene.askHolder(holder, { type: 'IssueGrant', ...asked, kind }));
  for (const ask of scene.sweep()) await execute(world, ask);
  for (const ask of scene.passTime(HOUR_MS)) await execute(world, ask);
}

/** No policy has a cap from now on. */
function unlimited(nowMs: number) {
  const effectiveAt = new Date(nowMs).toISOString();
  const schedule = { kind: 'fixed', epoch: 'P3000D', amount: '1', recipients: [] } as const;
  return { type: 'PublishEmissionPolicy', version: 1_000, policy: { effectiveAt, ...schedule } } as const;
}

/** Grants that begin, pay, are sent, end and are voided; the second saver has some of every kind. */
async function liveByGrants(world: World): Promise<void> {
  const { scene, ledgers, shards } = world;
  const [first, second] = SAVERS as [string, string, string];
  const ledger = ledgers[shardOf(second, shards)]!;
  const give = async (
    amount: bigint,
    terms: { kind?: GrantKind; priority?: number; begins?: number; ends?: number },
  ) => {
    const { kind = 'promotional', priority = 500, begins, ends } = terms;
    const at = (hours: number) => new Date(scene.clock.now() + hours * HOUR_MS).toISOString();
    const asked = { holder: second, amount: atto(amount), kind, priority, reason: 'welcome' };
    const { position } = await ledger.execute({
      ...{ ...common, type: 'IssueGrant', ...asked },
      ...(begins === undefined ? {} : { effectiveAt: at(begins) }),
      ...(ends === undefined ? {} : { expiresAt: at(ends) }),
    });
    return `${position.shard}-${position.height}-0`;
  };
  const use = (id: string, odd: string) =>
    ledger.execute(usage([report({ customer: second, id, provider: 'p1', meters: { odd } })]));
  const pass = async (hours: number) => {
    for (const ask of scene.passTime(hours * HOUR_MS)) await execute(world, ask);
  };
  await give(50n, { priority: 900, ends: 48 });
  await give(40n, { priority: 100, ends: 2 });
  await give(30n, { begins: 1, ends: 24 });
  const voided = await give(20n, { kind: 'earned', begins: 30 });
  await use('granted', '25');
  await use('granted-by-two', '30');
  await pass(1);
  await give(7n, { priority: 100, ends: 1 });
  await pass(1);
  await use('granted-late', '35');
  await ledger.execute(send('granted-on', second, first, 9n));
  await ledger.execute({ ...common, type: 'VoidGrant', grant: voided, reason: 'a mistake' });
  await ledger.execute(burn(second, '0.000000000000000004'));
  const sold = { holder: second, amount: atto(6n), paid: '0.000000000000000001', reason: 'buy-back' };
  await ledger.execute({ ...common, type: 'BuyBackTokens', ...sold });
  await liveByHolds(world, first);
}

/** Holds that usage captures, whole, in part and too late, and that are extended, released and captured without usage. */
async function liveByHolds(world: World, customer: string): Promise<void> {
  const { ledgers, shards, scene } = world;
  const ledger = ledgers[shardOf(customer, shards)]!;
  const [jobs, other] = [`${customer}/jobs`, `${customer}/other`];
  await ledger.execute(mint(customer, fewTokens(100)));
  await ledger.execute(setBudget(jobs, fewTokens(60)));
  const reserve = async (amount: bigint, budget?: string) => {
    const expiresAt = new Date(scene.clock.now() + 3 * HOUR_MS).toISOString();
    const asked = { customer, amount: atto(amount), reference: 'call', expiresAt };
    const named = budget === undefined ? asked : { ...asked, budget };
    const { position } = await ledger.execute({ ...common, type: 'ReserveHold', ...named });
    return `${position.shard}-${position.height}-0`;
  };
  const use = (hold: string, id: string, odd: string, budget?: string) => {
    const named = budget === undefined ? { hold } : { hold, budget };
    return ledger.execute(usage([report({ customer, id, provider: 'p1', meters: { odd }, ...named })]));
  };
  const used = await reserve(20n, jobs);
  await use(used, 'held', '12', other);
  await use(used, 'held-again', '3');
  const extended = await reserve(5n, jobs);
  await ledger.execute({ ...common, type: 'ExtendHold', hold: extended, amount: atto(6n) });
  await ledger.execute({ ...common, type: 'ReleaseHold', hold: extended });
  await use(await reserve(4n), 'held-at-root', '3', other);
  const capture = (hold: string, amount: bigint, provider?: string) =>
    ledger.execute({
      ...{ ...common, type: 'CaptureHold', hold, amount: atto(amount) },
      ...(provider === undefined ? {} : { provider }),
    });
  await capture(await reserve(7n, jobs), 9n, 'p1');
  await capture(await reserve(7n), 4n);
  const expiresAt = new Date(scene.clock.now() + HOUR_MS).toISOString();
  const promoted = {
    holder: customer,
    amount: atto(40n),
    kind: 'promotional',
    priority: 1,
    reason: 'welcome',
  } as const;
  await ledger.execute({ ...common, type: 'IssueGrant', ...promoted, expiresAt });
  const ended = [await reserve(8n, jobs), await reserve(8n), await reserve(8n), await reserve(8n, jobs)] as const;
  for (const ask of scene.passTime(2 * HOUR_MS)) await execute(world, ask);
  await use(ended[0], 'held-of-what-ended', '5');
  await capture(ended[1], 3n);
  await ledger.execute({ ...common, type: 'ReleaseHold', hold: ended[2] });
  for (const ask of scene.passTime(2 * HOUR_MS)) await execute(world, ask);
  // More than their ceiling has room for is owed, also by what comes too late.
  await use(await reserve(10n, jobs), 'held-beyond', '50');
  await capture(ended[3], 30n);
  // More than there is is owed, and covered by what comes.
  await ledger.execute(setBudget(customer, '3000', { period: 'month' }));
  await capture(await reserve(2n), 10n ** 21n);
  await ledger.execute(mint(customer, '2000'));
}

/** In force in February alone of all that is used there: dollars, months, hours, regions, tiers, a minimum. */
const FEBRUARY: PriceBook = {
  effectiveAt: '2026-02-01T00:00:00Z',
  fallbacks: { cached: 'input', reasoning: 'output' },
  prices: [
    {
      ...{ type: TYPE, model: 'dear-*', aliases: ['Costly-####'], provider: 'p#', ignoreCase: true, order: 2 },
      meters: {
        input: {
          ...{ price: '3', per: '1000000', currency: 'usd', mode: 'volume', of: ['input', 'cached'], over: 'call' },
          tiers: [{ above: '200000', price: '6' }],
        },
        output: { price: '15', per: '1000000', currency: 'usd', mode: 'graduated', over: 'month', included: '50.5' },
      },
    },
    {
      ...{ type: TYPE, model: 'dear-*', region: 'eu-1', hours: { from: '22:00', to: '06:00' }, minimum: '0.01' },
      meters: { input: { price: '1', per: '7', currency: 'token' } },
    },
  ],
};

/** Usage of February, priced in every way. */
async function livePriced({ registry, ledgers, shards }: World): Promise<void> {
  await registry.execute({ ...common, type: 'PublishPriceBook', version: 5, book: FEBRUARY });
  const publish = (version: number, effectiveAt: string, usdPerToken: string) =>
    registry.execute({ ...common, type: 'PublishUsdRate', version, rate: { effectiveAt, usdPerToken } });
  await publish(1, '2026-02-01T00:00:00Z', '3');
  await publish(2, '2026-02-15T00:00:00Z', '0.07');
  const used = (id: string, day: string, meters: Readonly<Record<string, string>>, over: Partial<UsageReport> = {}) =>
    report({ id: `feb-${id}`, time: `2026-02-${day}Z`, model: 'dear-1', meters, ...over });
  await ledgers[shardOf('acme', shards)]!.execute(
    usage([
      used('below', '10T12:00:00', { input: '200000', output: '30' }),
      used('above', '10T12:00:00', { input: '200000', cached: '1', output: '30.25', reasoning: '1' }),
      used('other', '20T12:00:00', { output: '7' }, { model: 'COSTLY-2026' }),
      used('night', '20T23:00:00', { input: '0.000000001' }, { region: 'eu-1' }),
      used('day', '20T12:00:00', { input: '1' }, { region: 'eu-1' }),
    ]),
  );
}

/** So many atto-tokens, in tokens. */
const fewTokens = (amount: number) => `0.${`${amount}`.padStart(18, '0')}`;

/** Ceilings over each other: some usage fits, some is owed in part, some counts at the root because it names no budget. */
async function liveInBudgets({ ledgers, shards }: World): Promise<void> {
  const [saver] = SAVERS as [string];
  const ledger = ledgers[shardOf(saver, shards)]!;
  const spend = (id: string, odd: number, budget?: string) =>
    ledger.execute(
      usage([report({ customer: saver, id, meters: { odd: `${odd}` }, ...(budget === undefined ? {} : { budget }) })]),
    );
  const [team, key] = [`${saver}/team`, `${saver}/team/key`];
  await ledger.execute(setBudget(team, fewTokens(100), { onExceed: 'receivable' }));
  await ledger.execute(setBudget(key, fewTokens(1_000), { period: 'week', thresholds: [1, 10] }));
  await spend('within', 40, key);
  await spend('half', 20, key);
  await spend('beyond', 50, key);
  await ledger.execute(setBudget(saver, fewTokens(500), { period: 'month' }));
  await spend('unnamed', 70);
  await ledger.execute(setBudget(team, fewTokens(120), { onExceed: 'receivable' }));
  await spend('again', 10, team);
  await ledger.execute(setBudget(key, fewTokens(2_000), { period: 'total' }));
  await ledger.execute(setBudget(`${saver}/other`, fewTokens(9)));
  await spend('other', 3, `${saver}/other`);
}

/** Moves of every concept's steps, always the same ones: what a new concept makes is in them without an edit here. */
export async function liveBySteps(world: World): Promise<void> {
  for (const move of sampleMoves(world.scene.cast, 800, 20_261_130)) await take(world, move);
}

/** Takes a batch through its steps up to the last one named. */
async function settle(world: World, batch: string, end: BatchEnd): Promise<void> {
  // p3 fails its review before the second batch, so that something is withheld.
  if (batch === 'batch-2') {
    await world.registry.execute({ ...common, type: 'ChangeKyc', party: 'p3', to: 'suspended', reason: 'review' });
  }
  for (const ask of settleBatch(world.scene, batch, end)) await execute(world, ask);
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
 * The registry's lines as a planner wrote them that looked at one chain alone: `batch-3` settles on another chain and issues
 * the whole supply there a second time.
 */
export function issuingAgain(sound: readonly Page[], chainId = 2): (line: string) => string {
  const supply = supplyAtCut(sound, 'batch-3');
  return (line) => {
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
}

/** The registry's pages so, every one sealed anew. */
export function issueAgain(sound: readonly Page[], registry: number, chainId = 2): Page[] {
  const change = issuingAgain(sound, chainId);
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
