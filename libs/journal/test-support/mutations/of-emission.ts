/** Mutations of what epochs mint and of the policies that they follow, by the law that they break. */
import { members, more, twice, without, type Event, type Where } from './mutation.js';

const ofPolicy =
  (version: number): Where =>
  ({ policy }) =>
    policy === version;
const isVersion =
  (number: number): Where =>
  ({ version }) =>
    version === number;
const changed =
  (change: object) =>
  (event: Event): object => ({ ...event, policy: { ...(event['policy'] as object), ...change } });

export const OF_EMISSION = {
  EMISSION_WRONG: {
    'a policy that is published twice': twice('EmissionPolicyPublished'),
    'a policy that mints more than was published': members(
      'EmissionScheduled',
      changed({ amount: '0.0000000000000002' }),
      isVersion(1),
    ),
    'a policy whose epochs last no time': members('EmissionPolicyPublished', changed({ epoch: 'PT0S' }), isVersion(1)),
    'a policy that gives more than the whole': members(
      'EmissionPolicyPublished',
      changed({ recipients: ['staking:rewards', 'treasury:fees'].map((account) => ({ account, bps: 6_000 })) }),
      isVersion(1),
    ),
    'a policy that is followed twice': twice('EmissionScheduled'),
    'a policy that nobody published': without('EmissionPolicyPublished', isVersion(2)),
    'a policy that the registry notes twice': twice('EmissionPolicyScheduled'),
    'an epoch that is emitted twice': twice('TokensEmitted'),
    'an epoch that is left out': without('TokensEmitted', ofPolicy(2)),
    'an epoch of another number': members('TokensEmitted', (event) => ({ ...event, epoch: 1 }), ofPolicy(1)),
    'an epoch of another policy': members('TokensEmitted', (event) => ({ ...event, policy: 2 }), ofPolicy(1)),
    'an epoch that ends earlier': members(
      'TokensEmitted',
      (event) => ({ ...event, time: '2026-11-22T10:00:00.5Z' }),
      ofPolicy(1),
    ),
    'more than the schedule says': members('TokensEmitted', (event) => ({ ...event, amount: more(event['amount']) })),
    'more that remains than there is': members(
      'TokensEmitted',
      (event) => ({ ...event, remaining: more(event['remaining']) }),
      ofPolicy(3),
    ),
    'more than an epoch of inflation leaves of an atto': members(
      'TokensEmitted',
      (event) => ({ ...event, carried: more(event['carried']) }),
      ofPolicy(5),
    ),
    'a loss that another number of epochs does not make': members(
      'TokensEmitted',
      (event) => ({ ...event, lost: more(event['lost']) }),
      ofPolicy(6),
    ),
    'something lost where the year is divided as before': members(
      'TokensEmitted',
      (event) => ({ ...event, lost: '1' }),
      ofPolicy(8),
    ),
    'an amount of an epoch whose supply nobody knows': members(
      'EpochEnded',
      (event) => ({ ...event, amount: '1' }),
      ofPolicy(5),
    ),
    'something carried where nothing inflates': members(
      'TokensEmitted',
      (event) => ({ ...event, carried: '1' }),
      ofPolicy(1),
    ),
    'something that remains where nothing decays': members('TokensEmitted', (event) => ({ ...event, remaining: '1' })),
    'a policy that comes into force later than it was followed': members(
      'EmissionPolicyPublished',
      changed({ effectiveAt: '2026-12-22T10:00:00Z' }),
      isVersion(3),
    ),
  },
} as const;
