/** Holds, row by row of what was decided. */
import type { LedgerCommand } from '#concepts';
import { parseAmount } from '#domain';
import { at, HOUR } from '../test-support/grant-desk.js';
import { HoldDesk } from '../test-support/hold-desk.js';
import { PRICES } from '../test-support/foundation.js';
import { openRegistry, report, usage, WHO } from '../test-support/world.js';
import type { HoldCaptured } from './hold-events.js';
import { HoldChanges, holdRows } from './hold.rows.js';

const TOKEN = 10n ** 18n;
const refusal = (code: string, path?: string) =>
  expect.objectContaining(path === undefined ? { code } : { code, path }) as Error;

let desk: HoldDesk;
beforeEach(() => {
  desk = new HoldDesk();
});

it('G1: 10, used 3, held 4: 3 remain', () => {
  desk.mint('10');
  desk.use(3);
  desk.hold('4');
  expect(desk.views()).toMatchObject([{ used: 3n * TOKEN, remaining: 3n * TOKEN, held: 4n * TOKEN, state: 'active' }]);
});

describe('G7: a grant that ends partly held', () => {
  it('10, held 4: 6 go at its end; capture 3: 1 more', () => {
    const promo = desk.grant('10', { expiresAt: at(0.5) });
    const hold = desk.hold('4');
    desk.at(0.5);
    expect([desk.funds, desk.has('breakage:promotional')]).toEqual(['0 4 0', '6']);
    desk.capture(hold, '3');
    expect([desk.funds, desk.has('breakage:promotional')]).toEqual(['0 0 0', '7']);
    expect(desk.views()).toMatchObject([{ grant: promo, used: 3n * TOKEN, lapsed: 7n * TOKEN, state: 'expired' }]);
  });

  it('T3: both end at one instant: what was held goes with the grant', () => {
    desk.grant('4', { expiresAt: at(1) });
    desk.hold('4', { expiresAt: at(1) });
    desk.at(1);
    expect([desk.funds, desk.has('breakage:promotional')]).toEqual(['0 0 0', '4']);
  });
});

it('G8: a void partly held: the free part goes at once, what comes back later', () => {
  const promo = desk.grant('10');
  const hold = desk.hold('4');
  desk.order({ type: 'VoidGrant', grant: promo, reason: 'r' });
  expect([desk.funds, desk.has('issuance')]).toEqual(['0 4 0', '-4']);
  desk.capture(hold, '3');
  expect([desk.funds, desk.views()[0]!.state]).toEqual(['0 0 0', 'voided']);
});

it('T7: it ends with a full second', () => {
  desk.mint('1');
  desk.hold('1', { expiresAt: at(1 / HOUR) });
  expect(desk.recorded.at(-1)!.event).toMatchObject({ expiresAt: at(1_000 / HOUR) });
});

describe('H1: usage that names a hold', () => {
  it('which is unknown or another customer’s is rejected by one code', () => {
    desk.mint('5', 'bolt');
    const theirs = desk.hold('5', { customer: 'bolt' });
    for (const hold of ['0-99-0', theirs, 'h-1']) expect(desk.use(1, { hold })).toBeUndefined();
    expect(desk.funds).toBe('0 0 0');
  });

  it('which has ended is charged from what is available: held 4 expired, available 10, usage 3: 7', () => {
    desk.mint('10');
    const hold = desk.hold('4', { expiresAt: at(1) });
    const event = desk.at(1).use(3, { hold });
    expect(event).toMatchObject({ hold, capture: { hold, state: 'expired' } });
    expect(desk.funds).toBe('7 0 0');
  });
});

it('H2 and H18: the first usage closes it: hold 10, usage 3: 7 back; the second is ordinary', () => {
  desk.mint('10');
  const hold = desk.hold('10');
  desk.use(3, { hold });
  expect(desk.funds).toBe('7 0 0');
  expect(desk.use(3, { hold })).toMatchObject({ capture: { state: 'captured' } });
  expect(desk.funds).toBe('4 0 0');
  expect(() => desk.capture(hold, '1')).toThrow(refusal('HOLD_CLOSED'));
});

it('H18: of several usages of one batch on one hold the first captures, the rest are ordinary', () => {
  desk.mint('10');
  const hold = desk.hold('4');
  const meters = { input_tokens: '1500' };
  const batch = ['a', 'b', 'c'].map((id) => report({ id, hold, meters }));
  const charges = desk.order(usage(batch)).filter(({ type }) => type === 'UsageCharged');
  expect(charges.map((event) => 'capture' in event && event.capture!.state)).toEqual(['open', 'captured', 'captured']);
  expect(desk.funds).toBe('1 0 0');
});

it('H19: usage costs what it did at its own time, whenever its hold was reserved', () => {
  const registry = openRegistry(1, ['acme'], ['p1']);
  const dear = PRICES.prices.map((line) => ({ ...line, meters: { input_tokens: { price: '4', per: '1000' } } }));
  const book = { effectiveAt: at(1), prices: dear };
  registry.decide({ type: 'PublishPriceBook', version: 2, book, time: at(0), provenance: WHO });
  desk = new HoldDesk(registry.state.catalogue);
  desk.mint('10');
  const [first, second] = [desk.hold('4', { expiresAt: at(3) }), desk.hold('4', { expiresAt: at(3) })];
  desk.at(2);
  expect(desk.use(1, { hold: first })).toMatchObject({ amount: `${TOKEN}` });
  expect(desk.use(1, { hold: second, time: at(2) })).toMatchObject({ amount: `${2n * TOKEN}` });
  expect(desk.funds).toBe('7 0 0');
});

describe('H3: a capture without usage', () => {
  it('pays the treasury the provider’s share where none is named', () => {
    desk.mint('10');
    desk.capture(desk.hold('10'), '10');
    expect(['treasury:fees', 'staking:rewards', 'issuance'].map((account) => desk.has(account))).toEqual([
      ...['9', '0.7', '-9.7'],
    ]);
  });

  it('pays the provider that it names', () => {
    desk.mint('10');
    desk.capture(desk.hold('10'), '10', { provider: 'p1' });
    expect(['provider:p1:payable', 'treasury:fees'].map((account) => desk.has(account))).toEqual(['8', '1']);
  });
});

it('H4: more than is held: held 4, rated 6, available 1: 4 and 1 are paid, 1 is owed', () => {
  desk.mint('5');
  const hold = desk.hold('4');
  const event = desk.use(6, { hold });
  expect(event).toMatchObject({ capture: { used: { amount: `${4n * TOKEN}` } }, receivable: { amount: `${TOKEN}` } });
  expect(desk.funds).toBe('0 0 -1');
});

it('H5: less than is held: [promo 3, mint 1], 2 used: promo 1 and mint 1 go back', () => {
  const promo = desk.grant('3');
  const mint = desk.mint('1');
  desk.use(2, { hold: desk.hold('4') });
  expect(desk.left).toEqual({ [promo]: 'active 1', [mint]: 'active 1' });
});

it('H6: what comes back covers what is owed: owes 2, release 4: 2 available', () => {
  desk.mint('4');
  const hold = desk.hold('4');
  desk.use(2);
  expect(desk.funds).toBe('0 4 -2');
  desk.release(hold);
  expect(desk.funds).toBe('2 0 0');
});

describe('H7: what has ended', () => {
  it('is captured late from what is available, then owed, once; else it is closed', () => {
    desk.mint('4');
    const hold = desk.hold('4');
    desk.at(1);
    expect(desk.funds).toBe('4 0 0');
    expect(desk.capture(hold, '5')).toMatchObject({
      capture: { state: 'expired' },
      receivable: { amount: `${TOKEN}` },
    });
    expect(() => desk.capture(hold, '1')).toThrow(refusal('HOLD_CLOSED'));
    expect(() => desk.release(hold)).toThrow(refusal('HOLD_CLOSED'));
    expect(() => desk.extend(hold, { amount: parseAmount('1') })).toThrow(refusal('HOLD_CLOSED'));
    expect(() => desk.release('0-99-0')).toThrow(refusal('UNKNOWN_HOLD'));
  });

  it('has given back what it reserved, and a late capture leaves its row that', () => {
    desk.mint('4');
    const hold = desk.hold('4');
    desk.at(1);
    const event = desk.capture(hold, '3') as unknown as HoldCaptured;
    const holds = new HoldChanges({ shard: 0, keyText: (text) => text, digest: (text) => text });
    const earnings = { count: () => undefined };
    const run = { holds, receivables: undefined, budgets: undefined, earnings } as never;
    holdRows.HoldCaptured.changes!(event, { shard: 0, height: 9, index: 0 }, at(1), run);
    const nothing = [null];
    expect(holds.changes()).toMatchObject([
      {
        values: [...[[hold], ['captured'], nothing, nothing, [`${3n * TOKEN}`], nothing, ['0'], nothing, nothing]],
      },
    ]);
  });
});

describe('H8 and H9: extending', () => {
  it('adds: hold 4, extend 3: 7, by grants of now; what is refused leaves all as it was', () => {
    const first = desk.mint('4');
    const hold = desk.hold('4', { expiresAt: at(2) });
    const second = desk.grant('3');
    expect(desk.extend(hold, { amount: parseAmount('3') })).toMatchObject({ amount: `${7n * TOKEN}`, grants: second });
    const before = desk.state.holds.open.get(hold);
    const more = { amount: parseAmount('1'), expiresAt: at(3) };
    expect(() => desk.extend(hold, more)).toThrow(refusal('INSUFFICIENT_FUNDS'));
    expect(desk.state.holds.open.get(hold)).toEqual(before);
    expect(before!.receipt.map(({ grant }) => grant)).toEqual([first, second]);
  });

  it('ends after now and within 24 hours of the call, earlier too', () => {
    desk.mint('4');
    const hold = desk.hold('4', { expiresAt: at(24) });
    for (const end of [at(0), at(24.1)]) {
      expect(() => desk.extend(hold, { expiresAt: end })).toThrow(refusal('HOLD_INVALID', 'expiresAt'));
      expect(() => desk.hold('1', { expiresAt: end })).toThrow(refusal('HOLD_INVALID', 'expiresAt'));
    }
    desk.extend(hold, { expiresAt: at(1) });
    desk.at(1);
    expect(desk.funds).toBe('4 0 0');
  });
});

it('H10 and H12: a partial hold takes what there is, and no hold takes what is not', () => {
  desk.mint('7');
  expect(() => desk.hold('10')).toThrow(refusal('INSUFFICIENT_FUNDS', 'amount'));
  desk.hold('10', { partial: true });
  expect(desk.funds).toBe('0 7 0');
  expect(() => desk.hold('10', { partial: true })).toThrow(refusal('INSUFFICIENT_FUNDS', 'amount'));
});

it('H14: usage that costs nothing closes it, and all goes back', () => {
  desk.mint('4');
  const hold = desk.hold('4');
  desk.use(0, { hold, meters: {} });
  expect([desk.funds, desk.state.holds.open.size]).toEqual(['4 0 0', 0]);
});

it('H15: a duplicate that names a hold leaves it alone', () => {
  desk.mint('4');
  desk.use(1, { id: 'same' });
  const hold = desk.hold('2');
  desk.use(1, { id: 'same' });
  desk.use(1, { id: 'same', hold, digest: 'f'.repeat(16) });
  expect(desk.funds).toBe('1 2 0');
});

it('the same request gives the same hold', () => {
  desk.mint('4');
  const asked = { type: 'ReserveHold', customer: 'acme', amount: parseAmount('1') };
  const reserve = (digest: string) =>
    desk.decide({ ...asked, request: { key: 'k', digest }, time: at(0), provenance: WHO } as unknown as LedgerCommand);
  expect([reserve('d'), reserve('d')]).toMatchObject([{ replayed: false }, { replayed: true }]);
  expect(() => reserve('e')).toThrow(refusal('IDEMPOTENCY_CONFLICT'));
  expect(desk.funds).toBe('3 1 0');
});
