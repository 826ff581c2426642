import { createPublicClient, http, keccak256 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { ChainUnavailable, headsDigest, SettlementChain } from './index.js';
import type { Address, BatchInstruction, ChainContracts, SignedTransaction } from './index.js';
import { OTHER_KEY, SETTLER_KEY, type LocalChain } from '../test-support/local-chain.js';
import { proxiedChain } from '../test-support/proxied-chain.js';
import type { RpcProxy } from '../../../test/e2e/support/rpc-proxy.js';

const TOKEN = 10n ** 18n;
const ALICE: Address = '0x1000000000000000000000000000000000000001';
const BOB: Address = '0x2000000000000000000000000000000000000002';
const HEADS = headsDigest([{ shard: 0, height: 7, hash: 'ab' }]);

const started = proxiedChain(2_000);
let local: LocalChain;
let proxy: RpcProxy;
let chain: SettlementChain;
let contracts: ChainContracts;
let batches = 0;

beforeAll(async () => {
  ({ local, proxy, chain } = await started);
  await local.call('evm_setAutomine', true);
  contracts = await chain.deploy({ until: 'mined' });
  await local.call('evm_setAutomine', false);
  await local.mineToFinality();
});

function batch(amount: bigint, changes: Partial<BatchInstruction> = {}): BatchInstruction {
  batches += 1;
  const payouts = [{ wallet: ALICE, amount }];
  return { batchId: `batch-${batches}`, mint: amount, burn: 0n, headsDigest: HEADS, payouts, ...changes };
}

async function signed(instruction: BatchInstruction): Promise<SignedTransaction> {
  return chain.sign(instruction, await chain.spentNonces('latest'));
}

async function balanceOf(wallet: Address): Promise<bigint> {
  const data = `0x70a08231${wallet.slice(2).padStart(64, '0')}`;
  return BigInt((await local.call('eth_call', { to: contracts.token, data }, 'latest')) as string);
}

describe('a batch', () => {
  it('is paid once, and is final only when its block is', async () => {
    const before = await balanceOf(ALICE);
    const instruction = batch(3n * TOKEN);
    const transaction = await signed(instruction);
    const { raw, hash, nonce } = transaction;
    expect(keccak256(raw)).toBe(hash);
    expect(await chain.status([hash], nonce)).toEqual({ state: 'unknown' });
    expect(await chain.submit(raw)).toBe('accepted');
    expect(await chain.status([hash], nonce)).toEqual({ state: 'pending', hash });
    await local.mine();
    expect(await chain.status([hash], nonce)).toMatchObject({ state: 'mined', hash });
    await local.mine(2);
    const confirmed = await chain.status([hash], nonce);
    expect(confirmed).toMatchObject({ state: 'final', hash });
    expect(confirmed.gasUsed).toBeLessThan(transaction.gasLimit);
    expect(confirmed.gasPrice).toBeLessThanOrEqual(transaction.maxFeePerGas);
    expect(await chain.isSettled(instruction.batchId)).toBe(true);
    expect(await chain.isSettled(instruction.batchId, confirmed.blockNumber! - 1n)).toBe(false);
    expect((await balanceOf(ALICE)) - before).toBe(3n * TOKEN);
  });

  it('is not paid again by sending its bytes again, in the pool or mined', async () => {
    const before = await balanceOf(ALICE);
    const { raw } = await signed(batch(TOKEN));
    await chain.submit(raw);
    expect(await chain.submit(raw)).toBe('already_known');
    await local.mineToFinality();
    expect(await chain.submit(raw)).toBe('nonce_consumed');
    await local.mine();
    expect((await balanceOf(ALICE)) - before).toBe(TOKEN);
  });

  it('is refused a second time, whatever nonce and amounts it comes with', async () => {
    const instruction = batch(TOKEN);
    await chain.submit((await signed(instruction)).raw);
    await local.mine();
    await expect(signed({ ...instruction, mint: 9n * TOKEN })).rejects.toMatchObject({ code: 'already_settled' });
  });

  it('signed twice for two nonces pays once: the second reverts, and is called so only when final', async () => {
    const before = await balanceOf(ALICE);
    const instruction = batch(TOKEN);
    const first = await signed(instruction);
    const second = await chain.sign(instruction, first.nonce + 1);
    await chain.submit(first.raw);
    await chain.submit(second.raw);
    await local.mine();
    expect((await chain.status([second.hash], second.nonce)).state).toBe('mined');
    await local.mine(2);
    expect((await chain.status([first.hash], first.nonce)).state).toBe('final');
    expect((await chain.status([second.hash], second.nonce)).state).toBe('reverted');
    expect((await balanceOf(ALICE)) - before).toBe(TOKEN);
  });

  it('pays several wallets, given in any order, and burns', async () => {
    const [alice, bob] = [await balanceOf(ALICE), await balanceOf(BOB)];
    const payouts = [
      { wallet: BOB, amount: 2n },
      { wallet: ALICE, amount: 1n },
    ];
    await chain.submit((await signed(batch(0n, { mint: 10n, burn: 7n, payouts }))).raw);
    await local.mine();
    expect([(await balanceOf(ALICE)) - alice, (await balanceOf(BOB)) - bob]).toEqual([1n, 2n]);
  });
});

describe('when the network misbehaves', () => {
  it('a replacement raises both fees by an eighth, and whichever is mined is found', async () => {
    const instruction = batch(TOKEN);
    const first = await signed(instruction);
    await chain.submit(first.raw);
    const second = await chain.sign(instruction, first.nonce, { previous: first });
    expect(second.maxFeePerGas * 1000n).toBeGreaterThanOrEqual(first.maxFeePerGas * 1125n);
    expect(second.maxPriorityFeePerGas * 1000n).toBeGreaterThanOrEqual(first.maxPriorityFeePerGas * 1125n);
    expect(await chain.submit(second.raw)).toBe('accepted');
    await expect(chain.submit(first.raw)).rejects.toMatchObject({ code: 'replacement_underpriced' });
    await local.mineToFinality();
    const confirmed = await chain.status([first.hash, second.hash], first.nonce);
    expect(confirmed).toMatchObject({ state: 'final', hash: second.hash });
  });

  it('fees beyond the limit are refused, not paid', async () => {
    const nonce = await chain.spentNonces('latest');
    await expect(chain.sign(batch(TOKEN), nonce, { maxFeePerGasLimit: 1n })).rejects.toMatchObject({
      code: 'fee_above_limit',
    });
  });

  it('a dropped transaction is unknown, and its stored bytes pay it', async () => {
    const before = await balanceOf(ALICE);
    const { raw, hash, nonce } = await signed(batch(TOKEN));
    await chain.submit(raw);
    await local.call('anvil_dropTransaction', hash);
    expect((await chain.status([hash], nonce)).state).toBe('unknown');
    expect(await chain.submit(raw)).toBe('accepted');
    await local.mineToFinality();
    expect((await chain.status([hash], nonce)).state).toBe('final');
    expect((await balanceOf(ALICE)) - before).toBe(TOKEN);
  });

  it('a reorganised block takes the payment back, and the stored bytes pay it once again', async () => {
    const before = await balanceOf(ALICE);
    const { raw, hash, nonce } = await signed(batch(TOKEN));
    await chain.submit(raw);
    await local.mine();
    expect((await chain.status([hash], nonce)).state).toBe('mined');
    await local.call('anvil_reorg', 1, []);
    expect((await chain.status([hash], nonce)).state).toBe('unknown');
    expect(await balanceOf(ALICE)).toBe(before);
    expect(await chain.submit(raw)).toBe('accepted');
    await local.mineToFinality();
    expect((await chain.status([hash], nonce)).state).toBe('final');
    expect((await balanceOf(ALICE)) - before).toBe(TOKEN);
  });

  it('a time-out after the node accepted is "unavailable", and sending again finds the transaction known', async () => {
    const before = await balanceOf(ALICE);
    const { raw, hash, nonce } = await signed(batch(TOKEN));
    let sends = 0;
    proxy.intercept = async (exchange) => {
      const answer = await exchange.forward();
      if (exchange.method !== 'eth_sendRawTransaction') return answer;
      sends += 1;
      return 'cut';
    };
    const failure: unknown = await chain.submit(raw).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ChainUnavailable);
    expect(failure).toMatchObject({ retriable: true });
    expect(sends).toBe(1);
    proxy.intercept = (exchange) => exchange.forward();
    expect((await chain.status([hash], nonce)).state).toBe('pending');
    expect(await chain.submit(raw)).toBe('already_known');
    await local.mineToFinality();
    expect((await balanceOf(ALICE)) - before).toBe(TOKEN);
  });

  it('a nonce spent by a foreign transaction is superseded only when that is final, and names it', async () => {
    const { raw, hash, nonce } = await signed(batch(TOKEN));
    const account = privateKeyToAccount(SETTLER_KEY);
    const foreign = await account.signTransaction({
      ...{ type: 'eip1559', chainId: 31_337, nonce, to: account.address, gas: 21_000n },
      ...{ maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 10n },
    });
    const client = createPublicClient({ transport: http(local.rpcUrl) });
    const foreignHash = await client.sendRawTransaction({ serializedTransaction: foreign });
    await local.mine();
    expect(await chain.submit(raw)).toBe('nonce_consumed');
    expect((await chain.status([hash], nonce)).state).toBe('unknown');
    await local.mine(2);
    expect(await chain.status([hash], nonce)).toMatchObject({ state: 'superseded', hash: foreignHash });
  });

  it('a node that lost the receipt of a final payment is doubted, never called superseded', async () => {
    const { raw, hash, nonce } = await signed(batch(TOKEN));
    await chain.submit(raw);
    await local.mineToFinality();
    proxy.intercept = async (exchange) =>
      exchange.method === 'eth_getTransactionReceipt' ? { result: null } : exchange.forward();
    await expect(chain.status([hash], nonce)).rejects.toBeInstanceOf(ChainUnavailable);
  });
});

describe('signing refuses, before a nonce is spent', () => {
  it('what the vault cannot cover', async () => {
    const { vaultBalance } = await chain.observe(await chain.finalBlock());
    const instruction = batch(vaultBalance + TOKEN, { mint: 0n });
    await expect(signed(instruction)).rejects.toMatchObject({ code: 'insufficient_vault', retriable: false });
  });

  it('a paused vault', async () => {
    const state = await local.call('evm_snapshot');
    const account = privateKeyToAccount(SETTLER_KEY).address;
    await local.call('eth_sendTransaction', { from: account, to: contracts.vault, data: '0x8456cb59' });
    await local.mine();
    await expect(signed(batch(TOKEN))).rejects.toMatchObject({ code: 'paused' });
    await local.call('evm_revert', state);
  });

  it('a signer without the role', async () => {
    const stranger = privateKeyToAccount(OTHER_KEY).address;
    const other = await SettlementChain.connect({
      rpcUrl: local.rpcUrl,
      signerKey: OTHER_KEY,
      contracts: { ...contracts, signer: stranger },
    });
    await expect(other.sign(batch(TOKEN), 0)).rejects.toMatchObject({ code: 'not_settler' });
  });

  it('the contracts as payees, a wallet twice, nothing, and a batch that changes nothing', async () => {
    const [one, nothing] = [
      { wallet: ALICE, amount: 1n },
      { wallet: ALICE, amount: 0n },
    ];
    const wrong: BatchInstruction[] = [
      batch(1n, { payouts: [{ wallet: contracts.vault, amount: 1n }] }),
      batch(1n, { payouts: [{ wallet: contracts.token, amount: 1n }] }),
      batch(1n, { payouts: [one, one] }),
      batch(1n, { payouts: [nothing] }),
      batch(1n, { payouts: [{ wallet: ALICE, amount: 2n ** 96n }] }),
      batch(0n, { payouts: [] }),
    ];
    for (const instruction of wrong) {
      await expect(signed(instruction)).rejects.toMatchObject({ code: 'invalid_instruction' });
    }
  });
});
