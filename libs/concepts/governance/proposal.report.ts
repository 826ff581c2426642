/** `GET /v1/proposals`, one of them with its tally and result, what its votes weigh and how holders voted. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { formatAmount, type RowOf } from '#domain';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  HolderParam,
  listAnswerOf,
  ResourceParam,
  type KeyGrant,
  type ListAnswer,
} from '#platform';
import type { BooksSnapshot } from '#postgres';
import { Books, KnownParties, PositionListQuery, PositionQuery, TableList } from '#reading';
import { CHOICES, type Choice } from './proposal-events.js';
import { PROPOSALS, VOTE_WEIGHTS, VOTES } from './proposal.rows.js';
import { unknownProposal } from './proposal.js';

class TallyAnswer implements Record<Choice, string> {
  @ApiProperty({ example: '120.5' }) yes!: string;
  @ApiProperty({ example: '3' }) no!: string;
  @ApiProperty({ example: '0' }) abstain!: string;
}

class ProposalItem {
  @ApiProperty({ example: '4-17-0', description: 'The id of the entry that opened it' }) proposal!: string;
  @ApiProperty() title!: string;
  @ApiProperty() reason!: string;
  @ApiProperty({ description: 'What holders had at this instant is what their votes weigh' }) at!: string;
  @ApiProperty() closesAt!: string;
  @ApiProperty({ example: 2_000, description: 'So much of the total has to vote, in ten-thousandths' })
  quorumBps!: number;
  @ApiProperty({ enum: ['open', 'closed'] }) state!: 'open' | 'closed';
  @ApiProperty({ nullable: true, type: Number, description: 'Holders with weight; null: they are being weighed' })
  holders!: number | null;
  @ApiProperty({ nullable: true, type: String, description: 'What all of them weigh together' })
  total!: string | null;
  @ApiProperty({ nullable: true, enum: ['passed', 'failed'], description: 'null: it is open' })
  result!: 'passed' | 'failed' | null;
}

class ProposalAnswer extends ProposalItem {
  @ApiProperty({ type: TallyAnswer, description: 'The last vote of each holder, by weight' }) tally!: TallyAnswer;
  @ApiProperty({ description: 'Whether enough have voted' }) quorum!: boolean;
}

class VoteItem {
  @ApiProperty({ example: 'acme' }) voter!: string;
  @ApiProperty({ enum: CHOICES }) choice!: Choice;
  @ApiProperty() weight!: string;
  @ApiProperty({ example: '4-19-0' }) entry!: string;
  @ApiProperty() recordedAt!: string;
}

class WeightItem {
  @ApiProperty({ example: 'acme' }) holder!: string;
  @ApiProperty({ description: 'Available, held and staked at the instant of the proposal' }) weight!: string;
}

class HolderVoteAnswer extends WeightItem {
  @ApiProperty({ nullable: true, enum: CHOICES, description: 'Its last vote; null: it has not voted' })
  choice!: Choice | null;
}

const ProposalsAnswer = listAnswerOf(ProposalItem, 'ProposalsAnswer');
const VotesAnswer = listAnswerOf(VoteItem, 'VotesAnswer');
const WeightsAnswer = listAnswerOf(WeightItem, 'WeightsAnswer');
const PROPOSAL_LIST = new TableList('proposals', PROPOSALS, { orderBy: ['at', 'proposal'], direction: 'downwards' });
const VOTE_LIST = new TableList('votes', VOTES, { orderBy: ['holder'], direction: 'upwards' });
const WEIGHT_LIST = new TableList('vote-weights', VOTE_WEIGHTS, { orderBy: ['holder'], direction: 'upwards' });

function present({ yes: _, no: __, abstain: ___, total, ...row }: RowOf<typeof PROPOSALS>): ProposalItem {
  return {
    ...row,
    state: row.result === null ? 'open' : 'closed',
    total: total === null ? null : formatAmount(total),
  };
}

/** What each choice has so far. */
async function readTally(books: BooksSnapshot, proposal: string): Promise<Record<Choice, bigint>> {
  const rows = await books.rows<{ readonly choice: Choice; readonly weight: string }>(
    'SELECT choice, sum(weight)::text AS weight FROM books.votes WHERE proposal = $1 GROUP BY choice',
    [proposal],
  );
  const tally: Record<Choice, bigint> = { yes: 0n, no: 0n, abstain: 0n };
  for (const { choice, weight } of rows) tally[choice] = BigInt(weight);
  return tally;
}

async function requireProposal(books: BooksSnapshot, proposal: string): Promise<RowOf<typeof PROPOSALS>> {
  const row = await books.find(PROPOSALS, { proposal });
  if (row === undefined) throw unknownProposal(proposal);
  return row;
}

class ListProposals extends Query<ListAnswer<ProposalItem>> {
  constructor(readonly query: PositionListQuery) {
    super();
  }
}

@QueryHandler(ListProposals)
class ListProposalsHandler implements IQueryHandler<ListProposals> {
  constructor(private readonly books: Books) {}

  execute({ query }: ListProposals): Promise<ListAnswer<ProposalItem>> {
    return this.books.list(PROPOSAL_LIST, query, {}, (rows) => rows.map(present));
  }
}

class GetProposal extends Query<ProposalAnswer> {
  constructor(
    readonly proposal: string,
    readonly query: PositionQuery,
  ) {
    super();
  }
}

@QueryHandler(GetProposal)
class GetProposalHandler implements IQueryHandler<GetProposal> {
  constructor(private readonly books: Books) {}

  execute({ proposal, query }: GetProposal): Promise<ProposalAnswer> {
    return this.books.read(query, async (books) => {
      const row = await requireProposal(books, proposal);
      const tally = await readTally(books, proposal);
      const voted = tally.yes + tally.no + tally.abstain;
      return {
        ...present(row),
        tally: { yes: formatAmount(tally.yes), no: formatAmount(tally.no), abstain: formatAmount(tally.abstain) },
        quorum: row.total !== null && voted * 10_000n >= BigInt(row.quorumBps) * row.total,
      };
    });
  }
}

class ListVotes extends Query<ListAnswer<VoteItem>> {
  constructor(
    readonly proposal: string,
    readonly query: PositionListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListVotes)
class ListVotesHandler implements IQueryHandler<ListVotes> {
  constructor(private readonly books: Books) {}

  async execute({ proposal, query }: ListVotes): Promise<ListAnswer<VoteItem>> {
    await this.books.read(query, (books) => requireProposal(books, proposal));
    return this.books.list(VOTE_LIST, query, { proposal }, (rows) =>
      rows.map(({ holder, choice, weight, entry, recordedAt }) => ({
        ...{ voter: holder, choice, weight: formatAmount(weight), entry, recordedAt },
      })),
    );
  }
}

class ListWeights extends Query<ListAnswer<WeightItem>> {
  constructor(
    readonly proposal: string,
    readonly query: PositionListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListWeights)
class ListWeightsHandler implements IQueryHandler<ListWeights> {
  constructor(private readonly books: Books) {}

  async execute({ proposal, query }: ListWeights): Promise<ListAnswer<WeightItem>> {
    await this.books.read(query, (books) => requireProposal(books, proposal));
    return this.books.list(WEIGHT_LIST, query, { proposal }, (rows) =>
      rows.map(({ holder, weight }) => ({ holder, weight: formatAmount(weight) })),
    );
  }
}

class GetHolderVote extends Query<HolderVoteAnswer> {
  constructor(
    readonly proposal: string,
    readonly holder: string,
    readonly query: PositionQuery,
  ) {
    super();
  }
}

@QueryHandler(GetHolderVote)
class GetHolderVoteHandler implements IQueryHandler<GetHolderVote> {
  constructor(
    private readonly books: Books,
    private readonly parties: KnownParties,
  ) {}

  async execute({ proposal, holder, query }: GetHolderVote): Promise<HolderVoteAnswer> {
    await this.parties.holder(holder);
    return this.books.read(query, async (books) => {
      await requireProposal(books, proposal);
      const weighs = await books.find(VOTE_WEIGHTS, { proposal, holder });
      const vote = await books.find(VOTES, { proposal, holder });
      return { holder, weight: formatAmount(weighs?.weight ?? 0n), choice: vote?.choice ?? null };
    });
  }
}

const ProposalParam = (name = 'id') => ResourceParam(name, 'proposal', () => unknownProposal('of that id'));

@ApiTags('governance')
@ApiBearerAuth()
@Controller('proposals')
class ProposalReadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('operator', 'finance', 'compliance', 'customer')
  @ApiOperation({ summary: 'Proposals, newest first' })
  @ApiOkResponse({ type: ProposalsAnswer })
  list(@FromQuery() query: PositionListQuery): Promise<ListAnswer<ProposalItem>> {
    return this.queries.execute(new ListProposals(query));
  }

  @Get(':id')
  @Allow('operator', 'finance', 'compliance', 'customer')
  @ApiOperation({ summary: 'One proposal: its tally and, once it has closed, its result' })
  @ApiOkResponse({ type: ProposalAnswer })
  proposal(@ProposalParam() id: string, @FromQuery() query: PositionQuery): Promise<ProposalAnswer> {
    return this.queries.execute(new GetProposal(id, query));
  }

  @Get(':id/votes')
  @Allow('operator', 'finance', 'compliance')
  @ApiOperation({ summary: 'The votes that count, by voter' })
  @ApiOkResponse({ type: VotesAnswer })
  votes(@ProposalParam() id: string, @FromQuery() query: PositionListQuery): Promise<ListAnswer<VoteItem>> {
    return this.queries.execute(new ListVotes(id, query));
  }

  @Get(':id/weights')
  @Allow('operator', 'finance', 'compliance')
  @ApiOperation({ summary: 'What votes weigh, by holder' })
  @ApiOkResponse({ type: WeightsAnswer })
  weights(@ProposalParam() id: string, @FromQuery() query: PositionListQuery): Promise<ListAnswer<WeightItem>> {
    return this.queries.execute(new ListWeights(id, query));
  }

  @Get(':id/weights/:holder')
  @Allow('operator', 'finance', 'compliance', 'customer')
  @ApiOperation({ summary: 'What the vote of one holder weighs, and how it voted' })
  @ApiOkResponse({ type: HolderVoteAnswer })
  weight(
    @ProposalParam() id: string,
    @HolderParam('holder') holder: string,
    @FromQuery() query: PositionQuery,
    @Caller() caller: KeyGrant,
  ): Promise<HolderVoteAnswer> {
    assertMayReadCustomer(caller, holder);
    return this.queries.execute(new GetHolderVote(id, holder, query));
  }
}

@Module({
  controllers: [ProposalReadsController],
  providers: [
    ...[ListProposalsHandler, GetProposalHandler, ListVotesHandler, ListWeightsHandler, GetHolderVoteHandler],
  ],
})
export class GovernanceReportModule {}
