/** `/v1/console/session` and `/v1/console/links`: how a browser is signed in without keeping a key. */
import { Body, Controller, Delete, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  Allow,
  Authenticator,
  cookieFor,
  cookieHashOf,
  hashKey,
  isForLoopback,
  isFromOwnPage,
  isLoopback,
  newCookieValue,
  Public,
  RequestError,
  ROLES,
} from '#platform';
import { ConsoleSessions } from '#postgres';
import { ApiRole, describeCaller, type CallerAnswer } from './me.js';

const TEXT_MAX = 512;

class SessionBody {
  @ApiPropertyOptional({ description: 'A key; it is not kept' })
  @IsOptional()
  @IsString({ message: 'key must be the text of a key' })
  @MaxLength(TEXT_MAX)
  key?: string;

  @ApiPropertyOptional({ description: 'What a sign-in link holds behind its #link=' })
  @IsOptional()
  @IsString({ message: 'link must be the text of a sign-in link' })
  @MaxLength(TEXT_MAX)
  link?: string;
}

class SessionAnswer implements CallerAnswer {
  @ApiProperty({ example: 'k-3f9a' }) keyId!: string;
  @ApiRole() role!: CallerAnswer['role'];
  @ApiPropertyOptional({ example: 'p7' }) provider?: string;
  @ApiPropertyOptional({ example: 'acme' }) customer?: string;
  @ApiProperty({
    description: 'When it is over at the latest; earlier when it is not used, or when its key is revoked',
  })
  endsAt!: string;
}

class EndedAnswer {
  @ApiProperty({ enum: [true] }) ended!: true;
}

class LinkAnswer {
  @ApiProperty({ description: 'Signs in once, as the key that asked for it: /console#link=…' }) link!: string;
  @ApiProperty() endsAt!: string;
}

@ApiTags('console')
@Controller('console')
export class ConsoleSessionController {
  constructor(
    private readonly sessions: ConsoleSessions,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
  ) {}

  @Post('session')
  @HttpCode(201)
  @Public()
  @ApiOperation({ summary: 'Sign a browser in, by a key or by a sign-in link; the cookie is for scripts out of reach' })
  @ApiCreatedResponse({ type: SessionAnswer })
  async begin(
    @Body() body: SessionBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer> {
    const { headers } = request;
    if (headers['sec-fetch-site'] !== undefined && !isFromOwnPage('POST', headers))
      throw new RequestError('FORBIDDEN', 'Signing in is for the console’s own pages.');
    const value = newCookieValue();
    const cookie = cookieFor(headers, value);
    const keyHash = await this.keyHashOf(body, request);
    const caller = keyHash === undefined ? null : this.authenticator.grantOf(keyHash);
    if (keyHash === undefined || caller === null) {
      const what = body.link === undefined ? 'No such key is in force.' : LINK_REFUSED;
      throw new RequestError('UNAUTHENTICATED', what);
    }
    // Another session of this browser is forgotten by it, so it must not go on either.
    const former = cookieHashOf(headers);
    if (former !== undefined) await this.sessions.end(former);
    const endsAt = await this.sessions.begin(hashKey(value), keyHash);
    reply.header('set-cookie', cookie);
    return { ...describeCaller(caller), endsAt };
  }

  @Delete('session')
  @HttpCode(200)
  @Public()
  @ApiOperation({ summary: 'Sign this browser out' })
  @ApiOkResponse({ type: EndedAnswer })
  async end(@Req() { headers }: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<EndedAnswer> {
    const hash = cookieHashOf(headers);
    if (hash !== undefined) await this.sessions.end(hash);
    reply.header('set-cookie', cookieFor(headers, undefined));
    return { ended: true };
  }

  @Post('links')
  @HttpCode(201)
  @Allow(...ROLES)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'A link that signs a browser of this machine in, once and within ten minutes' })
  @ApiCreatedResponse({ type: LinkAnswer })
  async link(@Req() request: FastifyRequest): Promise<LinkAnswer> {
    if (!isOfThisMachine(request)) throw new RequestError('FORBIDDEN', LINK_ELSEWHERE);
    const link = newCookieValue();
    const endsAt = await this.sessions.addLink(hashKey(link), this.authenticator.keyHashOf(request));
    return { link, endsAt };
  }

  private async keyHashOf({ key, link }: SessionBody, request: FastifyRequest): Promise<string | undefined> {
    if ((key === undefined) === (link === undefined)) {
      const message = 'send either key or link';
      throw new RequestError('VALIDATION_FAILED', `The request is not valid: ${message}.`, [{ path: 'key', message }]);
    }
    if (key !== undefined) return this.authenticator.hashInForce(key.trim());
    if (!isOfThisMachine(request)) throw new RequestError('FORBIDDEN', LINK_ELSEWHERE);
    return this.sessions.takeLink(hashKey(link!));
  }
}

const LINK_REFUSED = 'The link was used already, or is older than ten minutes; "airtime console" prints a new one.';
const LINK_ELSEWHERE = 'Sign-in links are for the machine that the service runs on; sign in with a key.';

/** Both who asks and what it was asked for: a request that somebody hands on comes from here as well. */
function isOfThisMachine({ headers, ip }: FastifyRequest): boolean {
  return isForLoopback(headers) && isLoopback(ip.replace(/^::ffff:/, ''));
}
