/**
 * Writers, derived a second time: who founded the journal, whom its roots admitted and dismissed, and which pages they
 * declared void. Every page of the journal is held to it.
 */
import type { AuditTable, AuditWalk, ConceptAudit, PageAuthority, Place } from '#journal';
import type {
  JournalFounded,
  LossAccepted,
  PageVoided,
  RootsChanged,
  RootStatement,
  WriterAdmitted,
  WriterDismissed,
  WriterEvent,
  WriterGrant,
} from './writer.js';

interface AuditedWriter extends WriterGrant {
  readonly since: number;
  until: number;
}

export class WritersAudit implements ConceptAudit<never, WriterEvent>, PageAuthority {
  readonly laws = {
    STATEMENT_WRONG: 'The journal is founded once, and what its roots state they signed, in order.',
  };

  readonly registry: AuditTable<WriterEvent> = {
    JournalFounded: (event, place) => {
      this.found(event, place);
      return [];
    },
    WriterAdmitted: (event, place) => {
      this.later.WriterAdmitted(event, place);
      return [];
    },
    WriterDismissed: (event, place) => {
      this.later.WriterDismissed(event, place);
      return [];
    },
    PageVoided: (event, place) => {
      this.later.PageVoided(event, place);
      return [];
    },
    LossAccepted: (event, place) => {
      this.later.LossAccepted(event, place);
      return [];
    },
    RootsChanged: (event, place) => {
      this.later.RootsChanged(event, place);
      return [];
    },
  };

  /** What roots state has authority, whenever it is read. */
  readonly later = {
    WriterAdmitted: ({ type, writer, statement }: WriterAdmitted, place: Place): void => {
      this.judge(statement, [type, grantLine(writer)], place);
      this.admit(writer, place.height, place);
    },
    WriterDismissed: ({ type, publicKey, reason, statement }: WriterDismissed, place: Place): void => {
      this.judge(statement, [type, publicKey, JSON.stringify(reason)], place);
      const writer = this.writers.get(this.walk.crypto.keyId(publicKey));
      if (writer === undefined || writer.until < Infinity) this.wrong(place, `no writer has the key ${publicKey}`);
      else writer.until = place.height;
    },
    PageVoided: ({ type, shard, height, hash, reason, statement }: PageVoided, place: Place): void => {
      const isSigned = this.judge(statement, [type, shard, height, hash, JSON.stringify(reason)], place);
      if (isSigned) this.voids.add(`${shard}:${height}:${hash}`);
    },
    LossAccepted: ({ type, shard, height, hash, lost, reason, statement }: LossAccepted, place: Place): void => {
      const heads = lost.map((head) => `${head.height} ${head.hash}`);
      const stated = [type, shard, height, hash, ...heads, JSON.stringify(reason)];
      if (this.judge(statement, stated, place)) this.walk.giveUpHeads({ shard, height, hash }, lost, place);
    },
    RootsChanged: ({ type, roots, reason, statement }: RootsChanged, place: Place): void => {
      if (this.judge(statement, [type, ...roots, JSON.stringify(reason)], place)) this.roots = roots;
    },
  };

  /** The journal's id; undefined before its founding was read. */
  journal: string | undefined;
  private roots: readonly string[] = [];
  private statements = 0;
  private readonly writers = new Map<string, AuditedWriter>();
  private readonly voids = new Set<string>();

  constructor(private readonly walk: AuditWalk) {}

  writerAt(id: string, height: number): WriterGrant | undefined {
    const writer = this.writers.get(id);
    return writer !== undefined && height >= writer.since && height < writer.until ? writer : undefined;
  }

  isVoid(shard: number, height: number, hash: string): boolean {
    return this.voids.has(`${shard}:${height}:${hash}`);
  }

  private found(event: JournalFounded, place: Place): void {
    const { time, format, shards, asset, roots, writers, statement } = event;
    if (this.journal !== undefined || place.height !== 1 || place.index !== 0) {
      this.wrong(place, 'a journal is founded once, by its first event');
      return;
    }
    const text = linesOf(['airtime-founding-v1', time, format, shards, asset, ...roots, ...writers.map(grantLine)]);
    if (this.walk.crypto.digest(text).slice(0, 32) !== event.journal)
      this.wrong(place, 'its id is not of this founding');
    if (shards !== this.walk.shards) this.wrong(place, `it founds a journal of ${shards} shards`);
    if (!roots.includes(statement.root) || !this.walk.crypto.isSignedBy(statement.root, text, statement.signature))
      this.wrong(place, 'no root key signed the founding');
    this.journal = event.journal;
    this.roots = roots;
    for (const writer of writers) this.admit(writer, 0, place);
  }

  private admit(grant: WriterGrant, since: number, place: Place): void {
    const id = this.walk.crypto.keyId(grant.publicKey);
    if (this.writers.has(id)) this.wrong(place, `the writer ${id} was admitted before`);
    else this.writers.set(id, { ...grant, since, until: Infinity });
  }

  /** Whether the next statement of a root stands here. */
  private judge(
    { root, number, signature }: RootStatement,
    stated: readonly (string | number)[],
    place: Place,
  ): boolean {
    this.statements++;
    const text = linesOf(['airtime-statement-v1', this.journal ?? '', number, ...stated]);
    const isSigned =
      number === this.statements && this.roots.includes(root) && this.walk.crypto.isSignedBy(root, text, signature);
    if (!isSigned) this.wrong(place, `statement ${number} is not the next one that a root key signed`);
    return isSigned;
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('STATEMENT_WRONG', place, detail);
  }
}

function linesOf(lines: readonly (string | number)[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function grantLine({ publicKey, name, shards, events }: WriterGrant): string {
  const list = (some: readonly (string | number)[] | undefined) => (some === undefined ? '*' : some.join(','));
  return `${publicKey} ${list(shards)} ${list(events)} ${JSON.stringify(name)}`;
}
