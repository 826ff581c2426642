/** Mutations of what grants pay, and of what begins and ends. */
import { members, twice, without, type Mutation, type Where } from './mutation.js';

const ofUsage =
  (id: string): Where =>
  ({ usage }) =>
    (usage as { id: string }).id === id;

export const OF_GRANTS = {
  GRANT_WRONG: {
    'a grant out of its order': members('UsageCharged', (event) => ({ ...event, grants: '0-1-0' }), ofUsage('granted')),
    'amounts of grants that are others': members(
      'UsageCharged',
      (event) => ({ ...event, grants: `${event['grants'] as string}1` }),
      ofUsage('granted-by-two'),
    ),
    'grants in another order': members(
      'UsageCharged',
      (event) => {
        const [first, given, second, rest] = (event['grants'] as string).split(' ');
        return { ...event, grants: [second, rest, first, given].join(' ') };
      },
      ofUsage('granted-by-two'),
    ),
    'a charge that does not say what paid it': members(
      'UsageCharged',
      ({ grants: _, ...event }) => event as object,
      ofUsage('granted'),
    ),
    'a transfer that takes what has an end': members(
      'TransferSent',
      (event) => ({ ...event, grants: '1-1-0' }),
      ({ transfer }) => transfer === 'granted-on',
    ),
    'a buy-back of what has an end': members('TokensBoughtBack', (event) => ({ ...event, grants: '1-1-0' })),
    'a buy-back of nobody’s grants': members('TokensBoughtBack', ({ grants: _, ...event }) => event as object),
    'a grant whose end is left out': without('GrantExpired'),
    'an end that leaves something': members('GrantExpired', (event) => ({ ...event, amount: '1' })),
    'an end at another instant': members('GrantExpired', (event) => ({ ...event, time: '2026-11-22T11:00:00Z' })),
    'a grant that ends twice': twice('GrantExpired'),
    'a grant that begins later': members(
      'GrantIssued',
      (event) => ({ ...event, effectiveAt: '2026-11-22T11:00:01Z' }),
      ({ amount }) => amount === '30',
    ),
    'a grant that ended when it was recorded': members(
      'GrantIssued',
      (event) => ({ ...event, expiresAt: '2026-01-01T00:00:00Z' }),
      ({ amount }) => amount === '50',
    ),
    'another order than the priorities give': members(
      'GrantIssued',
      (event) => ({ ...event, priority: 901 }),
      ({ amount }) => amount === '40',
    ),
    'a void of what is spent': twice('GrantVoided'),
    'late usage that does not say so': members(
      'UsageCharged',
      ({ late: _, ...event }) => event as object,
      ofUsage('granted-late'),
    ),
    'usage that came in time and is called late': members(
      'UsageCharged',
      (event) => ({ ...event, late: { policy: 'booking' } }),
      ofUsage('granted'),
    ),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
