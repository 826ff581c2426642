/**
 * A cap on what is outstanding over all shards: with one, the registry alone says what is minted. It knows what it allowed and is
 * shown what the shards have beside that; each of them books what was allowed, once.
 */
import {
  entryId,
  formatAmount,
  optional,
  parseTime,
  plain,
  refusalsOf,
  requestLayout,
  shardOf,
  UndoableMap,
  type Amount,
  type AttoText,
  type DecideEvent,
  type EntryPosition,
  type Evolve,
  type HolderId,
  type Layouts,
  type PositiveAttoText,
  type Provenance,
  type Recorded,
  type Refusals,
  type Requested,
  type ShardHead,
  type SignedAttoText,
  type UndoLog,
  type Work,
} from '#domain';
import { capAt, type EmissionPoliciesState } from '../emission/emission-policy.js';
import { cutToCap, inflationAmount } from '../emission/schedule.js';
import { checkTerms, type GrantTerms, type GrantWish } from '../grants/grant-terms.js';
import type { PartiesState } from '../parties/party.js';

export const supplyCapRefusals = {
  SUPPLY_CAP_EXCEEDED: 'refused',
} as const satisfies Refusals;
export const supplyCapRefusal = refusalsOf(supplyCapRefusals);

/** What the registry decided upon. */
interface SaysSupply {
  /** The policy whose cap was in force; missing: none was. */
  readonly policy?: number;
  /** Minted less burned over all shards up to `heads`, with all that was allowed before as if it were booked. */
  readonly outstanding: SignedAttoText;
  /** What was read of the holder shards, one head for each. */
  readonly heads: readonly ShardHead[];
}

/** A mint or a grant fits under the cap. The holder's shard books it. */
export interface MintAllowed extends Recorded, SaysSupply {
  readonly type: 'MintAllowed';
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  readonly reason: string;
  /** Of a grant. */
  readonly terms?: GrantTerms;
}

/** The holder's shard has booked it. */
export interface MintBooked extends Recorded {
  readonly type: 'MintBooked';
  /** The entry that allowed it. */
  readonly allowed: string;
}

/** What of an epoch fits under the cap. */
export interface EmissionAllowed extends Recorded, SaysSupply {
  readonly type: 'EmissionAllowed';
  /** The version of the policy whose epoch it is. */
  readonly version: number;
  readonly epoch: number;
  readonly amount: AttoText;
  /** What the schedule says beyond that: it is not minted. */
  readonly cut?: PositiveAttoText;
  /** Of a policy of inflation: what was outstanding over all shards as the epoch began. */
  readonly supply?: AttoText;
}

export type SupplyCapEvent = MintAllowed | MintBooked | EmissionAllowed;

const supplyLayout = {
  policy: optional(plain),
  outstanding: plain,
  heads: [{ shard: plain, height: plain, hash: plain }],
  request: optional(requestLayout),
} as const;

export const supplyCapLayouts = {
  MintAllowed: {
    ...{ holder: plain, amount: plain, reason: plain },
    ...supplyLayout,
    terms: optional({
      ...{ kind: plain, priority: plain },
      ...{ effectiveAt: optional(plain), expiresAt: optional(plain) },
    }),
  },
  MintBooked: { allowed: plain, request: optional(requestLayout) },
  EmissionAllowed: {
    ...{ version: plain, epoch: plain, amount: plain },
    ...supplyLayout,
    cut: optional(plain),
    supply: optional(plain),
  },
} as const satisfies Layouts<SupplyCapEvent>;

/** The holder shards as they were read after the request came. */
export interface SupplySeen {
  readonly heads: readonly ShardHead[];
  /** What all of them have in circulation beside what the registry allowed, atto-tokens. */
  readonly beside: bigint;
  /** What was outstanding at the instant that was asked for, atto-tokens. */
  readonly supply?: bigint;
}

/** Asks whether a mint fits, or with `grant` a grant. */
export interface AllowMint extends Requested {
  readonly type: 'AllowMint';
  readonly holder: string;
  readonly amount: Amount;
  readonly reason: string;
  readonly grant?: GrantWish;
  /** Added by whoever puts the command to the registry. */
  readonly seen?: SupplySeen;
}

/** An epoch of inflation, whose amount follows from the supply as it began. */
export interface InflationDue {
  /** The epoch's beginning, milliseconds since 1970. */
  readonly sinceMs: number;
  readonly bps: bigint;
  readonly epochs: bigint;
  /** What earlier epochs left, in parts of an atto: there are 10,000 times `epochs` of them. */
  readonly carried: bigint;
}

/** Asks how much of an epoch fits. */
export interface AllowEmission extends Requested {
  readonly type: 'AllowEmission';
  readonly version: number;
  readonly epoch: number;
  /** What its schedule says, atto-tokens; or of inflation, of which supply it is and what earlier epochs carried to it. */
  readonly amount: bigint | InflationDue;
  /** Added by whoever puts the command to the registry. */
  readonly seen?: SupplySeen;
}

/** What a holder's shard was asked for, where the registry decides. */
export interface MintWish extends Requested, Partial<GrantWish> {
  readonly type: string;
  readonly holder: string;
  readonly amount: Amount;
  readonly reason: string;
}

/** What a mint or a grant, which a shard leaves to the registry, asks of it. */
export function allowanceFor({ type: _, holder, amount, reason, kind, ...rest }: MintWish): AllowMint {
  const { priority, effectiveAt, expiresAt, ...asked } = rest;
  const wish = {
    ...(priority === undefined ? {} : { priority }),
    ...(effectiveAt === undefined ? {} : { effectiveAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  const grant = kind === undefined ? {} : { grant: { kind, ...wish } };
  return { ...asked, type: 'AllowMint', holder, amount, reason, ...grant };
}

export type SupplyCapCommand =
  AllowMint | AllowEmission | ({ readonly type: 'NoteMintBooked'; readonly allowed: string } & Requested);

/** Brings what was allowed to the holder's shard. */
export interface BookMint {
  readonly type: 'BookMint';
  readonly allowed: string;
  readonly time: string;
  readonly provenance: Provenance;
}

/** What was allowed of an epoch. */
interface AllowedEpoch {
  readonly amount: bigint;
  readonly cut: bigint;
  /** Of inflation: what was outstanding as it began, atto-tokens. */
  readonly supply?: bigint;
  readonly position: EntryPosition;
}

interface OpenMint {
  readonly event: MintAllowed;
  /** The number of holder shards. */
  readonly shards: number;
}

/** What the registry allowed. */
export class AllowancesPart {
  /** Mints and grants that are not known to be booked, by the entry that allowed them. */
  readonly open: UndoableMap<string, OpenMint>;
  private readonly epochs: UndoableMap<string, AllowedEpoch>;
  private readonly sums: UndoableMap<'all', bigint>;

  constructor(undo?: UndoLog) {
    this.open = new UndoableMap(undo);
    this.epochs = new UndoableMap(undo);
    this.sums = new UndoableMap(undo);
  }

  /** All that was ever allowed, atto-tokens, booked or not. */
  get sum(): bigint {
    return this.sums.get('all') ?? 0n;
  }

  epoch(version: number, epoch: number): AllowedEpoch | undefined {
    return this.epochs.get(`${version}/${epoch}`);
  }

  addEpoch(version: number, epoch: number, allowed: AllowedEpoch): void {
    this.epochs.set(`${version}/${epoch}`, allowed);
    this.add(allowed.amount);
  }

  add(amount: bigint): void {
    this.sums.set('all', this.sum + amount);
  }
}

export interface AllowancesState {
  readonly allowances: AllowancesPart;
}

export const evolveSupplyCap: Evolve<SupplyCapEvent, AllowancesState> = {
  MintAllowed: ({ allowances }, event, position) => {
    // The registry is the shard after those of the holders.
    allowances.open.set(entryId(position), { event, shards: position.shard });
    allowances.add(BigInt(event.amount));
  },
  MintBooked: ({ allowances }, { allowed }) => {
    allowances.open.delete(allowed);
  },
  EmissionAllowed: ({ allowances }, { version, epoch, amount, cut = '0', supply }, position) => {
    const of = supply === undefined ? {} : { supply: BigInt(supply) };
    allowances.addEpoch(version, epoch, { amount: BigInt(amount), cut: BigInt(cut), ...of, position });
  },
};

interface OwnerState {
  readonly catalogue: AllowancesState & EmissionPoliciesState & PartiesState;
}

export const decideSupplyCap: DecideEvent<SupplyCapCommand, OwnerState, SupplyCapEvent> = {
  AllowMint: ({ catalogue }, { holder, amount, reason, grant, seen, time, provenance }, recordedAt) => {
    catalogue.parties.require(holder, 'holder');
    const terms = grant === undefined ? undefined : checkTerms(grant, recordedAt);
    const found = findRoom(catalogue, seen, recordedAt);
    refuseBeyond(found, amount);
    return {
      ...{ type: 'MintAllowed', time, ...provenance, holder, amount: amount.toString(), reason },
      ...found.said,
      ...(terms === undefined ? {} : { terms }),
    };
  },
  AllowEmission: ({ catalogue }, { version, epoch, amount: due, seen, time, provenance }, recordedAt) => {
    const known = catalogue.allowances.epoch(version, epoch);
    if (known !== undefined) return known.position;
    const { amount: wanted, ...of } = typeof due === 'bigint' ? { amount: due } : ofSupply(due, seen);
    const { cap, outstanding, said } = findRoom(catalogue, seen, recordedAt);
    const { amount, cut } = cap === undefined ? { amount: wanted, cut: 0n } : cutToCap(wanted, cap, outstanding);
    return {
      ...{ type: 'EmissionAllowed', time, ...provenance, version, epoch, amount: amount.toString() },
      ...said,
      ...(cut === 0n ? {} : { cut: cut.toString() }),
      ...of,
    };
  },
  NoteMintBooked: ({ catalogue: { allowances } }, { allowed, time, provenance }) =>
    allowances.open.has(allowed) ? { type: 'MintBooked', time, ...provenance, allowed } : placeOf(allowed),
};

interface Found {
  readonly cap: bigint | undefined;
  readonly outstanding: bigint;
  readonly said: SaysSupply;
}

/** What is outstanding as the shards were seen, and which cap is in force. */
function findRoom(
  { allowances, emissionPolicies }: AllowancesState & EmissionPoliciesState,
  seen: SupplySeen | undefined,
  recordedAt: string,
): Found {
  if (seen === undefined) throw new Error('the registry was asked what fits without word of the shards');
  const outstanding = seen.beside + allowances.sum;
  const inForce = capAt(emissionPolicies, parseTime(recordedAt, 'recordedAt'));
  const policy = inForce === undefined ? {} : { policy: inForce.version };
  const said = { ...policy, outstanding: outstanding.toString(), heads: seen.heads };
  return { cap: inForce?.cap, outstanding, said };
}

/** What an epoch of inflation mints, and of which supply. */
function ofSupply(
  { bps, epochs, carried }: InflationDue,
  seen: SupplySeen | undefined,
): { readonly amount: bigint; readonly supply: AttoText } {
  if (seen?.supply === undefined) throw new Error('the registry was asked for inflation without word of the supply');
  return { amount: inflationAmount(seen.supply, bps, epochs, carried).amount, supply: seen.supply.toString() };
}

/** @throws DomainError `SUPPLY_CAP_EXCEEDED` with what fits */
function refuseBeyond({ cap, outstanding }: Pick<Found, 'cap' | 'outstanding'>, amount: bigint): void {
  if (cap === undefined || outstanding + amount <= cap) return;
  const room = cap > outstanding ? cap - outstanding : 0n;
  throw supplyCapRefusal(
    'SUPPLY_CAP_EXCEEDED',
    `The cap is ${formatAmount(cap)} and ${formatAmount(outstanding)} are outstanding: at most ${formatAmount(room)} can be minted until something is burned or a policy with another cap is in force.`,
    'amount',
  );
}

function placeOf(entry: string): EntryPosition {
  const [shard, height, index] = entry.split('-').map(Number) as [number, number, number];
  return { shard, height, index };
}

/** What was allowed is booked where its holder lives, and the registry knows it then. */
export const workSupplyCap: Work<
  'allowed-mint',
  { readonly catalogue: AllowancesState },
  SupplyCapCommand | BookMint,
  SupplyCapEvent
> = {
  'allowed-mint': {
    leftBy: { MintAllowed: (_event, position) => entryId(position) },
    left: ({ catalogue: { allowances } }) => allowances.open.keys(),
    isLeft: ({ catalogue: { allowances } }, id) => allowances.open.has(id),
    steps: ({ catalogue: { allowances } }, id) => {
      const { event, shards } = allowances.open.get(id)!;
      return [
        { shard: shardOf(event.holder, shards), command: { type: 'BookMint', allowed: id } },
        { command: { type: 'NoteMintBooked', allowed: id } },
      ];
    },
    isAwaited: true,
  },
};
