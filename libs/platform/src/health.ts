import { Controller, Get, Injectable, Query, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiQuery,
  ApiServiceUnavailableResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { scrubberOf } from './logging.js';
import { Management, Public, Unlimited } from './route-access.js';

/** What one part says about itself. `detail` is one short line for operators, without addresses that carry a password. */
export interface CheckResult {
  readonly ok: boolean;
  readonly detail?: string;
}

/** Answers whether a part can do its work now. It may reject or hang: both count as not ready. */
export type HealthCheck = () => CheckResult | Promise<CheckResult>;

/** Ways in whose own servers do not decide whether HTTP can be served: each has a readiness of its own. */
export const READINESS_SCOPES = ['kafka'] as const;
export type ReadinessScope = (typeof READINESS_SCOPES)[number];

export interface CheckOptions {
  /** A check that takes longer counts as failed, milliseconds. */
  readonly timeoutMs?: number;
  /** Judged only when readiness for this way in is asked for. Without it the part is needed by everything. */
  readonly for?: ReadinessScope;
}

/** All that anybody may know: whether the service works, and which parts do not. */
export interface Readiness {
  readonly status: 'ready' | 'not-ready' | 'stopping';
  /** Names of the parts that are not ready. */
  readonly failing: readonly string[];
}

/** What every part says, for operators. */
export interface HealthDetails extends Readiness {
  readonly checks: Readonly<Record<string, CheckResult>>;
}

const CHECK_TIMEOUT_MS = 2000;
const DETAIL_LENGTH_MAX = 300;

interface RegisteredCheck {
  readonly check: HealthCheck;
  readonly timeoutMs: number;
  readonly scope: ReadinessScope | undefined;
  /** The run under way: however often readiness is asked for, a part is asked once at a time. */
  running?: Promise<CheckResult>;
}

/** The parts on which a service's readiness rests; modules register theirs when they start. */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, RegisteredCheck>();
  private readonly scrub = scrubberOf([]);
  private stopping = false;

  /**
   * Adds a named part.
   *
   * @returns removes the part again.
   * @throws Error when the name is taken: two parts under one name would hide each other.
   */
  register(name: string, check: HealthCheck, options: CheckOptions = {}): () => void {
    if (this.checks.has(name)) throw new Error(`health check ${name} is registered twice`);
    this.checks.set(name, { check, timeoutMs: options.timeoutMs ?? CHECK_TIMEOUT_MS, scope: options.for });
    return () => this.checks.delete(name);
  }

  /** From now on the service is not ready: load balancers take it out while it drains. */
  markStopping(): void {
    this.stopping = true;
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  /**
   * Whether HTTP can be served; with a scope, whether that way in works too. A way in that the service does not have is not
   * ready: nothing comes in by it.
   */
  async readiness(scope?: ReadinessScope): Promise<Readiness> {
    const asked = [...this.checks].filter(([, check]) => check.scope === undefined || check.scope === scope);
    const results = await this.runAll(asked);
    const isAbsent = scope !== undefined && !asked.some(([, check]) => check.scope === scope);
    return this.judge([...failingOf(results), ...(isAbsent ? [scope] : [])]);
  }

  /** What all parts say, those of every scope; `status` and `failing` are those of HTTP. */
  async details(): Promise<HealthDetails> {
    const results = await this.runAll([...this.checks]);
    const needed = results.filter(([name]) => this.checks.get(name)?.scope === undefined);
    return { ...this.judge(failingOf(needed)), checks: Object.fromEntries(results) };
  }

  private judge(failing: string[]): Readiness {
    return { status: this.stopping ? 'stopping' : failing.length === 0 ? 'ready' : 'not-ready', failing };
  }

  /** Runs checks at once, each within its own time. */
  private runAll(checks: (readonly [string, RegisteredCheck])[]): Promise<(readonly [string, CheckResult])[]> {
    return Promise.all(checks.map(async ([name, check]) => [name, await this.join(check)] as const));
  }

  private join(registered: RegisteredCheck): Promise<CheckResult> {
    registered.running ??= this.run(registered).finally(() => delete registered.running);
    return registered.running;
  }

  private async run({ check, timeoutMs }: RegisteredCheck): Promise<CheckResult> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<CheckResult>((resolve) => {
      timer = setTimeout(() => resolve({ ok: false, detail: `no answer within ${timeoutMs} ms` }), timeoutMs);
    });
    try {
      return this.present(await Promise.race([(async () => check())(), timeout]));
    } catch (error) {
      return this.present({ ok: false, detail: error instanceof Error ? error.message : String(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  private present({ ok, detail }: CheckResult): CheckResult {
    return detail === undefined ? { ok } : { ok, detail: this.scrub(detail).slice(0, DETAIL_LENGTH_MAX) };
  }
}

function failingOf(results: (readonly [string, CheckResult])[]): string[] {
  return results.filter(([, { ok }]) => !ok).map(([name]) => name);
}

class LiveAnswer {
  @ApiProperty({ enum: ['live'] }) status!: 'live';
}

class ReadinessAnswer {
  @ApiProperty({ enum: ['ready', 'not-ready', 'stopping'] }) status!: Readiness['status'];
  @ApiProperty({ type: [String], description: 'Names of the parts that are not ready' }) failing!: string[];
}

class CheckedPart {
  @ApiProperty() ok!: boolean;
  @ApiPropertyOptional() detail?: string;
}

class HealthAnswer extends ReadinessAnswer {
  @ApiProperty({ type: 'object', additionalProperties: { $ref: getSchemaPath(CheckedPart) } })
  checks!: Record<string, CheckedPart>;
}

class ReadinessQuery {
  @IsOptional()
  @IsIn(READINESS_SCOPES)
  for?: ReadinessScope;
}

/** Liveness says that the process answers; readiness that it can do its work. */
@ApiTags('health')
@ApiExtraModels(CheckedPart)
@Unlimited()
@Controller('health')
export class HealthController {
  constructor(private readonly registry: HealthRegistry) {}

  @Get('live')
  @Public()
  @ApiOperation({ summary: 'The process answers' })
  @ApiOkResponse({ description: 'alive', type: LiveAnswer })
  live(): LiveAnswer {
    return { status: 'live' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({ summary: 'The service can do its work; else the failing parts are named' })
  @ApiQuery({ name: 'for', required: false, enum: READINESS_SCOPES, description: 'this way in too' })
  @ApiOkResponse({ description: 'ready', type: ReadinessAnswer })
  @ApiServiceUnavailableResponse({ description: 'not ready or stopping', type: ReadinessAnswer })
  async ready(@Query() query: ReadinessQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.registry.readiness(query.for);
    if (readiness.status !== 'ready') reply.status(503).header('retry-after', '1');
    return readiness;
  }

  @Get()
  @Management()
  @ApiOperation({ summary: 'What every part says about itself, for operators' })
  @ApiOkResponse({ description: 'the parts, ready or not', type: HealthAnswer })
  details(): Promise<HealthDetails> {
    return this.registry.details();
  }
}
