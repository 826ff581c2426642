import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicClient } from 'viem';
import { computeTokenAbi, settlementVaultAbi } from './artefacts.js';
import { confirm } from './confirmation.js';
import type { Confirmation } from './confirmation.js';
import { deploymentData, findUnused, inspectUnused, vaultAddress } from './deployment.js';
import type { UnusedContracts } from './deployment.js';
import { ChainMismatch, ChainUnavailable, reading, SettlementRefused } from './errors.js';
import { readMarket } from './fees.js';
import type { FeeRequest, Market } from './fees.js';
import { settlementGasBound } from './gas.js';
import { comparePinned, readIdentity } from './identity.js';
import type { PinnedContracts } from './identity.js';
import { batchKey, encodeSettle } from './instruction.js';
import type { BatchInstruction } from './instruction.js';
import { createNodeClient } from './node-client.js';
import { TransactionSigner } from './signing.js';
import type { SignedTransaction } from './signing.js';
import { broadcast } from './submission.js';
import type { SubmissionResult } from './submission.js';
import { readBatches, readTransfers } from './token-flow.js';
import type { SettledBatch, TokenTransfer } from './token-flow.js';
import { sameAddress } from './wallet.js';
import type { Address, Hash } from './wallet.js';

/**
 * Where a deployment stands, and by what it is told from another. JSON-native except `deployBlock`, which a journal writes
 * as a decimal string.
 */
export interface ChainContracts extends PinnedContracts {
  readonly deployBlock: bigint;
  /** The account that settles; all nonces are its own. */
  readonly signer: Address;
  /** The first nonce after the deployment: the first batch is signed with it. */
  readonly firstNonce: number;
}

/** A block by its number and its hash; `timestamp` in seconds since 1970. */
export interface ChainBlock {
  readonly number: bigint;
  readonly hash: Hash;
  readonly timestamp: bigint;
}

/** The contracts' state at one block; amounts in base units. */
export interface ChainObservation {
  readonly block: { readonly number: bigint; readonly hash: Hash };
  readonly totalSupply: bigint;
  readonly vaultBalance: bigint;
  readonly totalMinted: bigint;
  readonly totalBurned: bigint;
  readonly totalPaid: bigint;
}

/** Who may do what on the vault, and when the deployment counts as done. */
export interface DeployOptions {
  /** Grants roles and resumes after a pause; a slow, well-kept key. Default: the signer. */
  readonly admin?: Address;
  /** May stop all settlement. Default: the signer. */
  readonly guardian?: Address;
  /** Seconds between announcing and accepting a new admin. Default: one day. */
  readonly adminDelaySeconds?: number;
  /** Default: `final`, so that no reorganisation or crash can undo what the caller records. */
  readonly until?: 'mined' | 'final';
  /** How long to wait for that, in milliseconds. Default: 30 minutes; Ethereum needs about 15. */
  readonly patienceMs?: number;
}

export interface ConnectOptions {
  readonly rpcUrl: string;
  /** Private key of the settler, 32 bytes in hexadecimal. Never logged, never part of an error. */
  readonly signerKey: `0x${string}`;
  /** Absent before the first deployment. */
  readonly contracts?: ChainContracts;
  /** Longest wait for one answer of the node, its last byte included. Default: 10,000. */
  readonly timeoutMs?: number;
}

const DEPLOY_POLL_MS = 250;

/**
 * The settlement contracts as the ledger sees them. It decides nothing and remembers nothing: the caller writes an
 * intent and the signed bytes into its journal, this class signs, sends and looks.
 *
 * One instance per signer and chain may sign; nonces are the caller's, because only the caller knows which of them
 * its journal has given away.
 */
export class SettlementChain {
  private constructor(
    private readonly client: PublicClient,
    private readonly transactions: TransactionSigner,
    /** The chain that every transaction is bound to. */
    readonly chainId: number,
    private known: ChainContracts | undefined,
  ) {}

  /**
   * Connects and pins the chain: its id, its first block, and that the contracts stand where they are said to stand, with
   * the code that they were registered with.
   *
   * @throws {@link ChainUnavailable} when the node does not answer; {@link ChainMismatch} when it is another chain,
   * another signer, or the contracts are others; it says in one line which.
   */
  static async connect(options: ConnectOptions): Promise<SettlementChain> {
    const { rpcUrl, signerKey, contracts, timeoutMs = 10_000 } = options;
    const client = createNodeClient(rpcUrl, timeoutMs);
    const chainId = await reading('chain id', () => client.getChainId());
    const chain = new SettlementChain(client, new TransactionSigner(client, chainId, signerKey), chainId, contracts);
    if (contracts) await chain.verify(contracts);
    return chain;
  }

  /** The settler's address. */
  get signer(): Address {
    return this.transactions.address;
  }

  /** The deployment this connection works on. @throws {@link ChainMismatch} before the first one. */
  get contracts(): ChainContracts {
    if (!this.known) throw new ChainMismatch('No settlement contracts are known on this chain: deploy them first.');
    return this.known;
  }

  /**
   * Deploys the vault and, by it, the token, in one transaction with the signer's next nonce. Running it twice makes
   * two deployments; {@link deployOnce} does not.
   *
   * @throws {@link ChainUnavailable} when the node does not answer or the deployment is not done in time;
   * {@link SettlementRefused} when it is refused.
   */
  async deploy(options: DeployOptions = {}): Promise<ChainContracts> {
    return this.deployWith(await this.spentNonces('latest'), options);
  }

  private async deployWith(nonce: number, options: DeployOptions): Promise<ChainContracts> {
    const { admin = this.signer, guardian = this.signer, adminDelaySeconds = 86_400, until = 'final' } = options;
    const data = deploymentData({ adminDelaySeconds, admin, settler: this.signer, guardian });
    const transaction = await this.transactions.sign({ data }, nonce, 0n, {});
    const deployBlock = await this.carryThrough(transaction, until, options.patienceMs ?? 1_800_000);
    const vault = vaultAddress(this.signer, nonce);
    const token = await reading('token', () =>
      this.client.readContract({ address: vault, abi: settlementVaultAbi, functionName: 'token' }),
    );
    return this.know({ vault, token, atBlock: deployBlock }, nonce + 1);
  }

  /**
   * As {@link deploy}, unless contracts of ours stand already that nobody has used: those of a deployment that was broken
   * off before it was recorded. However often it is broken off and run again, by however many processes, one pair of
   * contracts comes of it: all attempts share the nonce, and so the address.
   */
  async deployOnce(options: DeployOptions = {}): Promise<ChainContracts> {
    const spent = await this.settledNonces(options.patienceMs ?? 1_800_000);
    const unused = await findUnused(this.client, this.signer, spent);
    return unused === undefined ? this.deployWith(spent, options) : this.adopt(unused);
  }

  /** The nonces spent, once all of them are final: a deployment that is mined and not final is waited for. */
  private async settledNonces(patienceMs: number): Promise<number> {
    for (const deadline = Date.now() + patienceMs; ; await sleep(DEPLOY_POLL_MS)) {
      const [final, latest] = [await this.spentNonces('finalized'), await this.spentNonces('latest')];
      if (final === latest) return final;
      if (Date.now() > deadline)
        throw new ChainUnavailable('deploy', `nonce ${final} of the signer is not final in time`);
    }
  }

  /**
   * Takes a vault that somebody deployed, after checking its code, its settler, and that it never moved anything.
   *
   * @throws {@link ChainMismatch} saying what does not fit
   */
  async adoptVault(vault: Address): Promise<ChainContracts> {
    return this.adopt(await inspectUnused(this.client, this.signer, vault));
  }

  /**
   * Compares contracts that were registered with what stands on this node.
   *
   * @throws {@link ChainMismatch} in one line that says what differs
   */
  compare(pinned: PinnedContracts): Promise<void> {
    return comparePinned(this.client, this.chainId, pinned);
  }

  private async adopt(unused: UnusedContracts): Promise<ChainContracts> {
    return this.know(unused, await this.spentNonces('latest'));
  }

  private async know({ vault, token, atBlock }: UnusedContracts, firstNonce: number): Promise<ChainContracts> {
    const { chainId, signer } = this;
    const identity = await readIdentity(this.client, { vault, token });
    this.known = { chainId, token, vault, ...identity, deployBlock: atBlock, signer, firstNonce };
    return this.known;
  }

  /** The base fee, tip and block gas limit of now. */
  market(): Promise<Market> {
    return readMarket(this.client);
  }

  /**
   * Signs one batch for one nonce, after running it on the chain's latest state. Sends nothing.
   *
   * @param fees `previous` when another transaction was signed for this nonce: both its fees are raised by an eighth.
   * @throws {@link SettlementRefused} with the reason; {@link ChainUnavailable} when the node does not answer.
   */
  async sign(instruction: BatchInstruction, nonce: number, fees: FeeRequest = {}): Promise<SignedTransaction> {
    const { token, vault } = this.contracts;
    const data = encodeSettle(instruction, [token, vault]);
    return this.transactions.sign({ to: vault, data }, nonce, settlementGasBound(instruction.payouts.length), fees);
  }

  /** Broadcasts stored bytes, see {@link broadcast}. */
  submit(raw: `0x${string}`): Promise<SubmissionResult> {
    return broadcast(this.client, raw);
  }

  /** Where a nonce stands, given every transaction ever signed for it, see {@link Confirmation}. */
  status(hashes: readonly Hash[], nonce: number): Promise<Confirmation> {
    return confirm(this.client, this.signer, hashes, nonce);
  }

  /** How many nonces of the signer are spent: the next free one, if the journal has given none away beyond it. */
  spentNonces(at: 'latest' | 'finalized'): Promise<number> {
    return reading('nonce', () => this.client.getTransactionCount({ address: this.signer, blockTag: at }));
  }

  /** Whether the vault has settled this batch, at a block or at the latest one. */
  async isSettled(batchId: string, atBlock?: bigint): Promise<boolean> {
    const { vault } = this.contracts;
    return reading('settled', () =>
      this.client.readContract({
        address: vault,
        abi: settlementVaultAbi,
        functionName: 'settled',
        args: [batchKey(batchId)],
        ...(atBlock === undefined ? {} : { blockNumber: atBlock }),
      }),
    );
  }

  /** The last block that no reorganisation can undo. */
  async finalBlock(): Promise<ChainBlock> {
    const { number, hash, timestamp } = await reading('finalised block', () =>
      this.client.getBlock({ blockTag: 'finalized' }),
    );
    return { number, hash, timestamp };
  }

  /** Supply, custody and totals at one block, named by its hash: another block at its height is an error. */
  async observe(block: { readonly number: bigint; readonly hash: Hash }): Promise<ChainObservation> {
    const { token, vault } = this.contracts;
    const at = { blockHash: block.hash, requireCanonical: true } as const;
    const ofToken = { address: token, abi: computeTokenAbi, ...at } as const;
    const ofVault = { address: vault, abi: settlementVaultAbi, ...at } as const;
    const [totalSupply, vaultBalance, totalMinted, totalBurned, totalPaid] = await reading('state', () =>
      Promise.all([
        this.client.readContract({ ...ofToken, functionName: 'totalSupply' }),
        this.client.readContract({ ...ofToken, functionName: 'balanceOf', args: [vault] }),
        this.client.readContract({ ...ofVault, functionName: 'totalMinted' }),
        this.client.readContract({ ...ofVault, functionName: 'totalBurned' }),
        this.client.readContract({ ...ofVault, functionName: 'totalPaid' }),
      ]),
    );
    const { number, hash } = block;
    return { block: { number, hash }, totalSupply, vaultBalance, totalMinted, totalBurned, totalPaid };
  }

  /** Movements of the token, see {@link readTransfers}. Ask only for final blocks. */
  transfers(fromBlock: bigint, toBlock: bigint, expected: readonly Hash[] = []): AsyncGenerator<TokenTransfer> {
    return readTransfers(this.client, this.contracts, fromBlock, toBlock, expected);
  }

  /** Batches the vault announced, see {@link readBatches}. Ask only for final blocks. */
  batches(fromBlock: bigint, toBlock: bigint): AsyncGenerator<SettledBatch> {
    return readBatches(this.client, this.contracts.vault, fromBlock, toBlock);
  }

  /** Batches that the vault has announced, up to the newest block: the last ones may be undone. @throws ChainUnavailable */
  async *batchesSince(fromBlock: bigint): AsyncGenerator<SettledBatch> {
    const newest = await reading('newest block', () => this.client.getBlockNumber({ cacheTime: 0 }));
    if (newest >= fromBlock) yield* readBatches(this.client, this.contracts.vault, fromBlock, newest);
  }

  /** When a block was made, seconds since 1970. @throws ChainUnavailable */
  async timeOf(blockNumber: bigint): Promise<bigint> {
    return (await reading('block', () => this.client.getBlock({ blockNumber }))).timestamp;
  }

  private async verify(contracts: ChainContracts): Promise<void> {
    await this.compare(contracts);
    if (!sameAddress(contracts.signer, this.signer)) {
      throw new ChainMismatch(`The key belongs to ${this.signer}; batches are settled by ${contracts.signer}.`);
    }
  }

  /**
   * Sends the same bytes until the vault stands, through silent nodes, dropped transactions and reorganisations. Another
   * process, or this one before it was killed, may deploy with the same nonce: it deploys to the same address.
   */
  private async carryThrough(transaction: SignedTransaction, until: 'mined' | 'final', patienceMs: number) {
    const { raw, hash, nonce } = transaction;
    const deadline = Date.now() + patienceMs;
    for (;;) {
      let outcome = 'unknown';
      try {
        const block = await this.blockWithVault(hash, nonce, until);
        if (block !== undefined) return block;
        const { state } = await this.status([hash], nonce);
        if (state === 'reverted' || state === 'superseded') {
          throw new SettlementRefused('rejected', `The deployment ${hash} is ${state}.`);
        }
        if (state === 'unknown') await this.submit(raw);
        outcome = state;
      } catch (error) {
        const isRival = error instanceof SettlementRefused && error.code === 'replacement_underpriced';
        if (!(error instanceof ChainUnavailable) && !isRival) throw error;
        outcome = error.message;
      }
      if (Date.now() > deadline)
        throw new ChainUnavailable('deploy', `${hash} is not ${until} in time, but ${outcome}`);
      await sleep(DEPLOY_POLL_MS);
    }
  }

  /** The block of our deployment or, when a rival of the same nonce made it, one at which the vault stands. */
  private async blockWithVault(hash: Hash, nonce: number, until: 'mined' | 'final'): Promise<bigint | undefined> {
    const { number } = await reading('block', () =>
      this.client.getBlock({ blockTag: until === 'final' ? 'finalized' : 'latest' }),
    );
    const code = await reading('code', () =>
      this.client.getCode({ address: vaultAddress(this.signer, nonce), blockNumber: number }),
    );
    if (code === undefined) return undefined;
    const { blockNumber } = await this.status([hash], nonce);
    return blockNumber ?? number;
  }
}
