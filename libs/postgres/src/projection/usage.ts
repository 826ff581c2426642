/** Usage by day, customer, provider, model and type: sums, so that a month's report reads a few hundred rows. */
import type { UsageCharged } from '#concepts';
import type { Statement } from './statement.js';
import { attoOf, dayText, formatQuantity, keyText, parseQuantity } from './text.js';

interface UsageSum {
  /** Day, customer, provider, model and type as the tables hold them. */
  readonly dimensions: readonly string[];
  events: number;
  amount: bigint;
  receivable: bigint;
  readonly meters: Map<string, { billionths: bigint; events: number }>;
}

export class UsageDraft {
  private readonly sums = new Map<string, UsageSum>();

  /** Usage without a day that can be read counts on the day of its record. */
  add(event: UsageCharged, recordedAt: string): void {
    const dimensions = [
      dayText(event.time) ?? recordedAt.slice(0, 10),
      keyText(event.customer),
      keyText(event.provider),
      keyText(event.model),
      keyText(event.usageType),
    ];
    // No text of a table holds NUL, so no two rows share a key.
    const key = dimensions.join('\0');
    let sum = this.sums.get(key);
    if (sum === undefined) {
      sum = { dimensions, events: 0, amount: 0n, receivable: 0n, meters: new Map() };
      this.sums.set(key, sum);
    }
    sum.events++;
    sum.amount += attoOf(event.amount);
    if (event.receivable !== undefined) sum.receivable += attoOf(event.receivable.amount);
    for (const meter in event.meters) {
      const quantity = parseQuantity(event.meters[meter]);
      const name = keyText(meter);
      const total = sum.meters.get(name);
      if (total === undefined) sum.meters.set(name, { billionths: quantity, events: 1 });
      else {
        total.billionths += quantity;
        total.events++;
      }
    }
  }

  /** Rows go in key order, so that projections of several shards cannot lock each other out. */
  statements(): Statement[] {
    if (this.sums.size === 0) return [];
    const sums = [...this.sums.keys()].sort((a, b) => (a < b ? -1 : 1)).map((key) => this.sums.get(key)!);
    const meters = sums.flatMap((sum) =>
      [...sum.meters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([meter, total]) => ({ sum, meter, total })),
    );
    return [
      {
        text: `
          INSERT INTO usage_amounts AS known (day, customer, provider, model, usage_type, events, amount, receivable)
          SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::numeric[], $8::numeric[])
          ON CONFLICT (day, customer, provider, model, usage_type) DO UPDATE SET
            events = known.events + excluded.events, amount = known.amount + excluded.amount,
            receivable = known.receivable + excluded.receivable`,
        values: [
          ...dimensions(sums),
          sums.map(({ events }) => events),
          sums.map(({ amount }) => amount.toString()),
          sums.map(({ receivable }) => receivable.toString()),
        ],
      },
      {
        text: `
          INSERT INTO usage_totals AS known (day, customer, provider, model, usage_type, meter, quantity, events)
          SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::numeric[], $8::bigint[])
          ON CONFLICT (day, customer, provider, model, usage_type, meter) DO UPDATE SET
            quantity = known.quantity + excluded.quantity, events = known.events + excluded.events`,
        values: [
          ...dimensions(meters.map(({ sum }) => sum)),
          meters.map(({ meter }) => meter),
          meters.map(({ total }) => formatQuantity(total.billionths)),
          meters.map(({ total }) => total.events),
        ],
      },
    ];
  }
}

function dimensions(sums: readonly UsageSum[]): string[][] {
  return [0, 1, 2, 3, 4].map((place) => sums.map(({ dimensions: values }) => values[place]!));
}
