import { Controller, Get, Injectable, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';

import type { FastifyReply } from 'fastify';
import { Public } from './auth.js';
import { Unlimited } from './rate-limit.js';
import { scrubberOf } from './logging.js';

/** What one part says about itself. `detail` is public: one short line, without addresses that carry a password. */
export interface CheckResult {
  readonly ok: boolean;
  readonly detail?: string;
}

/** Answers whether a part can do its work now. It may reject or hang: both count as not ready. */
export type HealthCheck = () => CheckResult | Promise<CheckResult>;

export interface Readiness {
  readonly status: 'ready' | 'not-ready' | 'stopping';
  readonly checks: Readonly<Record<string, CheckResult>>;
  /** Names of the parts that are not ready, for a reader in a hurry. */
  readonly failing: readonly string[];
}

const CHECK_TIMEOUT_MS = 2000;
const DETAIL_LENGTH_MAX = 300;

/** The parts on which a service's readiness rests; modules register theirs when they start. */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, { check: HealthCheck; timeoutMs: number }>();
  private readonly scrub = scrubberOf([]);
  private stopping = false;

  /**
   * Adds a named part.
   *
   * @returns removes the part again.
   * @throws Error when the name is taken: two parts under one name would hide each other.
   */
  register(name: string, check: HealthCheck, { timeoutMs = CHECK_TIMEOUT_MS } = {}): () => void {
    if (this.checks.has(name)) throw new Error(`health check ${name} is registered twice`);
    this.checks.set(name, { check, timeoutMs });
    return () => this.checks.delete(name);
  }

  /** From now on the service is not ready: load balancers take it out while it drains. */
  markStopping(): void {
    this.stopping = true;
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  /** Runs all checks at once, each within its own time. */
  async readiness(): Promise<Readiness> {
    const entries = await Promise.all(
      [...this.checks].map(async ([name, { check, timeoutMs }]) => [name, await this.run(check, timeoutMs)] as const),
    );
    const failing = entries.filter(([, result]) => !result.ok).map(([name]) => name);
    const status = this.stopping ? 'stopping' : failing.length === 0 ? 'ready' : 'not-ready';
    return { status, checks: Object.fromEntries(entries), failing };
  }

  private async run(check: HealthCheck, timeoutMs: number): Promise<CheckResult> {
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

/** Liveness says that the process answers; readiness that it can do its work. */
@ApiTags('health')
@Public()
@Unlimited()
@Controller('health')
export class HealthController {
  constructor(private readonly registry: HealthRegistry) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers' })
  @ApiOkResponse({ description: 'alive' })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The service can do its work; else the failing parts are named' })
  @ApiOkResponse({ description: 'ready' })
  @ApiServiceUnavailableResponse({ description: 'not ready or stopping' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.registry.readiness();
    if (readiness.status !== 'ready') reply.status(503).header('retry-after', '1');
    return readiness;
  }
}
