/** Mutations of epochs, of what they had, of shares, and of what is staked of them. */
import { nameIn } from '#concepts/testing';
import {
  firstOf,
  list,
  members,
  more,
  SHARDS,
  twice,
  without,
  type Event,
  type Mutation,
  type Where,
} from './mutation.js';

interface Timed {
  readonly holder: string;
  readonly stakeTime: string;
}
const isOfStakers: Where = (event) => list(event, 'stakers').length > 0;
const isOfRewards: Where = ({ amount }) => amount !== '0';
const isCompounded: Where = ({ actor }) => actor === 'system:compounding';
/** The one whose share is staked, see `liveByYield`. */
const COMPOUNDER = nameIn(2, SHARDS, 'saver-');
const isAsked: Where = ({ compounding, holder }) => compounding === true && holder === COMPOUNDER;
const isShared: Where = ({ paid }) => paid !== '0';
const less = (amount: unknown): string => `${BigInt(amount as string) - 1n}`;
const stakers = (change: (one: Timed) => object) => (event: Event) => firstOf<Timed>(event, 'stakers', change);

export const OF_YIELDS = {
  YIELD_WRONG: {
    'an epoch that overlaps another': members('YieldOpened', (event) => ({
      ...event,
      from: '2026-01-01T00:00:00.000Z',
    })),
    'an epoch that has not ended': members('YieldOpened', (event) => ({ ...event, to: '2099-01-01T00:00:00.000Z' })),
    'an epoch that ends before it begins': members('YieldOpened', (event) => ({ ...event, from: event['to'] })),
    'a stake-time that is longer': members(
      'StakeTimeCut',
      stakers((one) => ({ ...one, stakeTime: more(one.stakeTime) })),
      isOfStakers,
    ),
    'stakers that are left out': members('StakeTimeCut', (event) => ({ ...event, stakers: [] }), isOfStakers),
    'a part of a cut that stands twice': twice('StakeTimeCut'),
    'a part of a cut that says there are more': members('StakeTimeCut', (event) => ({ ...event, isLast: false })),
    'a cut for another instant': members('StakeTimeCut', (event) => ({ ...event, from: '2026-01-01T00:00:00.000Z' })),
    'rewards that are more than there were': members(
      'RewardsCut',
      (event) => ({ ...event, amount: more(event['amount']) }),
      isOfRewards,
    ),
    'rewards of which some are said to have come later': members('RewardsCut', (event) => ({
      ...event,
      later: more(event['later']),
    })),
    'rewards that were read up to another page': members('RewardsCut', (event) => ({
      ...event,
      height: (event['height'] as number) - 1,
    })),
    'rewards that are cut twice': twice('RewardsCut'),
    'a plan that carries less': members(
      'YieldPlanned',
      (event) => ({ ...event, carried: more(event['carried']), paid: less(event['paid']) }),
      isShared,
    ),
    'a plan of which something is lost': members('YieldPlanned', (event) => ({
      ...event,
      funded: more(event['funded']),
    })),
    'a plan by more stake-time': members('YieldPlanned', (event) => ({
      ...event,
      stakeTime: more(event['stakeTime']),
    })),
    'a plan of yield that names no pages': members('YieldPlanned', (event) => ({ ...event, heads: [] })),
    'a plan of yield that stands twice': twice('YieldPlanned'),
    'a share that is larger': members('YieldPaid', (event) => ({ ...event, amount: more(event['amount']) })),
    'a share of which the stake-time is another': members('YieldPaid', (event) => ({
      ...event,
      stakeTime: more(event['stakeTime']),
    })),
    'a share of other funds': members('YieldPaid', (event) => ({ ...event, funded: more(event['funded']) })),
    'a share that is paid twice': twice('YieldPaid'),
    'a share that is not paid': without('YieldPaid'),
    'a part that pays more stakers than it did': members('YieldPartPaid', (event) => ({
      ...event,
      upTo: (event['upTo'] as number) + 1,
    })),
    'a distribution that is closed twice': twice('YieldClosed'),
    'a share that is not staked as its holder asked': without('Staked', isCompounded),
    'a share of which too little is staked': members(
      'Staked',
      (event) => ({ ...event, amount: less(event['amount']) }),
      isCompounded,
    ),
    'a share that is staked unasked': without('CompoundingSet', isAsked),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
