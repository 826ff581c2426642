/** `POST /v1/reconciliations`: takes the ledger's and the chain's picture at one final block and books what differs. */
import { randomUUID } from 'node:crypto';
import { Controller, HttpCode, Inject, Injectable, Post } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Hash, SettlementChain } from '#chain';
import {
  CODEC,
  chainsSupply,
  reconcile,
  type ChainPicture,
  type JournalEvent,
  type LedgerBatch,
  type LedgerPicture,
  type ReconciliationBreak,
  type ReconciliationRecorded,
  type RegistryState,
  type SettlementBatch,
  chainSupply,
  chainVault,
} from '#concepts';
import { registryShard, type EntryPosition, type ShardHead } from '#domain';
import { readEvents, type JournalStore, type Position } from '#journal';
import {
  Allow,
  commandContext,
  LOGGER,
  Unavailable,
  Write,
  type Logger,
  type CommandContext,
  type WriteRequest,
} from '#platform';
import { answerInTime, JOURNAL_STORE, Sequencers } from '#wiring';
import { ChainConnection } from './chain-connection.js';
import { recordBreaks } from './recorded-breaks.js';

/** A long chain is read from its first block: longer than other answers take. */
const RECONCILIATION_WAIT_MAX_MS = 5 * 60_000;

/** Reconcile now. */
export class RunReconciliation {
  constructor(
    readonly reconciliation: string,
    readonly write: CommandContext,
  ) {}
}

class CheckAnswer {
  @ApiProperty({ example: 'total supply' }) name!: string;
  @ApiProperty({ description: 'Tokens' }) ledger!: string;
  @ApiProperty({ description: 'Tokens' }) chain!: string;
  @ApiProperty() agrees!: boolean;
}

class BreakAnswer {
  @ApiProperty() key!: string;
  @ApiProperty({ example: 'MISSING_ON_CHAIN' }) class!: string;
  @ApiProperty() detail!: string;
  @ApiProperty() ledger!: string;
  @ApiProperty() chain!: string;
  @ApiProperty({ description: 'When a reconciliation first found it' }) since!: string;
  @ApiProperty() ageSeconds!: number;
}

class ReconciledBlock {
  @ApiProperty() number!: string;
  @ApiProperty() hash!: string;
}

class ReconciledHead {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
  @ApiProperty() hash!: string;
}

class RecordedAt {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
}

class ReconciliationAnswer {
  @ApiProperty() id!: string;
  @ApiProperty() chainId!: number;
  @ApiProperty({ type: ReconciledBlock }) block!: ReconciledBlock;
  @ApiProperty({ type: [ReconciledHead] }) heads!: readonly ReconciledHead[];
  @ApiProperty({ type: [CheckAnswer] }) checks!: readonly CheckAnswer[];
  @ApiProperty({ description: 'Payouts that agree with their transfer' }) matched!: number;
  @ApiProperty({ type: [BreakAnswer] }) breaks!: readonly BreakAnswer[];
  @ApiProperty({ isArray: true, type: String, description: 'Keys of breaks that are gone' }) closed!: readonly string[];
  @ApiProperty({ type: RecordedAt }) position!: RecordedAt;
}

interface Recorded {
  readonly event: ReconciliationRecorded;
  readonly position: Position;
}

/** A signed batch may become final while the pictures are taken; then they do not belong together and are taken again. */
const ATTEMPTS = 5;

@Injectable()
export class ReconciliationRun {
  constructor(
    private readonly sequencers: Sequencers,
    @Inject(JOURNAL_STORE) private readonly journal: JournalStore,
    private readonly connection: ChainConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  run(command: RunReconciliation): Promise<ReconciliationAnswer> {
    const { request } = command.write;
    return this.sequencers.answerOnce(request, async () => {
      const known = await this.sequencers.registryAnswer(request);
      return present(known === undefined ? await this.reconcile(command) : await this.readRecorded(known));
    });
  }

  private async reconcile({ reconciliation, write }: RunReconciliation): Promise<Recorded> {
    const chain = await this.connection.get();
    const time = new Date().toISOString();
    const { block, ledger, picture, open } = await this.takePictures(chain);
    const result = reconcile(ledger, picture, (key) => open.get(key)?.since ?? time);
    const { unlisted, ...recorded } = recordBreaks(result.breaks, open);
    const { outcome } = await this.sequencers.executeRegistry({
      type: 'RecordReconciliation',
      reconciliation,
      chainId: chain.chainId,
      blockNumber: block.number.toString(),
      blockHash: block.hash,
      heads: await this.heads(),
      checks: [...result.checks, ...(unlisted === 0 ? [] : [uncounted(unlisted)])],
      matched: result.matched,
      ...recorded,
      ...commandContext(write),
      time,
    });
    const summary = { reconciliation, block: block.number.toString(), matched: result.matched };
    if (result.breaks.length === 0) this.logger.info(summary, 'ledger and chain agree');
    else
      this.logger.warn(
        { ...summary, breaks: result.breaks.length, first: result.breaks[0]!.key },
        'ledger and chain disagree; see GET /v1/breaks',
      );
    return this.readRecorded(outcome.entry);
  }

  /** The answer is read back from the journal: the first one and every repetition are the same. */
  private async readRecorded({ shard, height, index }: EntryPosition): Promise<Recorded> {
    const [page] = await this.journal.read(shard, height, 1);
    const found = page === undefined ? undefined : [...readEvents<JournalEvent>(page, CODEC)][index]?.event;
    if (found?.type !== 'ReconciliationRecorded')
      throw new Error(`entry ${shard}-${height}-${index} is no reconciliation`);
    return { event: found, position: { shard, height } };
  }

  private async takePictures(chain: SettlementChain) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await this.readLedger(chain.chainId);
      const block = await chain.finalBlock();
      const picture = await this.readChain(chain, block, before.confirmedHashes);
      const after = await this.readLedger(chain.chainId);
      if (after.confirmedHashes.length === before.confirmedHashes.length)
        return { block, ledger: after.picture, picture, open: after.open };
    }
    throw new Unavailable('batches become final faster than they can be compared; try again');
  }

  private async readLedger(
    chainId: number,
  ): Promise<{ picture: LedgerPicture; confirmedHashes: Hash[]; open: ReadonlyMap<string, ReconciliationBreak> }> {
    const { picture, confirmed, ...read } = await this.sequencers.registry.readDurable((state: RegistryState) => {
      const batches = [...state.settlement.batches.values()].filter(
        ({ opened, signed }) => opened.chainId === chainId && signed.length > 0,
      );
      return {
        picture: {
          supply: state.balance(chainSupply(chainId)),
          vault: -state.balance(chainVault(chainId)),
          batches: batches.filter(({ phase }) => phase !== 'reverted').map(ledgerBatch),
        },
        confirmed: {
          supply: chainsSupply(state),
          last: [...state.settlement.batches.values()].filter(({ phase }) => phase === 'confirmed').at(-1)?.batch,
        },
        confirmedHashes: batches.flatMap(({ confirmed }) => (confirmed === undefined ? [] : [confirmed.hash as Hash])),
        open: new Map(state.reconciliations.openBreaks),
      };
    });
    const { supply, last } = confirmed;
    if (last === undefined) return { picture, ...read };
    const supplyAtLastCut = await this.supplyAtCut(last);
    return { picture: { ...picture, allChains: { supply, supplyAtLastCut } }, ...read };
  }

  /** The ledger's supply at the cut of a batch: the sum over the holder shards, which the registry's plan was made of. */
  private async supplyAtCut(batch: string): Promise<bigint> {
    let supply = 0n;
    for (const sequencer of this.sequencers.all) {
      await sequencer.readDurable((state) => {
        if ('cuts' in state) supply += BigInt(state.cuts.get(batch)?.event.supply ?? 0);
      });
    }
    return supply;
  }

  private async readChain(
    chain: SettlementChain,
    block: { readonly number: bigint; readonly hash: Hash },
    expected: readonly Hash[],
  ): Promise<ChainPicture> {
    const { deployBlock, vault } = chain.contracts;
    const observed = await chain.observe(block);
    const transfers: ChainPicture['transfers'][number][] = [];
    for await (const transfer of chain.transfers(deployBlock, block.number, expected)) transfers.push(transfer);
    const batches: ChainPicture['batches'][number][] = [];
    for await (const settled of chain.batches(deployBlock, block.number)) batches.push(settled);
    return { supply: observed.totalSupply, vault: observed.vaultBalance, vaultAddress: vault, transfers, batches };
  }

  private async heads(): Promise<ShardHead[]> {
    const heads: ShardHead[] = [];
    for (let shard = 0; shard <= registryShard(this.sequencers.shards); shard++) {
      const head = await this.journal.head(shard);
      if (head === undefined) continue;
      // Read, and so judged: what is named here must be there for ever.
      const [page] = await this.journal.read(shard, head.height, 1);
      if (page !== undefined) heads.push({ shard, height: page.height, hash: page.hash });
    }
    return heads;
  }
}

function ledgerBatch({ batch, planned, signed, confirmed }: SettlementBatch): LedgerBatch {
  const plan = planned!;
  return {
    batch,
    confirmed: confirmed !== undefined,
    hashes: confirmed === undefined ? signed.map(({ hash }) => hash) : [confirmed.hash],
    mint: BigInt(plan.mint),
    burn: BigInt(plan.burn),
    headsDigest: plan.headsDigest,
    payouts: plan.payouts.map(({ provider, wallet, amount }, index) => {
      const logIndex = confirmed?.logIndexes[index];
      return { provider, wallet, amount: BigInt(amount), ...(logIndex === undefined ? {} : { logIndex }) };
    }),
  };
}

/** Makes the record say that it does not list everything. */
function uncounted(unlisted: number): ReconciliationRecorded['checks'][number] {
  return { name: 'breaks not listed', ledger: '0', chain: String(unlisted), agrees: false };
}

function present({ event, position }: Recorded): ReconciliationAnswer {
  const { reconciliation: id, chainId, blockNumber, blockHash, heads, checks, matched, closed, time } = event;
  const breaks = event.breaks.map((found) => ({
    ...found,
    ageSeconds: Math.max(0, Math.floor((Date.parse(time) - Date.parse(found.since)) / 1_000)),
  }));
  return {
    id,
    chainId,
    block: { number: blockNumber, hash: blockHash },
    heads,
    checks,
    matched,
    breaks,
    closed,
    position,
  };
}

@CommandHandler(RunReconciliation)
export class RunReconciliationHandler implements ICommandHandler<RunReconciliation, ReconciliationAnswer> {
  constructor(private readonly reconciliation: ReconciliationRun) {}

  execute(command: RunReconciliation): Promise<ReconciliationAnswer> {
    return this.reconciliation.run(command);
  }
}

@ApiTags('reconciliation')
@ApiBearerAuth()
@Controller('reconciliations')
export class ReconciliationsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @Allow('operator', 'finance')
  @ApiOperation({ summary: 'Compare the ledger with the chain at its final block' })
  @ApiOkResponse({ type: ReconciliationAnswer })
  reconcile(@Write({ key: 'optional' }) write: WriteRequest): Promise<ReconciliationAnswer> {
    const command = new RunReconciliation(randomUUID(), write);
    return answerInTime(
      this.commands.execute<RunReconciliation, ReconciliationAnswer>(command),
      RECONCILIATION_WAIT_MAX_MS,
    );
  }
}
