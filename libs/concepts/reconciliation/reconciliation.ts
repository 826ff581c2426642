/**
 * Reconciliation: the ledger's view of a chain against the chain itself, at one final block. Pure: it compares two
 * pictures and itemises every disagreement; who takes the pictures sees to it that they belong together.
 */
import {
  formatAmount,
  named,
  optional,
  plain,
  requestLayout,
  UndoableMap,
  type DecideEvent,
  type Evolve,
  type InstantText,
  type Layouts,
  type Recorded,
  type Requested,
  type ShardHead,
  type UndoLog,
  type WholeNumberText,
} from '#domain';

export const BREAK_CLASSES = [
  'SUPPLY_MISMATCH',
  'VAULT_MISMATCH',
  'MISSING_ON_CHAIN',
  'MISSING_IN_LEDGER',
  'AMOUNT_MISMATCH',
  'WRONG_RECIPIENT',
  'DUPLICATE_ON_CHAIN',
  'DUPLICATE_IN_LEDGER',
  'HEADS_MISMATCH',
  'TIMING',
] as const;

/** How ledger and chain disagree. */
export type BreakClass = (typeof BREAK_CLASSES)[number];

/** One itemised disagreement between ledger and chain. `key` is the same in every run that still finds it. */
export interface ReconciliationBreak {
  readonly key: string;
  readonly class: BreakClass;
  readonly detail: string;
  readonly ledger: string;
  readonly chain: string;
  /** When a reconciliation first found it. */
  readonly since: InstantText;
}

/** The ledger's picture of a chain was compared with the chain at one final block. */
export interface ReconciliationRecorded extends Recorded {
  readonly type: 'ReconciliationRecorded';
  readonly reconciliation: string;
  readonly chainId: number;
  readonly blockNumber: WholeNumberText;
  readonly blockHash: string;
  readonly heads: readonly ShardHead[];
  readonly checks: readonly {
    readonly name: string;
    readonly ledger: string;
    readonly chain: string;
    readonly agrees: boolean;
  }[];
  readonly matched: number;
  readonly breaks: readonly ReconciliationBreak[];
  readonly closed: readonly string[];
}

export type ReconciliationEvent = ReconciliationRecorded;

export const reconciliationLayouts = {
  ReconciliationRecorded: {
    reconciliation: plain,
    chainId: plain,
    blockNumber: plain,
    blockHash: plain,
    heads: [{ shard: plain, height: plain, hash: plain }],
    checks: named,
    matched: plain,
    breaks: named,
    closed: plain,
    request: optional(requestLayout),
  },
} as const satisfies Layouts<ReconciliationEvent>;

export type ReconciliationCommand = Requested & { readonly type: 'RecordReconciliation' } & Pick<
    ReconciliationRecorded,
    'reconciliation' | 'chainId' | 'blockNumber' | 'blockHash' | 'heads' | 'checks' | 'matched' | 'breaks' | 'closed'
  >;

/** The disagreements that are open, by their key. */
export class ReconciliationsPart {
  readonly openBreaks: UndoableMap<string, ReconciliationBreak>;

  constructor(undo: UndoLog) {
    this.openBreaks = new UndoableMap(undo);
  }
}

/** What the registry shard keeps of this concept. */
export interface ReconciliationsState {
  readonly reconciliations: ReconciliationsPart;
}

export const evolveReconciliations: Evolve<ReconciliationEvent, ReconciliationsState> = {
  ReconciliationRecorded: ({ reconciliations: { openBreaks } }, event) => {
    for (const key of event.closed) openBreaks.delete(key);
    for (const found of event.breaks) openBreaks.set(found.key, found);
  },
};

export const decideReconciliations: DecideEvent<ReconciliationCommand, unknown, ReconciliationEvent> = {
  RecordReconciliation: (_state, command) => {
    const { type: _, time, provenance, request: __, ...report } = command;
    return { type: 'ReconciliationRecorded', time, ...provenance, ...report };
  },
};

/** A batch as the ledger has it. Amounts in atto-tokens. */
export interface LedgerBatch {
  readonly batch: string;
  /** Confirmed in the ledger, or signed and perhaps on its way. */
  readonly confirmed: boolean;
  readonly hashes: readonly string[];
  readonly mint: bigint;
  readonly burn: bigint;
  readonly headsDigest: string;
  /** `logIndex` once confirmed. */
  readonly payouts: readonly {
    readonly provider: string;
    readonly wallet: string;
    readonly amount: bigint;
    readonly logIndex?: number;
  }[];
}

/** What the books say about a chain, at one position of the registry shard. */
export interface LedgerPicture {
  readonly supply: bigint;
  readonly vault: bigint;
  /**
   * The law over all chains: what the books have issued on all of them together, and the ledger's supply at the cut of the
   * batch that was confirmed last, on whichever chain. Absent before the first.
   */
  readonly allChains?: { readonly supply: bigint; readonly supplyAtLastCut: bigint };
  readonly batches: readonly LedgerBatch[];
}

/** What the chain says at one final block. Addresses and hashes in any case of letters. */
export interface ChainPicture {
  readonly supply: bigint;
  readonly vault: bigint;
  readonly vaultAddress: string;
  readonly transfers: readonly {
    readonly txHash: string;
    readonly logIndex: number;
    readonly from: string;
    readonly to: string;
    readonly amount: bigint;
  }[];
  readonly batches: readonly { readonly txHash: string; readonly headsDigest: string }[];
}

export interface Reconciled {
  readonly checks: ReconciliationRecorded['checks'];
  /** Payouts that agree with their transfer, one to one. */
  readonly matched: number;
  readonly breaks: readonly ReconciliationBreak[];
}

const NOBODY = /^0x0{40}$/;

/**
 * Compares the two pictures.
 *
 * A batch that is final on chain and not yet confirmed in the ledger is not a disagreement of amounts but of time: it is
 * one `TIMING` break, and the figures are compared as if it were confirmed.
 *
 * @param sinceOf when an earlier reconciliation first found a break of this key
 */
export function reconcile(ledger: LedgerPicture, chain: ChainPicture, sinceOf: (key: string) => string): Reconciled {
  const run = new Matching(chain, sinceOf);
  let supply = ledger.supply;
  let vault = ledger.vault;
  for (const batch of ledger.batches) {
    if (batch.confirmed) {
      run.matchBatch(batch);
    } else if (run.isOnChain(batch)) {
      run.matchBatch(batch);
      run.report(
        'TIMING',
        batch.batch,
        'The batch is final on chain and not yet confirmed in the ledger.',
        'signed',
        'final',
      );
      supply += batch.mint - batch.burn;
      vault += batch.mint - batch.burn - batch.payouts.reduce((sum, { amount }) => sum + amount, 0n);
    }
  }
  run.reportUnmatched();
  const { allChains } = ledger;
  return {
    checks: [
      run.check('total supply', 'SUPPLY_MISMATCH', supply, chain.supply),
      run.check('vault balance', 'VAULT_MISMATCH', vault, chain.vault),
      // Unequal when a supply was issued on one chain and again on another: each alone agrees with its own books.
      ...(allChains === undefined
        ? []
        : [run.check('supply on all chains', 'SUPPLY_MISMATCH', allChains.supplyAtLastCut, allChains.supply)]),
    ],
    matched: run.matched,
    breaks: run.breaks,
  };
}

type Transfer = ChainPicture['transfers'][number];

/** One pass over both pictures: every transfer of the vault is used by at most one line of the ledger. */
class Matching {
  readonly breaks: ReconciliationBreak[] = [];
  matched = 0;
  private readonly vault: string;
  private readonly unused = new Map<string, Transfer>();
  private readonly announced: ReadonlyMap<string, string>;
  private readonly used = new Set<string>();

  constructor(
    chain: ChainPicture,
    private readonly sinceOf: (key: string) => string,
  ) {
    this.vault = chain.vaultAddress.toLowerCase();
    for (const transfer of chain.transfers) {
      const isCustodial = [transfer.from, transfer.to].some(
        (side) => side.toLowerCase() === this.vault || NOBODY.test(side),
      );
      if (!isCustodial) continue;
      const key = keyOf(transfer);
      if (this.unused.has(key))
        this.report(
          'DUPLICATE_ON_CHAIN',
          key,
          'The chain lists this transfer twice.',
          '',
          formatAmount(transfer.amount),
        );
      this.unused.set(key, transfer);
    }
    this.announced = new Map(
      chain.batches.map(({ txHash, headsDigest }) => [txHash.toLowerCase(), headsDigest.toLowerCase()]),
    );
  }

  isOnChain(batch: LedgerBatch): boolean {
    return batch.hashes.some((hash) => this.announced.has(hash.toLowerCase()));
  }

  matchBatch(batch: LedgerBatch): void {
    const hash = batch.hashes.map((text) => text.toLowerCase()).find((text) => this.announced.has(text));
    if (hash === undefined) {
      this.report(
        'MISSING_ON_CHAIN',
        batch.batch,
        'No final transaction settles this confirmed batch.',
        batch.hashes.join(' '),
        '',
      );
      return;
    }
    if (this.used.has(hash)) {
      this.report(
        'DUPLICATE_IN_LEDGER',
        batch.batch,
        'Another batch of the ledger has the same transaction.',
        batch.batch,
        hash,
      );
    }
    this.used.add(hash);
    const announced = this.announced.get(hash)!;
    if (announced !== batch.headsDigest.toLowerCase()) {
      this.report(
        'HEADS_MISMATCH',
        batch.batch,
        'The chain commits to other journal heads than the plan.',
        batch.headsDigest,
        announced,
      );
    }
    const transfers = [...this.unused.values()].filter(({ txHash }) => txHash.toLowerCase() === hash);
    this.matchSupply(batch, transfers);
    for (const payout of batch.payouts) this.matchPayout(batch.batch, payout, transfers);
  }

  /** Supply movements of the transaction: the sums of what came from nobody and went to nobody. */
  private matchSupply(batch: LedgerBatch, transfers: readonly Transfer[]): void {
    let minted = 0n;
    let burned = 0n;
    for (const transfer of transfers) {
      if (NOBODY.test(transfer.from)) minted += transfer.amount;
      else if (NOBODY.test(transfer.to)) burned += transfer.amount;
      else continue;
      this.unused.delete(keyOf(transfer));
    }
    if (minted !== batch.mint)
      this.report(
        'SUPPLY_MISMATCH',
        `${batch.batch}/mint`,
        'The batch minted another amount than planned.',
        formatAmount(batch.mint),
        formatAmount(minted),
      );
    if (burned !== batch.burn)
      this.report(
        'SUPPLY_MISMATCH',
        `${batch.batch}/burn`,
        'The batch burned another amount than planned.',
        formatAmount(batch.burn),
        formatAmount(burned),
      );
  }

  private matchPayout(batch: string, payout: LedgerBatch['payouts'][number], transfers: readonly Transfer[]): void {
    const open = transfers.filter((transfer) => this.unused.has(keyOf(transfer)));
    const transfer =
      payout.logIndex === undefined
        ? open.find(({ to }) => to.toLowerCase() === payout.wallet.toLowerCase())
        : open.find(({ logIndex }) => logIndex === payout.logIndex);
    const subject = `${batch}/${payout.provider}`;
    if (transfer === undefined) {
      this.report('MISSING_ON_CHAIN', subject, 'No transfer pays this payout.', formatAmount(payout.amount), '');
      return;
    }
    this.unused.delete(keyOf(transfer));
    if (transfer.to.toLowerCase() !== payout.wallet.toLowerCase()) {
      this.report('WRONG_RECIPIENT', subject, 'The transfer went to another wallet.', payout.wallet, transfer.to);
    } else if (transfer.amount !== payout.amount) {
      this.report(
        'AMOUNT_MISMATCH',
        subject,
        'The transfer paid another amount.',
        formatAmount(payout.amount),
        formatAmount(transfer.amount),
      );
    } else {
      this.matched++;
    }
  }

  /** What the chain has and no line of the ledger explains. */
  reportUnmatched(): void {
    for (const [key, transfer] of this.unused) {
      this.report(
        'MISSING_IN_LEDGER',
        key,
        `A transfer from ${transfer.from} to ${transfer.to} is unknown to the ledger.`,
        '',
        formatAmount(transfer.amount),
      );
    }
    for (const hash of this.announced.keys()) {
      if (!this.used.has(hash))
        this.report('MISSING_IN_LEDGER', hash, 'The vault settled a batch that the ledger does not know.', '', hash);
    }
  }

  check(name: string, breakClass: BreakClass, ledger: bigint, chain: bigint): Reconciled['checks'][number] {
    if (ledger !== chain)
      this.report(
        breakClass,
        name,
        `The ${name} differs by ${formatAmount(chain - ledger)}.`,
        formatAmount(ledger),
        formatAmount(chain),
      );
    return { name, ledger: formatAmount(ledger), chain: formatAmount(chain), agrees: ledger === chain };
  }

  report(breakClass: BreakClass, subject: string, detail: string, ledger: string, chain: string): void {
    const key = `${breakClass}:${subject}`;
    this.breaks.push({ key, class: breakClass, detail, ledger, chain, since: this.sinceOf(key) });
  }
}

function keyOf({ txHash, logIndex }: Transfer): string {
  return `${txHash.toLowerCase()}/${logIndex}`;
}
