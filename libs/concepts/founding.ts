/** Founding a journal, and speaking as one of its roots: what takes a private key. */
import type { Ordered } from '#domain';
import { FIRST_PREVIOUS_HASH, sealPage, sha256, type Page, type SigningKey } from '#journal';
import { CODEC } from './codec.js';
import { EVOLVE_LEDGER, type LedgerEvent } from './ledger.js';
import { EVOLVE_REGISTRY, evolveReconciliations, evolveSettlements } from './registry.js';
import {
  EVOLVE_CATALOGUE,
  evolveChains,
  foundingText,
  statementText,
  type JournalFounded,
  type Stated,
  type StatedEvent,
  type WriterCommand,
  type WriterGrant,
} from './catalogue.js';

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

/**
 * Signs a statement as a root of the journal.
 *
 * @param number one above that of the journal's last statement
 */
export function stateAsRoot(
  root: SigningKey,
  journal: string,
  number: number,
  stated: Stated<StatedEvent>,
): Ordered<WriterCommand> {
  const signature = root.sign(statementText(journal, number, stated));
  return { type: 'StateAsRoot', stated, statement: { root: root.publicKey, number, signature } };
}

const CUT = 'PayablesCut' satisfies LedgerEvent['type'];
const SETTLEMENT = [...[evolveSettlements, evolveReconciliations, evolveChains].flatMap(Object.keys), CUT];

/** Types of events that the settlement service records, and those that the ledger does. */
export const WRITER_PRESETS: Readonly<Record<'ledger' | 'settlement', readonly string[]>> = {
  settlement: SETTLEMENT.sort(),
  ledger: [...new Set([EVOLVE_LEDGER, EVOLVE_REGISTRY, EVOLVE_CATALOGUE].flatMap((table) => Object.keys(table)))]
    .filter((type) => !SETTLEMENT.includes(type))
    .sort(),
};
