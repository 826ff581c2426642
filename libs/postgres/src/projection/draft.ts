/** A run of pages of one shard turned into rows, before any of them is written. Pure: the same pages give the same rows. */
import type { JournalEvent, UsageConflicted, UsageRejected } from '#concepts';
import type { EntryPosition } from '#domain';
import { readEvents, type Page, type Upcast } from '#journal';
import { projectCatalogue } from './catalogue-rows.js';
import { entryLine } from './entries.js';
import { MovementsDraft } from './movements.js';
import { ReceivablesDraft } from './receivables.js';
import { projectCut, projectReconciliation, projectSettlement } from './settlement-rows.js';
import type { Statement } from './statement.js';
import { attoOf } from './text.js';
import { BURNED, MINTED, TotalsDraft } from './totals.js';
import { UsageDraft } from './usage.js';

export class BooksDraft {
  readonly movements: MovementsDraft;
  /** Complete once {@link addAccountTotals} was called. */
  readonly totals: TotalsDraft;
  private readonly entries: string[] = [];
  private readonly usage = new UsageDraft();
  private readonly receivables: ReceivablesDraft;
  private readonly pages: Page[] = [];
  private readonly nextOffsets = new Map<string, { topic: string; partition: number; next: number }>();
  /** Writes of the rarer events, in journal order. */
  private readonly others: Statement[] = [];

  constructor(private readonly shard: number) {
    this.movements = new MovementsDraft(shard);
    this.totals = new TotalsDraft(shard);
    this.receivables = new ReceivablesDraft(shard);
  }

  /** @throws UnknownEvent */
  add(page: Page, upcast?: Upcast): void {
    this.pages.push(page);
    for (const { topic, partition, to } of page.offsets) {
      this.nextOffsets.set(`${topic}/${partition}`, { topic, partition, next: to });
    }
    for (const { event, position } of readEvents<JournalEvent>(page, upcast)) {
      this.entries.push(entryLine(event, position, page.recordedAt));
      this.movements.add(event, position);
      this.addRows(event, position, page.recordedAt);
    }
  }

  /** Call once, when all pages are in. */
  addAccountTotals(): void {
    this.movements.addTotals(this.totals);
  }

  entriesCopyText(): string {
    return this.entries.join('');
  }

  /** Everything but entries, movements and balances. */
  statements(): Statement[] {
    return [
      this.insertPageTimes(),
      ...this.usage.statements(),
      ...this.receivables.statements(),
      ...this.others,
      ...this.saveOffsets(),
    ];
  }

  private addRows(event: JournalEvent, position: EntryPosition, recordedAt: string): void {
    switch (event.type) {
      case 'UsageCharged':
        this.usage.add(event, recordedAt);
        this.receivables.open(event, position);
        break;
      case 'ReceivablesCovered':
        this.receivables.cover(event);
        break;
      case 'UsageConflicted':
        this.others.push(insertConflict(event, position, recordedAt));
        break;
      case 'UsageRejected':
        this.others.push(insertRejection(event, position, recordedAt));
        break;
      case 'PayablesCut':
        this.others.push(...projectCut(event, position, recordedAt));
        break;
      case 'PartyRegistered':
      case 'KycChanged':
      case 'WalletSet':
      case 'PriceBookPublished':
      case 'SplitPolicyPublished':
      case 'ChainRegistered':
        this.others.push(...projectCatalogue(event, position, recordedAt));
        break;
      case 'SettlementOpened':
      case 'SettlementPlanned':
      case 'SettlementEmpty':
      case 'SettlementSigned':
      case 'SettlementConfirmed':
      case 'SettlementReverted':
        this.others.push(...projectSettlement(event, recordedAt));
        break;
      case 'ReconciliationRecorded':
        this.others.push(...projectReconciliation(event, recordedAt));
        break;
      case 'Minted':
        this.totals.add(MINTED, position.height, attoOf(event.amount));
        break;
      case 'Burned':
        this.totals.add(BURNED, position.height, attoOf(event.amount));
        break;
      case 'UsageBatchAnswered':
      case 'TransferSent':
      case 'TransferReceived':
      case 'TransferCompleted':
      case 'KeyIssued':
      case 'KeyRevoked':
        break; // their entry and their movements say it all
    }
  }

  private insertPageTimes(): Statement {
    return {
      text: `
        INSERT INTO page_times (shard, height, recorded_at, hash, count)
        SELECT $1::int, * FROM unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::int[])`,
      values: [
        this.shard,
        this.pages.map(({ height }) => height),
        this.pages.map(({ recordedAt }) => recordedAt),
        this.pages.map(({ hash }) => hash),
        this.pages.map(({ count }) => count),
      ],
    };
  }

  private saveOffsets(): Statement[] {
    const offsets = [...this.nextOffsets.values()];
    if (offsets.length === 0) return [];
    return [
      {
        text: `
          INSERT INTO kafka_offsets (shard, topic, partition, next_offset)
          SELECT $1::int, * FROM unnest($2::text[], $3::int[], $4::bigint[])
          ON CONFLICT (topic, partition, shard) DO UPDATE SET next_offset = excluded.next_offset`,
        values: [
          this.shard,
          offsets.map(({ topic }) => topic),
          offsets.map(({ partition }) => partition),
          offsets.map(({ next }) => next),
        ],
      },
    ];
  }
}

function insertConflict(event: UsageConflicted, position: EntryPosition, recordedAt: string): Statement {
  return {
    text: `
      INSERT INTO conflicts (shard, height, index, customer, source, id, digest, first_digest, recorded_at, origin)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [
      position.shard,
      position.height,
      position.index,
      event.customer,
      event.usage.source,
      event.usage.id,
      event.usage.digest,
      event.firstDigest,
      recordedAt,
      event.origin,
    ],
    rows: 1,
  };
}

function insertRejection(event: UsageRejected, position: EntryPosition, recordedAt: string): Statement {
  return {
    text: `
      INSERT INTO rejections (topic, partition, "offset", shard, height, index, code, detail, recorded_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values: [
      event.topic,
      event.partition,
      event.offset,
      position.shard,
      position.height,
      position.index,
      event.code,
      event.detail,
      recordedAt,
    ],
    rows: 1,
  };
}
