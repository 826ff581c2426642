/** Plays one history on the product and on the oracle, and compares every answer and every state, now and as of past instants. */
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { answered, bookedIds, said, type Outcome } from './answers.js';
import { Governance, type Asked } from './governance.js';
import { CUSTOMERS, entriesOf, isGovernance, makeHistory, type Governing, type Planned, type Step } from './history.js';
import { instant } from './model/amounts.js';
import { Books } from './model/books.js';
import type { Booking, Command } from './model/commands.js';
import { rewardOf } from './model/stakes.js';
import { customerOf, TERMS, type Product } from './product.js';
import type { Quiet } from './quiet.js';
import { Reader } from './reader.js';
import { Requests, type Names, type Request } from './requests.js';

/** What a history came to. */
export interface Played {
  readonly seed: number;
  readonly commands: number;
  readonly refused: number;
  /** Of the others, how many there were of each kind; a reversal of a reversal is an `undo`. */
  readonly booked: Readonly<Record<string, number>>;
  /** Past instants of which everything was compared. */
  readonly instants: number;
}

/** Something that both do not agree on. */
export class Difference extends Error {
  constructor(seed: number, what: string, product: unknown, oracle: unknown, history: readonly string[]) {
    const shown = [`product: ${JSON.stringify(product)}`, `oracle:  ${JSON.stringify(oracle)}`];
    super([`seed ${seed}: ${what} differs`, ...shown, ...history.slice(-LINES_SHOWN)].join('\n'));
  }
}

type Bookable = Exclude<Planned, Governing>;

/** A command that was answered. */
interface Done {
  readonly planned: Bookable;
  readonly request: Request;
  readonly outcome: Outcome;
  readonly bookings: readonly Booking[];
  readonly sentMs: number;
  readonly answeredMs: number;
}

/** Something that was booked in one customer's books. */
interface Entry {
  readonly customer: number;
  readonly command: Command;
  readonly bookings: readonly Booking[];
  readonly done?: Done;
}

/** A transfer within one shard, or what took it back: what its reversal does to its receiver. */
interface Near {
  readonly to: number;
  readonly grant: string;
  readonly reversed: 'unarrive' | 'rearrive';
}

const LINES_SHOWN = 20;

export class Player {
  /** The history so far, for whoever looks for the cause of a difference. */
  readonly lines: string[] = [];
  readonly books: Books[];
  readonly governance: Governance;
  private readonly names: Names = { holds: lists(), grants: lists(), uses: lists(), entries: lists() };
  private readonly near = new Map<string, Near>();
  private readonly requests: Requests;
  private readonly reader: Reader;
  private readonly counts = { commands: 0, refused: 0, booked: {} as Record<string, number> };
  private readonly reversals = new Set<string>();
  private sent = 0;

  constructor(
    private readonly product: Product,
    private readonly seed: number,
    private readonly quiet: Quiet,
    everybody: () => readonly Books[],
  ) {
    this.books = Array.from({ length: CUSTOMERS }, (_, n) => new Books(customerOf(seed, n), TERMS));
    this.requests = new Requests(seed, this.names);
    const differ = (what: string, ofProduct: unknown, ofOracle: unknown): never => {
      throw new Difference(seed, what, ofProduct, ofOracle, this.lines);
    };
    this.reader = new Reader(product, seed, differ);
    this.governance = new Governance(seed, everybody, differ);
  }

  /** @throws Difference */
  async play(steps: number): Promise<Played> {
    const { quiet, reader, books } = this;
    for (const step of makeHistory(this.seed, steps)) {
      await delay(step.pauseMs);
      await quiet.among(() => this.take(step));
    }
    await quiet.among(() => reader.compareNow(books));
    await quiet.among(() => reader.comparePast(books));
    return { seed: this.seed, ...this.counts, instants: this.reader.instants };
  }

  private async take({ commands, isChecked }: Step): Promise<void> {
    const governing = commands.filter(isGovernance).map((planned) => this.governance.send(planned, this.ask));
    const others = commands.filter((planned): planned is Bookable => !isGovernance(planned));
    const done = await Promise.all(others.map((planned) => this.send(planned)));
    const judging = await Promise.all(governing);
    const entries = (await Promise.all(done.map((one) => this.entriesOf(one)))).flat();
    const bookedBy = (customer: number): Entry[] => entries.filter((entry) => entry.customer === customer);
    for (const [customer, books] of this.books.entries()) this.book(books, bookedBy(customer));
    for (const one of done) {
      if (one.bookings.length === 0) this.refuse(one, (customer) => bookedBy(customer).length);
    }
    for (const judge of judging) judge();
    if (isChecked) for (const books of this.books) await this.reader.compareAt(books, Date.now());
  }

  private async send(planned: Bookable): Promise<Done> {
    const request = this.requests.resolve(planned, Date.now());
    const name = this.nameFor(planned);
    const { method, path, body, contentType } = request;
    const { answer, bookings, ...when } = await this.ask(method, path, body, contentType);
    const ids = bookings.map(({ id }) => id);
    name(ids);
    this.note(request.command, ids);
    return { planned, request, outcome: await this.product.named(answered(answer)), bookings, ...when };
  }

  private readonly ask = async (
    method: 'POST' | 'PUT',
    path: string,
    body: object,
    contentType?: string,
  ): Promise<Asked> => {
    const sentMs = Date.now();
    const key = `oracle-${this.seed}-${this.sent++}`;
    const answer = await this.product.write(method, path, body, key, contentType);
    const answeredMs = Date.now();
    const ids = bookedIds(answer);
    const bookings = await Promise.all(ids.map(async (id) => ({ id, ms: await this.product.recordedAt(id) })));
    this.counts.commands++;
    if (ids.length === 0) this.counts.refused++;
    const times = [...new Set(bookings.map(({ ms }) => instant(ms)))].join(' ');
    const [asked, told] = [JSON.stringify(body), JSON.stringify(answer.body)];
    this.lines.push(`${instant(sentMs)} ${path} ${asked} -> ${instant(answeredMs)} ${answer.status} ${told} @${times}`);
    return { answer, bookings, sentMs, answeredMs };
  };

  private note(command: Command, [first]: readonly string[]): void {
    const { counts, reversals } = this;
    if (first === undefined) return;
    const kind = command.do === 'reverse' && reversals.has(command.entry) ? 'undo' : command.do;
    if (kind === 'reverse' || kind === 'cancel') reversals.add(first);
    counts.booked[kind] = (counts.booked[kind] ?? 0) + 1;
  }

  /** Keeps places for the ids of what is asked for, before anybody else asks. */
  private nameFor(planned: Bookable): (ids: readonly string[]) => void {
    const { customer } = planned;
    const isGrant = planned.do === 'mint' || planned.do === 'grant';
    const isNamed = isGrant || planned.do === 'reserve';
    const places = [
      ...(isNamed ? [placeIn(this.names[isGrant ? 'grants' : 'holds'][customer]!)] : []),
      ...Array.from({ length: entriesOf(planned) }, () => placeIn(this.names.entries[customer]!)),
    ];
    return (ids) => {
      const [first] = ids;
      if (isNamed) places[0]!(first);
      for (const [n, id] of ids.entries()) places[n + (isNamed ? 1 : 0)]!(id);
    };
  }

  /** What a command booked: what arrives by an entry of its own, or is another customer's part of the same one. */
  private async entriesOf(done: Done): Promise<Entry[]> {
    const { planned, request, bookings } = done;
    const [first] = bookings;
    if (first === undefined) return [];
    const entry = { customer: planned.customer, command: request.command, bookings, done };
    if (planned.do === 'transfer') {
      const arrival = await this.arrivalOf(planned.to, first.id);
      const isNear = arrival.id === first.id;
      if (isNear) this.near.set(first.id, { to: planned.to, grant: first.id, reversed: 'unarrive' });
      const { amount } = planned;
      return [
        { ...entry, command: { do: 'send', amount, isNear } },
        { customer: planned.to, command: { do: 'arrive', amount, kind: 'purchased' }, bookings: [arrival] },
      ];
    }
    if (planned.do === 'slash' && planned.finder !== undefined) {
      const { finder } = planned;
      const amount = rewardOf(planned.amount, TERMS.staking);
      if (amount === 0n) return [entry];
      const command = { do: 'arrive', amount, kind: 'earned' } as const;
      return [entry, { customer: finder, command, bookings: [await this.arrivalOf(finder, first.id)] }];
    }
    const near = this.nearOf(request.command);
    if (near === undefined) return [entry];
    const { to, grant, reversed } = near;
    this.near.set(first.id, { to, grant, reversed: reversed === 'unarrive' ? 'rearrive' : 'unarrive' });
    return [entry, { customer: to, command: { do: reversed, grant }, bookings }];
  }

  private async arrivalOf(receiver: number, sending: string): Promise<Booking> {
    const id = await this.product.arrivalOf(customerOf(this.seed, receiver), sending);
    return { id, ms: await this.product.recordedAt(id) };
  }

  private nearOf(command: Command): Near | undefined {
    return command.do === 'reverse' ? this.near.get(command.entry) : undefined;
  }

  /** What was booked, in the order of the journal. */
  private book(books: Books, entries: readonly Entry[]): void {
    const ordered = [...entries].sort((a, b) => byPlace(a.bookings[0]!.id, b.bookings[0]!.id));
    for (const { command, bookings, done } of ordered) {
      const expected = said(() => books.apply(command, bookings), isSingle(done));
      const got = done?.outcome ?? { status: 'ok', body: {} };
      if (!isDeepStrictEqual(got, expected)) this.differ(done, expected);
    }
  }

  /** A refusal, which nothing says the instant of, must be right at some instant while it was asked for. */
  private refuse(done: Done, bookedBy: (customer: number) => number): void {
    const { request, planned } = done;
    const near = this.nearOf(request.command);
    const halves: readonly (readonly [number, Command])[] = [
      [planned.customer, request.command],
      // Either of the two customers of a transfer may be why it is not taken back.
      ...(near === undefined ? [] : ([[near.to, { do: near.reversed, grant: near.grant }]] as const)),
    ];
    const expected = halves.flatMap(([customer, command]) =>
      this.refusalsIn(this.books[customer]!, bookedBy(customer), command, done),
    );
    if (!expected.some((outcome) => isDeepStrictEqual(outcome, done.outcome))) this.differ(done, expected);
  }

  /** What a command would have come to, at each instant at which that may have changed. */
  private refusalsIn(books: Books, booked: number, command: Command, done: Done): Outcome[] {
    const { sentMs, answeredMs } = done;
    const outcomes: Outcome[] = [];
    for (let last = 0; last <= booked; last++) {
      const { time, instants } = books.before(last);
      const fromMs = Math.max(sentMs, time);
      const moments = [fromMs, answeredMs, ...instants.filter((ms) => ms > fromMs && ms < answeredMs)];
      for (const ms of moments.filter((one) => one >= time)) {
        const then = [{ ms, id: 'none' }];
        outcomes.push(said(() => books.before(last).apply(command, then), isSingle(done)));
        if (isDeepStrictEqual(outcomes.at(-1), done.outcome)) return outcomes;
      }
    }
    return outcomes;
  }

  private differ(done: Done | undefined, oracle: unknown): never {
    const what =
      done === undefined ? 'what arrived' : `the answer to ${done.request.path} sent ${instant(done.sentMs)}`;
    throw new Difference(this.seed, what, done?.outcome, oracle, this.lines);
  }
}

const lists = <T>(): T[][] => Array.from({ length: CUSTOMERS }, () => []);

function placeIn(list: (string | undefined)[]): (id: string | undefined) => void {
  const n = list.push(undefined) - 1;
  return (id) => {
    list[n] = id;
  };
}
const isSingle = (done: Done | undefined): boolean => done?.planned.do === 'use' && done.planned.isSingle;

function byPlace(a: string, b: string): number {
  const [[, height = 0, index = 0], [, otherHeight = 0, otherIndex = 0]] = [placeOf(a), placeOf(b)];
  return height - otherHeight || index - otherIndex;
}

const placeOf = (id: string): number[] => id.split(/[-.]/).map(Number);
