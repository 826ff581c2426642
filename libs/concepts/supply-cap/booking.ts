/** Booking what the registry allowed, in the holder's shard. */
import { recordIfAny, shardOf, type Decide, type EntryOutcome } from '#domain';
import type { GrantIssued } from '../grants/grant-events.js';
import { grantIssued } from '../grants/grant-terms.js';
import { minted } from '../supply/supply.js';
import type { Minted } from '../supply/supply.js';
import type { BookedMintsState } from './booked.js';
import type { AllowancesState, BookMint, MintAllowed } from './supply-cap.js';

export type BookingCommand = BookMint;

interface BookingContext {
  readonly catalogue: AllowancesState;
  readonly shard: number;
  readonly shards: number;
  readonly recordedAt: string;
}

export const decideBooking: Decide<
  BookingCommand,
  BookedMintsState,
  BookingContext,
  Minted | GrantIssued,
  EntryOutcome
> = {
  BookMint: ({ bookedMints }, command, { catalogue, shard, shards, recordedAt }, record) => {
    const { allowed } = command;
    if (bookedMints.byAllowance.has(allowed)) return { type: 'unchanged' };
    const open = catalogue.allowances.open.get(allowed);
    // It rests on the registry's word: where that was not read yet, it is tried again.
    if (open === undefined) throw new Error(`${allowed} is not known to be allowed`);
    const home = shardOf(open.event.holder, shards);
    if (home !== shard) throw new Error(`shard ${shard} was offered what ${home} is to book`);
    return recordIfAny(book(open.event, command, recordedAt), record);
  },
};

function book(event: MintAllowed, { allowed, time, provenance }: BookMint, recordedAt: string): Minted | GrantIssued {
  const { holder, reason, terms } = event;
  const amount = BigInt(event.amount);
  const fields = { time, ...provenance };
  const booked =
    terms === undefined
      ? minted(fields, { holder, amount, reason })
      : grantIssued(fields, { holder, amount, reason }, terms, recordedAt);
  return { ...booked, allowed };
}
