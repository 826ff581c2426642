/** Usage by day, customer, provider, model and type: sums, so that a month's report reads a few hundred rows. */
import {
  addTo,
  attoOf,
  column,
  dayText,
  formatQuantity,
  insert,
  NO_CHANGES,
  parseQuantity,
  table,
  type AccountKind,
  type RowChange,
  type Rows,
  type RowsContext,
  type RowsPart,
} from '#domain';
import { splitAccounts } from '../rating/split-policy.js';
import { fundsAccounts } from '../supply/funds.js';
import type { UsageCharged } from './charge.js';
import type { DrawnChanges } from './charging.rows.js';
import type { EarningsRun } from './earning.rows.js';
import type { UsageEvent } from './usage-batch.js';

/** Metered quantities by the usage's own UTC day. */
export const USAGE_TOTALS = table(
  'usage_totals',
  {
    day: column.day(),
    customer: column.key(),
    provider: column.key(),
    model: column.key(),
    usageType: column.key(),
    meter: column.key(),
    quantity: column.quantity(),
    events: column.wholeNumber(),
  },
  { key: ['day', 'customer', 'provider', 'model', 'usageType', 'meter'], fillfactor: 60 },
);

/** What usage cost, by the usage's own UTC day. */
export const USAGE_AMOUNTS = table(
  'usage_amounts',
  {
    day: column.day(),
    customer: column.key(),
    provider: column.key(),
    model: column.key(),
    usageType: column.key(),
    events: column.wholeNumber(),
    amount: column.amount(),
    /** The part that no balance covered when the usage was charged. */
    receivable: column.amount(),
  },
  {
    key: ['day', 'customer', 'provider', 'model', 'usageType'],
    fillfactor: 60,
    indexes: { usage_amounts_by_provider: { on: ['provider', 'day'] } },
    control: null,
  },
);

/** Which meters were used, whoever used them, by the usage's own UTC day: what a price book goes on pricing. */
export const METERS_IN_USE = table(
  'meters_in_use',
  {
    day: column.day(),
    usageType: column.key(),
    model: column.key(),
    provider: column.key(),
    /** Empty where the usage names none. */
    region: column.key(),
    meter: column.key(),
    events: column.wholeNumber(),
  },
  { key: ['day', 'usageType', 'model', 'provider', 'region', 'meter'], fillfactor: 60 },
);

/** A usage id that came again with another body. */
export const CONFLICTS = table(
  'conflicts',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    customer: column.text(),
    source: column.text(),
    id: column.text(),
    digest: column.text(),
    firstDigest: column.text(),
    recordedAt: column.instant(),
    origin: column.text(),
  },
  { key: ['shard', 'height', 'index'] },
);

/** A Kafka message that could not be applied. */
export const REJECTIONS = table(
  'rejections',
  {
    topic: column.key(),
    partition: column.integer(),
    offset: column.wholeNumber(),
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    code: column.text(),
    detail: column.text(),
    recordedAt: column.instant(),
  },
  { key: ['topic', 'partition', 'offset', 'shard', 'height', 'index'] },
);

export const usageTables = [USAGE_TOTALS, USAGE_AMOUNTS, METERS_IN_USE, CONFLICTS, REJECTIONS] as const;

/** What came to the accounts that the shares of usage go to is added up. */
export const usageTotals: readonly AccountKind[] = [
  splitAccounts.providerPayable,
  splitAccounts.treasuryFees,
  splitAccounts.stakingRewards,
  fundsAccounts.issuance,
];

/** What of a charge is summed up. */
export type Summed = Pick<
  UsageCharged,
  'time' | 'customer' | 'provider' | 'model' | 'usageType' | 'region' | 'meters' | 'amount'
> & { readonly receivable?: { readonly amount: string } };

const ONCE = 1n;
const NEVER = -1n;

interface UsageSum {
  /** Day, customer, provider, model and type as the tables hold them. */
  readonly dimensions: readonly [day: string, customer: string, provider: string, model: string, usageType: string];
  events: number;
  amount: bigint;
  receivable: bigint;
  readonly meters: Map<string, { billionths: bigint; events: number }>;
  /** Of the events that name a region: how many had a meter, by region and meter. */
  regional?: Map<string, Map<string, number>>;
  /** Regions and meters of which something was taken out: they were in use, whatever is left. */
  takenOut?: Set<string>;
}

interface MeterInUse {
  /** Day, type, model, provider, region and meter as the table holds them. */
  readonly key: readonly [
    day: string,
    usageType: string,
    model: string,
    provider: string,
    region: string,
    meter: string,
  ];
  events: number;
}

/** What a run of pages adds to the sums. */
export class UsageSums implements RowsPart {
  private readonly sums = new Map<string, UsageSum>();
  private readonly keyText: RowsContext['keyText'];

  constructor({ keyText }: RowsContext) {
    this.keyText = keyText;
  }

  add(event: Summed, recordedAt: string): void {
    this.count(event, recordedAt, 1);
  }

  /** Takes out what was added, on its own day. */
  takeOut(event: Summed, recordedAt: string): void {
    const sum = this.count(event, recordedAt, -1);
    const region = event.region === undefined ? '' : this.keyText(event.region);
    sum.takenOut ??= new Set();
    for (const meter in event.meters) sum.takenOut.add(nameInUse(region, this.keyText(meter)));
  }

  /** Usage without a day that can be read counts on the day of its record. @param sign 1 or -1 */
  private count(event: Summed, recordedAt: string, sign: 1 | -1): UsageSum {
    const dimensions = [
      dayText(event.time) ?? recordedAt.slice(0, 10),
      this.keyText(event.customer),
      this.keyText(event.provider),
      this.keyText(event.model),
      this.keyText(event.usageType),
    ] as const;
    // No text of a table holds NUL, so no two rows share a key.
    const key = dimensions.join('\0');
    let sum = this.sums.get(key);
    if (sum === undefined) {
      sum = { dimensions, events: 0, amount: 0n, receivable: 0n, meters: new Map() };
      this.sums.set(key, sum);
    }
    const times = sign === 1 ? ONCE : NEVER;
    sum.events += sign;
    sum.amount += times * attoOf(event.amount);
    if (event.receivable !== undefined) sum.receivable += times * attoOf(event.receivable.amount);
    for (const meter in event.meters) {
      const quantity = times * parseQuantity(event.meters[meter]);
      const name = this.keyText(meter);
      const total = sum.meters.get(name);
      if (total === undefined) sum.meters.set(name, { billionths: quantity, events: sign });
      else {
        total.billionths += quantity;
        total.events += sign;
      }
    }
    if (event.region !== undefined) this.addRegional(sum, this.keyText(event.region), event, sign);
    return sum;
  }

  private addRegional(sum: UsageSum, region: string, { meters }: Summed, sign: 1 | -1): void {
    sum.regional ??= new Map();
    let counts = sum.regional.get(region);
    if (counts === undefined) sum.regional.set(region, (counts = new Map()));
    for (const meter in meters) {
      const name = this.keyText(meter);
      counts.set(name, (counts.get(name) ?? 0) + sign);
    }
  }

  /** Rows go in key order, so that projections of several shards cannot lock each other out. */
  changes(): readonly RowChange[] {
    if (this.sums.size === 0) return NO_CHANGES;
    const sums = [...this.sums.keys()].sort((a, b) => (a < b ? -1 : 1)).map((key) => this.sums.get(key)!);
    const meters = sums.flatMap((sum) =>
      [...sum.meters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([meter, total]) => ({ sum, meter, total })),
    );
    return [
      addTo(USAGE_AMOUNTS, {
        ...dimensionsOf(sums),
        events: sums.map(({ events }) => events),
        amount: sums.map(({ amount }) => amount),
        receivable: sums.map(({ receivable }) => receivable),
      }),
      addTo(USAGE_TOTALS, {
        ...dimensionsOf(meters.map(({ sum }) => sum)),
        meter: meters.map(({ meter }) => meter),
        quantity: meters.map(({ total }) => formatQuantity(total.billionths)),
        events: meters.map(({ total }) => total.events),
      }),
      addTo(METERS_IN_USE, inUseColumns(this.sums.values())),
    ];
  }
}

/** Of what is in use on a day, of one type, model and provider. */
const nameInUse = (region: string, meter: string): string => `${region}\0${meter}`;

function inUseColumns(sums: Iterable<UsageSum>) {
  const found = new Map<string, MeterInUse>();
  for (const sum of sums) countInUse(found, sum);
  const rows = [...found.keys()].sort((a, b) => (a < b ? -1 : 1)).map((key) => found.get(key)!);
  return {
    day: rows.map(({ key }) => key[0]),
    usageType: rows.map(({ key }) => key[1]),
    model: rows.map(({ key }) => key[2]),
    provider: rows.map(({ key }) => key[3]),
    region: rows.map(({ key }) => key[4]),
    meter: rows.map(({ key }) => key[5]),
    events: rows.map(({ events }) => events),
  };
}

const NO_REGIONS: NonNullable<UsageSum['regional']> = new Map();

function countInUse(
  found: Map<string, MeterInUse>,
  { dimensions: [day, , provider, model, usageType], meters, regional = NO_REGIONS, takenOut }: UsageSum,
): void {
  const count = (region: string, meter: string, events: number) => {
    // In a longer run of pages what was added and taken out may be nothing: its row is there as after two runs.
    if (events === 0 && takenOut?.has(nameInUse(region, meter)) !== true) return;
    const key = [day, usageType, model, provider, region, meter] as const;
    const name = key.join('\0');
    const known = found.get(name);
    if (known === undefined) found.set(name, { key, events });
    else known.events += events;
  };
  const named = new Map<string, number>();
  for (const [region, counts] of regional) {
    for (const [meter, events] of counts) {
      count(region, meter, events);
      named.set(meter, (named.get(meter) ?? 0) + events);
    }
  }
  for (const [meter, { events }] of meters) count('', meter, events - (named.get(meter) ?? 0));
}

function dimensionsOf(sums: readonly UsageSum[]) {
  return {
    day: sums.map(({ dimensions }) => dimensions[0]),
    customer: sums.map(({ dimensions }) => dimensions[1]),
    provider: sums.map(({ dimensions }) => dimensions[2]),
    model: sums.map(({ dimensions }) => dimensions[3]),
    usageType: sums.map(({ dimensions }) => dimensions[4]),
  };
}

/** What writers of usage need. */
export interface UsageRun {
  readonly usage: UsageSums;
}

/** @param drawn what the sources that paid a charge say of it */
export const createUsageRows = <Run extends UsageRun & EarningsRun>(
  drawn: DrawnChanges<Run>,
): Rows<UsageEvent, Run> => ({
  UsageCharged: {
    entry: ({ customer, provider, amount }) => ({ holder: customer, counterparty: provider, amount }),
    movement: null,
    changes: (event, position, recordedAt, run) => {
      run.usage.add(event, recordedAt);
      run.earnings.count(event, recordedAt, 1);
      return drawn(event, position, recordedAt, run);
    },
  },
  UsageConflicted: {
    entry: ({ customer }) => ({ holder: customer }),
    movement: null,
    changes: ({ customer, usage, firstDigest, origin }, { shard, height, index }, recordedAt) => {
      const { source, id, digest } = usage;
      const conflict = { customer, source, id, digest, firstDigest, recordedAt, origin };
      return [insert(CONFLICTS, { shard, height, index, ...conflict })];
    },
  },
  UsageRejected: {
    entry: () => ({}),
    movement: null,
    changes: ({ topic, partition, offset, code, detail }, { shard, height, index }, recordedAt) => [
      insert(REJECTIONS, { topic, partition, offset, shard, height, index, code, detail, recordedAt }),
    ],
  },
  UsageBatchAnswered: { entry: () => ({}), movement: null, changes: null },
});
