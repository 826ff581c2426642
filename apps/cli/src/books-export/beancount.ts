/** The books as a beancount ledger, which proves itself: every entry balances, and every account is asserted at the end. */
import { ASSET, entryId, FRACTION_DIGITS } from '#domain';
import { beancountAccount } from './account-names.js';
import { AccountTotals, dayOf, type AccountTotal } from './account-totals.js';
import type { BookEntry, BookWriter, IncludedHead } from './book-entry.js';
import { describeEntry, oneLine } from './entry-text.js';
import { describeHead } from './hledger.js';

/** Beancount adds with Python's decimal numbers of 28 digits. */
const DIGITS = 28;

export class BeancountWriter implements BookWriter {
  caution: string | undefined;
  private readonly totals = new AccountTotals();

  get records(): number {
    return this.totals.entries;
  }

  begin(asOf: string | undefined): string {
    return [
      '; Airtime: the ledger’s books, written by airtime export. Check them with: bean-check FILE',
      '; A date is the UTC day on which an entry was recorded, its link the entry id (shard-height-index).',
      '; Debits are positive and credits negative: what Airtime owes is negative here and positive in Airtime.',
      ...(asOf === undefined ? [] : [`; As of ${asOf}.`]),
      'option "title" "Airtime"',
      `option "operating_currency" "${ASSET}"`,
      '',
      `1970-01-01 commodity ${ASSET}`,
      '  name: "AI-compute token"',
      `  precision: ${FRACTION_DIGITS}`,
      '',
      '',
    ].join('\n');
  }

  write(entry: BookEntry): string {
    if (!this.totals.add(entry)) return '';
    const { event, position, postings, recordedAt } = entry;
    const lines = [
      `${dayOf(recordedAt)} * ${quote(event.type)} ${quote(describeEntry(event))} ^${entryId(position)}`,
      `  time: ${quote(oneLine(event.time))}`,
    ];
    for (const { debit, credit, amount } of postings) {
      const value = BigInt(amount);
      lines.push(
        `  ${beancountAccount(debit)}  ${allDigits(value)} ${ASSET}`,
        `  ${beancountAccount(credit)}  ${allDigits(-value)} ${ASSET}`,
      );
    }
    return `${lines.join('\n')}\n\n`;
  }

  end(heads: readonly IncludedHead[]): string {
    const { lastDay } = this.totals;
    const accounts = this.totals.sorted();
    const lines = accounts.map(([account, { firstDay }]) => `${firstDay} open ${beancountAccount(account)} ${ASSET}`);
    if (lastDay !== undefined) {
      // Beancount reads a balance as that of the day's beginning.
      const day = dayAfter(lastDay);
      lines.push('');
      let inexact = 0;
      for (const [account, total] of accounts) {
        const tolerance = roundingOf(total);
        if (tolerance > 0n) inexact += 1;
        const shown = tolerance === 0n ? '0' : allDigits(tolerance);
        lines.push(`${day} balance ${beancountAccount(account)}  ${allDigits(-total.balance)} ~ ${shown} ${ASSET}`);
      }
      if (inexact > 0) {
        this.caution = `beancount calculates with ${DIGITS} digits; ${inexact} accounts moved more than fits, and their balance lines say by how much beancount may round (the file itself is exact, and hledger checks it exactly)`;
        lines.push(`; ${this.caution}`);
      }
    }
    lines.push('', ...heads.map(describeHead), '');
    return lines.join('\n');
  }
}

/**
 * By how much beancount's own sum of an account may be off, atto-tokens: 0 unless the account's turnover has more digits
 * than it calculates with; then at most one unit of the last digit that it keeps, for each movement.
 */
function roundingOf({ turnover, legs }: AccountTotal): bigint {
  const excess = turnover.toString().length - DIGITS;
  return excess > 0 ? BigInt(legs) * 10n ** BigInt(excess) : 0n;
}

/** Beancount tolerates half a unit of the coarsest last digit of an entry, so all 18 are written: half an atto. */
function allDigits(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(FRACTION_DIGITS + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -FRACTION_DIGITS)}.${digits.slice(-FRACTION_DIGITS)}`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
