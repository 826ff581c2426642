import { samplePage } from '#journal/contract';
import { eventIdOf, toPageEvent } from './page-event.js';

describe('the event of a page', () => {
  it('has an id that is a version 8 UUID and follows from the hash alone', () => {
    const page = samplePage(1, undefined);
    expect(eventIdOf(page)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(eventIdOf({ hash: page.hash })).toBe(eventIdOf(page));
    expect(eventIdOf({ hash: 'f'.repeat(64) })).toBe('ffffffff-ffff-8fff-bfff-ffffffffffff');
    expect(eventIdOf({ hash: '0'.repeat(64) })).toBe('00000000-0000-8000-8000-000000000000');
  });

  it('shares its id with no other page of the shard, of another shard, or at the same height', () => {
    const pages = [1, 2].flatMap((shard) =>
      Array.from({ length: 200 }, (_, n) => [
        samplePage(shard, undefined, [`{"type":"Sample","n":${n}}`]),
        samplePage(shard, samplePage(shard, undefined), [`{"type":"Sample","n":${n}}`]),
      ]).flat(),
    );
    expect(new Set(pages.map(eventIdOf)).size).toBe(pages.length);
  });

  it('holds the body as it is, without a copy', () => {
    const page = samplePage(1, undefined);
    const { data, contentType } = toPageEvent(page);
    expect(Buffer.from(data.buffer, data.byteOffset, data.byteLength)).toEqual(page.body);
    expect(data.buffer).toBe(page.body.buffer);
    expect(contentType).toBe('application/octet-stream');
  });
});
