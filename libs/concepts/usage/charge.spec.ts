import fc from 'fast-check';
import {
  CLOCK_SKEW_MAX_MS,
  COVER_MAX,
  decideCharge,
  grantFunds,
  receivableFunds,
  suspension,
  USAGE_AGE_MAX_MS,
  USAGE_ITEMS_MAX,
  USAGE_TEXT_MAX,
  type UsageAnswer,
  type UsageReport,
} from '#concepts';
import { SPLIT, TYPE } from '../test-support/foundation.js';
import { LedgerDesk, mint, openRegistry, report, setBudget, TIME, TIME_MS, usage, WHO } from '../test-support/world.js';

const TOKEN = 10n ** 18n;

function openDesk(providers = ['p1']): LedgerDesk {
  const { catalogue } = openRegistry(1, ['acme', 'bolt'], providers).state;
  return new LedgerDesk({ catalogue, shard: 0, shards: 1 });
}

/** From a time on, usage of the foundation's type is split by shares of its own. */
function openTyped() {
  const registry = openRegistry(1, ['acme'], ['p1']);
  const types = [{ type: TYPE, provider: 9_000, treasury: 0, stakers: 0, burn: 1_000 }];
  const policy = { ...SPLIT, effectiveAt: '2026-11-22T09:00:00Z', types };
  registry.decide({ type: 'PublishSplitPolicy', version: 2, policy, time: TIME, provenance: WHO });
  return { catalogue: registry.state.catalogue, at: '2026-11-22T09:30:00Z' };
}

function answerOf(desk: LedgerDesk, reports: readonly UsageReport[]): UsageAnswer {
  const outcome = desk.decide(usage(reports));
  if (outcome.type !== 'usage') throw new Error(outcome.type);
  return outcome.answer;
}

const conflictsOf = (desk: LedgerDesk) => desk.recorded.filter(({ event }) => event.type === 'UsageConflicted');

const balances = (desk: LedgerDesk) => Object.fromEntries([...desk.state.balances].filter(([, value]) => value !== 0n));

describe('given funds, when usage is reported', () => {
  it('then the payer is charged and the shares are booked', () => {
    const desk = openDesk();
    desk.decide(mint('acme', '10'));
    expect(answerOf(desk, [report()])).toEqual({ accepted: 1, duplicates: 0, conflicts: 0, rejected: [] });
    expect(balances(desk)).toEqual({
      issuance: -10n * TOKEN + (TOKEN * 6n) / 100n,
      'customer:acme:available': 8n * TOKEN,
      'provider:p1:payable': (TOKEN * 16n) / 10n,
      'treasury:fees': (TOKEN * 2n) / 10n,
      'staking:rewards': (TOKEN * 14n) / 100n,
    });
  });

  it('then usage of a type with shares of its own is split by them, also what is covered later and taken back', () => {
    const { catalogue, ...registry } = openTyped();
    const desk = new LedgerDesk({ catalogue, shard: 0, shards: 1 });
    desk.decide(mint('acme', '0.5'));
    const [charged] = desk.events(usage([report({ time: registry.at })]));
    expect(charged).toMatchObject({ splitPolicy: 2, receivable: { shares: { provider: `${(135n * TOKEN) / 100n}` } } });
    desk.decide(mint('acme', '10'));
    // Of 2 tokens nine tenths, and the rest burned; the treasury and the stakers have nothing.
    expect(balances(desk)).toEqual({
      issuance: (-103n * TOKEN) / 10n,
      'customer:acme:available': (85n * TOKEN) / 10n,
      'provider:p1:payable': (18n * TOKEN) / 10n,
    });
  });

  it('then the entry keeps where its data comes from, and a report of other data is a conflict', () => {
    const desk = openDesk();
    const provenance = { dataset: 'weather/eu', licence: 'CC-BY-4.0', contentHash: 'ab'.repeat(32) };
    const [charged] = desk.events(usage([report({ provenance })]));
    expect(charged).toMatchObject({ type: 'UsageCharged', provenance });
    expect(answerOf(desk, [report({ provenance })])).toMatchObject({ duplicates: 1 });
    expect(answerOf(desk, [report({ provenance: { dataset: 'other' } })])).toMatchObject({ conflicts: 1 });
    const long = { dataset: 'x'.repeat(USAGE_TEXT_MAX) };
    expect(answerOf(desk, [report({ id: 'long', provenance: long })]).rejected).toMatchObject([
      { code: 'USAGE_INVALID' },
    ]);
  });

  it('then the event says why the amount is what it is', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme/research', '10'));
    expect(desk.events(usage([report({ budget: 'acme/research' })]))[0]).toMatchObject({
      type: 'UsageCharged',
      meters: { input_tokens: '1000' },
      priceBook: 1,
      splitPolicy: 1,
      amount: `${2n * TOKEN}`,
      budget: 'acme/research',
      actor: 'key:admin',
      origin: 'request:test',
    });
  });

  it('then the same usage again is dropped, within a batch and for ever', () => {
    const desk = openDesk();
    expect(answerOf(desk, [report(), report()])).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(answerOf(desk, [report()])).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(desk.recorded).toHaveLength(1);
  });

  it('then a source that the house keeps for itself is refused, unless it was charged before there were such', () => {
    const desk = openDesk();
    const own = report({ source: 'hold', id: '0-1-0' });
    expect(answerOf(desk, [own, report({ source: 'Hold' }), report({ source: 'holds' })])).toMatchObject({
      accepted: 2,
      rejected: [{ index: 0, code: 'USAGE_INVALID', path: 'source' }],
    });
    desk.state.usage.remember(own, 1);
    expect(answerOf(desk, [own])).toMatchObject({ duplicates: 1, rejected: [] });
    expect(answerOf(desk, [{ ...own, digest: 'f'.repeat(16) }])).toMatchObject({
      conflicts: 0,
      rejected: [{ index: 0 }],
    });
  });

  it('then the same id with another content is a recorded conflict and charges nothing', () => {
    const desk = openDesk();
    answerOf(desk, [report()]);
    const before = balances(desk);
    expect(answerOf(desk, [report({ meters: { input_tokens: '2000' } })])).toMatchObject({ conflicts: 1 });
    expect(balances(desk)).toEqual(before);
    expect(desk.recorded.at(-1)!.event).toMatchObject({ type: 'UsageConflicted', firstDigest: report().digest });
  });

  it('then a conflicting report is recorded once, however often it comes, and each other content once more', () => {
    const desk = openDesk();
    answerOf(desk, [report()]);
    const conflicting = report({ meters: { input_tokens: '2000' } });
    expect(answerOf(desk, [conflicting, conflicting])).toMatchObject({ conflicts: 2 });
    for (let offset = 40; offset < 43; offset++) {
      const outcome = desk.decide(usage([conflicting], offset));
      expect(outcome).toMatchObject({ answer: { accepted: 0, conflicts: 1, rejected: [] } });
    }
    expect(answerOf(desk, [report({ meters: { input_tokens: '3000' } })])).toMatchObject({ conflicts: 1 });
    expect(conflictsOf(desk)).toHaveLength(2);
  });

  it('then a conflict that was taken back is recorded when it is decided again', () => {
    const desk = openDesk();
    answerOf(desk, [report()]);
    desk.state.undo.clear();
    const conflicting = usage([report({ meters: { input_tokens: '2000' } })]);
    desk.decide(conflicting);
    desk.state.undo.rollback();
    expect(desk.events(conflicting)).toMatchObject([{ type: 'UsageConflicted' }]);
  });

  it('then a replayed journal that repeats a conflict, as older ones do, still knows it', () => {
    const desk = openDesk();
    answerOf(desk, [report()]);
    const conflicting = report({ meters: { input_tokens: '2000' } });
    answerOf(desk, [conflicting]);
    const { event, position } = desk.recorded.at(-1)!;
    desk.state.evolve(event, position);
    expect(answerOf(desk, [conflicting])).toMatchObject({ conflicts: 1 });
    expect(conflictsOf(desk)).toHaveLength(1);
  });

  it.each<[string, Partial<UsageReport>]>([
    ['TIME_INVALID', { time: '2026-02-30T10:00:00Z' }],
    ['TIME_IN_FUTURE', { time: new Date(TIME_MS + CLOCK_SKEW_MAX_MS + 1).toISOString() }],
    ['TIME_TOO_OLD', { time: '0000-01-01T00:00:00Z' }],
    ['UNKNOWN_CUSTOMER', { customer: 'nobody' }],
    ['UNKNOWN_PROVIDER', { provider: 'nobody' }],
    ['UNKNOWN_USAGE_TYPE', { type: 'other' }],
    ['UNKNOWN_METER', { meters: { other: '1' } }],
    ['QUANTITY_INVALID', { meters: { odd: '-1' } }],
    ['NO_PRICE_BOOK', { time: '2025-12-31T23:59:59Z' }],
  ])(
    'then %s refuses other content for its id as it would refuse a new usage, and nothing is recorded',
    (code, changes) => {
      const desk = openDesk();
      answerOf(desk, [report()]);
      const answer = answerOf(desk, [report({ digest: 'c'.repeat(16), ...changes })]);
      expect(answer).toMatchObject({ accepted: 0, conflicts: 0, rejected: [{ code }] });
      expect(desk.recorded).toHaveLength(1);
    },
  );

  it('then a redelivery is a silent duplicate whatever the registry and the clock say by now', () => {
    const desk = openDesk();
    answerOf(desk, [report()]);
    const late = { ...usage([report()]), receivedAtMs: TIME_MS + USAGE_AGE_MAX_MS * 2 };
    expect(desk.decide(late)).toMatchObject({ answer: { duplicates: 1, rejected: [] } });
    expect(desk.recorded).toHaveLength(1);
  });

  it('then an id that another shard of this process charged is a conflict or a duplicate too', () => {
    const { catalogue } = openRegistry(2, ['acme'], ['p1']).state;
    const elsewhere = (digest: string) =>
      new LedgerDesk({ catalogue, shard: 0, shards: 2, usageElsewhere: () => digest });
    expect(answerOf(elsewhere('f'.repeat(16)), [report()])).toMatchObject({ accepted: 0, conflicts: 1 });
    expect(answerOf(elsewhere(report().digest), [report()])).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  it('then the same id of another source is another usage', () => {
    expect(answerOf(openDesk(), [report(), report({ source: 'other' })])).toMatchObject({ accepted: 2 });
  });

  it('then usage that costs nothing is recorded without postings', () => {
    const [event] = openDesk().events(usage([report({ meters: { odd: '0.5' } })]));
    expect(event).toMatchObject({ type: 'UsageCharged', amount: '0', postings: [] });
    expect(event).not.toHaveProperty('receivable');
  });

  it.each<[string, Partial<UsageReport>]>([
    ['UNKNOWN_CUSTOMER', { customer: 'nobody' }],
    ['UNKNOWN_CUSTOMER', { customer: 'p1' }],
    ['UNKNOWN_PROVIDER', { provider: 'nobody' }],
    ['UNKNOWN_PROVIDER', { provider: 'acme' }],
    ['UNKNOWN_USAGE_TYPE', { type: 'other' }],
    ['UNKNOWN_METER', { meters: { other: '1' } }],
    ['QUANTITY_INVALID', { meters: { odd: '-1' } }],
    ['TIME_INVALID', { time: 'yesterday' }],
    ['TIME_IN_FUTURE', { time: new Date(TIME_MS + CLOCK_SKEW_MAX_MS + 1).toISOString() }],
    ['TIME_TOO_OLD', { time: new Date(TIME_MS - USAGE_AGE_MAX_MS - 1).toISOString() }],
    ['NO_PRICE_BOOK', { time: '2025-12-31T23:59:59Z' }],
    ['USAGE_INVALID', { id: 'x'.repeat(USAGE_TEXT_MAX) }],
  ])('then %s refuses %j alone, and the others are charged', (code, changes) => {
    const desk = openDesk();
    const answer = answerOf(desk, [report({ id: 'bad', ...changes }), report({ id: 'good' })]);
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 0, code }] });
    expect(desk.recorded).toHaveLength(1);
  });

  it('then a clock that is five minutes ahead is still believed', () => {
    const time = new Date(TIME_MS + CLOCK_SKEW_MAX_MS).toISOString();
    expect(answerOf(openDesk(), [report({ time })])).toMatchObject({ accepted: 1 });
  });

  it('then a refused message of Kafka is recorded with its offset', () => {
    const desk = openDesk();
    desk.decide(usage([report({ customer: 'nobody' })], 41));
    expect(desk.recorded.map(({ event }) => event)).toEqual([
      expect.objectContaining({ type: 'UsageRejected', offset: 41, origin: 'kafka:usage/0/41' }),
    ]);
  });

  it('then entries of the greatest size still fit one page', () => {
    const party = `a${'b'.repeat(127)}`;
    const { catalogue } = openRegistry(1, [party], [`${party.slice(0, -1)}c`]).state;
    const desk = new LedgerDesk({ catalogue, shard: 0, shards: 1 });
    const provider = `${party.slice(0, -1)}c`;
    const used = TIME.length + 2 * 128 + 'gateway'.length + 'ai.compute.usage'.length + 'llama'.length + 'odd1'.length;
    const worst = report({ customer: party, provider, meters: { odd: '1' } });
    const reports = Array.from({ length: USAGE_ITEMS_MAX }, (_, i) => ({
      ...worst,
      id: `${`${i}`.padStart(4, '\u0001')}${'\u0001'.repeat(USAGE_TEXT_MAX - used - 4)}`,
    }));
    desk.decide({ ...mint(party, '0.00000000000000002') });
    const events = desk.events(usage(reports));
    expect(events.every(({ type }) => type === 'UsageCharged')).toBe(true);
    const bytes = events.reduce((sum, event) => sum + JSON.stringify(event).length + 1, 0);
    expect(bytes).toBeLessThanOrEqual(1_000_000);
  });

  it('then more items than a command may hold are a caller’s bug', () => {
    const items = Array.from({ length: USAGE_ITEMS_MAX + 1 }, (_, i) => report({ id: `r${i}` }));
    expect(() => openDesk().decide(usage(items))).toThrow(RangeError);
  });
});

describe('given too little, when usage is reported', () => {
  it('then what is there is paid and the rest waits as a receivable, not payable to the provider', () => {
    const desk = openDesk();
    desk.decide(mint('acme', '0.5'));
    answerOf(desk, [report()]);
    expect(desk.state.balance('customer:acme:available')).toBe(0n);
    expect(desk.state.balance('customer:acme:receivable')).toBe((-15n * TOKEN) / 10n);
    expect(desk.state.balance('provider:p1:payable')).toBe((4n * TOKEN) / 10n);
    expect(desk.state.balance('provider:p1:uncovered')).toBe((12n * TOKEN) / 10n);
  });

  it('then funds that arrive pay the oldest first', () => {
    const desk = openDesk(['p1', 'p2']);
    answerOf(desk, [report({ id: 'old' }), report({ id: 'new', provider: 'p2' })]);
    const [, covered] = desk.events(mint('acme', '3'));
    expect(covered).toMatchObject({
      type: 'ReceivablesCovered',
      amount: `${3n * TOKEN}`,
      covered: [
        { id: 'old', amount: `${2n * TOKEN}` },
        { id: 'new', amount: `${TOKEN}` },
      ],
    });
    expect([...desk.state.receivables.open('acme')]).toMatchObject([{ id: 'new', amount: TOKEN }]);
    expect(desk.state.balance('provider:p1:uncovered')).toBe(0n);
  });

  it('then one entry covers so many charges and the command is repeated until nothing is left', () => {
    const desk = openDesk();
    const count = COVER_MAX * 2 + 1;
    for (let first = 0; first < count; first += USAGE_ITEMS_MAX) {
      const length = Math.min(USAGE_ITEMS_MAX, count - first);
      answerOf(
        desk,
        Array.from({ length }, (_, i) => report({ id: `r${first + i}`, meters: { odd: '1' } })),
      );
    }
    desk.decide(mint('acme', '1'));
    const cover = { type: 'CoverReceivables', customer: 'acme', time: TIME, provenance: WHO } as const;
    expect([desk.decide(cover).type, desk.decide(cover).type, desk.decide(cover).type]).toEqual([
      'entry',
      'entry',
      'unchanged',
    ]);
    expect([...desk.state.receivables.customers()]).toEqual([]);
    expect(desk.state.balance('customer:acme:available')).toBe(TOKEN - BigInt(count));
  });

  it('then a covering entry with the longest names fits one page', () => {
    const desk = openDesk();
    const long = (i: number) => `${`${i}`.padStart(5, '\u0001')}${'\u0001'.repeat(780)}`;
    for (let first = 0; first < 600; first += 100) {
      answerOf(
        desk,
        Array.from({ length: 100 }, (_, i) => report({ id: long(first + i), meters: { odd: '1' } })),
      );
    }
    for (const event of desk.events(mint('acme', '1'))) expect(JSON.stringify(event).length).toBeLessThan(990_000);
  });

  it('then in whatever instalments funds come, every account ends as if they had been there', () => {
    const instalments = fc.array(fc.bigInt({ min: 1n, max: 400n }), { minLength: 1, maxLength: 10 });
    const charges = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 10 });
    const fund = (desk: LedgerDesk, atto: bigint) => desk.decide({ ...mint('acme', '1'), amount: atto } as never);
    const charge = (desk: LedgerDesk, quantities: number[]) =>
      answerOf(
        desk,
        quantities.map((odd, i) => report({ id: `r${i}`, meters: { odd: `${odd}` } })),
      );
    fc.assert(
      fc.property(charges, instalments, (quantities, parts) => {
        const owed = BigInt(quantities.reduce((a, b) => a + b, 0));
        const early = openDesk();
        fund(early, owed + parts.reduce((a, b) => a + b, 0n));
        charge(early, quantities);
        const late = openDesk();
        charge(late, quantities);
        for (const part of parts) fund(late, part);
        if (owed > 0n) fund(late, owed);
        expect(balances(late)).toEqual(balances(early));
      }),
    );
  });
});

describe('given a customer that was suspended, when usage is reported', () => {
  /** Suspended from 10:00 to 11:00 and again since 12:00. */
  function openSuspended(): LedgerDesk {
    const registry = openRegistry(1, ['acme'], ['p1']);
    const change = (hour: number, to: 'suspended' | 'verified') =>
      registry.decide({
        ...{ type: 'ChangeKyc', party: 'acme', to, reason: 'review', provenance: WHO },
        time: `2026-11-22T${hour}:00:00.000Z`,
      });
    change(10, 'suspended');
    change(11, 'verified');
    change(12, 'suspended');
    return new LedgerDesk({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });
  }
  const at = (time: string) => report({ id: time, time: `2026-11-22T${time}Z` });
  const late = (command: ReturnType<typeof usage>) => ({ ...command, receivedAtMs: TIME_MS + 4 * 3_600_000 });

  it.each([
    ['before the first', '09:59:59.999', true],
    ['at the first instant of the first', '10:00:00', false],
    ['in the first', '10:59:59.999', false],
    ['at the end of the first', '11:00:00', true],
    ['before the second', '11:59:59.999', true],
    ['in the second, which lasts', '13:00:00', false],
  ])('then usage from %s suspension is judged by its own time', (_, time, isCharged) => {
    const outcome = openSuspended().decide(late(usage([at(time)])));
    expect(outcome).toMatchObject({
      answer: isCharged
        ? { accepted: 1, rejected: [] }
        : { accepted: 0, rejected: [{ code: 'CUSTOMER_SUSPENDED', path: 'subject' }] },
    });
  });

  it('then usage from before is owed when the balance is short', () => {
    const desk = openSuspended();
    desk.decide(late(usage([at('09:00:00')])));
    expect(desk.state.balance('customer:acme:receivable')).toBe(-2n * TOKEN);
  });

  it('then the same usage again is still a duplicate, and a refused message of Kafka is recorded', () => {
    const desk = openSuspended();
    desk.decide(late(usage([at('09:00:00')])));
    expect(desk.decide(late(usage([at('09:00:00')])))).toMatchObject({ answer: { duplicates: 1, rejected: [] } });
    expect(desk.events(late(usage([at('13:00:00')], 7)))).toEqual([
      expect.objectContaining({ type: 'UsageRejected', offset: 7, code: 'CUSTOMER_SUSPENDED' }),
    ]);
  });

  it('then usage of a suspended provider is charged as ever: its payout is what waits', () => {
    const registry = openRegistry(1, ['acme'], ['p1']);
    registry.decide({ type: 'ChangeKyc', party: 'p1', to: 'suspended', reason: 'r', time: TIME, provenance: WHO });
    const desk = new LedgerDesk({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });
    expect(answerOf(desk, [report()])).toMatchObject({ accepted: 1 });
  });
});

it('decides nothing by itself: the same state and report give the same event', () => {
  const { state, context } = openDesk();
  const decide = () =>
    decideCharge(
      { limits: [suspension], ceilings: [], funding: [grantFunds, receivableFunds] },
      state,
      context.catalogue,
      report(),
      WHO,
      TIME_MS,
      TIME,
    );
  expect(decide()).toEqual(decide());
});
