/** What a customer's books hold, and how it is answered. */
import { instant, tokens } from './amounts.js';
import type { GrantKind, Use } from './commands.js';
import type { Shares } from './shares.js';

export const NO_END = Infinity;

export interface Grant {
  readonly id: string;
  readonly kind: GrantKind;
  readonly priority: number;
  readonly amount: bigint;
  readonly effectiveAt: number;
  readonly expiresAt: number;
  isPending: boolean;
  end?: 'expired' | 'voided';
  used: bigint;
  remaining: bigint;
  held: bigint;
  lapsed: bigint;
}

export interface Part {
  readonly grant: string;
  readonly amount: bigint;
}

export interface DebtName {
  readonly source: string;
  readonly id: string;
  readonly provider: string;
}

/** What is owed of one usage, or of one capture. */
export interface Debt extends DebtName {
  readonly entry: string;
  readonly ms: number;
  readonly amount: bigint;
  /** Whose share of it waits; undefined: the treasury's. */
  readonly payee: string | undefined;
  open: bigint;
  /** What each has still to get. */
  due: Shares;
  /** What each has got since. */
  covered: Shares;
  /** What covered it, in the order in which it did. */
  readonly covers: Part[];
}

export interface Hold {
  readonly id: string;
  readonly budget: string | undefined;
  amount: bigint;
  receipt: Part[];
  expiresAt: number;
  state: 'open' | 'captured' | 'released' | 'expired';
  captured: bigint;
  released: bigint;
  receivable: bigint;
}

/** Each grant once, where it stands first. */
export function merge(parts: readonly Part[]): Part[] {
  const merged = new Map<string, bigint>();
  for (const { grant, amount } of parts) merged.set(grant, (merged.get(grant) ?? 0n) + amount);
  return [...merged].filter(([, amount]) => amount > 0n).map(([grant, amount]) => ({ grant, amount }));
}

export const isActive = ({ isPending, end }: Grant): boolean => !isPending && end === undefined;
export const isMovable = ({ kind, expiresAt }: Grant): boolean => kind !== 'promotional' && expiresAt === NO_END;

export function stateOf(grant: Grant): string {
  if (grant.end === 'voided') return 'voided';
  if (grant.isPending) return 'pending';
  if (grant.end === 'expired') return 'expired';
  return grant.remaining + grant.held === 0n ? 'spent' : 'active';
}

/** As a hold that was reserved or extended is answered. */
export const presentOpen = ({ id, amount, expiresAt, receipt }: Hold) => ({
  ...{ hold: id, state: 'open', amount: tokens(amount), expiresAt: instant(expiresAt) },
  receipt: inTokens(receipt),
});

export function inTokens(parts: readonly Part[]) {
  return parts.map(({ grant, amount }) => ({ grant, amount: tokens(amount) }));
}

export const contentOf = (use: Use): string =>
  JSON.stringify(use, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));

/** As `GET /v1/holders/{id}/grants` lists it. */
export const presentGrant = (grant: Grant) => ({
  ...{ grant: grant.id, kind: grant.kind, priority: grant.priority, amount: tokens(grant.amount) },
  ...{ used: tokens(grant.used), remaining: tokens(grant.remaining), held: tokens(grant.held) },
  ...{ lapsed: tokens(grant.lapsed), effectiveAt: instant(grant.effectiveAt) },
  expiresAt: grant.expiresAt === NO_END ? null : instant(grant.expiresAt),
  state: stateOf(grant),
});

/** As `GET /v1/holders/{id}/receivables` lists it. */
export const presentDebt = ({ entry, source, id, provider, amount, open, ms }: Debt) => ({
  ...{ entry, source, id, provider, amount: tokens(amount), open: tokens(open), recordedAt: instant(ms), ageDays: 0 },
});

/** As `GET /v1/holders/{id}/holds` lists it. */
export const presentHold = (hold: Hold) => ({
  ...{ hold: hold.id, state: hold.state, amount: tokens(hold.amount), captured: tokens(hold.captured) },
  ...{ released: tokens(hold.released), receivable: tokens(hold.receivable), receipt: inTokens(hold.receipt) },
  budget: hold.budget ?? null,
});
