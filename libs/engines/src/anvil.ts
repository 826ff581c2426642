import { readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BlockProducer } from './block-producer.js';
import { EngineError, type Engine, type EngineOptions } from './engine.js';
import { EngineFolder } from './engine-folder.js';
import { callJsonRpc } from './json-rpc.js';
import type { StopStep } from './process-identity.js';
import { messageOf, SupervisedProcess } from './supervised-process.js';

/**
 * The development mnemonic that Foundry and Hardhat document, and the first key derived from it (m/44'/60'/0'/0/0).
 * Both are public test material: anything they hold on a real chain is stolen within seconds.
 */
export const TEST_MNEMONIC = 'test test test test test test test test test test test junk';
export const TEST_SIGNER_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

const DEFAULT_CHAIN_ID = 31_337;
const START_TIMEOUT_MS = 60_000;
/** States of this many newest blocks can be queried; the dump carries them, so its size is bounded by this. */
const STATES_KEPT = 128;

const STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

const decompress = promisify(gunzip);

export interface AnvilOptions extends EngineOptions {
  /** 31337 when missing. A data directory keeps the chain it was made for. */
  readonly chainId?: number;
}

export interface AnvilEngine extends Engine {
  readonly rpcUrl: string;
  /** Key of an account with 10,000 test ether: public test material, see {@link TEST_SIGNER_KEY}. */
  readonly signerKey: `0x${string}`;
}

/**
 * Starts a local EVM chain (anvil) that keeps its blocks over restarts and never loses one it called final, see
 * {@link BlockProducer}. Blocks come about every 200 ms while there is something to mine; `finalized` is two below
 * `latest`. Calls at past blocks work for the newest 128 blocks, logs and receipts for all.
 *
 * @throws EngineError when the folder is in use, holds another chain, or anvil does not start
 */
export async function startAnvil(options: AnvilOptions): Promise<AnvilEngine> {
  const onEvent = options.onEvent ?? (() => undefined);
  const chainId = options.chainId ?? DEFAULT_CHAIN_ID;
  const command = locateAnvil();
  const folder = await EngineFolder.claim(options.dataDir, 'anvil', STOP_STEPS, onEvent);
  let supervised: SupervisedProcess | undefined;
  let producer: BlockProducer | undefined;
  const stateFile = folder.file('chain.json.gz');
  let port = 0;
  const rpcUrl = (): string => `http://127.0.0.1:${port}`;
  try {
    await rememberChainId(folder, chainId);
    const running = await SupervisedProcess.start({
      name: 'anvil',
      folder,
      stopSteps: STOP_STEPS,
      startTimeoutMs: START_TIMEOUT_MS,
      onEvent,
      prepare: async (first) => {
        if (first) port = await folder.choosePort('rpc', options.port);
        const loading = await unpackState(folder, stateFile);
        return { command, args: anvilArguments(port, chainId, loading) };
      },
      probe: async () => {
        const answered = Number(await callJsonRpc(rpcUrl(), 'eth_chainId'));
        if (answered !== chainId) throw new Error(`chain ${answered} answers on port ${port}`);
        await rm(folder.file('loading.json'), { force: true });
        producer?.forgetChain();
      },
      beforeStop: async () => producer?.stop(),
    });
    supervised = running;
    producer = BlockProducer.start(rpcUrl(), stateFile, onEvent);
    return {
      name: 'anvil',
      rpcUrl: rpcUrl(),
      signerKey: TEST_SIGNER_KEY,
      get processId() {
        return running.processId;
      },
      stop: async () => {
        await producer?.stop();
        await running.stop();
      },
    };
  } catch (error) {
    if (supervised === undefined) await folder.release();
    throw error instanceof EngineError ? error : new EngineError(messageOf(error), { cause: error });
  }
}

function anvilArguments(port: number, chainId: number, stateToLoad: string | undefined): string[] {
  return [
    ...['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(chainId), '--mnemonic', TEST_MNEMONIC],
    // Fixed rules: the newest that the contracts are tested on, with its limit of gas per transaction (EIP-7825).
    ...['--hardfork', 'osaka', '--enable-tx-gas-limit'],
    // The block producer mines; with one slot in an epoch `safe` and `finalized` follow one and two blocks behind.
    ...['--no-mining', '--slots-in-an-epoch', '1'],
    ...['--preserve-historical-states', '--prune-history', String(STATES_KEPT)],
    // No web page that happens to be open in a browser here may talk to the chain.
    ...['--no-cors', '--quiet'],
    ...(stateToLoad === undefined ? [] : ['--load-state', stateToLoad]),
  ];
}

function locateAnvil(): string {
  const platform = process.platform;
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `@foundry-rs/anvil-${platform}-${architecture}`;
  try {
    const fromHere = createRequire(import.meta.url);
    // The platform package is a dependency of `@foundry-rs/anvil`, not ours: ask from there.
    const fromAnvil = createRequire(fromHere.resolve('@foundry-rs/anvil/package.json'));
    return fromAnvil.resolve(`${name}/bin/anvil${platform === 'win32' ? '.exe' : ''}`);
  } catch {
    throw new EngineError(
      `The npm package ${name} with the chain node is not installed: run \`npm ci\` with optional dependencies, or set CHAIN_RPC_URL to a node.`,
    );
  }
}

/** anvil reads plain JSON at its start, before it listens, so that no client sees the chain without its blocks. */
async function unpackState(folder: EngineFolder, stateFile: string): Promise<string | undefined> {
  if (!existsSync(stateFile)) return undefined;
  const loading = folder.file('loading.json');
  try {
    await writeFile(loading, await decompress(await readFile(stateFile)), { mode: 0o600 });
  } catch (error) {
    throw new EngineError(
      `${stateFile} cannot be read (${messageOf(error)}): restore it from a backup, or move it away to begin a new chain.`,
      { cause: error },
    );
  }
  return loading;
}

async function rememberChainId(folder: EngineFolder, chainId: number): Promise<void> {
  const file = folder.file('chain-id');
  const recorded = await readFile(file, 'utf8').catch(() => undefined);
  if (recorded === undefined) {
    await writeFile(file, `${chainId}\n`, { mode: 0o600 });
  } else if (Number(recorded) !== chainId) {
    throw new EngineError(
      `${folder.path} holds chain ${recorded.trim()}, not ${chainId}: choose another data directory.`,
    );
  }
}
