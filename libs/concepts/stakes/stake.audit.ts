/** Stakes: what each holder has bound and unbinds, what a slash takes of it, and that its reward arrives once. */
import type { Posting } from '#domain';
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { GrantsAudit } from '../grants/grant.audit.js';
import type { PartiesAudit } from '../parties/party.audit.js';
import { available, move, wholeOf } from '../postings.audit.js';
import { Versions } from '../rating/rating.audit.js';
import type { SupplyAudit } from '../supply/supply.audit.js';
import type { RewardReceived, Slashed, Staked, StakeEvent, Unbonded, Unstaked } from './stake-events.js';
import type { StakingPolicy, StakingPolicyEvent, StakingPolicyPublished } from './staking-policy.js';

interface Unbinding {
  readonly id: string;
  readonly until: number;
  left: bigint;
}

interface Arrived {
  readonly event: RewardReceived;
  readonly place: Place;
}

/** What holds where no policy is in force. */
const UNBONDING_MS = 21n * 86_400_000n;
const FINDER_BPS = 500n;

/**
 * - `StakingPolicyPublished`: a version is published once. Which one is in force for an instant is as for price books; where none is, unbonding takes 1,814,400 seconds and
 *   a finder has 500 basis points.
 * - `at` of `Staked`, `Unstaked` and `Slashed` is the page's `recordedAt`. `holder` is registered; of `Staked` it is not suspended.
 * - `Staked`: `customer:<holder>:available` → `customer:<holder>:staked`: amount, of the grants that a `TransferSent` may take.
 * - `Unstaked`: `customer:<holder>:staked` → `customer:<holder>:unbonding`: amount. The unbonding's id is that of the entry. `stakingPolicy` is the version in force for `at`, and missing
 *   where none is; `completesAt` is `at` and its `unbondingSeconds`.
 * - `Unbonded`, at the `completesAt` of an unbonding of which something is left: `customer:<holder>:unbonding` → `customer:<holder>:available`: what is left. At one instant it acts after all that
 *   grants do.
 * - `Slashed`: `unbondings` are the holder's in the order of their `completesAt`, then of their entries, each whole, except that the last may be a part, up to `amount`; `stake` is the rest of
 *   it. `stakingPolicy` is the version in force for `at`. `reward` is for a registered `finder`, who is not the holder, in `toShard`: the amount × `finderBps` / 10,000, floored, when it is more than nothing. Its
 *   postings: the reward → `transit`, of `customer:<holder>:unbonding` first and `customer:<holder>:staked` then; what is left of each of the two, in this order → `issuance`.
 * - `RewardReceived`: `transit` → `customer:<holder>:available`: amount; in the shard `toShard` of the `Slashed` whose id is `slash`, for its finder, its amount, once. It is an earned grant.
 *   `RewardCompleted` stands in the shard of the slash after it, once.
 */
export class StakesAudit implements ConceptAudit<StakeEvent, StakingPolicyEvent> {
  readonly laws = {
    STAKE_WRONG:
      'A stake counts from its page on, comes back at its instant, and is slashed from what unbonds first; a reward arrives once.',
  };

  readonly sums = ['`transit` holds, beside open transfers, the rewards of slashes that have not arrived'];

  readonly accounts = [
    { pattern: 'customer:{holder}:staked', supply: 'holders', belowZero: 'never' },
    { pattern: 'customer:{holder}:unbonding', supply: 'holders', belowZero: 'never' },
  ] as const;

  readonly ledger: AuditTable<StakeEvent> = {
    Staked: (event, place) => this.stake(event, place),
    Unstaked: (event, place) => this.unstake(event, place),
    Unbonded: (event, place) => this.complete(event, place),
    Slashed: (event, place) => this.slash(event, place),
    RewardReceived: (event, place) => this.receive(event, place),
    RewardCompleted: ({ slash }, place) => {
      const known = this.slashes.get(slash);
      if (known?.reward === undefined || shardOf(slash) !== place.shard || this.completed.has(slash)) {
        this.wrong(place, `${slash} has no reward here that is to be completed`);
      }
      this.completed.add(slash);
      return [];
    },
  };

  readonly registry: AuditTable<StakingPolicyEvent> = {
    StakingPolicyPublished: (event, place) => this.publish(event, place),
  };

  readonly later = {
    StakingPolicyPublished: (event: StakingPolicyPublished, place: Place): void => {
      this.publish(event, place);
    },
  };

  readonly laterInLedger = {
    Slashed: (event: Slashed, place: Place): void => {
      if (this.received.has(idOf(place))) this.slashedLater.set(idOf(place), event);
    },
  };

  private readonly policies = new Versions<StakingPolicy>();
  /** By holder, in the order in which they complete. */
  private readonly unbinding = new Map<string, Unbinding[]>();
  private readonly slashes = new Map<string, Slashed>();
  /** First entries that were written after their shard was read, of rewards that arrived in what was read. */
  private readonly slashedLater = new Map<string, Slashed>();
  private readonly received = new Map<string, Arrived>();
  private readonly completed = new Set<string>();

  constructor(
    private readonly walk: AuditWalk,
    private readonly parties: PartiesAudit,
    private readonly grants: GrantsAudit,
    private readonly supply: SupplyAudit,
  ) {}

  isIncomplete(): boolean {
    return [...this.received.keys()].some((slash) => !this.slashes.has(slash));
  }

  betweenShards(): bigint {
    let between = 0n;
    for (const [id, { reward }] of this.slashes) if (!this.received.has(id)) between += wholeOf(reward?.amount ?? 0);
    // They arrived in what was read, and left in what was written since.
    for (const { reward } of this.slashedLater.values()) between -= wholeOf(reward?.amount ?? 0);
    return between;
  }

  check(): void {
    for (const [id, { event, place }] of this.received) {
      const reward = (this.slashes.get(id) ?? this.slashedLater.get(id))?.reward;
      const { finder, amount, toShard } = reward ?? {};
      if (finder !== event.holder || amount !== event.amount || toShard !== place.shard) {
        this.wrong(place, `the reward of ${id} arrives otherwise than it was given`);
      }
    }
  }

  private publish({ version, policy }: StakingPolicyPublished, place: Place): [] {
    const effectiveAtMs = this.walk.instantOf(policy.effectiveAt);
    if (this.policies.get(version) !== undefined || effectiveAtMs === undefined) {
      this.wrong(place, `staking policy ${version} is published a second time, or from no instant on`);
    } else this.policies.add({ version, content: policy, height: place.height, effectiveAtMs });
    return [];
  }

  /** What the policy in force for the page says; the entry must name it. */
  private terms(event: Unstaked | Slashed, place: Place): { readonly unbondingMs: bigint; readonly finderBps: bigint } {
    const found = this.policies.inForce(this.walk.recordedAtMs, this.walk.restsOn);
    if (event.stakingPolicy !== found?.version) this.wrong(place, `policy ${found?.version ?? 'none'} is in force`);
    if (found === undefined) return { unbondingMs: UNBONDING_MS, finderBps: FINDER_BPS };
    const { unbondingSeconds, finderBps } = found.content;
    return { unbondingMs: wholeOf(unbondingSeconds) * 1_000n, finderBps: wholeOf(finderBps) };
  }

  private checkAsked({ holder, at }: Staked | Unstaked | Slashed, place: Place): void {
    this.parties.checkRegistered(holder, place);
    if (at !== this.walk.textOfInstant(this.walk.recordedAtMs)) this.wrong(place, `${at} is not its page’s time`);
  }

  private stake(event: Staked, place: Place): Posting[] {
    const { holder, amount } = event;
    this.checkAsked(event, place);
    this.parties.checkSending(holder, place);
    return [move(available(holder), staked(holder), wholeOf(amount))];
  }

  private unstake(event: Unstaked, place: Place): Posting[] {
    const { holder, completesAt } = event;
    this.checkAsked(event, place);
    const { unbondingMs } = this.terms(event, place);
    const until = this.walk.recordedAtMs + Number(unbondingMs);
    if (completesAt !== this.walk.textOfInstant(until)) this.wrong(place, `it completes at ${until}`);
    const amount = wholeOf(event.amount);
    const open = this.openOf(holder);
    const next = open.findIndex((one) => one.until > until);
    open.splice(next === -1 ? open.length : next, 0, { id: idOf(place), until, left: amount });
    this.grants.due.schedule(place.shard, 'Unbonded', idOf(place), until);
    return [move(staked(holder), unbonding(holder), amount)];
  }

  private complete(event: Unbonded, place: Place): Posting[] | undefined {
    const { holder, unbonding: id } = event;
    const found = this.openOf(holder).find((one) => one.id === id);
    if (found === undefined) {
      this.wrong(place, `${holder} has no unbonding ${id}`);
      return undefined;
    }
    this.grants.due.act('Unbonded', id, found.until, event, place);
    if (event.amount !== found.left.toString()) this.wrong(place, `${found.left} is left of ${id}`);
    const { left } = found;
    this.take(holder, found, left, place);
    return [move(unbonding(holder), available(holder), left)];
  }

  private take(holder: string, from: Unbinding, amount: bigint, place: Place): void {
    from.left -= amount;
    if (from.left > 0n) return;
    const open = this.openOf(holder);
    open.splice(open.indexOf(from), 1);
    this.grants.due.unschedule(place.shard, 'Unbonded', from.id, from.until);
  }

  private slash(event: Slashed, place: Place): Posting[] {
    const { holder, reward } = event;
    this.checkAsked(event, place);
    const amount = wholeOf(event.amount);
    let left = amount;
    const taken: string[] = [];
    for (const one of [...this.openOf(holder)]) {
      if (left === 0n) break;
      const part = one.left < left ? one.left : left;
      left -= part;
      taken.push(`${one.id} ${part}`);
      this.take(holder, one, part, place);
    }
    const said = event.unbondings.map((one) => `${one.unbonding} ${one.amount}`);
    if (said.join() !== taken.join() || event.stake !== left.toString()) {
      this.wrong(place, `it takes ${taken.join(', ') || 'no unbondings'}, and ${left} of the stake`);
    }
    const { finderBps } = this.terms(event, place);
    if (reward !== undefined) this.checkReward(event, reward, (amount * finderBps) / 10_000n, place);
    if (this.slashes.has(idOf(place))) this.wrong(place, 'a second slash stands in one place');
    this.slashes.set(idOf(place), event);
    const given = wholeOf(reward?.amount ?? 0);
    this.supply.burn(amount - given);
    return postingsOf(holder, amount - left, left, given);
  }

  private checkReward(
    { holder }: Slashed,
    { finder, toShard, amount }: NonNullable<Slashed['reward']>,
    due: bigint,
    place: Place,
  ): void {
    this.parties.checkRegistered(finder, place);
    if (finder === holder) this.wrong(place, `${holder} is rewarded for a fault of its own`);
    if (toShard !== this.walk.homeOf(finder)) this.wrong(place, `${finder} lives in shard ${this.walk.homeOf(finder)}`);
    if (due === 0n || amount !== due.toString()) this.wrong(place, `the finder has ${due}`);
  }

  private receive(event: RewardReceived, place: Place): Posting[] {
    if (this.received.has(event.slash)) this.wrong(place, `the reward of ${event.slash} arrives a second time`);
    this.received.set(event.slash, { event, place });
    return [move('transit', available(event.holder), wholeOf(event.amount))];
  }

  private openOf(holder: string): Unbinding[] {
    const open = this.unbinding.get(holder) ?? [];
    this.unbinding.set(holder, open);
    return open;
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('STAKE_WRONG', place, detail);
  }
}

const staked = (holder: string): string => `customer:${holder}:staked`;
const unbonding = (holder: string): string => `customer:${holder}:unbonding`;
const idOf = ({ shard, height, index = 0 }: Place): string => `${shard}-${height}-${index}`;
const shardOf = (id: string): number => Number(id.split('-')[0]);

function postingsOf(holder: string, ofUnbonding: bigint, ofStake: bigint, reward: bigint): Posting[] {
  const first = reward < ofUnbonding ? reward : ofUnbonding;
  const all = [
    [unbonding(holder), 'transit', first],
    [staked(holder), 'transit', reward - first],
    [unbonding(holder), 'issuance', ofUnbonding - first],
    [staked(holder), 'issuance', ofStake - (reward - first)],
  ] as const;
  return all.filter(([, , amount]) => amount > 0n).map(([from, to, amount]) => move(from, to, amount));
}
