/**
 * The verifier: a second reading of the whole journal that trusts nothing but its bytes. Digests and chain are computed
 * again, every posting is derived again and every sum is kept apart from the code that decides. What an event means it is
 * told by the audits it is given, which share no step with that code either.
 *
 * It streams: besides balances only what audits keep is in memory. The journal may grow meanwhile. The registry is read
 * first, then each holder shard to the head it has by then; where a page of it rests on more of the registry than was read,
 * that is read on for what it says of decisions, and checked by the next run.
 */
import { registryShard, type EventCodec, type Posting, type RequestIdentity, type ShardHead } from '#domain';
import type { JournalStore } from './store.js';
import { AccountList } from './verifier/account-list.js';
import type { Audits, AuditWalk, ConceptAudit, Derive } from './verifier/audit.js';
import { formsOf, type EventForm } from './verifier/event-form.js';
import type { Finding, Place } from './verifier/findings.js';
import { RequestsAudit } from './verifier/requests-audit.js';
import { samePostings, ShardBooks } from './verifier/shard-books.js';
import { messageOf, Walk, type WalkOptions } from './verifier/walk.js';

export * from './verifier/audit.js';
export * from './verifier/findings.js';

export type VerifyOptions = WalkOptions;

export interface Verification<A extends Audits = Audits> {
  /** True when nothing was found. */
  readonly sound: boolean;
  readonly findings: readonly Finding[];
  /** All findings, also those beyond `findingsMax`. */
  readonly findingCount: number;
  /** Where each shard ended, the registry last: what to remember. */
  readonly heads: readonly ShardHead[];
  readonly totals: {
    readonly pages: number;
    readonly events: number;
    /** Every account's balance over all shards, atto-tokens. */
    readonly balances: ReadonlyMap<string, bigint>;
  };
  /** Each shard's own balances at its head in {@link heads}: what the books must show at that height. */
  readonly shardBalances: ReadonlyMap<number, ReadonlyMap<string, bigint>>;
  /** With all that they gathered. */
  readonly audits: A;
}

/**
 * Verifies the journal of all shards.
 *
 * @param openAudits makes the audits of one verification: the door `#concepts/audits`
 * @throws StoreUnavailable when the store cannot be read; whatever is wrong with what it holds is a finding
 */
export async function verifyJournal<A extends Audits>(
  store: JournalStore,
  openAudits: (walk: AuditWalk) => A,
  options: VerifyOptions,
): Promise<Verification<A>> {
  const walk = new Walk(store, options);
  const audits = openAudits(walk);
  walk.authority = audits.authority;
  const reading = new Reading(walk, audits);
  await reading.shard(registryShard(options.shards));
  walk.expectNamedHeads();
  for (let shard = 0; shard < options.shards; shard++) await reading.shard(shard);
  for (const audit of audits.concepts) {
    if (audit.isIncomplete?.() !== true) continue;
    for (let shard = 0; shard < options.shards; shard++) await reading.beyond(shard, audit.laterInLedger);
  }
  await walk.readOn(audits.codec);
  const totals = reading.checkAll();
  return {
    sound: walk.findings.count === 0,
    findings: walk.findings.kept,
    findingCount: walk.findings.count,
    heads: [...walk.heads]
      .map(([shard, { height, hash }]) => ({ shard, height, hash }))
      .sort((a, b) => a.shard - b.shard),
    totals: { pages: walk.pages, events: walk.events, balances: totals.balances },
    shardBalances: new Map(reading.books.map(({ shard, balances }) => [shard, balances])),
    audits,
  };
}

/** What every event has as far as the verifier knows. */
interface AnyEvent {
  readonly type: string;
  readonly time: string;
  readonly actor: string;
  readonly request?: RequestIdentity;
  readonly postings?: readonly Posting[];
  /** Pages that an event of the registry says it has seen. */
  readonly heads?: readonly ShardHead[];
}

type Booked = (event: never, place: Place, balances: ShardBooks) => void;

/** All that is said of one type of event; without a form it is none of its shard's. */
interface Row {
  readonly type: string;
  readonly table: ReadonlyMap<string, Derive<never>>;
  readonly derive: Derive<never> | undefined;
  readonly form: EventForm | undefined;
  readonly booked: Booked | undefined;
}

/** Shows each event to the audits and keeps the balances of every shard. */
class Reading {
  readonly books: ShardBooks[] = [];
  private readonly concepts: readonly ConceptAudit[];
  private readonly codec: EventCodec;
  private readonly accounts: AccountList;
  private readonly requests: RequestsAudit;
  private readonly forms: ReadonlyMap<string, EventForm>;
  private readonly ledger: ReadonlyMap<string, Derive<never>>;
  private readonly registry: ReadonlyMap<string, Derive<never>>;
  private readonly undated: ReadonlySet<string>;
  private readonly beforeEach: readonly ConceptAudit[];
  private readonly afterEach: readonly ConceptAudit[];
  private readonly booked: ReadonlyMap<string, Booked>;
  private readonly takeBack: ReadonlyMap<string, (event: never, place: Place) => string>;
  /** The row and the time of the event before. */
  private row: Row | undefined;
  private time = '';

  constructor(
    private readonly walk: Walk,
    { codec, schemas, concepts, ledger, registry }: Audits,
  ) {
    this.codec = codec;
    this.accounts = new AccountList(concepts.flatMap(({ accounts }) => accounts ?? []));
    this.requests = new RequestsAudit(walk.findings);
    this.forms = formsOf(schemas, [...Object.keys(ledger), ...Object.keys(registry)]);
    this.ledger = new Map(Object.entries(ledger));
    this.registry = new Map(Object.entries(registry));
    this.beforeEach = concepts.filter((audit) => audit.beforeEach !== undefined);
    this.afterEach = concepts.filter((audit) => audit.afterEach !== undefined);
    this.booked = rowsOf(concepts, ({ booked }) => booked);
    this.takeBack = rowsOf(concepts, ({ takeBack }) => takeBack);
    this.concepts = concepts;
    this.undated = new Set(concepts.flatMap(({ undated }) => Object.keys(undated ?? {})));
    const later = rowsOf<(event: never, place: Place) => void>(concepts, (audit) => audit.later);
    const ofPages = concepts.filter((audit) => audit.eachPage !== undefined);
    walk.onPage = (page) => {
      for (const audit of ofPages) audit.eachPage!(page, { shard: page.shard, height: page.height });
    };
    walk.onLater = (event, place) => later.get(event.type)?.(event as never, place);
  }

  async shard(shard: number): Promise<void> {
    const books = new ShardBooks(shard, this.accounts, this.walk.findings);
    this.books.push(books);
    const table = shard === registryShard(this.walk.shards) ? this.registry : this.ledger;
    await this.walk.shard(shard, this.codec, (event, place) => {
      this.judge(this.rowOf(table, event.type), event, place, books);
    });
  }

  /** What is said of a type. Most events are of the type of the one before: a text that was just parsed is a slow key. */
  private rowOf(table: ReadonlyMap<string, Derive<never>>, type: string): Row {
    const last = this.row;
    if (last !== undefined && type === last.type && table === last.table) return last;
    const derive = table.get(type);
    const form = derive === undefined ? undefined : this.forms.get(type);
    this.row = { type, table, derive, form, booked: this.booked.get(type) };
    return this.row;
  }

  private judge(row: Row, event: AnyEvent, place: Place, books: ShardBooks): void {
    if (row.form === undefined) {
      const of = row.table === this.registry ? 'the registry' : 'a holder shard';
      this.walk.find('EVENT_UNREADABLE', place, `${event.type} is no event of ${of}`);
    } else this.checkForm(row.form, event, place);
    if (row.table === this.registry && event.heads !== undefined) this.walk.nameHeads(event.heads, place);
    for (const audit of this.beforeEach) audit.beforeEach!(event, place);
    this.apply(row, event, place, books);
    if (row.table === this.ledger) for (const audit of this.afterEach) audit.afterEach!(event, place);
  }

  /** Reads what a holder shard has gained since. */
  async beyond(shard: number, rows: ConceptAudit['laterInLedger']): Promise<void> {
    const table = new Map(Object.entries<(event: never, place: Place) => void>(rows ?? {}));
    await this.walk.beyond(shard, this.codec, (event, place) => table.get(event.type)?.(event as never, place));
  }

  /** What is found here is named once, and derived from all the same as far as it goes. */
  private checkForm({ findFault, home }: EventForm, event: AnyEvent, place: Place): void {
    const fault = findFault(event) ?? this.findTimeFault(event);
    if (fault !== undefined) this.walk.find('EVENT_UNREADABLE', place, fault);
    if (home === undefined) return;
    const holder = (event as unknown as Readonly<Record<string, unknown>>)[home];
    if (typeof holder === 'string' && this.walk.homeOf(holder) !== place.shard)
      this.walk.find('SHARD_WRONG', place, `${holder} does not live in shard ${place.shard}`);
  }

  /** Events of one page mostly have the same time. */
  private findTimeFault({ type, time }: AnyEvent): string | undefined {
    if (time === this.time || this.undated.has(type)) return undefined;
    if (this.walk.instantOf(time) === undefined) return `time ${time} is no instant of the calendar`;
    this.time = time;
    return undefined;
  }

  private apply({ derive, booked }: Row, event: AnyEvent, place: Place, books: ShardBooks): void {
    const { postings: found = [], request, type } = event;
    const expected = derive?.(event as never, place, books);
    if (expected !== undefined && !samePostings(found, expected)) {
      const detail = `expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
      this.walk.find('POSTINGS_WRONG', place, detail);
    }
    books.apply(found, place);
    booked?.(event as never, place, books);
    if (request !== undefined)
      this.requests.check(request, place, () => this.takeBack.get(type)?.(event as never, place));
  }

  /** Checks what holds over all shards together. Returns their sums. */
  checkAll(): ShardBooks {
    const totals = new ShardBooks(this.walk.shards, this.accounts, this.walk.findings);
    this.books.sort((a, b) => a.shard - b.shard);
    for (const books of this.books) {
      const { shard } = books;
      if (books.sum() !== 0n) this.walk.find('SUM_WRONG', { shard, height: 0 }, `balances sum to ${books.sum()}`);
      totals.add(books);
    }
    for (const audit of this.concepts) {
      try {
        audit.check?.(totals);
      } catch (error) {
        // An event that lacks what the law adds up: the finding at the event says more.
        this.walk.find('EVENT_UNREADABLE', { shard: this.walk.shards, height: 0 }, messageOf(error));
      }
    }
    return totals;
  }
}

/** One table of all the rows that audits have of one kind. @throws Error when two have one for the same type of event */
function rowsOf<Row>(
  concepts: readonly ConceptAudit[],
  pick: (audit: ConceptAudit) => Readonly<Record<string, Row | undefined>> | undefined,
): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  for (const audit of concepts) {
    for (const [type, row] of Object.entries(pick(audit) ?? {})) {
      if (rows.has(type)) throw new Error(`two audits say something of ${type}`);
      if (row !== undefined) rows.set(type, row);
    }
  }
  return rows;
}
