/** Mutations of what customers owe by what is agreed with them, by the law that they break. */
import { DEBTOR } from '../credit-history.js';
import { members, more, twice, without, type Event, type Where } from './mutation.js';

const isDebtor: Where = ({ party }) => party === DEBTOR;
const isRaised: Where = (event) => isDebtor(event) && event['creditLimit'] !== undefined;
const isTakenAway: Where = (event) => isDebtor(event) && event['creditLimit'] === undefined;
const isAsked: Where = ({ customer }) => customer === DEBTOR;
const limited =
  (creditLimit: string) =>
  (event: Event): object => ({ ...event, creditLimit });

export const OF_CREDIT = {
  CREDIT_WRONG: {
    'a credit limit that is passed': members('PartyRegistered', limited('99'), isDebtor),
    'a credit limit that is raised by too little': members('CustomerTermsSet', limited('149'), isRaised),
    'a credit limit that is not raised': without('CustomerTermsSet', isRaised),
    'a credit limit that is not taken away': without('CustomerTermsSet', isTakenAway),
    'a customer that may owe nothing': members('PartyRegistered', limited('0'), ({ party }) => party === 'echo'),
  },
  TOP_UP_WRONG: {
    'a top-up that is not asked for': without('TopUpRequested', isAsked),
    'a top-up that is asked for twice': twice('TopUpRequested', isAsked),
    'a top-up of somebody else': members('TopUpRequested', (event) => ({ ...event, customer: 'acme' }), isAsked),
    'another threshold': members(
      'TopUpRequested',
      (event) => ({ ...event, threshold: more(event['threshold']) }),
      isAsked,
    ),
    'more than there is': members('TopUpRequested', (event) => ({ ...event, funds: more(event['funds']) }), isAsked),
    'a threshold that was not agreed': members(
      'CustomerTermsSet',
      (event) => ({ ...event, topUpThreshold: '1' }),
      (event) => isDebtor(event) && event['topUpThreshold'] === '30',
    ),
  },
} as const;
