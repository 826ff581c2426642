/** The chart of accounts as documents show it. */
import { FLOWS, type PostedEvent, ACCOUNTS } from '#concepts';
import type { AccountKind } from '#domain';
import { table } from './markdown.js';

const HEAD = `# The chart of accounts

Written by \`npm run docs:write\` from the accounts that the code knows; CI fails when the two differ.

A balance is credits minus debits, kept per account and shard. What we owe somebody is positive; what is owed to us, and what is held for us
elsewhere, is negative. All balances of an asset sum to zero. \`{holder}\` stands for the id of a customer or provider, \`{chain}\` for a chain's id.

- **Below zero?** _never_: no posting may take the account there in any shard. _never over all shards_: one shard may, their sum may not.
- **Supply**: its place in the law of supply. What was _issued_ is with _holders_, between the two entries of _transfers_, in _payouts_ that
  are not final, or paid out on chain (_chain supply_ without _vault_). What is _receivable_ waits as _uncovered_ and is no part of the supply.
- **Root**: in the exports to bookkeeping programs.
- **Balance**: as what a holder's balance counts it.
`;

const FLOWS_HEAD = `## Who pays whom

The postings of an event may move value between these kinds of accounts and no others, however well they balance.
`;

/** `docs/accounts.md`. */
export function accountsDocument(): string {
  const accounts = Object.values<AccountKind>(ACCOUNTS).map((kind) => [
    ...[`\`${kind.pattern}\``, kind.holds, kind.belowZero, kind.supply, kind.root, kind.balance ?? ''],
  ]);
  const flows = (Object.keys(FLOWS) as PostedEvent['type'][]).flatMap((type) =>
    FLOWS[type].map(([debit, credit], i) => [i === 0 ? `\`${type}\`` : '', nameOf(debit), nameOf(credit)]),
  );
  return [
    HEAD,
    table(['Account', 'Holds', 'Below zero?', 'Supply', 'Root', 'Balance'], accounts),
    FLOWS_HEAD,
    table(['Event', 'From', 'To'], flows),
  ].join('\n');
}

/** What a reader of the journal needs to know of accounts. */
export function accountsOfJournal(): string {
  const rows = Object.values<AccountKind>(ACCOUNTS).map(({ pattern, holds, belowZero }) => [
    ...[`\`${pattern.replace('{holder}', '<id>').replace('{chain}', '<chain id>')}\``, holds, belowZero],
  ]);
  return table(['Account', 'Holds', 'Below zero?'], rows);
}

const nameOf = ({ pattern }: AccountKind) => `\`${pattern}\``;
