/** Reads exports back without the code that wrote them: lines, a pattern and a sum. */
import { parse } from 'csv-parse/sync';
import { parseAmount } from '#domain';

export interface BookTransaction {
  readonly heading: string;
  /** In file order, atto-tokens, debits positive. */
  readonly legs: readonly (readonly [account: string, amount: bigint])[];
}

export interface ReadBooks {
  readonly transactions: readonly BookTransaction[];
  /** What the file asserts, by account, debits positive. */
  readonly asserted: ReadonlyMap<string, bigint>;
  readonly declared: readonly string[];
}

const AMOUNT = String.raw`-?\d+(?:\.\d+)?`;
const HEADING = /^\d{4}-\d\d-\d\d \* (?<heading>.*)$/;
const LEG = new RegExp(String.raw`^ {2,}(?<account>[A-Za-z]+:\S+)  (?<amount>${AMOUNT}) AIR$`);
const HLEDGER_ASSERTION = new RegExp(String.raw`^ {4}(?<account>\S+)  0 AIR = (?<amount>${AMOUNT}) AIR$`);
const BEANCOUNT_ASSERTION = new RegExp(
  String.raw`^\d{4}-\d\d-\d\d balance (?<account>\S+)  (?<amount>${AMOUNT}) ~ \S+ AIR$`,
);
const DECLARATION = /^(?:\d{4}-\d\d-\d\d open|account) (?<account>\S+)(?: AIR|  ; type:[AL])$/;
const OTHER = /^(|;.*|\s+(;|time:|name:|precision:).*|option .*|decimal-mark \.|(1970-01-01 )?commodity .*)$/;

/** @throws Error for a line that belongs to nothing */
export function readBooks(text: string): ReadBooks {
  const transactions: { heading: string; legs: [string, bigint][] }[] = [];
  const asserted = new Map<string, bigint>();
  const declared: string[] = [];
  for (const line of text.split('\n')) {
    const heading = HEADING.exec(line)?.groups;
    const leg = LEG.exec(line)?.groups;
    const assertion = (HLEDGER_ASSERTION.exec(line) ?? BEANCOUNT_ASSERTION.exec(line))?.groups;
    const declaration = DECLARATION.exec(line)?.groups;
    if (heading !== undefined) transactions.push({ heading: heading['heading']!, legs: [] });
    else if (leg !== undefined) transactions.at(-1)!.legs.push([leg['account']!, readSigned(leg['amount']!)]);
    else if (assertion !== undefined) asserted.set(assertion['account']!, readSigned(assertion['amount']!));
    else if (declaration !== undefined) declared.push(declaration['account']!);
    else if (!OTHER.test(line)) throw new Error(`what is this line? ${JSON.stringify(line)}`);
  }
  return { transactions: transactions.filter(({ legs }) => legs.length > 0), asserted, declared };
}

export function sumByAccount(transactions: readonly BookTransaction[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [account, amount] of transactions.flatMap(({ legs }) => legs))
    sums.set(account, (sums.get(account) ?? 0n) + amount);
  return sums;
}

/** RFC 4180 as another program reads it. */
export function readCsv(text: string): Record<string, string>[] {
  return parse(text, { columns: true, record_delimiter: '\r\n' });
}

/** Tokens with a sign as atto-tokens. */
export function readSigned(text: string): bigint {
  return text.startsWith('-') ? -parseAmount(text.slice(1)) : parseAmount(text);
}
