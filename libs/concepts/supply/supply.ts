/** Minting and burning: the only two movements that change the supply besides the burn share of usage. */
import {
  accountOf,
  decideOnce,
  entryId,
  movements,
  optional,
  plain,
  posting,
  requestLayout,
  type Amount,
  type Correct,
  type Decide,
  type EntryOutcome,
  type Evolve,
  type Flows,
  type HolderId,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Recorded,
  type Requested,
  type ShardState,
} from '#domain';
import { sharesOf, usesOf, type GrantsState } from '../grants/burn-order.js';
import { correctArrival, correctTaking } from '../grants/give-back.js';
import type { SaysGrants } from '../grants/uses.js';
import { leaveToRegistry, noteBooked, type BookedMintsState, type KnowsCap } from '../supply-cap/booked.js';
import { customerAvailable, fundsAccounts, ISSUANCE, requireFunds } from './funds.js';
import type { PartiesState } from '../parties/party.js';

/** @home holder */
export interface Minted extends Recorded {
  readonly type: 'Minted';
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  readonly reason: string;
  /** The registry's entry that allowed it, where there is a cap. */
  readonly allowed?: string;
  readonly postings: readonly Posting[];
}

/** @home holder */
export interface Burned extends Recorded, SaysGrants {
  readonly type: 'Burned';
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  readonly reason: string;
  readonly postings: readonly Posting[];
}

export type SupplyEvent = Minted | Burned;

const moves = movements(fundsAccounts.issuance, accountOf(fundsAccounts.customerAvailable, 'holder'));

export const supplyLayouts = {
  Minted: {
    ...{ holder: plain, amount: plain, reason: plain, postings: moves },
    request: optional(requestLayout),
    allowed: optional(plain),
  },
  Burned: {
    ...{ holder: plain, amount: plain, reason: plain, postings: moves },
    grants: optional(plain),
    request: optional(requestLayout),
  },
} as const satisfies Layouts<SupplyEvent>;

export interface SupplyRequest extends Requested {
  readonly holder: string;
  readonly amount: Amount;
  readonly reason: string;
}

export type SupplyCommand =
  ({ readonly type: 'MintTokens' } & SupplyRequest) | ({ readonly type: 'BurnTokens' } & SupplyRequest);

/** What minting and burning read of the shard and of the registry. */
export type SupplyState = Pick<ShardState, 'answers'> & GrantsState;
export interface SupplyContext {
  readonly catalogue: PartiesState & KnowsCap;
}

export const decideSupply: Decide<SupplyCommand, SupplyState, SupplyContext, SupplyEvent, EntryOutcome> = {
  MintTokens: (state, command, { catalogue }, record) =>
    decideOnce(state, command.request, () => record(decideMint(catalogue, command))),
  BurnTokens: (state, command, { catalogue }, record) =>
    decideOnce(state, command.request, () => record(decideBurn(state, catalogue, command))),
};

/** Beside what was allowed, their postings say all that they change. */
export const evolveSupply: Evolve<SupplyEvent, BookedMintsState> = {
  Minted: (state, event, position) => {
    noteBooked(state, event, position);
  },
  Burned: () => undefined,
};

/** A mint is corrected while its holder still has all of its tokens. */
export const correctSupply: Correct<SupplyEvent, GrantsState, 'funds-gone'> = {
  Minted: (state, event, position) => correctArrival(state, event, event.holder, entryId(position)),
  Burned: (state, event) => correctTaking(state, event, event.holder, event.grants),
};

export const supplyFlows: Flows<SupplyEvent> = {
  Minted: [[fundsAccounts.issuance, fundsAccounts.customerAvailable]],
  Burned: [[fundsAccounts.customerAvailable, fundsAccounts.issuance]],
};

/** Issues new tokens to a registered holder. @throws RegistryDecides where there is a cap */
export function decideMint(catalogue: PartiesState & KnowsCap, command: SupplyRequest): Minted {
  leaveToRegistry(catalogue);
  catalogue.parties.require(command.holder, 'holder');
  return minted(fieldsOf(command), command);
}

/** The entry that issues new tokens. */
export function minted(
  fields: Recorded,
  { holder, amount, reason }: { readonly holder: string; readonly amount: bigint; readonly reason: string },
): Minted {
  return {
    ...{ type: 'Minted', ...fields, holder, amount: amount.toString(), reason },
    postings: [posting(ISSUANCE, customerAvailable(holder), amount)],
  };
}

/** Takes tokens of a holder out of existence. @throws DomainError `INSUFFICIENT_FUNDS` */
export function decideBurn(state: GrantsState, catalogue: PartiesState, command: SupplyRequest): Burned {
  catalogue.parties.require(command.holder, 'holder');
  requireFunds(state, command.holder, command.amount);
  return {
    type: 'Burned',
    ...fieldsOf(command),
    ...{ holder: command.holder, amount: command.amount.toString(), reason: command.reason },
    postings: [posting(customerAvailable(command.holder), ISSUANCE, command.amount)],
    grants: usesOf(sharesOf(state, command.holder), command.amount),
  };
}

function fieldsOf({ time, provenance, request }: Requested): Recorded {
  return { time, ...provenance, ...(request === undefined ? {} : { request }) };
}
