/** The keys that callers identify themselves with: issued and revoked as journal entries, their secrets never stored. */
import { randomBytes } from 'node:crypto';
import { Body, Controller, Delete, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { DomainError } from '#domain';
import {
  Allow,
  Caller,
  generateKey,
  hashKey,
  IdempotencyKey,
  RequestDigest,
  ResourceParam,
  ROLES,
  type KeyGrant,
  type Role,
} from '#platform';
import { EntryAnswer, PositionAnswer } from './answers.js';
import { HOLDER, HOLDER_MESSAGE } from './fields.js';
import { changeRegistry, registryContext } from './registry-changes.js';

class KeyBody {
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES, { message: `role must be one of ${ROLES.join(', ')}` })
  role!: Role;

  @ApiPropertyOptional({ example: 'p7', description: 'For the role provider: whose data the key reads' })
  @IsOptional()
  @Matches(HOLDER, { message: HOLDER_MESSAGE })
  provider?: string;
}

class KeyAnswer extends EntryAnswer {
  @ApiProperty({ example: 'k-3f9a', description: 'The key’s name in entries and for its revocation' }) keyId!: string;
  @ApiProperty({ description: 'The secret, shown this once' }) key!: string;
  @ApiProperty({ type: PositionAnswer }) declare position: PositionAnswer;
}

@ApiTags('keys')
@ApiBearerAuth()
@Controller('keys')
export class KeysController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(201)
  @Allow()
  @ApiOperation({ summary: 'Issue a key for a role; the secret is shown this once' })
  @ApiCreatedResponse({ type: KeyAnswer })
  async issueKey(
    @Body() body: KeyBody,
    @Caller() caller: KeyGrant,
    @RequestDigest() digest: string,
  ): Promise<KeyAnswer> {
    if ((body.role === 'provider') !== (body.provider !== undefined)) {
      throw new DomainError(
        'IDENTIFIER_INVALID',
        'A key of the role provider names its provider, and no other key does.',
        'provider',
      );
    }
    const secret = generateKey();
    const keyId = `k-${randomBytes(6).toString('hex')}`;
    const provider = body.provider === undefined ? {} : { provider: body.provider };
    const answer = await changeRegistry(this.commands, {
      type: 'IssueKey',
      key: keyId,
      role: body.role,
      ...provider,
      hash: hashKey(secret),
      ...registryContext(caller, undefined, digest),
    });
    return { ...answer, keyId, key: secret };
  }

  @Delete(':keyId')
  @HttpCode(200)
  @Allow()
  @ApiOperation({ summary: 'Revoke a key' })
  @ApiOkResponse({ type: EntryAnswer })
  async revokeKey(
    @ResourceParam('keyId', 'key', 'KEY_UNKNOWN') keyId: string,
    @Caller() caller: KeyGrant,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @RequestDigest() digest: string,
  ): Promise<EntryAnswer> {
    return changeRegistry(this.commands, { type: 'RevokeKey', key: keyId, ...registryContext(caller, key, digest) });
  }
}
