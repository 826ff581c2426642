/** Reads what the product says of its customers, and compares it with the oracle. */
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { instant, sum, tokens } from './model/amounts.js';
import type { Books } from './model/books.js';
import { atLeastNothing, paidToProvider, shardsOf } from './model/payees.js';
import { TIERS, type Product } from './product.js';

type Members = Readonly<Record<string, unknown>>;
interface List {
  readonly items: readonly Members[];
}

/** What is compared of one customer. */
interface State {
  readonly balance: Members;
  readonly grants: readonly Members[];
  readonly budgets: readonly Members[];
  /** What is owed, by age. */
  readonly receivables: Members;
  readonly stakes: Members;
}

const PARTS = ['balance', 'grants', 'budgets', 'receivables', 'stakes'] as const;

/** How many past instants of one customer are compared at the end of a history. */
const INSTANTS = 14;

/** What was answered is read a moment later, and what is due is booked a moment after its instant. */
const NOW_TRIES = 400;
const NOW_PAUSE_MS = 25;

const byHold = (holds: readonly Members[]): Members[] =>
  [...holds].sort((a, b) => (String(a['hold']) < String(b['hold']) ? -1 : 1));

const pick = (from: Members, names: readonly string[]): Members =>
  Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));

const BALANCE = ['available', 'held', 'staked', 'unbonding', 'pending', 'receivable'];
const STAKES = ['staked', 'unbonding', 'unbondings', 'compounding'];
const HOLD = ['hold', 'state', 'amount', 'captured', 'released', 'receivable', 'receipt', 'budget'];

const stateOf = (books: Books): State => ({
  ...{ balance: books.balance(), grants: books.grantList(), budgets: books.budgetList() },
  ...{ receivables: books.receivables(), stakes: books.stakeList() },
});

export class Reader {
  instants = 0;
  /** What was answered for an instant: it is the answer for ever. */
  private readonly answers: { readonly books: Books; readonly ms: number; readonly state: State }[] = [];

  constructor(
    private readonly product: Product,
    private readonly seed: number,
    private readonly differ: (what: string, product: unknown, oracle: unknown) => never,
  ) {}

  /** Compares everything of a customer as of an instant. */
  async compareAt(books: Books, ms: number): Promise<void> {
    const state = await this.read(books.customer, `asOf=${instant(ms)}`);
    this.answers.push({ books, ms, state });
    this.instants++;
    this.compare(`${books.customer} as of ${instant(ms)}`, state, stateOf(books.asOf(ms)));
  }

  /** Compares a choice of instants, those at which something acted and those around them, and what was answered before. */
  async comparePast(all: readonly Books[]): Promise<void> {
    const nowMs = Date.now();
    for (const books of all) {
      const around = [...books.instants, ...books.bookedAt].flatMap((ms) => [ms - 1, ms]);
      const past = [...new Set(around)]
        .filter((ms) => ms < nowMs && ms >= (books.bookedAt[0] ?? nowMs))
        .sort((a, b) => a - b);
      const stride = Math.max(1, past.length / INSTANTS);
      for (let at = this.seed % stride; at < past.length; at += stride) {
        await this.compareAt(books, past[Math.floor(at)]!);
        if (books === all[0]) await this.compareProviders(all, past[Math.floor(at)]!);
      }
    }
    for (const { books, ms, state } of this.answers.splice(0)) {
      const again = await this.read(books.customer, `asOf=${instant(ms)}`);
      this.compare(`${books.customer} as of ${instant(ms)}, asked once more,`, again, state);
    }
  }

  /** Compares what was each provider's by an instant, of all its customers: what is payable, and what waits to be covered. */
  private async compareProviders(all: readonly Books[], ms: number): Promise<void> {
    const then = all.map((books) => books.asOf(ms));
    for (const provider of new Set(all.flatMap(({ paid }) => paid.flatMap((one) => one.provider ?? [])))) {
      const balance = await this.product.read<Members>(`/holders/${provider}/balance?asOf=${instant(ms)}`);
      const earned = shardsOf(then).map((shard) => paidToProvider(then, provider, shard));
      const expected = {
        payable: tokens(sum(earned.map(atLeastNothing))),
        uncovered: tokens(sum(then.map((books) => books.uncovered(provider)))),
      };
      const got = pick(balance, Object.keys(expected));
      if (!isDeepStrictEqual(got, expected)) this.differ(`what is ${provider}'s as of ${instant(ms)}`, got, expected);
    }
  }

  /** Compares what is now, as soon as it is read. */
  async compareNow(all: readonly Books[]): Promise<void> {
    for (const books of all) {
      let seen = await this.readNow(books);
      for (let n = 0; n < NOW_TRIES && !seen.isSame; n++) {
        await delay(NOW_PAUSE_MS);
        seen = await this.readNow(books);
      }
      const [got, expected] = [seen.got, seen.expected[0]!];
      for (const part of [...PARTS, 'holds', 'access'] as const) {
        if (seen.isSame || isDeepStrictEqual(got[part], expected[part])) continue;
        this.differ(`${part} of ${books.customer} now`, got[part], expected[part]);
      }
    }
  }

  /** Time goes on while several things are read: each instant of it is a possible now. */
  private async readNow(books: Books) {
    const fromMs = Date.now();
    const state = await this.read(books.customer, '');
    const { items } = await this.product.read<List>(`/holders/${books.customer}/holds?limit=500`);
    const holds = byHold(await this.product.named(items.map((hold) => pick(hold, HOLD))));
    const access = await this.readAccess(books.customer);
    const got = { ...state, holds, access };
    const toMs = Date.now();
    const moments = [fromMs, toMs, ...books.instants.filter((ms) => ms > fromMs && ms < toMs)];
    const expected = moments.map((ms) => {
      const now = books.asOf(ms);
      const access = Object.fromEntries(Object.entries(TIERS).map(([tier, terms]) => [tier, now.access(terms)]));
      return { ...stateOf(now), holds: byHold(now.holdList()), access };
    });
    return { got, expected, isSame: expected.some((one) => isDeepStrictEqual(got, one)) };
  }

  /** What a customer reaches, of every tier. */
  private async readAccess(customer: string): Promise<Members> {
    const told = Object.keys(TIERS).map(async (tier) => {
      const { allowed, measured, needed } = await this.product.access(customer, tier);
      return [tier, { allowed, measured, needed }] as const;
    });
    return Object.fromEntries(await Promise.all(told));
  }

  private async read(customer: string, query: string): Promise<State> {
    const [balance, grants, budgets, receivables, stakes] = await Promise.all([
      this.product.read<Members>(`/holders/${customer}/balance?${query}`),
      this.product.read<List>(`/holders/${customer}/grants?limit=500&${query}`),
      this.product.read<List>(`/holders/${customer}/budgets?limit=500&${query}`),
      this.product.read<List & Members>(`/holders/${customer}/receivables?limit=500&${query}`),
      this.product.read<Members>(`/holders/${customer}/stakes?${query}`),
    ]);
    return {
      ...{ balance: pick(balance, BALANCE), stakes: pick(stakes, STAKES) },
      grants: await this.product.named(grants.items),
      budgets: budgets.items.map(({ runsDryAt: _, ...budget }) => budget),
      receivables: { totals: receivables['totals'], items: receivables.items.map(({ time: _, ...debt }) => debt) },
    };
  }

  private compare(what: string, got: State, expected: State): void {
    for (const part of PARTS) {
      if (!isDeepStrictEqual(got[part], expected[part])) this.differ(`${part} of ${what}`, got[part], expected[part]);
    }
  }
}
