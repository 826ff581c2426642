import fc from 'fast-check';
import { USAGE_ITEMS_MAX, type UsageItem } from '#concepts';
import { offsetRanges, sliceByShard } from './usage-slices.js';

/** Messages of one partition: ascending offsets with gaps, as a compacted or transactional topic has them. */
const batches = fc
  .array(fc.record({ shard: fc.nat(6), gap: fc.constantFrom(0, 0, 0, 1, 7) }), { minLength: 1, maxLength: 700 })
  .map((messages) => {
    let offset = 40;
    return messages.map(({ shard, gap }, index) => {
      offset += 1 + gap;
      const item: UsageItem = { index, offset, invalid: { id: '', code: 'X', detail: '' } };
      return { shard, item };
    });
  });

type Batch = readonly { readonly shard: number; readonly item: UsageItem }[];

function slice(batch: Batch) {
  return sliceByShard(
    batch.map(({ item }) => item),
    (item) => batch[item.index]!.shard,
  );
}

function ranges(batch: Batch) {
  const slices = slice(batch);
  const whole = {
    name: 't',
    partition: 3,
    from: batch[0]!.item.offset!,
    to: batch.at(-1)!.item.offset! + 1,
  };
  return { slices, whole, ranges: offsetRanges(slices, whole) };
}

describe('cutting a usage batch by shard', () => {
  it('puts every item into one slice of its shard and keeps the order within a shard', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const slices = slice(batch);
        for (const shard of new Set(batch.map((message) => message.shard))) {
          const sent = batch.filter((message) => message.shard === shard).map(({ item }) => item);
          expect(slices.filter((one) => one.shard === shard).flatMap(({ items }) => items)).toEqual(sent);
        }
      }),
    );
  });

  it('fills slices to the bound and never beyond it', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const slices = slice(batch);
        for (const [n, { shard, items }] of slices.entries()) {
          const isLast = !slices.slice(n + 1).some((other) => other.shard === shard);
          expect(items.length).toBeLessThanOrEqual(USAGE_ITEMS_MAX);
          if (!isLast) expect(items).toHaveLength(USAGE_ITEMS_MAX);
        }
      }),
    );
  });
});

describe('the offsets of the slices', () => {
  it('cover the whole batch in every shard, without a gap and without an overlap', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const cut = ranges(batch);
        for (const shard of new Set(cut.slices.map((one) => one.shard))) {
          const own = cut.ranges.filter((_, n) => cut.slices[n]!.shard === shard);
          expect(own[0]!.from).toBe(cut.whole.from);
          expect(own.at(-1)!.to).toBe(cut.whole.to);
          for (const [n, range] of own.entries()) {
            expect(range).toMatchObject({ name: 't', partition: 3 });
            expect(range.from).toBeLessThan(range.to);
            if (n > 0) expect(range.from).toBe(own[n - 1]!.to);
          }
        }
      }),
    );
  });

  it('hold each item in the range of its own slice', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const cut = ranges(batch);
        cut.slices.forEach(({ items }, n) => {
          for (const { offset } of items) {
            expect(offset).toBeGreaterThanOrEqual(cut.ranges[n]!.from);
            expect(offset).toBeLessThan(cut.ranges[n]!.to);
          }
        });
      }),
    );
  });

  it('need the offset of every item', () => {
    const items: UsageItem[] = Array.from({ length: 101 }, (_, index) => ({
      index,
      invalid: { id: '', code: 'X', detail: '' },
    }));
    expect(() =>
      offsetRanges(
        sliceByShard(items, () => 0),
        { name: 't', partition: 0, from: 0, to: 101 },
      ),
    ).toThrow('without an offset');
  });
});
