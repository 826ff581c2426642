import { setTimeout as delay } from 'node:timers/promises';
import { SPEC_ROOT, SPEC_WRITER, specFounding } from '#journal/testing';
import { eventually } from '#testing';
import { CODEC, type JournalEvent, type KeyIssued, type RegistryEvent } from '#concepts';
import {
  FIRST_PREVIOUS_HASH,
  headOf,
  sealPage,
  SequencerHalted,
  StoreUnavailable,
  type JournalStore,
  type Page,
  type PageHead,
} from '#journal';
import { ConfigurationError, Unavailable } from '#platform';
import { CatalogueFollower } from './catalogue-follower.js';
import { answerInTime } from './deadline.js';
import { ensureFounded } from './journal-identity.js';

const SHARD = 2;

/** A journal in memory whose faults a spec can choose: what a real store does only when it breaks. */
class FaultyJournal implements JournalStore {
  readonly shards = new Map<number, Page[]>([[SHARD, [specFounding(SHARD)]]]);
  looks = 0;
  subscriptions = 0;
  isAway = false;
  isDeaf = false;
  private readonly bells = new Set<() => void>();

  append(page: Page): Promise<void> {
    const pages = this.shards.get(page.shard) ?? [];
    pages.push(page);
    this.shards.set(page.shard, pages);
    for (const bell of this.bells) bell();
    return Promise.resolve();
  }

  /** Appends one page of these events. */
  async write(shard: number, ...events: object[]): Promise<void> {
    const last = this.shards.get(shard)?.at(-1);
    return this.append(
      sealPage(
        {
          journal: specFounding(SHARD).journal,
          registry: { height: last?.height ?? 0, hash: last?.hash ?? FIRST_PREVIOUS_HASH },
          shard,
          height: (last?.height ?? 0) + 1,
          recordedAt: '2026-01-02T03:04:05.000Z',
          previousHash: last?.hash ?? FIRST_PREVIOUS_HASH,
          offsets: [],
        },
        events.map((event) => CODEC.encode(event as JournalEvent)),
        SPEC_WRITER,
      ),
    );
  }

  read(shard: number, fromHeight: number, limit: number): Promise<Page[]> {
    return Promise.resolve((this.shards.get(shard) ?? []).slice(fromHeight - 1, fromHeight - 1 + limit));
  }

  head(shard: number): Promise<PageHead | undefined> {
    this.looks++;
    const last = this.shards.get(shard)?.at(-1);
    return Promise.resolve(last === undefined ? undefined : headOf(last));
  }

  now(): Promise<number> {
    return Promise.resolve(Date.now());
  }

  async *subscribe(shard: number, fromHeight: number, signal: AbortSignal): AsyncIterable<Page> {
    this.subscriptions++;
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    for (let height = fromHeight; !signal.aborted;) {
      if (this.isAway) throw new StoreUnavailable('the spec took it away');
      const page = this.isDeaf ? undefined : this.shards.get(shard)?.[height - 1];
      if (page !== undefined) {
        yield page;
        height++;
      } else {
        await Promise.race([aborted, new Promise<void>((resolve) => this.bells.add(resolve))]);
      }
    }
  }

  /** Wakes subscriptions, so that they see what has changed. */
  ring(): void {
    for (const bell of this.bells) bell();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const issued = (key: string): KeyIssued => ({
  type: 'KeyIssued',
  time: '2026-01-02T03:04:05Z',
  actor: 'key:admin',
  origin: 'request:1',
  key,
  role: 'operator',
  hash: `hash-of-${key}`,
});
const rejected = { type: 'UsageRejected', topic: 't', partition: 0, offset: 0, code: 'X', detail: '' };

const followers: CatalogueFollower[] = [];

async function follow(journal: FaultyJournal, trouble: string[] = []): Promise<CatalogueFollower> {
  const follower = new CatalogueFollower(journal, SHARD, (message) => trouble.push(message));
  followers.push(follower);
  await follower.start();
  return follower;
}

afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()));
});

describe('the catalogue follower', () => {
  it('knows at the start what there is, and then what is appended', async () => {
    const journal = new FaultyJournal();
    await journal.write(SHARD, issued('a'));
    const follower = await follow(journal);
    expect(follower.find('hash-of-a')).toEqual({ id: 'a', role: 'operator' });
    await journal.write(SHARD, issued('b'));
    await follower.until(3);
    expect(follower.find('hash-of-b')).toBeDefined();
    await journal.write(SHARD, { ...issued('a'), type: 'KeyRevoked' } satisfies RegistryEvent | object);
    await follower.until(4);
    expect(follower.find('hash-of-a')).toBeUndefined();
  });

  it('follows again, with pauses, after a store that was away', async () => {
    const journal = new FaultyJournal();
    const trouble: string[] = [];
    const follower = await follow(journal, trouble);
    journal.isAway = true;
    journal.ring();
    const beganMs = performance.now();
    await eventually(() => trouble.length >= 2, Boolean, { what: 'trouble told twice' });
    // A pause of 50 ms at least goes before each: however late this test looks, it does not look at a busy loop.
    expect(journal.subscriptions).toBeLessThan(2 + (performance.now() - beganMs) / 50);
    journal.isAway = false;
    await journal.write(SHARD, issued('a'));
    await follower.until(2);
    expect(follower.find('hash-of-a')).toBeDefined();
  });

  it('waits five seconds for a height and remembers nobody who gave up', async () => {
    const journal = new FaultyJournal();
    const follower = await follow(journal);
    await expect(follower.until(2)).rejects.toThrow(Unavailable);
    await journal.write(SHARD, issued('a'));
    await follower.until(2);
  }, 10_000);

  it('looks at the store once for all who ask together, at most twenty times a second', async () => {
    const journal = new FaultyJournal();
    const follower = await follow(journal);
    await Promise.all(Array.from({ length: 100 }, () => follower.refresh()));
    expect(journal.looks).toBe(1);
    const beganMs = performance.now();
    for (let n = 0; n < 5; n++) await follower.refresh();
    expect(performance.now() - beganMs).toBeGreaterThan(200);
  });

  it('shows whoever refreshes all that was appended before the call', async () => {
    const journal = new FaultyJournal();
    const follower = await follow(journal);
    const looks: Promise<void>[] = [];
    for (let n = 1; n <= 20; n++) {
      await journal.write(SHARD, issued(`k${n}`));
      looks.push(follower.refresh().then(() => expect(follower.find(`hash-of-k${n}`)).toBeDefined()));
      await delay(7);
    }
    await Promise.all(looks);
  });

  it('finds no key that was revoked while the process was stopped, whatever became of its subscription', async () => {
    const journal = new FaultyJournal();
    await journal.write(SHARD, issued('a'));
    const now = { monotonicMs: 0, wallMs: 1_700_000_000_000 };
    const clocks = { monotonicMs: () => now.monotonicMs, wallMs: () => now.wallMs };
    const follower = new CatalogueFollower(journal, SHARD, () => undefined, clocks);
    followers.push(follower);
    await follower.start();
    journal.isDeaf = true;
    await journal.write(SHARD, { ...issued('a'), type: 'KeyRevoked' } satisfies RegistryEvent | object);
    now.monotonicMs += 1_000;
    await follower.refreshIfOld();
    expect([journal.looks, follower.find('hash-of-a')?.id]).toEqual([0, 'a']);
    now.wallMs += 1_001;
    await follower.refreshIfOld();
    expect([journal.looks, follower.find('hash-of-a')]).toEqual([1, undefined]);
    await follower.refreshIfOld();
    expect(journal.looks).toBe(1);
  });

  it('stays old while it cannot look', async () => {
    const journal = new FaultyJournal();
    const now = { monotonicMs: 0, wallMs: 0 };
    const clocks = { monotonicMs: () => now.monotonicMs, wallMs: () => now.wallMs };
    const follower = new CatalogueFollower(journal, SHARD, () => undefined, clocks);
    followers.push(follower);
    await follower.start();
    now.monotonicMs += 60_000;
    journal.head = () => Promise.reject(new StoreUnavailable('the spec took it away'));
    await expect(follower.refreshIfOld()).rejects.toThrow(StoreUnavailable);
    expect(follower.pictureAgeMs).toBe(60_000);
  });

  it('says which page it cannot follow, and goes no further', async () => {
    const journal = new FaultyJournal();
    const follower = await follow(journal);
    await journal.write(SHARD, { type: 'PriceBookPublished', version: 1, book: { effectiveAt: 'never', prices: [] } });
    await eventually(() => follower.trouble !== undefined, Boolean, { what: 'trouble' });
    expect(follower.trouble).toContain('page 2 of shard 2 is refused');
    expect(follower.height).toBe(1);
  });
});

describe('a journal', () => {
  const founder = { root: SPEC_ROOT, writer: SPEC_WRITER };
  const ignore = () => undefined;
  const silent = { info: ignore, warn: ignore, error: ignore };
  const empty = () => {
    const journal = new FaultyJournal();
    journal.shards.clear();
    return journal;
  };

  it('is founded once, by whoever may', async () => {
    const journal = empty();
    await ensureFounded(journal, 4, founder, silent);
    await ensureFounded(journal, 4, undefined, silent);
    expect(journal.shards.get(4)).toHaveLength(1);
  });

  it('is waited for by whoever may not found it', async () => {
    const journal = empty();
    const waiting = ensureFounded(journal, 4, undefined, silent);
    await ensureFounded(journal, 4, founder, silent);
    await expect(waiting).resolves.toBeUndefined();
  });

  it('keeps the number of shards that it was founded with', async () => {
    for (const other of [1, 3, 64]) {
      const refusal = ensureFounded(new FaultyJournal(), other, founder, silent);
      await expect(refusal).rejects.toThrow(ConfigurationError);
      await expect(refusal).rejects.toThrow('AIRTIME_SHARDS=2');
    }
  });

  it('is none where pages stand that no founding precedes', async () => {
    const journal = empty();
    await journal.write(1, rejected);
    await expect(ensureFounded(journal, 4, founder, silent)).rejects.toThrow('is not founded');
  });
});

describe('the answer to a caller', () => {
  it('comes in time, or is 503 with an unknown outcome', async () => {
    await expect(answerInTime(Promise.resolve(7))).resolves.toBe(7);
    await expect(answerInTime(new Promise(() => undefined), 20)).rejects.toThrow('the outcome is unknown');
  });

  it('is 503 where the shard is halted', async () => {
    const halted = new SequencerHalted(1, new Error('unsound'));
    await expect(answerInTime(Promise.reject(halted))).rejects.toThrow(Unavailable);
  });
});
