import fc from 'fast-check';
import { keccak256, stringToHex } from 'viem';
import { maxPayoutsPerBatch, settlementGasBound, TRANSACTION_GAS_MAX } from './gas.js';
import { batchKey, encodeSettle, headsDigest, LARGEST_PAYOUT, packPayouts } from './instruction.js';
import type { Address } from './wallet.js';

const wallet = fc.bigInt({ min: 1n, max: 2n ** 160n - 1n }).map((number): Address => `0x${pad(number, 40)}`);
const amount = fc.bigInt({ min: 1n, max: LARGEST_PAYOUT });

function pad(number: bigint, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}

describe('packed payouts', () => {
  it('carry every wallet and amount, strictly ascending by wallet, in whatever order they were given', () => {
    const payouts = fc.uniqueArray(fc.record({ wallet, amount }), { selector: (payout) => payout.wallet });
    fc.assert(
      fc.property(payouts, (given) => {
        const words = packPayouts(given).map(BigInt);
        const unpacked = words.map((word) => ({ wallet: `0x${pad(word >> 96n, 40)}`, amount: word & LARGEST_PAYOUT }));
        expect(unpacked).toEqual([...given].sort((left, right) => (left.wallet < right.wallet ? -1 : 1)));
      }),
    );
  });

  it('refuse a wallet twice, however it is spelled', () => {
    const twice: Address[] = [
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
    ];
    const payouts = twice.map((one) => ({ wallet: one, amount: 1n }));
    expect(() => packPayouts(payouts)).toThrow(/twice/);
  });

  it.each([0n, -1n, LARGEST_PAYOUT + 1n])('refuse an amount of %s', (wrong) => {
    expect(() => packPayouts([{ wallet: `0x${pad(1n, 40)}`, amount: wrong }])).toThrow(/not within/);
  });
});

describe('a batch', () => {
  it('of the largest size fits the gas of one transaction with a fifth to spare, and one more is refused', () => {
    expect(settlementGasBound(maxPayoutsPerBatch) * 5n).toBeLessThanOrEqual(TRANSACTION_GAS_MAX * 4n);
    const of = (count: number) => ({
      ...{ batchId: 'b', mint: 0n, burn: 0n, headsDigest: headsDigest([]) },
      payouts: Array.from({ length: count }, (_, index) => ({
        wallet: `0x${pad(BigInt(index + 1), 40)}` as const,
        amount: 1n,
      })),
    });
    expect(encodeSettle(of(maxPayoutsPerBatch)).length).toBeGreaterThan(maxPayoutsPerBatch * 64);
    expect(() => encodeSettle(of(maxPayoutsPerBatch + 1))).toThrow(
      expect.objectContaining({ code: 'batch_too_large' }) as Error,
    );
  });

  it('is known to the contract by the digest of its name', () => {
    expect(batchKey('2026-11-24')).toBe(keccak256(stringToHex('2026-11-24')));
    expect(() => batchKey('')).toThrow(/id/);
  });
});

describe('the digest of heads', () => {
  it('is that of one line per shard, ascending as numbers', () => {
    const heads = [
      { shard: 10, height: 3, hash: 'cc' },
      { shard: 2, height: 1, hash: 'aa' },
    ];
    expect(headsDigest(heads)).toBe(keccak256(stringToHex('2:1:aa\n10:3:cc\n')));
  });

  it('refuses two heads of a shard, fractions and separators in a hash', () => {
    const head = { shard: 0, height: 1, hash: 'aa' };
    expect(() => headsDigest([head, { ...head, height: 2 }])).toThrow(RangeError);
    expect(() => headsDigest([{ ...head, height: 1.5 }])).toThrow(RangeError);
    expect(() => headsDigest([{ ...head, hash: 'a:a' }])).toThrow(RangeError);
  });
});
