/** The chart of accounts against real journals, and against the verifiers, which keep lists of their own. */
import { readFile } from 'node:fs/promises';
import { strayPostings } from '#concepts';
import { accountKind, ACCOUNTS, isSpendable, postingsOf, type AccountKind } from '#domain';
import { readEvents } from './index.js';
import { Findings } from './verifier/findings.js';
import { ShardBooks } from './verifier/shard-books.js';
import { exportOrder, liveThrough } from '../test-support/history.js';
import { openWorld } from '../test-support/world.js';

const SHARDS = 3;
const SPENDABLE_IN_PYTHON = /SPENDABLE = re\.compile\(\s*((?:r"[^"]*"\s*)+)\)/;
const samples = Object.values<AccountKind>(ACCOUNTS).map(({ pattern }) =>
  pattern.replace('{holder}', 'acme').replace('{chain}', '31337'),
);
/** What the verifiers guard by law 6 instead: only batches move it. */
const ELSEWHERE = ['chain:31337:supply'];
const guarded = samples.filter((account) => isSpendable(account) && !ELSEWHERE.includes(account));

describe('given a history that touches every kind of entry', () => {
  it('all value stands in accounts of the chart and moved as its entries’ flows allow', async () => {
    const world = await openWorld(SHARDS);
    await liveThrough(world);
    const events = (await exportOrder(world.store, SHARDS)).flatMap((page) => [...readEvents(page)]);
    const accounts = events.flatMap(({ event }) => postingsOf(event).flatMap(({ debit, credit }) => [debit, credit]));
    expect(accounts.filter((account) => accountKind(account) === undefined)).toEqual([]);
    expect(events.flatMap(({ event }) => strayPostings(event))).toEqual([]);
    // Every kind of account is in it, so the checks above looked at all of the chart.
    expect(new Set(accounts.map(accountKind))).toEqual(new Set(Object.keys(ACCOUNTS)));
  });
});

describe('what may never fall below zero', () => {
  it('is the same to the verifier', () => {
    const overspent = samples.filter((account) => {
      const findings = new Findings(1);
      const posting = { debit: account, credit: 'elsewhere', amount: '1', asset: 'AIR' };
      new ShardBooks(findings).apply([posting], { shard: 0, height: 1, index: 0 });
      return findings.count > 0;
    });
    expect(overspent).toEqual(guarded);
  });

  it('is the same to the verifier in Python', async () => {
    const script = await readFile(new URL('../../../test/journal-verifier/verify.py', import.meta.url), 'utf8');
    const literals = SPENDABLE_IN_PYTHON.exec(script)![1]!.matchAll(/r"([^"]*)"/g);
    const pattern = new RegExp(`^(${[...literals].map(([, text]) => text).join('')})$`);
    expect(samples.filter((account) => pattern.test(account))).toEqual(guarded);
  });
});
