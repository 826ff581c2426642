/** Why a reversal is refused. */
import { refusalsOf, type Refusals } from '#domain';

export const reversalRefusals = {
  ALREADY_REVERSED: 'conflict',
  NOT_REVERSIBLE: 'conflict',
  ENTRY_CHANGED: 'conflict',
} as const satisfies Refusals;
export const reversalRefusal = refusalsOf(reversalRefusals);
