/** `GET /v1/me`: who is calling, and what they may call. */
import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ROUTE_ROLES } from '#client';
import { Allow, Caller, ROLES, type KeyGrant, type Role } from '#platform';

/** The role of a key. */
export const ApiRole = () => ApiProperty({ enum: ROLES });

export interface CallerAnswer {
  readonly keyId: string;
  readonly role: Role;
  readonly provider?: string;
  readonly customer?: string;
}

export const describeCaller = ({ id, role, provider, customer }: KeyGrant): CallerAnswer => ({
  ...{ keyId: id, role },
  ...(provider === undefined ? {} : { provider }),
  ...(customer === undefined ? {} : { customer }),
});

class MeAnswer implements CallerAnswer {
  @ApiProperty({ example: 'k-3f9a' }) keyId!: string;
  @ApiRole() role!: Role;
  @ApiPropertyOptional({ example: 'p7', description: 'Whose data a provider’s key reads' }) provider?: string;
  @ApiPropertyOptional({ example: 'acme', description: 'Whose data a customer’s key reads' }) customer?: string;
  @ApiProperty({ type: [String], example: ['get /v1/entries/{id}'], description: 'What it may call, of all services' })
  routes!: string[];
}

@ApiTags('console')
@ApiBearerAuth()
@Controller('me')
export class MeController {
  @Get()
  @Allow(...ROLES)
  @ApiOperation({ summary: 'The caller: role, own party, and the routes that take the role' })
  @ApiOkResponse({ type: MeAnswer })
  me(@Caller() caller: KeyGrant): MeAnswer {
    const routes = Object.entries(ROUTE_ROLES)
      .filter(([, roles]) => roles.includes(caller.role))
      .map(([route]) => route);
    return { ...describeCaller(caller), routes };
  }
}
