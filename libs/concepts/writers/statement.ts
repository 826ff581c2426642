/** What a journal is founded with and what its root keys state about it: the events, and the texts that are signed. */
import {
  optional,
  plain,
  requestLayout,
  type HashText,
  type Layouts,
  type Ordered,
  type Recorded,
  type Requested,
} from '#domain';

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

/** A page that the journal held and has lost. */
export interface LostHead {
  readonly height: number;
  readonly hash: HashText;
}

/** The shard goes on from this head of it, knowingly: the heads that it lost are remembered elsewhere, and are given up. */
export interface LossAccepted extends Recorded {
  readonly type: 'LossAccepted';
  readonly shard: number;
  /** Of its newest page; 0 and zeros where it has none. */
  readonly height: number;
  readonly hash: HashText;
  readonly lost: readonly LostHead[];
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
const lostLayout = { height: plain, hash: plain } as const;
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
  LossAccepted: {
    shard: plain,
    height: plain,
    hash: plain,
    lost: [lostLayout],
    reason: plain,
    statement: statementLayout,
    request: optional(requestLayout),
  },
  RootsChanged: { roots: plain, reason: plain, statement: statementLayout, request: optional(requestLayout) },
} as const satisfies Layouts<WriterEvent>;

/** The kinds of statements that root keys make once a journal is founded. */
export type StatedEvent = WriterAdmitted | WriterDismissed | PageVoided | LossAccepted | RootsChanged;

export type WriterEvent = JournalFounded | StatedEvent;

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
    case 'LossAccepted': {
      const lost = stated.lost.map(({ height, hash }) => `${height} ${hash}`);
      return textOf(...head, stated.shard, stated.height, stated.hash, ...lost, JSON.stringify(stated.reason));
    }
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
