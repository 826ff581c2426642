/** Open receivables: usage that no balance covered yet. A covered one leaves the table; its entries tell the story. */
import { createHash } from 'node:crypto';
import type { ReceivablesCovered, UsageCharged } from '#concepts';
import type { EntryPosition } from '#domain';
import type { Statement } from './statement.js';
import { attoOf, instantText } from './text.js';

interface OpenedHere {
  readonly event: UsageCharged;
  readonly position: EntryPosition;
  readonly amount: bigint;
  open: bigint;
}

/** SHA-256 of the JSON array of source and id, hex. */
export function usageKey(source: string, id: string): string {
  return createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest('hex');
}

export class ReceivablesDraft {
  private readonly opened = new Map<string, OpenedHere>();
  /** What pages of this run covered of receivables that are in the table already. */
  private readonly covered = new Map<string, { readonly customer: string; readonly key: string; amount: bigint }>();

  constructor(private readonly shard: number) {}

  open(event: UsageCharged, position: EntryPosition): void {
    if (event.receivable === undefined) return;
    const amount = attoOf(event.receivable.amount);
    const key = usageKey(event.usage.source, event.usage.id);
    this.opened.set(`${event.customer}\n${key}`, { event, position, amount, open: amount });
  }

  cover(event: ReceivablesCovered): void {
    for (const { source, id, amount } of event.covered) {
      const usage = usageKey(source, id);
      const key = `${event.customer}\n${usage}`;
      const here = this.opened.get(key);
      if (here !== undefined) {
        here.open -= attoOf(amount);
        continue;
      }
      const before = this.covered.get(key);
      if (before === undefined) {
        this.covered.set(key, { customer: event.customer, key: usage, amount: attoOf(amount) });
      } else before.amount += attoOf(amount);
    }
  }

  statements(): Statement[] {
    const statements: Statement[] = [];
    const covered = [...this.covered.values()];
    if (covered.length > 0) {
      const keys = [this.shard, covered.map(({ customer }) => customer), covered.map(({ key }) => key)];
      statements.push(
        {
          text: `
            UPDATE receivables SET amount_open = amount_open - part.amount
            FROM unnest($2::text[], $3::text[], $4::numeric[]) AS part (customer, usage_key, amount)
            WHERE shard = $1 AND receivables.customer = part.customer AND receivables.usage_key = part.usage_key
              AND amount_open >= part.amount`,
          values: [...keys, covered.map(({ amount }) => amount.toString())],
          rows: covered.length,
        },
        {
          text: `
            DELETE FROM receivables USING unnest($2::text[], $3::text[]) AS part (customer, usage_key)
            WHERE shard = $1 AND receivables.customer = part.customer AND receivables.usage_key = part.usage_key
              AND amount_open = 0`,
          values: keys,
        },
      );
    }
    const opened = [...this.opened.values()].filter(({ open }) => open > 0n);
    if (opened.length > 0) statements.push(this.insert(opened));
    return statements;
  }

  private insert(opened: readonly OpenedHere[]): Statement {
    return {
      text: `
        INSERT INTO receivables (shard, customer, usage_key, source, id, provider, amount, amount_open, height, index, time)
        SELECT $1::int, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::numeric[],
          $8::numeric[], $9::bigint[], $10::int[], $11::timestamptz[])`,
      values: [
        this.shard,
        opened.map(({ event }) => event.customer),
        opened.map(({ event }) => usageKey(event.usage.source, event.usage.id)),
        opened.map(({ event }) => event.usage.source),
        opened.map(({ event }) => event.usage.id),
        opened.map(({ event }) => event.provider),
        opened.map(({ amount }) => amount.toString()),
        opened.map(({ open }) => open.toString()),
        opened.map(({ position }) => position.height),
        opened.map(({ position }) => position.index),
        opened.map(({ event }) => instantText(event.time)),
      ],
    };
  }
}
