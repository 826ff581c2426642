/**
 * Grants: tokens given with a kind, a priority, and a beginning and an end in time; what is left at the end is breakage.
 * The order in which they are used stands in `burn-order.ts`, how they pay usage in `grant-funds.ts`.
 */
import {
  decideOnce,
  entryId,
  irreversible,
  parseTime,
  posting,
  recordIfAny,
  ZERO,
  type Amount,
  type Correct,
  type Decide,
  type Due,
  type EntryOutcome,
  type EntryPosition,
  type Evolve,
  type Provenance,
  type Requested,
  type ShardState,
} from '#domain';
import type { PartiesState } from '../parties/party.js';
import { customerAvailable, ISSUANCE } from '../supply/funds.js';
import { leaveToRegistry, noteBooked, type BookedMintsState, type KnowsCap } from '../supply-cap/booked.js';
import {
  changeShares,
  endPending,
  grantOf,
  makeGrant,
  openGrant,
  remainingOf,
  takeUses,
  type Grant,
  type GrantsState,
} from './burn-order.js';
import { correctArrival } from './give-back.js';
import {
  breakageOf,
  customerPending,
  type GrantActivated,
  type GrantEvent,
  type GrantExpired,
  type GrantIssued,
  type GrantVoided,
} from './grant-events.js';
import { checkTerms, grantIssued, grantRefusal, type GrantWish } from './grant-terms.js';

export { grantRefusal, grantRefusals } from './grant-terms.js';

/** Gives tokens to a holder. */
export interface IssueGrant extends Requested, GrantWish {
  readonly type: 'IssueGrant';
  readonly holder: string;
  readonly amount: Amount;
  readonly reason: string;
}

/** Takes back what is left of a grant. */
export interface VoidGrant extends Requested {
  readonly type: 'VoidGrant';
  readonly grant: string;
  readonly reason: string;
}

/** What acts at a grant's beginning or end. */
interface GrantDue<Type extends string> {
  readonly type: Type;
  readonly grant: string;
  readonly time: string;
  readonly provenance: Provenance;
}

export type GrantCommand = IssueGrant | VoidGrant | GrantDue<'ActivateGrant'> | GrantDue<'ExpireGrant'>;

export interface GrantContext {
  readonly catalogue: PartiesState & KnowsCap;
  readonly recordedAt: string;
}

export const decideGrants: Decide<
  GrantCommand,
  GrantsState & Pick<ShardState, 'answers'>,
  GrantContext,
  GrantEvent,
  EntryOutcome
> = {
  IssueGrant: (state, command, context, record) =>
    decideOnce(state, command.request, () => record(decideIssue(command, context))),
  VoidGrant: (state, command, _context, record) =>
    decideOnce(state, command.request, () => record(decideVoid(state, command))),
  ActivateGrant: (state, command, _context, record) => recordIfAny(decideActivation(state, command), record),
  ExpireGrant: (state, command, _context, record) => recordIfAny(decideExpiry(state, command), record),
};

/** What acts at an instant: what ends does so before anything begins. */
export const dueGrants: Due<'grant-expiry' | 'grant-activation', GrantsState, GrantCommand> = {
  'grant-expiry': (_state, { id }) => ({ type: 'ExpireGrant', grant: id }),
  'grant-activation': (_state, { id }) => ({ type: 'ActivateGrant', grant: id }),
};

/** @throws DomainError `UNKNOWN_HOLDER` or `GRANT_INVALID`; RegistryDecides where there is a cap */
export function decideIssue(command: IssueGrant, { catalogue, recordedAt }: GrantContext): GrantIssued {
  leaveToRegistry(catalogue);
  catalogue.parties.require(command.holder, 'holder');
  return grantIssued(fieldsOf(command), command, checkTerms(command, recordedAt), recordedAt);
}

/** @throws DomainError `UNKNOWN_GRANT` or `GRANT_CLOSED` */
function decideVoid(state: GrantsState, command: VoidGrant): GrantVoided {
  const grant = findOpen(state, command.grant);
  const pending = state.grants.pending.get(grant.id);
  const amount = pending ?? remainingOf(state, grant);
  const account = pending === undefined ? customerAvailable(grant.holder) : customerPending(grant.holder);
  return {
    type: 'GrantVoided',
    ...fieldsOf(command),
    ...{ grant: grant.id, holder: grant.holder, amount: amount.toString(), reason: command.reason },
    postings: amount === ZERO ? [] : [posting(account, ISSUANCE, amount)],
  };
}

/** A grant that is pending or active. */
function findOpen(state: GrantsState, id: string): Grant {
  const { grants } = state;
  const grant = grants.byId.get(id);
  const end = grants.index.endOf(id);
  if (grant !== undefined && end === undefined) return grant;
  if (!grants.index.has(id)) {
    throw grantRefusal('UNKNOWN_GRANT', `There is no grant ${id}; GET /v1/holders/{id}/grants lists them.`, 'grant');
  }
  throw grantRefusal('GRANT_CLOSED', `The grant ${id} is ${end ?? 'spent'}; nothing is left to take back.`, 'grant');
}

const GRANT_ID = /^[0-9]{1,9}-[0-9]{1,15}-[0-9]{1,9}(\.[0-9]{1,9})?$/;

/** The shard that keeps a grant; undefined: no grant has such an id. */
export function shardOfGrant(id: string): number | undefined {
  return GRANT_ID.test(id) ? Number.parseInt(id, 10) : undefined;
}

function decideActivation(state: GrantsState, command: GrantDue<'ActivateGrant'>): GrantActivated | undefined {
  const amount = state.grants.pending.get(command.grant);
  if (amount === undefined) return undefined;
  const { holder } = state.grants.byId.get(command.grant)!;
  return {
    type: 'GrantActivated',
    ...fieldsOf(command),
    ...{ grant: command.grant, holder, amount: amount.toString() },
    postings: [posting(customerPending(holder), customerAvailable(holder), amount)],
  };
}

function decideExpiry(state: GrantsState, command: GrantDue<'ExpireGrant'>): GrantExpired | undefined {
  const { grants } = state;
  const grant = grants.byId.get(command.grant);
  if (grant === undefined || grants.index.endOf(grant.id) !== undefined || grants.pending.has(grant.id))
    return undefined;
  const amount = remainingOf(state, grant);
  return {
    type: 'GrantExpired',
    ...fieldsOf(command),
    ...{ grant: grant.id, holder: grant.holder, amount: amount.toString() },
    postings: amount === ZERO ? [] : [posting(customerAvailable(grant.holder), breakageOf(grant.kind), amount)],
  };
}

function fieldsOf({ time, provenance, request }: Requested) {
  return { time, ...provenance, ...(request === undefined ? {} : { request }) };
}

export const evolveGrants: Evolve<GrantEvent, GrantsState & BookedMintsState> = {
  GrantIssued: (state, event, position) => {
    noteBooked(state, event, position);
    const grant = grantMadeBy(event, position);
    state.grants.index.add(position, grant);
    const amount = BigInt(event.amount);
    if (event.postings[0]!.credit === customerAvailable(event.holder)) openGrant(state, grant, amount);
    else {
      state.grants.byId.set(grant.id, grant);
      state.grants.pending.set(grant.id, amount);
      state.due.set('grant-activation', grant.id, parseTime(event.effectiveAt, 'effectiveAt'));
    }
  },
  GrantActivated: (state, { grant: id, amount }) => {
    state.grants.pending.delete(id);
    state.due.remove('grant-activation', id);
    openGrant(state, state.grants.byId.get(id)!, BigInt(amount));
  },
  GrantExpired: (state, { grant: id, holder, amount }) => {
    const grant = grantOf(state, id, holder);
    end(state, grant, 'expired', BigInt(amount));
    const { lastEnd } = state.grants;
    lastEnd.set(holder, Math.max(lastEnd.get(holder) ?? 0, grant.expiresAtMs));
  },
  GrantVoided: (state, { grant: id, holder, amount }) => {
    if (state.grants.pending.has(id)) endPending(state, id);
    else end(state, grantOf(state, id, holder), 'voided', BigInt(amount));
  },
};

function end(state: GrantsState, grant: Grant, how: 'expired' | 'voided', left: bigint): void {
  state.grants.index.end(grant.id, how);
  state.due.remove('grant-expiry', grant.id);
  if (left === ZERO) return;
  changeShares(state, grant.holder, -left, (shares) => {
    takeUses(shares, [{ grant: grant.id, amount: left }]);
  });
}

function grantMadeBy({ holder, kind, priority, expiresAt }: GrantIssued, position: EntryPosition): Grant {
  const expiresAtMs = expiresAt === undefined ? Infinity : parseTime(expiresAt, 'expiresAt');
  return makeGrant(entryId(position), position, { holder, kind, priority, expiresAtMs });
}

/** What begins or ends at its instant is not taken back; what was voided can be granted anew. */
export type GrantIrreversible = 'acts-at-its-instant' | 'granted-anew-instead' | 'funds-gone';

export const correctGrants: Correct<GrantEvent, GrantsState, GrantIrreversible> = {
  GrantIssued: (state, event, position) => correctArrival(state, event, event.holder, entryId(position)),
  GrantActivated: () => irreversible('acts-at-its-instant'),
  GrantExpired: () => irreversible('acts-at-its-instant'),
  GrantVoided: () => irreversible('granted-anew-instead'),
};
