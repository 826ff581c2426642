/**
 * Runs settlement batches: open -> cut -> plan -> sign -> journal -> submit -> confirm. Each call of {@link step} looks
 * at what the journal says of the batch under way and does the one thing that is missing; so it makes no difference
 * whether the process that does the next step is the one that did the last.
 */
import {
  headsDigest,
  maxPayoutsPerBatch,
  SettlementRefused,
  type Hash,
  type SettlementChain,
  type SettlementRefusal,
} from '#chain';
import { chainsSupply, isRefusal, ROUNDS, type RegistryCommand, type SettlementBatch, chainSupply } from '#concepts';
import type { EntryPosition } from '#domain';
import type { JournalStore } from '#journal';
import { driveRounds, type RoundMoment, type Sequencers } from '#wiring';
import { findCreditors, payoutsMaxAfter, selectPayees, TOO_LARGE } from './payee-selection.js';
import { findPayoutLogs } from './payout-logs.js';

/** Points between two steps, told to the observer: for the log, metrics and crash tests. */
export type SettlementMoment =
  'opened' | 'cut' | 'planned' | 'signed' | 'journaled' | 'submitted' | 'final' | 'confirmed' | 'empty' | 'reverted';

export interface SettlementRunOptions {
  readonly sequencers: Sequencers;
  readonly journal: JournalStore;
  readonly chain: () => Promise<SettlementChain>;
  /** Asked before a batch is signed at first: throws when the chain remembers batches that the journal does not have. */
  readonly assertKept?: (chain: SettlementChain) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly observe?: (moment: SettlementMoment, batch: string) => void;
  /** A transaction that waits longer in the pool is signed again with higher fees; each further time waits twice as long. */
  readonly replaceAfterMs?: number;
  /** The most that a transaction may offer, wei per unit of gas; without it there is no limit. */
  readonly feeCapWei?: bigint;
}

/** What a step found: call again at once, call again later, or nothing is under way. */
export type StepResult = 'advanced' | 'waiting' | 'idle';

const { provenance: PROVENANCE } = ROUNDS.settlement;
const REPLACE_AFTER_MS = 60_000;
const REPLACE_AFTER_MAX_MS = 6 * 3_600_000;
/** A node that refuses for a reason that the market does not show is offered more only after this part of the patience. */
const UNEXPLAINED_PATIENCE_PARTS = 8;
/** Refusals that other bytes can overcome: same nonce, new fees, new gas limit. */
const ASK_FOR_NEW_BYTES: readonly SettlementRefusal[] = ['underpriced', 'replacement_underpriced', 'gas_limit'];

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export class SettlementRun {
  private readonly clock: () => number;
  private feeAlarm: string | undefined;

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
    { provenance, request }: Pick<RegistryCommand, 'provenance' | 'request'> = { provenance: PROVENANCE },
  ): Promise<EntryPosition> {
    const { chainId } = await this.options.chain();
    const { sequencers } = this.options;
    const creditors = await findCreditors(sequencers);
    const providers = await sequencers.registry.readDurable(({ catalogue, settlement: { batches } }) => {
      const last = [...batches.values()].at(-1)?.opened.payable.at(-1)?.provider;
      const payoutsMax = payoutsMaxAfter([...batches.values()], chainId, maxPayoutsPerBatch);
      return selectPayees(creditors, catalogue, chainId, last, payoutsMax);
    });
    const { outcome } = await sequencers.executeRegistry({
      type: 'OpenSettlement',
      batch,
      chainId,
      providers,
      owed: new Map(creditors.map(({ provider, owed }) => [provider, owed])),
      time: this.now(),
      provenance,
      ...(request === undefined ? {} : { request }),
    });
    if (!outcome.replayed) this.options.observe?.('opened', batch);
    return outcome.entry;
  }

  /** Why the batch under way waits for lower fees, while the market is above the cap; it goes on by itself. */
  get alarm(): string | undefined {
    return this.feeAlarm;
  }

  /** Does what the batch under way needs next. Any number of processes may do so at the same time. */
  async step(): Promise<StepResult> {
    const batch = await this.readActive();
    if (batch === undefined) {
      this.feeAlarm = undefined;
      return 'idle';
    }
    try {
      return await this.advance(batch);
    } catch (error) {
      if (!isRefusal(error, 'SETTLEMENT_STEP_INVALID')) throw error;
      // Another process did this step in the meantime; when the batch has not moved, the refusal stands.
      const now = await this.readActive();
      if (now?.batch === batch.batch && now.phase === batch.phase && now.signed.length === batch.signed.length)
        throw error;
      return 'advanced';
    }
  }

  private readActive(): Promise<SettlementBatch | undefined> {
    return this.options.sequencers.registry.readDurable(({ settlement: { active } }) => active);
  }

  private async advance(batch: SettlementBatch): Promise<StepResult> {
    switch (batch.phase) {
      case 'opened':
        await this.cutAndPlan();
        return 'advanced';
      case 'planned':
        return this.signWithinCap(batch);
      case 'signed':
        return this.submitOrConfirm(batch);
      case 'empty':
      case 'confirmed':
      case 'reverted':
        throw new Error(`batch ${batch.batch} is ${batch.phase} and under way`);
    }
  }

  /** What a batch has in common with every round: each shard's part is frozen, and the registry plans from the cuts. */
  private async cutAndPlan(): Promise<void> {
    const { sequencers, journal } = this.options;
    await driveRounds(ROUNDS.settlement, {
      ...{ sequencers, journal, clock: this.clock },
      outside: { digestHeads: headsDigest },
      observe: (moment, batch) => this.observeRound(moment, batch),
    });
  }

  private observeRound(moment: RoundMoment, batch: string): void {
    if (moment === 'applied' || moment === 'closed') throw new Error(`batch ${batch} is applied on the chain alone`);
    // A hint for whoever looks on; an empty batch stays so.
    const planned = this.options.sequencers.registry.state.settlement.batch(batch)?.phase;
    this.options.observe?.(moment === 'planned' && planned === 'empty' ? 'empty' : moment, batch);
  }

  /** Signs, and writes the bytes into the journal before anybody else sees them. */
  private async sign({ batch, opened, planned, signed }: SettlementBatch, tipFloor?: bigint): Promise<void> {
    const chain = await this.options.chain();
    const { feeCapWei } = this.options;
    const plan = planned!;
    const previous = signed.at(-1);
    if (previous === undefined) await this.options.assertKept?.(chain);
    const nonce = previous?.nonce ?? (await this.freeNonce(chain));
    const instruction = {
      batchId: batch,
      mint: BigInt(plan.mint),
      burn: BigInt(plan.burn),
      headsDigest: plan.headsDigest as Hash,
      payouts: plan.payouts.map(({ wallet, amount }) => ({ wallet: wallet as Hash, amount: BigInt(amount) })),
    };
    try {
      const transaction = await chain.sign(instruction, nonce, {
        ...(feeCapWei === undefined ? {} : { maxFeePerGasLimit: feeCapWei }),
        ...(tipFloor === undefined ? {} : { tipFloor }),
        ...(previous === undefined
          ? {}
          : {
              previous: {
                maxFeePerGas: BigInt(previous.maxFeePerGas),
                maxPriorityFeePerGas: BigInt(previous.maxPriorityFeePerGas),
              },
            }),
      });
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
      if (signed.length > 0 || !(error instanceof SettlementRefused)) throw error;
      const reason = await this.whyHopeless(error, opened.chainId);
      if (reason === undefined) throw error;
      await this.record({ type: 'RevertSettlement', batch, reason });
      this.options.observe?.('reverted', batch);
    }
  }

  /** Only what can never be valid goes back; it was never signed, so it cannot have paid anybody. */
  private async whyHopeless({ code, message }: SettlementRefused, chainId: number): Promise<string | undefined> {
    if (code === 'invalid_instruction') return message;
    if (code === 'batch_too_large') return `${TOO_LARGE}: ${message}`;
    if (code !== 'insufficient_vault') return undefined;
    const elsewhere = await this.options.sequencers.registry.readDurable(
      (state) => chainsSupply(state) - state.balance(chainSupply(chainId)),
    );
    // The vault of a second chain holds only what was issued there: no batch can pay more, and none may issue it again.
    return elsewhere > 0n
      ? `the vault of chain ${chainId} holds too little: ${elsewhere} atto-tokens stand on other chains (${message})`
      : undefined;
  }

  /** The nonce after all that the journal gave away and all that the chain has seen. */
  private async freeNonce(chain: SettlementChain): Promise<number> {
    const given = await this.options.sequencers.registry.readDurable((state) =>
      state.settlement.nextNonce(chain.chainId),
    );
    return Math.max(given, await chain.spentNonces('latest'));
  }

  private async submitOrConfirm(batch: SettlementBatch): Promise<StepResult> {
    const chain = await this.options.chain();
    const newest = batch.signed.at(-1)!;
    const hashes = batch.signed.map(({ hash }) => hash as Hash);
    const status = await chain.status(hashes, newest.nonce);
    switch (status.state) {
      case 'unknown':
        return this.offer(chain, batch);
      case 'pending':
        if (this.hasWaited(batch)) {
          const result = await this.signWithinCap(batch);
          if (result === 'advanced' || status.hash === newest.hash) return result;
        }
        // The pool still has an earlier attempt: the newest, with higher fees, takes its place.
        if (status.hash !== newest.hash) return this.offer(chain, batch);
        this.feeAlarm = undefined;
        return 'waiting';
      case 'mined':
        this.feeAlarm = undefined;
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

  /**
   * Broadcasts the newest bytes. A node that has lost them takes them again for as long as their fees suffice; when they do
   * not, the batch is signed again for the same nonce, so that at most one of all attempts is ever mined.
   */
  private async offer(chain: SettlementChain, batch: SettlementBatch): Promise<StepResult> {
    try {
      const result = await chain.submit(batch.signed.at(-1)!.raw as Hash);
      this.options.observe?.('submitted', batch.batch);
      this.feeAlarm = undefined;
      // Taken and lost again and again: better fees are kept longer. A spent nonce is left to its confirmation.
      return result === 'accepted' && this.hasWaited(batch) ? await this.signWithinCap(batch) : 'waiting';
    } catch (error) {
      if (!(error instanceof SettlementRefused) || !ASK_FOR_NEW_BYTES.includes(error.code)) throw error;
      if (
        !(await this.marketExplains(chain, batch, error.tipDemanded)) &&
        !this.hasWaited(batch, UNEXPLAINED_PATIENCE_PARTS)
      )
        return 'waiting';
      return this.signWithinCap(batch, error.tipDemanded);
    }
  }

  /** Signs, first or again. Where the market or the bump is above the cap, the bytes that there are wait for lower fees. */
  private async signWithinCap(batch: SettlementBatch, tipFloor?: bigint): Promise<StepResult> {
    try {
      await this.sign(batch, tipFloor);
      this.feeAlarm = undefined;
      return 'advanced';
    } catch (error) {
      if (!(error instanceof SettlementRefused) || error.code !== 'fee_above_limit') throw error;
      const newest = batch.signed.at(-1);
      const chain = await this.options.chain();
      const isShort = newest === undefined || (await this.marketExplains(chain, batch, tipFloor));
      this.feeAlarm = isShort ? `batch ${batch.batch} waits for lower fees: ${error.message}` : undefined;
      // The newest bytes stay on offer: they are mined as soon as fees fall to them.
      return 'waiting';
    }
  }

  /** Whether the chain asks more now than the newest attempt offers. */
  private async marketExplains(chain: SettlementChain, { signed }: SettlementBatch, tipFloor = 0n): Promise<boolean> {
    const { baseFeePerGas, priorityFeePerGas } = await chain.market();
    const newest = signed.at(-1)!;
    const offered = BigInt(newest.maxFeePerGas);
    const tip = BigInt(newest.maxPriorityFeePerGas);
    return baseFeePerGas + tip > offered || priorityFeePerGas > tip || tipFloor > tip;
  }

  /** Whether the newest attempt has waited long enough. Doubling keeps a stuck chain from raising fees for ever. */
  private hasWaited({ signed }: SettlementBatch, parts = 1): boolean {
    const patienceMs = (this.options.replaceAfterMs ?? REPLACE_AFTER_MS) * 2 ** (signed.length - 1);
    const waitedMs = this.clock() - Date.parse(signed.at(-1)!.time);
    return waitedMs > Math.min(patienceMs, REPLACE_AFTER_MAX_MS) / parts;
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
