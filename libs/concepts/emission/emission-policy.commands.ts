/** Emission policies: published as versions that never change, and read. */
import { Module } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { versionedTerms } from '#wiring';
import { EMISSION_KINDS, EMISSION_RECIPIENTS, type EmissionKind, type EmissionRecipient } from './emission-policy.js';

class EmissionRecipientBody {
  @ApiProperty({ enum: EMISSION_RECIPIENTS })
  @IsIn(EMISSION_RECIPIENTS)
  account!: EmissionRecipient;

  @ApiProperty({ example: 4000, description: 'Basis points of what each epoch mints' })
  @IsInt()
  @Min(1)
  @Max(10_000)
  bps!: number;
}

const IsTokens = (name: string) => IsString({ message: `${name} must be a decimal string in tokens, such as "12.5"` });

class EmissionPolicyBody {
  @ApiProperty({
    example: '2026-01-01T00:00:00Z',
    description: 'The first epoch begins; epochs that are over by now are caught up one by one, at most 10,000',
  })
  @IsString({ message: 'effectiveAt must be RFC 3339, such as 2026-01-01T00:00:00Z' })
  effectiveAt!: string;

  @ApiProperty({ enum: EMISSION_KINDS })
  @IsIn(EMISSION_KINDS)
  kind!: EmissionKind;

  @ApiProperty({
    example: 'P1D',
    description: 'How long an epoch is, as ISO 8601 writes durations: weeks, or days and shorter',
  })
  @IsString()
  epoch!: string;

  @ApiProperty({ required: false, example: '50', description: 'Of `fixed`: what each epoch mints' })
  @IsOptional()
  @IsTokens('amount')
  amount?: string;

  @ApiProperty({
    required: false,
    example: '50',
    description: 'Of `halving`: what each of the first `period` epochs mints',
  })
  @IsOptional()
  @IsTokens('initial')
  initial?: string;

  @ApiProperty({
    required: false,
    example: 210_000,
    description: 'Of `halving`: after so many epochs each mints half as much',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  period?: number;

  @ApiProperty({
    required: false,
    example: '1000000',
    description:
      'Of `decay`: what all epochs together may mint; what an earlier policy of this kind left goes on instead',
  })
  @IsOptional()
  @IsTokens('remaining')
  remaining?: string;

  @ApiProperty({ required: false, example: 9, description: 'Of `decay`: each epoch leaves num / den of what remains' })
  @IsOptional()
  @IsInt()
  @Min(1)
  num?: number;

  @ApiProperty({ required: false, example: 10 })
  @IsOptional()
  @IsInt()
  @Min(1)
  den?: number;

  @ApiProperty({
    required: false,
    example: 500,
    description:
      'Of `inflation`: what a year mints, in basis points of the supply over all shards; each epoch is of what was outstanding as it began, and carries to the next what it leaves of an atto',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  bps?: number;

  @ApiProperty({ required: false, example: 365, description: 'Of `inflation`: into how many epochs a year is divided' })
  @IsOptional()
  @IsInt()
  @Min(1)
  epochs?: number;

  @ApiProperty({
    required: false,
    example: '1000000000',
    description:
      'What is outstanding, minted less burned, stays at or below this: a mint or a grant beyond it is 422 SUPPLY_CAP_EXCEEDED, an epoch is cut. Without it there is no limit',
  })
  @IsOptional()
  @IsTokens('cap')
  cap?: string;

  @ApiProperty({
    type: [EmissionRecipientBody],
    description: 'Whom each epoch gives to; what they leave of 10,000 basis points stays in treasury:emission',
  })
  @IsArray()
  @ArrayMaxSize(EMISSION_RECIPIENTS.length)
  @ValidateNested({ each: true })
  @Type(() => EmissionRecipientBody)
  recipients!: EmissionRecipientBody[];
}

class EmissionPolicyItem extends EmissionPolicyBody {
  @ApiProperty() version!: number;
}

const EmissionPoliciesController = versionedTerms({
  ...{ path: 'policies/emission', cursor: 'emission-policies', answer: 'EmissionPoliciesAnswer' },
  ...{ body: EmissionPolicyBody, item: EmissionPolicyItem },
  publishing: {
    summary: 'Publish what is minted at the end of each epoch, and to whom; a version never changes',
    operationId: 'EmissionPoliciesController_publish',
  },
  listing: {
    summary: 'Published emission policies, newest version first',
    operationId: 'EmissionPoliciesController_policies',
  },
  command: (version, { recipients, ...terms }) => {
    const policy = { ...terms, recipients: recipients.map(({ account, bps }) => ({ account, bps })) };
    return { type: 'PublishEmissionPolicy', version, policy };
  },
  ready: ({ emissionPolicies }) => emissionPolicies.published,
  present: ({ version, policy }) => ({ version, ...policy, recipients: [...policy.recipients] }),
});

@Module({ controllers: [EmissionPoliciesController] })
export class EmissionPolicyCommandsModule {}
