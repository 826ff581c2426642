/**
 * Who may write the journal. Its first event founds it: id, format, shards, asset, and the root keys. Root keys sign
 * statements: they admit and dismiss writers, each for stated shards and kinds of events, declare pages void that somebody else
 * wrote, and accept the loss of pages. Every reader checks the signatures; being able to write a row is no authority.
 */
import {
  refusalsOf,
  UndoableMap,
  type DecideEvent,
  type EntryPosition,
  type Evolve,
  type Refusals,
  type UndoLog,
} from '#domain';
import {
  foundingText,
  statementText,
  type JournalFounded,
  type LossAccepted,
  type LostHead,
  type PageVoided,
  type RootsChanged,
  type RootStatement,
  type Stated,
  type StatedEvent,
  type WriterAdmitted,
  type WriterCommand,
  type WriterDismissed,
  type WriterEvent,
  type WriterGrant,
} from './statement.js';

export * from './statement.js';

export const writerRefusals = {
  STATEMENT_INVALID: 'refused',
  WRITER_EXISTS: 'conflict',
  WRITER_UNKNOWN: 'unknown',
  PAGE_COUNTS: 'conflict',
  NOTHING_LOST: 'conflict',
} as const satisfies Refusals;
export const writerRefusal = refusalsOf(writerRefusals);

/** The cryptography that the fold is given: a pure file has none of its own. */
export interface WriterCrypto {
  /** SHA-256 of a text's UTF-8 bytes, 64 hex digits. */
  digest(text: string): string;
  /** The first 16 hex digits of SHA-256 over a public key's bytes. */
  keyId(publicKey: string): string;
  isSignedBy(publicKey: string, text: string, signature: string): boolean;
}

/** Where there is no cryptography nobody signed anything. */
const NOBODY: WriterCrypto = { digest: () => '', keyId: (publicKey) => publicKey, isSignedBy: () => false };

/** From which height of the registry on a writer may write, and, once it is dismissed, from which on no more. */
export interface WriterTerm {
  readonly grant: WriterGrant;
  readonly from: number;
  readonly to?: number;
}

/** What a shard has lost with a root's consent. */
export interface AcceptedLoss {
  /** Height of the registry of the newest statement about the shard. */
  readonly at: number;
  /** When it was recorded. */
  readonly time: string;
  readonly lost: readonly LostHead[];
}

/**
 * Writers, roots and void pages, by the heights of the registry at which they became so. A writer whom an event at height
 * h admits may sign pages that name h or a later height; one whom an event at h dismisses, none that names h or later.
 *
 * Whatever no root signed is no event of this concept: folding it throws, and the page that holds it cannot be followed.
 */
export class WritersPart {
  private founding: JournalFounded | undefined;
  private roots: readonly string[] = [];
  private statements = 0;
  private readonly terms: UndoableMap<string, WriterTerm>;
  private readonly voids: UndoableMap<string, string>;
  private readonly shardsWithVoids: UndoableMap<number, true>;
  private readonly losses: UndoableMap<number, AcceptedLoss>;

  constructor(
    private readonly undo?: UndoLog,
    private readonly crypto: WriterCrypto = NOBODY,
  ) {
    this.terms = new UndoableMap(undo);
    this.voids = new UndoableMap(undo);
    this.shardsWithVoids = new UndoableMap(undo);
    this.losses = new UndoableMap(undo);
  }

  /** Undefined before the founding. */
  get founded(): JournalFounded | undefined {
    return this.founding;
  }

  /** How many statements root keys have made; the next one is numbered one above. */
  get stated(): number {
    return this.statements;
  }

  get rootKeys(): readonly string[] {
    return this.roots;
  }

  /** All that were ever admitted, by their id. */
  get all(): Iterable<readonly [string, WriterTerm]> {
    return this.terms;
  }

  /** What the writer may do in pages that name this height of the registry. */
  grantAt(writer: string, height: number): WriterGrant | undefined {
    const term = this.terms.get(writer);
    if (term === undefined || height < term.from || (term.to !== undefined && height >= term.to)) return undefined;
    return term.grant;
  }

  isVoid({ shard, height, hash }: Pick<PageVoided, 'shard' | 'height' | 'hash'>): boolean {
    return this.voids.get(`${shard}:${height}`) === hash;
  }

  hasVoid(shard: number): boolean {
    return this.shardsWithVoids.has(shard);
  }

  /** What a shard's loss was accepted of, by all statements so far; undefined: nothing. */
  lossOf(shard: number): AcceptedLoss | undefined {
    return this.losses.get(shard);
  }

  get hasLosses(): boolean {
    return this.losses.size > 0;
  }

  /** Height of the registry of the newest statement that accepts a loss, of whichever shard. */
  get lossesAt(): number | undefined {
    let newest: number | undefined;
    for (const [, { at }] of this.losses) newest = Math.max(newest ?? 0, at);
    return newest;
  }

  /** Why a statement is not the next one, by a root key; undefined when it is. */
  findFault({ root, number, signature }: RootStatement, stated: Stated<StatedEvent>): string | undefined {
    if (this.founding === undefined) return 'the journal is not founded';
    if (number !== this.statements + 1) return `statement ${number} stands where ${this.statements + 1} must`;
    if (!this.roots.includes(root)) return `${root} is no root key of this journal`;
    const text = statementText(this.founding.journal, number, stated);
    return this.crypto.isSignedBy(root, text, signature) ? undefined : `no root key signed this ${stated.type}`;
  }

  /** The term of a key, whether it is admitted or was dismissed. */
  termOf(publicKey: string): WriterTerm | undefined {
    return this.terms.get(this.crypto.keyId(publicKey));
  }

  found(event: JournalFounded, { height }: EntryPosition): void {
    if (this.founding !== undefined || height !== 1) throw new Error('a journal is founded once, by its first event');
    const text = foundingText(event, event.time);
    if (event.journal !== this.crypto.digest(text).slice(0, 32))
      throw new Error('the journal’s id does not follow from its founding');
    if (
      !event.roots.includes(event.statement.root) ||
      !this.crypto.isSignedBy(event.statement.root, text, event.statement.signature)
    ) {
      throw new Error('no root key signed the founding');
    }
    this.set(() => {
      this.founding = event;
      this.roots = event.roots;
    });
    for (const grant of event.writers) this.admitAt(grant, 0);
  }

  admit({ writer, ...event }: WriterAdmitted, { height }: EntryPosition): void {
    this.check(event.statement, { type: event.type, writer });
    this.admitAt(writer, height);
  }

  dismiss({ type, publicKey, reason, statement }: WriterDismissed, { height }: EntryPosition): void {
    this.check(statement, { type, publicKey, reason });
    const id = this.crypto.keyId(publicKey);
    const term = this.terms.get(id);
    if (term === undefined || term.to !== undefined) throw new Error(`no writer ${id} is admitted`);
    this.terms.set(id, { ...term, to: height });
  }

  void({ type, shard, height, hash, reason, statement }: PageVoided): void {
    this.check(statement, { type, shard, height, hash, reason });
    this.voids.set(`${shard}:${height}`, hash);
    this.shardsWithVoids.set(shard, true);
  }

  acceptLoss(
    { type, shard, height, hash, lost, reason, statement, time }: LossAccepted,
    position: EntryPosition,
  ): void {
    this.check(statement, { type, shard, height, hash, lost, reason });
    const given = this.losses.get(shard)?.lost ?? [];
    this.losses.set(shard, { at: position.height, time, lost: [...given, ...lost] });
  }

  changeRoots({ type, roots, reason, statement }: RootsChanged): void {
    this.check(statement, { type, roots, reason });
    this.set(() => {
      this.roots = roots;
    });
  }

  private admitAt(grant: WriterGrant, from: number): void {
    const id = this.crypto.keyId(grant.publicKey);
    if (this.terms.get(id) !== undefined) throw new Error(`writer ${id} was admitted before; a key is admitted once`);
    this.terms.set(id, { grant, from });
  }

  private check(statement: RootStatement, stated: Stated<StatedEvent>): void {
    const fault = this.findFault(statement, stated);
    if (fault !== undefined) throw new Error(fault);
    this.set(() => {
      this.statements = statement.number;
    });
  }

  /** Changes single members so that they can be taken back. */
  private set(change: () => void): void {
    const { founding, roots, statements } = this;
    this.undo?.onRollback(() => Object.assign(this, { founding, roots, statements }));
    change();
  }
}

export interface WritersState {
  readonly writers: WritersPart;
}

export const evolveWriters: Evolve<WriterEvent, WritersState> = {
  JournalFounded: ({ writers }, event, position) => {
    writers.found(event, position);
  },
  WriterAdmitted: ({ writers }, event, position) => {
    writers.admit(event, position);
  },
  WriterDismissed: ({ writers }, event, position) => {
    writers.dismiss(event, position);
  },
  PageVoided: ({ writers }, event) => {
    writers.void(event);
  },
  LossAccepted: ({ writers }, event, position) => {
    writers.acceptLoss(event, position);
  },
  RootsChanged: ({ writers }, event) => {
    writers.changeRoots(event);
  },
};

export const decideWriters: DecideEvent<WriterCommand, { readonly catalogue: WritersState }, StatedEvent> = {
  StateAsRoot: ({ catalogue: { writers } }, { time, provenance, stated, statement }) => {
    const fault = writers.findFault(statement, stated);
    if (fault !== undefined)
      throw writerRefusal('STATEMENT_INVALID', `The statement is refused: ${fault}.`, 'statement');
    if (stated.type === 'WriterAdmitted' && writers.termOf(stated.writer.publicKey) !== undefined) {
      throw writerRefusal('WRITER_EXISTS', 'A key is admitted once; make a new one.', 'publicKey');
    }
    if (stated.type === 'WriterDismissed') {
      const term = writers.termOf(stated.publicKey);
      if (term === undefined || term.to !== undefined) {
        throw writerRefusal(
          'WRITER_UNKNOWN',
          'No such writer is admitted; list them with GET /v1/writers.',
          'publicKey',
        );
      }
    }
    const { type, ...members } = stated;
    return { type, time, ...provenance, ...members, statement } as StatedEvent;
  },
};
