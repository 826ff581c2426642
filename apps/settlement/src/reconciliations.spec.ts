import { jest } from '@jest/globals';
import { emissionShard, type EmissionPolicy, type ReconciliationBreak } from '#concepts';
import { eventually } from '#testing';
import { account, RECORDED, SettlementWorld, SHARDS, TOKEN } from '../test-support/settlement-world.js';
import { BREAKS_RECORDED_MAX, recordBreaks } from './recorded-breaks.js';

jest.setTimeout(180_000);

let world: SettlementWorld;

beforeAll(async () => {
  world = await SettlementWorld.start();
});

afterAll(() => world.stop());

const classes = (breaks: readonly { class: string }[]) => breaks.map((found) => found.class).sort();

/** A ledger that has paid `north` ten tokens to the wallet of account 2. */
async function paidLedger() {
  const ledger = await world.newLedger();
  const { process } = ledger;
  await process.provider('north', account(2).address);
  await process.earn('north', '10');
  const run = process.run();
  await run.open('paid');
  await process.settle(run);
  return { ...ledger, run };
}

describe('a reconciliation', () => {
  it('finds tokens that were sent to the vault past the ledger, and keeps the break’s age', async () => {
    const { process, contracts } = await paidLedger();
    expect((await process.reconcile('before')).breaks).toEqual([]);
    await world.sendTokens(contracts.token, 2, contracts.vault, TOKEN);
    const first = await process.reconcile('first');
    expect(classes(first.breaks)).toEqual(['MISSING_IN_LEDGER', 'VAULT_MISMATCH']);
    expect(first.checks).toContainEqual(expect.objectContaining({ name: 'vault balance', agrees: false }));
    const second = await process.reconcile('second');
    expect(second.breaks.map(({ key, since }) => [key, since])).toEqual(
      first.breaks.map(({ key, since }) => [key, since]),
    );
    expect(second.closed).toEqual([]);
  });

  it('leaves alone what holders do with tokens they were paid', async () => {
    const { process, contracts } = await paidLedger();
    await world.sendTokens(contracts.token, 2, account(3).address, TOKEN);
    expect((await process.reconcile('r')).breaks).toEqual([]);
  });

  it('finds a batch that the ledger calls confirmed and no transaction settles', async () => {
    const { process } = await world.newLedger();
    await process.provider('north', account(2).address);
    await process.earn('north', '10');
    const run = process.run();
    await run.open('forged');
    await process.settle(run, 'signed');
    const { hash } = await process.sequencers.registry.readDurable(({ settlement: { active } }) => active!.signed[0]!);
    await process.register({
      ...{ ...RECORDED, type: 'ConfirmSettlement' },
      batch: 'forged',
      hash,
      blockNumber: '1',
      blockHash: `0x${'0'.repeat(64)}`,
      logIndexes: [0],
      gasUsed: '0',
      gasPrice: '0',
    });
    const { breaks, matched } = await process.reconcile('r');
    expect(matched).toBe(0);
    expect(classes(breaks)).toEqual(['MISSING_ON_CHAIN', 'SUPPLY_MISMATCH', 'VAULT_MISMATCH']);
  });

  it('calls a batch that is final and not yet confirmed a matter of time, and closes it', async () => {
    const { process, chain } = await world.newLedger();
    await process.provider('north', account(2).address);
    await process.earn('north', '10');
    const run = process.run();
    await run.open('timing');
    await process.settle(run, 'signed');
    await run.step();
    const { hash, nonce } = await process.sequencers.registry.readDurable(
      ({ settlement: { active } }) => active!.signed[0]!,
    );
    await eventually(
      () => chain.status([hash as `0x${string}`], nonce),
      ({ state }) => state === 'final',
    );
    const early = await process.reconcile('early');
    expect(early.breaks).toMatchObject([{ class: 'TIMING', key: 'TIMING:timing' }]);
    expect(early.checks.every(({ agrees }) => agrees)).toBe(true);
    await process.settle(run);
    const late = await process.reconcile('late');
    expect(late).toMatchObject({ breaks: [], closed: ['TIMING:timing'], matched: 1 });
  });
});

describe('the chain’s supply', () => {
  it('follows what epochs mint: the law holds after each, as the vault pays and as it only mints', async () => {
    const { process, chain } = await paidLedger();
    const expectLawful = async (id: string): Promise<bigint> => {
      const issued = -(await process.balance('issuance'));
      expect(await chain.observe(await chain.finalBlock())).toMatchObject({ totalSupply: issued });
      const { breaks, checks } = await process.reconcile(id);
      expect([id, breaks, checks.filter(({ agrees }) => !agrees)]).toEqual([id, [], []]);
      return issued;
    };
    const before = await expectLawful('before');
    const shard = emissionShard(SHARDS);
    const emit = async (version: number, policy: EmissionPolicy, settledAs: string): Promise<void> => {
      await process.register({ ...RECORDED, type: 'PublishEmissionPolicy', version, policy });
      await process.sequencers.execute(shard, { ...RECORDED, type: 'ScheduleEmission', version, policy });
      // What is over is emitted before whatever comes next.
      await process.mint('1');
      const run = process.run();
      await run.open(settledAs);
      await process.settle(run);
    };
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const recipients = [{ account: 'staking:rewards', bps: 5_000 }] as const;
    const fixed = { effectiveAt: ago(150), kind: 'fixed', epoch: 'PT1H', amount: '10', recipients } as const;
    await emit(1, fixed, 'mints-only');
    expect(await expectLawful('after-fixed')).toBe(before + 21n * TOKEN);
    await process.earn('north', '2');
    const halving = { kind: 'halving', epoch: 'PT5M', initial: '3', period: 1 } as const;
    await emit(2, { ...halving, effectiveAt: ago(18), recipients }, 'pays-too');
    expect(await expectLawful('after-halving')).toBe(before + 22n * TOKEN + (525n * TOKEN) / 100n);
  });
});

describe('the record of the breaks', () => {
  const found = (n: number): ReconciliationBreak => ({
    key: `MISSING_IN_LEDGER:${n}`,
    class: 'MISSING_IN_LEDGER',
    detail: 'x'.repeat(5_000),
    ledger: '',
    chain: '1',
    since: '2026-01-02T03:04:05Z',
  });

  it('fits one page however many strangers made, and never closes a break that is still there', () => {
    const all = Array.from({ length: 5_000 }, (_, n) => found(n));
    const open = new Map([4_998, 4_999, 6_000].map((n) => [found(n).key, found(n)]));
    const recorded = recordBreaks(all, open);
    expect(recorded.breaks).toHaveLength(BREAKS_RECORDED_MAX);
    expect(recorded.unlisted).toBe(4_000);
    expect(recorded.breaks.slice(0, 2).map(({ key }) => key)).toEqual([found(4_998).key, found(4_999).key]);
    expect(recorded.closed).toEqual([found(6_000).key]);
    expect(Buffer.byteLength(JSON.stringify(recorded))).toBeLessThan(600_000);
  });
});
