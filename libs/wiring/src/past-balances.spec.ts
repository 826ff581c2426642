/** A cut of the past: a vote's weights, read back from real shards by processes that die at any step. */
import { CODEC, ROUNDS, type LedgerCommand, type RegistryCommand } from '#concepts';
import { atto } from '#domain';
import { readEvents, readPages, type Page } from '#journal';
import { DrivenLedger, MemoryStore } from '#journal/testing';
import { driveRounds, type RoundMoment } from './round-driver.js';

const SHARDS = 2;
const CAST = { customers: ['c0', 'c1', 'c2', 'c3'], providers: ['p0'] };
/** Each shard's cut, then the plan. */
const STEPS = SHARDS + 1;

type Pages = MemoryStore['pages'];

async function startProcess(pages: Pages, now?: number): Promise<DrivenLedger> {
  const ledger = new DrivenLedger(new MemoryStore(pages), {
    shards: SHARDS,
    cast: CAST,
    ...(now === undefined ? {} : { now }),
  });
  await ledger.start();
  return ledger;
}

/** As any store it gives fewer pages at once than it is asked for. */
class FewAtOnce extends MemoryStore {
  override read(shard: number, fromHeight: number, limit: number): Promise<Page[]> {
    return super.read(shard, fromHeight, Math.min(limit, 2));
  }
}

/** Drives the round; `observe` may throw, as a process that dies there. */
function drive(
  ledger: DrivenLedger,
  pages: Pages,
  observe: (moment: RoundMoment) => void = () => undefined,
): Promise<void> {
  const sequencers = {
    shards: SHARDS,
    registry: ledger.registry,
    ledger: (shard: number) => ledger.ledgers[shard]!,
    execute: (shard: number, command: LedgerCommand) => ledger.ledgers[shard]!.execute(command),
    executeRegistry: (command: RegistryCommand) => ledger.registry.execute(command),
  };
  const journal = new FewAtOnce(pages);
  return driveRounds(ROUNDS.voting, { sequencers, journal, codec: CODEC, outside: undefined, observe });
}

/** A proposal at whose instant `c0` to `c3` had 10, 11, 12 and 13, in both shards; all have something else now. */
async function propose(): Promise<{ pages: Pages; first: DrivenLedger }> {
  const pages: Pages = new Map();
  const first = await startProcess(pages);
  await first.found();
  for (const [i, customer] of CAST.customers.entries()) await first.mint(customer, 10 + i);
  const closesAt = new Date(first.now + 86_400_000).toISOString();
  await first.register({ type: 'OpenProposal', title: 'a test', reason: 'test', closesAt, quorumBps: 0 });
  first.tick(1);
  await first.transfer('after', 'c0', 'c1', 3);
  await first.command('c2', { type: 'StakeTokens', holder: 'c2', amount: atto(5n * 10n ** 18n) });
  await first.mint('c3', 100);
  return { pages, first };
}

/** What the journal says of the weights. */
async function recorded(pages: Pages) {
  const store = new MemoryStore(pages);
  const weights: string[] = [];
  const totals: string[] = [];
  for (let shard = 0; shard <= SHARDS; shard++) {
    for await (const page of readPages(store, shard)) {
      for (const { event } of readEvents(page, CODEC)) {
        const said = event as { type: string; weights?: { holder: string; weight: string }[]; total?: string };
        if (said.type === 'WeightsCut')
          weights.push(...said.weights!.map(({ holder, weight }) => `${holder} ${weight}`));
        if (said.type === 'ProposalWeighed') totals.push(said.total!);
      }
    }
  }
  return { weights: weights.sort(), totals };
}

const EIGHTEEN = '0'.repeat(18);
const EXPECTED = {
  weights: [10, 11, 12, 13].map((amount, i) => `c${i} ${amount}${EIGHTEEN}`),
  totals: [`46${EIGHTEEN}`],
};

describe('the weights of a vote', () => {
  it('are what stood at the instant, whatever has moved since', async () => {
    const { pages, first } = await propose();
    await drive(first, pages);
    expect(await recorded(pages)).toEqual(EXPECTED);
  });

  it.each(Array.from({ length: STEPS + 1 }, (_, steps) => steps))(
    'are the same when the process is killed after step %i and another one goes on later',
    async (steps) => {
      const { pages, first } = await propose();
      let taken = 0;
      const die = () => {
        if (++taken === steps) throw new Error('killed');
      };
      if (steps > 0) await drive(first, pages, die).catch(() => undefined);
      await first.mint('c0', 1_000);
      const next = await startProcess(pages, first.now);
      await next.mint('c1', 1_000);
      await drive(next, pages);
      expect(await recorded(pages)).toEqual(EXPECTED);
      await drive(next, pages);
      expect(await recorded(pages)).toEqual(EXPECTED);
    },
  );

  it('are recorded once where two processes read them back at the same time', async () => {
    const { pages, first } = await propose();
    const second = await startProcess(pages, first.now);
    await Promise.all([drive(first, pages), drive(second, pages)]);
    expect(await recorded(pages)).toEqual(EXPECTED);
  });
});
