/** Which journal a process works on. What its founding says is compared with the configuration; nothing is inferred. */
import { setTimeout as delay } from 'node:timers/promises';
import { CODEC } from '#concepts';
import { foundJournal } from '#concepts/shards';
import { registryShard } from '#domain';
import {
  ClocksApart,
  HeightTaken,
  PageMistimed,
  PRESENT_TIME,
  readEvents,
  type JournalStore,
  type Page,
} from '#journal';
import type { SigningKey } from '#signing';
import { ConfigurationError, type Logger } from '#platform';
import { StoreClock } from './store-clock.js';

const SHARDS_MAX = 64;
const FOUNDED_PAUSE_MS = 250;

/** The keys with which a process may found a journal that is empty. */
export interface Founder {
  readonly root: SigningKey;
  readonly writer: SigningKey;
}

/** Injection token of the {@link Founder}; processes without it wait until a journal is founded. */
export const FOUNDER = Symbol('FOUNDER');

/**
 * Makes sure that the store holds a journal of so many shards: founds one where there is none, or waits until somebody does.
 *
 * @param findMemory says who remembers a journal, where anybody does: then none is founded
 * @throws ConfigurationError when it holds another one, or has lost the one that is remembered
 * @throws StoreUnavailable
 */
export async function ensureFounded(
  store: JournalStore,
  shards: number,
  founder: Founder | undefined,
  logger: Pick<Logger, 'error' | 'info' | 'warn'>,
  findMemory: () => Promise<string | undefined> = () => Promise.resolve(undefined),
): Promise<void> {
  const clock = new StoreClock({ ask: () => store.now(), logger });
  for (let isTold = false; ;) {
    const [first] = await store.read(registryShard(shards), 1, 1);
    if (first !== undefined && foundedShards(first) === shards) return;
    await refuseOther(store, shards);
    if (founder !== undefined) {
      await refuseRemembered(findMemory);
      await found(store, shards, founder, clock);
      continue;
    }
    if (!isTold) logger.info('the journal is not founded yet; waiting for the ledger');
    isTold = true;
    await delay(FOUNDED_PAUSE_MS);
  }
}

/** An installation that remembers a journal has lost it: another one in its place would look as if nothing was missing. */
async function refuseRemembered(findMemory: () => Promise<string | undefined>): Promise<void> {
  const memory = await findMemory();
  if (memory === undefined) return;
  throw new ConfigurationError(
    'JOURNAL_STORE',
    `holds no journal, and ${memory}; put the journal back, or begin a new one with an empty database and data directory`,
  );
}

/** Founds the journal, unless another process was first or this one's clock is apart from the store's: then it waits. */
async function found(store: JournalStore, shards: number, founder: Founder, clock: StoreClock): Promise<void> {
  try {
    await clock.assure();
    await store.append(foundJournal({ shards, ...founder, time: new Date(clock.now()).toISOString() }), {
      time: PRESENT_TIME,
    });
  } catch (error) {
    if (error instanceof HeightTaken) return;
    if (!(error instanceof ClocksApart) && !(error instanceof PageMistimed)) throw error;
    clock.doubt();
    await delay(FOUNDED_PAUSE_MS);
  }
}

/** @throws ConfigurationError unless every shard is empty */
async function refuseOther(store: JournalStore, shards: number): Promise<void> {
  for (let shard = registryShard(SHARDS_MAX); shard >= 0; shard--) {
    const [first] = await store.read(shard, 1, 1);
    if (first === undefined) continue;
    const founded = foundedShards(first);
    // Founded between two looks.
    if (founded === shards) return;
    throw founded === undefined
      ? new ConfigurationError(
          'JOURNAL_STORE',
          `shard ${shard} holds pages of a journal that is not founded; use an empty store`,
        )
      : new ConfigurationError(
          'AIRTIME_SHARDS',
          `this journal was begun with ${founded} shards and keeps them; set AIRTIME_SHARDS=${founded}`,
        );
  }
}

/** The number of shards that a journal's first page founds. */
function foundedShards(page: Page): number | undefined {
  for (const { event } of readEvents(page, CODEC)) {
    const { type, shards } = event as { readonly type: string; readonly shards?: number };
    return type === 'JournalFounded' && shards === page.shard ? shards : undefined;
  }
  return undefined;
}
