/** The chart of accounts against real journals, and against the verifiers, which keep lists of their own. */
import { readFile } from 'node:fs/promises';
import { CODEC, strayPostings, type JournalEvent, accountKind, ACCOUNTS, isSpendable } from '#concepts';
import { postingsOf, type AccountKind } from '#domain';
import { openAudits } from '#concepts/audits';
import { readEvents, type ConceptAudit } from './index.js';
import { AccountList } from './verifier/account-list.js';
import { Walk } from './verifier/walk.js';
import { exportOrder, liveBySteps, liveOn, liveThrough, liveToEnds } from '../test-support/history.js';
import { MemoryStore } from '../test-support/memory-store.js';
import { openWorld } from '../test-support/world.js';

const SHARDS = 3;
const SPENDABLE_IN_PYTHON = /SPENDABLE = re\.compile\(\s*((?:r"[^"]*"\s*)+)\)/;
const samples = Object.values<AccountKind>(ACCOUNTS).map(({ pattern }) =>
  pattern.replace('{holder}', 'acme').replace('{chain}', '31337'),
);
/** What the verifiers guard by the law of cuts and plans instead, over all chains together: only batches move it. */
const LAW_6: Readonly<Record<string, string>> = { 'chain:{chain}:supply': 'never over all chains' };
const guarded = samples.filter((account) => isSpendable(account) && account !== 'chain:31337:supply');

describe('given a history that touches every kind of entry', () => {
  it('all value stands in accounts of the chart and moved as its entries’ flows allow', async () => {
    const world = await openWorld(SHARDS);
    await liveThrough(world);
    await liveOn(world);
    await liveBySteps(world);
    await liveToEnds(world);
    const events = (await exportOrder(world.store, SHARDS)).flatMap((page) => [
      ...readEvents<JournalEvent>(page, CODEC),
    ]);
    const accounts = events.flatMap(({ event }) => postingsOf(event).flatMap(({ debit, credit }) => [debit, credit]));
    expect(accounts.filter((account) => accountKind(account) === undefined)).toEqual([]);
    expect(events.flatMap(({ event }) => strayPostings(event))).toEqual([]);
    // Every kind of account is in it, so the checks above looked at all of the chart; nothing spends yet what these are short of.
    const idle = ['treasuryClawback'];
    expect(new Set(accounts.map(accountKind))).toEqual(
      new Set(Object.keys(ACCOUNTS).filter((kind) => !idle.includes(kind))),
    );
  });
});

describe('the verifiers’ own lists of accounts', () => {
  it('say of each account what the chart says: its place in the supply law, and whether it may fall below zero', () => {
    const { concepts } = openAudits(new Walk(new MemoryStore(), { shards: SHARDS }));
    const audited = concepts.flatMap(({ accounts = [] }: ConceptAudit) => accounts);
    const byPattern = (a: { pattern: string }, b: { pattern: string }) => (a.pattern < b.pattern ? -1 : 1);
    expect([...audited].sort(byPattern)).toEqual(
      Object.values<AccountKind>(ACCOUNTS)
        .map(({ pattern, supply, belowZero }) => ({ pattern, supply, belowZero: LAW_6[pattern] ?? belowZero }))
        .sort(byPattern),
    );
  });

  it('guard the same accounts after every posting', () => {
    const { concepts } = openAudits(new Walk(new MemoryStore(), { shards: SHARDS }));
    const list = new AccountList(concepts.flatMap(({ accounts = [] }: ConceptAudit) => accounts));
    expect(samples.filter((account) => list.isSpentFromWhatIsThere(account))).toEqual(guarded);
  });

  it('are the same in Python', async () => {
    const script = await readFile(new URL('../../../test/journal-verifier/journal.py', import.meta.url), 'utf8');
    const literals = SPENDABLE_IN_PYTHON.exec(script)![1]!.matchAll(/r"([^"]*)"/g);
    const pattern = new RegExp(`^(${[...literals].map(([, text]) => text).join('')})$`);
    expect(samples.filter((account) => pattern.test(account))).toEqual(guarded);
  });
});
