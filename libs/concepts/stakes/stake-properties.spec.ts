/** Stakes against a model that only adds up: whatever is done, in whatever order, nothing is lost and nothing is made. */
import fc from 'fast-check';
import { parseTime, type EntryPosition } from '#domain';
import type { JournalEvent } from '#concepts';
import { ROWS } from '#concepts/rows';
import { StakeDesk } from '../test-support/stake-desk.js';
import { openRegistry, snapshot, TIME, WHO } from '../test-support/world.js';
import { STAKE_CHANGES } from './stake.rows.js';

const HOLDERS = ['acme', 'bolt'] as const;
type Holder = (typeof HOLDERS)[number];
const HOUR_MS = 3_600_000;
const START = parseTime(TIME, 'time');
/** From the fifth hour on there is a policy: unbonding of two hours, and a third for the finder. */
const POLICY = { effectiveAt: new Date(START + 5 * HOUR_MS).toISOString(), unbondingSeconds: 7_200, finderBps: 3_333 };
const FIRST_MS = 21 * 24 * HOUR_MS;

function openDesk(): StakeDesk {
  const registry = openRegistry(1, HOLDERS, ['p1', 'p2']);
  registry.decide({ type: 'PublishStakingPolicy', version: 1, policy: POLICY, time: TIME, provenance: WHO });
  return new StakeDesk(registry.state.catalogue);
}

/** What a holder has: free of terms, of a promotion, bound, and on its way back, in the order in which it began. */
interface Purse {
  free: bigint;
  promotional: bigint;
  staked: bigint;
  unbonding: { until: number; amount: bigint }[];
}

class Model {
  readonly purses = Object.fromEntries(
    HOLDERS.map((holder) => [holder, { free: 0n, promotional: 0n, staked: 0n, unbonding: [] as Purse['unbonding'] }]),
  ) as Record<Holder, Purse>;
  supply = 0n;
  private nowMs = START;

  pass(hours: number): void {
    this.nowMs += hours * HOUR_MS;
    for (const purse of Object.values(this.purses)) {
      for (const { until, amount } of purse.unbonding) if (until <= this.nowMs) purse.free += amount;
      purse.unbonding = purse.unbonding.filter(({ until }) => until > this.nowMs);
    }
  }

  private get isByPolicy(): boolean {
    return this.nowMs >= START + 5 * HOUR_MS;
  }

  /** @returns whether it may be */
  act(kind: Exclude<Operation['kind'], 'pass'>, holder: Holder, amount: bigint, finder?: Holder): boolean {
    const purse = this.purses[holder];
    if (kind === 'mint' || kind === 'promote') {
      purse[kind === 'mint' ? 'free' : 'promotional'] += amount;
      this.supply += amount;
      return true;
    }
    if (kind === 'stake') {
      if (purse.free < amount) return false;
      purse.free -= amount;
      purse.staked += amount;
      return true;
    }
    if (kind === 'unstake') {
      if (purse.staked < amount) return false;
      purse.staked -= amount;
      purse.unbonding.push({ until: this.nowMs + (this.isByPolicy ? 2 * HOUR_MS : FIRST_MS), amount });
      return true;
    }
    return this.slash(purse, amount, finder === holder ? undefined : finder, finder === holder);
  }

  private slash(purse: Purse, amount: bigint, finder: Holder | undefined, isSame: boolean): boolean {
    const there = purse.unbonding.reduce((sum, one) => sum + one.amount, purse.staked);
    if (isSame || there < amount) return false;
    let left = amount;
    for (const one of purse.unbonding.toSorted((a, b) => a.until - b.until)) {
      const part = one.amount < left ? one.amount : left;
      one.amount -= part;
      left -= part;
    }
    purse.unbonding = purse.unbonding.filter((one) => one.amount > 0n);
    purse.staked -= left;
    const reward = finder === undefined ? 0n : (amount * (this.isByPolicy ? 3_333n : 500n)) / 10_000n;
    if (finder !== undefined) this.purses[finder].free += reward;
    this.supply -= amount - reward;
    return true;
  }
}

interface Operation {
  readonly kind: 'mint' | 'promote' | 'stake' | 'unstake' | 'slash' | 'pass';
  readonly holder: Holder;
  readonly amount: bigint;
  readonly finder: Holder | undefined;
  readonly hours: number;
}

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('mint', 'promote', 'stake', 'stake', 'unstake', 'unstake', 'slash', 'pass'),
  holder: fc.constantFrom(...HOLDERS),
  amount: fc.bigInt({ min: 1n, max: 60n }),
  finder: fc.constantFrom(undefined, ...HOLDERS),
  hours: fc.constantFrom(1, 2, 3, 21 * 24),
});

/** Does it, unless it is refused. @returns whether it was done */
function enact(desk: StakeDesk, { kind, holder, amount, finder }: Operation): boolean {
  const commands = {
    mint: { type: 'MintTokens', holder, amount, reason: 'test' },
    promote: { type: 'IssueGrant', holder, amount, kind: 'promotional', reason: 'test' },
    stake: { type: 'StakeTokens', holder, amount },
    unstake: { type: 'UnstakeTokens', holder, amount },
    slash: { type: 'SlashStake', holder, amount, reason: 'test', ...(finder === undefined ? {} : { finder }) },
  } as const;
  const before = desk.recorded.length;
  try {
    desk.order(commands[kind as keyof typeof commands]);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    expect(desk.recorded).toHaveLength(before);
    return false;
  }
  desk.sweep();
  return true;
}

const balance = (desk: StakeDesk, holder: Holder, name: string) => desk.state.balance(`customer:${holder}:${name}`);

function compare(desk: StakeDesk, model: Model): void {
  for (const holder of HOLDERS) {
    const purse = model.purses[holder];
    const unbonding = purse.unbonding.toSorted((a, b) => a.until - b.until);
    const found = desk.state.stakes.unbondingsOf(holder);
    expect(found.map(({ completesAtMs, amount }) => ({ until: completesAtMs, amount }))).toEqual(unbonding);
    const onItsWay = unbonding.reduce((sum, { amount }) => sum + amount, 0n);
    const balances = ['available', 'staked', 'unbonding'].map((name) => balance(desk, holder, name));
    expect(balances).toEqual([purse.free + purse.promotional, purse.staked, onItsWay]);
  }
  expect([desk.state.balance('transit'), -desk.state.balance('issuance')]).toEqual([0n, model.supply]);
}

/** Sums of the rows that the events of a history become. */
function sumRows(recorded: readonly { readonly event: JournalEvent; readonly position: EntryPosition }[]) {
  const sums = Object.fromEntries(HOLDERS.map((holder) => [holder, { staked: 0n, unbonding: 0n }]));
  const run = ROWS.createParts({ shard: 0, keyText: (text) => text, digest: (text) => text });
  for (const { event, position } of recorded) {
    const changes = ROWS.writers[event.type]!.changes?.(event as never, position, TIME, run as never) ?? [];
    for (const change of changes) {
      if (change.kind !== 'insert' || change.table !== STAKE_CHANGES) continue;
      const rows = change.rows as unknown as readonly { holder: Holder; staked: bigint; unbonding: bigint }[];
      for (const row of rows) {
        sums[row.holder]!.staked += row.staked;
        sums[row.holder]!.unbonding += row.unbonding;
      }
    }
  }
  return sums;
}

describe('any operations on stakes', () => {
  it('leave what a model that adds up has: balances, the queue of unbondings, the supply, the rows', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 25 }), (operations) => {
        const desk = openDesk();
        const model = new Model();
        let hours = 0;
        for (const one of operations) {
          if (one.kind === 'pass') {
            hours += one.hours;
            desk.at(hours);
            model.pass(one.hours);
          } else expect(enact(desk, one)).toBe(model.act(one.kind, one.holder, one.amount, one.finder));
          compare(desk, model);
        }
        const sums = sumRows(desk.recorded);
        for (const holder of HOLDERS) {
          const found = { staked: balance(desk, holder, 'staked'), unbonding: balance(desk, holder, 'unbonding') };
          expect(sums[holder]).toEqual(found);
        }
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it('can be taken back one by one, and folded anew, to the same state', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 20 }), (operations) => {
        const desk = openDesk();
        const { state } = desk;
        const former = [{ mark: state.undo.mark(), held: snapshot(state) }];
        let hours = 0;
        for (const one of operations) {
          if (one.kind === 'pass') desk.at((hours += one.hours));
          else enact(desk, one);
          former.push({ mark: state.undo.mark(), held: snapshot(state) });
        }
        const anew = openDesk();
        for (const { event, position } of desk.recorded) anew.state.evolve(event, position);
        expect(snapshot(anew.state)).toEqual(former.at(-1)!.held);
        for (const { mark, held } of former.reverse()) {
          state.undo.rollback(mark);
          expect(snapshot(state)).toEqual(held);
        }
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);
});
