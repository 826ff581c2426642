/**
 * An export with every type of event and every member that may be left out: both verifiers find it sound, and come to the
 * same sums. What a concept adds and no history has is named here. `npm run compare:verifiers` does the same with 100,000
 * events.
 */
import { openAudits } from '#concepts/audits';
import { readEvents, verifyJournal, type Page } from './index.js';
import { CODEC } from '#concepts';
import { COMPLETE_SHARDS, completeExport } from '../test-support/complete-history.js';
import { MemoryStore } from '../test-support/memory-store.js';
import { EVENT_TYPES, optionalsIn, optionalsOf } from '../test-support/optional-members.js';
import { hasPython, verifyManyInPython } from '../test-support/python-verifier.js';

describe('a complete export', () => {
  let pages: Page[];

  beforeAll(async () => {
    pages = await completeExport(1_500);
  }, 60_000);

  it('has every type of event, and every member that may be left out', () => {
    const types = new Set<string>();
    const members = new Set<string>();
    for (const page of pages) {
      for (const { event } of readEvents(page, CODEC)) {
        types.add(event.type);
        for (const member of optionalsIn(event)) members.add(member);
      }
    }
    expect(EVENT_TYPES.filter((type) => !types.has(type))).toEqual([]);
    expect(EVENT_TYPES.flatMap(optionalsOf).filter((member) => !members.has(member))).toEqual([]);
  });

  it('is sound for both verifiers, with the same sums', async () => {
    const byShard = new Map<number, Page[]>();
    for (const page of pages) byShard.set(page.shard, [...(byShard.get(page.shard) ?? []), page]);
    const found = await verifyJournal(new MemoryStore(byShard), openAudits, { shards: COMPLETE_SHARDS });
    expect(found.findings).toEqual([]);
    expect(found.totals.events).toBeGreaterThan(1_900);
    if (!hasPython) return;
    const [python] = await verifyManyInPython([{ pages, shards: COMPLETE_SHARDS }]);
    const balances = [...found.totals.balances].filter(([, balance]) => balance !== 0n).map(([a, b]) => [a, `${b}`]);
    const { events, pages: counted } = found.totals;
    expect(python!.answer).toMatchObject({ sound: true, findings: [], pages: counted, events });
    expect(python!.answer['balances']).toEqual(Object.fromEntries(balances));
  }, 60_000);
});
