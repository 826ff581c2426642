import fc from 'fast-check';
import { cutToCap, decayAmount, halvingAmount, inflationAmount, scaleCarry } from './schedule.js';

const RUNS = { numRuns: 1_000 };
const TOKEN = 10n ** 18n;
const anyAmount = fc.bigInt({ min: 0n, max: 10n ** 27n });
const fewEpochs = fc.integer({ min: 1, max: 20 });

describe('a schedule that halves', () => {
  it('emits 50 until its period is over, and 25 from that epoch on', () => {
    const amountOf = (epoch: number) => halvingAmount(50n * TOKEN, 210_000, epoch);
    expect([0, 209_999, 210_000, 419_999, 420_000].map(amountOf)).toEqual(
      [50n, 50n, 25n, 25n].map((tokens) => tokens * TOKEN).concat((25n * TOKEN) / 2n),
    );
  });

  it('emits as much in all as is known of the first one that was ever made: 50 coins of 10^8, halved every 210,000', () => {
    let sum = 0n;
    for (let era = 0; era < 64; era++) sum += halvingAmount(50n * 10n ** 8n, 210_000, era * 210_000) * 210_000n;
    expect(sum).toBe(2_099_999_997_690_000n);
  });

  it('never emits as much as twice its period of the first amount, and ends', () => {
    fc.assert(
      fc.property(anyAmount, fewEpochs, (initial, period) => {
        let sum = 0n;
        for (let era = 0; era <= 91; era++) sum += halvingAmount(initial, period, era * period) * BigInt(period);
        expect(sum).toBeLessThanOrEqual(2n * initial * BigInt(period));
        expect(halvingAmount(initial, period, 91 * period)).toBe(0n);
      }),
      RUNS,
    );
  });
});

describe('a schedule that decays', () => {
  it('emits a tenth of what remains: 10, 9 and 8.1 of 100', () => {
    let remaining = 100n * TOKEN;
    const amounts = [0, 1, 2].map(() => {
      const { amount, carried } = decayAmount(remaining, 9n, 10n);
      remaining = carried;
      return amount;
    });
    expect(amounts).toEqual([10n * TOKEN, 9n * TOKEN, (81n * TOKEN) / 10n]);
    expect(remaining).toBe((729n * TOKEN) / 10n);
  });

  it('adds up: what was emitted and what remains are what it began with, under one version and under several', () => {
    const anyPart = fc
      .tuple(fc.bigInt({ min: 1n, max: 10_000n }), fc.bigInt({ min: 1n, max: 10_000n }))
      .map(([num, more]) => ({ num, den: num + more }));
    fc.assert(
      fc.property(anyAmount, fc.array(fc.tuple(anyPart, fewEpochs), { maxLength: 4 }), (total, versions) => {
        let [remaining, sum] = [total, 0n];
        for (const [{ num, den }, epochs] of versions) {
          for (let n = 0; n < epochs; n++) {
            const { amount, carried } = decayAmount(remaining, num, den);
            [remaining, sum] = [carried, sum + amount];
          }
        }
        expect(sum + remaining).toBe(total);
        expect(remaining).toBeLessThanOrEqual(total);
      }),
      RUNS,
    );
  });
});

describe('a schedule of inflation', () => {
  it('divides a year’s 5 % of 1,000 tokens among 365 epochs that differ by an atto, 50 tokens in all', () => {
    let [carried, sum] = [0n, 0n];
    const amounts = new Set<bigint>();
    for (let n = 0; n < 365; n++) {
      const emitted = inflationAmount(1_000n * TOKEN, 500n, 365n, carried);
      amounts.add(emitted.amount);
      [carried, sum] = [emitted.carried, sum + emitted.amount];
    }
    expect(sum).toBe(50n * TOKEN);
    expect(carried).toBe(0n);
    expect([...amounts].sort((a, b) => (a < b ? -1 : 1))).toEqual([136_986_301_369_863_013n, 136_986_301_369_863_014n]);
  });

  it('loses nothing of an epoch, whatever the supply is: what was emitted and what is carried are all that is due', () => {
    fc.assert(
      fc.property(
        fc.array(anyAmount, { minLength: 1, maxLength: 40 }),
        fc.bigInt({ min: 0n, max: 10_000n }),
        fc.bigInt({ min: 1n, max: 10_000n }),
        (supplies, bps, epochs) => {
          let [carried, sum, due] = [0n, 0n, 0n];
          for (const supply of supplies) {
            const emitted = inflationAmount(supply, bps, epochs, carried);
            [carried, sum, due] = [emitted.carried, sum + emitted.amount, due + supply * bps];
            expect(carried).toBeLessThan(10_000n * epochs);
          }
          expect(sum * 10_000n * epochs + carried).toBe(due);
        },
      ),
      RUNS,
    );
  });

  it('carries on under a version with as many epochs, and names what another number of epochs cannot say', () => {
    expect(scaleCarry(7n, 365n, 365n)).toEqual({ carried: 7n, lost: 0n });
    expect(scaleCarry(7n, 12n, 5n)).toEqual({ carried: 2n, lost: 11n });
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10_000n }),
        fc.bigInt({ min: 1n, max: 10_000n }),
        fc.bigInt({ min: 0n, max: 10n ** 8n }),
        (epochs, newEpochs, some) => {
          const before = some % (10_000n * epochs);
          const { carried, lost } = scaleCarry(before, epochs, newEpochs);
          expect(carried * epochs + lost).toBe(before * newEpochs);
          expect(carried).toBeLessThan(10_000n * newEpochs);
        },
      ),
      RUNS,
    );
  });
});

describe('a cap', () => {
  it('of 100 leaves 5 of an emission of 6 where 95 are outstanding, and says that 1 was cut', () => {
    expect(cutToCap(6n, 100n, 95n)).toEqual({ amount: 5n, cut: 1n });
    expect(cutToCap(5n, 100n, 95n)).toEqual({ amount: 5n, cut: 0n });
    expect(cutToCap(6n, 100n, 120n)).toEqual({ amount: 0n, cut: 6n });
  });

  it('is never passed, and cuts nothing that fits', () => {
    fc.assert(
      fc.property(anyAmount, fc.array(fc.tuple(anyAmount, anyAmount), { maxLength: 20 }), (cap, epochs) => {
        let outstanding = 0n;
        for (const [due, burnt] of epochs) {
          const { amount, cut } = cutToCap(due, cap, outstanding);
          expect(amount + cut).toBe(due);
          if (outstanding + due <= cap) expect(cut).toBe(0n);
          outstanding += amount;
          expect(outstanding).toBeLessThanOrEqual(cap);
          outstanding -= burnt < outstanding ? burnt : outstanding;
        }
      }),
      RUNS,
    );
  });
});
