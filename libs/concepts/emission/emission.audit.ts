/** Emission: which epoch ends next, and what it mints, derived a second time. */
import type { Posting } from '#domain';
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import { move } from '../postings.audit.js';
import type { SupplyAudit } from '../supply/supply.audit.js';
import type { SupplyCapAudit } from '../supply-cap/supply-cap.audit.js';
import type { EmissionPolicy, EmissionPolicyEvent, EmissionPolicyPublished } from './emission-policy.js';
import type { EmissionEvent, EmissionScheduled, EpochEnded, TokensEmitted } from './emission-events.js';

/** A version that the shard follows. */
interface Followed {
  readonly version: number;
  readonly policy: EmissionPolicy;
  readonly from: number;
  readonly lasts: number;
}

interface Expected extends Followed {
  readonly epoch: number;
  readonly end: number;
  /** Undefined of inflation: the supply is not known yet. */
  readonly amount?: bigint;
  readonly left?: bigint;
}

const UNITS = { W: 604_800_000, D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 } as const;
/** What acts at an instant, before an epoch ends at it. */
const ACTS: readonly string[] = [
  ...['HoldExpired', 'GrantExpired', 'GrantActivated', 'Unbonded'],
  ...['ReceivablesCovered', 'TopUpRequested', 'ClawbackFilled'],
];

/**
 * - `EmissionPolicyPublished`: a version is published once. `EmissionPolicyScheduled`: of a published version, once.
 * - `EmissionScheduled`: in the shard in which a holder `treasury` would live; of a version that was published at the height which the page names or
 *   before, with the same policy, once. From then on the version is followed.
 *
 * **Epochs.** `epoch` of a policy is a duration of ISO 8601. Epoch n of a version begins n durations after its `effectiveAt`. Of the versions that are
 * followed, by `effectiveAt` and then by version, each has the epochs that end no later than the next one begins. The next epoch is the earliest that
 * begins no earlier than the last one ended which was emitted, of a version whose next epoch mints anything.
 *
 * **What it mints.** `fixed`: `amount`. `halving`: `initial` · 2^−⌊n / `period`⌋, cut. `decay`: left · (`den` − `num`) / `den`, cut, where left is `remaining` of the last
 * `TokensEmitted` that says so, or else of the policy; `remaining` = left less that. `inflation`: (supply · `bps` + brought) / (10,000 · `epochs`), cut, where supply is what was outstanding as
 * the epoch began and brought is `carried` · `epochs` / the `epochs` of its policy, cut, of the last `TokensEmitted` that says `carried`, or else 0; `carried` = what the first division leaves, `lost` = what the second one does, missing where that is 0.
 *
 * - `EpochEnded`, where there is a cap, and of `inflation` always, there without `amount`: of the next epoch, which has ended by the page's `recordedAt`; `time` is its end, `amount` and `remaining` as below. It stands where
 *   `TokensEmitted` would, and this follows it once, with its `time` and `remaining` and with `amount` + `cut` for its `amount`; it may come later, after those of all epochs that ended before. There are no postings where its `amount` is 0.
 * - `TokensEmitted`: of the next epoch, which has ended by the page's `recordedAt`; `time` is its end. `amount` is what it mints, `remaining` is there exactly
 *   for `decay`, `supply` and `carried` exactly for `inflation`. Postings: `issuance` → `treasury:emission`: amount; then `treasury:emission` → each other recipient, in order: its part of split(amount,
 *   the recipients' `bps` and what they leave of 10,000). In its shard it stands before whatever is recorded at its end or later, except what acts then.
 */
export class EmissionAudit implements ConceptAudit<EmissionEvent, EmissionPolicyEvent> {
  readonly laws = {
    EMISSION_WRONG:
      'A policy is published once and followed as it was published; every epoch of it is emitted once, at its end, by its schedule.',
  };

  readonly accounts = [{ pattern: 'treasury:emission', supply: 'holders', belowZero: 'never' }] as const;

  readonly registry: AuditTable<EmissionPolicyEvent> = {
    EmissionPolicyPublished: (event, place) => this.publish(event, place),
    EmissionPolicyScheduled: ({ version }, place) => {
      if (!this.published.has(version) || this.noted.has(version))
        this.wrong(place, `version ${version} is not published, or was noted before`);
      this.noted.add(version);
      return [];
    },
  };

  readonly later = {
    EmissionPolicyPublished: (event: EmissionPolicyPublished, place: Place): void => {
      this.publish(event, place);
    },
  };

  readonly ledger: AuditTable<EmissionEvent> = {
    EmissionScheduled: (event, place) => this.follow(event, place),
    EpochEnded: (event, place) => {
      const next = this.take(event, place);
      if (next !== undefined) this.ended.set(`${event.policy}/${event.epoch}`, next);
      return [];
    },
    TokensEmitted: (event, place) => this.emit(event, place),
  };

  /** With the height of the registry. */
  private readonly published = new Map<number, { readonly text: string; readonly height: number }>();
  private readonly noted = new Set<number>();
  /** In the order in which they come into force. */
  private readonly followed: Followed[] = [];
  private emittedUntil = -Infinity;
  private left: bigint | undefined;
  /** What an epoch of inflation left, and of how many epochs of a year. */
  private brought: { readonly parts: bigint; readonly of: bigint } | undefined;
  private next: Expected | undefined;
  /** Epochs that have ended and whose tokens the registry has to allow. */
  private readonly ended = new Map<string, Expected>();

  constructor(
    private readonly walk: AuditWalk,
    private readonly supply: SupplyAudit,
    private readonly cap: SupplyCapAudit,
  ) {}

  afterEach({ type }: { readonly type: string }, place: Place): void {
    if (this.next === undefined || this.next.end > this.walk.recordedAtMs || place.shard !== this.home) return;
    if (type in this.ledger || ACTS.includes(type)) return;
    this.wrong(place, `epoch ${this.next.epoch} of policy ${this.next.version} was to be emitted before this`);
  }

  private get home(): number {
    return this.walk.homeOf('treasury');
  }

  private publish({ version, policy }: EmissionPolicyPublished, place: Place): [] {
    if (this.published.has(version)) this.wrong(place, `version ${version} is published a second time`);
    else if (this.readable(version, policy) === undefined) this.wrong(place, `policy ${version} cannot be followed`);
    else {
      this.published.set(version, { text: canonical(policy), height: place.height });
      this.cap.publish(version, policy, place, this.readable(version, policy)!.lasts);
    }
    return [];
  }

  private follow({ version, policy }: EmissionScheduled, place: Place): [] {
    const published = this.published.get(version);
    const isKnown = this.followed.some((one) => one.version === version);
    const isPublished = published?.text === canonical(policy) && published.height <= this.walk.restsOn;
    const readable = this.readable(version, policy);
    if (place.shard !== this.home || isKnown || !isPublished || readable === undefined) {
      this.wrong(place, `policy ${version} is followed elsewhere, twice, or otherwise than it was published`);
    } else {
      this.followed.push(readable);
      this.followed.sort((a, b) => a.from - b.from || a.version - b.version);
      this.next = this.findNext();
    }
    return [];
  }

  private emit(event: TokensEmitted, place: Place): Posting[] | undefined {
    const name = `${event.policy}/${event.epoch}`;
    const ended = this.ended.get(name);
    const next = ended ?? this.take(event, place);
    if (next === undefined) return undefined;
    const amount = BigInt(event.amount);
    if (ended !== undefined) {
      const isOldest = [...this.ended.values()].every(({ end }) => end >= ended.end);
      this.ended.delete(name);
      const whole = amount + BigInt(event.cut ?? 0);
      const due = next.amount ?? this.inflated(next.policy, event, place);
      const isAlike = this.walk.instantOf(event.time) === next.end && event.remaining === textOf(next.left);
      if (whole !== due || !isAlike || !isOldest || place.shard !== this.home)
        this.wrong(place, `the epoch mints ${due} and leaves ${next.left}, after those before`);
    }
    const saysSupply = [event.supply, event.carried, event.lost].some((member) => member !== undefined);
    if (saysSupply && next.policy.kind !== 'inflation') this.wrong(place, 'it says a supply, and is not of inflation');
    this.supply.issue(amount);
    return amount === 0n ? [] : postingsOf(next, amount);
  }

  /** The next epoch has ended. */
  private take(event: TokensEmitted | EpochEnded, place: Place): Expected | undefined {
    const { next } = this;
    const isNext = next?.version === event.policy && next.epoch === event.epoch && place.shard === this.home;
    if (next === undefined || !isNext) {
      this.wrong(place, `epoch ${event.epoch} of policy ${event.policy} is not the next one`);
      return undefined;
    }
    const { end, amount, left } = next;
    if (this.walk.instantOf(event.time) !== end || this.walk.recordedAtMs < end)
      this.wrong(place, `the epoch ends at ${this.walk.textOfInstant(end)}`);
    if (event.amount !== textOf(amount) || event.remaining !== textOf(left))
      this.wrong(place, `the epoch mints ${amount} and leaves ${left}`);
    this.emittedUntil = end;
    this.left = left ?? this.left;
    this.next = this.findNext();
    return next;
  }

  private findNext(): Expected | undefined {
    for (const [i, one] of this.followed.entries()) {
      const begins = Math.max(one.from, this.emittedUntil);
      const epoch = Math.floor((begins - one.from + one.lasts - 1) / one.lasts);
      const end = one.from + epoch * one.lasts + one.lasts;
      const until = this.followed[i + 1]?.from;
      if (until !== undefined && until < end) continue;
      const minted = this.minted(one.policy, epoch);
      if (minted.amount !== 0n) return { ...one, epoch, end, ...minted };
    }
    return undefined;
  }

  private minted(policy: EmissionPolicy, epoch: number): { readonly amount?: bigint; readonly left?: bigint } {
    if (policy.kind === 'inflation') return {};
    if (policy.kind === 'fixed') return { amount: attoOf(policy.amount) };
    if (policy.kind === 'halving')
      return {
        amount:
          attoOf(policy.initial) /
          2n ** ((BigInt(epoch) - (BigInt(epoch) % BigInt(policy.period!))) / BigInt(policy.period!)),
      };
    const before = this.left ?? attoOf(policy.remaining);
    const amount = before - ceilingOf(before * BigInt(policy.num!), BigInt(policy.den!));
    return { amount, left: before - amount };
  }

  /** What an epoch of inflation mints of the supply that it says, which the cap's audit compares. */
  private inflated(policy: EmissionPolicy, { supply, carried, lost }: TokensEmitted, place: Place): bigint {
    const epochs = BigInt(policy.epochs!);
    const { parts, of } = this.brought ?? { parts: 0n, of: 1n };
    const unsaid = (parts * epochs) % of;
    const due = BigInt(supply ?? 0) * BigInt(policy.bps!) + (parts * epochs - unsaid) / of;
    const amount = due / (epochs * 10_000n);
    const left = due - amount * epochs * 10_000n;
    if (supply === undefined || carried !== `${left}` || lost !== textOf(unsaid === 0n ? undefined : unsaid))
      this.wrong(place, `the epoch carries ${left} and loses ${unsaid}`);
    this.brought = { parts: left, of: epochs };
    return amount;
  }

  /** Undefined for one that has no beginning, or whose epochs last no time. */
  private readable(version: number, policy: EmissionPolicy): Followed | undefined {
    const from = this.walk.instantOf(policy.effectiveAt);
    const parts = [...policy.epoch.matchAll(/(\d+)([WDHMS])/g)];
    const lasts = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS], 0);
    const whole = policy.recipients.reduce((sum, { bps }) => sum + bps, 0);
    return from === undefined || lasts <= 0 || whole > 10_000 ? undefined : { version, policy, from, lasts };
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('EMISSION_WRONG', place, detail);
  }
}

const textOf = (amount: bigint | undefined): string | undefined => (amount === undefined ? undefined : `${amount}`);

/** Largest remainders, equal ones in order; what the recipients leave of the whole is the last part. */
function postingsOf({ policy: { recipients } }: Expected, amount: bigint): Posting[] {
  const kept = 10_000 - recipients.reduce((sum, { bps }) => sum + bps, 0);
  const parts = [...recipients.map(({ bps }) => bps), kept].map((bps, place) => {
    const product = amount * BigInt(bps);
    return { place, floor: product / 10_000n, rest: product % 10_000n };
  });
  const missing = Number(amount - parts.reduce((sum, { floor }) => sum + floor, 0n));
  const byRest = [...parts].sort((a, b) => (a.rest === b.rest ? a.place - b.place : a.rest < b.rest ? 1 : -1));
  const rounded = new Set(byRest.slice(0, missing).map(({ place }) => place));
  const onward = recipients.flatMap(({ account }, place) => {
    const share = parts[place]!.floor + (rounded.has(place) ? 1n : 0n);
    return account === 'treasury:emission' || share === 0n ? [] : [move('treasury:emission', account, share)];
  });
  return [move('issuance', 'treasury:emission', amount), ...onward];
}

function ceilingOf(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

function attoOf(tokens = '0'): bigint {
  const [whole = '0', fraction = ''] = tokens.split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
}

/** The same text for the same content, in whichever order its members stand. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join()}}`;
}
