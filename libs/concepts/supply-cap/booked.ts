/** What a holder shard knows of a cap: it mints nothing by its own word then, and books what the registry allowed once. */
import {
  parseTime,
  postingsOf,
  UndoableMap,
  type EntryPosition,
  type Recorded,
  type Typed,
  type UndoLog,
} from '#domain';
import { ISSUANCE } from '../supply/funds.js';

/** What was allowed by the registry and is booked here. */
export class BookedMintsPart {
  /** By the registry's entry that allowed it, for ever. */
  readonly byAllowance: UndoableMap<string, EntryPosition>;
  private readonly sums: UndoableMap<'all', bigint>;

  constructor(undo: UndoLog) {
    this.byAllowance = new UndoableMap(undo);
    this.sums = new UndoableMap(undo);
  }

  /** All of it together, atto-tokens: mints, grants and epochs. */
  get sum(): bigint {
    return this.sums.get('all') ?? 0n;
  }

  add(amount: bigint): void {
    if (amount > 0n) this.sums.set('all', this.sum + amount);
  }
}

export interface BookedMintsState {
  readonly bookedMints: BookedMintsPart;
}

/** Notes that an entry books what was allowed; one that names no allowance changes nothing. */
export function noteBooked(
  { bookedMints }: BookedMintsState,
  { allowed, amount }: { readonly allowed?: string; readonly amount: string },
  position: EntryPosition,
): void {
  if (allowed === undefined) return;
  bookedMints.byAllowance.set(allowed, position);
  bookedMints.add(BigInt(amount));
}

/**
 * What a shard has in circulation beside all that the registry allowed, atto-tokens: it is the same whether or not an
 * allowance is booked yet. Below zero where more was burned than the shard minted by its own word.
 */
export function supplyBeside(state: BookedMintsState & { readonly balance: (account: string) => bigint }): bigint {
  return -state.balance(ISSUANCE) - state.bookedMints.sum;
}

/**
 * What an entry adds to the supply of a shard after an instant, atto-tokens: what is left out is as if it had been there. An
 * epoch that ended by then counts from its end on, however late its tokens were minted.
 */
export function weighIssued(event: Typed, atMs: number): bigint {
  if (event.type === 'TokensEmitted' && parseTime((event as Typed & Recorded).time, 'time') <= atMs) return 0n;
  let sum = 0n;
  for (const { debit, credit, amount } of postingsOf(event)) {
    if (debit === ISSUANCE) sum += BigInt(amount);
    if (credit === ISSUANCE) sum -= BigInt(amount);
  }
  return sum;
}

/** What is outstanding over all shards, from what each of them has: never below nothing, whose clock ever is ahead. */
export function supplyOf(parts: Iterable<bigint>): bigint {
  let sum = 0n;
  for (const part of parts) sum += part;
  return sum < 0n ? 0n : sum;
}

/** Whether a policy with a cap was published: from then on the registry decides what is minted. */
export interface KnowsCap {
  readonly emissionPolicies: { readonly cappedFrom: number | undefined };
}

/** A shard was asked to mint by its own word, and there is a cap. Nothing was done: the registry is to be asked. */
export class RegistryDecides extends Error {
  constructor() {
    super('there is a cap: the registry decides what is minted');
    this.name = 'RegistryDecides';
  }
}

/** @throws RegistryDecides */
export function leaveToRegistry({ emissionPolicies }: KnowsCap): void {
  if (emissionPolicies.cappedFrom !== undefined) throw new RegistryDecides();
}
