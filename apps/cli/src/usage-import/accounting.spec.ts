import fc from 'fast-check';
import { ImportAccounting, MeterTotals } from './accounting.js';
import { usageRow, type Row, type SkipClass, type UsageRow } from './row.js';

const usageAt = (line: number): UsageRow =>
  usageRow(line, {
    id: `e-${line}`,
    source: 'test',
    customer: 'acme',
    provider: 'p1',
    model: 'm1',
    time: '2026-01-01T00:00:00Z',
    meters: { input_tokens: String(line) },
  });

const skippedAt = (line: number, skipClass: SkipClass): Row => ({
  kind: 'skipped',
  line,
  class: skipClass,
  reason: 'r',
  row: '',
});

type Fate = 'accepted' | 'duplicate' | 'conflict' | 'rejected' | SkipClass;
const fate = fc.constantFrom<Fate>(
  'accepted',
  'duplicate',
  'conflict',
  'rejected',
  'failed',
  'unfinished',
  'blank',
  'malformed',
);

describe('import accounting', () => {
  it('adds up for every mixture of rows, answers and an early end', () => {
    fc.assert(
      fc.property(
        fc.array(fate, { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        (fates, size, breaksOff) => {
          const accounting = new ImportAccounting();
          const batch: { row: UsageRow; fate: Fate }[] = [];
          const counted = new Map<Fate, number>();
          const answer = () => {
            for (const entry of batch) counted.set(entry.fate, (counted.get(entry.fate) ?? 0) + 1);
            const count = (of: Fate) => batch.filter((entry) => entry.fate === of).length;
            const rejected = batch.flatMap((entry, index) =>
              entry.fate === 'rejected' ? [{ index, code: 'UNKNOWN_MODEL', detail: 'd' }] : [],
            );
            accounting.answer(
              batch.map((entry) => entry.row),
              { accepted: count('accepted'), duplicates: count('duplicate'), conflicts: count('conflict'), rejected },
              0,
            );
            batch.length = 0;
          };
          fates.forEach((of, index) => {
            const isUsage = ['accepted', 'duplicate', 'conflict', 'rejected'].includes(of);
            const row = isUsage ? usageAt(index) : skippedAt(index, of as SkipClass);
            accounting.read(row);
            if (row.kind === 'skipped') return;
            accounting.send(row);
            batch.push({ row, fate: of });
            if (batch.length === size) answer();
          });
          if (!breaksOff) answer();
          expect(accounting.rows).toBe(fates.length);
          expect(accounting.addsUp).toBe(true);
          expect(accounting.unsent).toBe(batch.length);
          expect(accounting.accepted).toBe(counted.get('accepted') ?? 0);
          expect(accounting.duplicates).toBe(counted.get('duplicate') ?? 0);
          expect(accounting.conflicts).toBe(counted.get('conflict') ?? 0);
          expect(accounting.rejected).toBe(counted.get('rejected') ?? 0);
        },
      ),
    );
  });

  it('keeps the first ten lines of each class and code', () => {
    const accounting = new ImportAccounting();
    for (let line = 2; line < 30; line += 1) accounting.read(skippedAt(line, 'failed'));
    expect(accounting.skippedByClass['failed']).toEqual({
      count: 28,
      firstLines: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      firstReason: 'r',
    });
  });

  it('leaves rejected events out of what is recorded, and batches whose conflicts cannot be told apart', () => {
    const accounting = new ImportAccounting();
    const batch = [usageAt(10), usageAt(20)];
    accounting.answer(
      batch,
      { accepted: 1, duplicates: 0, conflicts: 0, rejected: [{ index: 1, code: 'X', detail: '' }] },
      0,
    );
    accounting.answer([usageAt(100)], { accepted: 0, duplicates: 0, conflicts: 1, rejected: [] }, 0);
    expect(accounting.metersRecorded.toRecord()).toEqual({ input_tokens: '10' });
    expect(accounting.unattributed).toBe(1);
  });

  it('sees no problem in requests that failed, and one in rows that nobody understands', () => {
    const accounting = new ImportAccounting();
    accounting.read(skippedAt(2, 'failed'));
    accounting.read(skippedAt(3, 'unfinished'));
    expect(accounting.hasProblems).toBe(false);
    accounting.read(skippedAt(4, 'malformed'));
    expect(accounting.hasProblems).toBe(true);
  });
});

describe('meter totals', () => {
  it('add fractions exactly and ignore what is no quantity', () => {
    const totals = new MeterTotals();
    for (let turn = 0; turn < 10; turn += 1) totals.add({ gpu_seconds: '0.1', input_tokens: '999999999999999999' });
    totals.add({ gpu_seconds: '-1', images: '1e3' });
    expect(totals.toRecord()).toEqual({ gpu_seconds: '1', input_tokens: '9999999999999999990' });
  });
});
