/** Reversals: what an entry had done, held to a digest of the entry itself, and what of it goes where. */
import type { Posting } from '#domain';
import type { AuditedBalances, AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { BudgetsAudit } from '../budgets/budget.audit.js';
import type { CorrectionsAudit } from '../corrections/correction.audit.js';
import type { GrantsAudit } from '../grants/grant.audit.js';
import { available, move, moves, sum, wholeOf } from '../postings.audit.js';
import type { ReceivablesAudit } from '../receivables/receivable.audit.js';
import type { ReceivablesCovered } from '../receivables/receivable.js';
import type { SupplyAudit } from '../supply/supply.audit.js';
import type { UsageAudit } from '../usage/usage.audit.js';
import { resplit } from '../rating/rerating.audit.js';
import { firstOf, textOfClaim, textOfOriginal, usesOf, type Use } from './original.audit.js';
import type {
  ClawbackFilled,
  EntryRestored,
  EntryReversed,
  Original,
  OriginalCharge,
  PaidPart,
  ReversalEvent,
} from './reversal-events.js';

/** The audits of what a reversal changes. */
export interface Reversed {
  readonly grants: GrantsAudit;
  readonly receivables: ReceivablesAudit;
  readonly budgets: BudgetsAudit;
  readonly usage: UsageAudit;
  readonly supply: SupplyAudit;
  readonly corrections: CorrectionsAudit;
}

interface Entry {
  readonly type: string;
  readonly postings?: readonly Posting[];
}

const SHARES = ['provider', 'treasury', 'stakers', 'burn'] as const;
const NOTHING: readonly bigint[] = [0n, 0n, 0n, 0n];
const PAID = ['treasury:fees', 'staking:rewards', 'issuance'];
/** What may stand between what is paid to somebody and what that fills. */
const BETWEEN = ['ReceivablesCovered', 'BudgetThresholdsReached', 'TopUpRequested', 'ClawbackFilled'];

/**
 * **Reversing** (`EntryReversed`). `entry` is an earlier entry of this shard that no other reversal names, one of `Minted`, `Burned`, `GrantIssued`, `UsageCharged`, `HoldCaptured`, `EntryRestored` and a
 * `TransferSent` whose `toShard` is this shard. `original` says what it had done: its `entry`, `type`, `time` and `amount`; `holder` (`from` of a transfer, `customer` of a charge) and `to`
 * of a transfer; `paid`: what it took at once from the holder's `held` (the hold's `used`) and `available`, with the grants of both in this order, each once; and of a charge `charge`: the name under
 * which it is owed (`source` and `id` of the usage; of a capture `hold` and the hold's id), `provider`, the `shares` that its postings paid, `owed` (its `receivable`), `budgeted` with its path, `counted`, and
 * of usage what was `metered`. `holder` and `amount` are those of `original`.
 *
 * - `covers` names, in the order of the journal, what each later `ReceivablesCovered` paid of a charge, with its shares and the grants that paid it: the grants of a covering pay its parts in their order.
 *   What was covered and what is still open, which is `cancelled`, come to what was owed.
 * - The grants in `paid` and `covers` get back what they paid: those that have not ended have it again (`returned`), of the others it goes on (`lapsed`).
 * - Postings of a charge, where `c` is its holder: for provider, treasury and stakers the share that was paid at once or covered → `customer:<c>:available`, from `provider:<p>:payable`, `treasury:fees` and `staking:rewards` as
 *   far as these have it, and the rest from `provider:<p>:clawback`, `treasury:clawback` and `staking:clawback`; `issuance` → `customer:<c>:available`: the burn share; the shares still open from the uncovered accounts →
 *   `customer:<c>:receivable`; then what went on, in the order in which grants are named, one posting for each account: `customer:<c>:available` → `breakage:<kind>`, of a grant that was voided → `issuance`.
 * - `Burned`: `issuance` → `customer:<h>:available`, then what went on. `TransferSent`: `customer:<to>:available` → `customer:<h>:available`, then what went on. `Minted`, `GrantIssued`: the account in which the grant stands →
 *   `issuance`. What a mint, a grant or a transfer brought is a whole grant, and it is voided.
 * - Budgets and months count it no more: a budget only where it counts in the same period as then, and did so before `entry`.
 *
 * **Restoring** (`EntryRestored`). `entry` is an earlier `EntryReversed` of this shard that no other restoration names, and whose `cause` is neither `replacement` nor `rerating`; `holder`, `amount` and `original` are its own. The _first_ entry is `restores` of `original` where that is
 * there, else what its `entry` and `type` say. To a later reversal of this entry its `original` has this entry's id, type, time, `paid`, the first entry as `restores`, and of a charge the `shares` of its postings, `owed` = `receivable`, and
 * `budgeted`; the rest is that of the reversal's.
 *
 * - `Minted`, `GrantIssued`: `issuance` → `customer:<h>:available`; the grant of the first entry, which has not ended by its time, is there again, whole. `Burned`: `customer:<h>:available` → `issuance`. `TransferSent`: `customer:<h>:available` →
 *   `customer:<to>:available`; the grant that it had brought is there again.
 * - `paid` names the grants that pay, each once: those in `returned` of the reversal in this order, each at most what that says and what is left of it; then, as far as `amount` is not paid, all in order, of a transfer those that can be sent, what is left of
 *   each of the first 50. A burn or a transfer is paid whole.
 * - Of a charge `due` = its shares and those in `owed`. It counts at the path of `budgeted`, where it did, as of the page's day; nothing is refused, and `budgeted.beyond`, for which its budgets have no room, is not paid. `shares` = `due` when all is paid, else
 *   split(what is paid, due). Postings: `customer:<c>:available` → `provider:<p>:payable`, `treasury:fees`, `staking:rewards`, `issuance`: `shares`; `customer:<c>:receivable` → the uncovered accounts: due − shares, which is `receivable` and joins the end of the queue
 *   under the name of the charge, whatever the credit limit is. Months count it again.
 *
 * **Clawbacks.** An entry that pays to `provider:<p>:payable`, `treasury:fees` or `staking:rewards` while the clawback of this payee is below zero is followed in its page by a `ClawbackFilled` of it, before anything but
 * `ReceivablesCovered`, `BudgetThresholdsReached`, `TopUpRequested` and other such: from that account → the clawback: `amount`, which is what is there, and what is missing at most.
 */
export class ReversalsAudit implements ConceptAudit<ReversalEvent> {
  readonly laws = {
    REVERSAL_WRONG:
      'An entry is reversed once, by what it had done: through its grants, what is owed and was covered since, its budgets and months; and what payees are to give back is filled first.',
  };

  readonly accounts = [
    { pattern: 'provider:{holder}:clawback', supply: 'holders', belowZero: 'zero or below' },
    { pattern: 'treasury:clawback', supply: 'holders', belowZero: 'zero or below' },
    { pattern: 'staking:clawback', supply: 'holders', belowZero: 'zero or below' },
  ] as const;

  readonly ledger: AuditTable<ReversalEvent> = {
    EntryReversed: (event, place, balances) => this.reverse(event, place, balances),
    EntryRestored: (event, place) => this.restore(event, place),
    ClawbackFilled: (event, place, balances) => this.fill(event, place, balances),
  };

  /** Digests of what every reversal took back, by its id. */
  private readonly reversals;
  /** Digests of what every entry had done that can be reversed, by its id; of coverings by id and what they covered. */
  private readonly digests;
  private readonly reversed = new Set<string>();
  /** What each reversal gave back, until it is undone. */
  private readonly returned = new Map<string, readonly Use[]>();
  /** What is carried, by shard and the account in which payees are paid. */
  private readonly carried = new Map<string, bigint>();
  /** Accounts that were paid to, and what carries their payees. */
  private unfilled = new Set<string>();
  private paidAt: Place | undefined;

  constructor(
    private readonly walk: AuditWalk,
    private readonly of: Reversed,
  ) {
    this.digests = walk.createIndex();
    this.reversals = walk.createIndex();
  }

  afterEach(event: Entry, place: Place): void {
    this.checkFilled(event, place);
    if (event.type === 'ReceivablesCovered') this.rememberCovers(event as ReceivablesCovered, place);
    else {
      const text = textOfOriginal(event, idOf(place), place.shard);
      if (text !== undefined) this.note(this.digests, '', idOf(place), text);
    }
    if (this.carried.size === 0) return;
    for (const { credit } of event.postings ?? []) {
      if (!this.carried.has(`${place.shard} ${credit}`)) continue;
      this.unfilled.add(credit);
      this.paidAt = place;
    }
  }

  check(): void {
    if (this.unfilled.size > 0) this.wrongUnfilled();
  }

  /** Keeps the digest of a text, once for each name. */
  private note(index: ReturnType<AuditWalk['createIndex']>, source: string, id: string, text: string): void {
    if (index.find(source, id) === undefined) index.add(source, id, this.digest(text));
  }

  private digest(text: string): string {
    return this.walk.crypto.digest(text).slice(0, 16);
  }

  private rememberCovers({ covered, grants = '', postings, customer }: ReceivablesCovered, place: Place): void {
    const from = available(customer);
    const total = sum(postings.filter(({ debit }) => debit === from).map(({ amount }) => wholeOf(amount)));
    const uses = [...usesOf(grants, total)];
    for (const { source, id, amount, shares } of covered) {
      const text = coverText({ amount, shares, grants: takeFirst(uses, wholeOf(amount)) });
      this.note(this.digests, idOf(place), `${source}\n${id}`, text);
    }
  }

  private reverse(event: EntryReversed, place: Place, balances: AuditedBalances): Posting[] | undefined {
    const { entry, original, holder, amount } = event;
    const text = textOfClaim(original);
    if (this.digests.find('', entry) !== this.digest(text))
      this.wrong(place, `${entry} had not done what is taken back`);
    if (this.reversed.has(entry)) this.wrong(place, `${entry} is reversed a second time`);
    this.reversed.add(entry);
    if (entry !== original.entry || holder !== original.holder || amount !== original.amount)
      this.wrong(place, `it names another holder, amount or entry than ${entry}`);
    if (!entry.startsWith(`${place.shard}-`)) this.wrong(place, `${entry} is an entry of another shard`);
    const { charge } = original;
    this.of.corrections.replace(event, place);
    if (!isFinal(event)) this.note(this.reversals, '', idOf(place), text);
    if (charge === undefined) return this.takeMovement(event, place);
    return this.takeCharge(event, charge, place, balances);
  }

  private takeMovement(event: EntryReversed, place: Place): Posting[] | undefined {
    const { holder, original, amount } = event;
    const whole = wholeOf(amount);
    const { to } = original;
    const { entry, type } = firstOf(original);
    if (type === 'Minted' || type === 'GrantIssued') {
      const from = this.of.grants.takeWhole(entry, holder, whole, place.shard);
      if (from === undefined) this.wrong(place, `the grant ${entry} is not whole`);
      else this.of.supply.burn(whole);
      this.checkBack(event, [], place);
      return from === undefined ? undefined : [move(from, 'issuance', whole)];
    }
    const from = to === undefined ? 'issuance' : this.of.grants.takeWhole(entry, to, whole, place.shard);
    if (from === undefined) this.wrong(place, `what ${entry} brought is not whole`);
    if (to === undefined) this.of.supply.issue(whole);
    const gone = this.checkBack(event, paidBy(original), place);
    return from === undefined ? undefined : [move(from, available(holder), whole), ...gone];
  }

  private takeCharge(event: EntryReversed, charge: OriginalCharge, place: Place, balances: AuditedBalances): Posting[] {
    const { holder, original, covers = [] } = event;
    const { source, id, provider, counted, budgeted } = charge;
    const open = this.of.receivables.cancel(holder, source, id) ?? NOTHING;
    const parts = covers.map(({ amount }) => wholeOf(amount));
    for (const cover of covers) {
      if (this.digests.find(cover.entry, `${source}\n${id}`) !== this.digest(coverText(cover)))
        this.wrong(place, `${cover.entry} did not cover that much of ${source} ${id}`);
    }
    if (new Set(covers.map(({ entry }) => entry)).size !== covers.length)
      this.wrong(place, 'a covering is named twice');
    const owed = wholeOf(charge.owed?.amount ?? '0');
    if (sum(parts) + sum(open) !== owed)
      this.wrong(place, `${owed} was owed, and it accounts for ${sum(parts) + sum(open)}`);
    this.checkCancelled(event, open, place);
    const paid = [charge.shares, ...covers.map(({ shares }) => shares)];
    const shares = SHARES.map((name) => sum(paid.map((one) => wholeOf(one[name]))));
    this.of.supply.issue(shares[3]!);
    const uses = [...paidBy(original), ...covers.flatMap(({ grants, amount }) => [...usesOf(grants, wholeOf(amount))])];
    if (counted !== undefined) this.of.usage.recount(holder, counted, -1n);
    if (budgeted !== undefined) {
      const used = wholeOf(original.amount) - wholeOf(budgeted.beyond ?? '0');
      this.of.budgets.uncount(budgeted.path ?? holder, budgeted.day, used, placeOf(original.entry));
    }
    return [
      ...this.takeShares(holder, provider, shares, place, balances),
      ...cancelled(holder, provider ?? holder, open),
      ...this.checkBack(event, uses, place),
    ];
  }

  private takeShares(
    holder: string,
    provider: string | undefined,
    [ofProvider, ofTreasury, ofStakers, burned]: readonly bigint[],
    { shard }: Place,
    balances: AuditedBalances,
  ): Posting[] {
    const postings: Posting[] = [];
    const take = (paid: string, carried: string, amount: bigint) => {
      const there = balances.balance(paid);
      const given = there < amount ? there : amount;
      if (given > 0n) postings.push(move(paid, available(holder), given));
      if (given === amount) return;
      postings.push(move(carried, available(holder), amount - given));
      const name = `${shard} ${paid}`;
      this.carried.set(name, (this.carried.get(name) ?? 0n) + amount - given);
    };
    if (provider !== undefined) take(`provider:${provider}:payable`, `provider:${provider}:clawback`, ofProvider!);
    take('treasury:fees', 'treasury:clawback', ofTreasury!);
    take('staking:rewards', 'staking:clawback', ofStakers!);
    if (burned! > 0n) postings.push(move('issuance', available(holder), burned!));
    return postings;
  }

  private checkCancelled({ cancelled: said }: EntryReversed, open: readonly bigint[], place: Place): void {
    const told = said === undefined ? NOTHING : SHARES.map((name) => wholeOf(said.shares[name]));
    const isSame = told.every((share, i) => share === open[i]) && wholeOf(said?.amount ?? '0') === sum(open);
    if (!isSame) this.wrong(place, `${open.join(', ')} is still owed, and it cancels ${told.join(', ')}`);
  }

  /** Gives grants back what they paid, and compares. @returns the postings of what goes on */
  private checkBack(event: EntryReversed, uses: readonly Use[], place: Place): Posting[] {
    const { holder } = event;
    const byGrant = new Map<string, bigint>();
    for (const [grant, amount] of uses) byGrant.set(grant, (byGrant.get(grant) ?? 0n) + amount);
    const [returned, lapsed]: [Use[], Use[]] = [[], []];
    const gone = new Map<string, bigint>();
    for (const [grant, amount] of byGrant) {
      const to = this.of.grants.restore(grant, holder, amount);
      if (to === undefined) this.wrong(place, `${grant} is no grant of ${holder}`);
      if (to === undefined || to === available(holder)) returned.push([grant, amount]);
      else {
        lapsed.push([grant, amount]);
        gone.set(to, (gone.get(to) ?? 0n) + amount);
      }
    }
    this.of.supply.burn(gone.get('issuance') ?? 0n);
    if (!isFinal(event)) this.returned.set(idOf(place), returned);
    this.checkPart('returned', event.returned, returned, place);
    this.checkPart('lapsed', event.lapsed, lapsed, place);
    return [...gone].map(([account, amount]) => move(available(holder), account, amount));
  }

  private checkPart(name: string, said: PaidPart | undefined, uses: readonly Use[], place: Place): void {
    const total = sum(uses.map(([, amount]) => amount));
    const text = uses.length === 1 ? uses[0]![0] : uses.map(([grant, amount]) => `${grant} ${amount}`).join(' ');
    if (`${said?.amount ?? 0} ${said?.grants ?? ''}` === `${total} ${text}`) return;
    this.wrong(place, `${name} is ${total} of ${text}, and it says ${said?.amount} of ${said?.grants}`);
  }

  private restore(event: EntryRestored, place: Place): Posting[] | undefined {
    const { entry, original, holder, amount } = event;
    const had = this.returned.get(entry);
    if (had === undefined || this.reversals.find('', entry) !== this.digest(textOfClaim(original)))
      this.wrong(place, `${entry} took back something else, or is restored a second time`);
    this.returned.delete(entry);
    if (holder !== original.holder || amount !== original.amount || !entry.startsWith(`${place.shard}-`))
      this.wrong(place, `it names another holder or amount than ${entry}, or another shard`);
    const { charge } = original;
    if (charge === undefined) return this.moveAgain(event, had ?? [], place);
    return this.chargeAgain(event, charge, had ?? [], place);
  }

  private moveAgain(event: EntryRestored, had: readonly Use[], place: Place): Posting[] {
    const { holder, original, amount } = event;
    const whole = wholeOf(amount);
    const { to } = original;
    const { entry, type } = firstOf(original);
    const isIssued = type === 'Minted' || type === 'GrantIssued';
    const paid = isIssued ? 0n : this.payAgain(event, had, whole, place);
    if (!isIssued && paid !== whole) this.wrong(place, `the grants of ${holder} have ${paid} of ${whole}`);
    const receiver = isIssued ? holder : to;
    if (receiver !== undefined && !this.of.grants.revive(entry, receiver, whole))
      this.wrong(place, `the grant ${entry} was not taken back, or has ended`);
    if (isIssued) this.of.supply.issue(whole);
    else if (to === undefined) this.of.supply.burn(whole);
    this.checkOwed(event, NOTHING, place);
    const from = isIssued ? 'issuance' : available(holder);
    return [move(from, receiver === undefined ? 'issuance' : available(receiver), whole)];
  }

  private chargeAgain(event: EntryRestored, charge: OriginalCharge, had: readonly Use[], place: Place): Posting[] {
    const { holder, budgeted } = event;
    const { owed, shares: direct, source, id, provider = holder, counted } = charge;
    const due = SHARES.map((name) => wholeOf(direct[name]) + wholeOf(owed?.shares[name] ?? '0'));
    const amount = sum(due);
    const beyond = this.countAgain(event, charge, amount, place);
    const paid = this.payAgain(event, had, amount - beyond, place);
    const shares = paid === amount ? due : paid === 0n ? NOTHING : resplit(paid, due);
    const left = due.map((share, i) => share - shares[i]!);
    this.checkOwed(event, left, place);
    if (sum(left) > 0n) this.of.receivables.remember(holder, { source, id, provider, shares: left });
    if (counted !== undefined) this.of.usage.recount(holder, counted, 1n);
    if (budgeted === undefined && beyond > 0n) this.wrong(place, `${beyond} is beyond its budgets`);
    this.of.supply.burn(shares[3]!);
    const [waiting, paidTo] = [uncovered(provider), [`provider:${provider}:payable`, ...PAID]];
    return [...moves(available(holder), paidTo, shares), ...moves(`customer:${holder}:receivable`, waiting, left)];
  }

  /** @returns how much of it no budget has room for */
  private countAgain(
    { holder, budgeted }: EntryRestored,
    charge: OriginalCharge,
    amount: bigint,
    place: Place,
  ): bigint {
    const path = charge.budgeted?.path;
    if (path === undefined) {
      if (budgeted !== undefined) this.wrong(place, 'it counted in no budget');
      return 0n;
    }
    const beyond = this.of.budgets.countAgain(holder, path, amount, place);
    const said = [budgeted?.path, budgeted?.day, budgeted?.beyond ?? '0'].join(' ');
    const expected = [path, this.of.budgets.day, beyond].join(' ');
    if (said !== expected) this.wrong(place, `it counts as ${expected}, and it says ${said}`);
    return beyond;
  }

  /** @returns what its grants pay */
  private payAgain(event: EntryRestored, had: readonly Use[], wanted: bigint, place: Place): bigint {
    const isSent = event.original.to !== undefined;
    const uses = [...this.of.grants.takeAgain(event.holder, had, wanted, isSent)];
    this.checkPart('paid', event.paid, uses, place);
    return sum(uses.map(([, amount]) => amount));
  }

  private checkOwed({ receivable }: EntryRestored, left: readonly bigint[], place: Place): void {
    const told = receivable === undefined ? NOTHING : SHARES.map((name) => wholeOf(receivable.shares[name]));
    const isSame = told.every((share, i) => share === left[i]) && wholeOf(receivable?.amount ?? '0') === sum(left);
    if (!isSame) this.wrong(place, `${left.join(', ')} is owed again, and it says ${told.join(', ')}`);
  }

  private fill(
    { account, amount: said }: ClawbackFilled,
    place: Place,
    balances: AuditedBalances,
  ): Posting[] | undefined {
    const paid = paidTo(account);
    const name = `${place.shard} ${paid}`;
    const missing = this.carried.get(name) ?? 0n;
    if (missing === 0n) {
      this.wrong(place, `nothing is carried in ${account}`);
      return undefined;
    }
    const there = balances.balance(paid);
    const amount = there < missing ? there : missing;
    this.unfilled.delete(paid);
    if (said !== amount.toString()) this.wrong(place, `${amount} is to be filled`);
    if (amount === missing) this.carried.delete(name);
    else this.carried.set(name, missing - amount);
    return [move(paid, account, amount)];
  }

  private checkFilled({ type }: Entry, { shard, height }: Place): void {
    if (this.unfilled.size === 0) return;
    const isInPage = shard === this.paidAt?.shard && height === this.paidAt.height;
    if (!isInPage || !BETWEEN.includes(type)) this.wrongUnfilled();
  }

  private wrongUnfilled(): void {
    this.wrong(
      this.paidAt!,
      `${[...this.unfilled].join(', ')} was paid to, and what its payee is to give back is not filled`,
    );
    this.unfilled = new Set();
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('REVERSAL_WRONG', place, detail);
  }
}

/** Another charge took the place of what it took back: it is never undone. */
const isFinal = ({ cause }: EntryReversed): boolean => cause === 'replacement' || cause === 'rerating';

const idOf = ({ shard, height, index = 0 }: Place): string => `${shard}-${height}-${index}`;

function placeOf(entry: string): Place {
  const [shard = 0, height = 0, index = 0] = entry.split('-').map(Number);
  return { shard, height, index };
}

const paidBy = ({ paid }: Original): readonly Use[] =>
  paid === undefined ? [] : [...usesOf(paid.grants, wholeOf(paid.amount))];

/** Where the payee of a clawback is paid. */
function paidTo(account: string): string {
  if (account === 'treasury:clawback') return 'treasury:fees';
  return account === 'staking:clawback' ? 'staking:rewards' : account.replace(/:clawback$/, ':payable');
}

/** Takes the first of some uses out of them, as an entry would say it. */
function takeFirst(uses: Use[], amount: bigint): string {
  const taken: Use[] = [];
  let wanted = amount;
  while (wanted > 0n && uses.length > 0) {
    const [grant, there] = uses[0]!;
    const given = there < wanted ? there : wanted;
    taken.push([grant, given]);
    wanted -= given;
    if (given === there) uses.shift();
    else uses[0] = [grant, there - given];
  }
  return taken.length === 1 ? taken[0]![0] : taken.map(([grant, given]) => `${grant} ${given}`).join(' ');
}

function coverText({
  amount,
  shares,
  grants,
}: Pick<NonNullable<EntryReversed['covers']>[number], 'amount' | 'shares' | 'grants'>): string {
  return [amount, ...SHARES.map((name) => shares[name]), grants].join('\n');
}

/** Where the shares wait of what is owed. */
const uncovered = (provider: string): string[] => [
  ...[`provider:${provider}:uncovered`, 'treasury:uncovered', 'staking:uncovered', 'burn:uncovered'],
];

function cancelled(holder: string, provider: string, open: readonly bigint[]): Posting[] {
  return uncovered(provider).flatMap((account, i) =>
    open[i]! > 0n ? [move(account, `customer:${holder}:receivable`, open[i]!)] : [],
  );
}
