/** Plays one history on the product and on the oracle, and compares every answer and every state, now and as of past instants. */
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { answered, bookedIds, said, type Outcome } from './answers.js';
import { CUSTOMERS, makeHistory, type Planned, type Step } from './history.js';
import { instant } from './model/amounts.js';
import { Books } from './model/books.js';
import type { Booking, Command } from './model/commands.js';
import { customerOf, PRICES, type Product } from './product.js';
import { Reader } from './reader.js';
import { Requests, type Names, type Request } from './requests.js';

/** What a history came to. */
export interface Played {
  readonly seed: number;
  readonly commands: number;
  readonly refused: number;
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

/** A command that was answered. */
interface Done {
  readonly planned: Planned;
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

const LINES_SHOWN = 20;

export class Player {
  /** The history so far, for whoever looks for the cause of a difference. */
  readonly lines: string[] = [];
  private readonly books: Books[];
  private readonly names: Names = { holds: lists(), grants: lists(), uses: lists() };
  private readonly requests: Requests;
  private readonly reader: Reader;
  private readonly counts = { commands: 0, refused: 0 };
  private sent = 0;

  constructor(
    private readonly product: Product,
    private readonly seed: number,
  ) {
    this.books = Array.from({ length: CUSTOMERS }, (_, n) => new Books(customerOf(seed, n), PRICES));
    this.requests = new Requests(seed, this.names);
    this.reader = new Reader(product, seed, (what, ofProduct, ofOracle) => {
      throw new Difference(seed, what, ofProduct, ofOracle, this.lines);
    });
  }

  /** @throws Difference */
  async play(steps: number): Promise<Played> {
    for (const step of makeHistory(this.seed, steps)) await this.take(step);
    await this.reader.compareNow(this.books);
    await this.reader.comparePast(this.books);
    return { seed: this.seed, ...this.counts, instants: this.reader.instants };
  }

  private async take({ pauseMs, commands, isChecked }: Step): Promise<void> {
    await delay(pauseMs);
    const done = await Promise.all(commands.map((planned) => this.send(planned)));
    const entries = (await Promise.all(done.map((one) => this.entriesOf(one)))).flat();
    for (const [customer, books] of this.books.entries()) {
      const booked = entries.filter((entry) => entry.customer === customer);
      this.book(books, booked);
      for (const one of done) {
        if (one.planned.customer === customer && one.bookings.length === 0) this.refuse(books, booked.length, one);
      }
    }
    if (isChecked) for (const books of this.books) await this.reader.compareAt(books, Date.now());
  }

  private async send(planned: Planned): Promise<Done> {
    const sentMs = Date.now();
    const request = this.requests.resolve(planned, sentMs);
    const name = this.nameFor(planned);
    const key = `oracle-${this.seed}-${this.sent++}`;
    const { method, path, body, contentType } = request;
    const answer = await this.product.write(method, path, body, key, contentType);
    const answeredMs = Date.now();
    const ids = bookedIds(answer);
    name(ids[0]);
    const bookings = await Promise.all(ids.map(async (id) => ({ id, ms: await this.product.recordedAt(id) })));
    this.counts.commands++;
    if (ids.length === 0) this.counts.refused++;
    const times = [...new Set(bookings.map(({ ms }) => instant(ms)))].join(' ');
    const [asked, told] = [JSON.stringify(body), JSON.stringify(answer.body)];
    this.lines.push(`${instant(sentMs)} ${path} ${asked} -> ${instant(answeredMs)} ${answer.status} ${told} @${times}`);
    return { planned, request, outcome: answered(answer), bookings, sentMs, answeredMs };
  }

  /** Keeps a place for the id of what is asked for, before anybody else asks. */
  private nameFor(planned: Planned): (id: string | undefined) => void {
    const { customer } = planned;
    const isGrant = planned.do === 'mint' || planned.do === 'grant';
    if (!isGrant && planned.do !== 'reserve') return () => undefined;
    const names = this.names[isGrant ? 'grants' : 'holds'][customer]!;
    const n = names.push(undefined) - 1;
    return (id) => {
      names[n] = id;
    };
  }

  /** What a command booked: a transfer arrives by an entry of its own. */
  private async entriesOf(done: Done): Promise<Entry[]> {
    const { planned, request, bookings } = done;
    const [first] = bookings;
    if (first === undefined) return [];
    const entry = { customer: planned.customer, command: request.command, bookings, done };
    if (planned.do !== 'transfer') return [entry];
    const id = await this.product.arrivalOf(customerOf(this.seed, planned.to), first.id);
    const arrival = { id, ms: await this.product.recordedAt(id) };
    return [entry, { customer: planned.to, command: { do: 'arrive', amount: planned.amount }, bookings: [arrival] }];
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
  private refuse(books: Books, booked: number, done: Done): void {
    const { request, outcome, sentMs, answeredMs } = done;
    const expected: Outcome[] = [];
    for (let last = 0; last <= booked; last++) {
      const { time, instants } = books.before(last);
      const fromMs = Math.max(sentMs, time);
      const moments = [fromMs, answeredMs, ...instants.filter((ms) => ms > fromMs && ms < answeredMs)];
      for (const ms of moments.filter((one) => one >= time)) {
        const outcomeThen = said(() => books.before(last).apply(request.command, [{ ms, id: 'none' }]), isSingle(done));
        if (isDeepStrictEqual(outcomeThen, outcome)) return;
        expected.push(outcomeThen);
      }
    }
    this.differ(done, expected);
  }

  private differ(done: Done | undefined, oracle: unknown): never {
    const what =
      done === undefined ? 'what arrived' : `the answer to ${done.request.path} sent ${instant(done.sentMs)}`;
    throw new Difference(this.seed, what, done?.outcome, oracle, this.lines);
  }
}

const lists = <T>(): T[][] => Array.from({ length: CUSTOMERS }, () => []);
const isSingle = (done: Done | undefined): boolean => done?.planned.do === 'use' && done.planned.isSingle;

function byPlace(a: string, b: string): number {
  const [[, height = 0, index = 0], [, otherHeight = 0, otherIndex = 0]] = [placeOf(a), placeOf(b)];
  return height - otherHeight || index - otherIndex;
}

const placeOf = (id: string): number[] => id.split(/[-.]/).map(Number);
