/** Parties, their KYC state and payout wallets. */
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { InvalidWallet, parseWallet } from '#chain';
import {
  KYC_STATES,
  partyRefusal,
  suspendedSinceMs,
  type KycState,
  type Party,
  type PartyRole,
  type TermsChange,
} from '#concepts';
import { formatAmount, parseAmount, REASON } from '#domain';
import {
  Allow,
  assertMayReadProvider,
  Caller,
  EntryAnswer,
  HolderParam,
  IsHolder,
  IsReason,
  Write,
  type KeyGrant,
  type WriteRequest,
} from '#platform';
import { CatalogueFollower, RegistryCommands } from '#wiring';

const AMOUNT_TEXT = '$property must be a decimal string in tokens, such as "12.5"';

class PartyBody {
  @ApiProperty({ example: 'acme' })
  @IsHolder()
  id!: string;

  @ApiProperty({ enum: ['customer', 'provider'], isArray: true })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(2)
  @ArrayUnique()
  @IsIn(['customer', 'provider'], { each: true, message: 'roles are "customer", "provider" or both' })
  roles!: PartyRole[];

  @ApiPropertyOptional({
    example: 'crm-4711',
    description: 'The party’s name in the system that knows its personal data; never put personal data here',
  })
  @IsOptional()
  @Matches(REASON, { message: 'reference must be 1 to 500 characters without control characters and noncharacters' })
  reference?: string;

  @ApiPropertyOptional({ example: 'DE', description: 'ISO 3166-1 alpha-2' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'country must be two capital letters (ISO 3166-1 alpha-2)' })
  country?: string;

  @ApiPropertyOptional({
    example: '100',
    description: 'Of a customer: the most that it may owe, in tokens; 0: nothing. Without one it may owe any amount',
  })
  @IsOptional()
  @IsString({ message: AMOUNT_TEXT })
  creditLimit?: string;

  @ApiPropertyOptional({
    example: '5',
    description: 'Of a customer: below which of what it has, available and held, it is told that it is to be topped up',
  })
  @IsOptional()
  @IsString({ message: AMOUNT_TEXT })
  topUpThreshold?: string;
}

class TermsBody {
  @ApiPropertyOptional({
    example: '100',
    nullable: true,
    type: String,
    description: 'The most that the customer may owe, in tokens; null: any amount. Left out, it stays as it is',
  })
  @IsOptional()
  @IsString({ message: AMOUNT_TEXT })
  creditLimit?: string | null;

  @ApiPropertyOptional({
    example: '5',
    nullable: true,
    type: String,
    description:
      'Below which of its funds it is told that it is to be topped up; null: never. Left out, it stays as it is',
  })
  @IsOptional()
  @IsString({ message: AMOUNT_TEXT })
  topUpThreshold?: string | null;
}

class KycBody {
  @ApiProperty({ enum: KYC_STATES })
  @IsIn(KYC_STATES, { message: `state must be one of ${KYC_STATES.join(', ')}` })
  state!: KycState;

  @ApiProperty({ example: 'documents checked' })
  @IsReason()
  reason!: string;

  @ApiPropertyOptional({ description: 'SHA-256 of the evidence file, 64 hex digits' })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, { message: 'evidence must be a SHA-256 in 64 lower-case hex digits' })
  evidence?: string;
}

class WalletBody {
  @ApiProperty({ example: 31337 })
  @IsInt({ message: 'chainId must be a whole number' })
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  chainId!: number;

  @ApiProperty({ example: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' })
  @IsString()
  wallet!: string;
}

class KycAnswer {
  @ApiProperty({ enum: KYC_STATES }) state!: KycState;
  @ApiProperty() reason!: string;
  @ApiProperty() since!: string;
}

class PartyAnswer {
  @ApiProperty() id!: string;
  @ApiProperty({ isArray: true, type: String }) roles!: readonly string[];
  @ApiPropertyOptional() reference?: string;
  @ApiPropertyOptional() country?: string;
  @ApiProperty({ type: KycAnswer }) kyc!: KycAnswer;
  @ApiPropertyOptional({ description: 'Since when it is suspended: usage from then on and sending are refused' })
  suspendedSince?: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Payout wallet by chain id' })
  wallets!: Record<string, string>;
  @ApiPropertyOptional({ description: 'The most that it may owe, in tokens; absent: any amount' })
  creditLimit?: string;
  @ApiPropertyOptional({ description: 'Below which of its funds it is told that it is to be topped up; absent: never' })
  topUpThreshold?: string;
}

@ApiTags('parties')
@ApiBearerAuth()
@Controller()
class PartiesController {
  constructor(
    private readonly commands: RegistryCommands,
    private readonly follower: CatalogueFollower,
  ) {}

  @Post('parties')
  @HttpCode(201)
  @Allow('operator', 'compliance')
  @ApiOperation({ summary: 'Register a customer, a provider or both; its KYC state begins as unverified' })
  @ApiCreatedResponse({ type: EntryAnswer })
  register(@Body() body: PartyBody, @Write({ key: 'optional' }) write: WriteRequest): Promise<EntryAnswer> {
    const { id, roles, reference, country } = body;
    return this.commands.run(
      {
        type: 'RegisterParty',
        party: id,
        roles,
        ...(reference === undefined ? {} : { reference }),
        ...(country === undefined ? {} : { country }),
        ...readTerms(body),
      },
      write,
    );
  }

  @Post('parties/:id/terms')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ summary: 'Change what is agreed with a customer: its credit limit, and when it is to be topped up' })
  @ApiOkResponse({ type: EntryAnswer })
  setTerms(
    @HolderParam() id: string,
    @Body() body: TermsBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer> {
    return this.commands.run({ type: 'SetCustomerTerms', party: id, ...readTerms(body) }, write);
  }

  @Get('parties/:id')
  @Allow('operator', 'compliance', 'finance', 'provider')
  @ApiOperation({ summary: 'A party with its KYC state and wallets; a provider’s key sees its own' })
  @ApiOkResponse({ type: PartyAnswer })
  party(@HolderParam() id: string, @Caller() caller: KeyGrant): PartyAnswer {
    assertMayReadProvider(caller, id);
    return presentParty(this.follower.catalogue.parties.require(id));
  }

  @Post('parties/:id/kyc')
  @HttpCode(200)
  @Allow('compliance')
  @ApiOperation({ summary: 'Move a party to another KYC state' })
  @ApiOkResponse({ type: EntryAnswer })
  changeKyc(
    @HolderParam() id: string,
    @Body() body: KycBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer> {
    const { state: to, reason, evidence } = body;
    return this.commands.run(
      {
        type: 'ChangeKyc',
        party: id,
        to,
        reason,
        ...(evidence === undefined ? {} : { evidence }),
      },
      write,
    );
  }

  @Post('parties/:id/wallets')
  @HttpCode(200)
  @Allow('operator', 'compliance')
  @ApiOperation({ summary: 'Set the wallet that payouts on a chain go to' })
  @ApiOkResponse({ type: EntryAnswer })
  setWallet(
    @HolderParam() id: string,
    @Body() body: WalletBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer> {
    return this.commands.run(
      {
        type: 'SetWallet',
        party: id,
        chainId: body.chainId,
        wallet: readWallet(body.wallet),
      },
      write,
    );
  }
}

function presentParty(party: Party): PartyAnswer {
  const suspendedMs = suspendedSinceMs(party);
  const { creditLimit, topUpThreshold } = party.terms;
  return {
    id: party.id,
    roles: party.roles,
    ...(party.reference === undefined ? {} : { reference: party.reference }),
    ...(party.country === undefined ? {} : { country: party.country }),
    kyc: { state: party.kyc, reason: party.kycReason, since: party.kycSince },
    ...(suspendedMs === undefined ? {} : { suspendedSince: new Date(suspendedMs).toISOString() }),
    wallets: Object.fromEntries(Object.entries(party.wallets)),
    ...(creditLimit === undefined ? {} : { creditLimit: formatAmount(creditLimit) }),
    ...(topUpThreshold === undefined ? {} : { topUpThreshold: formatAmount(topUpThreshold) }),
  };
}

function readTerms({ creditLimit, topUpThreshold }: TermsBody): TermsChange {
  return {
    ...(creditLimit === undefined ? {} : { creditLimit: readTerm(creditLimit, 'creditLimit') }),
    ...(topUpThreshold === undefined ? {} : { topUpThreshold: readTerm(topUpThreshold, 'topUpThreshold') }),
  };
}

const readTerm = (text: string | null, path: string) => (text === null ? null : parseAmount(text, path));

function readWallet(text: string): string {
  try {
    return parseWallet(text);
  } catch (error) {
    if (error instanceof InvalidWallet) throw partyRefusal('WALLET_INVALID', error.message, 'wallet');
    throw error;
  }
}

@Module({ controllers: [PartiesController] })
export class PartyCommandsModule {}
