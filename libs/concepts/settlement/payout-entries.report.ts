/** `GET /v1/payouts/{id}` and `/v1/payouts/{id}/entries`: one transfer, and the very charges that it pays. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import type { JournalEvent } from '#concepts';
import { ASSET, commonRefusal, entryId, formatAmount, type EntryPosition, type RowOf } from '#domain';
import {
  Allow,
  assertMayReadProvider,
  Caller,
  ListCursor,
  PositionAnswer,
  ResourceParam,
  type KeyGrant,
} from '#platform';
import type { BooksSnapshot } from '#postgres';
import { Books, includedHeights, JournalEntries, PositionListQuery, PositionQuery } from '#reading';
import { providerPayable } from '../rating/split-policy.js';
import type { SettlementEvent, SettlementPlanned } from './batch.js';
import { providerWithheld } from './cut.js';
import { PayoutItem, presentPayout } from './payout.report.js';
import { PAYOUTS, SETTLEMENTS } from './settlement.rows.js';
import { CutHead, listSettlementSteps, SettlementGas, SettlementStep, STEPS_MAX } from './settlement.report.js';

class PayoutDetails extends PayoutItem {
  @ApiProperty({ nullable: true, type: SettlementGas, description: 'Of the whole batch, whose transaction it shares' })
  gas!: SettlementGas | null;
  @ApiProperty({ description: 'Payouts of the batch' }) payoutCount!: number;
  @ApiProperty({ nullable: true, type: String, description: 'Why the batch was reverted' }) reason!: string | null;
  @ApiProperty({ type: [CutHead], description: 'The pages of the cuts that it is the sum of' })
  heads!: readonly CutHead[];
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'What the transaction commits to: the digest of the heads',
  })
  headsDigest!: string | null;
  @ApiProperty({ type: [SettlementStep], description: 'The batch’s own entries, in order' }) steps!: SettlementStep[];
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

class PayoutEntriesQuery extends PositionListQuery {
  @ApiPropertyOptional({ example: '2-17-0', description: 'Only this entry, when it is one of them' })
  @IsOptional()
  @Matches(/^\d{1,2}-\d{1,15}-\d{1,6}$/, { message: 'entry must be shard-height-index, such as 2-17-0' })
  entry?: string;
}

class PaidUsage {
  @ApiProperty() source!: string;
  @ApiProperty() id!: string;
  @ApiPropertyOptional() type?: string;
  @ApiPropertyOptional() model?: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } }) meters?: Readonly<
    Record<string, string>
  >;
  @ApiPropertyOptional({ description: 'What all of it cost' }) charged?: string;
  @ApiPropertyOptional() priceBook?: number;
  @ApiPropertyOptional() splitPolicy?: number;
}

class PaidEntry {
  @ApiProperty({ example: '2-17-0' }) entry!: string;
  @ApiProperty({ example: 'UsageCharged' }) type!: string;
  @ApiProperty({ nullable: true, type: String, description: 'By the one who reported it' }) time!: string | null;
  @ApiProperty() recordedAt!: string;
  @ApiProperty({ nullable: true, type: String, description: 'Whose usage it is' }) customer!: string | null;
  @ApiProperty({ description: 'What it adds to the payout; below zero: a correction, or what filled a clawback' })
  amount!: string;
  @ApiProperty({ type: [PaidUsage], description: 'The usage that it charges, or whose debt it covers' })
  usage!: PaidUsage[];
  @ApiPropertyOptional({ description: 'The entry that it takes back or brings again' }) corrects?: string;
}

class PayoutEntriesAnswer {
  @ApiProperty({ description: 'What the payout transfers' }) amount!: string;
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The sum of all entries, to the atto the amount; with the first page of the list alone',
  })
  total!: string | null;
  @ApiProperty({ nullable: true, type: Number, description: 'How many entries; with the first page of the list alone' })
  count!: number | null;
  @ApiProperty({ type: [PaidEntry], description: 'By shard, and there in the order of the journal' })
  items!: PaidEntry[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

type PayoutRow = RowOf<typeof PAYOUTS>;

/** The entries of a shard between two cuts, neither of them included; index -1 and height 0: from the first. */
interface Window {
  readonly after: EntryPosition;
  readonly before: EntryPosition;
}

/** @throws DomainError `NOT_FOUND` */
async function findPayout(books: BooksSnapshot, id: string): Promise<PayoutRow> {
  const dot = id.indexOf('.');
  const found =
    dot === -1 ? undefined : await books.find(PAYOUTS, { batch: id.slice(0, dot), provider: id.slice(dot + 1) });
  if (found === undefined) throw commonRefusal('NOT_FOUND', `There is no payout ${id}.`, 'id');
  return found;
}

/** The payout of the provider before this one that was not reverted: what came before its cut is paid by it or by an earlier one. */
async function payoutBefore(
  books: BooksSnapshot,
  { provider, plannedAt, batch }: PayoutRow,
): Promise<string | undefined> {
  const [row] = await books.rows<{ batch: string }>(
    `SELECT batch FROM books.payouts WHERE provider = $1 AND state <> 'reverted' AND (planned_at, batch) < ($2, $3)
     ORDER BY planned_at DESC, batch DESC LIMIT 1`,
    [provider, plannedAt, batch],
  );
  return row?.batch;
}

/** Where each shard was cut for a batch: its plan names the pages. */
async function cutsOf(books: BooksSnapshot, { heads }: Pick<SettlementPlanned, 'heads'>): Promise<EntryPosition[]> {
  const rows = await books.rows<{ shard: number; height: string; index: number }>(
    `SELECT e.shard, e.height::text, e.index FROM unnest($1::int[], $2::bigint[]) AS head (shard, height)
     JOIN books.entries AS e ON e.shard = head.shard AND e.height = head.height WHERE e.type = 'PayablesCut'`,
    [heads.map(({ shard }) => shard), heads.map(({ height }) => height)],
  );
  return rows.map((row) => ({ ...row, height: Number(row.height) }));
}

interface PaidRow extends EntryPosition {
  readonly type: string;
  readonly time: Date | null;
  readonly recordedAt: Date;
  readonly amount: string;
}

/** The movements of what is owed to a provider within the windows. Cuts themselves move it on, and are none of its entries. */
const PAID = `
  FROM unnest($1::int[], $2::bigint[], $3::int[], $4::bigint[], $5::int[]) AS w (shard, low, low_index, high, high_index)
  CROSS JOIN unnest($6::text[]) AS owed (account)
  JOIN books.movements AS m ON m.account = owed.account AND m.asset = $7 AND m.shard = w.shard
    AND (m.height, m.index) > (w.low, w.low_index) AND (m.height, m.index) < (w.high, w.high_index)
  JOIN books.entries AS e ON e.shard = m.shard AND e.height = m.height AND e.index = m.index AND e.type <> 'PayablesCut'`;

function valuesOf(provider: string, windows: readonly Window[]): unknown[] {
  return [
    windows.map(({ before }) => before.shard),
    windows.map(({ after }) => after.height),
    windows.map(({ after }) => after.index),
    windows.map(({ before }) => before.height),
    windows.map(({ before }) => before.index),
    [providerPayable(provider), providerWithheld(provider)],
    ASSET,
  ];
}

async function listPaid(
  books: BooksSnapshot,
  provider: string,
  windows: readonly Window[],
  limit: number,
): Promise<PaidRow[]> {
  const rows = await books.rows<Omit<PaidRow, 'height'> & { readonly height: string }>(
    `SELECT m.shard, m.height::text, m.index, e.type, e.time, e.recorded_at AS "recordedAt", sum(m.amount)::text AS amount
     ${PAID} GROUP BY m.shard, m.height, m.index, e.type, e.time, e.recorded_at
     ORDER BY m.shard, m.height, m.index LIMIT $8`,
    [...valuesOf(provider, windows), limit],
  );
  return rows.map((row) => ({ ...row, height: Number(row.height) }));
}

async function sumPaid(books: BooksSnapshot, provider: string, windows: readonly Window[]) {
  const [row] = await books.rows<{ total: string; count: string }>(
    `SELECT coalesce(sum(m.amount), 0)::text AS total, count(DISTINCT (m.shard, m.height, m.index))::text AS count ${PAID}`,
    valuesOf(provider, windows),
  );
  return { total: formatAmount(BigInt(row!.total)), count: Number(row!.count) };
}

const comesAfter = (left: EntryPosition, right: EntryPosition): boolean =>
  left.shard - right.shard > 0 ||
  (left.shard === right.shard &&
    (left.height > right.height || (left.height === right.height && left.index > right.index)));

/** What of the windows lies behind an entry, in the order of the list. */
function goOn(windows: readonly Window[], after: EntryPosition | undefined): readonly Window[] {
  if (after === undefined) return windows;
  return windows
    .filter(({ before }) => before.shard >= after.shard)
    .map((window) =>
      comesAfter(after, window.after) && after.shard === window.before.shard ? { ...window, after } : window,
    );
}

function onlyEntry(windows: readonly Window[], id: string): readonly Window[] {
  const [shard, height, index] = id.split('-').map(Number) as [number, number, number];
  const [after, before] = [index - 1, index + 1].map((place) => ({ shard, height, index: place }));
  return windows
    .filter((window) => window.before.shard === shard)
    .filter(
      (window) =>
        comesAfter({ shard, height, index }, window.after) && comesAfter(window.before, { shard, height, index }),
    )
    .map(() => ({ after: after!, before: before! }));
}

class GetPayout extends Query<PayoutDetails> {
  constructor(
    readonly id: string,
    readonly query: PositionQuery,
  ) {
    super();
  }
}

/** The recorded plan of a batch, and its other steps. */
async function readSteps(books: BooksSnapshot, entries: JournalEntries, batch: string) {
  const line = await books.find(SETTLEMENTS, { batch });
  if (line === undefined) throw new Error(`the books lack batch ${batch} of a payout`);
  const places = await listSettlementSteps(books, line, STEPS_MAX);
  const events = (await entries.events(places)) as SettlementEvent[];
  const own = events
    .map((event, place) => ({ event, entry: entryId(places[place]!) }))
    .filter(({ event }) => event.batch === batch);
  const planned = own.map(({ event }) => event).find((event) => event.type === 'SettlementPlanned');
  if (planned === undefined) throw new Error(`the journal lacks the plan of batch ${batch}`);
  return { line, own, planned };
}

@QueryHandler(GetPayout)
class GetPayoutHandler implements IQueryHandler<GetPayout> {
  constructor(
    private readonly books: Books,
    private readonly entries: JournalEntries,
  ) {}

  execute({ id, query }: GetPayout): Promise<PayoutDetails> {
    return this.books.read(query, async (books) => {
      const payout = await findPayout(books, id);
      const { line, own, planned } = await readSteps(books, this.entries, payout.batch);
      const { gasUsed, gasPrice, reason, payoutCount, headsDigest } = line;
      const { ordinal: _, ...shown } = payout;
      return {
        ...presentPayout(shown),
        gas: gasUsed === null || gasPrice === null ? null : { used: gasUsed, price: gasPrice },
        ...{ payoutCount, reason, headsDigest, heads: planned.heads },
        steps: own.map(({ event, entry }) => ({ type: event.type, entry, time: event.time })),
        position: includedHeights(books),
      };
    });
  }
}

class ListPaidEntries extends Query<PayoutEntriesAnswer> {
  constructor(
    readonly id: string,
    readonly query: PayoutEntriesQuery,
  ) {
    super();
  }
}

const ENTRIES = new ListCursor('payout-entries', ['int4', 'int8', 'int4']);

@QueryHandler(ListPaidEntries)
class ListPaidEntriesHandler implements IQueryHandler<ListPaidEntries> {
  constructor(
    private readonly books: Books,
    private readonly entries: JournalEntries,
  ) {}

  async execute({ id, query }: ListPaidEntries): Promise<PayoutEntriesAnswer> {
    const key = ENTRIES.after(query.cursor);
    const after = key === undefined ? undefined : { shard: key[0], height: key[1], index: key[2] };
    const { rows, payout, ...rest } = await this.books.read(query, async (books) => {
      const found = await findPayout(books, id);
      const windows = await this.windowsOf(books, found);
      const asked = query.entry === undefined ? goOn(windows, after) : onlyEntry(windows, query.entry);
      return {
        payout: found,
        rows: await listPaid(books, found.provider, asked, query.limit + 1),
        ...(after === undefined ? await sumPaid(books, found.provider, windows) : { total: null, count: null }),
        position: includedHeights(books),
      };
    });
    const { items, nextCursor } = ENTRIES.answer(rows, query.limit, ({ shard, height, index }) => [
      shard,
      height,
      index,
    ]);
    const events = await this.entries.events(items);
    return {
      amount: formatAmount(payout.amount),
      ...rest,
      items: items.map((row, place) => present(row, events[place]!, payout.provider)),
      nextCursor,
    };
  }

  private async windowsOf(books: BooksSnapshot, payout: PayoutRow): Promise<Window[]> {
    const before = await payoutBefore(books, payout);
    const ends = await cutsOf(books, (await readSteps(books, this.entries, payout.batch)).planned);
    const starts =
      before === undefined ? [] : await cutsOf(books, (await readSteps(books, this.entries, before)).planned);
    return ends.map((end) => ({
      after: starts.find(({ shard }) => shard === end.shard) ?? { shard: end.shard, height: 0, index: -1 },
      before: end,
    }));
  }
}

function present(
  { type, time, recordedAt, amount, ...place }: PaidRow,
  event: JournalEvent,
  provider: string,
): PaidEntry {
  const corrects = event.type === 'EntryReversed' || event.type === 'EntryRestored' ? event.entry : undefined;
  return {
    entry: entryId(place),
    type,
    time: time?.toISOString() ?? null,
    recordedAt: recordedAt.toISOString(),
    customer: customerOf(event),
    amount: formatAmount(BigInt(amount)),
    usage: usageOf(event, provider),
    ...(corrects === undefined ? {} : { corrects }),
  };
}

function customerOf(event: JournalEvent): string | null {
  if (event.type === 'EntryReversed' || event.type === 'EntryRestored') return event.holder;
  return 'customer' in event ? event.customer : null;
}

/** The calls that an entry is about; of a capture the hold is the call. */
function usageOf(event: JournalEvent, provider: string): PaidUsage[] {
  if (event.type === 'ReceivablesCovered') {
    return event.covered
      .filter((part) => part.provider === provider)
      .map(({ source, id, amount }) => ({ source, id, charged: formatAmount(BigInt(amount)) }));
  }
  const charged = 'amount' in event ? formatAmount(BigInt(event.amount)) : '0';
  if (event.type === 'UsageCharged') {
    const { usage, usageType: type, model, meters, priceBook, splitPolicy } = event;
    return [{ source: usage.source, id: usage.id, type, model, meters, charged, priceBook, splitPolicy }];
  }
  if (event.type === 'HoldCaptured')
    return [{ source: 'hold', id: event.hold, charged, splitPolicy: event.splitPolicy }];
  if (event.type !== 'EntryReversed' && event.type !== 'EntryRestored') return [];
  const { charge } = event.original;
  if (charge === undefined) return [];
  const { source, id, metered } = charge;
  const used = metered === undefined ? {} : { type: metered.usageType, model: metered.model, meters: metered.meters };
  return [{ source, id, charged, ...used }];
}

@ApiTags('payouts')
@ApiBearerAuth()
@Controller('payouts')
class PayoutEntriesController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @Allow('provider', 'finance', 'compliance', 'operator')
  @ApiOperation({ summary: 'One transfer: its batch’s steps, gas, and the pages that it is the sum of' })
  @ApiOkResponse({ type: PayoutDetails })
  payout(
    @ResourceParam('id', 'payout') id: string,
    @FromQuery() query: PositionQuery,
    @Caller() caller: KeyGrant,
  ): Promise<PayoutDetails> {
    assertMayReadProvider(caller, providerOf(id));
    return this.queries.execute(new GetPayout(id, query));
  }

  @Get(':id/entries')
  @Allow('provider', 'finance', 'compliance', 'operator')
  @ApiOperation({ summary: 'The very charges, coverings and corrections that a payout pays' })
  @ApiOkResponse({ type: PayoutEntriesAnswer })
  paid(
    @ResourceParam('id', 'payout') id: string,
    @FromQuery() query: PayoutEntriesQuery,
    @Caller() caller: KeyGrant,
  ): Promise<PayoutEntriesAnswer> {
    assertMayReadProvider(caller, providerOf(id));
    return this.queries.execute(new ListPaidEntries(id, query));
  }
}

/** Whose payout an id names: known before anything is looked up, so that a refusal tells nothing. */
const providerOf = (id: string): string => id.slice(id.indexOf('.') + 1);

@Module({ controllers: [PayoutEntriesController], providers: [GetPayoutHandler, ListPaidEntriesHandler] })
export class PayoutEntriesReportModule {}
