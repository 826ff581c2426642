/** What holds for grants whatever happens, against a model that keeps each grant by itself and sorts them every time. */
import fc from 'fast-check';
import { accountKind, ACCOUNTS, LedgerState, sharesOf, type GrantKind, type LedgerCommand } from '#concepts';
import { atto, DomainError } from '#domain';
import { at, GrantDesk } from '../test-support/grant-desk.js';
import { MapUsageIndex, snapshot, WHO } from '../test-support/world.js';

interface Modelled {
  readonly id: string;
  readonly kind: GrantKind;
  readonly priority: number;
  readonly begins: number;
  readonly ends: number;
  readonly amount: bigint;
  used: bigint;
  lapsed: bigint;
  remaining: bigint;
  state: 'pending' | 'active' | 'expired' | 'voided';
}

type Move =
  | {
      readonly does: 'grant';
      readonly kind: GrantKind;
      readonly priority: number;
      readonly amount: bigint;
      readonly begins: number;
      readonly lasts: number;
    }
  | { readonly does: 'mint' | 'use' | 'burn' | 'send'; readonly amount: bigint }
  | { readonly does: 'void'; readonly nth: number }
  | { readonly does: 'wait'; readonly hours: number };

const amount = fc.bigInt({ min: 1n, max: 40n });
const anyMove: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('grant' as const),
      kind: fc.constantFrom<GrantKind>('purchased', 'promotional', 'earned'),
      priority: fc.constantFrom(100, 500, 900),
      amount,
      begins: fc.constantFrom(0, 0, 1, 2),
      lasts: fc.constantFrom(1, 2, 3, Infinity),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('mint' as const), amount }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('use' as const), amount }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('burn' as const, 'send' as const), amount }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('void' as const), nth: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('wait' as const), hours: fc.constantFrom(0.5, 1, 2) }) },
);

/** A holder's grants, as simply as can be. */
class Model {
  readonly grants: Modelled[] = [];
  owed = 0n;

  private get active(): Modelled[] {
    return this.grants
      .filter(({ state, remaining }) => state === 'active' && remaining > 0n)
      .sort((a, b) => a.priority - b.priority || (a.ends === b.ends ? 0 : a.ends - b.ends));
  }

  get available(): bigint {
    return this.active.reduce((sum, { remaining }) => sum + remaining, 0n);
  }

  take(amount: bigint, isTaken: (grant: Modelled) => boolean = () => true): void {
    let wanted = amount;
    for (const grant of this.active.filter(isTaken)) {
      const given = grant.remaining < wanted ? grant.remaining : wanted;
      grant.remaining -= given;
      grant.used += given;
      wanted -= given;
    }
    expect(wanted).toBe(0n);
  }

  cover(): void {
    const covered = this.owed < this.available ? this.owed : this.available;
    this.take(covered);
    this.owed -= covered;
  }

  end(grant: Modelled, state: 'expired' | 'voided'): void {
    grant.lapsed += grant.remaining;
    grant.remaining = 0n;
    grant.state = state;
  }

  /** Everything that begins or ends up to an instant, in order. */
  passTo(hours: number): void {
    const acts = this.grants
      .flatMap((grant) => [
        { when: grant.begins, isEnd: false, grant },
        { when: grant.ends, isEnd: true, grant },
      ])
      .filter(({ when }) => when <= hours)
      // What begins at one instant does so in the order of the ids as texts.
      .sort((a, b) => a.when - b.when || Number(b.isEnd) - Number(a.isEnd) || (a.grant.id < b.grant.id ? -1 : 1));
    for (const { isEnd, grant } of acts) {
      if (isEnd && grant.state === 'active' && grant.remaining > 0n) this.end(grant, 'expired');
      if (!isEnd && grant.state === 'pending') {
        grant.state = 'active';
        grant.lapsed = 0n;
        grant.remaining = grant.amount;
        this.cover();
      }
    }
  }
}

const isSendable = ({ kind, ends }: Modelled) => kind !== 'promotional' && ends === Infinity;

function take(desk: GrantDesk, model: Model, move: Move, now: number): void {
  const { grants } = model;
  const order = (command: object) => desk.order(command);
  if (move.does === 'grant') {
    const { kind, priority, begins, lasts } = move;
    const id = desk.grant('1', {
      ...{ kind, priority, amount: atto(move.amount) },
      ...(begins === 0 ? {} : { effectiveAt: at(now + begins) }),
      ...(lasts === Infinity ? {} : { expiresAt: at(now + begins + lasts) }),
    });
    const common = { id, kind, priority, begins: now + begins, ends: now + begins + lasts, amount: move.amount };
    const isPending = begins > 0;
    grants.push({
      ...common,
      ...{ used: 0n, lapsed: isPending ? move.amount : 0n, remaining: isPending ? 0n : move.amount },
      state: isPending ? 'pending' : 'active',
    });
    if (!isPending) model.cover();
  } else if (move.does === 'mint') {
    order({ type: 'MintTokens', holder: 'acme', amount: atto(move.amount), reason: 'r' });
    const { position } = desk.recorded.findLast(({ event }) => event.type === 'Minted')!;
    const plain = { kind: 'purchased', priority: 500, begins: now, ends: Infinity, state: 'active' } as const;
    const id = `0-${position.height}-0`;
    grants.push({ ...plain, id, amount: move.amount, used: 0n, lapsed: 0n, remaining: move.amount });
    model.cover();
  } else if (move.does === 'use') {
    desk.use(0, { meters: { odd: `${move.amount}` } });
    const paid = move.amount < model.available ? move.amount : model.available;
    model.take(paid);
    model.owed += move.amount - paid;
  } else if (move.does === 'burn') {
    order({ type: 'BurnTokens', holder: 'acme', amount: atto(move.amount), reason: 'r' });
    model.take(move.amount);
  } else if (move.does === 'send') {
    const sent = { transfer: `t${desk.recorded.length}`, from: 'acme', to: 'bolt', amount: atto(move.amount) };
    order({ type: 'SendTransfer', ...sent, reason: 'r' });
    model.take(move.amount, isSendable);
  } else if (move.does === 'void') {
    const grant = grants[move.nth];
    if (grant === undefined) return;
    order({ type: 'VoidGrant', grant: grant.id, reason: 'r' });
    model.end(grant, 'voided');
  }
}

const views = (desk: GrantDesk) =>
  desk.views().map(({ grant, state, amount, used, remaining, held, lapsed }) => {
    expect(used + remaining + held + lapsed).toBe(amount);
    expect([used, remaining, held, lapsed].filter((part) => part < 0n || part > amount)).toEqual([]);
    return { id: grant, state, used, remaining, lapsed };
  });

const modelled = ({ grants }: Model) =>
  grants.map(({ id, state, used, remaining, lapsed, amount }) => {
    const isSpent = state === 'active' && remaining === 0n;
    const open = state === 'pending' ? amount : lapsed;
    return { id, state: isSpent ? 'spent' : state, used, remaining, lapsed: open };
  });

function check(desk: GrantDesk, model: Model): void {
  const { balances } = desk.state;
  expect(desk.state.balance('customer:acme:available')).toBe(model.available);
  expect(-desk.state.balance('customer:acme:receivable')).toBe(model.owed);
  let sum = 0n;
  for (const [account, balance] of balances) {
    sum += balance;
    const { belowZero } = ACCOUNTS[accountKind(account)!];
    if (belowZero === 'never' && balance < 0n) throw new Error(`${account} is ${balance}`);
  }
  expect(sum).toBe(0n);
  expect(views(desk)).toEqual(modelled(model));
  const kept = [...sharesOf(desk.state, 'acme')].map(({ grant, remaining }) => [grant.id, remaining]);
  const left = model.grants.filter(({ remaining }) => remaining > 0n).map(({ id, remaining }) => [id, remaining]);
  expect(new Map(kept as [string, bigint][])).toEqual(new Map(left as [string, bigint][]));
}

/** @param checked what is looked at after every move */
function live(moves: readonly Move[], checked: (desk: GrantDesk, model: Model) => void = () => undefined): GrantDesk {
  const desk = new GrantDesk();
  const model = new Model();
  let now = 0;
  for (const move of moves) {
    if (move.does === 'wait') {
      now += move.hours;
      desk.at(now);
      model.passTo(now);
    } else {
      try {
        take(desk, model, move, now);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
      }
    }
    checked(desk, model);
  }
  return desk;
}

const anyLife = fc.array(anyMove, { minLength: 1, maxLength: 12 });
const anyShortLife = fc.array(anyMove, { minLength: 1, maxLength: 8 });

describe('whatever happens to the grants of a holder', () => {
  it('each pays as a simple model says, now and as the read models tell it; none is overspent, and all is conserved', () => {
    fc.assert(
      fc.property(anyLife, (moves) => {
        live(moves, check);
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it('the events alone give the same state, and taking all back gives the first one', () => {
    const empty = snapshot(new LedgerState(new MapUsageIndex(), new MapUsageIndex()));
    fc.assert(
      fc.property(anyShortLife, (moves) => {
        const desk = live(moves);
        const replayed = new LedgerState(new MapUsageIndex(), new MapUsageIndex());
        for (const { event, position } of desk.recorded) {
          replayed.evolve(JSON.parse(JSON.stringify(event)) as typeof event, position);
        }
        expect(snapshot(replayed)).toEqual(snapshot(desk.state));
        desk.state.undo.rollback();
        expect(snapshot(desk.state)).toEqual(empty);
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it('a decision that is taken again on the same state gives the same event', () => {
    fc.assert(
      fc.property(anyShortLife, amount, (moves, odd) => {
        const desk = live(moves);
        const { undo } = desk.state;
        const [mark, recorded] = [undo.mark(), desk.recorded.length];
        const decide = () => {
          const event = desk.use(0, { id: 'again', meters: { odd: `${odd}` } });
          undo.rollback(mark);
          desk.recorded.length = recorded;
          return event;
        };
        expect(decide()).toEqual(decide());
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);
});

it('a command of a holder who is not registered is refused', () => {
  const command = { type: 'IssueGrant', holder: 'nobody', kind: 'earned', reason: 'r', amount: atto(1n) };
  expect(() => new GrantDesk().order({ ...command, provenance: WHO } as unknown as LedgerCommand)).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_HOLDER' }),
  );
});
