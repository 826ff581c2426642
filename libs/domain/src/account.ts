/**
 * Accounts' names and postings; the kinds of accounts that there are stand in the concepts' files. An account is a
 * posting address; its balance is credits minus debits, so what we owe a holder is positive, what is owed to us
 * (`issuance`, `receivable`, the chain's vault) is negative, and all balances of an asset sum to zero. Every account has
 * one sub-balance per shard; its balance is the sum of them.
 */
import { ASSET, type AssetText, type PositiveAttoText } from './amount.js';
import { commonRefusal } from './errors.js';

/** An account's name; the chart of accounts lists their kinds. */
export type AccountText = string;

/** One debit/credit movement of a journal entry; `amount` counts atto-tokens as a decimal integer string. */
export interface Posting {
  readonly debit: AccountText;
  readonly credit: AccountText;
  readonly amount: PositiveAttoText;
  readonly asset: AssetText;
}

/** Builds a posting of the token from one account to another. */
export function posting(debit: string, credit: string, amount: bigint): Posting {
  return { debit, credit, amount: amount.toString(), asset: ASSET };
}

/** Whether a balance may fall below zero, and where: no posting may take an account of the first kind there. */
export type BelowZero = 'never' | 'never over all shards' | 'zero or below' | 'yes';

/**
 * Where an account stands in the law of supply: what was issued is with holders, between the entries of a transfer, in a
 * batch that is not final, or paid out (the chain's supply without the vault); what is receivable waits as uncovered.
 */
export type SupplyClass =
  'issued' | 'holders' | 'transfers' | 'payouts' | 'chain supply' | 'vault' | 'receivable' | 'uncovered';

/** One row of the chart of accounts: what is true of every account of a kind. */
export interface AccountKind {
  /** Its accounts' names: `{holder}` stands for a holder's id, `{chain}` for a chain's id in decimal. */
  readonly pattern: string;
  /** What its balance is, in words. */
  readonly holds: string;
  readonly belowZero: BelowZero;
  readonly supply: SupplyClass;
  /** Its root in bookkeeping programs: assets are owed to the ledger or held for it, and stand below zero here. */
  readonly root: 'assets' | 'liabilities';
  /** What a holder's balance counts it as. */
  readonly balance?: string;
}

/** A movement from one kind of account to another. */
export type Flow = readonly [debit: AccountKind, credit: AccountKind];

const PLACEHOLDER = /\{([a-z]+)\}/g;

/** The names of a kind's accounts as a regular expression, the same in JavaScript and in PostgreSQL. */
export function namesOf({ pattern }: Pick<AccountKind, 'pattern'>): string {
  return `^${pattern.replace(PLACEHOLDER, (_, part) => (part === 'chain' ? '[0-9]+' : '[^:]+'))}$`;
}

/** Tells the accounts that may never fall below zero, of these kinds: of them only what is there can be spent. */
export function spendableOf(kinds: Readonly<Record<string, AccountKind>>): (account: string) => boolean {
  const never = Object.values(kinds).filter(({ belowZero }) => belowZero === 'never');
  if (never.length === 0) return () => false;
  const names = new RegExp(never.map(namesOf).join('|'));
  return (account) => names.test(account);
}

/** The holders' accounts of a kind together, as a trial balance shows them: `customer:*:available`. */
export function groupOf({ pattern }: Pick<AccountKind, 'pattern'>): string {
  return isOfHolders({ pattern }) ? pattern.replace(PLACEHOLDER, '*') : pattern;
}

/** Whether holders have accounts of this kind, each its own. */
export function isOfHolders({ pattern }: Pick<AccountKind, 'pattern'>): boolean {
  return pattern.includes('{holder}');
}

/** Names kept per kind of account; far more than a page mentions, and a bound on memory. */
const NAMES_KEPT = 50_000;

/** For each kind, what {@link holderAccount} made: whoever names an account has the very text that all others have. */
const NAMERS = new WeakMap<AccountKind, (holder: string) => string>();

/**
 * Makes the names of a kind's accounts from a holder's id. Caches them: V8 keeps a string's hash, so a lookup of a balance
 * does not hash the name again.
 */
export function holderAccount(kind: AccountKind): (holder: string) => string {
  let namer = NAMERS.get(kind);
  if (namer === undefined) NAMERS.set(kind, (namer = createNamer(kind)));
  return namer;
}

function createNamer(kind: AccountKind): (holder: string) => string {
  const [before, after] = around(kind);
  const names = new Map<string, string>();
  return (holder) => {
    let name = names.get(holder);
    if (name === undefined) {
      if (names.size >= NAMES_KEPT) names.clear();
      name = `${before}${holder}${after}`;
      names.set(holder, name);
    }
    return name;
  };
}

/** Makes the names of a kind's accounts from a chain's id. */
export function chainAccount(kind: AccountKind): (chainId: number) => string {
  const [before, after] = around(kind);
  return (chainId) => `${before}${chainId}${after}`;
}

/** Reads the holder's or chain's id out of an account's name; undefined: the account is of another kind. */
export function idIn(kind: AccountKind): (account: string) => string | undefined {
  const [before, after] = around(kind);
  const names = new RegExp(namesOf(kind));
  return (account) =>
    // Most accounts are of other kinds, which their first letters show.
    account.startsWith(before) && names.test(account)
      ? account.slice(before.length, account.length - after.length)
      : undefined;
}

/** What stands before and after a pattern's one placeholder. */
function around({ pattern }: AccountKind): [before: string, after: string] {
  const parts = pattern.split(PLACEHOLDER);
  if (parts.length !== 3) throw new Error(`the account pattern ${pattern} has not just one placeholder`);
  return [parts[0]!, parts[2]!];
}

/** The form of a holder’s id: what {@link parseHolderId} checks. */
export const HOLDER_ID = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/;

/**
 * The id of a holder: a customer, a provider or another party.
 *
 * @pattern HOLDER_ID
 */
export type HolderId = string;

/**
 * Checks a holder's id (customer or provider): 1 to 128 letters, digits and `. _ @ + -`, beginning with a letter or
 * digit. A colon is refused, since it separates the parts of an account's name.
 *
 * @throws DomainError `IDENTIFIER_INVALID`
 */
export function parseHolderId(text: unknown, path: string): string {
  if (typeof text !== 'string' || !HOLDER_ID.test(text)) {
    throw commonRefusal(
      'IDENTIFIER_INVALID',
      'An id has 1 to 128 letters, digits or . _ @ + - and begins with a letter or digit.',
      path,
    );
  }
  return text;
}
