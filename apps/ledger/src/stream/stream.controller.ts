/** `GET /v1/stream`: server-sent events for operators, as long as their session or key is in force. */
import { PassThrough } from 'node:stream';
import { Controller, Get, Query as FromQuery, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  Allow,
  Authenticator,
  Caller,
  Endless,
  EVENT_STREAM,
  Unavailable,
  WholeNumber,
  type KeyGrant,
} from '#platform';
import { LedgerWatch } from './ledger-watch.js';
import { WatchedState } from './watched-state.js';

const WATCHERS_MAX = 100;
const WATCHERS_OF_A_KEY_MAX = 10;
/** A proxy or a browser that hears nothing for longer may give the connection up. */
const BEAT_EVERY_MS = 15_000;
const JUDGE_EVERY_MS = 5_000;
/** Of a client that does not read, in bytes: it is left. */
const UNREAD_MAX = 256 * 1024;
/** A browser waits so long before it connects again. */
const RETRY_MS = 2_000;
const COUNT_MAX = 1_000;

class StreamQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: COUNT_MAX,
    description: 'Ends after so many events. Without it: never by itself',
  })
  @IsOptional()
  @WholeNumber()
  @IsInt({ message: 'count must be a whole number' })
  @Min(1)
  @Max(COUNT_MAX)
  count?: number;
}

@ApiTags('console')
@ApiBearerAuth()
@Controller('stream')
export class StreamController {
  private readonly byKey = new Map<string, number>();

  constructor(
    private readonly watch: LedgerWatch,
    private readonly authenticator: Authenticator,
  ) {}

  @Get()
  @Endless()
  @Allow('operator')
  @ApiOperation({
    summary: 'Heads of shards, lags and counts, live',
    description: `Server-sent events of the type state, whose data is a WatchedState, once a second. At most ${WATCHERS_MAX} at once, ${WATCHERS_OF_A_KEY_MAX} of a key. Ends with the session or the key.`,
  })
  @ApiProduces(EVENT_STREAM)
  @ApiOkResponse({ type: WatchedState, description: 'server-sent events; the data of each is this' })
  stream(
    @FromQuery() { count }: StreamQuery,
    @Caller() caller: KeyGrant,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const ofKey = this.byKey.get(caller.id) ?? 0;
    if (this.watch.watchers >= WATCHERS_MAX || ofKey >= WATCHERS_OF_A_KEY_MAX) {
      throw new Unavailable('Too many streams are open; close one, or try again in a minute.', 60);
    }
    const out = new PassThrough();
    if (request.method === 'HEAD') out.end();
    else this.send(out, count ?? Number.POSITIVE_INFINITY, caller, request);
    // Not kept: a proxy that collects an answer before it passes it on would pass nothing.
    void reply
      .header('content-type', EVENT_STREAM)
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(out);
  }

  private send(out: PassThrough, count: number, caller: KeyGrant, request: FastifyRequest): void {
    this.byKey.set(caller.id, (this.byKey.get(caller.id) ?? 0) + 1);
    let left = count;
    const write = (text: string) => {
      if (out.writableEnded) return;
      if (out.writableLength + out.readableLength > UNREAD_MAX) out.destroy();
      else out.write(text);
    };
    write(`retry: ${RETRY_MS}\n\n`);
    const stop = this.watch.watch((state) => {
      if (left <= 0) return;
      write(`event: state\ndata: ${JSON.stringify(state)}\n\n`);
      left -= 1;
      if (left === 0) out.end();
    });
    const beat = setInterval(() => write(': still here\n\n'), BEAT_EVERY_MS);
    const judge = setInterval(() => {
      void this.authenticator.isStillInForce(request).then(
        (isInForce) => {
          if (!isInForce) out.end();
        },
        // Whoever cannot be asked now is asked again.
        () => undefined,
      );
    }, JUDGE_EVERY_MS);
    out.once('close', () => {
      stop();
      clearInterval(beat);
      clearInterval(judge);
      const others = (this.byKey.get(caller.id) ?? 1) - 1;
      if (others === 0) this.byKey.delete(caller.id);
      else this.byKey.set(caller.id, others);
    });
  }
}
