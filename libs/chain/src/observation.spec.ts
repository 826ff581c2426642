import { privateKeyToAccount } from 'viem/accounts';
import { zeroAddress } from 'viem';
import {
  batchKey,
  ChainContradiction,
  ChainMismatch,
  ChainUnavailable,
  headsDigest,
  SettlementChain,
} from './index.js';
import type { Address, ChainContracts, Hash, TokenTransfer } from './index.js';
import { OTHER_KEY, SETTLER_KEY, type LocalChain } from '../test-support/local-chain.js';
import { proxiedChain } from '../test-support/proxied-chain.js';
import type { RpcProxy } from '../../../test/e2e/support/rpc-proxy.js';

const ALICE: Address = '0x1000000000000000000000000000000000000001';
const HEADS = headsDigest([{ shard: 0, height: 7, hash: 'ab' }]);
const BATCHES = 6;

const started = proxiedChain(2_000);
let local: LocalChain;
let proxy: RpcProxy;
let chain: SettlementChain;
let contracts: ChainContracts;
const hashes: Hash[] = [];

beforeAll(async () => {
  ({ local, proxy, chain } = await started);
  await local.call('evm_setAutomine', true);
  contracts = await chain.deploy({ until: 'mined' });
  for (let index = 0; index < BATCHES; index++) {
    const payouts = [{ wallet: ALICE, amount: BigInt(index + 1) }];
    const instruction = { batchId: `b${index}`, mint: 100n, burn: 10n, headsDigest: HEADS, payouts };
    const { raw, hash } = await chain.sign(instruction, contracts.firstNonce + index);
    await chain.submit(raw);
    hashes.push(hash);
  }
  await local.mineToFinality();
});

async function all(expected?: readonly Hash[]): Promise<TokenTransfer[]> {
  const { number } = await chain.finalBlock();
  return collect(chain.transfers(contracts.deployBlock, number, expected));
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('the chain as a source', () => {
  it('gives supply, custody and totals at one block, which its own transfers explain', async () => {
    const seen = await chain.observe(await chain.finalBlock());
    expect(seen).toMatchObject({ totalSupply: 540n, vaultBalance: 519n });
    expect(seen).toMatchObject({ totalMinted: 600n, totalBurned: 60n, totalPaid: 21n });
    const transfers = await all();
    expect(transfers).toHaveLength(3 * BATCHES);
    const sum = (some: TokenTransfer[]) => some.reduce((total, { amount }) => total + amount, 0n);
    expect(sum(transfers.filter(({ from }) => from === zeroAddress))).toBe(600n);
    expect(sum(transfers.filter(({ to }) => to === zeroAddress))).toBe(60n);
    expect(sum(transfers.filter(({ to }) => to === ALICE))).toBe(21n);
  });

  it('gives the batches as they were announced', async () => {
    const { number } = await chain.finalBlock();
    const batches = await collect(chain.batches(contracts.deployBlock, number));
    expect(batches.map(({ txHash }) => txHash)).toEqual(hashes);
    expect(batches[2]).toMatchObject({
      ...{ batchKey: batchKey('b2'), headsDigest: HEADS },
      ...{ minted: 100n, burned: 10n, paid: 3n, count: 1 },
    });
  });

  it('refuses to observe a block that the chain does not hold', async () => {
    const { number } = await chain.finalBlock();
    await expect(chain.observe({ number, hash: `0x${'12'.repeat(32)}` })).rejects.toBeInstanceOf(ChainUnavailable);
  });

  it('is asked for narrower ranges until the node bears them', async () => {
    const whole = await all();
    const widths: number[] = [];
    proxy.intercept = async (exchange) => {
      if (exchange.method !== 'eth_getLogs') return exchange.forward();
      const { fromBlock, toBlock } = exchange.params[0] as { fromBlock: string; toBlock: string };
      widths.push(Number(toBlock) - Number(fromBlock) + 1);
      return widths.at(-1)! > 2 ? { error: { code: -32005, message: 'block range too wide' } } : exchange.forward();
    };
    expect(await all()).toEqual(whole);
    expect(Math.max(...widths)).toBeGreaterThan(2);
  });

  it('that left logs out is completed from the receipts of what settled', async () => {
    const whole = await all();
    proxy.intercept = async (exchange) => {
      const answer = await exchange.forward();
      const isLogs = exchange.method === 'eth_getLogs';
      return isLogs ? { result: (answer.result as unknown[]).filter((_, index) => index % 4 === 3) } : answer;
    };
    expect(await all()).toEqual(whole);
  });

  it('that left every log out is completed from the receipts of what we know to be mined', async () => {
    const whole = await all();
    proxy.intercept = async (exchange) => (exchange.method === 'eth_getLogs' ? { result: [] } : exchange.forward());
    expect(await all(hashes)).toEqual(whole);
  });

  it('that invents a log is contradicted by the receipt', async () => {
    proxy.intercept = async (exchange) => {
      const answer = await exchange.forward();
      if (exchange.method !== 'eth_getLogs') return answer;
      const logs = answer.result as { logIndex: string }[];
      return { result: [...logs, { ...logs[0]!, logIndex: '0x63' }] };
    };
    await expect(all()).rejects.toBeInstanceOf(ChainContradiction);
  });
});

describe('connecting', () => {
  it('pins chain, signer and contracts', async () => {
    const connect = (changes: Partial<ChainContracts>, signerKey: Hash = SETTLER_KEY) =>
      SettlementChain.connect({ rpcUrl: local.rpcUrl, signerKey, contracts: { ...contracts, ...changes } });
    expect((await connect({})).contracts).toEqual(contracts);
    await expect(connect({ chainId: 1 })).rejects.toBeInstanceOf(ChainMismatch);
    await expect(connect({ genesisHash: hashes[0]! })).rejects.toThrow('another chain of the same id');
    await expect(connect({ vaultCodeHash: hashes[0]! })).rejects.toThrow('The code of the vault at');
    await expect(connect({ tokenCodeHash: hashes[0]! })).rejects.toThrow('The code of the token at');
    await expect(connect({ vault: ALICE })).rejects.toBeInstanceOf(ChainMismatch);
    await expect(connect({ token: ALICE })).rejects.toBeInstanceOf(ChainMismatch);
    await expect(connect({}, OTHER_KEY)).rejects.toBeInstanceOf(ChainMismatch);
  });

  it('to a node that is down is retriable, and tells neither the address of the node nor the key', async () => {
    const rpcUrl = 'http://127.0.0.1:1/v3/secret-of-the-provider';
    const failure: unknown = await SettlementChain.connect({ rpcUrl, signerKey: SETTLER_KEY }).catch((error) => error);
    expect(failure).toBeInstanceOf(ChainUnavailable);
    expect(failure).toMatchObject({ retriable: true });
    expect(String((failure as Error).stack)).not.toMatch(/secret|ac0974/);
  });

  it('with a malformed key does not repeat it', async () => {
    const signerKey = '0xdeadbeef';
    const failure: unknown = await SettlementChain.connect({ rpcUrl: local.rpcUrl, signerKey }).catch((error) => error);
    expect(failure).toBeInstanceOf(ChainMismatch);
    expect(String((failure as Error).stack)).not.toContain('deadbeef');
  });

  it('before a deployment leaves no contracts to work with', async () => {
    const fresh = await SettlementChain.connect({ rpcUrl: local.rpcUrl, signerKey: OTHER_KEY });
    expect(fresh.signer).toBe(privateKeyToAccount(OTHER_KEY).address);
    expect(() => fresh.contracts).toThrow(ChainMismatch);
  });
});

describe('a deployment', () => {
  it('gives admin and guardian to others and waits for finality', async () => {
    const fresh = await SettlementChain.connect({ rpcUrl: local.rpcUrl, signerKey: OTHER_KEY });
    const admin = ALICE;
    const mining = setInterval(() => void local.mine(), 50);
    const deployed = await fresh.deploy({ admin, guardian: admin }).finally(() => clearInterval(mining));
    expect((await fresh.finalBlock()).number).toBeGreaterThanOrEqual(deployed.deployBlock);
    expect(deployed).toMatchObject({ signer: fresh.signer, firstNonce: await fresh.spentNonces('latest') });
    const defaultAdmin = await local.call('eth_call', { to: deployed.vault, data: '0x84ef8ffc' }, 'latest');
    expect(BigInt(defaultAdmin as string)).toBe(BigInt(ALICE));
  });

  it('is carried through a connection that breaks after the node accepted it, as one deployment', async () => {
    const fresh = await SettlementChain.connect({ rpcUrl: proxy.url, signerKey: OTHER_KEY, timeoutMs: 2_000 });
    const before = await fresh.spentNonces('latest');
    proxy.intercept = async (exchange) => {
      const answer = await exchange.forward();
      return exchange.method === 'eth_sendRawTransaction' ? 'cut' : answer;
    };
    const { firstNonce } = await fresh.deploy({ until: 'mined' });
    expect([firstNonce, await fresh.spentNonces('latest')]).toEqual([before + 1, before + 1]);
  });
});
