import fc from 'fast-check';
import {
  capAt,
  RegistryDecides,
  type EmissionPolicy,
  type LedgerEvent,
  type RegistryCommand,
  type RegistryEvent,
} from '#concepts';
import { atto, entryId, formatAmount, parseAmount } from '#domain';
import { DeskWorld, LedgerDesk, snapshot, TIME, WHO } from '../test-support/world.js';
import type { Ask } from '../test-support/step.js';

const CUSTOMERS = ['acme', 'bolt', 'cargo', 'delta'];
const CAST = { customers: CUSTOMERS, providers: ['p1'] };
const DAY_MS = 86_400_000;
const FAR: EmissionPolicy = { effectiveAt: TIME, kind: 'fixed', epoch: 'P3000D', amount: '1', recipients: [] };

/** Shards under a cap. */
class Capped {
  readonly world: DeskWorld;
  private version = 0;

  constructor(shards = 2) {
    this.world = new DeskWorld(shards, CAST);
  }

  publish(policy: Partial<EmissionPolicy>): this {
    this.ask({ type: 'PublishEmissionPolicy', version: ++this.version, policy: { ...FAR, ...policy } });
    return this.sweep();
  }

  /** As a request does: with the registry's word where there is a cap, and booked at once. */
  mint(holder: string, tokens: string, more: object = {}): this {
    this.order(holder, { type: 'MintTokens', holder, amount: parseAmount(tokens), reason: 'sale', ...more });
    return this.sweep();
  }

  grant(holder: string, tokens: string, more: object = {}): this {
    return this.mint(holder, tokens, { type: 'IssueGrant', kind: 'promotional', ...more });
  }

  order(holder: string, command: object): this {
    return this.decide(this.world.scene.askHolder(holder, command as never));
  }

  burn(holder: string, tokens: string): this {
    return this.order(holder, { type: 'BurnTokens', holder, amount: parseAmount(tokens), reason: 'over' });
  }

  /** Reverses the newest entry of a type in a holder's shard. */
  reverse(holder: string, type: LedgerEvent['type']): this {
    const reversed = this.newest(holder, type);
    return this.order(holder, { type: 'ReverseEntry', reversed, coverings: [], reason: 'wrong' });
  }

  ask(command: object): this {
    const common = { time: this.world.scene.clock.stamp(), provenance: WHO };
    return this.decide({ shard: 'registry', command: { ...common, ...command } as RegistryCommand });
  }

  decide(ask: Ask): this {
    this.world.decide(ask);
    return this;
  }

  pass(ms: number): this {
    for (const ask of this.world.scene.passTime(ms)) this.world.decide(ask);
    return this;
  }

  sweep(): this {
    for (const ask of this.world.scene.sweep()) this.world.decide(ask);
    return this;
  }

  /** Tokens, over all shards. */
  get supply(): string {
    return formatAmount(this.outstanding);
  }

  get outstanding(): bigint {
    return this.world.ledgers.reduce((sum, { state }) => sum - state.balance('issuance'), 0n);
  }

  get events(): (LedgerEvent | RegistryEvent)[] {
    return this.world.desks.flatMap(({ recorded }) => recorded.map(({ event }) => event as LedgerEvent));
  }

  of<Type extends (LedgerEvent | RegistryEvent)['type']>(type: Type) {
    return this.events.filter((event) => event.type === type) as Extract<
      LedgerEvent | RegistryEvent,
      { readonly type: Type }
    >[];
  }

  /** The newest entry of a type in a holder's shard. */
  newest(holder: string, type: LedgerEvent['type']) {
    const { recorded } = this.world.ledgers[this.world.scene.shardOf(holder)]!;
    const entry = recorded.findLast(({ event }) => event.type === type)!;
    return { ...entry, id: entryId(entry.position) };
  }

  /** Takes some steps of what is left, and no more. */
  work(acts: number): this {
    let left = acts;
    for (const ask of this.world.scene.sweep()) {
      if (left-- === 0) break;
      this.world.decide(ask);
    }
    return this;
  }

  /** The cap in force, atto-tokens. */
  get cap(): bigint | undefined {
    const { emissionPolicies } = this.world.registry.state.catalogue;
    return capAt(emissionPolicies, this.world.scene.clock.now())?.cap;
  }

  /** What was allowed and is not booked, by the entries alone. */
  get pending(): bigint {
    const booked = new Set(
      this.events.map((event) => ('allowed' in event && event.type !== 'MintBooked' ? event.allowed : '')),
    );
    const emitted = new Set(this.of('TokensEmitted').map(({ policy, epoch }) => `${policy}/${epoch}`));
    return this.world.registry.recorded.reduce((sum, { event, position }) => {
      if (event.type === 'MintAllowed' && !booked.has(entryId(position))) return sum + BigInt(event.amount);
      if (event.type !== 'EmissionAllowed' || emitted.has(`${event.version}/${event.epoch}`)) return sum;
      return sum + BigInt(event.amount);
    }, 0n);
  }
}

const exceeded = expect.objectContaining({ code: 'SUPPLY_CAP_EXCEEDED', path: 'amount' }) as Error;

describe('a cap of 100 with a supply of 95', () => {
  const given = () => new Capped().mint('acme', '50').mint('bolt', '45').publish({ cap: '100' });

  it('refuses a mint of 6, and nothing is done', () => {
    const capped = given();
    const before = capped.events.length;
    expect(() => capped.mint('bolt', '6')).toThrow(exceeded);
    expect([capped.supply, capped.events.length]).toEqual(['95', before]);
  });

  it('lets a mint of 5 be booked where its holder lives, once, and leaves no room', () => {
    const capped = given().mint('cargo', '5').sweep();
    expect(capped.supply).toBe('100');
    const [allowed] = capped.of('MintAllowed');
    expect(allowed).toMatchObject({ holder: 'cargo', outstanding: `${95n * 10n ** 18n}`, policy: 1 });
    expect(capped.of('Minted').filter((event) => event.allowed !== undefined)).toMatchObject([{ holder: 'cargo' }]);
    expect(() => capped.mint('acme', '0.000000000000000001')).toThrow(exceeded);
  });

  it('counts a grant, also one that begins later, when it is allowed', () => {
    const capped = given().grant('acme', '5', { effectiveAt: '2027-01-01T00:00:00Z' });
    expect(capped.supply).toBe('100');
    expect(capped.of('GrantIssued')).toMatchObject([{ postings: [{ credit: 'customer:acme:pending' }] }]);
    expect(() => capped.grant('bolt', '1')).toThrow(exceeded);
  });

  it('has room for what was burned before the mint, in whichever shard', () => {
    const capped = given().burn('acme', '10').burn('bolt', '3').mint('cargo', '18');
    expect(capped.supply).toBe('100');
  });

  it('cuts an epoch to what is left, and its entry says so', () => {
    const capped = given().publish({ cap: '100', epoch: 'P1D', amount: '7' }).pass(DAY_MS).sweep();
    expect(capped.supply).toBe('100');
    expect(capped.of('TokensEmitted')).toMatchObject([
      { time: '2026-11-23T10:00:00.000Z', amount: `${5n * 10n ** 18n}`, cut: `${2n * 10n ** 18n}` },
    ]);
  });

  it('lets an epoch mint nothing where no room is left, and the next one what was burned since', () => {
    const capped = given().publish({ cap: '95', epoch: 'P1D', amount: '7' }).pass(DAY_MS).sweep();
    expect(capped.of('TokensEmitted')).toMatchObject([{ amount: '0', cut: `${7n * 10n ** 18n}`, postings: [] }]);
    capped.burn('acme', '8').pass(DAY_MS).sweep();
    expect(capped.of('TokensEmitted')[1]).toMatchObject({ epoch: 1, amount: `${7n * 10n ** 18n}` });
    expect(capped.supply).toBe('94');
  });

  it('gives the room back when what it allowed is reversed, and undoing that mints nothing', () => {
    const capped = given().mint('cargo', '5').reverse('cargo', 'Minted');
    expect(capped.supply).toBe('95');
    expect(() => capped.reverse('cargo', 'EntryReversed')).toThrow(
      expect.objectContaining({ code: 'SUPPLY_CAP_EXCEEDED', path: 'entry' }) as Error,
    );
    expect(capped.mint('bolt', '5').supply).toBe('100');
  });

  it('gives the room back when a grant that it allowed is voided', () => {
    const capped = given().grant('cargo', '5');
    const grant = capped.newest('cargo', 'GrantIssued').id;
    capped.order('cargo', { type: 'VoidGrant', grant, reason: 'wrong' });
    expect(capped.mint('bolt', '5').supply).toBe('100');
  });

  it('is no limit for a reversal that mints again what was burned; nothing fits then', () => {
    const capped = given().burn('acme', '10').mint('bolt', '15').reverse('acme', 'Burned');
    expect(capped.supply).toBe('110');
    expect(() => capped.mint('bolt', '1')).toThrow(exceeded);
  });

  it('has no room where a later policy lowers it below the supply, and as much as one that raises it says', () => {
    const capped = given().publish({ cap: '90' });
    expect(() => capped.mint('bolt', '1')).toThrow(exceeded);
    expect(capped.publish({ cap: '101' }).mint('bolt', '6').supply).toBe('101');
    expect(capped.publish({}).mint('bolt', '1000').supply).toBe('1101');
    expect(capped.of('MintAllowed').at(-1)).not.toHaveProperty('policy');
  });

  it('is in force from its effectiveAt on', () => {
    const capped = given().publish({ cap: '95', effectiveAt: '2026-11-23T00:00:00Z' });
    expect(capped.mint('acme', '5').supply).toBe('100');
    capped.pass(DAY_MS);
    expect(() => capped.mint('acme', '1')).toThrow(exceeded);
  });

  it('answers a request that was allowed by what it became, and counts it once', () => {
    const capped = given();
    const request = { key: 'k', digest: 'd' };
    capped.mint('bolt', '5', { request }).mint('bolt', '5', { request });
    expect([capped.supply, capped.of('MintAllowed').length]).toEqual(['100', 1]);
  });

  it('lets a shard mint nothing by its own word, and answers what was minted before', () => {
    const request = { key: 'k', digest: 'd' };
    const capped = new Capped().mint('acme', '95', { request }).publish({ cap: '100' });
    const own = { type: 'MintTokens', holder: 'acme', amount: parseAmount('1'), reason: 'sale', time: TIME } as const;
    const { ledgers, scene } = capped.world;
    const shard = scene.shardOf('acme');
    expect(() => ledgers[shard]!.decide({ ...own, provenance: WHO })).toThrow(RegistryDecides);
    expect(ledgers[shard]!.decide({ ...own, request, provenance: WHO })).toMatchObject({ replayed: true });
  });

  it('books a grant that came to its end meanwhile: it ends at once', () => {
    const capped = given();
    const { scene } = capped.world;
    const wish = {
      type: 'IssueGrant',
      holder: 'acme',
      amount: parseAmount('5'),
      kind: 'earned',
      reason: 'late',
    } as const;
    capped.decide(scene.askHolder('acme', { ...wish, expiresAt: '2026-11-22T11:00:00Z' }));
    scene.clock.pass(DAY_MS);
    capped.sweep().pass(0);
    expect(capped.of('GrantExpired')).toMatchObject([
      { time: '2026-11-22T11:00:00.000Z', amount: `${5n * 10n ** 18n}` },
    ]);
    expect(capped.supply).toBe('100');
  });

  it.each([
    ['of nobody', 'UNKNOWN_HOLDER', { holder: 'nobody' }],
    ['with terms that no grant has', 'GRANT_INVALID', { grant: { kind: 'earned', priority: 1_001 } }],
  ])('allows nothing %s', (_name, code, more) => {
    const wish = { type: 'AllowMint', holder: 'acme', amount: parseAmount('1'), reason: 'sale' };
    expect(() => given().ask({ ...wish, ...more })).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('is more than 0', () => {
    const refused = expect.objectContaining({ code: 'AMOUNT_INVALID', path: 'cap' }) as Error;
    expect(() => given().publish({ cap: '0' })).toThrow(refused);
  });
});

describe('whatever is minted, burned, granted, emitted and reversed over 1 to 4 shards, with a crash between any two steps', () => {
  const anyHolder = fc.constantFrom(...CUSTOMERS);
  const few = fc.bigInt({ min: 1n, max: 60n });
  const anyCap = fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined });
  const anyMove = fc.oneof(
    fc.record({ what: fc.constant('mint' as const), holder: anyHolder, amount: few }),
    fc.record({
      what: fc.constant('grant' as const),
      holder: anyHolder,
      amount: few,
      inDays: fc.integer({ min: -1, max: 2 }),
    }),
    fc.record({ what: fc.constant('burn' as const), holder: anyHolder, amount: few }),
    fc.record({ what: fc.constant('reverse' as const), holder: anyHolder, nth: fc.nat(5) }),
    fc.record({ what: fc.constant('policy' as const), cap: anyCap, amount: few }),
    fc.record({ what: fc.constant('pass' as const), hours: fc.constantFrom(1, 24, 50) }),
    fc.record({ what: fc.constant('work' as const), acts: fc.integer({ min: 1, max: 5 }) }),
  );
  type AnyMove = typeof anyMove extends fc.Arbitrary<infer M> ? M : never;

  const text = (amount: bigint): string => `0.${`${amount}`.padStart(18, '0')}`;

  function take(capped: Capped, move: AnyMove): void {
    const { scene } = capped.world;
    switch (move.what) {
      case 'mint':
        return void capped.order(move.holder, { type: 'MintTokens', ...named(move), reason: 'sale' });
      case 'grant': {
        const effectiveAt = new Date(scene.clock.now() + move.inDays * DAY_MS).toISOString();
        return void capped.order(move.holder, {
          type: 'IssueGrant',
          ...named(move),
          kind: 'earned',
          effectiveAt,
          reason: 'gift',
        });
      }
      case 'burn':
        return void capped.order(move.holder, { type: 'BurnTokens', ...named(move), reason: 'over' });
      case 'reverse': {
        const ids = [...scene.entries[scene.shardOf(move.holder)]!.values()].filter(({ event }) =>
          ['Minted', 'GrantIssued', 'EntryReversed'].includes(event.type),
        );
        const reversed = ids[move.nth % Math.max(ids.length, 1)];
        if (reversed === undefined) return;
        const command = { type: 'ReverseEntry', reversed, coverings: [], reason: 'wrong' };
        return void capped.decide(scene.askShard(reversed.position.shard, command as never));
      }
      case 'policy': {
        const effectiveAt = new Date(scene.clock.now()).toISOString();
        const cap = move.cap === undefined ? {} : { cap: text(BigInt(move.cap)) };
        return void capped.publish({ ...cap, epoch: 'P1D', amount: text(move.amount), effectiveAt });
      }
      case 'pass':
        return void capped.pass(move.hours * 3_600_000);
      case 'work':
        // The process ends after so many steps; the next one finds in the pages what is left.
        return void capped.work(move.acts);
    }
  }

  const named = ({ holder, amount }: { holder: string; amount: bigint }) => ({ holder, amount: atto(amount) });

  it('what is outstanding never grows above the cap, what fits is never refused, and all that was allowed is booked once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(anyMove, { maxLength: 14 }), (shards, moves) => {
        const capped = new Capped(shards);
        for (const move of moves) {
          const { cap, pending } = capped;
          const before = capped.outstanding + pending;
          const isIssue = move.what === 'mint' || move.what === 'grant';
          const fits = !isIssue || cap === undefined || before + move.amount <= cap;
          let refused: string | undefined;
          try {
            take(capped, move);
          } catch (error) {
            refused = (error as { code?: string }).code;
            if (refused === undefined) throw error;
          }
          if (isIssue) expect([move.what, refused]).toEqual([move.what, fits ? undefined : 'SUPPLY_CAP_EXCEEDED']);
          const after = capped.outstanding + capped.pending;
          // Nothing is burned here that a reversal could mint again.
          if (after > before && capped.cap !== undefined && move.what !== 'policy')
            expect(after <= capped.cap).toBe(true);
        }
        capped.sweep();
        expect(capped.pending).toBe(0n);
        const allowed = [...capped.of('MintAllowed'), ...capped.of('EmissionAllowed')];
        const booked = [...capped.of('Minted'), ...capped.of('GrantIssued')].filter(
          (event) => event.allowed !== undefined,
        );
        const sum = (events: readonly { readonly amount?: string }[]) =>
          events.reduce((all, { amount = '0' }) => all + BigInt(amount), 0n);
        const names = new Set(capped.of('EpochEnded').map(({ policy, epoch }) => `${policy}/${epoch}`));
        const emitted = capped.of('TokensEmitted').filter(({ policy, epoch }) => names.has(`${policy}/${epoch}`));
        expect(sum([...booked, ...emitted])).toBe(sum(allowed));
        expect(new Set(booked.map((event) => event.allowed)).size).toBe(booked.length);
        // With what was cut, the epochs add up to their schedule.
        const cut = emitted.reduce((all, event) => all + BigInt(event.cut ?? 0), 0n);
        expect(sum(emitted) + cut).toBe(sum(capped.of('EpochEnded')));
        expect(refolded(capped)).toEqual(capped.world.ledgers.map(({ state }) => snapshot(state.bookedMints)));
      }),
      { numRuns: 1_000 },
    );
  });

  /** What another process finds, which reads the same pages. */
  function refolded({ world }: Capped): unknown[] {
    return world.ledgers.map(({ recorded, context }) => {
      const desk = new LedgerDesk(context);
      for (const { event, position } of recorded) desk.state.evolve(event, position);
      return snapshot(desk.state.bookedMints);
    });
  }
});
