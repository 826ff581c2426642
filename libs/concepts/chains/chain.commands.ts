/** `GET /v1/chains`: the chains that payouts may go to. The settlement service registers them. */
import { Controller, Get, Module, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow, listAnswerOf, ListCursor, ListQuery, type ListAnswer } from '#platform';
import { CatalogueFollower } from '#wiring';

class ChainItem {
  @ApiProperty({ example: 31337 }) chainId!: number;
  @ApiProperty({ description: 'Hash of the chain’s first block' }) genesisHash!: string;
  @ApiProperty() token!: string;
  @ApiProperty({ description: 'keccak-256 of the token’s code' }) tokenCodeHash!: string;
  @ApiProperty() vault!: string;
  @ApiProperty({ description: 'keccak-256 of the vault’s code' }) vaultCodeHash!: string;
  @ApiProperty() deployBlock!: string;
}

const ChainsAnswer = listAnswerOf(ChainItem, 'ChainsAnswer');

const CHAINS = new ListCursor('chains', ['int8']);

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('chains')
class ChainListController {
  constructor(private readonly follower: CatalogueFollower) {}

  @Get()
  @Allow('operator', 'finance', 'provider', 'compliance')
  @ApiOperation({ summary: 'Chains that payouts may go to, with their contracts, highest chain id first' })
  @ApiOkResponse({ type: ChainsAnswer })
  chains(@Query() query: ListQuery): ListAnswer<ChainItem> {
    return CHAINS.listDownwards(this.follower.catalogue.chains, query, (chain) => ({
      ...{ chainId: chain.chainId, genesisHash: chain.genesisHash },
      ...{ token: chain.token, tokenCodeHash: chain.tokenCodeHash },
      ...{ vault: chain.vault, vaultCodeHash: chain.vaultCodeHash },
      deployBlock: chain.deployBlock,
    }));
  }
}

@Module({ controllers: [ChainListController] })
export class ChainCommandsModule {}
