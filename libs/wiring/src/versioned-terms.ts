/**
 * The routes of versioned terms, which are alike for every kind: rates of the token, split, emission and staking policies. A kind says
 * what its body is, which command publishes it and how what is ready of it is shown; all else is here, once.
 */
import { Body, Controller, Query, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { resolveLeapSecond } from '#domain';
import {
  listAnswerOf,
  ListCursor,
  ListQuery,
  ListsVersions,
  PublishesVersion,
  VersionParam,
  Write,
  type EntryAnswer,
  type ListAnswer,
  type WriteRequest,
} from '#platform';
import { CatalogueFollower } from './catalogue-follower.js';
import { RegistryCommands, type RegistryRequest } from './commands.js';

/** What a kind of terms adds. */
export interface VersionedTerms<Terms extends { effectiveAt: string }, Item extends object, Ready> {
  /** Below `/v1`. */
  readonly path: string;
  /** Class of a request, with its checks. */
  readonly body: Type<Terms>;
  /** Class of one version in the list. */
  readonly item: Type<Item>;
  /** Names the answer of the list in the API document. */
  readonly answer: string;
  readonly publishing: { readonly summary: string; readonly operationId: string };
  readonly listing: { readonly summary: string; readonly operationId: string };
  /** Names the list in its cursors. */
  readonly cursor: string;
  /** What publishes a version. The leap second of `effectiveAt`, where it was one, is resolved. */
  command(version: number, terms: Terms): RegistryRequest;
  /** All versions that the process follows, by number. */
  ready(catalogue: CatalogueFollower['catalogue']): ReadonlyMap<number, Ready>;
  present(ready: Ready): Item;
}

/** The controller of a kind: `PUT /<path>/{version}` and `GET /<path>`. */
export function versionedTerms<Terms extends { effectiveAt: string }, Item extends object, Ready>(
  kind: VersionedTerms<Terms, Item, Ready>,
): Type<unknown> {
  const cursor = new ListCursor(kind.cursor, ['int8']);

  @ApiTags('configuration')
  @ApiBearerAuth()
  @Controller(kind.path)
  class VersionedTermsController {
    constructor(
      private readonly commands: RegistryCommands,
      private readonly follower: CatalogueFollower,
    ) {}

    @PublishesVersion(kind.publishing)
    publish(
      @VersionParam() version: number,
      @Body() terms: Terms,
      @Write({ key: 'optional' }) write: WriteRequest,
    ): Promise<EntryAnswer> {
      const resolved = { ...terms, effectiveAt: resolveLeapSecond(terms.effectiveAt) };
      return this.commands.run(kind.command(version, resolved), write);
    }

    @ListsVersions(kind.listing, listAnswerOf(kind.item, kind.answer))
    list(@Query() query: ListQuery): ListAnswer<Item> {
      return cursor.listDownwards(kind.ready(this.follower.catalogue), query, (ready) => kind.present(ready));
    }
  }

  // A generic parameter has no class at run time: checks and document take the body's from here.
  Reflect.defineMetadata(
    'design:paramtypes',
    [Number, kind.body, Object],
    VersionedTermsController.prototype,
    'publish',
  );
  return VersionedTermsController;
}
