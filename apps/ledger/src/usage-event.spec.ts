import 'reflect-metadata';
import fc from 'fast-check';
import { Catalogue, decideLedger, LedgerState, type LedgerEvent, type UsageAnswer } from '#concepts';
import { CompactUsageIndex } from '#journal';
import { explainUsageEvent, isUsageEvent, toUsageReport, usageEventSchema, type UsageEvent } from './usage-event.js';

const sound = (): UsageEvent => ({
  specversion: '1.0',
  id: 'req-1',
  source: 'gateway/eu-1',
  type: 'ai.compute.usage',
  time: '2026-11-22T10:00:00Z',
  subject: 'acme',
  data: {
    provider: 'p7',
    model: 'llama-3.1-70b',
    meters: { input_tokens: '1200', output_tokens: 350 },
    budget: 'acme/research/key-7',
    hold: 'h-12',
  },
});

function errorPaths(value: unknown): string[] {
  const error = explainUsageEvent(value) as Error & { errors?: readonly { path: string }[] };
  return (error.errors ?? []).map(({ path }) => path);
}

describe('a usage event', () => {
  it('is accepted in the form of the contract', () => {
    expect(isUsageEvent(sound())).toBe(true);
  });

  it('may carry CloudEvents extensions and data of the producer’s own', () => {
    expect(isUsageEvent({ ...sound(), traceparent: '00-1', data: { ...sound().data, region: 'eu' } })).toBe(true);
  });

  it('is refused with the offending path', () => {
    expect(errorPaths({ ...sound(), subject: undefined })).toEqual(['subject']);
    expect(errorPaths({ ...sound(), data: { ...sound().data, meters: { input_tokens: '-1' } } })).toEqual([
      'data.meters',
    ]);
    expect(errorPaths({ ...sound(), data: undefined })).toEqual(['data']);
    expect(errorPaths({ ...sound(), time: 'yesterday' })).toEqual(['time']);
  });

  it('takes null for an optional attribute that is absent', () => {
    const nulls = { time: null, datacontenttype: null, data: { ...sound().data, budget: null, hold: null } };
    const event = { ...sound(), ...nulls };
    expect(isUsageEvent(event)).toBe(true);
    const { budget: _, hold: __, ...data } = sound().data;
    const { time: ___, ...absent } = { ...sound(), data };
    expect(toUsageReport(event as unknown as UsageEvent, 0)).toEqual(toUsageReport(absent, 0));
  });

  it('says where its data comes from: name, licence and hash, each of which may be left out', () => {
    const from = (provenance: unknown) => ({ ...sound(), data: { ...sound().data, provenance } }) as UsageEvent;
    const all = { dataset: 'weather/eu', licence: 'CC-BY-4.0 OR MIT', contentHash: 'ab'.repeat(32) };
    for (const said of [all, { dataset: 'weather/eu' }, { licence: 'MIT', contentHash: null }, {}, null]) {
      expect([said, isUsageEvent(from(said))]).toEqual([said, true]);
    }
    expect(toUsageReport(from(all), 0).provenance).toEqual(all);
    expect(toUsageReport(from({ licence: 'MIT', contentHash: null }), 0).provenance).toEqual({ licence: 'MIT' });
    // What says nothing is as if it were not there: the same event, delivered again.
    for (const said of [{}, null]) expect(toUsageReport(from(said), 0)).toEqual(toUsageReport(sound(), 0));
    for (const [said, path] of [
      ['weather', 'data.provenance'],
      [{ dataset: '' }, 'data.provenance.dataset'],
      [{ licence: 'x'.repeat(101) }, 'data.provenance.licence'],
      [{ contentHash: 'AB'.repeat(32) }, 'data.provenance.contentHash'],
    ] as const) {
      expect([said, isUsageEvent(from(said)), [...new Set(errorPaths(from(said)))]]).toEqual([said, false, [path]]);
    }
  });

  it('gets one verdict from the schema and from class-validator', () => {
    const junk = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.array(fc.string()),
      fc.object(),
    );
    const meters = fc.oneof(
      fc.dictionary(
        fc.oneof(fc.constantFrom('input_tokens', 'gpu_ms', 'a'), fc.string()),
        fc.oneof(
          fc.nat().map(String),
          fc.nat(),
          fc.double(),
          fc.constantFrom('1.5', '01', '-1', '1e3', '', '9'.repeat(19)),
          junk,
        ),
        { maxKeys: 4 },
      ),
      junk,
    );
    const fields = ['specversion', 'id', 'source', 'type', 'time', 'subject', 'datacontenttype', 'data'] as const;
    fc.assert(
      fc.property(
        fc.record({
          meters,
          provider: fc.oneof(fc.constant('p7'), junk),
          model: fc.oneof(fc.constant('m'), junk),
          budget: fc.oneof(fc.constant('b'), fc.constant(undefined), fc.constant(null), junk),
        }),
        fc.option(fc.tuple(fc.constantFrom(...fields), junk)),
        (data, spoiled) => {
          const event: Record<string, unknown> = { ...sound(), data };
          if (spoiled !== null) event[spoiled[0]] = spoiled[1];
          expect({ event, verdict: isUsageEvent(event) }).toEqual({ event, verdict: errorPaths(event).length === 0 });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('has the same digest whatever the order of its meters and the type of a whole quantity', () => {
    const other = { ...sound(), data: { ...sound().data, meters: { output_tokens: '350', input_tokens: 1200 } } };
    expect(toUsageReport(other, 0)).toEqual(toUsageReport(sound(), 0));
  });

  it('has the same digest however its instant and its quantities are spelt', () => {
    const spelt = (time: string, input_tokens: string) =>
      toUsageReport({ ...sound(), time, data: { ...sound().data, meters: { input_tokens } } }, 0).digest;
    const instants = ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000Z', '2026-11-22T11:00:00+01:00'];
    instants.push('2026-11-22T10:00:00.000999+00:00', '2026-11-22t10:00:00z');
    const same = instants.flatMap((time) => ['1.5', '1.50', '1.500000000'].map((quantity) => spelt(time, quantity)));
    expect(new Set(same).size).toBe(1);
    expect(spelt(instants[0]!, '10.0')).toBe(spelt(instants[0]!, '10'));
    expect(spelt(instants[0]!, '10')).not.toBe(spelt(instants[0]!, '1'));
    expect(spelt('2026-11-22T10:00:00.001Z', '1.5')).not.toBe(same[0]);
  });

  it('has another digest when anything that is charged differs', () => {
    const digest = (event: UsageEvent) => toUsageReport(event, 0).digest;
    const variants = [
      { ...sound(), subject: 'globex' },
      { ...sound(), time: '2026-11-22T10:00:01Z' },
      { ...sound(), type: 'ai.api.call' },
      { ...sound(), data: { ...sound().data, model: 'other' } },
      { ...sound(), data: { ...sound().data, provider: 'p8' } },
      { ...sound(), data: { ...sound().data, meters: { input_tokens: '1201', output_tokens: '350' } } },
      { ...sound(), data: { ...sound().data, provenance: { dataset: 'd' } } },
      { ...sound(), data: { ...sound().data, provenance: { licence: 'd' } } },
    ];
    expect(new Set([sound(), ...variants].map(digest)).size).toBe(variants.length + 1);
  });

  it('derives its schema from the decorated classes', () => {
    expect(usageEventSchema()).toMatchObject({ required: expect.arrayContaining(['id', 'source', 'subject', 'data']) });
  });
});

describe('the explanation of a refused event', () => {
  it.each([...Object.getOwnPropertyNames(Object.prototype), 'prototype'])(
    'names a member that is called %s, and never throws',
    (name) => {
      const member = Object.fromEntries([[name, { a: 1 }]]);
      const { data } = sound();
      const spoilt = [
        { ...sound(), data: { ...data, meters: { input_tokens: '1', ...member } } },
        Object.defineProperty({ ...sound() }, name, { value: 'x', enumerable: true }),
        { ...sound(), data: { ...data, other: [member] } },
      ];
      for (const event of spoilt) expect(errorPaths(event).some((path) => path.includes(name))).toBe(true);
    },
  );
});

describe('usage in a leap second', () => {
  const recorded = { time: '2010-01-01T00:00:00Z', actor: 'system:spec', origin: 'system:spec' };
  const catalogue = new Catalogue();
  for (const [party, role] of [
    ['acme', 'customer'],
    ['p7', 'provider'],
  ] as const)
    catalogue.evolve({ type: 'PartyRegistered', ...recorded, party, roles: [role] });
  const price = { price: '1', per: '1' };
  const prices = [{ type: 'ai.compute.usage', model: '*', meters: { input_tokens: price, output_tokens: price } }];
  const effectiveAt = recorded.time;
  catalogue.evolve({ type: 'PriceBookPublished', ...recorded, version: 1, book: { effectiveAt, prices } });
  const policy = { effectiveAt, provider: 7_000, treasury: 1_000, stakers: 1_000, burn: 1_000 };
  catalogue.evolve({ type: 'SplitPolicyPublished', ...recorded, version: 1, policy });

  /** What a ledger makes of an event that comes in a second after 2016 ended. */
  function charge(time: string): { answer: UsageAnswer; events: LedgerEvent[] } {
    const receivedAtMs = Date.UTC(2017, 0, 1, 0, 0, 1);
    const state = new LedgerState(new CompactUsageIndex(), new CompactUsageIndex());
    const events: LedgerEvent[] = [];
    const { budget: _, hold: __, ...data } = sound().data;
    const items = [{ index: 0, report: toUsageReport({ ...sound(), time, data }, receivedAtMs) }];
    const outcome = decideLedger(
      state,
      {
        type: 'ChargeUsage',
        items,
        actor: 'key:admin',
        receivedAtMs,
        time: '2017-01-01T00:00:01Z',
        origin: 'request:r',
      },
      { catalogue, shard: 0, shards: 1, recordedAt: '2017-01-01T00:00:01.000Z' },
      (event) => {
        const position = { shard: 0, height: 1, index: events.length };
        state.evolve(event, position);
        events.push(event);
        return position;
      },
    );
    if (outcome.type !== 'usage') throw new Error(outcome.type);
    return { answer: outcome.answer, events };
  }

  it.each(['2016-12-31T23:59:60Z', '2017-01-01T00:59:60+01:00', '2016-12-31t18:59:60-05:00'])(
    'that was (%s) is charged as the instant after it',
    (time) => {
      const { answer, events } = charge(time);
      expect(answer).toMatchObject({ accepted: 1, rejected: [] });
      expect(events).toEqual([expect.objectContaining({ type: 'UsageCharged', time: '2017-01-01T00:00:00Z' })]);
    },
  );

  it.each(['2016-12-30T23:59:60Z', '2016-12-31T22:59:60Z', '2016-12-31T23:59:60+01:00', '2016-12-31T23:59:61Z'])(
    'that never was (%s) is refused',
    (time) => {
      expect(charge(time).answer.rejected).toEqual([expect.objectContaining({ code: 'TIME_INVALID' })]);
    },
  );
});
