/**
 * Runs settlement batches: open -> cut -> plan -> sign -> journal -> submit -> confirm. Each call of {@link step} looks
 * at what the journal says of the batch under way and does the one thing that is missing; so it makes no difference
 * whether the process that does the next step is the one that did the last.
 */
import { headsDigest, maxPayoutsPerBatch, SettlementRefused, type Hash, type SettlementChain } from '#chain';
import {
  DomainError,
  entryId,
  type EntryPosition,
  type PayablesCut,
  type RegistryCommand,
  type SettlementBatch,
  type ShardHead,
} from '#domain';
import type { JournalStore } from '#journal';
import type { Sequencers } from '#wiring';
import { findCreditors, selectPayees } from './payee-selection.js';
import { findPayoutLogs } from './payout-logs.js';

/** Points between two steps, told to the observer: for the log, metrics and crash tests. */
export type SettlementMoment =
  'opened' | 'cut' | 'planned' | 'signed' | 'journaled' | 'submitted' | 'final' | 'confirmed' | 'empty' | 'reverted';

export interface SettlementRunOptions {
  readonly sequencers: Sequencers;
  readonly journal: JournalStore;
  readonly chain: () => Promise<SettlementChain>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly observe?: (moment: SettlementMoment, batch: string) => void;
  /** A transaction that waits longer in the pool is signed again with higher fees; each further time waits twice as long. */
  readonly replaceAfterMs?: number;
}

/** What a step found: call again at once, call again later, or nothing is under way. */
export type StepResult = 'advanced' | 'waiting' | 'idle';

const PROVENANCE = { actor: 'system:settlement', origin: 'system:settlement' };
const REPLACE_AFTER_MS = 60_000;
const REPLACE_AFTER_MAX_MS = 6 * 3_600_000;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export class SettlementRun {
  private readonly clock: () => number;

  constructor(private readonly options: SettlementRunOptions) {
    this.clock = options.clock ?? Date.now;
  }

  /**
   * Opens a batch over the providers that are owed something, as many as one transaction can pay; the rest are in the
   * next batch.
   *
   * @throws DomainError `SETTLEMENT_IN_PROGRESS`
   */
  async open(
    batch: string,
    asked: Pick<RegistryCommand, 'provenance' | 'request'> = { provenance: PROVENANCE },
  ): Promise<EntryPosition> {
    const { chainId } = await this.options.chain();
    const { sequencers } = this.options;
    const creditors = await findCreditors(sequencers);
    const providers = await sequencers.registry.readDurable(({ catalogue, batches }) => {
      const last = [...batches.values()].at(-1)?.opened.payable.at(-1)?.provider;
      return selectPayees(creditors, catalogue, chainId, last, maxPayoutsPerBatch);
    });
    const { outcome } = await sequencers.executeRegistry({
      type: 'OpenSettlement',
      batch,
      chainId,
      providers,
      owed: new Map(creditors.map(({ provider, owed }) => [provider, owed])),
      time: this.now(),
      ...asked,
    });
    if (!outcome.replayed) this.options.observe?.('opened', batch);
    return outcome.entry;
  }

  /** Does what the batch under way needs next. Any number of processes may do so at the same time. */
  async step(): Promise<StepResult> {
    const batch = await this.readActive();
    if (batch === undefined) return 'idle';
    try {
      return await this.advance(batch);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'SETTLEMENT_STEP_INVALID') throw error;
      // Another process did this step in the meantime; when the batch has not moved, the refusal stands.
      const now = await this.readActive();
      if (now?.batch === batch.batch && now.phase === batch.phase && now.signed.length === batch.signed.length)
        throw error;
      return 'advanced';
    }
  }

  private readActive(): Promise<SettlementBatch | undefined> {
    return this.options.sequencers.registry.readDurable(({ active }) => active);
  }

  private async advance(batch: SettlementBatch): Promise<StepResult> {
    switch (batch.phase) {
      case 'opened':
        await this.cutAndPlan(batch);
        return 'advanced';
      case 'planned':
        await this.sign(batch);
        return 'advanced';
      case 'signed':
        return this.submitOrConfirm(batch);
      default:
        throw new Error(`batch ${batch.batch} is ${batch.phase} and under way`);
    }
  }

  /** Freezes each shard's part. The cuts are idempotent, so a run that was broken off repeats the missing ones. */
  private async cutAndPlan({ batch, opened, openedAt }: SettlementBatch): Promise<void> {
    const { sequencers } = this.options;
    const payable = opened.payable.map(({ provider }) => provider);
    const cuts: PayablesCut[] = [];
    const heads: ShardHead[] = [];
    for (let shard = 0; shard < sequencers.shards; shard++) {
      const { outcome } = await sequencers.execute(shard, {
        type: 'CutPayables',
        batch,
        payable,
        held: opened.held,
        time: this.now(),
        provenance: PROVENANCE,
      });
      if (outcome.type !== 'cut') throw new Error(`a cut came to ${outcome.type}`);
      cuts.push(outcome.cut);
      heads.push(await this.headAt(outcome.entry));
      this.options.observe?.('cut', batch);
    }
    heads.push(await this.headAt(openedAt));
    const outcome = await this.record({ type: 'PlanSettlement', batch, cuts, heads, headsDigest: headsDigest(heads) });
    this.options.observe?.(outcome === 'SettlementEmpty' ? 'empty' : 'planned', batch);
  }

  private async headAt({ shard, height, index }: EntryPosition): Promise<ShardHead> {
    const [page] = await this.options.journal.read(shard, height, 1);
    if (page === undefined) throw new Error(`the page of entry ${entryId({ shard, height, index })} is gone`);
    return { shard, height, hash: page.hash };
  }

  /** Signs, and writes the bytes into the journal before anybody else sees them. */
  private async sign({ batch, planned, signed }: SettlementBatch): Promise<void> {
    const chain = await this.options.chain();
    const plan = planned!;
    const previous = signed.at(-1);
    const nonce = previous?.nonce ?? (await this.freeNonce(chain));
    const instruction = {
      batchId: batch,
      mint: BigInt(plan.mint),
      burn: BigInt(plan.burn),
      headsDigest: plan.headsDigest as Hash,
      payouts: plan.payouts.map(({ wallet, amount }) => ({ wallet: wallet as Hash, amount: BigInt(amount) })),
    };
    try {
      const transaction = await chain.sign(
        instruction,
        nonce,
        previous === undefined
          ? {}
          : {
              previous: {
                maxFeePerGas: BigInt(previous.maxFeePerGas),
                maxPriorityFeePerGas: BigInt(previous.maxPriorityFeePerGas),
              },
            },
      );
      this.options.observe?.('signed', batch);
      await this.record({
        type: 'SignSettlement',
        batch,
        nonce,
        raw: transaction.raw,
        hash: transaction.hash,
        maxFeePerGas: transaction.maxFeePerGas.toString(),
        maxPriorityFeePerGas: transaction.maxPriorityFeePerGas.toString(),
      });
      this.options.observe?.('journaled', batch);
    } catch (error) {
      // Only an instruction that can never be valid goes back; it was never signed, so it cannot have paid anybody.
      const isHopeless =
        error instanceof SettlementRefused &&
        (error.code === 'invalid_instruction' || error.code === 'batch_too_large');
      if (!isHopeless || signed.length > 0) throw error;
      await this.record({ type: 'RevertSettlement', batch, reason: error.message });
      this.options.observe?.('reverted', batch);
    }
  }

  /** The nonce after all that the journal gave away and all that the chain has seen. */
  private async freeNonce(chain: SettlementChain): Promise<number> {
    const given = await this.options.sequencers.registry.readDurable((state) => state.nextNonce(chain.chainId));
    return Math.max(given, await chain.spentNonces('latest'));
  }

  private async submitOrConfirm(batch: SettlementBatch): Promise<StepResult> {
    const chain = await this.options.chain();
    const newest = batch.signed.at(-1)!;
    const hashes = batch.signed.map(({ hash }) => hash as Hash);
    const status = await chain.status(hashes, newest.nonce);
    switch (status.state) {
      case 'unknown':
        await chain.submit(newest.raw as Hash);
        this.options.observe?.('submitted', batch.batch);
        return 'waiting';
      case 'pending':
        if (this.clock() - Date.parse(newest.time) > this.patienceMs(batch.signed.length)) {
          await this.sign(batch);
          return 'advanced';
        }
        // The pool still has an earlier attempt: the newest, with higher fees, takes its place.
        if (status.hash !== newest.hash) {
          await chain.submit(newest.raw as Hash);
          this.options.observe?.('submitted', batch.batch);
        }
        return 'waiting';
      case 'mined':
        return 'waiting';
      case 'final':
        this.options.observe?.('final', batch.batch);
        await this.confirm(chain, batch, {
          ...status,
          hash: status.hash!,
          blockNumber: status.blockNumber!,
          blockHash: status.blockHash!,
        });
        return 'advanced';
      case 'reverted':
      case 'superseded':
        return this.giveBack(chain, batch, status.state, hashes);
    }
  }

  /** How long the newest of so many attempts may wait in the pool. Doubling keeps a stuck chain from raising fees for ever. */
  private patienceMs(attempts: number): number {
    return Math.min((this.options.replaceAfterMs ?? REPLACE_AFTER_MS) * 2 ** (attempts - 1), REPLACE_AFTER_MAX_MS);
  }

  /** Finds each payout's transfer in the final transaction and books the batch as paid. */
  private async confirm(
    chain: SettlementChain,
    { batch, planned }: SettlementBatch,
    final: {
      readonly hash: Hash;
      readonly blockNumber: bigint;
      readonly blockHash: Hash;
      readonly gasUsed?: bigint;
      readonly gasPrice?: bigint;
    },
  ): Promise<void> {
    const logIndexes = await findPayoutLogs(chain, planned!.payouts, final);
    await this.record({
      type: 'ConfirmSettlement',
      batch,
      hash: final.hash,
      blockNumber: final.blockNumber.toString(),
      blockHash: final.blockHash,
      logIndexes,
      gasUsed: (final.gasUsed ?? 0n).toString(),
      gasPrice: (final.gasPrice ?? 0n).toString(),
    });
    this.options.observe?.('confirmed', batch);
  }

  /** The nonce is spent for good and not by a payment of ours: what was in transit is owed again. */
  private async giveBack(
    chain: SettlementChain,
    { batch }: SettlementBatch,
    state: 'reverted' | 'superseded',
    hashes: readonly Hash[],
  ): Promise<StepResult> {
    const { number } = await chain.finalBlock();
    if (await chain.isSettled(batch, number)) {
      throw new Error(
        `batch ${batch} is settled on chain by a transaction that the journal does not know; it needs an investigation`,
      );
    }
    await this.record({
      type: 'RevertSettlement',
      batch,
      reason: `the transaction was ${state}: ${hashes.join(', ')}`,
    });
    this.options.observe?.('reverted', batch);
    return 'advanced';
  }

  private async record(command: DistributiveOmit<RegistryCommand, 'time' | 'provenance'>): Promise<string> {
    const { outcome } = await this.options.sequencers.executeRegistry({
      ...command,
      time: this.now(),
      provenance: PROVENANCE,
    } as RegistryCommand);
    return outcome.replayed ? '' : outcome.event.type;
  }

  private now(): string {
    return new Date(this.clock()).toISOString();
  }
}
