/** What holds for any list of sources: tried with one that no shard has, beside those of the door. */
import fc from 'fast-check';
import {
  correctDrawn,
  CountersPart,
  customerAvailable,
  decideCharge,
  decideCover,
  evolveDrawn,
  OWED,
  PAID,
  postShare,
  receivableFunds,
  ReceivablesPart,
  recordedOf,
  splitCharge,
  UsagePart,
  type FundingSource,
  type Payees,
  type PlainSource,
  type ReceivablesCovered,
  type RecordedSource,
  type UsageCharged,
} from '#concepts';
import { fundsAccounts } from '../supply/funds.js';
import { ShardState, UndoableMap, type EntryPosition, type Posting, type Reversal } from '#domain';
import { MapUsageIndex, openRegistry, report, snapshot, TIME, TIME_MS, WHO } from '../test-support/world.js';

const CUSTOMER = 'acme';
const { catalogue } = openRegistry(1, [CUSTOMER], ['p1', 'p2']).state;
const POLICY = catalogue.rating.splitPolicyAt(TIME_MS);

type Entry = UsageCharged | ReceivablesCovered;

class ToyLedger extends ShardState {
  readonly usage = new UsagePart(this.undo, new MapUsageIndex(), new MapUsageIndex());
  readonly counters = new CountersPart(this.undo);
  readonly receivables = new ReceivablesPart(this.undo);
  /** What is left of each customer's voucher. */
  readonly vouchers = new UndoableMap<string, bigint>(this.undo);

  constructor(sources: readonly FundingSource<ToyLedger>[], voucher: bigint, available: bigint) {
    super((account) => /:(available|voucher|payable|uncovered)$/.test(account));
    this.recorded = recordedOf(sources);
    this.arrive(voucher, available);
  }

  private readonly recorded;
  private height = 0;

  arrive(voucher: bigint, available: bigint): void {
    const postings: Posting[] = [];
    postShare(postings, 'issuance', voucherOf(CUSTOMER), voucher);
    postShare(postings, 'issuance', customerAvailable(CUSTOMER), available);
    this.enter({ time: TIME, ...WHO, ...{ postings } }, this.nextPosition());
    this.vouchers.set(CUSTOMER, (this.vouchers.get(CUSTOMER) ?? 0n) + voucher);
  }

  /** Takes back what arrived. */
  depart(voucher: bigint): void {
    const postings: Posting[] = [];
    postShare(postings, voucherOf(CUSTOMER), 'issuance', voucher);
    this.enter({ time: TIME, ...WHO, ...{ postings } }, this.nextPosition());
    this.vouchers.set(CUSTOMER, this.vouchers.get(CUSTOMER)! - voucher);
  }

  /** As a page gives it back. */
  fold(event: Entry): void {
    const entry = JSON.parse(JSON.stringify(event)) as Entry;
    this.enter(entry, this.nextPosition());
    if (entry.type === 'UsageCharged') this.usage.remember(entry.usage, 1);
    else for (const part of entry.covered) this.receivables.coverOldest(entry.customer, part);
    evolveDrawn(this.recorded, this, entry);
  }

  takeBack(event: Entry): void {
    const own = () => {
      if (event.type === 'ReceivablesCovered') this.receivables.reopen(event.customer, event.covered);
    };
    const reversal = correctDrawn(this.recorded, this, event, own);
    expect(reversal.type).toBe('reversal');
    this.correct(this.nextPosition(), reversal as Reversal, this.nextPosition());
  }

  /** What it holds of value and of what waits for it. */
  held(): unknown {
    const { balances, receivables, vouchers } = this;
    const owed = [...receivables.open(CUSTOMER)];
    return snapshot({ vouchers, owed, balances: new Map([...balances].filter(([, value]) => value !== 0n)) });
  }

  private nextPosition(): EntryPosition {
    return { shard: 0, height: ++this.height, index: 0 };
  }
}

const voucherOf = (holder: string) => `customer:${holder}:voucher`;

interface SaysVoucher {
  readonly voucher?: { readonly taken: string; readonly back: string };
}

/** A voucher pays; a usage that names a hold uses it up: what is left becomes available, and the entry says so. */
const voucherFunds: RecordedSource<SaysVoucher, ToyLedger> = {
  name: 'voucher',
  account: { ...fundsAccounts.customerAvailable, pattern: 'customer:{holder}:voucher' },
  debit: voucherOf,
  payees: PAID,
  offer: ({ vouchers }, { customer }, wanted) => {
    const left = vouchers.get(customer) ?? 0n;
    return left < wanted ? left : wanted;
  },
  draw: ({ vouchers }, { customer, hold }, given, postings) => {
    const back = hold === undefined ? 0n : (vouchers.get(customer) ?? 0n) - given;
    postShare(postings, voucherOf(customer), customerAvailable(customer), back);
    return given + back === 0n ? undefined : { taken: `${given}`, back: `${back}` };
  },
  evolve: ({ vouchers }, { customer }, { taken, back }) => {
    vouchers.set(customer, vouchers.get(customer)! - BigInt(taken) - BigInt(back));
  },
  correct: ({ vouchers }, { customer }, { taken, back }) => ({
    evolve: () => {
      vouchers.set(customer, vouchers.get(customer)! + BigInt(taken) + BigInt(back));
    },
  }),
};

/** What is available pays, and the postings say all of it. */
const plainFunds: PlainSource<ToyLedger> = {
  name: 'plain',
  account: fundsAccounts.customerAvailable,
  debit: customerAvailable,
  payees: PAID,
  offer: (ledger, { customer }, wanted) => {
    const available = ledger.balance(customerAvailable(customer));
    return available < wanted ? available : wanted;
  },
};

const anyFunds = fc.constantFrom<readonly FundingSource<ToyLedger>[]>(
  [voucherFunds, plainFunds],
  [plainFunds, voucherFunds],
);
const atto = fc.bigInt({ min: 0n, max: 500n });
const anyUsage = fc.record({ odd: fc.nat(400), isHeld: fc.boolean(), provider: fc.constantFrom('p1', 'p2') });
const anyCharges = fc.array(anyUsage, { minLength: 1, maxLength: 8 });

function charge(
  funding: readonly FundingSource<ToyLedger>[],
  ledger: ToyLedger,
  id: number,
  { odd, isHeld, provider }: { odd: number; isHeld: boolean; provider: string },
): UsageCharged {
  const usage = report({ id: `r${id}`, provider, meters: { odd: `${odd}` }, ...(isHeld ? { hold: 'h' } : {}) });
  const decided = decideCharge({ limits: [], ceilings: [], funding }, ledger, catalogue, usage, WHO, TIME_MS, TIME);
  if (typeof decided === 'string' || decided.type !== 'UsageCharged') throw new Error(JSON.stringify(decided));
  return decided;
}

/** What the postings of an entry bring to some payees: provider, treasury, stakers, burn. */
function broughtTo({ provider, treasury, stakers, burn }: Payees, { postings, ...event }: UsageCharged): bigint[] {
  return [provider(event.provider), treasury, stakers, burn].map((account) =>
    postings.reduce((sum, { credit, amount }) => (credit === account ? sum + BigInt(amount) : sum), 0n),
  );
}

describe('given any sources in any order, when usage is charged', () => {
  it('then their parts and shares sum to the amount and to its one split, whatever each of them gives', () => {
    fc.assert(
      fc.property(anyFunds, atto, atto, anyCharges, (funds, voucher, available, usages) => {
        const funding = [...funds, receivableFunds];
        const ledger = new ToyLedger(funding, voucher, available);
        for (const [id, one] of usages.entries()) {
          const event = charge(funding, ledger, id, one);
          const [paid, owed] = [broughtTo(PAID, event), broughtTo(OWED, event)];
          const { provider, treasury, stakers, burn } = splitCharge(POLICY, BigInt(one.odd));
          expect(paid.map((share, i) => share + owed[i]!)).toEqual([provider, treasury, stakers, burn]);
          expect(owed.reduce((a, b) => a + b)).toBe(BigInt(event.receivable?.amount ?? 0));
          ledger.fold(event);
        }
      }),
    );
  });

  it('then the decision changes nothing, and the entries alone make the same state again', () => {
    fc.assert(
      fc.property(anyFunds, atto, atto, anyCharges, (funds, voucher, available, usages) => {
        const funding = [...funds, receivableFunds];
        const ledger = new ToyLedger(funding, voucher, available);
        const events = usages.map((one, id) => {
          const before = snapshot(ledger);
          const event = charge(funding, ledger, id, one);
          expect(snapshot(ledger)).toEqual(before);
          ledger.fold(event);
          return event;
        });
        const replayed = new ToyLedger(funding, voucher, available);
        for (const event of events) replayed.fold(event);
        expect(snapshot(replayed)).toEqual(snapshot(ledger));
        ledger.undo.rollback();
        expect(ledger.balances.size).toBe(0);
      }),
    );
  });

  it('then funds that arrive, of whatever source, cover what is owed, and each entry corrected restores what was', () => {
    fc.assert(
      fc.property(anyFunds, atto, atto, anyCharges, atto, (funds, voucher, available, usages, arrived) => {
        const funding = [...funds, receivableFunds];
        const ledger = new ToyLedger(funding, voucher, available);
        const done: { event: Entry; before: unknown }[] = [];
        const take = (event: Entry) => {
          done.push({ event, before: ledger.held() });
          ledger.fold(event);
        };
        for (const [id, one] of usages.entries()) take(charge(funding, ledger, id, one));
        ledger.arrive(arrived, 0n);
        const [owed, there] = [-ledger.balance(`customer:${CUSTOMER}:receivable`), ledger.vouchers.get(CUSTOMER)!];
        const covered = decideCover(funds, ledger, CUSTOMER, TIME, WHO);
        const all = there + ledger.balance(customerAvailable(CUSTOMER));
        expect(BigInt(covered?.amount ?? 0)).toBe(owed < all ? owed : all);
        if (covered !== undefined) {
          take(covered);
          expect(decideCover(funds, ledger, CUSTOMER, TIME, WHO)).toBeUndefined();
          const { event, before } = done.pop()!;
          ledger.takeBack(event);
          expect(ledger.held()).toEqual(before);
        }
        ledger.depart(arrived);
        for (const { event, before } of done.reverse()) {
          ledger.takeBack(event);
          expect(ledger.held()).toEqual(before);
        }
      }),
    );
  });
});

it('names the source’s fault when none pays the whole', () => {
  const ledger = new ToyLedger([plainFunds], 0n, 1n);
  expect(() => charge([plainFunds], ledger, 0, { odd: 2, isHeld: false, provider: 'p1' })).toThrow(
    'no source pays 1 of the 2 of acme',
  );
});
