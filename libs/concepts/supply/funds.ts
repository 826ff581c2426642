/** Tokens as the ledger has them: issued, and available to a holder. */
import { formatAmount, holderAccount, refusalsOf, type AccountKind, type Refusals } from '#domain';

export const fundsRefusals = {
  INSUFFICIENT_FUNDS: 'refused',
} as const satisfies Refusals;
export const fundsRefusal = refusalsOf(fundsRefusals);

/** Accounts: what is issued, and what a holder can spend. */
export const fundsAccounts = {
  issuance: {
    pattern: 'issuance',
    holds: 'minus what was minted and not burned',
    belowZero: 'yes',
    supply: 'issued',
    root: 'assets',
  },
  customerAvailable: {
    pattern: 'customer:{holder}:available',
    holds: 'what a holder can spend',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
    balance: 'available',
  },
} as const satisfies Record<string, AccountKind>;

/** Minted minus burned, as a debt of the issuer: its balance is minus the supply. */
export const ISSUANCE = fundsAccounts.issuance.pattern;
export const customerAvailable = holderAccount(fundsAccounts.customerAvailable);

/** @throws DomainError `INSUFFICIENT_FUNDS` with what is there */
export function requireFunds(state: { balance(account: string): bigint }, holder: string, amount: bigint): void {
  const available = state.balance(customerAvailable(holder));
  if (available < amount) {
    throw fundsRefusal(
      'INSUFFICIENT_FUNDS',
      `${holder} has ${formatAmount(available)} available, less than ${formatAmount(amount)}.`,
      'amount',
    );
  }
}
