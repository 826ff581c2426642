/** Mutations of what counts in budgets and of the thresholds that are told, by the law that they break. */
import { SAVERS } from '../history.js';
import { firstOf, members, more, twice, without, type Event, type Where } from './mutation.js';

const isUsage =
  (id: string): Where =>
  ({ usage }) =>
    (usage as { id: string }).id === id;
const isTeam: Where = ({ path }) => path === `${SAVERS[0]}/team`;
const isLowered: Where = (event) => isTeam(event) && event['from'] === undefined;
const lacking = (event: Event, name: string): object =>
  Object.fromEntries(Object.entries(event).filter(([one]) => one !== name));
/** What a charge says of its budgets, with one member changed, or left out. */
const counted =
  (name: string, change: (value: unknown) => unknown) =>
  (event: Event): object => {
    const said = event['budgeted'] as Event;
    const value = change(said[name]);
    return { ...event, budgeted: value === undefined ? lacking(said, name) : { ...said, [name]: value } };
  };
const isLate: Where = isUsage('late');
const JOBS = `${SAVERS[0]}/jobs`;
const isJob: Where = ({ budget }) => budget === JOBS;
const isCaptured = (name: string): Where => {
  return ({ budgeted }) => (budgeted as Event | undefined)?.[name] !== undefined;
};

export const OF_BUDGETS = {
  BUDGET_WRONG: {
    'more used than a ceiling leaves': members(
      'UsageCharged',
      counted('beyond', () => undefined),
      isUsage('beyond'),
    ),
    'less used than a ceiling leaves': members('UsageCharged', counted('beyond', more), isUsage('beyond')),
    'usage that a budget refuses': members(
      'UsageCharged',
      (event) => ({ ...event, budget: `${SAVERS[0]}/other` }),
      isUsage('unnamed'),
    ),
    'usage of a budget that is none': members(
      'UsageCharged',
      (event) => ({ ...event, budget: `${SAVERS[0]}/typo` }),
      isUsage('within'),
    ),
    'usage that counts nowhere': members('UsageCharged', (event) => lacking(event, 'budgeted'), isUsage('within')),
    'usage without a path that passes by the root': members(
      'UsageCharged',
      (event) => lacking(event, 'budgeted'),
      isUsage('unnamed'),
    ),
    'usage that counts though nobody set a budget': members(
      'UsageCharged',
      (event) => ({ ...event, budgeted: { day: '2026-11-22' } }),
      isLate,
    ),
    'usage that counts on another day': members(
      'UsageCharged',
      counted('day', () => '2026-11-21'),
      isUsage('within'),
    ),
    'a budget that begins to count earlier': members('BudgetSet', (event) => ({
      ...event,
      from: '2026-11-21T10:00:00.000Z',
    })),
    'a budget that begins to count anew': members(
      'BudgetSet',
      (event) => ({ ...event, from: '2026-11-22T10:00:00.000Z' }),
      isLowered,
    ),
    'a limit that is lower': members('BudgetSet', (event) => ({ ...event, limit: '99' }), isTeam),
    'a limit below what a hold reserves': members(
      'BudgetSet',
      (event) => ({ ...event, limit: '19' }),
      ({ path }) => path === JOBS,
    ),
    'a hold in a budget that is none': members(
      'HoldReserved',
      (event) => ({ ...event, budget: `${SAVERS[0]}/typo` }),
      isJob,
    ),
    'a hold in a budget that has no room for it': members(
      'HoldReserved',
      (event) => ({ ...event, budget: `${SAVERS[0]}/other` }),
      isJob,
    ),
    'a hold that leaves its budget out': members('HoldReserved', (event) => lacking(event, 'budget'), isJob),
    'usage that hides where its hold counts': members(
      'UsageCharged',
      counted('path', () => undefined),
      isUsage('held'),
    ),
    'usage that says where its hold counts, and names the same': members(
      'UsageCharged',
      (event) => ({ ...event, budget: JOBS }),
      isUsage('held'),
    ),
    'usage that has a hold and is not owed beyond its ceiling': members(
      'UsageCharged',
      counted('beyond', () => undefined),
      isUsage('held-beyond'),
    ),
    'a capture that counts nowhere': members('HoldCaptured', (event) => lacking(event, 'budgeted'), isCaptured('path')),
    'a capture that counts elsewhere': members(
      'HoldCaptured',
      counted('path', () => `${SAVERS[0]}/other`),
      isCaptured('path'),
    ),
    'a capture that counts on another day': members(
      'HoldCaptured',
      counted('day', () => '2026-11-21'),
    ),
    'a late capture of more than its ceiling leaves': members(
      'HoldCaptured',
      counted('beyond', () => undefined),
      isCaptured('beyond'),
    ),
    'a budget of somebody else': members('BudgetSet', (event) => ({ ...event, path: 'somebody/team' }), isTeam),
  },
  THRESHOLD_WRONG: {
    'a threshold that is not told': without('BudgetThresholdsReached'),
    'a threshold that is told twice': twice('BudgetThresholdsReached'),
    'a threshold more': members('BudgetThresholdsReached', (event) =>
      firstOf<{ thresholds: number[] }>(event, 'reached', (one) => ({ ...one, thresholds: [...one.thresholds, 100] })),
    ),
    'a threshold of another day': members('BudgetThresholdsReached', (event) => ({ ...event, day: '2026-11-21' })),
    'more used than there was': members('BudgetThresholdsReached', (event) =>
      firstOf<{ used: string }>(event, 'reached', (one) => ({ ...one, used: more(one.used) })),
    ),
    'a threshold at another path': members('BudgetThresholdsReached', (event) => ({ ...event, path: SAVERS[0] })),
  },
} as const;
