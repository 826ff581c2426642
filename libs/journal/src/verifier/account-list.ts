/** The verifier's own list of accounts, as its audits give it. */
import type { AuditedAccount } from './audit.js';

export class AccountList {
  private readonly patterns = new Map<string, RegExp>();
  private readonly neverBelowZero: RegExp;

  constructor(accounts: readonly AuditedAccount[]) {
    for (const { supply } of accounts) {
      this.patterns.set(supply, namesOf(accounts.filter((one) => one.supply === supply)));
    }
    this.neverBelowZero = namesOf(accounts.filter(({ belowZero }) => belowZero === 'never'));
  }

  /** Whether an account can only be spent from what is there. */
  isSpentFromWhatIsThere(account: string): boolean {
    return this.neverBelowZero.test(account);
  }

  /** Sum over the accounts with a place in the supply law. @throws Error when the list has no such place */
  sumOf(balances: ReadonlyMap<string, bigint>, supply: string): bigint {
    const pattern = this.patterns.get(supply);
    if (pattern === undefined) throw new Error(`no account has the place "${supply}" in the supply law`);
    let sum = 0n;
    for (const [account, balance] of balances) if (pattern.test(account)) sum += balance;
    return sum;
  }
}

/** Matches the accounts' names; one that stands for no account matches nothing. */
function namesOf(accounts: readonly AuditedAccount[]): RegExp {
  const names = accounts.map(({ pattern }) => pattern.replace('{chain}', '[0-9]+').replace(/\{[a-z]+\}/, '[^:]+'));
  return names.length === 0 ? /(?!)/ : new RegExp(`^(?:${names.join('|')})$`);
}
