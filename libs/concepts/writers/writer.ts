/**
 * Who may write the journal. Its first event founds it: id, format, shards, asset, and the root keys. Root keys sign
 * statements: they admit and dismiss writers, each for stated shards and kinds of events, and declare pages void that
 * somebody else wrote. Every reader checks the signatures; being able to write a row is no authority.
 */
import {
  optional,
  plain,
  refusalsOf,
  requestLayout,
  UndoableMap,
  type DecideEvent,
  type EntryPosition,
  type Evolve,
  type HashText,
  type Layouts,
  type Ordered,
  type Recorded,
  type Refusals,
  type Requested,
  type UndoLog,
} from '#domain';

export const writerRefusals = {
  STATEMENT_INVALID: 'refused',
  WRITER_EXISTS: 'conflict',
  WRITER_UNKNOWN: 'unknown',
  PAGE_COUNTS: 'conflict',
} as const satisfies Refusals;
export const writerRefusal = refusalsOf(writerRefusals);

/**
 * An Ed25519 public key, in hexadecimal.
 *
 * @pattern ^[0-9a-f]{64}$
 */
export type PublicKeyText = string;

/**
 * An Ed25519 signature, in hexadecimal.
 *
 * @pattern ^[0-9a-f]{128}$
 */
export type SignatureText = string;

/** What a root key signed: its number is one above that of the statement before, so that none can be repeated. */
export interface RootStatement {
  readonly root: PublicKeyText;
  readonly number: number;
  /** Over {@link statementText}. */
  readonly signature: SignatureText;
}

/** For whom a key is admitted, as the registry records it. */
export interface WriterGrant {
  readonly publicKey: PublicKeyText;
  /** For people. */
  readonly name: string;
  /** Types of events that it may write; absent: all. */
  readonly events?: readonly string[];
  /** Shards in which it may write; absent: all. */
  readonly shards?: readonly number[];
}

/**
 * The format of a journal's pages and events.
 *
 * @minimum 2
 * @maximum 2
 */
export type FormatNumber = number;

/** The registry's first event, alone in its page, which a writer of `writers` signed. */
export interface JournalFounded extends Recorded {
  readonly type: 'JournalFounded';
  /** The first 32 hex digits of SHA-256 over {@link foundingText}. */
  readonly journal: string;
  readonly format: FormatNumber;
  /** Number of holder shards. */
  readonly shards: number;
  readonly asset: string;
  readonly roots: readonly PublicKeyText[];
  readonly writers: readonly WriterGrant[];
  /** By one of the roots over {@link foundingText}. */
  readonly statement: RootStatement;
}

export interface WriterAdmitted extends Recorded {
  readonly type: 'WriterAdmitted';
  readonly writer: WriterGrant;
  readonly statement: RootStatement;
}

/** A dismissed key is never admitted again. */
export interface WriterDismissed extends Recorded {
  readonly type: 'WriterDismissed';
  readonly publicKey: PublicKeyText;
  readonly reason: string;
  readonly statement: RootStatement;
}

/** Nothing of the page counts; the one after it follows the one before. */
export interface PageVoided extends Recorded {
  readonly type: 'PageVoided';
  readonly shard: number;
  readonly height: number;
  readonly hash: HashText;
  readonly reason: string;
  readonly statement: RootStatement;
}

/** From here on these keys are the roots. */
export interface RootsChanged extends Recorded {
  readonly type: 'RootsChanged';
  readonly roots: readonly PublicKeyText[];
  readonly reason: string;
  readonly statement: RootStatement;
}

const grantLayout = { publicKey: plain, name: plain, events: optional(plain), shards: optional(plain) } as const;
const statementLayout = { root: plain, number: plain, signature: plain } as const;

export const writerLayouts = {
  JournalFounded: {
    journal: plain,
    format: plain,
    shards: plain,
    asset: plain,
    roots: plain,
    writers: [grantLayout],
    statement: statementLayout,
    request: optional(requestLayout),
  },
  WriterAdmitted: { writer: grantLayout, statement: statementLayout, request: optional(requestLayout) },
  WriterDismissed: {
    publicKey: plain,
    reason: plain,
    statement: statementLayout,
    request: optional(requestLayout),
  },
  PageVoided: {
    shard: plain,
    height: plain,
    hash: plain,
    reason: plain,
    statement: statementLayout,
    request: optional(requestLayout),
  },
  RootsChanged: { roots: plain, reason: plain, statement: statementLayout, request: optional(requestLayout) },
} as const satisfies Layouts<WriterEvent>;

/** The kinds of statements that root keys make once a journal is founded. */
export type StatedEvent = WriterAdmitted | WriterDismissed | PageVoided | RootsChanged;

export type WriterEvent = JournalFounded | WriterAdmitted | WriterDismissed | PageVoided | RootsChanged;

/** What a signature is about, without the signature. */
export type Stated<Event extends WriterEvent> = Event extends unknown
  ? Omit<Event, keyof Recorded | 'statement'>
  : never;

/** What a root key has signed, to be recorded. */
export type WriterCommand = Requested & {
  readonly type: 'StateAsRoot';
  readonly stated: Stated<StatedEvent>;
  readonly statement: RootStatement;
};

/** The text that fixes a journal's identity. Lines ended by a line feed. */
export function foundingText(
  { format, shards, asset, roots, writers }: Omit<Stated<JournalFounded>, 'journal' | 'type'>,
  time: string,
): string {
  return textOf('airtime-founding-v1', time, format, shards, asset, ...roots, ...writers.map(grantText));
}

/** The exact text that a root key signs. Lines ended by a line feed. */
export function statementText(journal: string, number: number, stated: Stated<StatedEvent>): string {
  const head = ['airtime-statement-v1', journal, number, stated.type] as const;
  switch (stated.type) {
    case 'WriterAdmitted':
      return textOf(...head, grantText(stated.writer));
    case 'WriterDismissed':
      return textOf(...head, stated.publicKey, JSON.stringify(stated.reason));
    case 'PageVoided':
      return textOf(...head, stated.shard, stated.height, stated.hash, JSON.stringify(stated.reason));
    case 'RootsChanged':
      return textOf(...head, ...stated.roots, JSON.stringify(stated.reason));
  }
}

/** A root key, as far as signing statements takes it. */
interface RootKey {
  /** 64 hex digits. */
  readonly publicKey: string;
  /** @returns 128 hex digits */
  sign(text: string): string;
}

/**
 * Signs a statement as a root of the journal.
 *
 * @param number one above that of the journal's last statement
 */
export function stateAsRoot(
  root: RootKey,
  journal: string,
  number: number,
  stated: Stated<StatedEvent>,
): Ordered<WriterCommand> {
  const signature = root.sign(statementText(journal, number, stated));
  return { type: 'StateAsRoot', stated, statement: { root: root.publicKey, number, signature } };
}

function textOf(...lines: readonly (string | number)[]): string {
  return `${lines.join('\n')}\n`;
}

/** `*` stands for all. */
function grantText({ publicKey, name, events, shards }: WriterGrant): string {
  return `${publicKey} ${shards?.join(',') ?? '*'} ${events?.join(',') ?? '*'} ${JSON.stringify(name)}`;
}

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

  constructor(
    private readonly undo?: UndoLog,
    private readonly crypto: WriterCrypto = NOBODY,
  ) {
    this.terms = new UndoableMap(undo);
    this.voids = new UndoableMap(undo);
    this.shardsWithVoids = new UndoableMap(undo);
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
