/** What a shard had at a past instant: its balances of now, without what its pages after the instant have moved. */
import { setTimeout as delay } from 'node:timers/promises';
import { parseTime, postingsOf, type EventCodec } from '#domain';
import { readEvents, readPagesBack, type JournalStore } from '#journal';

interface PastShard {
  readonly journal: Pick<JournalStore, 'read'>;
  readonly codec: EventCodec;
  readonly shard: number;
  readonly ledger: { closeUpTo(instant: string): Promise<void> };
  /** Copies the balances at a moment when all of them are durable, and says the height of the newest page in them. */
  copy(): Promise<{ readonly balances: Map<string, bigint>; readonly height: number }>;
}

/**
 * Closes a shard up to an instant and reads it back: whoever asks, and whenever, is given the same.
 *
 * @param instant RFC 3339 UTC with milliseconds, at most a few seconds ahead of this process's clock
 * @throws as `Sequencer.closeUpTo` and `readDurable`; StoreUnavailable
 */
export async function readPastBalances(past: PastShard, instant: string): Promise<ReadonlyMap<string, bigint>> {
  const { journal, codec, shard, ledger } = past;
  const aheadMs = parseTime(instant, 'instant') + 1 - Date.now();
  if (aheadMs > 0) await delay(Math.min(aheadMs, AHEAD_MAX_MS));
  await ledger.closeUpTo(instant);
  const { balances, height } = await past.copy();
  const move = (account: string, amount: bigint) => balances.set(account, (balances.get(account) ?? 0n) + amount);
  for await (const page of readPagesBack(journal, shard, height + 1)) {
    if (page.recordedAt <= instant) return balances;
    for (const { event } of readEvents(page, codec)) {
      for (const { debit, credit, amount } of postingsOf(event)) {
        move(debit, BigInt(amount));
        move(credit, -BigInt(amount));
      }
    }
  }
  return balances;
}

/** Clocks of processes may be apart so far. */
const AHEAD_MAX_MS = 5_000;
