/** Yield: epochs apart from each other, what all stakers have together, and that each of them has its share of it once. */
import type { Posting, ShardHead } from '#domain';
import type { AuditedBalances, AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { GrantsAudit } from '../grants/grant.audit.js';
import type { PartiesAudit } from '../parties/party.audit.js';
import { available, move, wholeOf } from '../postings.audit.js';
import type { DistributionEvent, YieldOpened, YieldPlanned } from './distribution.js';
import { StakeTimes } from './stake-times.audit.js';
import type { CompoundingSet, RewardsCut, StakeTimeCut, YieldEvent, YieldPaid, YieldPartPaid } from './yield-events.js';

/** A distribution, as the registry tells it. */
interface Known {
  readonly opened: YieldOpened;
  readonly place: Place;
  readonly fromMs: number;
  readonly toMs: number;
  planned?: YieldPlanned;
  /** What was carried before the plan. */
  carriedBefore: bigint;
  isClosed: boolean;
}

/** One shard's part. */
interface Part {
  readonly stakers: { readonly holder: string; readonly stakeTime: bigint }[];
  parts: number;
  /** Where the last part of its cut stands, and the rewards there. */
  last?: { readonly place: Place; readonly rewards: bigint };
  cut?: { readonly event: RewardsCut; readonly place: Place };
  /** How many of the stakers are past. */
  paid: number;
}

const CARRIED = 'staking:carried';
const REWARDS = 'staking:rewards';
const PART_HOLDERS = 1_000;
const BACK_MS = 31 * 86_400_000;
const COMPOUNDING = 'system:compounding';
/** What may stand between a holder's share and its stake. */
const BETWEEN: readonly string[] = [
  'ReceivablesCovered',
  'BudgetThresholdsReached',
  'TopUpRequested',
  'ClawbackFilled',
];

/**
 * - `YieldOpened`: `from` is before `to`, which is at most 31 days before `time` and not after it; `[from, to)` has no instant of an epoch that was opened before. The distribution's id is that of the entry.
 *   They are carried on one after the other, in the order in which they were opened.
 * - `StakeTimeCut`, in pages whose `recordedAt` is not before `to`: the parts of a shard, from 0. A holder's stake is the balance of `customer:<holder>:staked`, from the `recordedAt` of the page of each entry
 *   that changes it; its `stakeTime` is the sum of stake × milliseconds within `[from, to)`. The shard's holders are in the order in which they first staked; each part has the next 1,000 of them, without those whose `stakeTime` is 0.
 *   `isLast` stands in the part after which there are none.
 * - `RewardsCut`, after them: `staking:rewards` → `transit`: amount. `height` is the page of the last part. `later` is what all entries before that part added to `staking:rewards` in pages whose `recordedAt` is after `to`, apart from
 *   `RewardsCut`. The amount is the balance of `staking:rewards` before the last part, less `later`; at most the balance that is there now, and at least 0.
 * - `YieldPlanned`: `staking:carried` → `transit`: its whole balance; `transit` → `staking:carried`: `carried`. `funded` = the amounts of all shards' `RewardsCut` + that balance; `stakeTime` is the sum of all; `paid` = the sum of
 *   `funded` × `stakeTime` of each staker / `stakeTime`, each floored; `carried` = `funded` − `paid`. `heads` names the pages of the `RewardsCut`, then that of the opening.
 * - `YieldPaid`: `transit` → `customer:<holder>:available`: amount, which is the share of the next staker of the shard that has one; a share of 0 has no entry. It is an earned grant. `YieldPartPaid`: all up to the `upTo`-th staker have theirs.
 *   `YieldClosed`: every shard has paid.
 * - `CompoundingSet`: the holder is registered. While it is `true`, each `YieldPaid` of a holder that is not suspended is followed in its page by a `Staked` of the actor `system:compounding`, of what is left of its grant, at most what the first 50
 *   grants have that may be staked; where that is nothing there is none, and there is no other one. Only what the payment brings with it stands between.
 */
export class YieldsAudit implements ConceptAudit<YieldEvent, DistributionEvent> {
  readonly laws = {
    YIELD_WRONG:
      'The rewards of an epoch are shared out by stake and time, once: what is paid and what is carried are what there was.',
  };

  readonly sums = [
    '`transit` holds, beside these, what distributions have cut and carried on and not paid or carried again',
  ];

  readonly accounts = [{ pattern: CARRIED, supply: 'holders', belowZero: 'never' }] as const;

  readonly registry: AuditTable<DistributionEvent> = {
    YieldOpened: (event, place) => this.open(event, place),
    YieldPlanned: (event, place, balances) => this.plan(event, place, balances),
    YieldClosed: ({ distribution }, place) => {
      const known = this.next(distribution, place);
      if (known !== undefined && known.planned === undefined) this.wrong(place, `${distribution} was never planned`);
      if (known !== undefined) known.isClosed = true;
      return [];
    },
  };

  readonly ledger: AuditTable<YieldEvent> = {
    StakeTimeCut: (event, place, balances) => this.cutTime(event, place, balances),
    RewardsCut: (event, place, balances) => this.cutRewards(event, place, balances),
    YieldPaid: (event, place) => this.pay(event, place),
    YieldPartPaid: (event, place) => this.payPart(event, place),
    CompoundingSet: (event, place) => this.setCompounding(event, place),
  };

  readonly later = {
    YieldOpened: (event: YieldOpened, place: Place): void => {
      this.unread.set(idOf(place), undefined);
      this.times.addEpoch(idOf(place), this.instants(event));
    },
    YieldPlanned: (event: YieldPlanned): void => {
      this.unread.set(event.distribution, event);
    },
  };

  private readonly known = new Map<string, Known>();
  /** Opened or planned after the registry was read: what is wrong with them the next run says. */
  private readonly unread = new Map<string, YieldPlanned | undefined>();
  private readonly parts = new Map<string, Part>();
  private readonly times: StakeTimes;
  private readonly compounding = new Set<string>();
  /** Whose share was paid last, in the page being read, and is to be staked. */
  private awaited: { readonly holder: string; readonly grant: string } | undefined;
  private paid = 0n;

  constructor(
    private readonly walk: AuditWalk,
    private readonly parties: PartiesAudit,
    private readonly grants: GrantsAudit,
  ) {
    this.times = new StakeTimes(walk);
  }

  eachPage(_page: unknown, place: Place): void {
    if (this.awaited !== undefined) this.expectNoStake(place);
    this.times.enterPage(place.shard);
  }

  beforeEach(event: { readonly type: string; readonly actor: string }, place: Place): void {
    const compounds = event.type === 'Staked' && event.actor === COMPOUNDING;
    if (this.awaited !== undefined && !compounds && !BETWEEN.includes(event.type)) this.expectNoStake(place);
    if (compounds) this.checkCompounded(event as { readonly type: string; readonly holder?: string }, place);
  }

  afterEach(event: { readonly type: string; readonly postings?: readonly Posting[] }, place: Place): void {
    this.times.follow(event, place.shard);
  }

  betweenShards(): bigint {
    let between = -this.paid;
    for (const { cut } of this.parts.values()) between += wholeOf(cut?.event.amount ?? 0);
    for (const { planned, carriedBefore } of this.known.values())
      if (planned !== undefined) between += carriedBefore - wholeOf(planned.carried);
    return between;
  }

  check(): void {
    if (this.awaited !== undefined) this.expectNoStake({ shard: this.walk.shards - 1, height: 0 });
    for (const [id, known] of this.known) if (known.planned !== undefined) this.checkPlan(id, known, known.planned);
    for (const key of this.parts.keys()) {
      const id = key.slice(key.indexOf(' ') + 1);
      const place = this.parts.get(key)!.last?.place ?? { shard: Number.parseInt(key, 10), height: 0 };
      if (!this.known.has(id) && !this.unread.has(id)) this.wrong(place, `distribution ${id} was never opened`);
    }
  }

  private open(event: YieldOpened, place: Place): [] {
    const { fromMs, toMs } = this.instants(event);
    const nowMs = this.walk.instantOf(event.time) ?? NaN;
    if (!(fromMs < toMs && toMs <= nowMs && toMs >= nowMs - BACK_MS))
      this.wrong(place, 'the epoch is none, not over, or long over');
    for (const [id, one] of this.known)
      if (one.fromMs < toMs && fromMs < one.toMs) this.wrong(place, `its epoch overlaps that of ${id}`);
    const id = idOf(place);
    this.known.set(id, { opened: event, place, fromMs, toMs, carriedBefore: 0n, isClosed: false });
    this.times.addEpoch(id, { fromMs, toMs });
    return [];
  }

  private instants({ from, to }: YieldOpened): { readonly fromMs: number; readonly toMs: number } {
    return { fromMs: this.walk.instantOf(from) ?? NaN, toMs: this.walk.instantOf(to) ?? NaN };
  }

  /** The oldest that is not closed: no other takes a step. */
  private next(distribution: string, place: Place): Known | undefined {
    const found = this.known.get(distribution);
    const [oldest] = [...this.known].find(([, { isClosed }]) => !isClosed) ?? [];
    if (found === undefined || oldest !== distribution)
      this.wrong(place, `${oldest ?? 'none'} is under way, not ${distribution}`);
    return found;
  }

  private plan(event: YieldPlanned, place: Place, balances: AuditedBalances): Posting[] {
    const known = this.next(event.distribution, place);
    const before = balances.balance(CARRIED);
    if (known?.planned !== undefined) this.wrong(place, `${event.distribution} is planned a second time`);
    else if (known !== undefined) {
      known.planned = event;
      known.carriedBefore = before;
    }
    const { funded, paid, carried } = event;
    if (wholeOf(funded) !== wholeOf(paid) + wholeOf(carried))
      this.wrong(place, 'what there is is neither paid nor carried');
    return [move(CARRIED, 'transit', before), move('transit', CARRIED, carried)].filter(({ amount }) => amount !== '0');
  }

  private partOf(distribution: string, { shard }: Place): Part {
    const key = `${shard} ${distribution}`;
    const part = this.parts.get(key) ?? { stakers: [], parts: 0, paid: 0 };
    this.parts.set(key, part);
    return part;
  }

  private cutTime(event: StakeTimeCut, place: Place, balances: AuditedBalances): [] {
    const part = this.partOf(event.distribution, place);
    const { distribution, stakers } = event;
    const epoch = this.times.epoch(distribution);
    if (part.last !== undefined || event.part !== part.parts)
      this.wrong(place, `part ${part.parts} is the next one, if any`);
    if (epoch !== undefined) {
      const isThat = this.walk.instantOf(event.from) === epoch.fromMs && this.walk.instantOf(event.to) === epoch.toMs;
      if (!isThat || this.walk.recordedAtMs < epoch.toMs) this.wrong(place, 'the epoch is another one, or not over');
    }
    const end = (part.parts + 1) * PART_HOLDERS;
    if (this.known.has(distribution)) {
      const expected = this.times.staked(distribution, place.shard, part.parts * PART_HOLDERS, end);
      const said = stakers.map(({ holder, stakeTime }) => `${holder} ${stakeTime}`);
      if (said.join() !== expected.map(({ holder, stakeTime }) => `${holder} ${stakeTime}`).join())
        this.wrong(place, `the part has ${expected.length} stakers with other stake-times`);
      if (end >= this.times.countOf(place.shard) !== event.isLast)
        this.wrong(place, `${this.times.countOf(place.shard)} holders have staked in the shard`);
    }
    part.stakers.push(...stakers.map(({ holder, stakeTime }) => ({ holder, stakeTime: wholeOf(stakeTime) })));
    part.parts++;
    if (event.isLast) {
      part.last = { place, rewards: balances.balance(REWARDS) };
      this.times.endCut(distribution, place.shard);
    }
    return [];
  }

  private cutRewards(event: RewardsCut, place: Place, balances: AuditedBalances): Posting[] {
    const { distribution } = event;
    const part = this.partOf(distribution, place);
    if (part.cut !== undefined || part.last === undefined)
      this.wrong(place, `${distribution} is cut twice, or before its stakers are`);
    part.cut = { event, place };
    const amount = wholeOf(event.amount);
    if (part.last !== undefined && this.known.has(distribution)) {
      const then = this.times.rewardsThen(distribution, place.shard) ?? part.last.rewards;
      const there = balances.balance(REWARDS);
      const least = then < there ? then : there;
      const due = least > 0n ? least : 0n;
      const later = part.last.rewards - then;
      if (amount !== due || wholeOf(event.later) !== later || event.height !== part.last.place.height)
        this.wrong(place, `${due} was there at the end of the epoch, and ${later} came later`);
    }
    this.times.cut(distribution, place.shard, amount);
    return amount === 0n ? [] : [move(REWARDS, 'transit', amount)];
  }

  private planOf(distribution: string): YieldPlanned | undefined {
    return this.known.get(distribution)?.planned ?? this.unread.get(distribution);
  }

  private pay(event: YieldPaid, place: Place): Posting[] {
    const { distribution, holder, funded, ofStakeTime } = event;
    const part = this.partOf(distribution, place);
    const plan = this.planOf(distribution);
    const amount = wholeOf(event.amount);
    if (plan === undefined) this.wrong(place, `${distribution} was not planned`);
    else {
      this.passEmpty(part, plan);
      const staker = part.stakers[part.paid];
      const share = staker === undefined ? 0n : shareIn(plan, staker.stakeTime);
      const isIts = staker?.holder === holder && wholeOf(event.stakeTime) === staker.stakeTime && amount === share;
      if (!isIts || funded !== plan.funded || ofStakeTime !== plan.stakeTime)
        this.wrong(place, `${staker?.holder ?? 'nobody'} is next, and has ${share} of ${plan.funded}`);
    }
    part.paid++;
    this.paid += amount;
    if (this.compounding.has(holder)) this.awaited = { holder, grant: idOf(place) };
    return [move('transit', available(holder), amount)];
  }

  /** Those whose share is nothing have no entry. */
  private passEmpty(part: Part, plan: YieldPlanned): void {
    while (part.paid < part.stakers.length && shareIn(plan, part.stakers[part.paid]!.stakeTime) === 0n) part.paid++;
  }

  private payPart({ distribution, upTo }: YieldPartPaid, place: Place): [] {
    const part = this.partOf(distribution, place);
    const plan = this.planOf(distribution);
    const isBefore = upTo < part.paid;
    if (plan !== undefined) this.passEmpty(part, plan);
    if (isBefore || upTo > part.paid || part.cut === undefined || plan === undefined)
      this.wrong(place, `${part.paid} stakers have their shares, not ${upTo}`);
    return [];
  }

  private setCompounding({ holder, compounding }: CompoundingSet, place: Place): [] {
    this.parties.checkRegistered(holder, place);
    if (compounding) this.compounding.add(holder);
    else this.compounding.delete(holder);
    return [];
  }

  private checkCompounded(event: { readonly holder?: string; readonly amount?: string }, place: Place): void {
    const { awaited } = this;
    this.awaited = undefined;
    if (awaited === undefined || awaited.holder !== event.holder) {
      this.wrong(place, `nothing was paid to ${event.holder} that it wants staked`);
      return;
    }
    const due = this.grants.stakeable(awaited.grant, awaited.holder);
    if (wholeOf(event.amount) !== due) this.wrong(place, `${due} is left of what was paid`);
  }

  private expectNoStake(place: Place): void {
    const { holder, grant } = this.awaited!;
    this.awaited = undefined;
    if (this.grants.stakeable(grant, holder) > 0n && !this.parties.isSuspended(holder))
      this.wrong(place, `what was paid to ${holder} is not staked, as it asked`);
  }

  private checkPlan(id: string, known: Known, plan: YieldPlanned): void {
    let [funded, stakeTime, paid] = [known.carriedBefore, 0n, 0n];
    const heads: Place[] = [];
    const stakers: bigint[] = [];
    for (let shard = 0; shard < this.walk.shards; shard++) {
      const part = this.parts.get(`${shard} ${id}`);
      if (part?.cut === undefined) {
        this.wrong(known.place, `shard ${shard} has no cut of ${id}`);
        return;
      }
      heads.push(part.cut.place);
      funded += wholeOf(part.cut.event.amount);
      for (const one of part.stakers) stakers.push(one.stakeTime);
      this.passEmpty(part, plan);
      if (known.isClosed && part.paid < part.stakers.length)
        this.wrong(known.place, `shard ${shard} has not paid all of ${id}`);
    }
    for (const one of stakers) stakeTime += one;
    for (const one of stakers) paid += stakeTime === 0n ? 0n : (funded * one) / stakeTime;
    const said = [plan.funded, plan.stakeTime, plan.paid, plan.carried].join();
    const due = [funded, stakeTime, paid, funded - paid].join();
    if (said !== due) this.wrong(known.place, `its plan has ${said}, and must have ${due}`);
    if (namesOf(plan.heads) !== namesOf([...heads, known.place]))
      this.wrong(known.place, 'its plan names other pages than those of its cuts');
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('YIELD_WRONG', place, detail);
  }
}

const idOf = ({ shard, height, index = 0 }: Place): string => `${shard}-${height}-${index}`;

const namesOf = (heads: readonly Pick<ShardHead, 'shard' | 'height'>[]): string =>
  heads.map(({ shard, height }) => `${shard}:${height}`).join();

function shareIn({ funded, stakeTime }: YieldPlanned, own: bigint): bigint {
  const all = wholeOf(stakeTime);
  return all === 0n ? 0n : (wholeOf(funded) * own) / all;
}
