/** How what root keys stated is explained. */
import type { Explain } from '#domain';
import type { WriterEvent } from './statement.js';

export const explainWriters: Explain<WriterEvent, unknown> = {
  JournalFounded: ({ journal, format, shards, asset }) => ({
    summary: 'The journal was founded: its identity, its shards and its root keys are fixed.',
    facts: { journal, format, shards, asset },
  }),
  WriterAdmitted: ({ writer }) => ({
    summary: 'A key may sign pages from now on.',
    facts: { name: writer.name, publicKey: writer.publicKey },
  }),
  WriterDismissed: ({ publicKey, reason }) => ({
    summary: 'A key may sign no pages any more.',
    facts: { publicKey, reason },
  }),
  PageVoided: ({ shard, height, hash, reason }) => ({
    summary: 'A page was declared void: nothing of it counts.',
    facts: { shard, height, hash, reason },
  }),
  LossAccepted: ({ shard, height, reason }) => ({
    summary: 'It was accepted that the journal lacks pages that it once held.',
    facts: { shard, height, reason },
  }),
  RootsChanged: ({ roots, reason }) => ({
    summary: 'The root keys are these from now on, and no others.',
    facts: { roots: roots.join(', '), reason },
  }),
};
