/** Entries as they stand in the journal, whatever the books say, and how they are shown. */
import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { CODEC, type JournalEvent } from '#concepts';
import { entryId, formatAmount, postingsOf, type EntryPosition } from '#domain';
import type { JournalStore, Page } from '#journal';
import { READ_JOURNAL } from '#wiring';

export class PostingAnswer {
  @ApiProperty({ example: 'customer:acme:available' }) debit!: string;
  @ApiProperty({ example: 'provider:p7:payable' }) credit!: string;
  @ApiProperty({ example: '0.0012' }) amount!: string;
  @ApiProperty({ example: 'AIR' }) asset!: string;
}

class KafkaSource {
  @ApiProperty({ enum: ['kafka'] }) kind!: 'kafka';
  @ApiProperty({ description: 'The name that the topic is registered under' }) topic!: string;
  @ApiProperty() partition!: number;
  @ApiProperty() offset!: number;
}

class ReplaySource {
  @ApiProperty({ enum: ['replay'] }) kind!: 'replay';
  @ApiProperty() topic!: string;
  @ApiProperty() partition!: number;
  @ApiProperty() offset!: number;
}

class RequestSource {
  @ApiProperty({ enum: ['request'] }) kind!: 'request';
  @ApiProperty() id!: string;
}

class JobSource {
  @ApiProperty({ enum: ['job'] }) kind!: 'job';
  @ApiProperty({ description: 'GET /v1/jobs/{id} tells of it' }) id!: string;
}

class SystemSource {
  @ApiProperty({ enum: ['system'] }) kind!: 'system';
  @ApiProperty() name!: string;
}

/** Where an event came from. A message that was played again was read at another time than its topic's others. */
export type EntrySource =
  | Readonly<KafkaSource>
  | Readonly<ReplaySource>
  | Readonly<RequestSource>
  | Readonly<JobSource>
  | Readonly<SystemSource>;

/** Describes an {@link EntrySource}; its controller declares {@link ENTRY_SOURCES} as extra models. */
export function ApiEntrySource(): PropertyDecorator {
  return ApiProperty({ oneOf: ENTRY_SOURCES.map((source) => ({ $ref: getSchemaPath(source) })) });
}

export const ENTRY_SOURCES = [KafkaSource, ReplaySource, RequestSource, JobSource, SystemSource];

/** Where an event came from, taken apart. */
export function parseOrigin(origin: string): EntrySource {
  const message = /^(kafka|replay):(.+)\/(\d+)\/(\d+)$/.exec(origin);
  if (message !== null) {
    const [, kind, topic, partition, offset] = message as unknown as [
      string,
      'kafka' | 'replay',
      string,
      string,
      string,
    ];
    return { kind, topic, partition: Number(partition), offset: Number(offset) };
  }
  const colon = origin.indexOf(':');
  const [kind, name] = colon === -1 ? [origin, ''] : [origin.slice(0, colon), origin.slice(colon + 1)];
  if (kind === 'request' || kind === 'job') return { kind, id: name };
  return { kind: 'system', name: kind === 'system' ? name : origin };
}

export function presentPostings(event: JournalEvent): PostingAnswer[] {
  return postingsOf(event).map(({ debit, credit, amount, asset }) => ({
    debit,
    credit,
    amount: formatAmount(BigInt(amount)),
    asset,
  }));
}

/** Entries as they stand in the journal, whatever the books say. */
@Injectable()
export class JournalEntries {
  constructor(@Inject(READ_JOURNAL) private readonly journal: JournalStore) {}

  /** The page at a height; undefined beyond the head. */
  async page(shard: number, height: number): Promise<Page | undefined> {
    const [page] = await this.journal.read(shard, height, 1);
    return page?.height === height ? page : undefined;
  }

  /** The events at some positions, in their order. A page is read once and one at a time: it may hold a megabyte. */
  async events(positions: readonly EntryPosition[]): Promise<JournalEvent[]> {
    const byPage = new Map<string, { readonly at: EntryPosition; readonly places: number[] }>();
    positions.forEach((at, place) => {
      const key = `${at.shard}-${at.height}`;
      const group = byPage.get(key) ?? { at, places: [] };
      group.places.push(place);
      byPage.set(key, group);
    });
    const events = new Array<JournalEvent>(positions.length);
    for (const { at, places } of byPage.values()) {
      const page = await this.page(at.shard, at.height);
      for (const place of places) {
        const line = page === undefined ? undefined : lineOf(page, positions[place]!.index);
        if (line === undefined) throw new Error(`the journal lacks entry ${entryId(positions[place]!)} of the books`);
        events[place] = eventOf(line);
      }
    }
    return events;
  }
}

/** The event of a line. */
export function eventOf(line: string): JournalEvent {
  return CODEC.decode(JSON.parse(line)) as JournalEvent;
}

/** One line of a page's body, without its line feed, found without reading the others. */
export function lineOf(page: Page, index: number): string | undefined {
  if (index >= page.count) return undefined;
  let start = 0;
  for (let line = 0; line < index; line++) {
    const end = page.body.indexOf(10, start);
    if (end === -1) return undefined;
    start = end + 1;
  }
  const end = page.body.indexOf(10, start);
  return end === -1 ? undefined : page.body.toString('utf8', start, end);
}
