/** Any entry, corrected, restores every account; and what cannot be corrected says why and changes nothing. */
import fc from 'fast-check';
import {
  accountKind,
  ACCOUNTS,
  correctLedger,
  correctRegistry,
  customerReceivable,
  LedgerState,
  sumShares,
  type LedgerCommand,
  type LedgerEvent,
  type RegistryEvent,
  type TransferSent,
} from '#concepts';
import {
  entryId,
  formatAmount,
  postingsOf,
  type Counterpart,
  type Irreversible,
  type Posting,
  type Reversal,
} from '#domain';
import { settleBatch } from './settlement/settlement.steps.js';
import { supplySteps } from './supply/supply.steps.js';
import type { Move, Step } from './test-support/step.js';
import { anyMove } from './test-support/steps.js';
import {
  DeskWorld,
  LedgerDesk,
  MapUsageIndex,
  mint,
  report,
  send,
  snapshot,
  usage,
  type Recorded,
  type RegistryDesk,
} from './test-support/world.js';
import { relay, transferSteps } from './transfers/transfer.steps.js';

const SHARDS = 3;
const CAST = { customers: ['acme', 'bolt', 'cargo', 'delta'], providers: ['p1', 'p2', 'p3'] };

type Desk = LedgerDesk | RegistryDesk;
/** An entry in its shard. */
interface Entry {
  readonly desk: Desk;
  readonly entry: Recorded<LedgerEvent | RegistryEvent>;
}

function judge({ desk, entry: { event, position } }: Entry): Reversal | Irreversible<string> {
  return desk instanceof LedgerDesk
    ? correctLedger(desk.state, event as LedgerEvent, position)
    : correctRegistry(desk.state, event as RegistryEvent, position);
}

const reasonOf = (said: Reversal | Irreversible<string>) => (said.type === 'irreversible' ? said.reason : undefined);

/** What later entries put in the way of a correction, and correcting them takes out of it. */
const BY_LATER_ENTRIES = ['corrected-already', 'covered-since', 'funds-gone'];

const enact = ({ desk: { state }, entry: { position } }: Entry, reversal: Reversal) => {
  // No journal has an event for it yet: the place is any that no entry has.
  state.correct(position, reversal, { ...position, index: position.index + 1 });
};

/** What of corrected entries went on, since it came back to something that had ended: beyond their own legs. */
type Onward = Map<unknown, readonly Posting[]>;

function entriesOf({ desks }: DeskWorld): Entry[] {
  return desks.flatMap((desk) => desk.recorded.map((entry) => ({ desk, entry })));
}

/** An entry with postings, of each type as likely as of any other. */
function pick(world: DeskWorld, choice: number): Entry | undefined {
  const valued = entriesOf(world).filter(({ entry }) => 'postings' in entry.event);
  const types = [...new Set(valued.map(({ entry }) => entry.event.type))];
  const some = valued.filter(({ entry }) => entry.event.type === types[choice % types.length]);
  return some[Math.floor(choice / types.length) % some.length];
}

function findCounterpart(world: DeskWorld, { type, holder, id }: Counterpart): Entry {
  const desk = world.ledgers[world.scene.shardOf(holder)]!;
  const entry = desk.recorded.find(({ event }) => event.type === type && 'transfer' in event && event.transfer === id);
  return { desk, entry: entry! };
}

/** Corrects an entry, with its other side where it has one; says why not otherwise, and corrects neither. */
function correct(world: DeskWorld, first: Entry, onward: Onward = new Map()): string | readonly Entry[] {
  const reversal = judge(first);
  if (reversal.type === 'irreversible') return reversal.reason;
  const sides: [Entry, Reversal][] = [[first, reversal]];
  if (reversal.together !== undefined) {
    const other = findCounterpart(world, reversal.together);
    const theirs = judge(other);
    if (theirs.type === 'irreversible') return theirs.reason;
    expect(theirs.together).toEqual(expect.objectContaining({ type: first.entry.event.type }));
    sides.push([other, theirs]);
  }
  for (const [side, its] of sides) {
    enact(side, its);
    onward.set(side.entry, its.postings.slice(postingsOf(side.entry.event).length));
  }
  return sides.map(([side]) => side);
}

/** What is not zero, of a state or of the sums of postings. */
const nonZero = (balances: ReadonlyMap<string, bigint>) => new Map([...balances].filter(([, value]) => value !== 0n));

/** Balances as the sums of the postings of a shard's entries; of those that were corrected only what went on. */
function sumPostings({ recorded }: Desk, corrected: Onward): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  const add = (account: string, value: bigint) => sums.set(account, (sums.get(account) ?? 0n) + value);
  for (const entry of recorded) {
    for (const { debit, credit, amount } of corrected.get(entry) ?? postingsOf(entry.event)) {
      add(debit, -BigInt(amount));
      add(credit, BigInt(amount));
    }
  }
  return sums;
}

function checkBooks({ desks, ledgers }: DeskWorld, corrected: Onward): void {
  let transit = 0n;
  for (const desk of desks) {
    const { balances } = desk.state;
    expect(nonZero(balances)).toEqual(nonZero(sumPostings(desk, corrected)));
    expect([...balances.values()].reduce((sum, balance) => sum + balance, 0n)).toBe(0n);
    transit += desk.state.balance('transit');
    const unsound = [...balances].filter(([account, balance]) => {
      const { belowZero } = ACCOUNTS[accountKind(account)!];
      return belowZero === 'zero or below' ? balance > 0n : balance < 0n && belowZero === 'never';
    });
    expect(unsound).toEqual([]);
  }
  expect(transit).toBeGreaterThanOrEqual(0n);
  for (const { state } of ledgers) {
    for (const customer of CAST.customers) {
      const open = [...state.receivables.open(customer)];
      expect(open.filter(({ amount, shares }) => sumShares(shares) !== amount)).toEqual([]);
      expect(open.reduce((sum, { amount }) => sum - amount, 0n)).toBe(state.balance(customerReceivable(customer)));
    }
  }
}

/** What a shard holds of value and of what waits for it. */
const held = (state: LedgerState) => ({
  balances: nonZero(state.balances),
  owed: CAST.customers.map((customer) => snapshot([...state.receivables.open(customer)])),
});

const movesOf = (steps: Readonly<Record<string, Step>>) =>
  Object.entries(steps).map(([name, { weight, moves }]) => ({ weight, arbitrary: moves(CAST, name) }));

/** A history in which entries are corrected between the other moves; a number picks one. */
const historyWithCorrections = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: anyMove(CAST) },
    // Few customers have funds to send, and few of those stay until the other side is booked.
    { weight: 3, arbitrary: fc.oneof(...[supplySteps, transferSteps].flatMap(movesOf)) },
    { weight: 2, arbitrary: fc.nat(10_000).map((pick): number | Move => pick) },
  ),
  { minLength: 1, maxLength: 80, size: 'max' },
);

describe('a corrected entry', () => {
  it('leaves every account as if it had never been, and open receivables agree with their accounts', () => {
    fc.assert(
      fc.property(historyWithCorrections, (steps) => {
        const world = new DeskWorld(SHARDS, CAST);
        const states = world.desks.map(({ state }) => state);
        const marks = () => states.map(({ undo }) => undo.mark());
        const corrected: Onward = new Map();
        for (const one of steps) {
          if (typeof one !== 'number') {
            world.take(one);
            continue;
          }
          const picked = pick(world, one);
          if (picked === undefined) continue;
          const before = { marks: marks(), snapshots: states.map(snapshot) };
          const outcome = correct(world, picked);
          if (corrected.has(picked.entry)) expect(outcome).toBe('corrected-already');
          if (typeof outcome === 'string') expect(marks()).toEqual(before.marks);
          else {
            states.forEach(({ undo }, i) => undo.rollback(before.marks[i]));
            expect(states.map(snapshot)).toEqual(before.snapshots);
            correct(world, picked, corrected);
          }
          checkBooks(world, corrected);
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('gives back what was before it, when all that came after it is corrected first', () => {
    fc.assert(
      fc.property(fc.array(anyMove(CAST), { minLength: 1, maxLength: 40, size: 'max' }), (steps) => {
        const world = new DeskWorld(SHARDS, CAST);
        for (const one of steps) world.take(one);
        for (const desk of world.ledgers) {
          const replayed = new LedgerState(new MapUsageIndex(), new MapUsageIndex());
          const before = desk.recorded.map(({ event, position }) => {
            const former = held(replayed);
            replayed.evolve(event, position);
            return { former, said: reasonOf(correctLedger(replayed, event, position)) };
          });
          for (const [i, entry] of [...desk.recorded.entries()].reverse()) {
            const reversal = judge({ desk, entry });
            if (reversal.type === 'irreversible' && reversal.reason === 'no-correction') continue;
            // What captured a hold goes back to the grants, and the hold stays captured.
            if ('capture' in entry.event && entry.event.capture !== undefined) break;
            const { former, said } = before[i]!;
            const id = entryId(entry.position);
            // Only what stood in the way from the first ends the way back, since it is outside of the shard's reach; here
            // each side of a transfer goes alone.
            if (reversal.type === 'irreversible') {
              expect([id, said]).toEqual([id, reversal.reason]);
              expect(BY_LATER_ENTRIES).not.toContain(said);
              break;
            }
            enact({ desk, entry }, reversal);
            expect([id, held(desk.state)]).toEqual([id, former]);
          }
        }
      }),
      { numRuns: 30 },
    );
  }, 120_000);
});

describe('what stands in the way of a correction', () => {
  let world: DeskWorld;
  const find = (type: string, nth = 0) => entriesOf(world).filter(({ entry }) => entry.event.type === type)[nth]!;
  const outcome = (type: string, nth?: number) => {
    const said = correct(world, find(type, nth));
    return typeof said === 'string' ? said : said.map(({ entry }) => entry.event.type);
  };
  const take = (take: Move['take']) => {
    world.take({ take });
  };
  const ask = (holder: string, command: LedgerCommand) => {
    world.decide({ shard: world.scene.shardOf(holder), command });
  };
  const owed = () =>
    [...world.scene.ledgerOf('acme').receivables.open('acme')].map(({ id, amount }) => `${id} ${formatAmount(amount)}`);

  beforeEach(() => {
    world = new DeskWorld(SHARDS, CAST);
  });

  it('is funds that paid for a part of a charge since; the covering corrected, all is due again in its order', () => {
    ask('acme', usage([report({ id: 'r1' }), report({ id: 'r2', provider: 'p2' }), report({ id: 'r3' })]));
    ask('acme', mint('acme', '5'));
    expect(owed()).toEqual(['r3 1']);
    expect(['Minted', 'UsageCharged'].map((type) => outcome(type))).toEqual(['funds-gone', 'covered-since']);
    expect(outcome('UsageCharged', 2)).toBe('covered-since');
    expect(outcome('ReceivablesCovered')).toEqual(['ReceivablesCovered']);
    expect(owed()).toEqual(['r1 2', 'r2 2', 'r3 2']);
    expect(outcome('UsageCharged', 1)).toEqual(['UsageCharged']);
    expect(owed()).toEqual(['r1 2', 'r3 2']);
    expect(outcome('Minted')).toEqual(['Minted']);
    expect(['Minted', 'ReceivablesCovered'].map((type) => outcome(type))).toEqual(Array(2).fill('corrected-already'));
  });

  it('is nothing that makes room to charge the usage again', () => {
    ask('acme', usage([report()]));
    outcome('UsageCharged');
    ask('acme', usage([report()]));
    expect(find('UsageCharged', 1)).toBeUndefined();
    expect(owed()).toEqual([]);
  });

  it('is a transfer that its sender does not know to be booked; then both sides are corrected, for ever', () => {
    const [from, to] = [
      'acme',
      CAST.customers.find((one) => world.scene.shardOf(one) !== world.scene.shardOf('acme'))!,
    ];
    ask(from, mint(from, '2'));
    ask(from, send('t1', from, to, 5n));
    const sent = find('TransferSent').entry.event as TransferSent;
    expect(outcome('TransferSent')).toBe('transfer-under-way');
    take((scene) => [scene.askHolder(to, { type: 'ReceiveTransfer', sent })]);
    expect(outcome('TransferReceived')).toBe('transfer-under-way');
    take((scene) => relay(scene, sent));
    expect(outcome('TransferReceived')).toEqual(['TransferReceived', 'TransferSent']);
    take((scene) => relay(scene, sent));
    expect(find('TransferReceived', 1)).toBeUndefined();
    expect(outcome('TransferSent')).toBe('corrected-already');
  });

  it('is a settlement batch: its entries stand or fall together', () => {
    ask('acme', mint('acme', '4'));
    ask('acme', usage([report()]));
    take((scene) => settleBatch(scene, 'b1', 'sign'));
    expect(['PayablesCut', 'SettlementPlanned', 'UsageCharged'].map((type) => outcome(type))).toEqual([
      'settled-as-a-batch',
      'settled-as-a-batch',
      'funds-gone',
    ]);
  });

  it('is a chain that made a batch final', () => {
    ask('acme', mint('acme', '4'));
    ask('acme', usage([report()]));
    take((scene) => settleBatch(scene, 'b1'));
    expect(['SettlementPlanned', 'SettlementConfirmed'].map((type) => outcome(type))).toEqual(
      Array(2).fill('settled-on-chain'),
    );
  });

  it('is that an entry moves no value', () => {
    expect(outcome('PartyRegistered')).toBe('no-correction');
  });
});
