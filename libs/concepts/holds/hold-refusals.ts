/** Why something about a hold is refused. */
import { refusalsOf, type Refusals } from '#domain';

export const holdRefusals = {
  HOLD_INVALID: 'invalid',
  UNKNOWN_HOLD: 'unknown',
  HOLD_CLOSED: 'conflict',
} as const satisfies Refusals;
export const holdRefusal = refusalsOf(holdRefusals);
