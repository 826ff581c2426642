/** The books as an hledger journal, which proves itself: every entry balances, and every account is asserted at the end. */
import { ASSET, entryId, formatAmount } from '#domain';
import { hledgerAccount, rootOf } from './account-names.js';
import { AccountTotals, dayOf } from './account-totals.js';
import type { BookEntry, BookWriter, IncludedHead } from './book-entry.js';
import { describeEntry, oneLine } from './entry-text.js';

export class HledgerWriter implements BookWriter {
  private readonly totals = new AccountTotals();

  get records(): number {
    return this.totals.entries;
  }

  begin(asOf: string | undefined): string {
    return [
      '; Airtime: the ledger’s books, written by airtime export. Check them with: hledger -f FILE check --strict',
      '; A date is the UTC day on which an entry was recorded, its code the entry id (shard-height-index).',
      '; Debits are positive and credits negative: what Airtime owes is negative here and positive in Airtime.',
      ...(asOf === undefined ? [] : [`; As of ${asOf}.`]),
      'decimal-mark .',
      `commodity 1000.000000000000000000 ${ASSET}`,
      '',
      '',
    ].join('\n');
  }

  write(entry: BookEntry): string {
    if (!this.totals.add(entry)) return '';
    const { event, position, postings, recordedAt } = entry;
    const heading = `${event.type} ${describe(entry)}`.trimEnd();
    const lines = [`${dayOf(recordedAt)} * (${entryId(position)}) ${heading}`, `    ; time:${oneLine(event.time)}`];
    for (const { debit, credit, amount } of postings) {
      const tokens = formatAmount(BigInt(amount));
      lines.push(leg(debit, `${tokens} ${ASSET}`), leg(credit, `-${tokens} ${ASSET}`));
    }
    return `${lines.join('\n')}\n\n`;
  }

  end(heads: readonly IncludedHead[]): string {
    const { lastDay } = this.totals;
    const accounts = this.totals.sorted();
    const lines: string[] = [];
    if (lastDay !== undefined) {
      lines.push(`${lastDay} * balance of every account at the end of this file`);
      for (const [account, { balance }] of accounts)
        lines.push(leg(account, `0 ${ASSET} = ${formatAmount(-balance)} ${ASSET}`));
      lines.push('');
    }
    for (const [account] of accounts)
      lines.push(`account ${hledgerAccount(account)}  ; type:${rootOf(account) === 'assets' ? 'A' : 'L'}`);
    lines.push('', ...heads.map(describeHead), '');
    return lines.join('\n');
  }
}

/** Two blanks end an account's name. */
function leg(account: string, amount: string): string {
  return `    ${hledgerAccount(account)}  ${amount}`;
}

/** A semicolon would begin a comment and a bar split the text into payee and note. */
function describe({ event }: BookEntry): string {
  return describeEntry(event).replaceAll(';', ',').replaceAll('|', '/');
}

/** The line that ties a file to the journal: the hash fixes every page before it. */
export function describeHead({ shard, height, hash }: IncludedHead): string {
  return height === 0
    ? `; shard ${shard}: no pages`
    : `; shard ${shard}: pages 1 to ${height}, hash of the last ${hash}`;
}
