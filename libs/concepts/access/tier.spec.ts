import fc from 'fast-check';
import type { LedgerCommand, LedgerOutcome } from '#concepts';
import { formatAmount, parseAmount, UndoLog } from '#domain';
import { HOUR } from '../test-support/grant-desk.js';
import { ReversalDesk } from '../test-support/reversal-desk.js';
import { openRegistry, TIME, TIME_MS, WHO } from '../test-support/world.js';
import { SpentPart } from './spent.js';
import { checkAccess, type SetTier, type TierTerms } from './tier.js';

const DAY = 24;
const inAtto = (amount: string) => parseAmount(amount).toString();

/** A shard that says whether `acme` reaches a tier at so many milliseconds after an hour. */
class AccessDesk extends ReversalDesk {
  override decide(command: LedgerCommand): LedgerOutcome {
    const before = this.recorded.length;
    const outcome = super.decide(command);
    for (const { position } of this.recorded.slice(before)) this.state.spent.recorded(position.height, this.nowMs);
    return outcome;
  }

  stake(amount: string): void {
    this.order({ type: 'StakeTokens', holder: 'acme', amount: parseAmount(amount) });
  }

  unstake(amount: string): void {
    this.order({ type: 'UnstakeTokens', holder: 'acme', amount: parseAmount(amount) });
  }

  check(terms: TierTerms, afterMs = 0) {
    return checkAccess(this.state, terms, 'acme', this.nowMs + afterMs);
  }

  spent(days: number, afterMs = 0): string {
    return formatAmount(this.check({ spent: { amount: '1', days } }, afterMs).measured.spent!.amount);
  }
}

describe('what is available', () => {
  it('counts without what is held and what is pending', () => {
    const desk = new AccessDesk();
    desk.mint('20');
    desk.grant('7', { effectiveAt: new Date(TIME_MS + HOUR).toISOString() });
    expect(desk.check({ available: inAtto('20') }).allowed).toBe(true);
    desk.order({ type: 'ReserveHold', customer: 'acme', amount: parseAmount('1') });
    expect(desk.check({ available: inAtto('20') })).toEqual({
      allowed: false,
      reason: 'Its available is 19 and must be 20.',
      measured: { available: parseAmount('19') },
      needed: { available: parseAmount('20') },
    });
  });
});

describe('what is staked', () => {
  it('lets in whoever has just as much as the tier asks for: 20 of 20', () => {
    const desk = new AccessDesk();
    desk.mint('20');
    desk.stake('20');
    expect(desk.check({ staked: inAtto('20') }).allowed).toBe(true);
    expect(desk.check({ staked: `${parseAmount('20') + 1n}` }).allowed).toBe(false);
  });

  it('counts without what unbonds', () => {
    const desk = new AccessDesk();
    desk.mint('20');
    desk.stake('20');
    desk.unstake('1');
    expect(desk.check({ staked: inAtto('20') }).measured).toEqual({ staked: parseAmount('19') });
  });
});

describe('what was spent', () => {
  it('counts from after the instant so many days ago to now, to the millisecond', () => {
    const desk = new AccessDesk().at(1);
    desk.mint('100');
    desk.use(3);
    desk.at(2).use(4);
    expect(desk.spent(1)).toBe('7');
    desk.at(1 + DAY);
    expect([desk.spent(1, -1), desk.spent(1), desk.spent(2)]).toEqual(['7', '4', '7']);
  });

  it('counts whether it was covered or is owed', () => {
    const desk = new AccessDesk();
    desk.mint('1');
    desk.use(3);
    expect([desk.has('customer:acme:receivable'), desk.spent(1)]).toEqual(['-2', '3']);
    desk.mint('10');
    expect(desk.spent(1)).toBe('3');
  });

  it('is less by what was reversed, where that was booked, and more again when the reversal is reversed', () => {
    const desk = new AccessDesk();
    desk.mint('100');
    desk.use(3);
    const early = desk.last('UsageCharged');
    desk.at(1).use(4);
    desk.at(DAY + 0.5).reverse(early);
    // It lies before the window, and takes nothing out of it.
    expect([desk.spent(1), desk.spent(2)]).toEqual(['4', '4']);
    desk.restore();
    expect([desk.spent(1), desk.spent(2)]).toEqual(['4', '7']);
  });

  it('is what was charged, not what was minted, sent or captured without usage', () => {
    const desk = new AccessDesk();
    desk.mint('100');
    desk.order({ type: 'ReserveHold', customer: 'acme', amount: parseAmount('5') });
    desk.order({ type: 'CaptureHold', hold: desk.last('HoldReserved'), amount: parseAmount('5') });
    expect(desk.spent(366)).toBe('0');
  });
});

describe('a tier that names several amounts', () => {
  it('asks for all of them, and says what is short', () => {
    const desk = new AccessDesk();
    desk.mint('30');
    desk.stake('10');
    const terms = { available: inAtto('20'), staked: inAtto('20'), spent: { amount: inAtto('5'), days: 7 } };
    const { allowed, reason, measured, needed } = desk.check(terms);
    expect([allowed, reason]).toEqual([false, 'Its staked is 10 and must be 20, its spent is 0 and must be 5.']);
    expect(measured).toEqual({
      available: parseAmount('20'),
      staked: parseAmount('10'),
      spent: { amount: 0n, days: 7 },
    });
    expect(Object.keys(needed)).toEqual(Object.keys(terms));
  });
});

describe('setting a tier', () => {
  const set = (terms: Partial<SetTier>) => {
    const registry = openRegistry(1, ['acme'], []);
    const event = registry.event({ type: 'SetTier', time: TIME, provenance: WHO, tier: 'gold', ...terms });
    return [event, registry.state.catalogue.tiers.get('gold')];
  };

  it('says what it asks for from here on', () => {
    const spent = { amount: parseAmount('5'), days: 30 };
    expect(set({ staked: parseAmount('20'), spent })).toEqual([
      expect.objectContaining({ type: 'TierSet', tier: 'gold', staked: inAtto('20') }),
      { staked: inAtto('20'), spent: { amount: inAtto('5'), days: 30 } },
    ]);
  });

  it.each<[string, Partial<SetTier>]>([
    ['nothing', {}],
    ['none available', { available: parseAmount('0') }],
    ['nothing spent', { spent: { amount: parseAmount('0'), days: 1 } }],
    ['no days', { spent: { amount: parseAmount('1'), days: 0 } }],
    ['more than 366 days', { spent: { amount: parseAmount('1'), days: 367 } }],
    ['a part of a day', { spent: { amount: parseAmount('1'), days: 1.5 } }],
  ])('is refused for %s', (_, terms) => {
    expect(() => set(terms)).toThrow(expect.objectContaining({ code: 'TIER_INVALID', kind: 'invalid' }));
  });

  it('is refused for a name that is none', () => {
    expect(() => set({ tier: 'a b', staked: parseAmount('1') })).toThrow(
      expect.objectContaining({ code: 'TIER_INVALID' }),
    );
  });
});

describe('bookings in memory', () => {
  const move = fc.record({
    holder: fc.constantFrom('acme', 'bolt'),
    amount: fc.bigInt({ min: 1n, max: 10n ** 25n }),
    /** Until the next page, in ms; long gaps let most be forgotten. */
    gapMs: fc.constantFrom(0, 1, 5, 40 * 86_400_000),
    how: fc.constantFrom('book', 'book', 'book', 'lost', 'reverse'),
    back: fc.nat(400),
  });

  it('are what adding up every charge gives, whatever was taken back, reversed or forgotten', () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 60 }), fc.nat(366), (moves, days) => {
        const undo = new UndoLog();
        const spent = new SpentPart(undo);
        const all: { holder: string; height: number; atMs: number; amount: bigint }[] = [];
        let [height, nowMs] = [0, TIME_MS];
        for (const { holder, amount, gapMs, how, back } of moves) {
          nowMs += gapMs;
          const charged = how === 'reverse' ? all[back % (all.length || 1)] : undefined;
          if (charged !== undefined) {
            spent.book(charged.holder, charged.height, -charged.amount);
            charged.amount = 0n;
            spent.recorded(++height, nowMs);
          } else if (how === 'lost') {
            spent.book(holder, height + 1, amount);
            undo.rollback();
            continue;
          } else {
            spent.book(holder, height + 1, amount);
            spent.recorded(++height, nowMs);
            all.push({ holder, height, atMs: nowMs, amount });
          }
          undo.clear();
        }
        const fromMs = nowMs - days * 86_400_000;
        for (const holder of ['acme', 'bolt']) {
          const naive = all.filter((one) => one.holder === holder && one.atMs > fromMs);
          expect(spent.after(holder, fromMs)).toBe(naive.reduce((sum, { amount }) => sum + amount, 0n));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('are right over thousands of pages of which most are forgotten', () => {
    const spent = new SpentPart(new UndoLog());
    const DAYS = 366 * 4;
    for (let hour = 1; hour <= DAYS * 4; hour++) {
      spent.book('acme', hour, 1n);
      spent.recorded(hour, TIME_MS + hour * 6 * HOUR);
    }
    const nowMs = TIME_MS + DAYS * 4 * 6 * HOUR;
    for (const days of [1, 30, 366]) expect(spent.after('acme', nowMs - days * DAY * HOUR)).toBe(BigInt(days * 4));
  });
});
