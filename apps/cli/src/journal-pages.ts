/** The journal as the service pages it: shard by shard, checked for gaps. */
import { ServiceUnreachable, type ApiClient, type Schemas } from '#client';

export type ShardEnd = Schemas['ShardItem'];
export type ReadPage = Schemas['PageItem'];

/** Pages are up to a megabyte each; the service may answer fewer. */
const PAGES_AT_ONCE = 20;

/**
 * Ascending by number.
 *
 * @param asOf RFC 3339: every shard is closed up to it first, so that its pages until then never become more
 * @throws ServiceUnreachable when the answer is none of Airtime's
 */
export async function listShards(client: ApiClient, asOf?: string): Promise<ShardEnd[]> {
  const shards = await client.list('/v1/journal/shards', asOf === undefined ? {} : { query: { asOf } });
  if (shards.some(({ shard }) => !Number.isSafeInteger(shard))) {
    throw new ServiceUnreachable('GET /journal/shards answered a shard without a number');
  }
  return shards.sort((left, right) => left.shard - right.shard);
}

/**
 * A shard's pages from the first one on. Heights must follow each other without a gap: a page left out would only be
 * noticed by whoever verifies the export.
 *
 * @throws ServiceUnreachable for a gap
 */
export async function* readPages(client: ApiClient, shard: number): AsyncIterable<ReadPage> {
  let height = 0;
  for (let isMore = true; isMore;) {
    const query = { shard, from: height + 1, limit: PAGES_AT_ONCE };
    const { items, nextCursor } = await client.get('/v1/journal/pages', { query });
    for (const page of items) {
      if (page.height !== height + 1 || page.shard !== shard) {
        throw new ServiceUnreachable(
          `the service answered page ${page.height} where ${height + 1} of shard ${shard} must stand`,
        );
      }
      yield page;
      height = page.height;
    }
    isMore = items.length > 0 && nextCursor !== null;
  }
}

/**
 * As {@link readPages}, up to where a shard ended when it was asked, and not further.
 *
 * @throws ServiceUnreachable also where the shard ends before
 */
export async function* readPagesTo(client: ApiClient, { shard, height }: ShardEnd): AsyncIterable<ReadPage> {
  let last = 0;
  if (height > 0) {
    for await (const page of readPages(client, shard)) {
      yield page;
      last = page.height;
      if (last === height) return;
    }
  }
  if (last !== height) {
    throw new ServiceUnreachable(`shard ${shard} ends at page ${last}, and the service said ${height}`);
  }
}
