/** Mutations of what holds reserve, and of how they are settled. */
import { members, twice, without, type Event, type Mutation, type Where } from './mutation.js';

interface Part {
  readonly amount: string;
  readonly grants: string;
}
interface Capture {
  readonly state: string;
  readonly used?: Part;
  readonly returned?: Part;
}
const captureOf = (event: Event): Capture => event['capture'] as Capture;
const isHeld: Where = ({ capture }) => (capture as Capture | undefined)?.state === 'open';
const isClosed: Where = ({ capture }) => capture !== undefined && (capture as Capture).state !== 'open';

export const OF_HOLDS = {
  HOLD_WRONG: {
    'usage that captures and does not say so': members(
      'UsageCharged',
      ({ capture: _, ...event }) => event as object,
      isHeld,
    ),
    'a captured hold that is called released': members(
      'UsageCharged',
      (event) => ({ ...event, capture: { ...captureOf(event), state: 'released' } }),
      isClosed,
    ),
    'a hold that uses other grants': members(
      'UsageCharged',
      (event) => ({ ...event, capture: { ...captureOf(event), used: { ...captureOf(event).used!, grants: '0-1-0' } } }),
      isHeld,
    ),
    'a hold that is somebody else’s': members('UsageCharged', (event) => ({ ...event, hold: '0-1-0' }), isHeld),
    'a hold that is released twice': twice('HoldReleased'),
    'a hold that gives back less': members('HoldReleased', ({ returned: _, ...event }) => event as object),
    'an extension that is not in the receipt': members(
      'HoldExtended',
      (event) => ({ ...event, receipt: '0-1-0' }),
      ({ grants }) => grants !== undefined,
    ),
    'a hold that ends with no full second': members('HoldReserved', (event) => ({
      ...event,
      expiresAt: (event['expiresAt'] as string).replace('.000Z', '.500Z'),
    })),
    'a capture of a hold that was never reserved': members('HoldCaptured', (event) => ({ ...event, hold: '0-1-0' })),
    'a policy that was not in force': members('HoldCaptured', (event) => ({ ...event, splitPolicy: 77 })),
    'a hold whose end is left out': without('HoldReserved'),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
