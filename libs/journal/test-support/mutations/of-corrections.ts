/** Mutations of what takes the place of a usage. */
import { members, without, type Event, type Mutation } from './mutation.js';

interface Corrects {
  readonly entry: string;
  readonly by: string;
}
const corrects = (event: Event): Corrects | undefined => event['corrects'] as Corrects | undefined;
const by =
  (what: string) =>
  (event: Event): boolean =>
    corrects(event)?.by === what;
const because =
  (cause: string) =>
  (event: Event): boolean =>
    event['cause'] === cause;
const ofGrant = (event: Event): boolean => (event['original'] as { readonly charge?: object }).charge === undefined;

export const OF_CORRECTIONS = {
  CORRECTION_WRONG: {
    'a usage that is taken back for another charge which never comes': without('UsageCharged', by('replacement')),
    'a charge that takes the place of what was not taken back': members('UsageCharged', (event) => ({
      ...event,
      corrects: { entry: '0-1-0', by: 'replacement' },
    })),
    'a replacement that names another entry': members(
      'UsageCharged',
      (event) => ({ ...event, corrects: { ...corrects(event)!, entry: '0-1-0' } }),
      by('replacement'),
    ),
    'a replacement of another usage': members(
      'UsageCharged',
      (event) => ({ ...event, usage: { ...(event['usage'] as object), id: 'another' } }),
      by('replacement'),
    ),
    'a replacement that is called a rerating': members(
      'UsageCharged',
      (event) => ({ ...event, corrects: { ...corrects(event)!, by: 'rerating' } }),
      by('replacement'),
    ),
    'a void usage that something was to take the place of': members(
      'EntryReversed',
      (event) => ({ ...event, cause: 'replacement' }),
      because('usage-correction'),
    ),
    'a grant that is taken back as a usage is': members(
      'EntryReversed',
      (event) => ({ ...event, cause: 'usage-correction' }),
      ofGrant,
    ),
  },
  AMOUNT_WRONG: {
    'a usage that is rated again by a book that gives another amount': members(
      'UsageCharged',
      (event) => ({ ...event, priceBook: 8 }),
      (event) => by('rerating')(event) && event['priceBook'] === 7 && event['usdRate'] !== undefined,
    ),
    'a usage that is rated again by another split policy than it had': members(
      'UsageCharged',
      (event) => ({ ...event, splitPolicy: event['splitPolicy'] === 1 ? 2 : 1 }),
      by('rerating'),
    ),
    'a usage that is rated again and counts after what came later': members(
      'UsageCharged',
      (event) => ({ ...event, counted: { ...(event['counted'] as object), month: '2026-03' } }),
      (event) => by('rerating')(event) && event['counted'] !== undefined,
    ),
  },
  USAGE_TWICE: {
    'a replacement that does not say so': members(
      'UsageCharged',
      ({ corrects: _, ...event }) => event as object,
      by('replacement'),
    ),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
