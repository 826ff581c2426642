/** `POST /v1/proposals` and `POST /v1/proposals/{id}/votes`: what is put to the vote, and votes. */
import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsInt, IsString } from 'class-validator';
import { entryId, resolveLeapSecond } from '#domain';
import { readEvents, type JournalStore } from '#journal';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  EntryAnswer,
  IsHolder,
  IsReason,
  LOGGER,
  ResourceParam,
  Write,
  type KeyGrant,
  type Logger,
  type WriteRequest,
} from '#platform';
import { driveRounds, JOURNAL_STORE, RegistryCommands, Sequencers } from '#wiring';
import { CODEC } from '../codec.js';
import { CHOICES, type Choice, type WeightsCut } from './proposal-events.js';
import { unknownProposal, type CastVote } from './proposal.js';
import { votingRound } from './round.js';
import { weightIn } from './weights.js';

class ProposalBody {
  @ApiProperty({ example: 'Lower the burn share to 2 %' })
  @IsString({ message: 'title must be a text' })
  title!: string;

  @ApiProperty({ example: 'Providers ask for it' })
  @IsReason()
  reason!: string;

  @ApiProperty({ example: '2026-12-24T12:00:00Z', description: 'From this instant on no vote counts' })
  @IsString({ message: 'closesAt must be RFC 3339, such as 2026-12-24T12:00:00Z' })
  closesAt!: string;

  @ApiProperty({ example: 2_000, description: 'So much of what all have must vote, in ten-thousandths' })
  @IsInt({ message: 'quorumBps must be whole basis points' })
  quorumBps!: number;
}

class VoteBody {
  @ApiProperty({ example: 'acme' })
  @IsHolder()
  voter!: string;

  @ApiProperty({ enum: CHOICES })
  @IsIn(CHOICES, { message: `choice must be one of ${CHOICES.join(', ')}` })
  choice!: Choice;
}

class ProposalMadeAnswer extends EntryAnswer {
  @ApiProperty({ example: '4-17-0' }) proposal!: string;
}

@ApiTags('governance')
@ApiBearerAuth()
@Controller('proposals')
class ProposalsController {
  constructor(
    private readonly commands: RegistryCommands,
    private readonly sequencers: Sequencers,
    @Inject(JOURNAL_STORE) private readonly journal: JournalStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Put a proposal to the vote: what holders have now is what their votes weigh' })
  @ApiCreatedResponse({ type: ProposalMadeAnswer })
  async open(
    @Body() { title, reason, closesAt, quorumBps }: ProposalBody,
    @Write() write: WriteRequest,
  ): Promise<ProposalMadeAnswer> {
    const command = { type: 'OpenProposal', title, reason, closesAt: resolveLeapSecond(closesAt), quorumBps } as const;
    const made = await this.commands.run(command, write);
    await this.weigh();
    return { ...made, proposal: made.entry };
  }

  @Post(':id/votes')
  @HttpCode(201)
  @Allow('operator', 'customer')
  @ApiOperation({ summary: 'Vote for a holder; its last vote before the end counts' })
  @ApiCreatedResponse({ type: EntryAnswer })
  async vote(
    @ResourceParam('id', 'proposal', () => unknownProposal('of that id')) proposal: string,
    @Body() { voter, choice }: VoteBody,
    @Write() write: WriteRequest,
    @Caller() caller: KeyGrant,
  ): Promise<EntryAnswer> {
    assertMayReadCustomer(caller, voter);
    const isWeighed = await this.sequencers.registry.readDurable(
      ({ proposals }) => proposals.open.get(proposal)?.total !== undefined,
    );
    if (!isWeighed) await this.weigh();
    const weighed = await this.readWeight(proposal, voter);
    const command = {
      type: 'CastVote',
      proposal,
      voter,
      choice,
      ...(weighed === undefined ? {} : { weighed }),
    } as const;
    return this.commands.run(command, write);
  }

  /** Does not wait for the round's own driver, which does it where this fails. */
  private async weigh(): Promise<void> {
    const { sequencers, journal, logger } = this;
    try {
      await driveRounds(votingRound, { sequencers, journal, codec: CODEC, outside: undefined });
    } catch (error) {
      logger.warn({ err: error }, 'what votes weigh is read later');
    }
  }

  /** What the voter's shard has recorded; undefined: nothing of it. */
  private async readWeight(proposal: string, voter: string): Promise<CastVote['weighed']> {
    const ledger = this.sequencers.ledger(this.sequencers.shardOf(voter));
    const part = await ledger.readDurable(({ weights }) => weights.partOf(proposal, voter));
    if (part === undefined) return undefined;
    const [page] = await this.journal.read(part.shard, part.height, 1);
    for (const { event, position } of readEvents<WeightsCut>(page!, CODEC)) {
      if (position.index === part.index) return { weight: weightIn(event, voter), entry: entryId(part) };
    }
    return undefined;
  }
}

@Module({ controllers: [ProposalsController] })
export class GovernanceCommandsModule {}
