/** Postings as audits derive them. */
import { formatAmount, type Posting } from '#domain';

/** @param amount atto-tokens, as a number or as an event writes it */
export function move(debit: string, credit: string, amount: bigint | string): Posting {
  return { debit, credit, amount: `${amount}`, asset: 'AIR' };
}

/** One posting for each account that receives anything. */
export function moves(debit: string, credits: readonly string[], amounts: readonly bigint[]): Posting[] {
  const postings: Posting[] = [];
  addMoves(postings, debit, credits, amounts);
  return postings;
}

/** Adds {@link moves} to `postings`. */
export function addMoves(
  postings: Posting[],
  debit: string,
  credits: readonly string[],
  amounts: readonly bigint[],
): void {
  for (let i = 0; i < credits.length; i++) {
    if (amounts[i]! > 0n) postings.push(move(debit, credits[i]!, amounts[i]!));
  }
}

export function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

/** An amount as an event gives it. What is none has been named where it stands, and counts nothing here. */
export function wholeOf(text: unknown): bigint {
  return /^-?\d+$/.test(String(text)) ? BigInt(String(text)) : 0n;
}

export const available = (holder: string): string => `customer:${holder}:available`;

/** The call that takes an entry back. */
export function call(path: string, body: Readonly<Record<string, string>>): string {
  return `POST /v1/${path} ${JSON.stringify(body)}`;
}

/** Tokens for a call. The journal may hold anything: what is no amount is shown as it stands. */
export function tokens(amount: unknown): string {
  return typeof amount === 'string' && /^[0-9]{1,80}$/.test(amount) ? formatAmount(BigInt(amount)) : String(amount);
}
