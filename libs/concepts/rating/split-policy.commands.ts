/** Split policies: published as versions that never change, and read. */
import { Module } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString, Length, Max, Min, ValidateNested } from 'class-validator';
import { versionedTerms } from '#wiring';
import type { CompiledSplitPolicy, SplitPolicy, TypeShares } from './split-policy.js';

class SharesBody {
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

class TypeSharesBody extends SharesBody {
  @ApiProperty({ example: 'ai.data.usage', description: 'The type of the usage events that are split by these shares' })
  @IsString()
  @Length(1, 200)
  type!: string;
}

const TYPES = 'Types of usage that have shares of their own, each once; all others have the policy’s';

class SplitPolicyBody extends SharesBody {
  @ApiProperty({ example: '2026-01-01T00:00:00Z' })
  @IsString({ message: 'effectiveAt must be RFC 3339, such as 2026-01-01T00:00:00Z' })
  effectiveAt!: string;

  @ApiPropertyOptional({ type: [TypeSharesBody], description: TYPES })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => TypeSharesBody)
  types?: TypeSharesBody[];
}

class SplitPolicyItem {
  @ApiProperty() version!: number;
  @ApiProperty() effectiveAt!: string;
  @ApiProperty({ description: 'Basis points; the four sum to 10000' }) provider!: number;
  @ApiProperty() treasury!: number;
  @ApiProperty() stakers!: number;
  @ApiProperty() burn!: number;
  @ApiPropertyOptional({ type: [TypeSharesBody], description: TYPES }) types?: TypeSharesBody[];
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
  command: (version, { types, ...policy }) => ({
    ...{ type: 'PublishSplitPolicy', version },
    policy: types === undefined ? policy : { ...policy, types: types.map(plainly) },
  }),
  ready: ({ rating }) => rating.splitPolicies,
  present: ({ version, effectiveAt, byType, ...policy }) => ({
    ...{ version, effectiveAt, ...sharesOf(policy) },
    ...(byType === undefined ? {} : { types: [...byType].map(([type, own]) => ({ type, ...sharesOf(own) })) }),
  }),
});

/** As plain data, as the journal has it. */
function plainly({ type, provider, treasury, stakers, burn }: TypeShares): TypeShares {
  return { type, provider, treasury, stakers, burn };
}

function sharesOf({ weights }: Pick<CompiledSplitPolicy, 'weights'>): Omit<SplitPolicy, 'effectiveAt' | 'types'> {
  const [provider, treasury, stakers, burn] = weights.map(Number) as [number, number, number, number];
  return { provider, treasury, stakers, burn };
}

@Module({ controllers: [SplitPoliciesController] })
export class SplitPolicyCommandsModule {}
