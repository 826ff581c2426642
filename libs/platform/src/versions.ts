/**
 * The routes of versioned configuration: prices, policies, rates. A version is published once under its number, by
 * `PUT /<what>/{version}`, and never changes; `GET /<what>` lists all of them. Who may do so, and how it is answered, is the same
 * for every kind.
 */
import { applyDecorators, Get, HttpCode, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, type ApiOperationOptions, type ApiResponseOptions } from '@nestjs/swagger';
import { EntryAnswer } from './answers.js';
import { Allow } from './route-access.js';

/**
 * A route that publishes a version, with `@VersionParam()`, a body and `@Write({ key: 'optional' })`: a repetition does no harm.
 *
 * @param answer where it answers more than the entry
 */
export const PublishesVersion = (
  operation: ApiOperationOptions,
  answer: ApiResponseOptions = { type: EntryAnswer },
): MethodDecorator =>
  applyDecorators(Put(':version'), HttpCode(200), Allow('operator'), ApiOperation(operation), ApiOkResponse(answer));

/**
 * A route that lists the published versions, the newest number first: `listDownwards` of a {@link ListCursor}.
 *
 * @param answer made by {@link listAnswerOf}
 */
export const ListsVersions = (operation: ApiOperationOptions, answer: new () => unknown): MethodDecorator =>
  applyDecorators(
    Get(),
    Allow('operator', 'finance', 'provider', 'compliance'),
    ApiOperation(operation),
    ApiOkResponse({ type: answer }),
  );
