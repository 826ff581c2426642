/** Split policies: published as versions that never change, and read. */
import { Body, Controller, Module, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsInt, IsString, Max, Min } from 'class-validator';
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

class SplitPolicyBody {
  @ApiProperty({ example: '2026-01-01T00:00:00Z' })
  @IsString({ message: 'effectiveAt must be RFC 3339, such as 2026-01-01T00:00:00Z' })
  effectiveAt!: string;

  @ApiProperty({ example: 8000, description: 'Basis points of each charge; the four sum to 10000' })
  @IsInt()
  @Min(0)
  @Max(10_000)
  provider!: number;

  @ApiProperty({ example: 1000 })
  @IsInt()
  @Min(0)
  @Max(10_000)
  treasury!: number;

  @ApiProperty({ example: 500 })
  @IsInt()
  @Min(0)
  @Max(10_000)
  stakers!: number;

  @ApiProperty({ example: 500 })
  @IsInt()
  @Min(0)
  @Max(10_000)
  burn!: number;
}

class SplitPolicyItem {
  @ApiProperty() version!: number;
  @ApiProperty() effectiveAt!: string;
  @ApiProperty({ description: 'Basis points; the four sum to 10000' }) provider!: number;
  @ApiProperty() treasury!: number;
  @ApiProperty() stakers!: number;
  @ApiProperty() burn!: number;
}

const SplitPoliciesAnswer = listAnswerOf(SplitPolicyItem, 'SplitPoliciesAnswer');

const SPLIT_POLICIES = new ListCursor('split-policies', ['int8']);

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('policies/split')
class SplitPoliciesController {
  constructor(
    private readonly commands: RegistryCommands,
    private readonly follower: CatalogueFollower,
  ) {}

  @PublishesVersion('Publish a split policy; a version never changes')
  publishSplitPolicy(
    @VersionParam() version: number,
    @Body() body: SplitPolicyBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer> {
    const policy = { ...body, effectiveAt: resolveLeapSecond(body.effectiveAt) };
    return this.commands.run({ type: 'PublishSplitPolicy', version, policy }, write);
  }

  @ListsVersions('Published split policies, newest version first', SplitPoliciesAnswer)
  splitPolicies(@Query() query: ListQuery): ListAnswer<SplitPolicyItem> {
    return SPLIT_POLICIES.listDownwards(this.follower.catalogue.rating.splitPolicies, query, (policy) => {
      const [provider, treasury, stakers, burn] = policy.weights;
      return {
        version: policy.version,
        effectiveAt: policy.effectiveAt,
        provider: Number(provider),
        treasury: Number(treasury),
        stakers: Number(stakers),
        burn: Number(burn),
      };
    });
  }
}

@Module({ controllers: [SplitPoliciesController] })
export class SplitPolicyCommandsModule {}
