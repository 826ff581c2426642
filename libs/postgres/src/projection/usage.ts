/** Usage by day, customer, provider, model and type: sums, so that a month's report reads a few hundred rows. */
import type { UsageCharged } from '#domain';
import type { Statement } from './statement.js';
import { dayText, formatQuantity, parseQuantity } from './text.js';

interface UsageSum {
  readonly day: string;
  readonly event: UsageCharged;
  events: number;
  amount: bigint;
  receivable: bigint;
  readonly meters: Map<string, { billionths: bigint; events: number }>;
}

export class UsageDraft {
  private readonly sums = new Map<string, UsageSum>();

  add(event: UsageCharged): void {
    const day = dayText(event.time);
    const key = `${day}\n${event.customer}\n${event.provider}\n${event.model}\n${event.usageType}`;
    let sum = this.sums.get(key);
    if (sum === undefined) {
      sum = { day, event, events: 0, amount: 0n, receivable: 0n, meters: new Map() };
      this.sums.set(key, sum);
    }
    sum.events++;
    sum.amount += BigInt(event.amount);
    if (event.receivable !== undefined) sum.receivable += BigInt(event.receivable.amount);
    for (const meter in event.meters) {
      const quantity = parseQuantity(event.meters[meter]!);
      const total = sum.meters.get(meter);
      if (total === undefined) sum.meters.set(meter, { billionths: quantity, events: 1 });
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
  return [
    sums.map(({ day }) => day),
    sums.map(({ event }) => event.customer),
    sums.map(({ event }) => event.provider),
    sums.map(({ event }) => event.model),
    sums.map(({ event }) => event.usageType),
  ];
}
