/**
 * What our accounts are called in bookkeeping programs. Both schemes are injective: two accounts never become one.
 *
 * The root says who owes whom, in tokens, and nothing else: accounts whose balance is a debit (what is owed to the
 * ledger, or held for it) are assets, all others liabilities. What of it is income is the accountant's policy.
 */
import { ServiceUnreachable } from '#client';
import { accountKind, ACCOUNTS } from '#concepts';
import type { AccountKind } from '#domain';

export type Root = AccountKind['root'];

/** An account that the chart does not have is no asset of ours. */
export function rootOf(account: string): Root {
  const kind = accountKind(account);
  return kind === undefined ? 'liabilities' : ACCOUNTS[kind].root;
}

/** The characters of all our account names; hledger would read others (spaces, `;`, brackets) as something else. */
const ACCOUNT = /^[A-Za-z0-9][A-Za-z0-9._@+-]*(:[A-Za-z0-9][A-Za-z0-9._@+-]*)*$/;

/** `customer:acme:available` as `liabilities:customer:acme:available`: the name as it stands under its root. */
export function hledgerAccount(account: string): string {
  checkName(account);
  return `${rootOf(account)}:${account}`;
}

/**
 * `customer:acme.eu-1:available` as `Liabilities:Customer:Id-acme-2Eeu--1:Available`. A beancount component begins with a
 * capital or a digit and holds letters, digits and hyphens. The first and the last part are our own words and get a
 * capital; every part between them is somebody's name: `Id-` and the name, in which `-` becomes `--` and any other
 * character that is no letter or digit `-` and its two hex digits.
 */
export function beancountAccount(account: string): string {
  checkName(account);
  const parts = account.split(':');
  const names = parts.map((part, place) =>
    place === 0 || place === parts.length - 1 ? capitalise(part, account) : `Id-${escapeName(part)}`,
  );
  return `${rootOf(account) === 'assets' ? 'Assets' : 'Liabilities'}:${names.join(':')}`;
}

function escapeName(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, (character) =>
    character === '-' ? '--' : `-${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function capitalise(word: string, account: string): string {
  // A capital here would make two accounts one.
  if (!/^[a-z][a-z0-9-]*$/.test(word)) throw unknown(account);
  return word[0]!.toUpperCase() + word.slice(1);
}

function checkName(account: string): void {
  if (!ACCOUNT.test(account)) throw unknown(account);
}

function unknown(account: string): ServiceUnreachable {
  return new ServiceUnreachable(`the account ${JSON.stringify(account)} is of no kind that this program knows`);
}
