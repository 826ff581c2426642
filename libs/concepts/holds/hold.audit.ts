/** Holds: what each reserves of which grants, and that it is settled once. */
import type { Posting } from '#domain';
import type { AuditedBalances, AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { BudgetsAudit, Reserving } from '../budgets/budget.audit.js';
import type { GrantsAudit } from '../grants/grant.audit.js';
import type { PartiesAudit } from '../parties/party.audit.js';
import { addMoves, available, move, wholeOf } from '../postings.audit.js';
import type { RatingAudit } from '../rating/rating.audit.js';
import { resplit, weightsOf } from '../rating/rerating.audit.js';
import type { SupplyAudit } from '../supply/supply.audit.js';
import type { UsageCharged } from '../usage/charge.js';
import {
  derivePostings,
  findUnknownMembers,
  type FundingAudits,
  type RecordedSourceAudit,
} from '../usage/charging.audit.js';
import type { Capture, HoldCaptured, HoldEvent, HoldExtended, HoldReserved, Settling } from './hold-events.js';

interface Reserved {
  readonly customer: string;
  readonly budget?: string;
  amount: bigint;
  readonly parts: { readonly grant: string; readonly amount: bigint }[];
  until: number;
  state: 'open' | 'captured' | 'released' | 'expired';
}

/** What every capture says, whatever paid it. */
const MEMBERS: Readonly<Record<Exclude<keyof HoldCaptured, 'capture' | 'grants' | 'receivable'>, true>> = {
  ...{ type: true, time: true, actor: true, origin: true, request: true, hold: true, customer: true, provider: true },
  ...{ amount: true, splitPolicy: true, postings: true, budgeted: true },
};

const HOUR_MS = 3_600_000;
const held = (customer: string): string => `customer:${customer}:held`;

/**
 * - `HoldReserved`: `customer:<customer>:available` → `customer:<customer>:held`: amount; `grants` are those that would pay a charge of it, 50 at most. The hold's id is
 *   that of the entry. `customer` is registered and not suspended. `expiresAt` is a full second, later than the page's `recordedAt` and at most 24 hours and a
 *   second after it.
 * - `HoldExtended`, of an open hold: `amount` is what it reserves from now on; what is added goes the same way, by `grants`, which come after those of the
 *   hold; `receipt` is all of them. Without more there are no postings and no `grants`.
 * - **Settling.** Of an open hold so much is used as its entry takes of it: `used` is the beginning of the hold's grants in their order. Of the rest, grants
 *   that have not ended have it again: `returned`, `customer:<customer>:held` → `customer:<customer>:available`; the rest is `lapsed`, and goes to
 *   `breakage:<kind>` of a grant that expired, to `issuance` of one that was voided: one posting for each account, in the order of the first part. Each of the three says an
 *   amount and its grants, and is there when it is not 0.
 * - `UsageCharged` whose usage names a `hold` says by `capture` that hold, its `state` before the entry and, when that is `open`, how it was settled. The hold is one of
 *   `customer`. It is the first that pays: `customer:<customer>:held` to the payees, the smaller of the amount and what it reserves; the
 *   postings of settling follow these. The hold is captured then.
 * - `HoldCaptured`: `amount` is split by `splitPolicy`, in force for its `time`; without `provider` the treasury has the provider's share. What pays
 *   is as for a charge whose usage names the hold; what is owed then is owed for the usage `hold` of that id, to `provider`, or to the customer's own name without one.
 *   The hold is open or expired, and captured then.
 * - `HoldReleased` and `HoldExpired` settle an open hold of which nothing is used. `HoldExpired` acts at `expiresAt`, before all else that does
 *   at that instant.
 */
export class HoldsAudit implements ConceptAudit<HoldEvent> {
  readonly laws = {
    HOLD_WRONG:
      'A hold is settled once, by its own grants in their order, and all that it reserved is used, returned or lapsed.',
  };

  readonly accounts = [{ pattern: 'customer:{holder}:held', supply: 'holders', belowZero: 'never' }] as const;

  readonly ledger: AuditTable<HoldEvent> = {
    HoldReserved: (event, place) => this.reserve(event, place),
    HoldExtended: (event, place) => this.extend(event, place),
    HoldCaptured: (event, place, balances) => this.capture(event, place, balances),
    HoldReleased: (event, place) => this.end(event, 'released', place),
    HoldExpired: (event, place) => this.end(event, 'expired', place),
  };

  /** The hold that a usage names pays first. */
  readonly held: RecordedSourceAudit<UsageCharged> = {
    debit: held,
    credits: (provider) => [`provider:${provider}:payable`, 'treasury:fees', 'staking:rewards', 'issuance'],
    gives: ({ hold }, wanted) => {
      const reserved = hold === undefined ? undefined : this.holds.get(hold);
      if (reserved?.state !== 'open') return 0n;
      return reserved.amount < wanted ? reserved.amount : wanted;
    },
    derive: (event, place, given) => this.settleNamed(event, place, given),
  };

  private readonly holds = new Map<string, Reserved>();

  /** @param sources what pays a capture, in order */
  constructor(
    private readonly walk: AuditWalk,
    private readonly parties: PartiesAudit,
    private readonly grants: GrantsAudit,
    private readonly rating: RatingAudit,
    private readonly supply: SupplyAudit,
    private readonly budgets: BudgetsAudit,
    private readonly sources: () => FundingAudits,
  ) {}

  /** What a hold reserves, while it is open. */
  reservedBy(id: string): Reserving | undefined {
    const hold = this.holds.get(id);
    return hold?.state === 'open' ? hold : undefined;
  }

  private reserve(event: HoldReserved, place: Place): Posting[] {
    const { customer, budget, expiresAt } = event;
    this.parties.checkRegistered(customer, place);
    this.parties.checkSending(customer, place);
    const amount = wholeOf(event.amount);
    const parts = partsOf(event.grants, amount);
    const until = this.until(expiresAt, place);
    const id = `${place.shard}-${place.height}-${place.index ?? 0}`;
    const named = budget === undefined ? { customer } : { customer, budget };
    this.holds.set(id, { ...named, amount, parts: [...parts], until, state: 'open' });
    this.budgets.reserve(named, amount, place);
    if (parts.length > 50) this.wrong(place, 'a hold reserves of fifty grants at most');
    this.grants.due.schedule(place.shard, 'HoldExpired', id, until);
    return [move(available(customer), held(customer), amount)];
  }

  private until(text: string, place: Place): number {
    const until = this.walk.instantOf(text) ?? NaN;
    const now = this.walk.recordedAtMs;
    if (!(until > now && until <= now + 24 * HOUR_MS + 1_000 && until % 1_000 === 0)) {
      this.wrong(place, 'a hold ends with a full second, after now and within 24 hours');
    }
    return until;
  }

  private extend(event: HoldExtended, place: Place): Posting[] | undefined {
    const hold = this.find(event, ['open'], place);
    if (hold === undefined) return undefined;
    const added = wholeOf(event.amount) - hold.amount;
    const parts = event.grants === undefined ? [] : partsOf(event.grants, added);
    if (added < 0n || added > 0n !== parts.length > 0) this.wrong(place, `${added} is added, and it says otherwise`);
    if (added > 0n) this.budgets.reserve(hold, added, place);
    hold.amount += added;
    hold.parts.push(...parts);
    if (event.receipt !== textOf(hold.parts)) this.wrong(place, `it reserves of ${textOf(hold.parts)}`);
    if (hold.parts.length > 50) this.wrong(place, 'a hold reserves of fifty grants at most');
    if (this.walk.instantOf(event.expiresAt) !== hold.until) {
      this.grants.due.unschedule(place.shard, 'HoldExpired', event.hold, hold.until);
      hold.until = this.until(event.expiresAt, place);
      this.grants.due.schedule(place.shard, 'HoldExpired', event.hold, hold.until);
    }
    return added <= 0n ? [] : [move(available(event.customer), held(event.customer), added)];
  }

  private capture(event: HoldCaptured, place: Place, balances: AuditedBalances): Posting[] | undefined {
    const sources = this.sources();
    findUnknownMembers(this.walk, event, place, MEMBERS, sources);
    const hold = this.find(event, ['open', 'expired'], place);
    const policy = this.rating.splitPolicies.get(event.splitPolicy);
    const inForce = this.rating.splitPolicies.inForce(this.walk.instantOf(event.time) ?? NaN, this.walk.restsOn);
    if (policy !== inForce) this.wrong(place, `policy ${event.splitPolicy} was not in force`);
    if (hold === undefined || policy === undefined) return undefined;
    if (event.provider !== undefined) this.parties.checkRegistered(event.provider, place);
    const amount = wholeOf(event.amount);
    const [provider = 0n, treasury = 0n, ...others] = resplit(amount, weightsOf(policy.content));
    const shares =
      event.provider === undefined ? [0n, provider + treasury, ...others] : [provider, treasury, ...others];
    const entry = {
      ...event,
      ...{ provider: event.provider ?? event.customer, usage: { source: 'hold', id: event.hold, digest: '' } },
    } as unknown as UsageCharged;
    const reserving = { ...hold, amount: hold.state === 'open' ? hold.amount : 0n };
    const beyond = this.budgets.count(event, place, amount, reserving);
    const postings = derivePostings(sources, entry, place, amount, shares, beyond, balances);
    this.burn(postings);
    hold.state = 'captured';
    return postings;
  }

  /** What goes to issuance is burned, by usage or since its grant was voided. */
  private burn(postings: readonly Posting[]): void {
    for (const { credit, amount } of postings) if (credit === 'issuance') this.supply.burn(wholeOf(amount));
  }

  private end(
    event: Settling & {
      readonly type: string;
      readonly hold: string;
      readonly customer: string;
      readonly time: string;
    },
    how: 'released' | 'expired',
    place: Place,
  ): Posting[] | undefined {
    const hold = this.find(event, ['open'], place);
    if (hold === undefined) return undefined;
    if (how === 'expired') this.grants.due.act('HoldExpired', event.hold, hold.until, event, place);
    const postings = this.settle(event.hold, hold, 0n, event, place);
    this.burn(postings);
    hold.state = how;
    return postings;
  }

  private settleNamed(event: UsageCharged, place: Place, given: bigint): Posting[] {
    const { capture, hold: id } = event;
    if (id === undefined) {
      if (capture !== undefined) this.wrong(place, 'it captures a hold that its usage does not name');
      return [];
    }
    const hold = this.holds.get(id);
    if (hold?.customer !== event.customer) {
      this.wrong(place, `${event.customer} has no hold ${id}`);
      return [];
    }
    if (capture?.hold !== id || capture.state !== hold.state) this.wrong(place, `the hold ${id} is ${hold.state}`);
    if (hold.state !== 'open') {
      this.checkParts(capture ?? {}, [], [], [], place);
      return [];
    }
    const postings = this.settle(id, hold, given, capture ?? ({} as Capture), place);
    hold.state = 'captured';
    return postings;
  }

  /** Takes a hold apart, and compares what the entry says of it. */
  private settle(id: string, hold: Reserved, taken: bigint, said: Settling, place: Place): Posting[] {
    this.grants.due.unschedule(place.shard, 'HoldExpired', id, hold.until);
    this.budgets.hold(hold, -hold.amount);
    const used: Part[] = [];
    const returned: Part[] = [];
    const lapsed: Part[] = [];
    const gone = new Map<string, bigint>();
    let left = taken;
    for (const { grant, amount } of hold.parts) {
      const part = amount < left ? amount : left;
      left -= part;
      if (part > 0n) {
        used.push({ grant, amount: part });
        this.grants.release(grant, part, false);
      }
      if (amount === part) continue;
      const to = this.grants.release(grant, amount - part, true);
      const rest = { grant, amount: amount - part };
      if (to === available(hold.customer)) returned.push(rest);
      else {
        lapsed.push(rest);
        if (to !== undefined) gone.set(to, (gone.get(to) ?? 0n) + rest.amount);
      }
    }
    this.checkParts(said, used, returned, lapsed, place);
    const postings: Posting[] = [];
    addMoves(postings, held(hold.customer), [available(hold.customer)], [sumOf(returned)]);
    for (const [account, amount] of gone) postings.push(move(held(hold.customer), account, amount));
    return postings;
  }

  private checkParts(said: Settling, used: Part[], returned: Part[], lapsed: Part[], place: Place): void {
    const expected = { used, returned, lapsed };
    for (const name of ['used', 'returned', 'lapsed'] as const) {
      const text = textOf(expected[name]);
      const found = said[name];
      const isSaid =
        found === undefined ? text === '' : found.grants === text && found.amount === sumOf(expected[name]).toString();
      if (!isSaid) this.wrong(place, `${name} is ${text || 'nothing'}, and it says otherwise`);
    }
  }

  private find(
    event: { readonly hold: string; readonly customer: string },
    states: readonly Reserved['state'][],
    place: Place,
  ): Reserved | undefined {
    const hold = this.holds.get(event.hold);
    if (hold?.customer === event.customer && states.includes(hold.state)) return hold;
    this.wrong(place, `${event.hold} is no hold of ${event.customer} that is ${states.join(' or ')}`);
    return undefined;
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('HOLD_WRONG', place, detail);
  }
}

interface Part {
  readonly grant: string;
  readonly amount: bigint;
}

const sumOf = (parts: readonly Part[]): bigint => parts.reduce((sum, { amount }) => sum + amount, 0n);

function textOf(parts: readonly Part[]): string {
  if (parts.length === 1) return parts[0]!.grant;
  return parts.map(({ grant, amount }) => `${grant} ${amount}`).join(' ');
}

/** @param total what all of them reserve */
function partsOf(text: string, total: bigint): readonly Part[] {
  const words = text.split(' ');
  if (words.length === 1) return [{ grant: text, amount: total }];
  return words.flatMap((grant, i) => (i % 2 === 0 ? [{ grant, amount: wholeOf(words[i + 1]) }] : []));
}
