/** Every reason for which the domain refuses a command. The HTTP edge maps each to one status, in one place. */
export const DOMAIN_ERROR_CODES = [
  'AMOUNT_INVALID',
  'IDENTIFIER_INVALID',
  'TIME_INVALID',
  'TIME_IN_FUTURE',
  'TIME_TOO_OLD',
  'QUANTITY_INVALID',
  'USAGE_INVALID',
  'UNKNOWN_CUSTOMER',
  'UNKNOWN_PROVIDER',
  'UNKNOWN_HOLDER',
  'UNKNOWN_USAGE_TYPE',
  'UNKNOWN_MODEL',
  'UNKNOWN_METER',
  'NO_PRICE_BOOK',
  'NO_SPLIT_POLICY',
  'PRICE_BOOK_INVALID',
  'SPLIT_POLICY_INVALID',
  'VERSION_EXISTS',
  'PARTY_EXISTS',
  'KYC_TRANSITION_INVALID',
  'WALLET_INVALID',
  'INSUFFICIENT_FUNDS',
  'CUSTOMER_SUSPENDED',
  'SAME_HOLDER',
  'IDEMPOTENCY_CONFLICT',
  'KEY_UNKNOWN',
  'KEY_EXISTS',
  'SETTLEMENT_IN_PROGRESS',
  'SETTLEMENT_STEP_INVALID',
  'CHAIN_NOT_REGISTERED',
  'CHAIN_EXISTS',
  'CHAIN_UNFIT',
  'NOT_FOUND',
] as const;

export type DomainErrorCode = (typeof DOMAIN_ERROR_CODES)[number];

/**
 * Why something was refused: a code of the domain, or of the edge that took it in.
 *
 * @pattern ^[A-Z][A-Z0-9_]*$
 */
export type RefusalCode = string;

/** A refused command: the caller can mend it. `message` says what to do, `path` names the offending field. */
export class DomainError extends Error {
  constructor(
    readonly code: DomainErrorCode,
    message: string,
    readonly path?: string,
  ) {
    super(message);
    this.name = 'DomainError';
  }
}
