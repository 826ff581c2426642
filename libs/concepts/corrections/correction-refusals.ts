/** Why a correction is refused. */
import { refusalsOf, type Refusals } from '#domain';

export const correctionRefusals = {
  UNKNOWN_USAGE: 'unknown',
  ALREADY_VOIDED: 'conflict',
} as const satisfies Refusals;
export const correctionRefusal = refusalsOf(correctionRefusals);
