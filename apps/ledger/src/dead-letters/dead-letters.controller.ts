/** `/v1/dead-letters`: usage that could not be applied, why, and what is done about it. */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Post, Query as FromQuery } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { commonRefusal, formatAmount, type RequestIdentity } from '#domain';
import { Allow, ListCursor, ResourceParam, TextParam, Write, type ListAnswer, type WriteRequest } from '#platform';
import { LETTERS_MAX, SETTLED_DAYS_MAX, type DeadLetterRow, type LetterFilter, type LetterOrderRow } from '#postgres';
import { answerInTime, Sequencers } from '#wiring';
import {
  DeadLettersAnswer,
  DismissalAnswer,
  DismissalBody,
  filterOf,
  LetterDetails,
  LettersQuery,
  periodOf,
  ReasonsAnswer,
  ReasonsQuery,
  ReplayAnswer,
  ReplayBody,
  type LetterBytes,
  type LetterItem,
} from './letter-answers.js';
import { letterOf, LetterKeeper } from './letter-keeper.js';
import { LetterReplays, type Trial } from './letter-replays.js';

const CURSOR = new ListCursor('dead-letters', ['instant', 'text', 'int4', 'int8']);

@ApiTags('dead-letters')
@ApiBearerAuth()
@Controller('dead-letters')
export class DeadLettersController {
  constructor(
    private readonly keeper: LetterKeeper,
    private readonly replays: LetterReplays,
    private readonly sequencers: Sequencers,
  ) {}

  @Get()
  @Allow('operator')
  @ApiOperation({
    summary: 'Usage from Kafka that could not be applied, newest first',
    description: `Of messages only: what HTTP refuses is answered and not kept. At most ${LETTERS_MAX} are kept; what was replayed or dismissed is forgotten after ${SETTLED_DAYS_MAX} days, or earlier where room is needed, and what comes while all are unsettled is in the dead-letter topic alone.`,
  })
  @ApiOkResponse({ type: DeadLettersAnswer })
  async list(@FromQuery() query: LettersQuery): Promise<ListAnswer<LetterItem>> {
    const { limit, cursor } = query;
    const rows = await this.keeper.letters.list(filterOf(query), CURSOR.after(cursor), limit + 1);
    const { items, nextCursor } = CURSOR.answer(rows, limit, ({ rejectedAt, topic, partition, offset }) => [
      ...([rejectedAt, topic, partition, offset] as const),
    ]);
    return { items: items.map(present), nextCursor };
  }

  @Get('reasons')
  @Allow('operator')
  @ApiOperation({ summary: 'How many there are by reason and state, and what is at stake; one item for each reason' })
  @ApiOkResponse({ type: ReasonsAnswer })
  async reasons(@FromQuery() query: ReasonsQuery): Promise<ReasonsAnswer> {
    const found = await this.keeper.letters.countByReason(periodOf(query));
    return {
      items: found.map(({ reason, counts, atStake, unknown, firstAt }) => ({
        ...{ reason, ...counts, atStake: formatAmount(atStake), unknown, firstAt },
      })),
      kept: found.reduce((sum, { counts }) => sum + Object.values(counts).reduce((part, count) => part + count, 0), 0),
      max: LETTERS_MAX,
    };
  }

  @Get('replays/:id')
  @Allow('operator')
  @ApiOperation({ summary: 'How far a replay is' })
  @ApiOkResponse({ type: ReplayAnswer })
  async replay(@ResourceParam('id', 'replay') id: string): Promise<ReplayAnswer> {
    const order = await this.keeper.letters.findOrder(id);
    if (order?.kind !== 'replay') throw commonRefusal('NOT_FOUND', 'There is no replay of that id.', 'id');
    return this.presentReplay(order);
  }

  @Post('replays')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({
    summary: 'Charge the usage of all letters that match, as if it had come now',
    description:
      'In the background: GET /v1/dead-letters/replays/{id} says how far it is. What is charged already is a duplicate and charged no more; what fails again stays with its new reason. With dryRun nothing is written, and the answer says what would become of the newest 1,000.',
  })
  @ApiOkResponse({ type: ReplayAnswer })
  async order(@Body() body: ReplayBody, @Write() write: WriteRequest): Promise<ReplayAnswer> {
    const { actor } = write.provenance;
    const filter = filterOf(body.filter, ['open', 'failing']);
    if (body.dryRun === true) return presentTrial(body, actor, await answerInTime(this.replays.tryOut(filter, actor)));
    const order = await this.once(write, 'replay', body, filter);
    this.replays.begin();
    return this.presentReplay(order);
  }

  @Post('dismissals')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ summary: 'Settle all letters that match without charging them; who did it and why is kept' })
  @ApiOkResponse({ type: DismissalAnswer })
  async dismiss(@Body() body: DismissalBody, @Write() write: WriteRequest): Promise<DismissalAnswer> {
    const order = await this.once(write, 'dismissal', body, filterOf(body.filter, ['open', 'failing']));
    const { id, reason, actor, orderedAt, matching } = order;
    return { id, reason, actor, orderedAt, dismissed: matching };
  }

  @Get(':topic/:partition/:offset')
  @Allow('operator')
  @ApiOperation({ summary: 'One message that could not be applied: its key, value and headers up to 16 KiB' })
  @ApiOkResponse({ type: LetterDetails })
  async one(
    @TextParam('topic', /^[A-Za-z0-9._-]{1,249}$/, 'topic must be the name of a topic') topic: string,
    @TextParam('partition', /^\d{1,9}$/, 'partition must be a whole number') partition: string,
    @TextParam('offset', /^\d{1,15}$/, 'offset must be a whole number') offset: string,
  ): Promise<LetterDetails> {
    const { letters } = this.keeper;
    const row = await letters.find(topic, Number(partition), Number(offset));
    if (row === undefined) throw commonRefusal('NOT_FOUND', 'No letter is kept of that message.', 'offset');
    const { key, value, headers } = letterOf(row);
    const order = row.orderId === null ? undefined : await letters.findOrder(row.orderId);
    return {
      ...present(row),
      time: timeOf(row.timestampMs),
      key: bytesOf(key),
      value: bytesOf(value),
      headers: headers.map(([name, bytes]) => ({ name, value: bytesOf(bytes)! })),
      omittedBytes: row.omittedBytes,
      order:
        order === undefined
          ? null
          : { id: order.id, kind: order.kind, actor: order.actor, reason: order.reason, orderedAt: order.orderedAt },
    };
  }

  /** Orders it, or finds the order that the same request made before. @throws DomainError `IDEMPOTENCY_CONFLICT` */
  private once(
    { request, provenance }: WriteRequest,
    kind: LetterOrderRow['kind'],
    { filter: asked, reason }: DismissalBody,
    filter: LetterFilter,
  ): Promise<LetterOrderRow> {
    const { letters } = this.keeper;
    const { key: requestKey, digest: requestDigest } = request as RequestIdentity;
    return answerInTime(
      this.sequencers.answerOnce(request, async () => {
        const known = await letters.findOrderOf(requestKey);
        if (known === undefined) {
          const { actor } = provenance;
          const order = { id: randomUUID(), kind, filter: { ...asked }, reason, actor, requestKey, requestDigest };
          return letters.order(order, filter);
        }
        if (known.requestDigest === requestDigest) return known;
        const message = 'Another request was made with this Idempotency-Key; use a new key for a new request.';
        throw commonRefusal('IDEMPOTENCY_CONFLICT', message, 'Idempotency-Key');
      }),
    );
  }

  private async presentReplay(order: LetterOrderRow): Promise<ReplayAnswer> {
    const { id, reason, actor, orderedAt, endedAt, matching, charged, duplicates, failing, amount } = order;
    const done = charged + duplicates + failing;
    const failures = failing === 0 ? [] : await this.keeper.letters.failuresOf(id);
    return {
      ...{ id, dryRun: false, reason, actor, orderedAt, endedAt, matching, done, charged, duplicates, failing },
      amount: formatAmount(amount),
      failures: failures.map(({ code, count, detail }) => ({ reason: code, count, detail })),
    };
  }
}

function presentTrial({ reason }: ReplayBody, actor: string, { matching, outcomes }: Trial): ReplayAnswer {
  const failures = new Map<string, { reason: string; count: number; detail: string }>();
  for (const { state, outcome, detail } of outcomes) {
    if (state !== 'failing') continue;
    const known = failures.get(outcome) ?? { reason: outcome, count: 0, detail: detail ?? '' };
    failures.set(outcome, { ...known, count: known.count + 1 });
  }
  const count = (of: string) => outcomes.filter(({ outcome }) => outcome === of).length;
  const now = new Date().toISOString();
  return {
    ...{ id: null, dryRun: true, reason, actor, orderedAt: now, endedAt: now, matching, done: outcomes.length },
    charged: count('charged'),
    duplicates: count('duplicate'),
    failing: outcomes.filter(({ state }) => state === 'failing').length,
    amount: formatAmount(outcomes.reduce((sum, { amount }) => sum + amount, 0n)),
    failures: [...failures.values()].sort((a, b) => b.count - a.count),
  };
}

function present(row: DeadLetterRow): LetterItem {
  const { topic, partition, offset, rejectedAt, code, detail, state, customer, usageSource, usageId, entry } = row;
  return {
    ...{ topic, partition, offset, rejectedAt, reason: code, detail, state, customer, usageSource, usageId, entry },
    atStake: row.atStake === null ? null : formatAmount(row.atStake),
    ...{ settledAt: row.settledAt, outcome: row.outcome, outcomeDetail: row.outcomeDetail },
  };
}

/** Texts as they are, other bytes as base64. */
function bytesOf(bytes: Buffer | null): LetterBytes | null {
  if (bytes === null) return null;
  const isText = isUtf8(bytes);
  return {
    text: isText ? bytes.toString('utf8') : null,
    base64: isText ? null : bytes.toString('base64'),
    bytes: bytes.length,
  };
}

/** A producer may give its message any time; one beyond the calendar is none. */
function timeOf(timestampMs: number): string | null {
  const time = new Date(timestampMs);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
