import type { RecordedEvent } from '@eventstore/db-client';
import { JournalOfOlderFormat, type Page } from '#journal';
import { samplePage } from '#journal/contract';
import { eventIdOf, MisplacedPage, toPage, toPageEvent } from './page-event.js';

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

  describe('read back', () => {
    const recorded = (page: object): RecordedEvent => {
      const { data, metadata, type } = toPageEvent(page as Page);
      return { type, data, metadata, isJson: false, streamId: 'airtime-shard-1', revision: 0n } as never;
    };

    it('is the page', () => {
      const page = samplePage(1, undefined);
      expect(toPage(recorded(page), 1)).toEqual(page);
    });

    it('is told to be of format 1 where nobody signed it, and no page where anything else is missing', () => {
      const { journal: _journal, writer: _writer, registry: _registry, signature, ...old } = samplePage(1, undefined);
      expect(() => toPage(recorded(old), 1)).toThrow(JournalOfOlderFormat);
      expect(() => toPage(recorded({ ...old, signature }), 1)).toThrow(MisplacedPage);
    });
  });
});
