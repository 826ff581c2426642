import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { eventually } from '#testing';
import { startAnvil } from './anvil.js';
import { isRunning, observeEvents } from '../test-support/engine-host.js';
import { SpecEngines } from '../test-support/spec-engines.js';
import { callJsonRpc } from './json-rpc.js';

jest.setTimeout(120_000); // real servers on a machine that may be busy

/**
 * Called without data, the contract stores the block's number and emits an empty log; called with data, it answers
 * what it stored: so each block has its own state, log and receipt to be checked after a reload.
 */
const RUNTIME = '36600e574360005560006000a0005b60005460005260206000f3';
const CREATION = `0x601a600c600039601a6000f3${RUNTIME}`;

interface Receipt {
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly contractAddress: string;
  readonly transactionHash: string;
}

const engines = new SpecEngines();
const start = (dataDir: string, onEvent?: (message: string) => void) => engines.start(startAnvil, dataDir, onEvent);

afterEach(() => engines.clear());

function heightOf(url: string, tag: string): Promise<number> {
  return callJsonRpc(url, 'eth_getBlockByNumber', [tag, false]).then((block) =>
    Number((block as { number: string }).number),
  );
}

async function send(url: string, transaction: Record<string, string>): Promise<string> {
  const [from] = (await callJsonRpc(url, 'eth_accounts')) as string[];
  return (await callJsonRpc(url, 'eth_sendTransaction', [{ from, gas: '0x100000', ...transaction }])) as string;
}

async function receiptOf(url: string, hash: string): Promise<Receipt> {
  return (await eventually(() => callJsonRpc(url, 'eth_getTransactionReceipt', [hash]))) as Receipt;
}

async function sendUntilFinal(url: string, transaction: Record<string, string>): Promise<Receipt> {
  const receipt = await receiptOf(url, await send(url, transaction));
  await eventually(async () => (await heightOf(url, 'finalized')) >= Number(receipt.blockNumber));
  return receipt;
}

async function storedAt(url: string, contract: string, block: unknown): Promise<number> {
  return Number(await callJsonRpc(url, 'eth_call', [{ to: contract, data: '0x01' }, block]));
}

describe('embedded anvil', () => {
  it('mines what waits, makes it final two blocks later, and then rests', async () => {
    const { rpcUrl } = await start(await engines.newFolder());
    const { contractAddress, blockNumber } = await sendUntilFinal(rpcUrl, { data: CREATION });
    expect(await callJsonRpc(rpcUrl, 'eth_getCode', [contractAddress, 'finalized'])).toBe(`0x${RUNTIME}`);
    expect(await heightOf(rpcUrl, 'latest')).toBe(Number(blockNumber) + 2);
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // nothing to await: the rule is that nothing happens
    expect(await heightOf(rpcUrl, 'latest')).toBe(Number(blockNumber) + 2);
  });

  it('answers logs, receipts and calls at final blocks as before after stop and start', async () => {
    const folder = await engines.newFolder();
    const first = await start(folder);
    const { contractAddress: contract } = await sendUntilFinal(first.rpcUrl, { data: CREATION });
    const receipts = [
      await sendUntilFinal(first.rpcUrl, { to: contract }),
      await sendUntilFinal(first.rpcUrl, { to: contract }),
    ];
    const final = await heightOf(first.rpcUrl, 'finalized');
    const pid = first.processId ?? 0;
    await first.stop();
    expect(await isRunning(pid)).toBe(false);

    const { rpcUrl } = await start(folder);
    expect(rpcUrl).toBe(first.rpcUrl);
    expect(await heightOf(rpcUrl, 'finalized')).toBe(final);
    const logs = (await callJsonRpc(rpcUrl, 'eth_getLogs', [{ fromBlock: '0x0', toBlock: 'finalized' }])) as Receipt[];
    expect(logs.map((log) => log.blockHash)).toEqual(receipts.map((receipt) => receipt.blockHash));
    for (const { blockHash, blockNumber } of receipts) {
      expect(await storedAt(rpcUrl, contract, { blockHash })).toBe(Number(blockNumber));
      expect(await callJsonRpc(rpcUrl, 'eth_getLogs', [{ blockHash }])).toHaveLength(1);
    }
    const more = await sendUntilFinal(rpcUrl, { to: contract });
    expect(await storedAt(rpcUrl, contract, 'finalized')).toBe(Number(more.blockNumber));
  });

  it('loses no final block to kill -9 at any moment, and goes on by itself on the same port', async () => {
    const events = observeEvents();
    const engine = await start(await engines.newFolder(), events.onEvent);
    const { rpcUrl } = engine;
    const { contractAddress: contract } = await sendUntilFinal(rpcUrl, { data: CREATION });
    for (let round = 0; round < 5; round++) {
      const final = await sendUntilFinal(rpcUrl, { to: contract });
      await send(rpcUrl, { to: contract });
      // Killed a little later in each round: with the transaction waiting, mined, dumped, or nearly final.
      await new Promise((resolve) => setTimeout(resolve, round * 90));
      // Height and block from one answer: the next block may become final between two.
      const finalBlock = (await callJsonRpc(rpcUrl, 'eth_getBlockByNumber', ['finalized', false])) as {
        number: string;
      };
      const finalHeight = Number(finalBlock.number);
      const killed = engine.processId ?? 0;
      process.kill(killed, 'SIGKILL');
      await eventually(async () => engine.processId !== killed && (await heightOf(rpcUrl, 'latest')) > 0);

      expect(await heightOf(rpcUrl, 'latest')).toBeGreaterThanOrEqual(finalHeight + 1);
      const numbered = [`0x${finalHeight.toString(16)}`, false];
      expect(await callJsonRpc(rpcUrl, 'eth_getBlockByNumber', numbered)).toEqual(finalBlock);
      const receipt = await callJsonRpc(rpcUrl, 'eth_getTransactionReceipt', [final.transactionHash]);
      expect(receipt).toMatchObject({ blockHash: final.blockHash, status: '0x1' });
      expect(await storedAt(rpcUrl, contract, { blockHash: final.blockHash })).toBe(Number(final.blockNumber));
    }
    await events.seen(/runs again/);
  });

  it('keeps its dump small while nothing happens and refuses a data directory of another chain', async () => {
    const folder = await engines.newFolder();
    const first = await start(folder);
    await sendUntilFinal(first.rpcUrl, { data: CREATION });
    await first.stop();
    expect((await stat(join(folder, 'chain.json.gz'))).size).toBeLessThan(100_000);
    await expect(startAnvil({ dataDir: folder, chainId: 5 })).rejects.toThrow(/holds chain 31337/);
  });
});
