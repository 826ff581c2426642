import fc from 'fast-check';
import type { EmissionPolicy, LedgerEvent, RegistryCommand, TokensEmitted } from '#concepts';
import { atto, parseAmount } from '#domain';
import { DeskWorld, LedgerDesk, snapshot, TIME, WHO } from '../test-support/world.js';
import type { Ask } from '../test-support/step.js';

const CUSTOMERS = ['acme', 'bolt', 'cargo', 'delta'];
const CAST = { customers: CUSTOMERS, providers: ['p1'] };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TOKEN = 10n ** 18n;
const YEARLY: EmissionPolicy = {
  ...{ effectiveAt: TIME, kind: 'inflation', epoch: 'P1D', bps: 500, epochs: 365 },
  recipients: [{ account: 'staking:rewards', bps: 4_000 }],
};

const FIXED: EmissionPolicy = { effectiveAt: TIME, kind: 'fixed', epoch: 'P1D', amount: '1', recipients: [] };

/** Shards in which time passes, and what is left is done when somebody sweeps. */
class Inflating {
  readonly world: DeskWorld;
  private version = 0;

  constructor(shards = 2) {
    this.world = new DeskWorld(shards, CAST);
  }

  publish(changes: Partial<EmissionPolicy> = {}, terms = YEARLY): this {
    const effectiveAt = new Date(this.world.scene.clock.now()).toISOString();
    const policy = { ...terms, effectiveAt, ...changes };
    const command = { type: 'PublishEmissionPolicy', version: ++this.version, policy };
    const common = { time: this.world.scene.clock.stamp(), provenance: WHO };
    this.world.decide({ shard: 'registry', command: { ...common, ...command } as RegistryCommand });
    return this.sweep().pass(0);
  }

  mint(holder: string, amount: bigint): this {
    return this.order(holder, { type: 'MintTokens', holder, amount: atto(amount), reason: 'sale' });
  }

  burn(holder: string, amount: bigint): this {
    return this.order(holder, { type: 'BurnTokens', holder, amount: atto(amount), reason: 'over' });
  }

  pass(ms: number): this {
    for (const ask of this.world.scene.passTime(ms)) this.world.decide(ask);
    return this;
  }

  /** The process ends after so many steps; the next one finds in the pages what is left. */
  sweep(acts = Infinity): this {
    let left = acts;
    for (const ask of this.world.scene.sweep()) {
      if (left-- <= 0) break;
      this.world.decide(ask);
    }
    return this;
  }

  get entries(): { readonly event: LedgerEvent; readonly recordedAtMs: number }[] {
    return this.world.ledgers.flatMap(({ recorded }) => recorded);
  }

  get emitted(): TokensEmitted[] {
    return this.entries.flatMap(({ event }) => (event.type === 'TokensEmitted' ? [event] : []));
  }

  get figures(): (string | undefined)[][] {
    return this.emitted.map(({ supply, amount, carried }) => [supply, amount, carried]);
  }

  balance(account: string): bigint {
    return this.world.ledgers.reduce((sum, { state }) => sum + state.balance(account), 0n);
  }

  private order(holder: string, command: object): this {
    const ask: Ask = this.world.scene.askHolder(holder, command as never);
    this.world.decide(ask);
    return this;
  }
}

describe('inflation of 5 % a year in 365 epochs, of 1,000 tokens', () => {
  const given = () =>
    new Inflating()
      .mint('acme', 600n * TOKEN)
      .mint('bolt', 400n * TOKEN)
      .publish();

  it('mints at each end the part of the supply as the epoch began, with what was carried, and carries what is left of an atto (E4)', () => {
    const inflating = given().pass(DAY_MS).sweep().pass(DAY_MS).sweep();
    // 1,000 x 500 / (10,000 x 365) = 0.136986301369863013 and 2,550,000 of 3,650,000 parts of an atto.
    // (1,000.136986301369863013 x 500 tokens + 2,550,000 parts) / 3,650,000 = 0.137005066616626009 and 1,206,500 parts.
    expect(inflating.figures).toEqual([
      ['1000000000000000000000', '136986301369863013', '2550000'],
      ['1000136986301369863013', '137005066616626009', '1206500'],
    ]);
    expect(inflating.emitted.map(({ time, epoch }) => [time, epoch])).toEqual([
      ['2026-11-23T10:00:00.000Z', 0],
      ['2026-11-24T10:00:00.000Z', 1],
    ]);
    expect(-inflating.balance('issuance')).toBe(1_000n * TOKEN + 136_986_301_369_863_013n + 137_005_066_616_626_009n);
    expect(inflating.balance('staking:rewards')).toBe(54_794_520_547_945_205n + 54_802_026_646_650_404n);
  });

  it('counts what was minted and burned up to the beginning of an epoch, in whichever shard, and nothing later', () => {
    const inflating = given();
    inflating
      .mint('cargo', 7n * TOKEN)
      .pass(1)
      .mint('delta', 50n * TOKEN)
      .burn('acme', 3n * TOKEN);
    inflating
      .pass(DAY_MS)
      .burn('bolt', 9n * TOKEN)
      .sweep()
      .pass(DAY_MS)
      .sweep();
    const [first, second] = inflating.emitted;
    expect(BigInt(first!.supply!)).toBe(1_007n * TOKEN);
    expect(BigInt(second!.supply!)).toBe(1_054n * TOKEN + BigInt(first!.amount));
  });

  it('catches up epochs of a time when nothing ran: each of its own supply, which has what the one before it minted', () => {
    const late = given()
      .pass(3 * DAY_MS)
      .mint('cargo', 5n * TOKEN)
      .sweep();
    const inTime = given();
    for (let day = 0; day < 3; day++) inTime.pass(DAY_MS).sweep();
    expect(late.figures).toHaveLength(3);
    expect(late.figures).toEqual(inTime.figures);
    expect(late.emitted.map(({ time }) => time)).toEqual(inTime.emitted.map(({ time }) => time));
  });

  it('catches up a policy from a time that is over, in which there was no supply yet', () => {
    const inflating = new Inflating().mint('acme', TOKEN).publish({ effectiveAt: '2026-11-20T10:00:00Z' }).sweep();
    expect(inflating.figures).toEqual([
      ['0', '0', '0'],
      ['0', '0', '0'],
    ]);
    expect(inflating.balance('issuance')).toBe(-TOKEN);
  });

  it('carries on what is left of an atto under a version with as many epochs, also after one of another kind', () => {
    const inflating = given().pass(DAY_MS).sweep().publish({ bps: 700 }).pass(DAY_MS).sweep();
    inflating.publish({}, FIXED).pass(DAY_MS).sweep().publish({ bps: 700 }).pass(DAY_MS).sweep();
    let carried = 0n;
    for (const { policy, supply, amount, carried: left, lost } of inflating.emitted) {
      if (supply === undefined) continue;
      const due = BigInt(supply) * (policy === 1 ? 500n : 700n) + carried;
      expect([BigInt(amount), BigInt(left!), lost]).toEqual([due / 3_650_000n, due % 3_650_000n, undefined]);
      carried = BigInt(left!);
    }
    expect(inflating.emitted).toHaveLength(4);
  });

  it('says in the parts of another number of epochs what was carried, and records what that loses', () => {
    const inflating = given().pass(DAY_MS).sweep().publish({ epochs: 52 }).pass(DAY_MS).sweep();
    const { supply, amount, carried, lost } = inflating.emitted[1]!;
    // 2,550,000 of 3,650,000 parts are 363,287 of 520,000, and 245 of 365 parts of one of those are lost.
    const due = BigInt(supply!) * 500n + 363_287n;
    expect([amount, carried, lost]).toEqual([`${due / 520_000n}`, `${due % 520_000n}`, '245']);
  });

  it('is cut to the cap: what is cut is not made up for, and the next epoch is of what there is', () => {
    const inflating = given().publish({ cap: '1000.1' });
    inflating
      .pass(DAY_MS)
      .sweep()
      .pass(1)
      .burn('acme', 2n * TOKEN)
      .pass(DAY_MS)
      .sweep()
      .pass(DAY_MS)
      .sweep();
    const [first, second, third] = inflating.emitted;
    expect([first!.amount, first!.cut, first!.carried]).toEqual([
      ...['100000000000000000', '36986301369863013', '2550000'],
    ]);
    expect(BigInt(second!.supply!)).toBe(parseAmount('1000.1'));
    expect(second).not.toHaveProperty('cut');
    expect(BigInt(third!.supply!)).toBe(parseAmount('998.1') + BigInt(second!.amount));
  });

  it('ends an epoch at its instant before the supply is known, and is booked once, whoever repeats it', () => {
    const inflating = given().pass(DAY_MS);
    expect(inflating.entries.filter(({ event }) => event.type === 'EpochEnded')).toMatchObject([
      { event: { time: '2026-11-23T10:00:00.000Z', epoch: 0 }, recordedAtMs: Date.parse(TIME) + DAY_MS },
    ]);
    inflating.sweep(1).sweep(1).sweep().sweep();
    expect(inflating.emitted).toHaveLength(1);
  });
});

describe('whatever is minted, burned and published over 1 to 4 shards, with a crash between any two steps', () => {
  const anyHolder = fc.constantFrom(...CUSTOMERS);
  const few = fc.bigInt({ min: 1n, max: 10n ** 7n });
  const anyMove = fc.oneof(
    fc.record({ what: fc.constant('mint' as const), holder: anyHolder, amount: few }),
    fc.record({ what: fc.constant('burn' as const), holder: anyHolder, amount: few }),
    fc.record({
      what: fc.constant('policy' as const),
      ...{ bps: fc.integer({ min: 1, max: 10_000 }), epochs: fc.constantFrom(1, 3, 7, 365) },
      room: fc.option(few, { nil: undefined, freq: 4 }),
    }),
    fc.record({ what: fc.constant('fixed' as const), amount: few }),
    fc.record({ what: fc.constant('pass' as const), hours: fc.constantFrom(1, 24, 24, 50) }),
    fc.record({ what: fc.constant('work' as const), acts: fc.integer({ min: 1, max: 5 }) }),
  );
  type AnyMove = typeof anyMove extends fc.Arbitrary<infer M> ? M : never;

  const text = (amount: bigint): string => `0.${`${amount}`.padStart(18, '0')}`;

  function take(inflating: Inflating, move: AnyMove): void {
    switch (move.what) {
      case 'mint':
        return void inflating.mint(move.holder, move.amount);
      case 'burn':
        return void inflating.burn(move.holder, move.amount);
      case 'policy': {
        const { bps, epochs, room } = move;
        const cap = room === undefined ? {} : { cap: text(room - inflating.balance('issuance')) };
        return void inflating.publish({ bps, epochs, ...cap });
      }
      case 'fixed':
        return void inflating.publish({ amount: text(move.amount) }, FIXED);
      case 'pass':
        return void inflating.pass(move.hours * HOUR_MS);
      case 'work':
        return void inflating.sweep(move.acts);
    }
  }

  /** What every epoch of inflation is of, and what it mints and carries, from the list of all that was minted and burned. */
  function naively({ world, entries, emitted }: Inflating): object[] {
    const moved = entries.flatMap(({ event, recordedAtMs }) => {
      if (event.type === 'TokensEmitted') return [{ atMs: Date.parse(event.time), amount: BigInt(event.amount) }];
      if (event.type === 'Minted') return [{ atMs: recordedAtMs, amount: BigInt(event.amount) }];
      return event.type === 'Burned' ? [{ atMs: recordedAtMs, amount: -BigInt(event.amount) }] : [];
    });
    let [carried, of] = [0n, 1n];
    return emitted.flatMap(({ policy, epoch }) => {
      const {
        kind,
        effectiveAtMs,
        policy: terms,
      } = world.registry.state.catalogue.emissionPolicies.published.get(policy)!;
      if (kind !== 'inflation') return [];
      const [beganMs, epochs] = [effectiveAtMs + epoch * DAY_MS, BigInt(terms.epochs!)];
      const supply = moved.reduce((sum, { atMs, amount }) => (atMs <= beganMs ? sum + amount : sum), 0n);
      const brought = (carried * epochs) / of;
      const lost = carried * epochs - brought * of;
      const due = supply * BigInt(terms.bps!) + brought;
      [carried, of] = [due % (10_000n * epochs), epochs];
      return [{ supply, whole: due / (10_000n * epochs), carried, lost }];
    });
  }

  it('every epoch is minted once, of the supply as it began, to the atto and to the part that is carried', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(anyMove, { maxLength: 14 }), (shards, moves) => {
        const inflating = new Inflating(shards).publish();
        for (const move of moves) {
          try {
            take(inflating, move);
          } catch (error) {
            if ((error as { code?: string }).code === undefined) throw error;
          }
        }
        inflating.sweep();
        const { emitted, entries } = inflating;
        const found = emitted.flatMap(({ supply, amount, cut = '0', carried = '', lost = '0' }) =>
          supply === undefined
            ? []
            : [
                {
                  ...{ supply: BigInt(supply), whole: BigInt(amount) + BigInt(cut) },
                  ...{ carried: BigInt(carried), lost: BigInt(lost) },
                },
              ],
        );
        expect(found).toEqual(naively(inflating));
        const ended = entries.filter(({ event }) => event.type === 'EpochEnded');
        expect(found.length).toBeLessThanOrEqual(ended.length);
        expect(new Set(emitted.map(({ policy, epoch }) => `${policy}/${epoch}`)).size).toBe(emitted.length);
        expect(refolded(inflating)).toEqual(inflating.world.ledgers.map(({ state }) => snapshot(state.emission)));
      }),
      { numRuns: 1_000 },
    );
  });

  /** What another process finds, which reads the same pages. */
  function refolded({ world }: Inflating): unknown[] {
    return world.ledgers.map(({ recorded, context }) => {
      const desk = new LedgerDesk(context);
      for (const { event, position } of recorded) desk.state.evolve(event, position);
      return snapshot(desk.state.emission);
    });
  }
});
