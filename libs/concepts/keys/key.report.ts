/** `GET /v1/keys`: who was given a key, and which of them are in force. Nothing that a secret could be found by. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow, listAnswerOf, ListCursor, ListQuery, ROLES, type ListAnswer, type Role } from '#platform';
import { CatalogueFollower } from '#wiring';
import type { KeyTerm } from './key.js';

class KeyItem {
  @ApiProperty({ example: 'k-3f9a', description: 'Its name in entries (key:k-3f9a) and for its revocation' })
  keyId!: string;
  @ApiProperty({ enum: ROLES }) role!: Role;
  @ApiProperty({ nullable: true, type: String, description: 'Whose data it reads, of the roles provider and customer' })
  party!: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'What it is for' }) name!: string | null;
  @ApiProperty() issuedAt!: string;
  @ApiProperty({ example: 'key:admin', description: 'Who issued it' }) issuedBy!: string;
  @ApiProperty({ nullable: true, type: String, description: 'null: it is in force' }) revokedAt!: string | null;
}

const KeysAnswer = listAnswerOf(KeyItem, 'KeysAnswer');

const KEYS = new ListCursor('keys', ['int8']);

class ListKeys extends Query<ListAnswer<KeyItem>> {
  constructor(readonly query: ListQuery) {
    super();
  }
}

@QueryHandler(ListKeys)
class ListKeysHandler implements IQueryHandler<ListKeys> {
  constructor(private readonly follower: CatalogueFollower) {}

  /** Whatever was issued or revoked before it was asked is in the answer. */
  async execute({ query }: ListKeys): Promise<ListAnswer<KeyItem>> {
    await this.follower.refresh();
    return KEYS.listDownwards(this.follower.catalogue.keysByHash.terms, query, present);
  }
}

function present({ issued, revokedAt }: KeyTerm): KeyItem {
  const { key, role, provider, customer, name, time, actor } = issued;
  return {
    ...{ keyId: key, role: role as Role, party: provider ?? customer ?? null, name: name ?? null },
    ...{ issuedAt: time, issuedBy: actor, revokedAt: revokedAt ?? null },
  };
}

@ApiTags('keys')
@ApiBearerAuth()
@Controller('keys')
class KeyListController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow()
  @ApiOperation({ summary: 'Every key that was issued, the newest first; never a secret' })
  @ApiOkResponse({ type: KeysAnswer })
  list(@FromQuery() query: ListQuery): Promise<ListAnswer<KeyItem>> {
    return this.queries.execute(new ListKeys(query));
  }
}

@Module({ controllers: [KeyListController], providers: [ListKeysHandler] })
export class KeyReportModule {}
