/** Mutations of what votes weigh, of votes, and of what they came to. */
import { firstOf, list, members, more, twice, without, type Event, type Mutation, type Where } from './mutation.js';

interface Weight {
  readonly holder: string;
  readonly weight: string;
}

const hasWeights: Where = (event) => list<Weight>(event, 'weights').length > 0;
const hasTwo: Where = (event) => list<Weight>(event, 'weights').length > 1;
const isPassed: Where = ({ passed }) => passed === true;
const isUnweighed: Where = ({ total }) => total === undefined;
const later = (instant: unknown): string => (instant as string).replace(/\d\d\dZ$/, '777Z');
const changed = (change: (weights: readonly Weight[]) => readonly Weight[]) => (event: Event) => ({
  ...event,
  weights: change(list<Weight>(event, 'weights')),
});

export const OF_GOVERNANCE = {
  WEIGHT_WRONG: {
    'a holder that weighs more': members(
      'WeightsCut',
      (event) => firstOf<Weight>(event, 'weights', (one) => ({ ...one, weight: more(one.weight) })),
      hasWeights,
    ),
    'a holder that is left out': members(
      'WeightsCut',
      changed((weights) => weights.slice(1)),
      hasWeights,
    ),
    'holders in another order': members(
      'WeightsCut',
      changed((weights) => weights.toReversed()),
      hasTwo,
    ),
    'a part more than there is': members('WeightsCut', (event) => ({ ...event, parts: 2 })),
    'a part that stands twice': twice('WeightsCut'),
    'weights of a proposal that never was': members('WeightsCut', (event) => ({ ...event, proposal: '3-1-0' })),
    'a shard that is not weighed': without('WeightsCut'),
    'a vote that weighs more than its holder had': members('VoteCast', (event) => ({
      ...event,
      weight: more(event['weight']),
    })),
    'a vote by another part': members('VoteCast', (event) => ({ ...event, weighed: '0-1-0' })),
    'a total that is larger': members('ProposalWeighed', (event) => ({ ...event, total: more(event['total']) })),
    'a holder more than weighs anything': members('ProposalWeighed', (event) => ({
      ...event,
      holders: (event['holders'] as number) + 1,
    })),
  },
  VOTE_WRONG: {
    'a proposal of another instant': members('ProposalOpened', (event) => ({
      ...event,
      at: '2020-01-01T00:00:00.000Z',
    })),
    'a proposal that closed when it was opened': members('ProposalOpened', (event) => ({
      ...event,
      closesAt: event['at'],
    })),
    'a proposal that closes later': members('ProposalOpened', (event) => ({
      ...event,
      closesAt: later(event['closesAt']),
    })),
    'a proposal that is weighed twice': twice('ProposalWeighed'),
    'a vote on what never was': members('VoteCast', (event) => ({ ...event, proposal: '3-1-0' })),
    'a vote before its proposal is weighed': without('ProposalWeighed'),
    'a vote for something else': members(
      'VoteCast',
      (event) => ({ ...event, choice: 'abstain' }),
      ({ choice }) => choice === 'yes',
    ),
    'a vote that is left out': without('VoteCast', ({ choice }) => choice === 'abstain'),
    'a result with more votes': members('ProposalClosed', (event) => ({ ...event, yes: more(event['yes']) })),
    'a result that turns the vote': members('ProposalClosed', (event) => ({ ...event, passed: false }), isPassed),
    'a quorum that was not reached': members(
      'ProposalClosed',
      (event) => ({ ...event, quorum: false, passed: false }),
      isPassed,
    ),
    'a result of what nobody weighed': members('ProposalClosed', (event) => ({ ...event, total: '0' }), isUnweighed),
    'a result that stands twice': twice('ProposalClosed'),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
