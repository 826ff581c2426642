/** The cap: what was outstanding at each decision of the registry is added up a second time, from every shard's postings. */
import type { Posting } from '#domain';
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { EmissionAllowed, MintAllowed, MintBooked, SupplyCapEvent } from './supply-cap.js';
import { SupplyThen } from './supply-then.audit.js';

interface Version {
  readonly version: number;
  readonly from: number;
  /** Of the registry. */
  readonly height: number;
  readonly cap: bigint | undefined;
}

type Allowed = MintAllowed | EmissionAllowed;

/** What the registry said, to be compared when the shards are read. */
interface Said {
  readonly event: Allowed;
  readonly place: Place;
  /** All that was allowed before. */
  readonly before: bigint;
}

/** What is asked of one shard: what it had beside allowances, by height. */
interface Asked {
  readonly heights: Map<number, bigint | undefined>;
  /** Those that have to rest on the first cap. */
  readonly resting: Set<number>;
  /** Ascending; those from `next` on are not reached. */
  order: number[];
  next: number;
}

/** An entry of a holder shard, and what it says where the registry may have allowed it. */
interface Told {
  readonly type: string;
  readonly postings?: readonly Posting[];
  readonly allowed?: string;
  readonly holder?: string;
  readonly amount?: string;
  readonly reason?: string;
  readonly kind?: string;
  readonly priority?: number;
  readonly effectiveAt?: string;
  readonly expiresAt?: string;
  readonly policy?: number;
  readonly epoch?: number;
  readonly cut?: string;
  readonly supply?: string;
  readonly time?: string;
}

/**
 * **A cap.** A policy of emission may have a `cap`, in tokens. In force at an instant is the policy with the latest `effectiveAt` that is not later, of two the
 * one with the higher `version`; where that has no `cap`, there is no limit. From the height of the registry at which the first policy with a `cap` was published, the
 * registry decides: a page of a holder shard that rests on it or a later one has no `Minted` and no `GrantIssued` without `allowed`, and no
 * `TokensEmitted` whose epoch has no `EpochEnded`; a page that rests on an earlier one has none of these, except of `inflation`, where the registry decides always.
 *
 * **What was outstanding** at an instant is minus `issuance` of all holder shards, by all pages whose `recordedAt` is not later; only a `TokensEmitted` counts by its own `time`. It is never less than 0.
 *
 * - `MintAllowed`, `EmissionAllowed`: `heads` names one page of each holder shard, in order, each of which rests on that height or a later one, where there was one. `outstanding` is the
 *   sum over the shards, up to these pages, of minus `issuance` less the amounts that are booked there because they were allowed, and of all amounts that were allowed before. `policy` is the one whose `cap`
 *   was in force at the page's `recordedAt`, missing where none was.
 * - `MintAllowed`: `outstanding` + `amount` is at most the cap. It is booked once, in the shard of `holder`, by a `Minted` or, with `terms`, a `GrantIssued`, which names
 *   it by `allowed` and says the same `holder`, `amount`, `reason` and terms; that page rests on its height or a later one. `MintBooked`: of one that is booked, once.
 * - `EmissionAllowed`: of an epoch once. `amount` + `cut` is what the schedule says; `amount` is as much of it as fits, which is all of it where there is no cap. The
 *   `TokensEmitted` of the epoch says the same `amount`, `cut` and `supply`. `supply` is there exactly for `inflation`: what was outstanding as the epoch began.
 */
export class SupplyCapAudit implements ConceptAudit<never, SupplyCapEvent> {
  readonly laws = {
    SUPPLY_CAP_WRONG:
      'Where there is a cap, what is minted was allowed by the registry, once and alike, and nothing was allowed beyond the cap.',
    INFLATION_WRONG:
      'An epoch of inflation is of what was outstanding over all shards as it began, by the postings up to then, and the registry says of how much.',
  };

  readonly registry: AuditTable<SupplyCapEvent> = {
    MintAllowed: (event, place) => {
      const room = this.hear(event, place);
      if (room !== undefined && BigInt(event.amount) > room) this.wrong(place, `at most ${room} fits under the cap`);
      this.allow(event, place);
      return [];
    },
    EmissionAllowed: (event, place) => {
      const room = this.hear(event, place);
      const cut = BigInt(event.cut ?? 0);
      const whole = BigInt(event.amount) + cut;
      const fits = room === undefined || whole <= room ? whole : room;
      if (BigInt(event.amount) !== fits) this.wrong(place, `${fits} fits under the cap`);
      const begins = this.inflations.get(event.version)?.(event.epoch);
      if (begins !== undefined) this.then.ask(begins, event.supply, place);
      else if (event.supply !== undefined) this.wrongSupply(place, 'it says a supply, and is not of inflation');
      this.allow(event, place);
      return [];
    },
    MintBooked: (event, place) => {
      if (this.noted.has(event.allowed)) this.wrong(place, `${event.allowed} is booked twice`);
      this.noted.set(event.allowed, place);
      return [];
    },
  };

  readonly later = {
    MintAllowed: (event: MintAllowed, place: Place): void => this.allow(event, place),
    EmissionAllowed: (event: EmissionAllowed, place: Place): void => this.allow(event, place),
    MintBooked: (_event: MintBooked): void => undefined,
  };

  private readonly versions: Version[] = [];
  /** The height at which the first cap was published. */
  private from = Infinity;
  private readonly said: Said[] = [];
  private sum = 0n;
  /** By the name of what it allows: its entry, or policy and epoch. */
  private readonly allowed = new Map<string, { readonly event: Allowed; readonly height: number }>();
  private readonly found = new Set<string>();
  private readonly noted = new Map<string, Place>();
  private readonly ended = new Set<string>();
  private readonly asked = new Map<number, Asked>();
  /** By shard. */
  private readonly beside = new Map<number, bigint>();
  /** When an epoch of a policy of inflation begins. */
  private readonly inflations = new Map<number, (epoch: number) => number>();
  private readonly then: SupplyThen;

  constructor(private readonly walk: AuditWalk) {
    this.then = new SupplyThen(walk);
  }

  /** A policy of emission was published. @param lasts milliseconds of its epochs */
  publish(
    version: number,
    policy: { readonly kind: string; readonly effectiveAt: string; readonly cap?: string },
    { height }: Place,
    lasts: number,
  ): void {
    const cap = policy.cap === undefined ? undefined : attoOf(policy.cap);
    const from = this.walk.instantOf(policy.effectiveAt) ?? Infinity;
    if (policy.kind === 'inflation') this.inflations.set(version, (epoch) => from + epoch * lasts);
    this.versions.push({ version, from, height, cap });
    if (cap !== undefined) this.from = Math.min(this.from, height);
  }

  eachPage(_page: unknown, { shard, height }: Place): void {
    if (shard !== this.walk.shards) this.then.eachPage(shard);
    const asked = this.asked.get(shard);
    if (asked === undefined) return;
    this.reach(shard, asked, height - 1);
    if (asked.resting.has(height) && this.walk.restsOn < this.from)
      this.wrong({ shard, height }, 'what it has was counted, and it does not rest on the first cap');
  }

  afterEach(event: Told, place: Place): void {
    if (this.from === Infinity && this.inflations.size === 0) return;
    const { type, postings = [] } = event;
    let change = 0n;
    for (const { debit, credit, amount } of postings) {
      if (debit === 'issuance') change += BigInt(amount);
      if (credit === 'issuance') change -= BigInt(amount);
    }
    if (change !== 0n) this.then.issue(change, event);
    if (type === 'Minted' || type === 'GrantIssued') change -= this.bookMint(event, place);
    else if (type === 'EpochEnded') this.endEpoch(event, place);
    else if (type === 'TokensEmitted') change -= this.bookEpoch(event, place);
    else if (type === 'EntryRestored') this.restore(event, place);
    if (change !== 0n) this.beside.set(place.shard, (this.beside.get(place.shard) ?? 0n) + change);
  }

  check(): void {
    for (const [shard, asked] of this.asked) this.reach(shard, asked, Infinity);
    for (const { event, place, before } of this.said) {
      let outstanding = before;
      for (const { shard, height } of event.heads) outstanding += this.asked.get(shard)!.heights.get(height) ?? 0n;
      if (event.outstanding !== `${outstanding}`) this.wrong(place, `${outstanding} was outstanding`);
    }
    this.then.check((place, detail) => this.wrongSupply(place, detail));
    for (const [entry, place] of this.noted)
      if (!this.found.has(entry)) this.wrong(place, `${entry} is not allowed, or not booked`);
  }

  /** @returns what fits, by what the event says is outstanding; undefined: there is no limit */
  private hear(event: Allowed, place: Place): bigint | undefined {
    this.said.push({ event, place, before: this.sum });
    const shards = event.heads.map(({ shard }) => shard).join();
    if (shards !== Array.from({ length: this.walk.shards }, (_, shard) => shard).join())
      this.wrong(place, 'it names other shards than there are');
    for (const { shard, height } of event.heads) this.ask(shard, height);
    const inForce = this.inForce();
    if (event.policy !== inForce?.version) this.wrong(place, `the cap in force is that of policy ${inForce?.version}`);
    if (inForce === undefined) return undefined;
    const room = inForce.cap - BigInt(event.outstanding);
    return room < 0n ? 0n : room;
  }

  /** @param upTo what is published later is not known yet */
  private inForce(upTo = Infinity): { readonly version: number; readonly cap: bigint } | undefined {
    const [last] = this.versions
      .filter(({ from, height }) => from <= this.walk.recordedAtMs && height <= upTo)
      .sort((a, b) => b.from - a.from || b.version - a.version);
    return last?.cap === undefined ? undefined : { version: last.version, cap: last.cap };
  }

  private allow(event: Allowed, place: Place): void {
    const name = event.type === 'MintAllowed' ? idOf(place) : epochOf(event.version, event.epoch);
    if (this.allowed.has(name)) this.wrong(place, `${name} is allowed twice`);
    this.allowed.set(name, { event, height: place.height });
    this.sum += BigInt(event.amount);
  }

  private ask(shard: number, height: number): void {
    const asked: Asked = this.asked.get(shard) ?? { heights: new Map(), resting: new Set(), order: [], next: 0 };
    this.asked.set(shard, asked);
    if (this.from !== Infinity) asked.resting.add(height);
    if (asked.heights.has(height)) return;
    asked.heights.set(height, undefined);
    const at = asked.order.findLastIndex((one) => one < height) + 1;
    asked.order.splice(at, 0, height);
  }

  /** All pages up to this height are read. */
  private reach(shard: number, asked: Asked, height: number): void {
    for (; asked.next < asked.order.length && asked.order[asked.next]! <= height; asked.next++)
      asked.heights.set(asked.order[asked.next]!, this.beside.get(shard) ?? 0n);
  }

  private get isDecidedByRegistry(): boolean {
    return this.walk.restsOn >= this.from;
  }

  /** @returns what of it was allowed */
  private bookMint(event: Told, place: Place): bigint {
    const { allowed } = event;
    if (this.isDecidedByRegistry !== (allowed !== undefined))
      this.wrong(place, allowed === undefined ? 'the registry did not allow it' : 'there is no cap yet');
    if (allowed === undefined) return 0n;
    const known = this.allowed.get(allowed);
    const isAlike =
      known?.event.type === 'MintAllowed' && known.height <= this.walk.restsOn && saysTheSame(known.event, event);
    if (!isAlike || this.found.has(allowed))
      this.wrong(place, `${allowed} allowed nothing like it, or is booked twice`);
    this.found.add(allowed);
    return BigInt(event.amount!);
  }

  private endEpoch(event: Told, place: Place): void {
    if (!this.isDecidedByRegistry && !this.inflations.has(event.policy!)) this.wrong(place, 'there is no cap yet');
    this.ended.add(epochOf(event.policy!, event.epoch!));
  }

  /** @returns what of it was allowed */
  private bookEpoch(event: Told, place: Place): bigint {
    const name = epochOf(event.policy!, event.epoch!);
    if (!this.ended.has(name)) {
      if (this.isDecidedByRegistry || event.cut !== undefined) this.wrong(place, 'the registry did not allow it');
      return 0n;
    }
    const known = this.allowed.get(name);
    const isAlike =
      known !== undefined &&
      known.height <= this.walk.restsOn &&
      known.event.amount === event.amount &&
      (known.event as EmissionAllowed).cut === event.cut;
    if (!isAlike) this.wrong(place, 'the registry allowed it otherwise');
    if (isAlike && (known.event as EmissionAllowed).supply !== event.supply)
      this.wrongSupply(place, 'the registry allowed it of another supply');
    return BigInt(event.amount!);
  }

  private restore(event: Told, place: Place): void {
    const isMinting = event.postings?.some(({ debit }) => debit === 'issuance') === true;
    if (isMinting && this.inForce(this.walk.restsOn) !== undefined)
      this.wrong(place, 'with a cap in force nothing is minted a second time by undoing a reversal');
  }

  private wrongSupply(place: Place, detail: string): void {
    this.walk.find('INFLATION_WRONG', place, detail);
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('SUPPLY_CAP_WRONG', place, detail);
  }
}

function saysTheSame({ holder, amount, reason, terms }: MintAllowed, event: Told): boolean {
  const isOf = event.type === (terms === undefined ? 'Minted' : 'GrantIssued');
  const isAlike = event.holder === holder && event.amount === amount && event.reason === reason;
  return (
    isOf &&
    isAlike &&
    event.kind === terms?.kind &&
    event.priority === terms?.priority &&
    event.effectiveAt === terms?.effectiveAt &&
    event.expiresAt === terms?.expiresAt
  );
}

const idOf = ({ shard, height, index }: Place): string => `${shard}-${height}-${index}`;
const epochOf = (version: number, epoch: number): string => `${version}/${epoch}`;

function attoOf(tokens: string): bigint {
  const [whole = '0', fraction = ''] = tokens.split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
}
