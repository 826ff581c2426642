/** What the registry is shown of the holder shards, so that it can say what is minted. */
import { CODEC, supplyBeside, supplyOf, weighIssued, type RegistryCommand } from '#concepts';
import type { ShardHead } from '#domain';
import type { LedgerSequencer } from '#concepts/shards';
import { sumBack, type JournalStore } from '#journal';
import { Unavailable } from '#platform';

type Asking = Extract<RegistryCommand, { readonly type: 'AllowMint' | 'AllowEmission' }>;

export interface ShardsShown {
  readonly store: Pick<JournalStore, 'read'>;
  readonly ledgers: readonly LedgerSequencer[];
  /** Those that this process may write. */
  readonly own: readonly LedgerSequencer[];
  /** The height of the registry at which the first policy with a cap was published. */
  readonly cappedFrom: number | undefined;
}

/** Whether a command has to know what the shards have. */
export function asksForSupply(command: RegistryCommand): command is Asking {
  return command.type === 'AllowMint' || command.type === 'AllowEmission';
}

/**
 * Reads all shards when whatever was booked before the call is durable; under a cap each of them rests on its first policy. For an epoch of
 * inflation they are also closed up to its beginning and read back to it: whoever asks, and whenever, is given the same.
 *
 * @throws Unavailable where a shard is another writer's and not as far yet
 */
export async function withSupply<Command extends Asking>(command: Command, shown: ShardsShown): Promise<Command> {
  const { ledgers, own, cappedFrom = 0 } = shown;
  const atMs =
    command.type === 'AllowEmission' && typeof command.amount !== 'bigint' ? command.amount.sinceMs : undefined;
  if (atMs !== undefined) await Promise.all(own.map((ledger) => ledger.closeUpTo(new Date(atMs).toISOString())));
  const parts = await Promise.all(
    ledgers.map((ledger) =>
      ledger.readDurable((state) => {
        if (ledger.restsOn < cappedFrom)
          throw new Unavailable(`Shard ${ledger.shard} does not know of the cap yet; nothing was done.`, 1);
        const issued = -state.balance('issuance');
        return { head: { shard: ledger.shard, ...ledger.newest }, beside: supplyBeside(state), issued };
      }),
    ),
  );
  const seen = { heads: parts.map(({ head }) => head), beside: parts.reduce((sum, { beside }) => sum + beside, 0n) };
  if (atMs === undefined) return { ...command, seen };
  const then = await Promise.all(
    parts.map(async ({ head, issued }) => issued - (await issuedSince(atMs, head, shown))),
  );
  return { ...command, seen: { ...seen, supply: supplyOf(then) } };
}

/** What a shard has issued after an instant, up to a page, atto-tokens. */
async function issuedSince(atMs: number, { shard, height }: ShardHead, { store, own }: ShardsShown): Promise<bigint> {
  if (!own.some((ledger) => ledger.shard === shard)) {
    const [newest] = await store.read(shard, height, 1);
    if (newest === undefined || Date.parse(newest.recordedAt) <= atMs)
      throw new Unavailable(`Shard ${shard} is not closed up to the epoch's beginning; nothing was done.`, 1);
  }
  const upTo = { afterMs: atMs, before: { shard, height: height + 1, index: 0 } };
  return sumBack(store, CODEC, shard, upTo, (event) => weighIssued(event, atMs));
}
