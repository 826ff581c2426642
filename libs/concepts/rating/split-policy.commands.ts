/** Split policies: published as versions that never change, and read. */
import { Module } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString, Max, Min } from 'class-validator';
import { versionedTerms } from '#wiring';

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

const SplitPoliciesController = versionedTerms({
  ...{ path: 'policies/split', cursor: 'split-policies', answer: 'SplitPoliciesAnswer' },
  ...{ body: SplitPolicyBody, item: SplitPolicyItem },
  publishing: {
    summary: 'Publish a split policy; a version never changes',
    operationId: 'SplitPoliciesController_publishSplitPolicy',
  },
  listing: {
    summary: 'Published split policies, newest version first',
    operationId: 'SplitPoliciesController_splitPolicies',
  },
  command: (version, policy) => ({ type: 'PublishSplitPolicy', version, policy }),
  ready: ({ rating }) => rating.splitPolicies,
  present: ({ version, effectiveAt, weights }) => {
    const [provider, treasury, stakers, burn] = weights.map(Number) as [number, number, number, number];
    return { version, effectiveAt, provider, treasury, stakers, burn };
  },
});

@Module({ controllers: [SplitPoliciesController] })
export class SplitPolicyCommandsModule {}
