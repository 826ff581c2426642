/** Grants, row by row of what was decided: who pays what when, and what is left. */
import type { LedgerCommand, LedgerEvent } from '#concepts';
import { parseAmount } from '#domain';
import { at, GrantDesk, HOUR } from '../test-support/grant-desk.js';
import { send, WHO } from '../test-support/world.js';

const ofType = (desk: GrantDesk, type: LedgerEvent['type']) => desk.recorded.filter(({ event }) => event.type === type);
const refusal = (code: string, path?: string) =>
  expect.objectContaining(path === undefined ? { code } : { code, path }) as Error;

let desk: GrantDesk;
beforeEach(() => {
  desk = new GrantDesk();
});

describe('T1: intervals are half open, by the page’s time', () => {
  it('a charge sealed at the end cannot use the grant, one a millisecond before can', () => {
    const promo = desk.grant('10', { expiresAt: at(1) });
    desk.at(1 - 1 / HOUR).use(1);
    expect(desk.left).toEqual({ [promo]: 'active 9' });
    expect(desk.at(1).use(2)).toMatchObject({ receivable: { amount: `${2n * 10n ** 18n}` } });
    expect(desk.left).toEqual({ [promo]: 'expired 0' });
    expect(desk.has('breakage:promotional')).toBe('9');
  });

  it('one that begins at an instant pays from it on', () => {
    desk.grant('10', { effectiveAt: at(1) });
    expect(desk.at(1 - 1 / HOUR).use(1)).not.toHaveProperty('grants');
    desk.at(1);
    expect(desk.available).toBe('9');
  });
});

it('T3: what ends at an instant goes before what begins at it', () => {
  desk.grant('5', { effectiveAt: at(1), priority: 1 });
  desk.grant('4', { expiresAt: at(1) });
  desk.at(1);
  const acted = desk.recorded.slice(-2).map(({ event }) => [event.type, event.time, event.actor]);
  expect(acted).toEqual([
    ['GrantExpired', at(1), 'system:due'],
    ['GrantActivated', at(1), 'system:due'],
  ]);
});

describe('T4: late usage is paid by the grants of its booking', () => {
  it('of 09:59, booked 10:01: the ended grant is untouched, and the entry says so', () => {
    desk.grant('10', { expiresAt: at(1) });
    const mint = desk.mint('10');
    const event = desk.at(2).use(3, { time: at(0.5) });
    expect(event).toMatchObject({ late: { policy: 'booking' }, grants: mint });
    expect(desk.has('breakage:promotional')).toBe('10');
  });

  it('usage of a time after the last end is not late, nor is that of a customer whose grants never ended', () => {
    desk.grant('10', { expiresAt: at(1) });
    desk.at(2);
    expect(desk.use(3, { time: at(1) })).not.toHaveProperty('late');
    expect(desk.use(3, { time: at(0.5), customer: 'bolt' })).not.toHaveProperty('late');
  });
});

it('T5: finer digits are cut', () => {
  desk.grant('10', { expiresAt: '2030-01-01T00:00:00.0009Z' });
  expect(desk.recorded.at(-1)!.event).toMatchObject({ expiresAt: '2030-01-01T00:00:00.000Z' });
});

describe('G2: the order', () => {
  it('is priority, then the sooner end, then the older entry, whatever instant it begins at', () => {
    const ids = [
      desk.mint('1'),
      desk.grant('1', { expiresAt: at(9) }),
      desk.grant('1', { expiresAt: at(5) }),
      desk.grant('1', { expiresAt: at(5), effectiveAt: at(-5) }),
      desk.grant('1', { priority: 10 }),
      desk.grant('1', { priority: 900, expiresAt: at(1) }),
    ];
    const order = [4, 2, 3, 1, 0, 5].map((place) => ids[place]!);
    expect(desk.use(6)).toMatchObject({ grants: order.map((id) => `${id} 1000000000000000000`).join(' ') });
  });

  it('a grant that comes later and goes first interrupts the one in use', () => {
    const mint = desk.mint('10');
    desk.use(4);
    const promo = desk.grant('2', { priority: 1 });
    expect(desk.use(3)).toMatchObject({ grants: `${promo} 2000000000000000000 ${mint} 1000000000000000000` });
    expect(desk.left).toEqual({ [mint]: 'active 5', [promo]: 'spent 0' });
  });
});

describe('G3: only what was purchased or earned and has no end changes hands', () => {
  it('mint 10 + promo 7: 12 are refused, 10 go, the promo is left', () => {
    const promo = desk.grant('7');
    const mint = desk.mint('10');
    const sent = (tokens: bigint) => desk.order(send(`t${tokens}`, 'acme', 'bolt', tokens * 10n ** 18n))[0];
    expect(() => sent(12n)).toThrow(refusal('INSUFFICIENT_FUNDS', 'amount'));
    expect(() => sent(12n)).toThrow('acme can send 10, less than 12: only what was purchased or earned');
    expect(sent(10n)).toMatchObject({ grants: mint });
    expect(desk.left).toEqual({ [promo]: 'active 7', [mint]: 'spent 0' });
    expect(desk.views('bolt')).toMatchObject([{ kind: 'purchased', priority: 500, expiresAt: null, state: 'active' }]);
  });

  it('what was purchased and ends does not, what was earned without an end does', () => {
    desk.grant('3', { kind: 'purchased', expiresAt: at(1) });
    const earned = desk.grant('2', { kind: 'earned' });
    const [event] = desk.order(send('t', 'acme', 'bolt', 10n ** 18n));
    expect(event).toMatchObject({ grants: earned });
  });

  it('a burn takes in the order of all', () => {
    const promo = desk.grant('7', { priority: 1 });
    desk.mint('10');
    const burn = { type: 'BurnTokens', holder: 'acme', amount: parseAmount('2'), reason: 'r' };
    expect(desk.order(burn)).toMatchObject([{ grants: promo }]);
  });
});

it('G5: what begins later is pending, counts in the supply at once, and then covers what is owed', () => {
  desk.use(3);
  desk.grant('5', { effectiveAt: at(1) });
  expect([desk.has('customer:acme:pending'), desk.available, desk.has('issuance')]).toEqual(['5', '0', '-5']);
  desk.at(1);
  expect([desk.has('customer:acme:pending'), desk.available]).toEqual(['0', '2']);
  expect(desk.has('customer:acme:receivable')).toBe('0');
});

describe('G6: instants that cannot be', () => {
  it.each([
    ['an end that is now', { expiresAt: at(0) }],
    ['an end before the beginning', { effectiveAt: at(2), expiresAt: at(1) }],
    ['an end that is the beginning', { effectiveAt: at(2), expiresAt: at(2) }],
  ])('%s is refused', (_what, terms) => {
    expect(() => desk.grant('1', terms)).toThrow(refusal('GRANT_INVALID', 'expiresAt'));
  });

  it('a beginning that is over is kept as given, and pays at once', () => {
    desk.grant('1', { effectiveAt: at(-5) });
    expect(desk.recorded.at(-1)!.event).toMatchObject({ effectiveAt: at(-5) });
    expect(desk.available).toBe('1');
  });
});

describe('G8 and G9: voids, and the names of states', () => {
  const revoke = (grant: string) => desk.order({ type: 'VoidGrant', grant, reason: 'r' });

  it('a mint of 10, 3 used: a void gives 7 back', () => {
    const mint = desk.mint('10');
    desk.use(3);
    expect(revoke(mint)).toMatchObject([{ type: 'GrantVoided', amount: `${7n * 10n ** 18n}` }]);
    expect([desk.available, desk.left]).toEqual(['0', { [mint]: 'voided 0' }]);
  });

  it('a pending grant goes back from where it waits, and does not begin', () => {
    const promo = desk.grant('5', { effectiveAt: at(1) });
    revoke(promo);
    expect([desk.has('customer:acme:pending'), desk.has('issuance')]).toEqual(['0', '0']);
    desk.at(2);
    expect([desk.available, desk.state.due.size, desk.left]).toEqual(['0', 0, { [promo]: 'voided 0' }]);
  });

  it('what is spent, expired or voided is closed, and what never was is unknown', () => {
    const [spent, ended, voided] = [desk.mint('1'), desk.grant('2', { expiresAt: at(1) }), desk.grant('3')];
    desk.use(3);
    revoke(voided);
    desk.at(1);
    for (const grant of [spent, ended, voided]) expect(() => revoke(grant)).toThrow(refusal('GRANT_CLOSED'));
    for (const grant of ['0-99-0', '0-1-7', 'x', '0-1']) expect(() => revoke(grant)).toThrow(refusal('UNKNOWN_GRANT'));
  });

  it('used up before its end it stays spent, and nothing acts at its end', () => {
    const promo = desk.grant('2', { expiresAt: at(1) });
    desk.use(2);
    desk.at(2);
    expect([desk.left, ofType(desk, 'GrantExpired')]).toEqual([{ [promo]: 'spent 0' }, []]);
  });
});

it('G10: an end leaves the supply as it is, a void lowers it', () => {
  desk.grant('4', { expiresAt: at(1) });
  const other = desk.grant('3');
  desk.at(1);
  expect(desk.has('issuance')).toBe('-7');
  desk.order({ type: 'VoidGrant', grant: other, reason: 'r' });
  expect(desk.has('issuance')).toBe('-4');
});

it('G11: owes 3, promo 5 arrives: 2 remain, nothing is owed', () => {
  desk.use(3);
  const promo = desk.grant('5', { priority: 900 });
  expect(desk.left).toEqual({ [promo]: 'active 2' });
  expect(desk.has('customer:acme:receivable')).toBe('0');
  expect(ofType(desk, 'ReceivablesCovered')[0]!.event).toMatchObject({ grants: promo });
});

it('G14: the same request gives the same grant', () => {
  const request = { key: 'k', digest: 'd' };
  const asked = { type: 'IssueGrant', holder: 'acme', kind: 'earned', reason: 'r', amount: parseAmount('1'), request };
  const issue = () => desk.decide({ ...asked, time: at(0), provenance: WHO } as LedgerCommand);
  expect(issue()).toMatchObject({ replayed: false });
  expect(issue()).toMatchObject({ replayed: true, entry: { height: 1, index: 0 } });
  expect(desk.available).toBe('1');
});

describe('many small grants', () => {
  it('one charge uses fifty of them, and what is left is owed and covered from the next', () => {
    for (let i = 0; i < 60; i++) desk.mint('0.1');
    const event = desk.use(6);
    expect((event as { grants: string }).grants.split(' ')).toHaveLength(100);
    expect(event).toMatchObject({ receivable: { amount: `${10n ** 18n}` } });
    desk.order({ type: 'CoverReceivables', customer: 'acme' });
    expect([desk.available, desk.has('customer:acme:receivable')]).toEqual(['0', '0']);
  });

  it('those that are spent or have ended leave nothing behind but their row in the index', () => {
    for (let i = 0; i < 100; i++) {
      if (i % 2 === 0) desk.mint('1');
      else desk.grant('1', { kind: 'promotional', priority: i, expiresAt: at(999_999 + i) });
      desk.use(1);
    }
    desk.order({ type: 'VoidGrant', grant: desk.grant('1', { effectiveAt: at(999_999) }), reason: 'r' });
    desk.order({ type: 'VoidGrant', grant: desk.grant('1', { expiresAt: at(999_999) }), reason: 'r' });
    const { grants, due } = desk.state;
    expect([grants.byId.size, grants.pending.size, grants.funds.size, [...due], grants.index.size]).toEqual([
      ...[0, 0, 0, [], 102],
    ]);
  });
});
