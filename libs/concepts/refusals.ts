/** Every reason for which a command is refused, put together from the shards' doors. */
import { commonRefusals, DomainError, lookupTable, type Refusals } from '#domain';
import { CATALOGUE_REFUSALS } from './catalogue.js';
import { LEDGER_REFUSALS } from './ledger.js';
import { REGISTRY_REFUSALS } from './registry.js';

export const REFUSALS = lookupTable({
  ...commonRefusals,
  ...CATALOGUE_REFUSALS,
  ...LEDGER_REFUSALS,
  ...REGISTRY_REFUSALS,
} satisfies Refusals);

export type RefusalCode = keyof typeof REFUSALS;

/** Whether this is the refusal of that code. */
export function isRefusal(error: unknown, code: RefusalCode): error is DomainError {
  return error instanceof DomainError && error.code === code;
}

/** A refusal that was written down, said again. A code of a later release is read as `refused`, which changes nothing. */
export function repeatRefusal(code: string, message: string, path?: string): DomainError {
  return new DomainError(code, (REFUSALS as Refusals)[code] ?? 'refused', message, path);
}
