/** How long unbonding takes and what a finder has: published as versions that never change, and read. */
import { Module } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString } from 'class-validator';
import { versionedTerms } from '#wiring';

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

const StakingPoliciesController = versionedTerms({
  ...{ path: 'policies/staking', cursor: 'staking-policies', answer: 'StakingPoliciesAnswer' },
  ...{ body: StakingPolicyBody, item: StakingPolicyItem },
  publishing: {
    summary: 'Publish how long unbonding takes, and what a finder has of a slash; a version never changes',
    operationId: 'StakingPoliciesController_publish',
  },
  listing: {
    summary: 'Published staking policies, newest version first',
    operationId: 'StakingPoliciesController_policies',
  },
  command: (version, { effectiveAt, unbondingSeconds, finderBps }) => ({
    ...{ type: 'PublishStakingPolicy', version, policy: { effectiveAt, unbondingSeconds, finderBps } },
  }),
  ready: ({ stakingPolicies }) => stakingPolicies.versions,
  present: ({ version, policy }) => ({ version, ...policy }),
});

@Module({ controllers: [StakingPoliciesController] })
export class StakingPolicyCommandsModule {}
