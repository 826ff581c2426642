/** Mutations of what reversals take back. */
import { members, more, twice, without, type Event, type Mutation } from './mutation.js';

interface Part {
  readonly amount: string;
  readonly grants: string;
}
const part = (event: Event, name: string): Part => event[name] as Part;
const original = (event: Event): object => event['original'] as object;
const has =
  (name: string) =>
  (event: Event): boolean =>
    event[name] !== undefined;

export const OF_REVERSALS = {
  REVERSAL_WRONG: {
    'a reversal that stands twice': twice('EntryReversed'),
    'a reversal of another amount': members('EntryReversed', (event) => ({ ...event, amount: more(event['amount']) })),
    'a reversal of what was never done': members('EntryReversed', (event) => ({
      ...event,
      original: { ...original(event), time: '2026-01-01T00:00:00Z' },
    })),
    'a reversal that gives to other grants': members(
      'EntryReversed',
      (event) => ({ ...event, returned: { ...part(event, 'returned'), grants: '0-1-1' } }),
      has('returned'),
    ),
    'a reversal that keeps what was covered': members(
      'EntryReversed',
      ({ covers: _, ...event }) => event as object,
      has('covers'),
    ),
    'a reversal that does not say what it cancels': members(
      'EntryReversed',
      ({ cancelled: _, ...event }) => event as object,
      has('cancelled'),
    ),
    'what lapsed called returned': members(
      'EntryReversed',
      ({ lapsed, ...event }) => ({ ...event, returned: lapsed }),
      has('lapsed'),
    ),
    'a clawback that is not filled': without('ClawbackFilled'),
    'a clawback that is filled with less': members('ClawbackFilled', (event) => ({ ...event, amount: '1' })),
    'a reversal that is restored twice': twice('EntryRestored'),
    'a restoration of what its reversal had not taken back': members('EntryRestored', (event) => ({
      ...event,
      original: { ...original(event), time: '2026-01-01T00:00:00Z' },
    })),
    'a restoration of another amount': members('EntryRestored', (event) => ({
      ...event,
      amount: more(event['amount']),
    })),
    'a restoration that other grants pay': members(
      'EntryRestored',
      (event) => ({ ...event, paid: { ...part(event, 'paid'), grants: '0-1-1' } }),
      has('paid'),
    ),
    'a restoration that leaves nothing to be owed': members(
      'EntryRestored',
      ({ receivable: _, ...event }) => event as object,
      has('receivable'),
    ),
    'a restoration that counts on another day': members(
      'EntryRestored',
      (event) => ({ ...event, budgeted: { ...(event['budgeted'] as object), day: '2026-11-01' } }),
      has('budgeted'),
    ),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
