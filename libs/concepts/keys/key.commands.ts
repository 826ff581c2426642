/** The keys that callers identify themselves with: issued and revoked as journal entries, their secrets never stored. */
import { randomBytes } from 'node:crypto';
import { Body, Controller, Delete, HttpCode, Module, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import {
  Allow,
  EntryAnswer,
  generateKey,
  hashKey,
  IsHolder,
  IsReason,
  PositionAnswer,
  ResourceParam,
  ROLES,
  Write,
  type Role,
  type WriteRequest,
} from '#platform';
import { RegistryCommands } from '#wiring';
import { keyRefusal } from '#concepts';
import { commonRefusal } from '#domain';

class KeyBody {
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES, { message: `role must be one of ${ROLES.join(', ')}` })
  role!: Role;

  @ApiPropertyOptional({ example: 'p7', description: 'For the role provider: whose data the key reads' })
  @IsOptional()
  @IsHolder()
  provider?: string;

  @ApiPropertyOptional({ example: 'acme', description: 'For the role customer: whose data the key reads' })
  @IsOptional()
  @IsHolder()
  customer?: string;

  @ApiPropertyOptional({ example: 'gateway of the research team', description: 'What it is for, for people' })
  @IsOptional()
  @IsReason()
  name?: string;
}

class KeyAnswer extends EntryAnswer {
  @ApiProperty({ example: 'k-3f9a', description: 'The key’s name in entries and for its revocation' }) keyId!: string;
  @ApiProperty({ description: 'The secret, shown this once' }) key!: string;
  @ApiProperty({ type: PositionAnswer }) declare position: PositionAnswer;
}

@ApiTags('keys')
@ApiBearerAuth()
@Controller('keys')
class KeysController {
  constructor(private readonly commands: RegistryCommands) {}

  @Post()
  @HttpCode(201)
  @Allow()
  @ApiOperation({ summary: 'Issue a key for a role; the secret is shown this once' })
  @ApiCreatedResponse({ type: KeyAnswer })
  async issueKey(@Body() body: KeyBody, @Write({ key: 'none' }) write: WriteRequest): Promise<KeyAnswer> {
    for (const role of ['provider', 'customer'] as const) {
      if ((body.role === role) === (body[role] !== undefined)) continue;
      throw commonRefusal(
        'IDENTIFIER_INVALID',
        `A key of the role ${role} names its ${role}, and no other key does.`,
        role,
      );
    }
    const secret = generateKey();
    const keyId = `k-${randomBytes(6).toString('hex')}`;
    const bound = {
      ...(body.provider === undefined ? {} : { provider: body.provider }),
      ...(body.customer === undefined ? {} : { customer: body.customer }),
    };
    const named = body.name === undefined ? {} : { name: body.name };
    const answer = await this.commands.run(
      { type: 'IssueKey', key: keyId, role: body.role, ...bound, ...named, hash: hashKey(secret) },
      write,
    );
    return { ...answer, keyId, key: secret };
  }

  @Delete(':keyId')
  @HttpCode(200)
  @Allow()
  @ApiOperation({ summary: 'Revoke a key' })
  @ApiOkResponse({ type: EntryAnswer })
  revokeKey(
    @ResourceParam('keyId', 'key', (message, path) => keyRefusal('KEY_UNKNOWN', message, path)) keyId: string,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer> {
    return this.commands.run({ type: 'RevokeKey', key: keyId }, write);
  }
}

@Module({ controllers: [KeysController] })
export class KeyCommandsModule {}
