/** Random histories over several shards and the registry: what must hold after every command, whatever came before. */
import { WRITER_CRYPTO } from '#concepts/shards';
import fc from 'fast-check';
import { LedgerState, RegistryState, strayPostings, accountKind, ACCOUNTS } from '#concepts';
import { postingsOf, type SupplyClass } from '#domain';
import { anyHistory } from './test-support/steps.js';
import { DeskWorld, MapUsageIndex, snapshot } from './test-support/world.js';

const SHARDS = 3;
const CAST = { customers: ['acme', 'bolt', 'cargo', 'delta'], providers: ['p1', 'p2', 'p3'] };

/** The sums of all shards' balances by their kind's place in the law of supply. */
function sumBySupplyClass({ desks }: DeskWorld): ReadonlyMap<SupplyClass, bigint> {
  const totals = new Map<SupplyClass, bigint>();
  for (const { state } of desks) {
    for (const [account, balance] of state.balances) {
      const { supply } = ACCOUNTS[accountKind(account)!];
      totals.set(supply, (totals.get(supply) ?? 0n) + balance);
    }
  }
  return totals;
}

function checkInvariants(system: DeskWorld): void {
  const { ledgers, desks } = system;
  for (const { state } of desks) {
    let sum = 0n;
    const unsound: string[] = [];
    for (const [account, balance] of state.balances) {
      sum += balance;
      const { belowZero } = ACCOUNTS[accountKind(account)!];
      const isSound = belowZero === 'zero or below' ? balance <= 0n : balance >= 0n || belowZero !== 'never';
      if (!isSound) unsound.push(`${account} ${balance}`);
    }
    expect([unsound, sum]).toEqual([[], 0n]);
  }
  const events = ledgers.flatMap(({ recorded }) => recorded.map(({ event }) => event));
  let supply = 0n;
  let open = 0n;
  for (const event of events) {
    if (event.type === 'Minted') supply += BigInt(event.amount);
    else if (event.type === 'Burned') supply -= BigInt(event.amount);
    else {
      for (const { debit, credit, amount } of postingsOf(event)) {
        if (debit === 'issuance') supply += BigInt(amount);
        if (credit === 'issuance') supply -= BigInt(amount);
      }
    }
  }
  for (const { state } of ledgers) {
    for (const customer of state.receivables.customers()) {
      for (const receivable of state.receivables.open(customer)) open += receivable.amount;
    }
  }
  // Idea 7 of the design: what was minted and not burned is with holders, on its way, or paid out on chain.
  const totals = sumBySupplyClass(system);
  const totalOf = (kind: SupplyClass) => totals.get(kind) ?? 0n;
  const apart: Readonly<Partial<Record<SupplyClass, true>>> = { issued: true, receivable: true, uncovered: true };
  let held = 0n;
  for (const [kind, total] of totals) if (apart[kind] === undefined) held += total;
  expect(-totalOf('issued')).toBe(supply);
  expect(held).toBe(supply);
  expect(totalOf('uncovered')).toBe(open);
  expect(totalOf('receivable')).toBe(-open);
  expect(totalOf('transfers') >= 0n && totalOf('payouts') >= 0n).toBe(true);
  for (const { recorded } of ledgers) {
    // Once by a report, and anew only in the place of one charge.
    const charged = recorded.flatMap(({ event }) =>
      event.type === 'UsageCharged' ? [event.corrects?.entry ?? event.usage.id] : [],
    );
    expect(new Set(charged).size).toBe(charged.length);
  }
}

const states = ({ desks }: DeskWorld) => desks.map(({ state }) => state);

describe('whatever happens', () => {
  const history = anyHistory(CAST, 60);

  it('the books balance, nothing is overspent and the supply is conserved after every command', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const system = new DeskWorld(SHARDS, CAST);
        for (const one of steps) {
          system.take(one);
          checkInvariants(system);
        }
        const events = system.desks.flatMap(({ recorded }) => recorded.map(({ event }) => event));
        expect(events.flatMap(strayPostings)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('taking back any number of commands restores exactly the former state', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const system = new DeskWorld(SHARDS, CAST);
        const all = states(system);
        const former = [{ marks: all.map(({ undo }) => undo.mark()), snapshots: all.map(snapshot) }];
        for (const one of steps) {
          system.take(one);
          former.push({ marks: all.map(({ undo }) => undo.mark()), snapshots: all.map(snapshot) });
        }
        for (const { marks, snapshots } of former.reverse()) {
          all.forEach(({ undo }, i) => undo.rollback(marks[i]));
          expect(all.map(snapshot)).toEqual(snapshots);
        }
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  it('the recorded events alone, read as JSON, give the same state', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const system = new DeskWorld(SHARDS, CAST);
        for (const one of steps) system.take(one);
        for (const { state, recorded } of system.ledgers) {
          const replayed = new LedgerState(new MapUsageIndex(), new MapUsageIndex());
          for (const { event, position } of recorded) replayed.evolve(structuredCloneJson(event), position);
          expect(snapshot(replayed)).toEqual(snapshot(state));
        }
        const replayed = new RegistryState(WRITER_CRYPTO);
        for (const { event, position } of system.registry.recorded) {
          replayed.evolve(structuredCloneJson(event), position);
        }
        expect(snapshot(replayed)).toEqual(snapshot(system.registry.state));
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

function structuredCloneJson<T>(event: T): T {
  return JSON.parse(JSON.stringify(event)) as T;
}
