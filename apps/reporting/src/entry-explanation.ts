/** `GET /v1/entries/{id}/explanation`: what made an amount, derived again from what its entry recorded. */
import { Controller, Get, Inject } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { explainEntry, type JournalEvent } from '#concepts';
import { checkExplanation, entryId, type EntryPosition, type Explanation } from '#domain';
import { headerText, type Page } from '#journal';
import { Allow, Caller, CONFIGURATION, TextParam, type Configuration, type KeyGrant } from '#platform';
import { listCovering } from '#postgres';
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
      ...presentExplanation(explanation, await this.readBeside(explanation, position), caller),
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
  private async readBeside({ holder, owed, covers, budget }: Explanation, at: EntryPosition): Promise<BesideEntry> {
    const isCovering = holder !== undefined && (owed !== undefined || covers !== undefined);
    if (!isCovering && budget === undefined) return { covering: [], budgets: [] };
    const limit = covers?.length ?? COVERS_MAX + 1;
    return this.books.read({ position: [`${at.shard}:${at.height}`] }, async (books) => ({
      covering: isCovering ? await listCovering(books, holder, at, limit) : [],
      budgets: budget === undefined ? [] : await listBudgetsOver(books, budget.path, at),
    }));
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
