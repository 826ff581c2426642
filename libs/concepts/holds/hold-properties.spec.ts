/** What holds for grants, holds and budgets together whatever happens, against a model that looks for everything every time. */
import fc from 'fast-check';
import { accountKind, ACCOUNTS, LedgerState, type LedgerEvent } from '#concepts';
import { atto, DomainError, parseTime } from '#domain';
import { BUDGET_PERIODS } from '../budgets/period.js';
import { at } from '../test-support/grant-desk.js';
import { HoldDesk } from '../test-support/hold-desk.js';
import { amountOf, OWNER, PrepaidModel, Refused, type ModelledHold } from '../test-support/prepaid-model.js';
import { MapUsageIndex, report, snapshot, TIME, usage } from '../test-support/world.js';

const PATHS = ['acme', 'acme/a', 'acme/a/b', 'acme/c'] as const;
const amount = fc.bigInt({ min: 1n, max: 40n });
const path = fc.constantFrom(undefined, 'acme/a', ...PATHS);
const nth = fc.nat(5);

const move = <Does extends string, Rest extends object>(
  does: Does,
  rest: { [Name in keyof Rest]: fc.Arbitrary<Rest[Name]> },
) => fc.record({ does: fc.constant(does), ...rest }) as fc.Arbitrary<{ readonly does: Does } & Readonly<Rest>>;

const anyMove = fc.oneof(
  {
    weight: 3,
    arbitrary: move('grant', {
      amount,
      priority: fc.constantFrom(100, 500),
      lasts: fc.constantFrom(1, 3, 30, Infinity),
    }),
  },
  { weight: 1, arbitrary: move('void', { nth }) },
  {
    weight: 3,
    arbitrary: move('put', {
      ...{ path: fc.constantFrom(...PATHS), limit: fc.bigInt({ min: 0n, max: 60n }) },
      ...{
        period: fc.constantFrom(...BUDGET_PERIODS),
        onExceed: fc.constantFrom('reject' as const, 'receivable' as const),
      },
    }),
  },
  {
    weight: 5,
    arbitrary: move('reserve', { amount, path, isPartial: fc.boolean(), lasts: fc.constantFrom(1, 2, 24) }),
  },
  { weight: 1, arbitrary: move('extend', { nth, amount, lasts: fc.constantFrom(1, 24) }) },
  { weight: 2, arbitrary: move('capture', { nth, amount }) },
  { weight: 1, arbitrary: move('release', { nth }) },
  { weight: 2, arbitrary: move('use held', { nth, amount, path }) },
  { weight: 2, arbitrary: move('use', { amount, path }) },
  { weight: 2, arbitrary: move('wait', { hours: fc.constantFrom(0.5, 1, 14, 24, 8 * 24, 40 * 24) }) },
);
type Move = typeof anyMove extends fc.Arbitrary<infer One> ? One : never;
type MoveThat<Does extends Move['does']> = Extract<Move, { readonly does: Does }>;

/** A shard and its model, which take the same moves. */
class Life {
  readonly desk = new HoldDesk();
  readonly model = new PrepaidModel(parseTime(TIME, 'time'));
  private moves = 0;

  take(move: Move): void {
    const { model } = this;
    if (move.does === 'wait') {
      const hours = model.now + move.hours;
      this.desk.at(hours);
      model.passTo(hours);
    } else if (move.does === 'grant' || move.does === 'put' || move.does === 'reserve' || move.does === 'use') {
      this.begin(move);
    } else if (move.does === 'void') {
      const grant = nthOf(model.grants, move.nth);
      if (grant === undefined) return;
      this.both(
        () => {
          model.void(grant);
        },
        { type: 'VoidGrant', grant: grant.id, reason: 'r' },
      );
    } else {
      const hold = nthOf(model.holds, move.nth);
      if (hold !== undefined) this.goOn(move, hold);
    }
  }

  private begin(move: MoveThat<'grant' | 'put' | 'reserve' | 'use'>): void {
    const { model } = this;
    const amount = move.does === 'put' ? atto(move.limit) : atto(move.amount);
    if (move.does === 'grant') {
      const { priority, lasts } = move;
      const ends = model.now + lasts;
      const terms = { kind: 'promotional', priority, ...(lasts === Infinity ? {} : { expiresAt: at(ends) }) };
      this.both(
        () => (id: string) => {
          model.give({ id, priority, ends, amount });
        },
        { type: 'IssueGrant', holder: OWNER, amount, reason: 'r', ...terms },
      );
    } else if (move.does === 'put') {
      const { path, period, onExceed } = move;
      const terms = { limit: amount, period, onExceed };
      this.both(
        () => {
          model.put(path, terms);
        },
        { type: 'SetBudget', customer: OWNER, path, ...terms },
      );
    } else if (move.does === 'reserve') {
      const { path, isPartial } = move;
      const ends = model.now + move.lasts;
      const command = { type: 'ReserveHold', customer: OWNER, amount, partial: isPartial, expiresAt: at(ends) };
      this.both(() => model.reserve({ amount, path, isPartial }, ends), { ...command, ...budgetOf(path) });
    } else {
      this.both(
        () => {
          model.use(amount, move.path);
        },
        this.usage(move.amount, budgetOf(move.path)),
      );
    }
  }

  private goOn(move: MoveThat<'extend' | 'capture' | 'release' | 'use held'>, hold: ModelledHold): void {
    const { model } = this;
    const { id } = hold;
    if (move.does === 'extend') {
      const ends = model.now + move.lasts;
      this.both(
        () => {
          model.extend(hold, move.amount, ends);
        },
        { type: 'ExtendHold', hold: id, amount: atto(move.amount), expiresAt: at(ends) },
      );
    } else if (move.does === 'capture') {
      this.both(
        () => {
          model.capture(hold, move.amount);
        },
        { type: 'CaptureHold', hold: id, amount: atto(move.amount) },
      );
    } else if (move.does === 'release') {
      this.both(
        () => {
          model.release(hold);
        },
        { type: 'ReleaseHold', hold: id },
      );
    } else {
      this.both(
        () => {
          model.use(move.amount, move.path, hold);
        },
        this.usage(move.amount, { hold: id, ...budgetOf(move.path) }),
      );
    }
  }

  private usage(amount: bigint, more: object) {
    return usage([report({ id: `u${this.moves}`, meters: { odd: `${amount}` }, ...more })]);
  }

  /**
   * Takes a move in the model and in the shard: both do it, or refuse it with one code.
   *
   * @param foresee returns what to do once the entry's id is known, if anything
   */
  private both(foresee: () => unknown, command: object): void {
    this.moves++;
    let expected: string | undefined;
    let after: ((entry: string) => void) | undefined;
    try {
      const then = foresee();
      if (typeof then === 'function') after = then as (entry: string) => void;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      expected = error.message;
    }
    const [code, entry] = this.decide(command);
    expect([command, code]).toEqual([command, expected]);
    after?.(entry);
  }

  /** The code of what refuses it, or the id of its entry. */
  private decide(command: object): [code: string | undefined, entry: string] {
    const { recorded } = this.desk;
    const height = recorded.length + 1;
    try {
      const outcome = this.desk.run(command);
      return [outcome.type === 'usage' ? outcome.answer.rejected[0]?.code : undefined, `0-${height}-0`];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return [error.code, ''];
    }
  }

  /** Everything that must hold between any two moves. */
  check(): void {
    const { desk, model } = this;
    const { state } = desk;
    let sum = 0n;
    for (const [account, balance] of state.balances) {
      sum += balance;
      if (ACCOUNTS[accountKind(account)!].belowZero === 'never' && balance < 0n)
        throw new Error(`${account}: ${balance}`);
    }
    expect(sum).toBe(0n);
    expect(this.balances).toEqual([
      model.available,
      model.open.reduce((all, hold) => all + amountOf(hold), 0n),
      model.owed,
    ]);
    expect(
      desk.views().map(({ grant: id, state: is, used, remaining, held, lapsed, amount }) => {
        expect(used + remaining + held + lapsed).toBe(amount);
        return { id, is, used, remaining, held, lapsed };
      }),
    ).toEqual(
      model.grants.map((grant) => {
        const { id, used, remaining, lapsed } = grant;
        return { id, is: model.stateOf(grant), used, remaining, held: model.heldOf(grant), lapsed };
      }),
    );
    expect(this.ceilings).toEqual(new Map([...model.budgets.keys()].map((path) => [path, model.figures(path)])));
    expect(new Map([...state.holds.open].map(([id, hold]) => [id, hold.amount]))).toEqual(
      new Map(model.open.map((hold) => [hold.id, amountOf(hold)])),
    );
  }

  private get balances(): bigint[] {
    const { state } = this.desk;
    const [available, held, owed] = ['available', 'held', 'receivable'].map((name) =>
      state.balance(`customer:${OWNER}:${name}`),
    ) as [bigint, bigint, bigint];
    return [available, held, -owed];
  }

  get ceilings() {
    const { budgets } = this.desk.state;
    const day = at(this.model.now).slice(0, 10);
    return new Map(
      [...this.model.budgets.keys()].map((path) => {
        const { used, held, exceeded, limit, remaining } = budgets.find(path, day)!;
        const left = limit - used - held;
        expect(remaining).toBe(left > 0n ? left : 0n);
        return [path, { used, held, exceeded, left }];
      }),
    );
  }
}

const budgetOf = (path: string | undefined) => (path === undefined ? {} : { budget: path });
const nthOf = <One>(list: readonly One[], nth: number): One | undefined => list[list.length - 1 - (nth % list.length)];

/** So that most of what follows is not refused. */
const BEGINNING: readonly Move[] = [
  { does: 'grant', amount: 60n, priority: 500, lasts: Infinity },
  { does: 'put', path: 'acme/a', limit: 40n, period: 'day', onExceed: 'reject' },
];
const anyLife = fc.array(anyMove, { minLength: 1, maxLength: 12 }).map((moves) => [...BEGINNING, ...moves]);

describe('whatever happens to the grants, holds and budgets of a customer', () => {
  it('they are what a simple model says; no budget is exceeded but for what a lowered limit found there', () => {
    fc.assert(
      fc.property(anyLife, (moves) => {
        const life = new Life();
        for (const move of moves) {
          const before = life.ceilings;
          life.take(move);
          life.check();
          for (const [path, { used, held, left }] of life.ceilings) {
            const was = before.get(path)?.left ?? 0n;
            const isSound = left >= 0n || left >= was || move.does === 'put';
            expect([move, path, isSound, used >= 0n && held >= 0n]).toEqual([move, path, true, true]);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it('the events alone give the same state, and taking all back gives each one before', () => {
    fc.assert(
      fc.property(anyLife, (moves) => {
        const life = new Life();
        const { state, recorded } = life.desk;
        const former: [number, unknown][] = [];
        for (const move of moves) {
          former.push([state.undo.mark(), snapshot(state)]);
          life.take(move);
        }
        const replayed = new LedgerState(new MapUsageIndex(), new MapUsageIndex());
        for (const { event, position } of recorded) {
          replayed.evolve(JSON.parse(JSON.stringify(event)) as LedgerEvent, position);
        }
        expect(snapshot(replayed)).toEqual(snapshot(state));
        for (const [mark, was] of former.reverse()) {
          state.undo.rollback(mark);
          expect(snapshot(state)).toEqual(was);
        }
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);
});
