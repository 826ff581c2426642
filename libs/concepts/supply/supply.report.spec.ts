import type { BalanceGroup } from '#postgres';
import { describeSupply } from './supply.report.js';

const group = (name: string, balance: bigint): BalanceGroup => ({
  ...{ group: name, asset: 'AIR', accounts: 1 },
  ...(balance < 0n ? { debit: -balance, credit: 0n } : { debit: 0n, credit: balance }),
});

/** 100 minted, 10 paid out to a provider on chain 1. */
const books = [
  group('issuance', -100n),
  group('customer:*:available', 90n),
  group('chain:1:supply', 100n),
  group('chain:1:vault', -90n),
];
const supplyOf = (groups: BalanceGroup[], supplyAtLastCut: bigint, burnt = 0n) =>
  describeSupply(groups, {
    minted: { command: 70n, emission: 30n },
    burned: { command: 0n, buyBack: 0n, usage: burnt, reversal: 0n, slash: 0n },
    supplyAtLastCut,
  });

describe('the law of supply', () => {
  it('holds over one chain', () => {
    expect(supplyOf(books, 100n)).toMatchObject({ lawful: true, inFlight: '0' });
  });

  it('lets what is in flight be below zero only by what was burned since the last batch', () => {
    const burned = [group('issuance', -95n), group('customer:*:available', 85n), ...books.slice(2)];
    expect(supplyOf(burned, 100n, 5n)).toMatchObject({ lawful: true, inFlight: '-0.000000000000000005' });
    expect(supplyOf(burned, 99n, 5n)).toMatchObject({ lawful: false });
  });

  it('says the cap in force and what room it leaves: cap 100 and 95 outstanding leave 5, and above it there is none', () => {
    const at = (supply: bigint) =>
      describeSupply([group('issuance', -supply), group('customer:*:available', supply)], {
        minted: { command: supply, emission: 0n },
        burned: { command: 0n, buyBack: 0n, usage: 0n, reversal: 0n, slash: 0n },
        cap: { version: 3, cap: 100n },
      }).cap;
    expect(at(95n)).toEqual({ policy: 3, cap: '0.0000000000000001', room: '0.000000000000000005' });
    expect(at(101n)).toMatchObject({ room: '0' });
    expect(supplyOf(books, 100n).cap).toBeNull();
  });

  it('says what came into the supply by which cause, and is broken by a mint of no cause', () => {
    expect(supplyOf(books, 100n)).toMatchObject({
      ...{ minted: '0.0000000000000001', supply: '0.0000000000000001' },
      mintedBy: { command: '0.00000000000000007', emission: '0.00000000000000003' },
    });
    const causeless = [group('issuance', -101n), group('customer:*:available', 91n), ...books.slice(2)];
    const { lawful, checks } = supplyOf(causeless, 100n);
    expect(lawful).toBe(false);
    expect(checks.filter(({ agrees }) => !agrees)).toMatchObject([
      { name: 'supply = minted - burned', left: '0.000000000000000101', right: '0.0000000000000001' },
    ]);
  });

  it('is broken by a supply that was issued a second time, on another chain', () => {
    const twice = [...books, group('chain:2:supply', 100n), group('chain:2:vault', -100n)];
    const { lawful, checks, inFlight } = supplyOf(twice, 100n);
    expect([lawful, inFlight]).toEqual([false, '-0.0000000000000001']);
    expect(checks.filter(({ agrees }) => !agrees)).toMatchObject([
      { name: 'supply on all chains = supply at the cut of the last final batch' },
    ]);
  });
});
