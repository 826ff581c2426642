import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { describeProblem, MethodNotAllowed, shownPath } from './problem.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Answers every error as problem+json, and logs those that are the service's fault. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { problem, retryAfterSeconds, isBug } = describeProblem(error, request.id);
    const line = { err: error, method: request.method, path: shownPath(request.url), code: problem.code };
    if (isBug) this.logger.error(line, 'request failed');
    else if (problem.status >= 500) this.logger.warn(line, 'request could not be served');
    if (reply.sent) return;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    if (error instanceof MethodNotAllowed) reply.header('allow', error.allow.join(', '));
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    // Serialised here: Fastify serialises objects only for JSON content types that it knows.
    void reply.status(problem.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
  }
}
