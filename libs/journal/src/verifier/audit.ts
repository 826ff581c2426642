/**
 * What the verifier is told about a journal's events. It knows no concept itself: it walks pages, derives balances from
 * postings, and asks for each event what its postings must be.
 */
import type { AppliedOffsets, EventCodec, Posting, ShardHead } from '#domain';
import type { CompactUsageIndex } from '../usage-index.js';
import type { EventSchemas } from './event-form.js';
import type { Place } from './findings.js';

/** One kind of account as the verifier knows it: a list of its own, beside the chart of accounts that decisions use. */
export interface AuditedAccount {
  /** Its names; a part in braces stands for one id, as in `customer:{holder}:available`. */
  readonly pattern: string;
  /** Its place in the supply law. */
  readonly supply: string;
  /** Whether its balance in one shard may fall below zero. Only `never` is looked at after each posting. */
  readonly belowZero: 'never' | 'never over all shards' | 'never over all chains' | 'zero or below' | 'yes';
}

/** Balances as the verifier adds them up, atto-tokens. */
export interface AuditedBalances {
  balance(account: string): bigint;
  /** Sum over the accounts with this place in the supply law. */
  sumOf(supply: string): bigint;
}

/**
 * Checks one event and derives its postings from its other fields. Undefined when the event is too broken to say, or when
 * what it must be compared with is not read yet.
 *
 * @param balances of the event's shard, before the event
 */
export type Derive<Event> = (event: Event, place: Place, balances: AuditedBalances) => readonly Posting[] | undefined;

interface Typed {
  readonly type: string;
}

/** One row for each type of event; a forgotten one does not compile. */
export type AuditTable<Event extends Typed> = {
  readonly [Type in Event['type']]: Derive<Extract<Event, { readonly type: Type }>>;
};

/** Rows for some types of events. */
export type ByType<Event extends Typed, Row> = {
  readonly [Type in Event['type']]?: (event: Extract<Event, { readonly type: Type }>, place: Place) => Row;
};

/**
 * What one concept adds to a verification. It keeps its own state: one audit serves one verification. The comment of its class
 * says in Markdown what its events mean and which postings they must have: docs/journal.md has that from there.
 */
export interface ConceptAudit<LedgerEvent extends Typed = never, RegistryEvent extends Typed = never> {
  /** The codes of findings that are its own, each with the law that was broken, in Markdown: docs/journal.md has it from here. */
  readonly laws?: Readonly<Record<string, string>>;
  /** The sums over all shards that {@link check} expects, in Markdown likewise. */
  readonly sums?: readonly string[];
  readonly accounts?: readonly AuditedAccount[];
  /** Events of holder shards, and of the registry shard. */
  readonly ledger?: AuditTable<LedgerEvent>;
  readonly registry?: AuditTable<RegistryEvent>;
  /** What is checked once an event's postings are in the balances. */
  readonly booked?: {
    readonly [Type in LedgerEvent['type']]?: (
      event: Extract<LedgerEvent, { readonly type: Type }>,
      place: Place,
      balances: AuditedBalances,
    ) => void;
  };
  /** Types of events of which an earlier release recorded some whose time lies on a day that the calendar lacks. */
  readonly undated?: Readonly<Partial<Record<LedgerEvent['type'], true>>>;
  /** Looks at the header of every page that is not void, before its events; of the registry it knows what the page rests on. */
  eachPage?(page: { readonly offsets: readonly AppliedOffsets[] }, place: Place): void;
  /** Looks at every event of every shard before anything is derived from it, whatever its type. */
  beforeEach?(event: { readonly type: string; readonly actor: string }, place: Place): void;
  /** Looks at every event of holder shards once its postings are in the balances, whatever its type. */
  afterEach?(event: { readonly type: string; readonly postings?: readonly Posting[] }, place: Place): void;
  /** For whoever finds an entry that should not be there: how it is taken back. */
  readonly takeBack?: ByType<LedgerEvent, string>;
  /**
   * Takes what pages of holder shards rest on from an event that the registry recorded after it was read. Each is shown
   * once, in order; what is wrong with it the next run says.
   */
  readonly later?: ByType<RegistryEvent, void>;
  /** Whether something is missing that holder shards may have recorded after they were read. */
  isIncomplete?(): boolean;
  /** Takes what was missing from a later event of a holder shard, without checking it. */
  readonly laterInLedger?: ByType<LedgerEvent, void>;
  /** What the concept's entries sent from one shard to another and did not book there, atto-tokens; absent: it sends nothing. */
  betweenShards?(): bigint;
  /** What holds over all shards together, once all are read. */
  check?(totals: AuditedBalances): void;
}

/** Who may write what, as an audit derived it. */
export interface PageAuthority {
  /** The journal's id; undefined before its founding was read. */
  readonly journal: string | undefined;
  /** What a writer may do in pages that name this height of the registry; absent lists mean all. */
  writerAt(
    writer: string,
    height: number,
  ):
    | { readonly publicKey: string; readonly shards?: readonly number[]; readonly events?: readonly string[] }
    | undefined;
  /** Whether a root key declared this page void. */
  isVoid(shard: number, height: number, hash: string): boolean;
}

/** What the walk does for the audits. */
export interface AuditWalk {
  /** What proves who said something: texts are UTF-8; keys, digests and signatures hexadecimal. */
  readonly crypto: {
    digest(text: string): string;
    /** As Ethereum has it. */
    keccak256(text: string): string;
    keyId(publicKey: string): string;
    isSignedBy(publicKey: string, text: string, signature: string): boolean;
  };
  /** The height of the registry that the page being read rests on: its events know of nothing later. */
  readonly restsOn: number;
  /** When the page being read was recorded, milliseconds since 1970. */
  readonly recordedAtMs: number;
  /** Number of holder shards; the registry's number follows them. */
  readonly shards: number;
  /** Reports a broken law. */
  find(law: string, place: Place, detail: string): void;
  /** Reports a sum over all shards that is not what it must be. */
  expectSum(what: string, found: bigint, expected: bigint): void;
  /**
   * A root key accepted that a shard goes on from a head: pages that were named above it before, and those that are given
   * up by their hashes, need not be there; the head itself must.
   */
  giveUpHeads(head: ShardHead, lost: readonly Omit<ShardHead, 'shard'>[], place: Place): void;
  /** The shard that keeps a holder's accounts. */
  homeOf(holder: string): number;
  /** Milliseconds since 1970; undefined for a text that names no instant of the calendar. */
  instantOf(text: string): number | undefined;
  /** Milliseconds since 1970 in UTC with three digits of milliseconds; a year that four digits cannot name has a sign and six. */
  textOfInstant(ms: number): string;
  /** An empty index of names, small enough for every usage id of a journal. */
  createIndex(): CompactUsageIndex;
}

/** Audits of everything that a journal may hold, by type of event. */
export interface Audits {
  /** How events are written. */
  readonly codec: EventCodec;
  /** The form of each event, as JSON Schema. */
  readonly schemas: EventSchemas;
  readonly ledger: Readonly<Record<string, Derive<never>>>;
  readonly registry: Readonly<Record<string, Derive<never>>>;
  /** To which every page is held. */
  readonly authority: PageAuthority;
  /** In the order in which they check all shards together. */
  readonly concepts: readonly ConceptAudit[];
}
