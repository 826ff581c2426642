import { gzipSync } from 'node:zlib';
import { writeDurably } from './durable-file.js';
import { callJsonRpc } from './json-rpc.js';
import { messageOf, pause } from './supervised-process.js';

/** With one slot in an epoch, anvil calls the block that has this many blocks above it `finalized`. */
export const BLOCKS_UNTIL_FINAL = 2;

const TICK_MS = 200;
/** Pause while the chain node is down, and the longest pause while waiting transactions do not fit into blocks. */
const PAUSE_MAX_MS = 10_000;

interface BlockSummary {
  readonly height: number;
  readonly transactions: number;
}

/**
 * Mines anvil's blocks, so that a final block can never be lost.
 *
 * After each block the whole chain is written to disk durably, and only then may the next block follow. A block
 * becomes final when two blocks stand above it; by then two such dumps contain it. `kill -9` can therefore take away
 * the newest blocks, as a real chain's reorganisation does, but none that was ever called final.
 *
 * Nothing is mined while no transaction waits and the newest one is final: an idle chain does not grow.
 */
export class BlockProducer {
  private readonly running: Promise<void>;
  private readonly stopped = new AbortController();
  private lastTransactionAt: number | undefined;
  /** Blocks in a row that took in nothing although transactions wait. */
  private fruitless = 0;
  /** Whether the node may hold a block that the file does not; then no other may be mined. */
  private unsaved = false;
  private failing = false;

  private constructor(
    private readonly rpcUrl: string,
    private readonly stateFile: string,
    private readonly onEvent: (message: string) => void,
  ) {
    this.running = this.run();
  }

  static start(rpcUrl: string, stateFile: string, onEvent: (message: string) => void): BlockProducer {
    return new BlockProducer(rpcUrl, stateFile, onEvent);
  }

  /** The node has been replaced by one that knows only what the last dump held: look at the chain afresh. */
  forgetChain(): void {
    this.lastTransactionAt = undefined;
  }

  /** Ends after the block in progress is on disk. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      let rest = TICK_MS;
      try {
        if (this.unsaved) await this.save();
        if (await this.isBlockDue()) await this.mine();
        // Transactions that wait but fit into no block (a fee below the base fee, say) must not grow the chain fast.
        if (this.fruitless > BLOCKS_UNTIL_FINAL) rest = Math.min(TICK_MS * 2 ** this.fruitless, PAUSE_MAX_MS);
        this.failing = false;
      } catch (error) {
        this.forgetChain();
        if (!this.failing) this.onEvent(`anvil: no block could be produced, trying again (${messageOf(error)})`);
        this.failing = true;
      }
      await pause(rest, this.stopped.signal);
    }
  }

  private async isBlockDue(): Promise<boolean> {
    const pool = (await callJsonRpc(this.rpcUrl, 'txpool_status')) as { pending: string };
    if (Number(pool.pending) > 0) return true;
    this.fruitless = 0;
    const height = Number(await callJsonRpc(this.rpcUrl, 'eth_blockNumber'));
    this.lastTransactionAt ??= await this.findLastTransaction(height);
    return height < this.lastTransactionAt + BLOCKS_UNTIL_FINAL;
  }

  private async mine(): Promise<void> {
    this.unsaved = true;
    await callJsonRpc(this.rpcUrl, 'evm_mine');
    await this.save();
    const newest = await this.readBlock('latest');
    if (newest.transactions > 0) {
      this.lastTransactionAt = newest.height;
      this.fruitless = 0;
    } else {
      this.fruitless++;
    }
  }

  private async save(): Promise<void> {
    // The dump with the state of past blocks: without it `eth_call` at the final block fails after a reload.
    const dump = await callJsonRpc(this.rpcUrl, 'anvil_dumpState', [true]);
    await writeDurably(this.stateFile, decodeDump(dump));
    this.unsaved = false;
  }

  /** The newest block with transactions among those that are not final; below them it does not matter. */
  private async findLastTransaction(height: number): Promise<number> {
    for (let candidate = height; candidate > Math.max(0, height - BLOCKS_UNTIL_FINAL); candidate--) {
      if ((await this.readBlock(`0x${candidate.toString(16)}`)).transactions > 0) return candidate;
    }
    return height - BLOCKS_UNTIL_FINAL;
  }

  private async readBlock(tag: string): Promise<BlockSummary> {
    const block = (await callJsonRpc(this.rpcUrl, 'eth_getBlockByNumber', [tag, false])) as {
      number: string;
      transactions: readonly string[];
    };
    return { height: Number(block.number), transactions: block.transactions.length };
  }
}

/** anvil answers with hexadecimal digits of (nowadays gzipped) JSON; the file always holds gzip. */
function decodeDump(dump: unknown): Uint8Array {
  if (typeof dump !== 'string' || !/^0x[0-9a-f]{4}/.test(dump)) throw new Error('anvil_dumpState: unexpected answer');
  const bytes = Buffer.from(dump.slice(2), 'hex');
  return dump.startsWith('0x1f8b') ? bytes : gzipSync(bytes);
}
