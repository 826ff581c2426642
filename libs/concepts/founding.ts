/** Founding a journal: its first page, which a root key and a writer's key sign. */
import { FIRST_PREVIOUS_HASH, sealPage, sha256, type Page } from '#journal';
import type { SigningKey } from '#signing';
import { CODEC } from './codec.js';
import { foundingText, type JournalFounded, type WriterGrant } from './catalogue.js';

const ASSET = 'AIR';

export interface Founding {
  /** Number of holder shards, for the life of the journal. */
  readonly shards: number;
  readonly root: SigningKey;
  /** Signs the first page, and may write everything. */
  readonly writer: SigningKey;
  /** RFC 3339 UTC with milliseconds. */
  readonly time: string;
}

/** The first page of a new journal, to be appended to its registry shard. */
export function foundJournal({ shards, root, writer, time }: Founding): Page {
  const writers: WriterGrant[] = [{ publicKey: writer.publicKey, name: 'founder' }];
  const terms = { format: 2, shards, asset: ASSET, roots: [root.publicKey], writers } as const;
  const text = foundingText(terms, time);
  const journal = sha256(text).slice(0, 32);
  const event: JournalFounded = {
    type: 'JournalFounded',
    time,
    actor: 'system:founding',
    origin: 'system:founding',
    journal,
    ...terms,
    statement: { root: root.publicKey, number: 0, signature: root.sign(text) },
  };
  const content = {
    journal,
    shard: shards,
    height: 1,
    recordedAt: time,
    previousHash: FIRST_PREVIOUS_HASH,
    offsets: [],
    registry: { height: 0, hash: FIRST_PREVIOUS_HASH },
  };
  return sealPage(content, [CODEC.encode(event)], writer);
}
