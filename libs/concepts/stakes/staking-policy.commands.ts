/** How long unbonding takes and what a finder has: published as versions that never change, and read. */
import { Body, Controller, Module, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsInt, IsString } from 'class-validator';
import { resolveLeapSecond } from '#domain';
import {
  listAnswerOf,
  ListCursor,
  ListQuery,
  ListsVersions,
  PublishesVersion,
  VersionParam,
  Write,
  type EntryAnswer,
  type ListAnswer,
  type WriteRequest,
} from '#platform';
import { CatalogueFollower, RegistryCommands } from '#wiring';

class StakingPolicyBody {
  @ApiProperty({
    example: '2026-01-01T00:00:00Z',
    description: 'Of what is unstaked or slashed at or after this instant',
  })
  @IsString({ message: 'effectiveAt must be RFC 3339, such as 2026-01-01T00:00:00Z' })
  effectiveAt!: string;

  @ApiProperty({ example: 1_814_400, description: 'How long what is unstaked is on its way back, at most ten years' })
  @IsInt({ message: 'unbondingSeconds must be a whole number of seconds' })
  unbondingSeconds!: number;

  @ApiProperty({ example: 500, description: 'What a finder has of a slash, in ten-thousandths' })
  @IsInt({ message: 'finderBps must be whole basis points' })
  finderBps!: number;
}

class StakingPolicyItem extends StakingPolicyBody {
  @ApiProperty() version!: number;
}

const StakingPoliciesAnswer = listAnswerOf(StakingPolicyItem, 'StakingPoliciesAnswer');

const STAKING_POLICIES = new ListCursor('staking-policies', ['int8']);

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('policies/staking')
class StakingPoliciesController {
  constructor(
    private readonly commands: RegistryCommands,
    private readonly follower: CatalogueFollower,
  ) {}

  @PublishesVersion('Publish how long unbonding takes, and what a finder has of a slash; a version never changes')
  publish(
    @VersionParam() version: number,
    @Body() { effectiveAt, unbondingSeconds, finderBps }: StakingPolicyBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer> {
    const policy = { effectiveAt: resolveLeapSecond(effectiveAt), unbondingSeconds, finderBps };
    return this.commands.run({ type: 'PublishStakingPolicy', version, policy }, write);
  }

  @ListsVersions('Published staking policies, newest version first', StakingPoliciesAnswer)
  policies(@Query() query: ListQuery): ListAnswer<StakingPolicyItem> {
    const { versions } = this.follower.catalogue.stakingPolicies;
    return STAKING_POLICIES.listDownwards(versions, query, ({ version, policy }) => ({ version, ...policy }));
  }
}

@Module({ controllers: [StakingPoliciesController] })
export class StakingPolicyCommandsModule {}
