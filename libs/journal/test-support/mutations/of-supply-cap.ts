/** Mutations of what a cap allows and of what is booked of it. */
import { members, more, twice, without, type Event, type Where } from './mutation.js';

const isAllowed: Where = ({ allowed }) => allowed !== undefined;
const isCapped: Where = ({ policy }) => (policy as { readonly cap?: string }).cap !== undefined;
const isCut: Where = ({ cut }) => cut !== undefined;
const isInflation: Where = ({ supply }) => supply !== undefined;
const isUnlimited: Where = ({ policy }) => policy === undefined;
const capped =
  (cap: string) =>
  (event: Event): object => ({ ...event, policy: { ...(event['policy'] as object), cap } });
const moreSupply = (event: Event): object => ({ ...event, supply: more(event['supply']) });
const lacking =
  (member: string) =>
  (event: Event): object =>
    Object.fromEntries(Object.entries(event).filter(([name]) => name !== member));

export const OF_SUPPLY_CAP = {
  SUPPLY_CAP_WRONG: {
    'a mint that nobody allowed': members('Minted', lacking('allowed'), isAllowed),
    'a grant that nobody allowed': members('GrantIssued', lacking('allowed'), isAllowed),
    'a mint that names what allowed another': members('Minted', (event) => ({ ...event, allowed: '3-1-0' }), isAllowed),
    'a mint of an allowance before there is a cap': members('Minted', (event) => ({ ...event, allowed: '3-1-0' })),
    'a grant of another priority than was allowed': members(
      'GrantIssued',
      (event) => ({ ...event, priority: 3 }),
      isAllowed,
    ),
    'an allowance that is booked twice': twice('Minted', isAllowed),
    'an allowance that is noted and not booked': without('Minted', isAllowed),
    'an allowance that is noted twice': twice('MintBooked'),
    'an allowance that nobody gave': without('MintAllowed'),
    'more that is outstanding': members('MintAllowed', (event) => ({
      ...event,
      outstanding: more(event['outstanding']),
    })),
    'a cap that would have been lower': members('EmissionPolicyPublished', capped('0.000000000000000001'), isCapped),
    'a cap that was not in force': members('MintAllowed', (event) => ({ ...event, policy: 101 }), isUnlimited),
    'an epoch that is cut too little': members(
      'EmissionAllowed',
      (event) => ({ ...event, amount: more(event['amount']), cut: `${BigInt(event['cut'] as string) - 1n}` }),
      isCut,
    ),
    'an epoch that is cut otherwise than was allowed': members(
      'TokensEmitted',
      (event) => ({ ...event, cut: more(event['cut']) }),
      isCut,
    ),
    'an epoch that is cut where there is no cap': members('TokensEmitted', (event) => ({ ...event, cut: '1' })),
    'an epoch that nobody allowed': without('EmissionAllowed'),
    'an epoch that the registry is asked for without a cap': without('EmissionPolicyPublished', isCapped),
    'more that an epoch of inflation mints than was allowed': members(
      'TokensEmitted',
      (event) => ({ ...event, amount: more(event['amount']) }),
      isInflation,
    ),
    'shards of which one was not looked at': members('MintAllowed', (event) => ({
      ...event,
      heads: (event['heads'] as object[]).slice(1),
    })),
  },
  INFLATION_WRONG: {
    'more that was outstanding as an epoch began': members('EmissionAllowed', moreSupply, isInflation),
    'more of which an epoch is than was allowed': members('TokensEmitted', moreSupply, isInflation),
    'an epoch of inflation of no supply': members('EmissionAllowed', lacking('supply'), isInflation),
    'a supply of an epoch whose amount does not follow from it': members(
      'EmissionAllowed',
      (event) => ({ ...event, supply: '1' }),
      ({ supply }) => supply === undefined,
    ),
    'a policy under which the epoch began otherwise': members(
      'EmissionPolicyPublished',
      (event) => ({ ...event, policy: { ...(event['policy'] as object), effectiveAt: '2020-01-01T00:00:00Z' } }),
      ({ version }) => version === 5,
    ),
  },
} as const;
