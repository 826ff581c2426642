import fc from 'fast-check';
import { CODEC, Catalogue, type LedgerCommand, customerAvailable } from '#concepts';
import { DomainError, UNREAD } from '#domain';
import type { LedgerSequencer } from '#concepts/shards';
import {
  HeightTaken,
  Lane,
  LaneBroken,
  PAGE_EVENTS_MAX,
  readEvents,
  sealPage,
  SequencerBusy,
  SequencerHalted,
  StoreUnavailable,
  type Page,
} from './index.js';
import { describeJournalStore, describeTimeBounds } from './store.contract.js';
import { SPEC_SEALING, SPEC_WRITER } from '../test-support/spec-writers.js';
import { MemoryStore, type Fate, type MemoryPages } from '../test-support/memory-store.js';
import {
  burn,
  CUSTOMERS,
  mint,
  NOW,
  openLedger,
  openWorld,
  report,
  send,
  snapshot,
  TOPIC,
  usage,
} from '../test-support/world.js';

const sharedPages: MemoryPages = new Map();
describeJournalStore('MemoryStore', () => Promise.resolve(new MemoryStore(sharedPages)));
describeTimeBounds('MemoryStore', () => Promise.resolve(new MemoryStore(sharedPages)));

const TOKEN = 10n ** 18n;
const balanceOf = (ledger: LedgerSequencer, customer: string): bigint =>
  ledger.state.balance(customerAvailable(customer));

/** A store and one holder shard on it. */
async function openShard(options: Parameters<typeof openLedger>[4] = {}) {
  const store = new MemoryStore();
  const { catalogue, ledgers } = await openWorld(1, store, { retryDelayMaxMs: 1, ...options });
  const pages = (): Page[] => store.pages.get(0) ?? [];
  const rival = async (pagesOf: MemoryPages = store.pages) => {
    const other = openLedger(0, 1, catalogue, new MemoryStore(pagesOf), { retryDelayMaxMs: 1 });
    await other.start();
    return other;
  };
  return { store, catalogue, ledger: ledgers[0]!, pages, rival };
}

/** Lets one test hold appends until it says so. */
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

describe('a sequencer', () => {
  it('writes the commands of one burst into one page, in order', async () => {
    const { ledger, pages } = await openShard();
    const answers = await Promise.all(CUSTOMERS.map((customer) => ledger.execute(mint(customer, '1'))));
    expect(pages()).toHaveLength(1);
    expect([...readEvents(pages()[0]!, CODEC)].map(({ event }) => 'holder' in event && event.holder)).toEqual(
      CUSTOMERS,
    );
    expect(answers.map(({ position }) => position.height)).toEqual([1, 1, 1, 1, 1]);
  });

  it('gathers what comes during an append into the next page', async () => {
    const { ledger, pages, store } = await openShard();
    const hold = gate();
    const begun = gate();
    store.fate = async () => {
      begun.open();
      await hold.passed;
      return 'well' as const;
    };
    const first = ledger.execute(mint('acme', '1'));
    await begun.passed;
    const others = CUSTOMERS.map((customer) => ledger.execute(mint(customer, '1')));
    hold.open();
    await Promise.all([first, ...others]);
    expect(pages().map(({ count }) => count)).toEqual([1, CUSTOMERS.length]);
  });

  it('takes a command that comes at any moment after an answer', async () => {
    const { ledger } = await openShard();
    for (let hops = 0; hops < 12; hops++) {
      await ledger.execute(mint('acme', '1'));
      for (let hop = 0; hop < hops; hop++) await Promise.resolve();
    }
    await ledger.execute(mint('acme', '1'));
    expect(balanceOf(ledger, 'acme')).toBe(13n * TOKEN);
  });

  it('carries a command that does not fit to the next page, whole', async () => {
    const { ledger, pages } = await openShard();
    const batch = (n: number) =>
      usage(Array.from({ length: 100 }, (_, i) => report({ id: `${n}-${i}-${'x'.repeat(700)}` })));
    await Promise.all(Array.from({ length: 12 }, (_, n) => ledger.execute(batch(n))));
    expect(pages().length).toBeGreaterThan(1);
    expect(pages().reduce((sum, { count }) => sum + count, 0)).toBe(1_200);
    for (const page of pages()) {
      expect(page.count % 100).toBe(0);
      expect(page.body.length).toBeLessThanOrEqual(1_000_000);
    }
    expect(ledger.state.usage.size).toBe(1_200);
  });

  it('never puts more than the greatest number of events into a page', async () => {
    const { ledger, pages } = await openShard();
    await Promise.all(Array.from({ length: PAGE_EVENTS_MAX + 3 }, () => ledger.execute(mint('acme', '1'))));
    expect(pages().every(({ count }) => count <= PAGE_EVENTS_MAX)).toBe(true);
    expect(balanceOf(ledger, 'acme')).toBe(BigInt(PAGE_EVENTS_MAX + 3) * TOKEN);
  });

  it('refuses a command whose events no page can hold, and goes on', async () => {
    const { ledger } = await openShard();
    const huge = { ...mint('acme', '1'), reason: 'x'.repeat(1_000_001) } as LedgerCommand;
    await expect(ledger.execute(huge)).rejects.toThrow(RangeError);
    await ledger.execute(mint('acme', '2'));
    expect(balanceOf(ledger, 'acme')).toBe(2n * TOKEN);
  });

  it('takes back only the command that failed half-way', async () => {
    const { ledger, pages } = await openShard();
    const [, failed] = await Promise.allSettled([
      ledger.execute(mint('acme', '5')),
      ledger.execute({ ...mint('acme', '1'), amount: undefined } as unknown as LedgerCommand),
      ledger.execute(burn('acme', '2')),
    ]);
    expect(failed).toMatchObject({ status: 'rejected' });
    expect(pages()[0]!.count).toBe(2);
    expect(balanceOf(ledger, 'acme')).toBe(3n * TOKEN);
  });

  it('halts and writes nothing when a decision cannot be folded; a new one decides what waited', async () => {
    const troubles: string[] = [];
    const { ledger, pages, rival } = await openShard({ onTrouble: (message) => troubles.push(message) });
    await ledger.execute(mint('acme', '1'));
    const before = snapshot(ledger);
    const answers = await Promise.allSettled([
      ledger.execute(mint('acme', '5')),
      ledger.execute({ ...mint('acme', '1'), amount: -1n } as unknown as LedgerCommand),
      ledger.execute(burn('acme', '2')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const answer of answers) expect(answer).toMatchObject({ reason: expect.any(SequencerHalted) });
    await expect(ledger.execute(mint('acme', '5'))).rejects.toThrow(SequencerHalted);
    expect(pages()).toHaveLength(1);
    expect(snapshot(ledger)).toEqual(before);
    expect(troubles).toEqual([ledger.halted!.message]);
    expect(ledger.halted!.message).toContain('start a mended version');
    const restarted = await rival();
    await restarted.execute(mint('acme', '5'));
    expect(balanceOf(restarted, 'acme')).toBe(6n * TOKEN);
  });

  it('tries commands out one upon the other, and leaves no trace of them', async () => {
    const { ledger, pages } = await openShard();
    await ledger.execute(mint('acme', '5'));
    const before = snapshot(ledger);
    const tried = await ledger.tryOut((decide, state) => {
      decide(burn('acme', '3'));
      const refusals = [burn('acme', '3'), { ...mint('acme', '1'), amount: undefined } as unknown as LedgerCommand].map(
        (command) => {
          try {
            decide(command);
            return undefined;
          } catch (error) {
            return (error as Error).name;
          }
        },
      );
      decide(burn('acme', '2'));
      return [state.balance('customer:acme:available'), refusals];
    });
    expect(tried).toEqual([0n, ['DomainError', 'TypeError']]);
    expect(snapshot(ledger)).toEqual(before);
    expect(pages()).toHaveLength(1);
    await ledger.execute(burn('acme', '5'));
    expect(balanceOf(ledger, 'acme')).toBe(0n);
  });

  it('halts when a decision cannot be taken back', async () => {
    const { ledger, pages } = await openShard();
    const { undo } = ledger.state;
    const failed = ledger.execute({ ...mint('acme', '1'), amount: undefined } as unknown as LedgerCommand);
    undo.onRollback(() => {
      throw new Error('planted');
    });
    // The planted step stands below the command's own: it is met when the whole page is taken back.
    await expect(failed).rejects.toThrow(TypeError);
    const refused = ledger.execute({ ...mint('acme', '1'), amount: -1n } as unknown as LedgerCommand);
    await expect(refused).rejects.toThrow(SequencerHalted);
    expect(pages()).toHaveLength(0);
  });

  it('after a lost race catches up and decides again, once', async () => {
    const { ledger, pages, rival } = await openShard();
    const other = await rival();
    await ledger.execute(mint('acme', '5'));
    await other.execute(burn('acme', '3'));
    const burned = await Promise.allSettled([ledger.execute(burn('acme', '3')), ledger.execute(burn('acme', '1'))]);
    expect(burned.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(pages().map(({ count }) => count)).toEqual([1, 1, 1]);
    expect(balanceOf(ledger, 'acme')).toBe(1n * TOKEN);
  });

  it('does not refuse on a balance that another writer has changed since', async () => {
    const { ledger, rival } = await openShard();
    const other = await rival();
    await other.execute(mint('acme', '3'));
    await expect(ledger.execute(burn('acme', '3'))).resolves.toMatchObject({ position: { height: 2 } });
  });

  it('knows its own page when the answer to the append was lost', async () => {
    const { ledger, pages, store } = await openShard();
    const fates: Fate[] = ['answer-lost'];
    store.fate = (call) => (call === 'append' ? (fates.pop() ?? 'well') : 'well');
    await expect(ledger.execute(mint('acme', '1'))).resolves.toMatchObject({ position: { height: 1 } });
    expect(pages()).toHaveLength(1);
    expect(balanceOf(ledger, 'acme')).toBe(TOKEN);
  });

  it('waits for a store that is away and goes on by itself', async () => {
    const troubles: string[] = [];
    const { ledger, store } = await openShard({ onTrouble: (message) => troubles.push(message) });
    let away = 5;
    store.fate = () => (away-- > 0 ? 'unavailable' : 'well');
    await ledger.execute(mint('acme', '1'));
    expect(troubles).toEqual(Array.from({ length: 5 }, () => 'shard 0 waits for its store'));
  });

  it('tells a refusal that rests on the page under way only when that page is durable', async () => {
    const { ledger, store } = await openShard();
    const hold = gate();
    store.fate = async () => {
      await hold.passed;
      return 'well' as const;
    };
    let told = false;
    const minted = ledger.execute(mint('acme', '1'));
    const refused = ledger.execute(burn('acme', '2')).catch((error: unknown) => {
      told = true;
      return error;
    });
    for (let i = 0; i < 5; i++) await new Promise(setImmediate);
    expect(told).toBe(false);
    hold.open();
    await minted;
    expect(await refused).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
  });

  it('takes everything back when an append fails for good, and decides the next command afresh', async () => {
    const { ledger, store } = await openShard();
    const before = snapshot(ledger);
    store.fate = () => Promise.reject(new Error('permission denied'));
    await expect(ledger.execute(usage([report()], 0))).rejects.toThrow('permission denied');
    expect(snapshot(ledger)).toEqual(before);
    store.fate = () => 'well';
    await expect(ledger.execute(usage([report()], 0))).resolves.toMatchObject({ outcome: { answer: { accepted: 1 } } });
  });

  it('counts a page as durable even when its listener fails', async () => {
    const troubles: string[] = [];
    const { ledger } = await openShard({
      onPage: () => {
        throw new Error('listener');
      },
      onTrouble: (message) => troubles.push(message),
    });
    await ledger.execute(mint('acme', '1'));
    expect(troubles).toEqual(['a listener of shard 0 failed at page 1']);
  });

  it('finishes what waits before it stops, then refuses', async () => {
    const { ledger, pages } = await openShard();
    const minted = ledger.execute(mint('acme', '1'));
    await ledger.stop();
    await minted;
    expect(pages()).toHaveLength(1);
    await expect(ledger.execute(mint('acme', '1'))).rejects.toBeInstanceOf(SequencerBusy);
  });

  it('gives up a store that stays away while it stops', async () => {
    const { ledger, store } = await openShard();
    store.fate = () => 'unavailable';
    const minted = ledger.execute(mint('acme', '1')).catch((error: unknown) => error);
    await ledger.stop(5);
    expect(await minted).toBeInstanceOf(StoreUnavailable);
  });

  it('refuses a command beyond the greatest queue', async () => {
    const { ledger } = await openShard({ queueMax: 2 });
    const answers = await Promise.allSettled([1, 2, 3].map(() => ledger.execute(mint('acme', '1'))));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('refuses to decide before it has started', async () => {
    const ledger = openLedger(0, 1, new Catalogue(), new MemoryStore());
    await expect(ledger.execute(mint('acme', '1'))).rejects.toThrow('before it has started');
  });

  it('gives the same state when another process folds its pages', async () => {
    const { ledger, rival } = await openShard();
    await ledger.execute(usage([report(), report({ id: 'r2' }), report({ id: 'r3', model: '' })], 7));
    await ledger.execute(mint('acme', '3', 'key-1'));
    await ledger.execute(send('t1', 'acme', 'bolt', 5n)).catch(() => undefined);
    expect(snapshot(await rival())).toEqual(snapshot(ledger));
  });

  it('answers a repeated request from the record, after a restart too', async () => {
    const { ledger, pages, rival } = await openShard();
    const first = await ledger.execute(mint('acme', '3', 'key-1'));
    const other = await rival();
    const again = await other.execute(mint('acme', '3', 'key-1'));
    expect(again.outcome).toEqual({ ...first.outcome, replayed: true });
    await expect(other.execute(mint('acme', '4', 'key-1'))).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(pages()).toHaveLength(1);
  });

  it('answers a repeated usage batch with the recorded counts', async () => {
    const { ledger, pages } = await openShard();
    const batch = { ...usage([report(), report(), report({ id: 'r9', model: '\u0000' })]), request: REQUEST };
    const first = await ledger.execute(batch);
    expect(first.outcome).toMatchObject({ answer: { accepted: 2, duplicates: 1 } });
    const again = await ledger.execute(batch);
    expect(again.outcome).toEqual({ ...first.outcome, answeredAt: { shard: 0, height: 1, index: 2 } });
    expect(pages()).toHaveLength(1);
  });
});

const REQUEST = { key: 'batch-1', digest: 'd' };

describe('a lane', () => {
  it('refuses what waits behind a refused command of the same page', async () => {
    const { ledger } = await openShard();
    const lane = new Lane();
    const [, refused, behind] = await Promise.allSettled([
      ledger.execute(mint('acme', '1'), lane),
      ledger.execute(burn('acme', '2'), lane),
      ledger.execute(mint('acme', '1'), lane),
      ledger.execute(mint('bolt', '1')),
    ]);
    expect(refused).toMatchObject({ reason: { code: 'INSUFFICIENT_FUNDS' } });
    expect(behind).toMatchObject({ reason: new LaneBroken() });
    expect(balanceOf(ledger, 'acme')).toBe(TOKEN);
    expect(balanceOf(ledger, 'bolt')).toBe(TOKEN);
    await expect(ledger.execute(mint('acme', '1'), lane)).rejects.toBeInstanceOf(LaneBroken);
  });

  it('is whole again when a lost race changes the refusal', async () => {
    const { ledger, rival } = await openShard();
    const other = await rival();
    await other.execute(mint('acme', '2'));
    const lane = new Lane();
    await Promise.all([
      ledger.execute(mint('bolt', '1')),
      ledger.execute(burn('acme', '2'), lane),
      ledger.execute(mint('acme', '1'), lane),
    ]);
    expect(balanceOf(ledger, 'acme')).toBe(TOKEN);
  });

  it('lets those in front go on when the queue is full', async () => {
    const { ledger } = await openShard({ queueMax: 1 });
    const lane = new Lane();
    const answers = await Promise.allSettled([1, 2, 3].map(() => ledger.execute(mint('acme', '1'), lane)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(answers[2]).toMatchObject({ reason: new LaneBroken() });
  });
});

describe('offsets', () => {
  it('of a redelivered batch change nothing, and rejected messages repeat their reason', async () => {
    const { ledger, pages } = await openShard();
    const batch = usage([report(), report({ id: 'r2', customer: 'nobody' })], 10);
    const first = await ledger.execute(batch);
    const again = await ledger.execute(batch);
    expect(first.outcome).toMatchObject({ answer: { accepted: 1, rejected: [{ code: 'UNKNOWN_CUSTOMER' }] } });
    expect(again.outcome).toMatchObject({ answer: { accepted: 0, duplicates: 0, rejected: [{ id: 'r2' }] } });
    expect(pages()).toHaveLength(1);
  });

  it('of a batch that overlaps the last one are recorded from where it ended', async () => {
    const { ledger, pages } = await openShard();
    await ledger.execute(usage([report(), report({ id: 'r2' })], 10));
    await ledger.execute(usage([report({ id: 'r2' }), report({ id: 'r3' })], 11));
    expect(pages().map(({ offsets }) => offsets)).toEqual([
      [{ name: TOPIC, partition: 0, from: 10, to: 12, fingerprint: UNREAD }],
      [{ name: TOPIC, partition: 0, from: 12, to: 13, fingerprint: UNREAD }],
    ]);
    expect(ledger.state.usage.nextOffsets.get(`${TOPIC}/0`)).toBe(13);
  });

  it('of one page are one range where they adjoin and two where they do not', async () => {
    const { ledger, pages } = await openShard();
    await Promise.all([
      ledger.execute(usage([report({ id: 'a' })], 0)),
      ledger.execute(usage([report({ id: 'b' })], 1)),
      ledger.execute(usage([report({ id: 'c' })], 5)),
    ]);
    expect(pages()[0]!.offsets.map(({ from, to }) => [from, to])).toEqual([
      [0, 2],
      [5, 6],
    ]);
  });

  it('without events of this shard still make a page', async () => {
    const { ledger, pages } = await openShard();
    await ledger.execute({
      ...usage([], 0),
      range: { name: TOPIC, partition: 0, from: 0, to: 4, fingerprint: UNREAD },
    });
    expect(pages()[0]).toMatchObject({ count: 0, offsets: [{ from: 0, to: 4 }] });
  });
});

describe('a journal that cannot be followed', () => {
  const forge = (pages: Page[], lines: string[]): Page =>
    sealPage(
      {
        journal: SPEC_SEALING.journal,
        registry: { height: 1, hash: '0'.repeat(64) },
        shard: 0,
        height: pages.length + 1,
        recordedAt: new Date(NOW).toISOString(),
        previousHash: pages.at(-1)?.hash ?? '0'.repeat(64),
        offsets: [],
      },
      lines,
      SPEC_WRITER,
    );
  const overspent = JSON.stringify({
    type: 'Burned',
    postings: [
      { debit: 'issuance', credit: 'customer:bolt:available', amount: '7', asset: 'AIR' },
      { debit: 'customer:acme:available', credit: 'issuance', amount: '9', asset: 'AIR' },
    ],
  });

  it('halts the sequencer: what waits is refused once and nothing is decided any more', async () => {
    const { ledger, store, pages } = await openShard();
    await new MemoryStore(store.pages).append(forge([], [overspent]));
    const answers = await Promise.allSettled([ledger.execute(mint('acme', '1')), ledger.execute(mint('bolt', '1'))]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { name: 'SequencerHalted' } });
    }
    await expect(ledger.execute(mint('acme', '1'))).rejects.toBeInstanceOf(SequencerHalted);
    expect(ledger.halted).toBeInstanceOf(SequencerHalted);
    expect(pages()).toHaveLength(1);
    expect(ledger.state.balances.size).toBe(0);
  });

  it('does not start on an unsound page', async () => {
    const { store, rival } = await openShard();
    const page = forge([], [overspent]);
    store.pages.set(0, [{ ...page, body: Buffer.from('{}\n') }]);
    await expect(rival()).rejects.toThrow('unsound');
  });

  it('waits for a store that refuses a height and shows no page there', async () => {
    const troubles: unknown[] = [];
    const { ledger, store } = await openShard({ onTrouble: (_, error) => troubles.push(error) });
    const append = store.append.bind(store);
    let refusals = 2;
    store.append = (page) => (refusals-- > 0 ? Promise.reject(new HeightTaken(page.shard, page.height)) : append(page));
    await ledger.execute(mint('acme', '1'));
    expect(troubles).toHaveLength(2);
    expect(troubles[0]).toBeInstanceOf(StoreUnavailable);
  });
});

describe('writers of one shard that race', () => {
  /** Delays and faults drawn from a seed, so that a failing run can be repeated. */
  const chance = (seed: number) => {
    let state = seed >>> 0 || 1;
    return (below: number): number => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    };
  };

  it('keep every balance exact and charge each usage once, whatever the store does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 - 1 }), async (seed) => {
        const below = chance(seed);
        const { catalogue, store } = await openShard();
        const faulty = () => {
          const one = new MemoryStore(store.pages);
          one.fate = async () => {
            for (let turns = below(4); turns > 0; turns--) await new Promise(setImmediate);
            return below(6) === 0 ? (below(2) === 0 ? 'unavailable' : 'answer-lost') : 'well';
          };
          return openLedger(0, 1, catalogue, one, { retryDelayMaxMs: 1 });
        };
        const writers = [faulty(), faulty(), faulty()];
        await Promise.all(writers.map((writer) => writer.start()));
        let minted = 0n;
        let burned = 0n;
        const accepted = new Map<string, number>();
        const tell = async (writer: LedgerSequencer, n: number): Promise<void> => {
          // As every request has: two pages that are the same to the byte would be one.
          const origin = `request:${n}`;
          const provenance = { actor: 'key:admin', origin };
          const amount = 1 + below(3);
          switch (below(3)) {
            case 0:
              await writer.execute({ ...mint('acme', `${amount}`), provenance } as LedgerCommand);
              minted += BigInt(amount) * TOKEN;
              return;
            case 1:
              try {
                await writer.execute({ ...burn('acme', `${amount}`), provenance } as LedgerCommand);
                burned += BigInt(amount) * TOKEN;
              } catch (error) {
                if (!(error instanceof DomainError)) throw error;
              }
              return;
            default: {
              const id = `r${below(12)}`;
              const { outcome } = await writer.execute({
                ...usage([report({ id, meters: { odd: '7' } })]),
                origin,
              });
              if (outcome.type === 'usage') accepted.set(id, (accepted.get(id) ?? 0) + outcome.answer.accepted);
            }
          }
        };
        const telling: Promise<void>[] = [];
        for (let n = 0; n < 40; n++) {
          telling.push(tell(writers[below(writers.length)]!, n));
          if (below(3) === 0) await new Promise(setImmediate);
        }
        await Promise.all(telling);
        await Promise.all(writers.map((writer) => writer.stop()));
        const judge = openLedger(0, 1, catalogue, new MemoryStore(store.pages));
        await judge.start();
        let sum = 0n;
        for (const balance of judge.state.balances.values()) sum += balance;
        expect(sum).toBe(0n);
        expect([...accepted.values()].every((times) => times === 1)).toBe(true);
        expect(judge.state.usage.size).toBe(accepted.size);
        const owed = judge.state.balance('customer:acme:receivable');
        const available = balanceOf(judge, 'acme');
        // Each usage costs 7 atto; what was not paid at once is owed.
        expect(minted - burned - 7n * BigInt(accepted.size)).toBe(available + owed);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

describe('a look at the state without one at the store', () => {
  it('sees all that was decided before it once that is durable, and nothing that another process has written', async () => {
    const { ledger, store, rival } = await openShard();
    const other = await rival();
    await other.execute(mint('acme', '1'));
    const read = () => ledger.readNear((state) => state.balance(customerAvailable('acme')));
    expect(await read()).toBe(0n);
    await ledger.readDurable(() => undefined);
    expect(await read()).toBe(TOKEN);
    const { open, passed } = gate();
    store.fate = async () => {
      await passed;
      return 'well' as const;
    };
    const minted = ledger.execute(mint('acme', '1'));
    const reading = read();
    open();
    expect(await reading).toBe(2n * TOKEN);
    await minted;
  });

  it('has the times of pages, whoever folded them', async () => {
    const { ledger, rival } = await openShard();
    await ledger.execute(usage([report({ id: 'timed' })]));
    const other = await rival();
    const spent = (of: LedgerSequencer, afterMs: number) => of.readNear((state) => state.spent.after('acme', afterMs));
    for (const one of [ledger, other])
      expect([await spent(one, NOW - 1), await spent(one, NOW)]).toEqual([2n * TOKEN, 0n]);
  });
});
