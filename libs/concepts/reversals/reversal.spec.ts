/** Reversals with the numbers of their examples: tokens; a charge's share is 80 % the provider's, 10 the treasury's, 5 and 5. */
import { DomainError, parseAmount, formatAmount } from '#domain';
import { at } from '../test-support/grant-desk.js';
import { ReversalDesk } from '../test-support/reversal-desk.js';
import { snapshot } from '../test-support/world.js';

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return undefined;
};

describe('a reversal', () => {
  let desk: ReversalDesk;
  const owed = () => desk.has('customer:acme:receivable');
  const supply = () => formatAmount(-desk.state.balance('issuance'));
  const charge = (tokens: number, more: object = {}) => {
    desk.use(tokens, more);
    return desk.last('UsageCharged');
  };

  beforeEach(() => {
    desk = new ReversalDesk();
  });

  it('of a charge gives its grants back, and every share: the supply is what it was before (C8)', () => {
    const promo = desk.grant('3', { priority: 1 });
    const sold = desk.mint('10');
    const before = [desk.available, supply()];
    const id = charge(5);
    expect(desk.left).toEqual({ [promo]: 'spent 0', [sold]: 'active 8' });
    desk.reverse(id);
    expect([desk.available, supply()]).toEqual(before);
    expect(desk.left).toEqual({ [promo]: 'active 3', [sold]: 'active 10' });
    expect(['provider:p1:payable', 'treasury:fees', 'staking:rewards'].map((one) => desk.has(one))).toEqual([
      '0',
      '0',
      '0',
    ]);
  });

  it('of a charge of a grant that ended gives to its breakage, C1: available + 0, breakage + 3', () => {
    desk.grant('3', { expiresAt: at(1) });
    const [id] = [charge(3)];
    desk.at(2).reverse(id);
    expect([desk.available, desk.has('breakage:promotional')]).toEqual(['0', '3']);
  });

  it('of a charge of a grant that expired partly used, or was voided, goes where the rest of it went, C1', () => {
    desk.grant('5', { expiresAt: at(1) });
    const first = charge(3);
    desk.at(1);
    desk.reverse(first);
    expect([desk.available, desk.has('breakage:promotional')]).toEqual(['0', '5']);
    const grant = desk.grant('4');
    const second = charge(1);
    desk.order({ type: 'VoidGrant', grant, reason: 'a mistake' });
    desk.reverse(second);
    expect([desk.available, supply()]).toEqual(['0', '5']);
  });

  it('of a charge whose provider was paid carries what is missing, and the next share fills it first, C2: payable 0, clawback -3, then payable 1', () => {
    desk.mint('100');
    const id = charge(10);
    // 8 of 10 are the provider's, and are paid out.
    desk.order({ type: 'CutPayables', batch: 'b1', payable: ['p1'], withheld: [] });
    charge(6.25);
    expect(desk.has('provider:p1:payable')).toBe('5');
    desk.reverse(id);
    expect([desk.has('provider:p1:payable'), desk.has('provider:p1:clawback')]).toEqual(['0', '-3']);
    charge(5);
    expect([desk.has('provider:p1:payable'), desk.has('provider:p1:clawback')]).toEqual(['1', '0']);
    charge(5);
    expect([desk.has('provider:p1:payable'), desk.state.clawbacks.open.size]).toEqual(['5', 0]);
  });

  it('of a charge 10 = 4 paid + 6 owed, 5 covered by a mint, gives 4 + 5 back and cancels 1, C3', () => {
    const first = desk.mint('4');
    const id = charge(10);
    const second = desk.mint('5');
    expect([owed(), desk.available]).toEqual(['-1', '0']);
    const reversed = desk.reverse(id);
    expect([owed(), desk.available, supply()]).toEqual(['0', '9', '9']);
    expect(desk.left).toEqual({ [first]: 'active 4', [second]: 'active 5' });
    expect(reversed.cancelled?.amount).toBe(parseAmount('1').toString());
    expect(reversed.covers?.map(({ entry, grants }) => [entry, grants])).toEqual([
      [desk.last('ReceivablesCovered'), second],
    ]);
    expect([...desk.state.receivables.open('acme')]).toEqual([]);
  });

  it('of one of several charges that were covered takes the grants of its own part, C3', () => {
    const [one, two] = [charge(2), charge(3)];
    const first = desk.mint('1');
    const second = desk.mint('3');
    expect(owed()).toBe('-1');
    desk.reverse(one);
    // What comes back covers the rest of the other at once.
    expect([owed(), desk.available]).toEqual(['0', '1']);
    desk.reverse(two);
    expect([owed(), desk.available, supply()]).toEqual(['0', '4', '4']);
    expect(desk.left).toEqual({ [first]: 'active 1', [second]: 'active 3' });
  });

  it('of a mint takes back a whole grant only, C4: mint 10, used 3: refused, and its void returns 7', () => {
    const id = desk.mint('10');
    charge(3);
    expect(codeOf(() => desk.reverse(id))).toBe('INSUFFICIENT_FUNDS');
    desk.order({ type: 'VoidGrant', grant: id, reason: 'a mistake' });
    expect(desk.available).toBe('0');
    const whole = desk.mint('6');
    desk.reverse(whole);
    expect([desk.available, desk.left[whole]]).toEqual(['0', 'voided 0']);
  });

  it('of a pending grant takes it from where it is pending', () => {
    const id = desk.grant('5', { effectiveAt: at(1) });
    desk.reverse(id);
    expect([desk.has('customer:acme:pending'), supply()]).toEqual(['0', '0']);
    expect(desk.at(2).available).toBe('0');
  });

  it('of a burn gives the grants back; of a transfer within the shard both sides', () => {
    const sold = desk.mint('5');
    desk.order({ type: 'BurnTokens', holder: 'acme', amount: parseAmount('2'), reason: 'redeemed' });
    desk.reverse(desk.last('Burned'));
    expect([desk.left[sold], supply()]).toEqual(['active 5', '5']);
    const send = {
      type: 'SendTransfer',
      transfer: 't1',
      from: 'acme',
      to: 'bolt',
      amount: parseAmount('2'),
      reason: 'test',
    };
    desk.order(send);
    desk.reverse(desk.last('TransferSent'));
    expect([desk.left[sold], desk.has('customer:bolt:available')]).toEqual(['active 5', '0']);
    desk.order({ ...send, transfer: 't2' });
    desk.order({ type: 'BurnTokens', holder: 'bolt', amount: parseAmount('1'), reason: 'redeemed' });
    expect(codeOf(() => desk.reverse(desk.last('TransferSent')))).toBe('INSUFFICIENT_FUNDS');
  });

  it('of a capture gives to the grants, and the hold stays captured, H16', () => {
    const sold = desk.mint('10');
    const hold = desk.hold('4');
    desk.capture(hold, '3');
    desk.reverse(desk.last('HoldCaptured'));
    expect([desk.left[sold], desk.funds, supply()]).toEqual(['active 10', '10 0 0', '10']);
    expect(codeOf(() => desk.capture(hold, '1'))).toBe('HOLD_CLOSED');
    const used = desk.hold('4');
    desk.use(6, { hold: used });
    desk.reverse(desk.last('UsageCharged'));
    expect([desk.left[sold], desk.funds, supply()]).toEqual(['active 10', '10 0 0', '10']);
  });

  it('gives budgets back in the period in which it was counted, B12: void of 3 in today’s, used 3 less', () => {
    desk.mint('100');
    desk.budget('acme', '10').budget('acme/total', '50', { period: 'total' });
    const id = charge(3, { budget: 'acme/total' });
    charge(2, { budget: 'acme/total' });
    desk.reverse(id);
    expect([desk.ceiling('acme'), desk.ceiling('acme/total')]).toEqual(['2 0 8 0', '2 0 48 0']);
    const old = charge(4, { budget: 'acme/total' });
    desk.at(24);
    charge(1, { budget: 'acme/total' });
    desk.reverse(old);
    expect([desk.ceiling('acme'), desk.ceiling('acme/total')]).toEqual(['1 0 9 0', '3 0 47 0']);
  });

  it('is made once, C7, and its entry stays used up', () => {
    desk.mint('5');
    const id = charge(2);
    const { entry } = desk.reverse(id);
    expect(entry).toBe(id);
    expect(codeOf(() => desk.reverse(id))).toBe('ALREADY_REVERSED');
  });

  it('of a reversal takes the same legs again, C6, and can be reversed in turn', () => {
    const promo = desk.grant('3', { priority: 1 });
    const sold = desk.mint('10');
    desk.budget('acme', '20');
    const id = charge(5);
    const after = [desk.left, desk.funds, supply(), desk.has('provider:p1:payable'), desk.ceiling('acme')];
    desk.reverse(id);
    desk.restore();
    expect([desk.left, desk.funds, supply(), desk.has('provider:p1:payable'), desk.ceiling('acme')]).toEqual(after);
    expect(codeOf(() => desk.reverse(id))).toBe('ALREADY_REVERSED');
    desk.reverse(desk.last('EntryRestored'));
    expect([desk.left, supply()]).toEqual([{ [promo]: 'active 3', [sold]: 'active 10' }, '13']);
    desk.restore();
    expect([desk.left, desk.funds, supply()]).toEqual(after.slice(0, 3));
  });

  it('of a reversal takes in burn order what its grants lack, and leaves the rest to be owed, C6: promo 3 used since, then owes 2', () => {
    const promo = desk.grant('3', { priority: 1 });
    const sold = desk.mint('10');
    const id = charge(5);
    desk.reverse(id);
    charge(3);
    expect(desk.left).toEqual({ [promo]: 'spent 0', [sold]: 'active 10' });
    expect(desk.restore().paid?.grants).toBe(sold);
    expect(desk.left).toEqual({ [promo]: 'spent 0', [sold]: 'active 5' });
    desk.reverse(desk.last('EntryRestored'));
    charge(7);
    desk.restore();
    expect([desk.available, owed()]).toEqual(['0', '-2']);
    // The newest is undone together with what covers it since.
    desk.mint('1');
    const undone = desk.reverse(desk.last('EntryRestored'));
    expect([undone.covers?.length, undone.cancelled?.amount]).toEqual([1, parseAmount('1').toString()]);
    expect([desk.available, owed()]).toEqual(['4', '0']);
  });

  it('of the reversal of a mint, a grant, a burn or a transfer moves it again, C6; a burn that is short is refused', () => {
    const sold = desk.mint('5');
    desk.reverse(sold);
    desk.restore();
    const promo = desk.grant('2', { expiresAt: at(5) });
    desk.reverse(promo);
    desk.restore();
    expect(desk.left).toEqual({ [sold]: 'active 5', [promo]: 'active 2' });
    desk.order({ type: 'BurnTokens', holder: 'acme', amount: parseAmount('3'), reason: 'redeemed' });
    desk.reverse(desk.last('Burned'));
    desk.restore();
    expect([desk.left, supply()]).toEqual([{ [sold]: 'active 4', [promo]: 'spent 0' }, '4']);
    const sides = { transfer: 't1', from: 'acme', to: 'bolt', reason: 'test' };
    desk.order({ type: 'SendTransfer', ...sides, amount: parseAmount('4') });
    const sent = desk.last('TransferSent');
    desk.reverse(sent);
    desk.restore();
    expect([desk.available, desk.has('customer:bolt:available')]).toEqual(['0', '4']);
    expect(desk.views('bolt').map(({ grant, state }) => [grant, state])).toEqual([[sent, 'active']]);
    desk.reverse(desk.last('EntryRestored'));
    desk.order({ type: 'BurnTokens', holder: 'acme', amount: parseAmount('4'), reason: 'redeemed' });
    desk.reverse(desk.last('Burned'));
    charge(1);
    expect(codeOf(() => desk.restore())).toBe('INSUFFICIENT_FUNDS');
  });

  it('of the reversal of a grant that would have ended since, or begun, is refused', () => {
    const promo = desk.grant('2', { expiresAt: at(1) });
    desk.reverse(promo);
    desk.at(1);
    expect(codeOf(() => desk.restore())).toBe('NOT_REVERSIBLE');
    desk.reverse(desk.grant('2', { effectiveAt: at(5) }));
    expect(codeOf(() => desk.restore())).toBe('NOT_REVERSIBLE');
  });

  it('of a reversal counts in budgets as of now and is never refused: what is beyond them is owed, B12', () => {
    desk.mint('100');
    desk.budget('acme', '10');
    const id = charge(4);
    desk.reverse(id);
    charge(8);
    desk.restore();
    expect([desk.ceiling('acme'), owed()]).toEqual(['10 0 0 2', '-2']);
    desk.reverse(desk.last('EntryRestored'));
    expect([desk.ceiling('acme'), owed()]).toEqual(['8 0 2 0', '0']);
  });

  it('is refused of whatever another call undoes, C5, and of what moves nothing', () => {
    desk.mint('20');
    desk.release(desk.hold('1'));
    desk.grant('1', { expiresAt: at(1) });
    charge(30);
    desk.mint('20');
    desk.at(1).budget('acme', '1');
    for (const type of ['HoldReserved', 'HoldReleased', 'ReceivablesCovered', 'BudgetSet'] as const)
      expect([type, codeOf(() => desk.reverse(desk.last(type)))]).toEqual([type, 'NOT_REVERSIBLE']);
  });

  it('is an arrival of funds: it covers what is owed for other usage', () => {
    desk.mint('5');
    const id = charge(5);
    charge(3);
    desk.reverse(id);
    expect([owed(), desk.available]).toEqual(['0', '2']);
  });

  it('that is taken back before its page is durable leaves no trace', () => {
    desk.mint('4');
    const id = charge(10);
    desk.mint('5');
    const [before, mark] = [snapshot(desk.state), desk.state.undo.mark()];
    desk.reverse(id);
    desk.state.undo.rollback(mark);
    expect(snapshot(desk.state)).toEqual(before);
  });
});
