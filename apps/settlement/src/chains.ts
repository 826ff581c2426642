/** `POST /v1/chains`: registers the contracts that providers are paid by. */
import { Body, Controller, HttpCode, Injectable, Post } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString } from 'class-validator';
import { ChainUnavailable, parseWallet, type Address } from '#chain';
import { chainRefusal, partyRefusal } from '#concepts';
import { entryId } from '#domain';
import { Allow, commandContext, Unavailable, Write, type CommandContext, type WriteRequest } from '#platform';
import { answerInTime, CatalogueFollower, Sequencers } from '#wiring';
import { ChainConnection } from './chain-connection.js';
import { registerContracts, type Registration } from './chain-registration.js';

/** A deployment is waited for until it is final: Ethereum needs about 15 minutes. */
const REGISTRATION_WAIT_MAX_MS = 30 * 60_000;

/** Register the contracts of the chain that this process is connected to. */
export class RegisterContracts {
  constructor(
    readonly by: Registration['by'],
    readonly write: CommandContext,
  ) {}
}

class ChainBody {
  @ApiPropertyOptional({ description: 'Deploy new contracts, unless unused ones of ours stand already' })
  @IsOptional()
  @IsBoolean()
  deploy?: boolean;

  @ApiPropertyOptional({ description: 'Without deploy: the vault that stands already and was never used' })
  @IsOptional()
  @IsString()
  vault?: string;

  @ApiPropertyOptional({ description: 'With deploy: who grants roles and resumes after a pause; default: the signer' })
  @IsOptional()
  @IsString()
  admin?: string;

  @ApiPropertyOptional({ description: 'With deploy: who may stop all settlement; default: the signer' })
  @IsOptional()
  @IsString()
  guardian?: string;
}

class RegisteredAt {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
}

class ChainAnswer {
  @ApiProperty({ example: 31337 }) chainId!: number;
  @ApiProperty({ description: 'Hash of the chain’s first block; every start compares it' }) genesisHash!: string;
  @ApiProperty() token!: string;
  @ApiProperty({ description: 'keccak-256 of the token’s code; every start compares it' }) tokenCodeHash!: string;
  @ApiProperty() vault!: string;
  @ApiProperty({ description: 'keccak-256 of the vault’s code; every start compares it' }) vaultCodeHash!: string;
  @ApiProperty({ description: 'The account that settles; it needs the chain’s coin for gas' }) signer!: string;
  @ApiProperty() deployBlock!: string;
  @ApiProperty({ description: 'False when the chain was registered before, with these contracts' }) isNew!: boolean;
  @ApiPropertyOptional() entry?: string;
  @ApiPropertyOptional({ type: RegisteredAt }) position?: RegisteredAt;
}

@Injectable()
@CommandHandler(RegisterContracts)
export class RegisterContractsHandler implements ICommandHandler<RegisterContracts, ChainAnswer> {
  constructor(
    private readonly connection: ChainConnection,
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
  ) {}

  execute({ by, write }: RegisterContracts): Promise<ChainAnswer> {
    return this.sequencers.answerOnce(write.request, async () => {
      const { contracts, entry = await this.sequencers.registryAnswer(write.request) } = await this.register(by, write);
      const { firstNonce: _, ...known } = contracts;
      const registered = { ...known, deployBlock: known.deployBlock.toString() };
      if (entry === undefined) return { ...registered, isNew: false };
      const { shard, height } = entry;
      return { ...registered, isNew: true, entry: entryId(entry), position: { shard, height } };
    });
  }

  private async register(by: Registration['by'], write: CommandContext) {
    try {
      const node = await this.connection.node();
      return await registerContracts(this.sequencers, this.follower, node, { by, ...commandContext(write) });
    } catch (error) {
      if (error instanceof ChainUnavailable)
        throw new Unavailable(`the chain is not available: ${error.message}`, 2, { cause: error });
      throw error;
    }
  }
}

@ApiTags('settlement')
@ApiBearerAuth()
@Controller('chains')
export class ChainsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(201)
  @Allow()
  @ApiOperation({
    summary: 'Register the settlement contracts of the chain that CHAIN_RPC_URL leads to',
    description:
      'With deploy they are deployed first, once: a deployment that was broken off is found again. Repeating it changes nothing.',
  })
  @ApiCreatedResponse({ type: ChainAnswer })
  register(@Body() body: ChainBody, @Write({ key: 'optional' }) write: WriteRequest): Promise<ChainAnswer> {
    const command = new RegisterContracts(readBody(body), write);
    return answerInTime(this.commands.execute<RegisterContracts, ChainAnswer>(command), REGISTRATION_WAIT_MAX_MS);
  }
}

function readBody({ deploy, vault, admin, guardian }: ChainBody): Registration['by'] {
  if (deploy === true && vault === undefined) {
    return {
      deploy,
      ...(admin === undefined ? {} : { admin: readAddress(admin, 'admin') }),
      ...(guardian === undefined ? {} : { guardian: readAddress(guardian, 'guardian') }),
    };
  }
  if (deploy !== true && vault !== undefined) return { vault: readAddress(vault, 'vault') };
  throw chainRefusal('CHAIN_UNFIT', 'Say either deploy, or the vault that stands already.', 'deploy');
}

function readAddress(text: string, path: string): Address {
  try {
    return parseWallet(text);
  } catch (error) {
    throw partyRefusal('WALLET_INVALID', error instanceof Error ? error.message : String(error), path);
  }
}
