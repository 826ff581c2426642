/** What is said of a grant when it is given, and the entry that gives it. */
import { parseTime, posting, refusalsOf, writeInstant, type InstantText, type Recorded, type Refusals } from '#domain';
import { customerAvailable, ISSUANCE } from '../supply/funds.js';
import { PRIORITY, type GrantKind } from './burn-order.js';
import { customerPending, type GrantIssued } from './grant-events.js';

export const grantRefusals = {
  GRANT_INVALID: 'invalid',
  UNKNOWN_GRANT: 'unknown',
  GRANT_CLOSED: 'conflict',
} as const satisfies Refusals;
export const grantRefusal = refusalsOf(grantRefusals);

/** As it is asked for. */
export interface GrantWish {
  readonly kind: GrantKind;
  readonly priority?: number;
  readonly effectiveAt?: string;
  readonly expiresAt?: string;
}

/** As it is recorded. */
export interface GrantTerms {
  readonly kind: GrantKind;
  /** 0 to 1000; the lowest is used first. */
  readonly priority: number;
  readonly effectiveAt?: InstantText;
  readonly expiresAt?: InstantText;
}

/** @param recordedAt the page's time @throws DomainError `GRANT_INVALID` */
export function checkTerms(wish: GrantWish, recordedAt: string): GrantTerms {
  const { kind, priority = PRIORITY } = wish;
  const nowMs = parseTime(recordedAt, 'recordedAt');
  const effectiveAtMs = instantOf(wish.effectiveAt, 'effectiveAt');
  const expiresAtMs = instantOf(wish.expiresAt, 'expiresAt');
  if (!Number.isInteger(priority) || priority < 0 || priority > 1_000) {
    throw grantRefusal('GRANT_INVALID', 'A priority is a whole number from 0 to 1000.', 'priority');
  }
  if (expiresAtMs !== undefined && expiresAtMs <= Math.max(nowMs, effectiveAtMs ?? nowMs)) {
    throw grantRefusal('GRANT_INVALID', 'A grant ends after now, and after it begins.', 'expiresAt');
  }
  return {
    ...{ kind, priority },
    ...(effectiveAtMs === undefined ? {} : { effectiveAt: writeInstant(effectiveAtMs) }),
    ...(expiresAtMs === undefined ? {} : { expiresAt: writeInstant(expiresAtMs) }),
  };
}

/** The last instant that RFC 3339 can write. */
const LAST_INSTANT_MS = 253_402_300_799_999;

/** An instant as it is asked for, in whole milliseconds. */
function instantOf(text: string | undefined, path: string): number | undefined {
  const ms = text === undefined ? undefined : parseTime(text, path);
  if (ms !== undefined && (ms < 0 || ms > LAST_INSTANT_MS)) {
    throw grantRefusal('GRANT_INVALID', 'The instant lies outside of the years 1970 to 9999, in UTC.', path);
  }
  return ms;
}

/** The entry: what begins later than the page's time is pending. */
export function grantIssued(
  fields: Omit<Recorded, 'type'>,
  { holder, amount, reason }: { readonly holder: string; readonly amount: bigint; readonly reason: string },
  { kind, priority, ...instants }: GrantTerms,
  recordedAt: string,
): GrantIssued {
  const { effectiveAt } = instants;
  const isPending =
    effectiveAt !== undefined && parseTime(effectiveAt, 'effectiveAt') > parseTime(recordedAt, 'recordedAt');
  const account = isPending ? customerPending(holder) : customerAvailable(holder);
  return {
    type: 'GrantIssued',
    ...fields,
    ...{ holder, amount: amount.toString(), kind, priority, reason },
    ...instants,
    postings: [posting(ISSUANCE, account, amount)],
  };
}
