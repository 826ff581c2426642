/**
 * A distribution of yield over real sequencers, whose process is killed after every single step: each next one knows the journal alone.
 * `YIELD_STAKERS=10000 npm run jest -- libs/wiring/src/yield-round` has as many stakers as one epoch is to have.
 */
import { CODEC, ROUNDS, type LedgerCommand, type RegistryCommand } from '#concepts';
import { openAudits } from '#concepts/audits';
import { SPLIT, TIME, usage, report } from '#concepts/testing';
import { atto, shardOf } from '#domain';
import { readEvents, verifyJournal } from '#journal';
import { DrivenLedger, MemoryStore } from '#journal/testing';
import { driveRounds } from './round-driver.js';

const SHARDS = 4;
const STAKERS = Number.parseInt(process.env['YIELD_STAKERS'] ?? '450', 10);
const NOW = Date.parse(TIME);
const HOUR_MS = 3_600_000;
const EPOCH = { from: new Date(NOW).toISOString(), to: new Date(NOW + HOUR_MS).toISOString() };
const WHO = { actor: 'key:admin', origin: 'request:test' };
const HOLDERS = Array.from({ length: STAKERS }, (_, n) => `staker-${n}`);
const stakeOf = (n: number): bigint => 1_000n + BigInt((n * 7_919) % 1_000);
const REWARDS = 1_234_567n;

class Killed extends Error {}

async function startProcess(pages: MemoryStore['pages'], now: number): Promise<DrivenLedger> {
  const ledger = new DrivenLedger(new MemoryStore(pages), { shards: SHARDS, now });
  await ledger.start();
  return ledger;
}

/** Everybody stakes at the beginning of the epoch, and what was used within it is the stakers'. */
async function prepare(pages: MemoryStore['pages']): Promise<void> {
  const ledger = await startProcess(pages, NOW);
  const common = { time: TIME, provenance: WHO };
  const policy = { ...SPLIT, provider: 0, treasury: 0, stakers: 10_000, burn: 0 };
  const cast = { customers: HOLDERS.slice(0, 1), providers: ['p1'] };
  await ledger.found({ ...cast, policy, time: TIME });
  ledger.now = NOW;
  const register = (party: string) => ({ ...common, type: 'RegisterParty', party, roles: ['customer'] }) as const;
  await Promise.all(HOLDERS.slice(1).map((party) => ledger.registry.execute(register(party))));
  const order = (holder: string, command: object) =>
    ledger.ledgers[shardOf(holder, SHARDS)]!.execute({ ...common, ...command, holder } as unknown as LedgerCommand);
  await Promise.all(
    HOLDERS.flatMap((holder, n) => [
      order(holder, { type: 'MintTokens', amount: atto(stakeOf(n) + (n === 0 ? REWARDS : 0n)), reason: 'test' }),
      order(holder, { type: 'StakeTokens', amount: atto(stakeOf(n)) }),
    ]),
  );
  const used = report({ customer: HOLDERS[0]!, provider: 'p1', meters: { odd: `${REWARDS}` } });
  await ledger.ledgers[shardOf(HOLDERS[0]!, SHARDS)]!.execute(usage([used]));
  ledger.now = NOW + HOUR_MS;
  await ledger.registry.execute({ ...common, time: EPOCH.to, type: 'OpenYield', ...EPOCH });
}

const countPages = (pages: MemoryStore['pages']) => [...pages.values()].reduce((sum, { length }) => sum + length, 0);

/** Takes one step, and is killed; or finds nothing to do. @param dies else it takes all of them @returns whether there was one */
async function takeStep(pages: MemoryStore['pages'], dies = true): Promise<boolean> {
  const now = NOW + 2 * HOUR_MS;
  const ledger = await startProcess(pages, now);
  let isDead = false;
  const sequencers = {
    shards: SHARDS,
    get registry() {
      if (isDead) throw new Killed();
      return ledger.registry;
    },
    ledger: (shard: number) => ledger.ledgers[shard]!,
    execute: (shard: number, command: LedgerCommand) => ledger.ledgers[shard]!.execute(command),
    executeRegistry: (command: RegistryCommand) => ledger.registry.execute(command),
  };
  const before = countPages(pages);
  const observe = () => {
    isDead = dies && countPages(pages) > before;
    if (isDead) throw new Killed();
  };
  const options = { sequencers, journal: new MemoryStore(pages), codec: CODEC, outside: undefined };
  try {
    await driveRounds(ROUNDS.yield, { ...options, clock: () => now, observe });
    return false;
  } catch (error) {
    if (!isDead) throw error;
    return true;
  }
}

/** Of a processor, in seconds: other processes take none of it. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}

describe(`an epoch of ${STAKERS} stakers over ${SHARDS} shards, every process of which is killed after one step`, () => {
  it('is distributed exactly: each has its share once, and both what is paid and what is carried are what there was', async () => {
    const pages: MemoryStore['pages'] = new Map();
    await prepare(pages);
    let whole = 0;
    if (STAKERS >= 10_000) {
      const copy: MemoryStore['pages'] = new Map([...pages].map(([shard, list]) => [shard, [...list]]));
      whole = await timeOf(() => takeStep(copy, false));
    }
    let steps = 0;
    const seconds = await timeOf(async () => {
      while (await takeStep(pages)) steps++;
    });
    if (STAKERS >= 10_000) {
      const alone = `${whole.toFixed(1)} s of a processor by one process, which starts first`;
      process.stdout.write(`${STAKERS} stakers: ${alone}; ${Math.round(seconds)} s by ${steps} that are killed\n`);
    }
    const events = [...pages.values()].flat().flatMap((page) => [...readEvents(page, CODEC)].map(({ event }) => event));
    const shares = new Map<string, bigint>();
    for (const event of events as unknown as { type: string; holder: string; amount: string }[]) {
      if (event.type !== 'YieldPaid') continue;
      expect(shares.has(event.holder)).toBe(false);
      shares.set(event.holder, BigInt(event.amount));
    }
    const all = HOLDERS.reduce((sum, _, n) => sum + stakeOf(n), 0n);
    const due = HOLDERS.map((holder, n) => [holder, (REWARDS * stakeOf(n)) / all] as const);
    expect(shares).toEqual(new Map(due.filter(([, share]) => share > 0n)));
    const paid = due.reduce((sum, [, share]) => sum + share, 0n);
    const planned = events.find(({ type }) => type === 'YieldPlanned');
    expect(planned).toMatchObject({ funded: `${REWARDS}`, paid: `${paid}`, carried: `${REWARDS - paid}` });
    const count = (type: string) => events.filter((event) => event.type === type).length;
    const parts = ['StakeTimeCut', 'RewardsCut', 'YieldPlanned', 'YieldPartPaid', 'YieldClosed'].map(count);
    expect(parts.reduce((sum, one) => sum + one, 0)).toBe(steps);
    const verdict = await verifyJournal(new MemoryStore(pages), openAudits, { shards: SHARDS, signatures: false });
    expect(verdict.findings).toEqual([]);
    expect(verdict.totals.balances.get('transit')).toBe(0n);
  }, 1_800_000);
});
