/** Explanations add up to the atto: of every entry of a random history, and of every holder's balance. */
import { createHash } from 'node:crypto';
import { CODEC, type JournalEvent } from '#concepts';
import { PRICES, sampleMoves, SPLIT, TIME, TYPE } from '#concepts/testing';
import { entryId, parseAmount, postingsOf } from '#domain';
import { readEvents } from '#journal';
import { ReportingWorld } from '../test-support/reporting-world.js';

interface Part {
  readonly amount: string;
}

const atto = (text: string): bigint =>
  text.startsWith('-') ? -parseAmount(text.slice(1), 'amount') : parseAmount(text, 'amount');
const sumOf = (parts: readonly Part[]): bigint => parts.reduce((sum, { amount }) => sum + atto(amount), 0n);

let world: ReportingWorld;
const journal: { readonly id: string; readonly recordedAt: string; readonly event: JournalEvent }[] = [];
/** Explanations of all entries, by id. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const explained = new Map<string, any>();

/** What the usage of random steps costs, at their own time: tiers of a month and dollars too. */
async function priceSteps(): Promise<void> {
  const lines = [
    ...PRICES.prices,
    { type: TYPE, model: 'dear', meters: { input_tokens: { price: '1', per: '1000' } } },
  ];
  const book = { ...PRICES, effectiveAt: TIME, prices: lines };
  await world.register({ type: 'PublishPriceBook', version: 2, book });
  await world.register({ type: 'PublishSplitPolicy', version: 2, policy: { ...SPLIT, effectiveAt: TIME } });
  const rate = { effectiveAt: '2020-01-01T00:00:00Z', usdPerToken: '3' };
  await world.register({ type: 'PublishUsdRate', version: 1, rate });
}

beforeAll(async () => {
  world = await ReportingWorld.open();
  await priceSteps();
  for (const holder of ['c0', 'c1', 'c2']) await world.mint(holder, 3);
  // Much is owed and covered in pieces; a hold is captured by usage, by a call, released, and lapses.
  await world.charge('c0', 'p0', 5_500);
  await world.charge('c0', 'p1', 2_001);
  for (let i = 0; i < 3; i++) await world.mint('c0', 1);
  await world.mint('c0', 20);
  for (const move of sampleMoves(world.scene.cast, 400, 44)) await world.take(move);
  await world.project();
  for (const shard of world.allShards) {
    for (const page of await world.pagesOf(shard)) {
      for (const { event, position } of readEvents(page, CODEC))
        journal.push({ id: entryId(position), recordedAt: page.recordedAt, event: event as JournalEvent });
    }
  }
  for (const { id } of journal) {
    const { status, body } = await world.call('GET', `/entries/${id}/explanation`, 'finance');
    expect([id, status]).toEqual([id, 200]);
    explained.set(id, body);
  }
}, 120_000);

afterAll(() => world?.stop(), 60_000);

describe('the explanation of an entry', () => {
  it('is there for every type, and each of its sums adds up', () => {
    expect(new Set(journal.map(({ event }) => event.type)).size).toBeGreaterThan(20);
    for (const { id, event } of journal) {
      const { type, checks, summary } = explained.get(id);
      expect([id, type, summary.length > 10]).toEqual([id, event.type, true]);
      expect([id, type, checks.filter(({ holds }: { holds: boolean }) => !holds)]).toEqual([id, event.type, []]);
    }
  });

  it('of a charge: lines, shares, grants and what is owed give the recorded amount', () => {
    const charges = journal.filter(({ event }) => event.type === 'UsageCharged');
    expect(charges.length).toBeGreaterThan(20);
    for (const { id, event } of charges) {
      if (event.type !== 'UsageCharged') continue;
      const { amount, rating, split, paid, owed, usage } = explained.get(id);
      expect([id, atto(amount)]).toEqual([id, BigInt(event.amount)]);
      expect([id, sumOf(rating.lines), atto(rating.amount)]).toEqual([id, atto(amount), atto(amount)]);
      expect([id, sumOf(split.shares)]).toEqual([id, atto(amount)]);
      expect([id, sumOf(paid.grants) + atto(owed?.amount ?? '0')]).toEqual([id, atto(amount)]);
      expect(usage).toMatchObject({ source: event.usage.source, id: event.usage.id, subject: event.customer });
    }
  });

  it('of what was owed names the entries that covered it, and these name it', () => {
    expect([...explained.values()].filter(({ owed }) => owed?.covers.length > 0).length).toBeGreaterThan(2);
    // What coverings themselves say that they paid for, and reversals that they cancelled, by the name of the usage.
    const said = new Map<string, string[]>();
    const say = (customer: string, source: string, usage: string, part: string) => {
      const key = JSON.stringify([customer, source, usage]);
      said.set(key, [...(said.get(key) ?? []), part]);
    };
    for (const { id, event } of journal) {
      if (event.type === 'ReceivablesCovered')
        for (const { source, id: usage, amount } of event.covered)
          say(event.customer, source, usage, `${id} ${amount}`);
      if (event.type === 'EntryReversed' && event.cancelled !== undefined) {
        const { source, id: usage } = event.original.charge!;
        say(event.holder, source, usage, `${id} ${event.cancelled.amount}`);
      }
    }
    // A charge that counts again is owed by the same name.
    const listed = new Map<string, string[]>();
    for (const { id, event } of journal) {
      const { owed, usage, postings } = explained.get(id);
      if (!(owed?.covers.length > 0)) continue;
      expect([id, sumOf(owed.covers)]).toEqual([id, atto(owed.covered)]);
      expect(postings.length).toBeGreaterThan(0);
      const charge = event.type === 'EntryRestored' ? event.original.charge : usage;
      if (charge === undefined) continue;
      const key = JSON.stringify([
        event.type === 'EntryRestored' ? event.holder : usage.subject,
        charge.source,
        charge.id,
      ]);
      const covers = owed.covers.map(({ entry, amount }: Part & { entry: string }) => `${entry} ${atto(amount)}`);
      listed.set(key, [...(listed.get(key) ?? []), ...covers]);
    }
    for (const [key, covers] of listed) expect([key, covers]).toEqual([key, said.get(key)]);
    for (const { id, covers } of [...explained.values()].filter((one) => one.covers !== undefined))
      for (const cover of covers)
        expect([id, explained.get(cover.entry)?.owed?.covers.map(({ entry }: { entry: string }) => entry)]).toEqual([
          id,
          expect.arrayContaining([id]),
        ]);
  });

  it('that was taken back names what did so, and the charge that took its place; nothing else does', () => {
    const since = new Map<string, { reversedBy?: string; replacedBy?: string }>();
    for (const { id, event } of journal) {
      if (event.type === 'EntryReversed' || event.type === 'EntryRestored') since.set(event.entry, { reversedBy: id });
      if (event.type === 'UsageCharged' && event.corrects !== undefined)
        since.set(event.corrects.entry, { ...since.get(event.corrects.entry), replacedBy: id });
    }
    expect([...since.values()].filter(({ replacedBy }) => replacedBy !== undefined).length).toBeGreaterThan(2);
    const path = (id: string | undefined) => id && `/v1/entries/${id}/explanation`;
    for (const { id } of journal) {
      const { reversedBy, replacedBy } = explained.get(id).entries ?? {};
      const wanted = since.get(id);
      expect([id, reversedBy, replacedBy]).toEqual([id, path(wanted?.reversedBy), path(wanted?.replacedBy)]);
    }
  });

  it('shows where it stands: its page’s hash is that of the header, which names the body of the event', async () => {
    const { id } = journal.find(({ event }) => event.type === 'UsageCharged')!;
    const { page, proof } = explained.get(id);
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(sha256(proof.header)).toBe(page.hash);
    expect(proof.header).toContain(proof.bodyDigest);
    const { body } = (await world.pagesOf(page.shard, page.height))[0]!;
    expect(createHash('sha256').update(body).digest('hex')).toBe(proof.bodyDigest);
    expect(body.toString().split('\n')[page.index]).toBe(proof.event);
  });

  it('is told a customer of its own entries without the split and the proof, and 404 of others', async () => {
    const seen = { own: 0, others: 0 };
    for (const { id, event } of journal) {
      const isOwn =
        postingsOf(event).some(({ debit, credit }) => `${debit} ${credit}`.includes('customer:c0:')) ||
        ('customer' in event && event.customer === 'c0' && event.type !== 'KeyIssued');
      const { status, body, text } = await world.call('GET', `/entries/${id}/explanation`, 'customer');
      expect([id, event.type, status]).toEqual([id, event.type, isOwn ? 200 : 404]);
      seen[isOwn ? 'own' : 'others']++;
      if (!isOwn) continue;
      expect([body.split, body.proof]).toEqual([undefined, undefined]);
      expect(text).not.toMatch(/provider:p|treasury:|staking:|customer:c[1-9]/);
    }
    expect(Math.min(seen.own, seen.others)).toBeGreaterThan(10);
  }, 60_000);

  it('names the budgets that count it: those of its paths that were budgets when it was booked', () => {
    const set = new Set<string>();
    let counted = 0;
    for (const shard of world.allShards) {
      for (const { id, event } of journal.filter((one) => one.id.startsWith(`${shard}-`))) {
        if (event.type === 'BudgetSet') set.add(event.path);
        const { budget } = explained.get(id);
        if (budget === undefined) continue;
        expect([id, budget.budgets]).toEqual([id, budget.paths.filter((path: string) => set.has(path))]);
        counted += budget.budgets.length;
      }
    }
    expect(counted).toBeGreaterThan(0);
  });

  it('that names versions which were never published says so, and derives nothing again by them', async () => {
    const [, follower] = world.memories;
    const { id, event } = journal.find((one) => one.event.type === 'UsageCharged')!;
    if (event.type !== 'UsageCharged') throw new Error('no charge');
    const { priceBooks, splitPolicies } = follower.catalogue.rating;
    const [book, policy] = [priceBooks.get(event.priceBook)!, splitPolicies.get(event.splitPolicy)!];
    priceBooks.delete(event.priceBook);
    splitPolicies.delete(event.splitPolicy);
    try {
      const { status, body } = await world.call('GET', `/entries/${id}/explanation`, 'finance');
      expect([status, body.rating, body.split, body.amount]).toEqual([
        ...[200, undefined, undefined, explained.get(id).amount],
      ]);
      const broken = body.checks.filter(({ holds }: { holds: boolean }) => !holds);
      expect(broken.map(({ rule }: { rule: string }) => rule)).toEqual([
        `price book ${event.priceBook} was published`,
        `split policy ${event.splitPolicy} was published`,
      ]);
    } finally {
      priceBooks.set(event.priceBook, book);
      splitPolicies.set(event.splitPolicy, policy);
    }
  });

  it('of nothing is 404, of no id 400', async () => {
    expect((await world.call('GET', '/entries/0-99999-0/explanation', 'finance')).status).toBe(404);
    expect((await world.call('GET', '/entries/x/explanation', 'finance')).status).toBe(400);
  });
});

describe('the explanation of a balance', () => {
  const explain = async (holder: string, query = '', role = 'finance') =>
    (await world.call('GET', `/holders/${holder}/explanation${query}`, role)).body;

  it('is sums by type of entry, down to the entries, that add up to each balance, now and as of instants', async () => {
    const now = new Date().toISOString();
    const instants = [...new Set(journal.map(({ recordedAt }) => recordedAt))].filter((at) => at < now).sort();
    const asked = [undefined, instants[Math.floor(instants.length / 2)], instants[Math.floor(instants.length / 5)]];
    for (const asOf of asked) {
      const query = asOf === undefined ? '' : `?asOf=${asOf}`;
      for (const holder of ['c0', 'c1', 'p0']) {
        const { accounts } = await explain(holder, query);
        const balance = (await world.call('GET', `/holders/${holder}/balance${query}`, 'finance')).body;
        const kinds = new Map<string, bigint>();
        for (const { account, kind, balance: stands, sums, addsUp } of accounts) {
          expect([account, asOf, addsUp, sumOf(sums)]).toEqual([account, asOf, true, atto(stands)]);
          kinds.set(kind, (kinds.get(kind) ?? 0n) + atto(stands));
        }
        for (const [kind, sum] of kinds)
          expect([holder, kind, asOf, atto(balance[kind])]).toEqual([holder, kind, asOf, sum < 0n ? -sum : sum]);
      }
    }
  });

  it('lists the entries of each sum, page by page, each with its explanation', async () => {
    const { accounts } = await explain('c0');
    const { account, sums } = accounts.find(({ account }: { account: string }) => account.endsWith(':available'));
    for (const { type, amount, entries, href } of sums) {
      const listed: (Part & { readonly id: string; readonly href: string })[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const { body } = await world.call('GET', `${href.slice('/v1'.length)}&limit=7${next}`, 'finance');
        listed.push(...body.items);
        cursor = body.nextCursor;
      }
      expect([account, type, listed.length, sumOf(listed)]).toEqual([account, type, entries, atto(amount)]);
      for (const { id, href: path } of listed) {
        expect(path).toBe(`/v1/entries/${id}/explanation`);
        expect(explained.get(id).type).toBe(type);
      }
    }
  });

  it('is a customer’s own: its accounts as a customer, and nobody else’s', async () => {
    const own = await explain('c0', '', 'customer');
    expect(own.accounts.length).toBeGreaterThan(1);
    for (const { account } of own.accounts) expect(account).toMatch(/^customer:c0:/);
    const entries = '/explanation/entries?type=UsageCharged&account=customer';
    for (const [path, status] of [
      ['/holders/c1/explanation', 403],
      ['/holders/C0/explanation', 403],
      [`/holders/c1${entries}:c1:available`, 403],
      [`/holders/c0${entries}:c1:available`, 404],
      ['/holders/c0/explanation/entries?type=UsageCharged&account=provider:c0:payable', 404],
      ['/holders/c0/explanation/entries?type=UsageCharged&account=issuance', 404],
      [`/holders/c0${entries}:c0:available`, 200],
    ] as const)
      expect([path, (await world.call('GET', path, 'customer')).status]).toEqual([path, status]);
    const foreign = await world.call('GET', `/holders/c1${entries}:c1:available&limit=1`, 'finance');
    expect(foreign.body.nextCursor).not.toBeNull();
    const { nextCursor } = foreign.body;
    const { body } = await world.call('GET', `/holders/c0${entries}:c0:available&cursor=${nextCursor}`, 'customer');
    for (const { id } of body.items) expect(explained.get(id).usage.subject).toBe('c0');
  });
});

describe('what a provider has', () => {
  const get = async (path: string) => (await world.call('GET', path, 'finance')).body;

  it('pays, in every payout that was planned, entries that come to it', async () => {
    const { items: payouts } = await get('/payouts?limit=200');
    expect(payouts.length).toBeGreaterThan(3);
    expect(new Set(payouts.map(({ state }: { state: string }) => state)).size).toBeGreaterThan(1);
    const paidBy = new Map<string, string>();
    for (const { id, amount, state } of payouts) {
      const { total, count, items } = await get(`/payouts/${id}/entries?limit=200`);
      expect([id, atto(total), count]).toEqual([id, atto(amount), items.length]);
      expect([id, sumOf(items)]).toEqual([id, atto(amount)]);
      // What was given back is paid by a later one; nothing is paid twice.
      if (state === 'reverted') continue;
      for (const { entry } of items) {
        const name = `${entry} ${id.split('.')[1]}`;
        expect([name, paidBy.get(name)]).toEqual([name, undefined]);
        paidBy.set(name, id);
      }
    }
  });

  it('adds up, whatever was covered, taken back, withheld, on its way or given back', async () => {
    for (const id of ['p0', 'p1', 'p2']) {
      const all = await get(`/providers/${id}/earnings`);
      const { opening, earned, ...parts } = all.statement as Record<string, string>;
      const sum = sumOf(Object.values(parts).map((amount) => ({ amount })));
      expect([id, opening, sum]).toEqual([id, '0', atto(earned!)]);
      for (const group of ['model', 'customer'] as const) {
        const { items } = await get(`/providers/${id}/earnings?groupBy=${group}&limit=200`);
        expect([id, group, sumOf(items)]).toEqual([id, group, atto(earned!)]);
      }
    }
  });
});
