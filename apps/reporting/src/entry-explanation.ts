/** `GET /v1/entries/{id}/explanation`: what made an amount, derived again from what its entry recorded. */
import { Controller, Get, Inject } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CODEC, explainEntry, type JournalEvent } from '#concepts';
import { checkExplanation, entryId, postingsOf, type EntryPosition, type Explanation } from '#domain';
import { headerText, readEvents, type Page } from '#journal';
import { Allow, Caller, CONFIGURATION, TextParam, type Configuration, type KeyGrant } from '#platform';
import { findReversal, listCovering } from '#postgres';
import { Books, JournalEntries, parseOrigin, postingsFor } from '#reading';
import { CatalogueFollower } from '#wiring';
import { listBudgetsOver } from './budgets-over.js';
import { ENTRY_ID, ENTRY_ID_MESSAGE, findEntry } from './entry.js';
import { COVERS_MAX, EntryExplanation, presentExplanation, type BesideEntry } from './explanation-answer.js';

class ExplainEntry extends Query<EntryExplanation> {
  constructor(
    readonly id: string,
    readonly caller: KeyGrant,
  ) {
    super();
  }
}

@QueryHandler(ExplainEntry)
export class ExplainEntryHandler implements IQueryHandler<ExplainEntry> {
  constructor(
    private readonly entries: JournalEntries,
    private readonly books: Books,
    private readonly follower: CatalogueFollower,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  async execute({ id, caller }: ExplainEntry): Promise<EntryExplanation> {
    const { position, page, line, event } = await findEntry(this.entries, this.configuration.shards, id, caller);
    const explanation = await this.explain(event, position);
    const { shard, height, index } = position;
    const { hash, writer, signature, recordedAt } = page;
    return {
      ...{ id: entryId(position), type: event.type, summary: explanation.summary },
      ...{ time: event.time, recordedAt, actor: event.actor, origin: parseOrigin(event.origin) },
      ...presentExplanation(explanation, await this.readBeside(event, explanation, position), caller),
      checks: [...checkExplanation(explanation)],
      postings: postingsFor(caller, event),
      page: { shard, height, index, recordedAt, hash, writer, signature },
      ...(caller.role === 'customer' ? {} : { proof: proofOf(page, line) }),
    };
  }

  /** The entry rests on a height of the registry that its writer had seen; this process may be behind that. */
  private async explain(event: JournalEvent, position: EntryPosition): Promise<Explanation> {
    if ('splitPolicy' in event) await this.follower.refresh();
    return explainEntry(event, this.follower.catalogue, position);
  }

  /** What the books know of an entry beside what it says: most entries need nothing of it. */
  private async readBeside(
    event: JournalEvent,
    { holder, owed, covers, budget }: Explanation,
    at: EntryPosition,
  ): Promise<BesideEntry> {
    const isCovering = holder !== undefined && (owed !== undefined || covers !== undefined);
    // Whatever moved value, and a charge of nothing, may have been taken back since.
    const hasMoved = holder !== undefined || postingsOf(event).length > 0;
    if (!isCovering && !hasMoved && budget === undefined) return { covering: [], budgets: [], since: {} };
    const limit = covers?.length ?? COVERS_MAX + 1;
    const read = await this.books.read({ position: [`${at.shard}:${at.height}`] }, async (books) => ({
      covering: isCovering ? await listCovering(books, holder, at, limit) : [],
      budgets: budget === undefined ? [] : await listBudgetsOver(books, budget.path, at),
      reversal: hasMoved ? await findReversal(books, entryId(at), at.shard) : undefined,
    }));
    return { ...read, since: await this.readSince(entryId(at), read.reversal) };
  }

  /** What took an entry back, and the charge that took its place in the same page. */
  private async readSince(entry: string, reversal: EntryPosition | undefined): Promise<BesideEntry['since']> {
    if (reversal === undefined) return {};
    const page = await this.entries.page(reversal.shard, reversal.height);
    if (page === undefined) return {};
    const reversedBy = entryId(reversal);
    for (const { event, position } of readEvents<JournalEvent>(page, CODEC)) {
      if (event.type !== 'UsageCharged' || event.corrects?.entry !== entry) continue;
      return { reversedBy, replacedBy: entryId(position) };
    }
    return { reversedBy };
  }
}

function proofOf(page: Page, event: string): NonNullable<EntryExplanation['proof']> {
  const { bodyDigest, previousHash, shard, height } = page;
  const body = `/v1/journal/pages?shard=${shard}&from=${height}&limit=1`;
  return { header: headerText(page), bodyDigest, previousHash, event, body };
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('entries')
export class EntryExplanationController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/explanation')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({
    summary: 'What made an amount: usage, prices, versions, split, grants, hold, budgets, page and proof',
  })
  @ApiOkResponse({ type: EntryExplanation })
  explain(
    @TextParam('id', ENTRY_ID, ENTRY_ID_MESSAGE) id: string,
    @Caller() caller: KeyGrant,
  ): Promise<EntryExplanation> {
    return this.queries.execute(new ExplainEntry(id, caller));
  }
}
