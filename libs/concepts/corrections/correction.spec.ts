/** Corrections with the numbers of their examples: tokens; 80 % of a charge are the provider's, 3 % are burned. */
import type { MeterPrice } from '#concepts';
import { DomainError, formatAmount, parseAmount } from '#domain';
import { at } from '../test-support/grant-desk.js';
import { CorrectionDesk } from '../test-support/correction-desk.js';
import { openRegistry, report, snapshot, TIME, TYPE, usage, WHO } from '../test-support/world.js';

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return undefined;
};

describe('a usage', () => {
  let desk: CorrectionDesk;
  const owed = () => desk.has('customer:acme:receivable');
  const supply = () => formatAmount(-desk.state.balance('issuance'));
  const use = (id: string, tokens: number, more: object = {}) => desk.use(tokens, { id, ...more });
  const redeliver = (id: string, tokens: number) => {
    const meters = { input_tokens: `${tokens * 500}` };
    const outcome = desk.run(usage([report({ id, meters })]));
    if (outcome.type !== 'usage') throw new Error(outcome.type);
    const { accepted, duplicates, conflicts } = outcome.answer;
    return [accepted, duplicates, conflicts];
  };

  beforeEach(() => {
    desk = new CorrectionDesk();
  });

  describe('that is voided', () => {
    it('gives its grants back, and every share, by a reversal that says why; the supply is what it was', () => {
      const promo = desk.grant('3', { priority: 1 });
      const sold = desk.mint('10');
      const before = [desk.available, supply()];
      use('u', 5);
      const reversed = desk.void('u');
      expect([reversed.cause, reversed.entry]).toEqual(['usage-correction', desk.last('UsageCharged')]);
      expect([desk.available, supply()]).toEqual(before);
      expect(desk.left).toEqual({ [promo]: 'active 3', [sold]: 'active 10' });
    });

    it('is not free again: delivered once more it is a duplicate for ever, another body a conflict', () => {
      desk.mint('10');
      use('u', 5);
      desk.void('u');
      expect([redeliver('u', 5), redeliver('u', 4)]).toEqual([
        [0, 1, 0],
        [0, 0, 1],
      ]);
      expect(desk.available).toBe('10');
    });

    it('is voided once, and is not replaced: ALREADY_VOIDED, whichever call took it back', () => {
      desk.mint('10');
      use('u', 5);
      desk.void('u');
      expect([codeOf(() => desk.void('u')), codeOf(() => desk.replace('u', 3))]).toEqual([
        'ALREADY_VOIDED',
        'ALREADY_VOIDED',
      ]);
      use('v', 1);
      desk.reverse(desk.last('UsageCharged'));
      expect(codeOf(() => desk.void('v'))).toBe('ALREADY_VOIDED');
    });

    it('counts again when that is undone by a reversal, and can be voided or replaced again', () => {
      desk.mint('10');
      use('u', 5);
      desk.void('u');
      desk.restore();
      expect(desk.available).toBe('5');
      expect(desk.void('u').entry).toBe(desk.last('EntryRestored'));
      desk.restore();
      desk.replace('u', 3);
      expect(desk.available).toBe('7');
    });

    it('lowers what its budgets have used by 3, and the counter of its month for what comes later', () => {
      desk.mint('100');
      desk.budget('acme', '10');
      use('u', 3);
      use('v', 2);
      desk.void('u');
      expect(desk.ceiling('acme')).toBe('2 0 8 0');
    });

    it('cancels what is still owed for it, and gives back what was covered to the grants that covered it', () => {
      const first = desk.mint('4');
      use('u', 10);
      const second = desk.mint('5');
      desk.void('u');
      expect([owed(), desk.available, desk.left]).toEqual(['0', '9', { [first]: 'active 4', [second]: 'active 5' }]);
    });
  });

  describe('that is replaced', () => {
    it('is taken back and charged anew in one go, under its id: 5 become 3', () => {
      desk.mint('10');
      use('u', 5);
      const [reversed, charged] = desk.replace('u', 3);
      expect([reversed, charged]).toMatchObject([
        { type: 'EntryReversed', cause: 'replacement' },
        { type: 'UsageCharged', corrects: { by: 'replacement' }, usage: { source: 'gateway', id: 'u' } },
      ]);
      expect([desk.available, desk.has('provider:p1:payable'), supply()]).toEqual(['7', '2.4', '9.91']);
    });

    it('remembers both bodies: either of them delivered again is a duplicate, a third one a conflict', () => {
      desk.mint('20');
      use('u', 5);
      // The body that will be the right one was reported before, and was a conflict then.
      expect(redeliver('u', 3)).toEqual([0, 0, 1]);
      desk.replace('u', 3);
      expect([redeliver('u', 5), redeliver('u', 3), redeliver('u', 4)]).toEqual([
        [0, 1, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]);
      desk.replace('u', 4);
      expect([redeliver('u', 5), redeliver('u', 3), redeliver('u', 4), redeliver('u', 6)].map(String)).toEqual([
        '0,1,0',
        '0,1,0',
        '0,1,0',
        '0,0,1',
      ]);
      expect(desk.available).toBe('16');
    });

    it('counts in its budgets when it is booked and is not refused: what is beyond is owed', () => {
      desk.mint('100');
      desk.budget('acme', '10');
      use('u', 3);
      use('v', 5);
      desk.replace('u', 8);
      expect([desk.ceiling('acme'), owed()]).toEqual(['10 0 0 3', '-3']);
    });

    it('owes what its customer does not have', () => {
      desk.mint('5');
      use('u', 5);
      desk.replace('u', 8);
      expect([desk.available, owed(), desk.has('provider:p1:payable')]).toEqual(['0', '-3', '4']);
      desk.mint('3');
      expect([owed(), desk.has('provider:p1:payable')]).toEqual(['0', '6.4']);
    });

    it('keeps source, id and subject, and names what there is', () => {
      desk.mint('5');
      use('u', 2);
      const before = desk.recorded.length;
      const wrong: readonly [object, string][] = [
        [{ source: 'another' }, 'USAGE_INVALID'],
        [{ id: 'another' }, 'USAGE_INVALID'],
        [{ customer: 'bolt' }, 'USAGE_INVALID'],
        [{ provider: 'nobody' }, 'UNKNOWN_PROVIDER'],
        [{ budget: 'acme/none' }, 'UNKNOWN_BUDGET'],
        [{ hold: '0-1-1' }, 'UNKNOWN_HOLD'],
        [{ hold: '0-1-1', budget: 'acme/none' }, 'UNKNOWN_HOLD'],
        [{ meters: { nothing: '1' } }, 'UNKNOWN_METER'],
        [{ time: at(1_000) }, 'TIME_IN_FUTURE'],
      ];
      for (const [more, code] of wrong) expect([more, codeOf(() => desk.replace('u', 1, more))]).toEqual([more, code]);
      expect(desk.recorded.length).toBe(before);
    });

    it('is charged to the grants of its booking, and says so when its own time saw another one', () => {
      desk.grant('3', { expiresAt: at(1) });
      desk.mint('10');
      use('u', 2);
      desk.at(2).replace('u', 4);
      expect(desk.charge('u').late).toEqual({ policy: 'booking' });
      // 2 of the expired grant went on to its breakage.
      expect([desk.available, desk.has('breakage:promotional')]).toEqual(['6', '3']);
    });

    it('is never made to stand twice: the reversal of what it replaced is not undone', () => {
      desk.mint('10');
      use('u', 5);
      desk.replace('u', 3);
      expect(codeOf(() => desk.restore())).toBe('NOT_REVERSIBLE');
      desk.void('u');
      expect(desk.available).toBe('10');
      desk.restore();
      expect(desk.available).toBe('7');
    });

    it('captures the hold that it names, as any usage; the hold of what it replaces stays captured', () => {
      desk.mint('10');
      const hold = desk.hold('4');
      use('u', 3, { hold });
      desk.replace('u', 2, { hold });
      expect(desk.charge('u').capture).toEqual({ hold, state: 'captured' });
      const open = desk.hold('4');
      desk.replace('u', 1, { hold: open });
      expect(desk.funds).toBe('9 0 0');
    });
  });

  it('that was corrected leaves no trace when its page does not become durable', () => {
    desk.mint('4');
    use('u', 10);
    redeliver('u', 3);
    const [before, mark] = [snapshot(desk.state), desk.state.undo.mark()];
    desk.replace('u', 3);
    desk.void('u');
    desk.state.undo.rollback(mark);
    expect(snapshot(desk.state)).toEqual(before);
  });
});

describe('a usage that is rated again', () => {
  const registry = openRegistry(1, ['acme', 'bolt'], ['p1', 'p2']);
  const common = { time: at(0), provenance: WHO };
  const book = (version: number, meters: Readonly<Record<string, MeterPrice>>) => {
    const line = { type: TYPE, model: 'llama', meters };
    const effectiveAt = `2027-01-0${version}T00:00:00Z`;
    registry.decide({ ...common, type: 'PublishPriceBook', version, book: { effectiveAt, prices: [line] } });
  };
  // Two tokens become three for a thousand; by the third book the first five hundred of a month are free.
  book(2, { input_tokens: { price: '3', per: '1000' } });
  const tiers = [{ above: '500', price: '3' }];
  book(3, { input_tokens: { price: '0', per: '1000', over: 'month', mode: 'graduated', tiers } });
  let desk: CorrectionDesk;

  beforeEach(() => {
    desk = new CorrectionDesk(registry.state.catalogue);
    desk.mint('100');
  });

  it('is taken back and charged by the book that is named, when that costs otherwise; once is as often as ever', () => {
    desk.use(4, { id: 'u' });
    expect(desk.rerate('u', 2)).toBe('changed');
    expect(desk.charge('u')).toMatchObject({ priceBook: 2, splitPolicy: 1, amount: `${parseAmount('6')}` });
    const recorded = desk.recorded.length;
    expect([desk.rerate('u', 2), desk.recorded.length, desk.available]).toEqual(['same', recorded, '94']);
    expect(desk.rerate('u', 1)).toBe('changed');
    expect(desk.available).toBe('96');
  });

  it('is passed over where it is void, or where the book has no price for it', () => {
    desk.use(4, { id: 'u' });
    desk.void('u');
    expect(desk.rerate('u', 2)).toBe('void');
    desk.use(4, { id: 'v', model: 'gemma' });
    expect(desk.rerate('v', 2)).toBe('unrated');
    expect(desk.available).toBe('96');
  });

  it('rates by the counters that it recorded, and the second of two events of a month as before', () => {
    desk.use(1, { id: 'u' });
    desk.use(1, { id: 'v' });
    // 500 units each: the first are the free ones, in the order of booking.
    expect([desk.rerate('u', 3), desk.rerate('v', 3)]).toEqual(['changed', 'changed']);
    expect([desk.charge('u').amount, desk.charge('v').amount]).toEqual(['0', `${parseAmount('1.5')}`]);
    expect([desk.rerate('u', 3), desk.rerate('v', 3), desk.available]).toEqual(['same', 'same', '98.5']);
    desk.void('u');
    // A void lowers the counter for what comes later alone.
    expect([desk.rerate('v', 3), desk.charge('v').amount]).toEqual(['same', `${parseAmount('1.5')}`]);
  });

  it('is not refused: what its customer or its budgets do not have is owed', () => {
    desk.budget('acme', '5');
    desk.use(4, { id: 'u' });
    desk.rerate('u', 2);
    expect([desk.ceiling('acme'), desk.has('customer:acme:receivable')]).toEqual(['5 0 0 1', '-1']);
  });

  it('keeps the shares that it had, though another policy is in force for its time by now: 80 % of 6 are 4.8', () => {
    desk.use(4, { id: 'u' });
    const policy = { effectiveAt: TIME, provider: 5_000, treasury: 5_000, stakers: 0, burn: 0 };
    registry.decide({ ...common, type: 'PublishSplitPolicy', version: 2, policy });
    expect(desk.rerate('u', 2)).toBe('changed');
    expect([desk.charge('u').splitPolicy, desk.has('provider:p1:payable')]).toEqual([1, '4.8']);
    desk.use(4, { id: 'v' });
    expect([desk.charge('v').splitPolicy, desk.has('provider:p1:payable')]).toEqual([2, '6.8']);
  });
});
