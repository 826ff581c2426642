import { jest } from '@jest/globals';
import { maxPayoutsPerBatch } from '#chain';
import { RpcProxy } from '../../../test/e2e/support/rpc-proxy.js';
import {
  account,
  callNode,
  CHAIN_ID,
  RECORDED,
  risenBaseFee,
  SettlementWorld,
  TOKEN,
} from '../test-support/settlement-world.js';

jest.setTimeout(180_000);

const GWEI = 10n ** 9n;
let world: SettlementWorld;

beforeAll(async () => {
  world = await SettlementWorld.start();
});

afterAll(() => world.stop());

describe('a settlement batch', () => {
  it('goes open, cut, planned, signed, journaled, submitted, final, confirmed, and pays what was owed', async () => {
    const { process, contracts } = await world.newLedger();
    await process.provider('north', account(2).address);
    await process.provider('south', account(3).address);
    await process.earn('north', '5');
    await process.earn('south', '7');
    const run = process.run();
    await run.open('first');
    await process.settle(run);
    expect(await process.phase('first')).toBe('confirmed');
    const { moments } = process;
    expect(moments.filter((moment, n) => moment !== moments[n - 1])).toEqual([
      ...['opened', 'cut', 'planned', 'signed', 'journaled', 'submitted', 'final', 'confirmed'],
    ]);
    expect(await world.walletBalance(contracts.token, 2)).toBe(5n * TOKEN);
    expect(await world.walletBalance(contracts.token, 3)).toBe(7n * TOKEN);
    expect(await process.balance('provider:north:payable')).toBe(0n);
    expect(await process.balance('settlement:in-transit')).toBe(0n);
    expect(await process.reconcile('r')).toMatchObject({ matched: 2, breaks: [] });
  });

  it('ends as empty when nothing is owed and no supply has moved', async () => {
    const { process } = await world.newLedger();
    const run = process.run();
    await run.open('supply');
    await process.settle(run);
    expect(await process.phase('supply')).toBe('confirmed');
    await run.open('nothing');
    await process.settle(run);
    expect(await process.phase('nothing')).toBe('empty');
  });

  it('holds a provider that has no wallet and pays it in the next batch once it has one', async () => {
    const { process, contracts } = await world.newLedger();
    await process.provider('late');
    await process.earn('late', '3');
    const run = process.run();
    await run.open('without');
    await process.settle(run);
    expect(await process.balance('provider:late:withheld')).toBe(3n * TOKEN);
    const wallet = account(2).address;
    await process.register({ ...RECORDED, type: 'SetWallet', party: 'late', chainId: CHAIN_ID, wallet });
    await run.open('with');
    await process.settle(run);
    expect(await process.balance('provider:late:withheld')).toBe(0n);
    expect(await world.walletBalance(contracts.token, 2)).toBe(3n * TOKEN);
  });

  it('pays once when two processes drive it at the same time', async () => {
    const { process, start, contracts } = await world.newLedger();
    const other = await start();
    await process.provider('north', account(2).address);
    for (const batch of ['one', 'two', 'three']) {
      await process.earn('north', '4');
      await process.run().open(batch);
      await Promise.all([process.settle(), other.settle()]);
      expect(await other.phase(batch)).toBe('confirmed');
    }
    expect(await world.walletBalance(contracts.token, 2)).toBe(12n * TOKEN);
    expect(await process.reconcile('r')).toMatchObject({ matched: 3, breaks: [] });
  });

  it('replaces a transaction that is stuck in the pool, with higher fees and the same nonce', async () => {
    const { process, contracts } = await world.newLedger({ nonceGap: 1 });
    await process.provider('north', account(2).address);
    await process.earn('north', '6');
    let nowMs = Date.now();
    const run = process.run({ clock: () => nowMs, replaceAfterMs: 60_000 });
    await run.open('stuck');
    await process.settle(run, 'signed');
    // The nonce before it is missing, so it waits.
    expect([await run.step(), await run.step()]).toEqual(['waiting', 'waiting']);
    nowMs += 61_000;
    expect(await run.step()).toBe('advanced');
    expect(await run.step()).toBe('waiting');
    const signed = await process.sequencers.registry.readDurable(({ settlement: { active } }) => active!.signed);
    expect(signed.map(({ nonce }) => nonce)).toEqual([contracts.firstNonce + 1, contracts.firstNonce + 1]);
    expect(BigInt(signed[1]!.maxFeePerGas)).toBeGreaterThan(BigInt(signed[0]!.maxFeePerGas));
    // The second attempt may wait twice as long before a third.
    nowMs += 61_000;
    expect(await run.step()).toBe('waiting');
    await world.spendNonce(contracts.firstNonce);
    await process.settle(run);
    const confirmed = await process.sequencers.registry.readDurable(
      ({ settlement: { batches } }) => batches.get('stuck')!.confirmed,
    );
    expect(confirmed!.hash).toBe(signed[1]!.hash);
    expect(await world.walletBalance(contracts.token, 2)).toBe(6n * TOKEN);
  });

  it('signs again at the market’s fees, same nonce, when the node lost it and the base fee rose above it', async () => {
    const { process, contracts } = await world.newLedger();
    await process.provider('north', account(2).address);
    await process.earn('north', '6');
    // The node takes it and loses it, and so does whoever it is offered to.
    const lossy = await RpcProxy.start(world.anvil.rpcUrl);
    const alsoProcess = await process.through(lossy.url);
    const run = process.run({ chain: () => Promise.resolve(alsoProcess), feeCapWei: 500n * GWEI });
    await run.open('lost');
    await process.settle(run, 'signed');
    const first = await process.attempts();
    const risen = BigInt(first[0]!.maxFeePerGas) * 4n;
    // What the chain asks until the second attempt is made: the first is refused in the node's own words.
    lossy.intercept = risenBaseFee(risen, first[0]!.raw);
    expect(await run.step()).toBe('advanced');
    const second = await process.attempts();
    expect(second.map(({ nonce }) => nonce)).toEqual([contracts.firstNonce, contracts.firstNonce]);
    expect(BigInt(second[1]!.maxFeePerGas)).toBeGreaterThan(risen);
    lossy.intercept = (exchange) => exchange.forward();
    await process.settle(run);
    expect(await process.confirmedHash('lost')).toBe(second[1]!.hash);
    expect(await world.walletBalance(contracts.token, 2)).toBe(6n * TOKEN);
    expect(await process.reconcile('r')).toMatchObject({ matched: 1, breaks: [] });
    await lossy.stop();
  });

  it('waits with an alarm while the market is above the cap, and goes on by itself when fees fall', async () => {
    const { process, contracts } = await world.newLedger();
    await process.provider('north', account(2).address);
    await process.earn('north', '6');
    const dear = await RpcProxy.start(world.anvil.rpcUrl);
    const chain = await process.through(dear.url);
    const run = process.run({ chain: () => Promise.resolve(chain), feeCapWei: 50n * GWEI });
    await run.open('dear');
    await process.settle(run, 'planned');
    dear.intercept = risenBaseFee(60n * GWEI);
    expect([await run.step(), run.alarm]).toEqual(['waiting', expect.stringContaining('waits for lower fees')]);
    expect(await process.phase('dear')).toBe('planned');
    dear.intercept = (exchange) => exchange.forward();
    await process.settle(run, 'signed');
    expect(run.alarm).toBeUndefined();
    const [first] = await process.attempts();
    dear.intercept = risenBaseFee(60n * GWEI, first!.raw);
    expect([await run.step(), run.alarm]).toEqual(['waiting', expect.stringContaining('waits for lower fees')]);
    expect([await run.step(), await process.attempts()]).toEqual(['waiting', [first]]);
    dear.intercept = (exchange) => exchange.forward();
    await process.settle(run);
    expect([run.alarm, await process.confirmedHash('dear')]).toEqual([undefined, first!.hash]);
    expect(await world.walletBalance(contracts.token, 2)).toBe(6n * TOKEN);
    await dear.stop();
  });

  it('pays the tip that the node demands', async () => {
    const { process } = await world.newLedger();
    await process.provider('north', account(2).address);
    await process.earn('north', '6');
    const proud = await RpcProxy.start(world.anvil.rpcUrl);
    const chain = await process.through(proud.url);
    const run = process.run({ chain: () => Promise.resolve(chain), feeCapWei: 200n * GWEI });
    await run.open('proud');
    await process.settle(run, 'signed');
    const [first] = await process.attempts();
    const words = 'transaction underpriced: gas tip cap 1, minimum needed 30000000000';
    proud.intercept = async (exchange) =>
      exchange.method === 'eth_sendRawTransaction' && exchange.params[0] === first!.raw
        ? { error: { code: -32_000, message: words } }
        : exchange.forward();
    await process.settle(run);
    const { signed } = await process.sequencers.registry.readDurable(({ settlement: { batches } }) =>
      batches.get('proud')!,
    );
    expect(signed.map(({ maxPriorityFeePerGas }) => maxPriorityFeePerGas)[1]).toBe('30000000000');
    expect(await process.confirmedHash('proud')).toBe(signed[1]!.hash);
    await proud.stop();
  });

  it('finds the first attempt when that one is mined after all', async () => {
    const { process, contracts } = await world.newLedger();
    await process.provider('north', account(2).address);
    await process.earn('north', '6');
    const proxy = await RpcProxy.start(world.anvil.rpcUrl);
    const chain = await process.through(proxy.url);
    const run = process.run({ chain: () => Promise.resolve(chain), feeCapWei: 500n * GWEI });
    await run.open('either');
    await process.settle(run, 'signed');
    const [first] = await process.attempts();
    proxy.intercept = risenBaseFee(BigInt(first!.maxFeePerGas) * 4n, first!.raw);
    expect(await run.step()).toBe('advanced');
    // Somebody else had the first bytes all the time.
    proxy.intercept = (exchange) => exchange.forward();
    await callNode(world.anvil.rpcUrl, 'eth_sendRawTransaction', first!.raw);
    await process.settle(run);
    expect(await world.walletBalance(contracts.token, 2)).toBe(6n * TOKEN);
    expect(await process.reconcile('r')).toMatchObject({ matched: 1, breaks: [] });
    await proxy.stop();
  });

  it('gives back what a transaction that failed did not pay, and the next batch pays it', async () => {
    const { process, contracts } = await world.newLedger();
    await process.provider('north', account(2).address);
    await process.earn('north', '2');
    const run = process.run();
    await run.open('paused');
    await process.settle(run, 'signed');
    await world.pause(contracts.vault);
    await process.settle(run);
    expect(await process.phase('paused')).toBe('reverted');
    expect(await process.balance('provider:north:payable')).toBe(2n * TOKEN);
    expect(await process.balance('settlement:in-transit')).toBe(0n);
    expect(await process.reconcile('r')).toMatchObject({ matched: 0, breaks: [] });
    // While the vault is paused the next batch cannot be signed, says so, and stays where it is.
    await run.open('next');
    await process.settle(run, 'planned');
    await expect(run.step()).rejects.toThrow('EnforcedPause');
    expect(await process.phase('next')).toBe('planned');
  });

  it('gives back what a transaction of somebody else superseded', async () => {
    const { process, contracts } = await world.newLedger();
    await process.provider('north', account(2).address);
    await process.earn('north', '2');
    const run = process.run();
    await run.open('superseded');
    await process.settle(run, 'signed');
    await world.spendNonce(contracts.firstNonce);
    await process.settle(run);
    expect(await process.phase('superseded')).toBe('reverted');
    await run.open('again');
    await process.settle(run);
    expect(await process.phase('again')).toBe('confirmed');
    expect(await world.walletBalance(contracts.token, 2)).toBe(2n * TOKEN);
  });

  it('keeps out whoever is owed more than a payout carries, with the reason, and pays the others', async () => {
    const { process, contracts } = await world.newLedger();
    await process.provider('rich', account(2).address);
    await process.provider('north', account(3).address);
    await process.mint('99999999999999');
    await process.earn('rich', '90000000000');
    await process.earn('north', '5');
    const run = process.run();
    await run.open('without-the-rich');
    await process.settle(run);
    expect(await process.phase('without-the-rich')).toBe('confirmed');
    const { opened } = await process.sequencers.registry.readDurable(({ settlement: { batches } }) =>
      batches.get('without-the-rich')!,
    );
    expect(opened.withheld).toEqual([{ provider: 'rich', reason: 'AMOUNT_TOO_LARGE' }]);
    expect(await process.balance('provider:rich:withheld')).toBe(90_000_000_000n * TOKEN);
    expect(await world.walletBalance(contracts.token, 3)).toBe(5n * TOKEN);
  });

  it('gives back at once what grew too large between opening and cut; the next batch pays the others', async () => {
    const { process, contracts } = await world.newLedger();
    await process.provider('rich', account(2).address);
    await process.provider('north', account(3).address);
    await process.mint('99999999999999');
    await process.earn('rich', '70000000000');
    await process.earn('north', '5');
    const run = process.run();
    await run.open('grew');
    await process.earn('rich', '20000000000');
    await process.settle(run);
    expect(await process.phase('grew')).toBe('reverted');
    await run.open('others');
    await process.settle(run);
    expect(await process.phase('others')).toBe('confirmed');
    expect(await world.walletBalance(contracts.token, 3)).toBe(5n * TOKEN);
    expect(await process.balance('provider:rich:payable')).toBe(90_000_000_000n * TOKEN);
  });

  it('pays all providers in turns when one transaction cannot', async () => {
    const { process } = await world.newLedger();
    const count = maxPayoutsPerBatch + 20;
    const providers = Array.from({ length: count }, (_, n) => `p${String(n).padStart(4, '0')}`);
    await Promise.all(
      providers.map((provider, n) => process.provider(provider, `0x${(0xabc0000 + n).toString(16).padStart(40, '0')}`)),
    );
    await Promise.all(providers.map((provider) => process.earn(provider)));
    const run = process.run();
    await run.open('full');
    await process.settle(run);
    await Promise.all(providers.map((provider) => process.earn(provider)));
    await run.open('rest');
    await process.settle(run);
    const paid = await process.sequencers.registry.readDurable(({ settlement: { batches } }) =>
      [...batches.values()].map(({ planned }) => planned!.payouts.map(({ provider }) => provider)),
    );
    expect(paid.map((batch) => batch.length)).toEqual([maxPayoutsPerBatch, maxPayoutsPerBatch]);
    expect(new Set(paid.flat()).size).toBe(count);
    expect(await process.reconcile('r')).toMatchObject({ matched: 2 * maxPayoutsPerBatch, breaks: [] });
  });
});
