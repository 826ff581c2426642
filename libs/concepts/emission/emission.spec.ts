import fc from 'fast-check';
import type { EmissionPolicy, RegistryCommand, TokensEmitted } from '#concepts';
import { parseAmount } from '#domain';
import { DeskWorld, TIME, WHO } from '../test-support/world.js';
import type { Ask } from '../test-support/step.js';

const CAST = { customers: ['acme'], providers: ['p1'] };
const DAY_MS = 86_400_000;
const TOKEN = 10n ** 18n;
const recipients = [] as const;
const FIXED: EmissionPolicy = { effectiveAt: TIME, kind: 'fixed', epoch: 'P1D', amount: '10', recipients };
const HALVING: EmissionPolicy = {
  effectiveAt: TIME,
  kind: 'halving',
  epoch: 'P1D',
  initial: '50',
  period: 2,
  recipients,
};
const DECAY: EmissionPolicy = {
  ...{ effectiveAt: TIME, kind: 'decay', epoch: 'P1D', remaining: '100', num: 9, den: 10, recipients },
};
const INFLATION = { ...FIXED, kind: 'inflation', amount: undefined, bps: 500, epochs: 365 } as const;

/** A world in which time passes and what is due acts. */
class Emitting {
  readonly world: DeskWorld;

  constructor(shards = 2) {
    this.world = new DeskWorld(shards, CAST);
  }

  publish(version: number, policy: EmissionPolicy): void {
    const common = { time: this.world.scene.clock.stamp(), provenance: WHO };
    this.world.registry.decide({ ...common, type: 'PublishEmissionPolicy', version, policy } as RegistryCommand);
    this.all(this.world.scene.sweep());
    this.pass(0);
  }

  pass(ms: number): void {
    this.all(this.world.scene.passTime(ms));
  }

  all(asks: Iterable<Ask>): void {
    for (const ask of asks) this.world.decide(ask);
  }

  get emitted(): TokensEmitted[] {
    const events = this.world.ledgers.flatMap(({ recorded }) => recorded.map(({ event }) => event));
    return events.filter((event) => event.type === 'TokensEmitted');
  }

  get amounts(): bigint[] {
    return this.emitted.map(({ amount }) => BigInt(amount));
  }

  balance(account: string): bigint {
    return this.world.ledgers.reduce((sum, { state }) => sum + state.balance(account), 0n);
  }
}

const refusal = (code: string, path: string) => expect.objectContaining({ code, path });

describe('an emission policy', () => {
  it('mints at the end of each epoch, at that instant, into treasury:emission (E1)', () => {
    const emitting = new Emitting();
    emitting.publish(1, FIXED);
    emitting.pass(DAY_MS - 1);
    expect(emitting.amounts).toEqual([]);
    emitting.pass(1);
    expect(emitting.emitted).toMatchObject([
      { time: '2026-11-23T10:00:00.000Z', policy: 1, epoch: 0, actor: 'system:due' },
    ]);
    expect(emitting.balance('treasury:emission')).toBe(10n * TOKEN);
    expect(emitting.balance('issuance')).toBe(-10n * TOKEN);
  });

  it('catches up epochs that nobody was there for, one by one, each at its own end (E1)', () => {
    const emitting = new Emitting();
    emitting.publish(1, FIXED);
    emitting.pass(3 * DAY_MS + 5);
    expect(emitting.emitted.map(({ epoch, time }) => [epoch, time.slice(0, 10)])).toEqual([
      [0, '2026-11-23'],
      [1, '2026-11-24'],
      [2, '2026-11-25'],
    ]);
  });

  it('of a time that is over is caught up from its effectiveAt on, and no further', () => {
    const emitting = new Emitting();
    emitting.publish(1, { ...FIXED, effectiveAt: '2026-11-19T12:00:00Z' });
    expect(emitting.emitted.map(({ time }) => time)).toEqual(['2026-11-20T12:00:00.000Z', '2026-11-21T12:00:00.000Z']);
  });

  it('gives to recipients by basis points, left-over atto to the largest remainder, and keeps what they leave (E1)', () => {
    const emitting = new Emitting();
    emitting.publish(1, {
      ...{ ...FIXED, amount: '0.00000000000000001' },
      recipients: [
        { account: 'staking:rewards', bps: 3_333 },
        { account: 'treasury:fees', bps: 3_333 },
      ],
    });
    emitting.pass(DAY_MS);
    // Of 10 atto: 3.333, 3.333 and 3.334.
    const accounts = ['staking:rewards', 'treasury:fees', 'treasury:emission', 'issuance'];
    expect(accounts.map((account) => emitting.balance(account))).toEqual([3n, 3n, 4n, -10n]);
  });

  it('that halves mints 50, 50, 25, 25 and 12.5 with a period of two epochs (E2)', () => {
    const emitting = new Emitting();
    emitting.publish(1, HALVING);
    emitting.pass(5 * DAY_MS);
    expect(emitting.amounts).toEqual(['50', '50', '25', '25', '12.5'].map((text) => parseAmount(text)));
  });

  it('that decays mints a tenth of what remains, and a new version starts from the recorded remaining (E3)', () => {
    const emitting = new Emitting();
    emitting.publish(1, DECAY);
    emitting.pass(2 * DAY_MS);
    emitting.publish(2, { ...DECAY, effectiveAt: '2026-11-24T10:00:00Z', remaining: '1000', num: 1, den: 2 });
    emitting.pass(DAY_MS);
    expect(emitting.emitted.map(({ amount, remaining }) => [BigInt(amount), BigInt(remaining!)])).toEqual(
      [
        ['10', '90'],
        ['9', '81'],
        ['40.5', '40.5'],
      ].map((pair) => pair.map((text) => parseAmount(text))),
    );
  });

  it('ends where nothing is left to mint: its last epoch is not followed by empty ones', () => {
    const emitting = new Emitting();
    emitting.publish(1, { ...HALVING, initial: '0.000000000000000003', period: 1 });
    emitting.pass(30 * DAY_MS);
    expect(emitting.amounts).toEqual([3n, 1n]);
    expect([...emitting.world.ledgers.flatMap(({ state }) => [...state.due])]).toEqual([]);
  });

  it('hands over to the next version: an epoch that would end later is none, and no time is emitted for twice', () => {
    const emitting = new Emitting();
    emitting.publish(1, FIXED);
    emitting.publish(2, { ...FIXED, effectiveAt: '2026-11-24T22:00:00Z', amount: '7' });
    emitting.pass(4 * DAY_MS);
    // Published late: from a time for which epochs were emitted.
    emitting.publish(3, { ...FIXED, effectiveAt: '2026-11-22T22:00:00Z', amount: '1' });
    emitting.publish(4, { ...FIXED, effectiveAt: '2026-11-24T22:00:00Z', amount: '2' });
    emitting.pass(DAY_MS);
    expect(
      emitting.emitted.map(({ policy, time, amount }) => [policy, time.slice(5, 13), BigInt(amount) / TOKEN]),
    ).toEqual([
      [1, '11-23T10', 10n],
      [1, '11-24T10', 10n],
      [2, '11-25T22', 7n],
      [4, '11-26T22', 2n],
    ]);
  });

  it('is brought to the shard that emits once, whoever repeats it, and published once under its number', () => {
    const emitting = new Emitting();
    emitting.publish(1, FIXED);
    emitting.publish(1, FIXED);
    const { ledgers, registry } = emitting.world;
    const types = [...ledgers, registry].flatMap(({ recorded }) => recorded.map(({ event }) => event.type));
    expect(types.filter((type) => type.startsWith('Emission'))).toEqual([
      ...['EmissionScheduled', 'EmissionPolicyPublished', 'EmissionPolicyScheduled'],
    ]);
    expect(() => emitting.publish(1, { ...FIXED, amount: '11' })).toThrow(refusal('VERSION_EXISTS', 'version'));
  });

  it.each([
    ['kind', { kind: 'linear' }],
    ['initial', { initial: '5' }],
    ['epoch', { epoch: 'P1M' }],
    ['epoch', { epoch: 'P' }],
    ['epoch', { epoch: 'PT' }],
    ['epoch', { epoch: 'PT0S' }],
    ['epoch', { epoch: 'P9999W' }],
    ['period', { ...HALVING, period: 0.5 }],
    ['num', { ...DECAY, num: 10 }],
    ['den', { ...DECAY, den: 0 }],
    ['bps', { ...INFLATION, bps: 0 }],
    ['bps', { ...INFLATION, bps: 10_001 }],
    ['epochs', { ...INFLATION, epochs: undefined }],
    ['epochs', { ...INFLATION, epochs: 31_622_401 }],
    ['bps', { bps: 5 }],
    ['recipients', { recipients: [{ account: 'customer:acme:available', bps: 1 }] }],
    ['recipients', { recipients: [1, 2].map(() => ({ account: 'treasury:fees', bps: 1 })) }],
    ['recipients', { recipients: [{ account: 'treasury:fees', bps: 10_001 }] }],
    ['recipients', { recipients: [{ account: 'treasury:fees', bps: 0 }] }],
    ['effectiveAt', { effectiveAt: '2026-11-22T00:00:00Z', epoch: 'PT3S' }],
  ])('is refused for its %s: %j', (path, changes) => {
    const policy = { ...FIXED, ...('kind' in changes && 'epoch' in changes ? { amount: undefined } : {}), ...changes };
    expect(() => new Emitting().publish(1, policy as EmissionPolicy)).toThrow(refusal('EMISSION_POLICY_INVALID', path));
  });

  it.each(['amount', 'initial', 'remaining'])('is refused without %s, or with nothing of it', (path) => {
    const policy = [FIXED, HALVING, DECAY].find((one) => path in one)!;
    for (const value of ['0', undefined]) {
      expect(() => new Emitting().publish(1, { ...policy, [path]: value } as EmissionPolicy)).toThrow(
        refusal('AMOUNT_INVALID', path),
      );
    }
  });

  it('has epochs of weeks, days, hours, minutes and seconds', () => {
    for (const [epoch, seconds] of [
      ['P2W', 1_209_600],
      ['P1DT2H3M4S', 93_784],
      ['PT1S', 1],
    ] as const) {
      const emitting = new Emitting();
      emitting.publish(1, { ...FIXED, epoch });
      emitting.pass(seconds * 1_000 - 1);
      expect(emitting.amounts).toEqual([]);
      emitting.pass(1);
      expect(emitting.amounts).toHaveLength(1);
    }
  });
});

describe('whatever policies follow each other, over however many shards', () => {
  const anyTokens = fc.bigInt({ min: 1n, max: 10n ** 6n }).map((atto) => `0.${`${atto}`.padStart(18, '0')}`);
  const anyPolicy = fc.oneof(
    anyTokens.map((amount) => ({ kind: 'fixed' as const, amount })),
    fc.tuple(anyTokens, fc.integer({ min: 1, max: 4 })).map(([initial, period]) => ({
      ...{ kind: 'halving' as const, initial, period },
    })),
    fc.tuple(anyTokens, fc.integer({ min: 1, max: 9 })).map(([remaining, num]) => ({
      ...{ kind: 'decay' as const, remaining, num, den: 10 },
    })),
  );

  it('what is issued is the sum of the schedule of every epoch, and what decays never mints more than it began with', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(anyPolicy, fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 0, max: 3 * DAY_MS }), { maxLength: 6 }),
        (shards, versions, waits) => {
          const emitting = new Emitting(shards);
          let day = 0;
          const lasting = versions.map(([policy, days], i) => {
            const from = day;
            day += days;
            const effectiveAt = new Date(Date.parse(TIME) + from * DAY_MS).toISOString();
            emitting.publish(i + 1, {
              ...policy,
              effectiveAt,
              epoch: 'P1D',
              recipients: [{ account: 'staking:rewards', bps: 77 }],
            });
            return { policy, days: i + 1 === versions.length ? Infinity : days };
          });
          for (const ms of waits) emitting.pass(ms);
          const over = Math.floor(waits.reduce((sum, ms) => sum + ms, 0) / DAY_MS);
          const { sum, decayed, began } = naively(lasting, over);
          expect(-emitting.balance('issuance')).toBe(sum);
          expect(emitting.balance('treasury:emission') + emitting.balance('staking:rewards')).toBe(sum);
          expect(decayed <= began).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  interface Lasting {
    readonly policy: typeof anyPolicy extends fc.Arbitrary<infer P> ? P : never;
    readonly days: number;
  }

  /** What each day mints, day by day; of it what decays, and with how much that began. */
  function naively(lasting: readonly Lasting[], over: number): { sum: bigint; decayed: bigint; began: bigint } {
    let [sum, decayed, left, began, day] = [0n, 0n, undefined as bigint | undefined, 0n, 0];
    for (const { policy, days } of lasting) {
      for (let n = 0; n < days && day < over; n++, day++) {
        if (policy.kind === 'fixed') sum += parseAmount(policy.amount);
        else if (policy.kind === 'halving')
          sum += parseAmount(policy.initial) / 2n ** BigInt(Math.floor(n / policy.period));
        else {
          const before = left ?? parseAmount(policy.remaining);
          const minted = (before * BigInt(10 - policy.num)) / 10n;
          // An epoch that mints nothing is no entry: it records nothing that remains.
          if (minted === 0n) continue;
          if (left === undefined) began = before;
          [left, sum, decayed] = [before - minted, sum + minted, decayed + minted];
        }
      }
    }
    return { sum, decayed, began };
  }
});
