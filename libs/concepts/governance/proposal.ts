/** Governance: proposals, on which holders vote by what they had at one instant. */
import {
  entryId,
  type DomainError,
  parseTime,
  refusalsOf,
  UndoableMap,
  writeInstant,
  type AttoText,
  type DecideEvent,
  type Due,
  type EntryPosition,
  type Evolve,
  type Refusals,
  type Requested,
  type RoundStep,
  type ShardHead,
  type ShardState,
  type UndoLog,
} from '#domain';
import type { PartiesState } from '../parties/party.js';
import {
  CHOICES,
  type Choice,
  type ProposalClosed,
  type ProposalEvent,
  type ProposalOpened,
  type ProposalWeighed,
  type VoteCast,
} from './proposal-events.js';

export const proposalRefusals = {
  PROPOSAL_INVALID: 'invalid',
  UNKNOWN_PROPOSAL: 'unknown',
  TOO_MANY_PROPOSALS: 'refused',
  PROPOSAL_WEIGHED: 'conflict',
  VOTE_NOT_OPEN: 'conflict',
  VOTE_CLOSED: 'conflict',
  NO_WEIGHT: 'refused',
} as const satisfies Refusals;
const proposalRefusal = refusalsOf(proposalRefusals);

/** Puts a proposal to the vote. */
export interface OpenProposal extends Requested {
  readonly type: 'OpenProposal';
  readonly title: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly closesAt: string;
  readonly quorumBps: number;
}

/** What votes weigh over all shards. */
export interface WeighProposal extends RoundStep {
  readonly type: 'WeighProposal';
  readonly proposal: string;
  /** Atto-tokens. */
  readonly total: bigint;
  readonly holders: number;
  readonly heads: readonly ShardHead[];
}

export interface CastVote extends Requested {
  readonly type: 'CastVote';
  readonly proposal: string;
  readonly voter: string;
  readonly choice: Choice;
  /** What the voter's shard says: its weight, atto-tokens, and the entry in which it stands. */
  readonly weighed?: { readonly weight: bigint; readonly entry: string };
}

interface CloseProposal extends RoundStep {
  readonly type: 'CloseProposal';
  readonly proposal: string;
}

/** What those commands are that need no request. */
type Unasked<Command> = Command & Pick<Requested, 'request'>;

export type ProposalCommand = OpenProposal | Unasked<WeighProposal> | CastVote | Unasked<CloseProposal>;

interface Vote {
  readonly choice: Choice;
  readonly weight: bigint;
}

/** A proposal on which may be voted. */
export interface OpenProposalState {
  readonly proposal: string;
  readonly openedAt: EntryPosition;
  readonly at: string;
  readonly closesAt: string;
  readonly quorumBps: number;
  /** Of all holders, atto-tokens; undefined: shards have still to be weighed. */
  readonly total?: bigint;
  /** By voter. */
  readonly votes: UndoableMap<string, Vote>;
}

export class ProposalsPart {
  readonly open: UndoableMap<string, OpenProposalState>;
  /** Of those that are over, by id: the entry that says so. */
  readonly closed: UndoableMap<string, EntryPosition>;

  constructor(readonly undo: UndoLog) {
    this.open = new UndoableMap(undo);
    this.closed = new UndoableMap(undo);
  }

  /** @throws DomainError `UNKNOWN_PROPOSAL` or `VOTE_CLOSED` */
  require(proposal: string): OpenProposalState {
    const known = this.open.get(proposal);
    if (known !== undefined) return known;
    throw this.closed.has(proposal) ? voteClosed(proposal) : unknownProposal(proposal);
  }
}

/** What the registry keeps of this concept. */
export interface ProposalsState {
  readonly proposals: ProposalsPart;
}

type EvolvingState = ProposalsState & Pick<ShardState<'proposal'>, 'due'>;

export const evolveProposals: Evolve<ProposalOpened | ProposalEvent, EvolvingState> = {
  ProposalOpened: ({ proposals, due }, { at, closesAt, quorumBps }, openedAt) => {
    const proposal = entryId(openedAt);
    const votes = new UndoableMap<string, Vote>(proposals.undo);
    proposals.open.set(proposal, { proposal, openedAt, at, closesAt, quorumBps, votes });
    due.set('proposal', proposal, parseTime(closesAt, 'closesAt'));
  },
  ProposalWeighed: ({ proposals }, { proposal, total }) => {
    const known = proposals.open.get(proposal);
    if (known !== undefined) proposals.open.set(proposal, { ...known, total: BigInt(total) });
  },
  VoteCast: ({ proposals }, { proposal, holder, choice, weight }) => {
    proposals.open.get(proposal)?.votes.set(holder, { choice, weight: BigInt(weight) });
  },
  ProposalClosed: ({ proposals, due }, { proposal }, position) => {
    proposals.open.delete(proposal);
    proposals.closed.set(proposal, position);
    due.remove('proposal', proposal);
  },
};

/** It ends at its instant: no vote that is decided there finds it open. */
export const dueProposals: Due<'proposal', ProposalsState, ProposalCommand> = {
  proposal: (_state, { id }) => ({ type: 'CloseProposal', proposal: id }),
};

interface DecidingState extends ProposalsState {
  readonly catalogue: PartiesState;
}

export const decideProposals: DecideEvent<ProposalCommand, DecidingState, ProposalOpened | ProposalEvent> = {
  OpenProposal: ({ proposals }, command, recordedAt) => decideOpening(proposals, command, recordedAt),
  WeighProposal: ({ proposals }, { proposal, total, holders, heads, time, provenance }): ProposalWeighed => {
    if (proposals.require(proposal).total !== undefined) {
      throw proposalRefusal('PROPOSAL_WEIGHED', `What votes on ${proposal} weigh is known.`, 'proposal');
    }
    return { type: 'ProposalWeighed', time, ...provenance, proposal, total: total.toString(), holders, heads };
  },
  CastVote: (state, command, recordedAt) => decideVote(state, command, recordedAt),
  CloseProposal: ({ proposals }, { proposal, time, provenance }): ProposalClosed | EntryPosition => {
    const closed = proposals.closed.get(proposal);
    if (closed !== undefined) return closed;
    const { votes, total, quorumBps } = proposals.require(proposal);
    return { type: 'ProposalClosed', time, ...provenance, proposal, ...countVotes(votes.values(), total, quorumBps) };
  },
};

/** Votes in memory are those of open proposals. */
const OPEN_MAX = 100;
const OPEN_FOR_MAX_MS = 366 * 86_400_000;
const TITLE = /^[^\p{Cc}\p{Cs}]{1,200}$/u;
const BASIS_POINTS = 10_000;

/** @throws DomainError `PROPOSAL_INVALID`, `TIME_INVALID` or `TOO_MANY_PROPOSALS` */
function decideOpening(
  { open }: ProposalsPart,
  { title, reason, closesAt, quorumBps, time, provenance }: OpenProposal,
  recordedAt: string,
): ProposalOpened {
  const refuse = (message: string, path: string) => proposalRefusal('PROPOSAL_INVALID', message, path);
  if (!TITLE.test(title)) throw refuse('Give a title of 1 to 200 characters without control characters.', 'title');
  if (!Number.isInteger(quorumBps) || quorumBps < 0 || quorumBps > BASIS_POINTS) {
    throw refuse('A quorum is whole basis points from 0 to 10000.', 'quorumBps');
  }
  const closesAtMs = parseTime(closesAt, 'closesAt');
  const nowMs = parseTime(recordedAt, 'recordedAt');
  if (closesAtMs <= nowMs || closesAtMs > nowMs + OPEN_FOR_MAX_MS) {
    throw refuse('A vote closes later than now and within 366 days.', 'closesAt');
  }
  if (open.size >= OPEN_MAX) {
    const many = `${OPEN_MAX} proposals are open; open another when one of them has closed.`;
    throw proposalRefusal('TOO_MANY_PROPOSALS', many, 'title');
  }
  return {
    ...{ type: 'ProposalOpened', time, ...provenance, title, reason },
    ...{ at: recordedAt, closesAt: writeInstant(closesAtMs), quorumBps },
  };
}

/** @throws DomainError `UNKNOWN_PROPOSAL`, `VOTE_CLOSED`, `VOTE_NOT_OPEN`, `UNKNOWN_HOLDER` or `NO_WEIGHT` */
function decideVote({ proposals, catalogue }: DecidingState, command: CastVote, recordedAt: string): VoteCast {
  const { proposal, voter, choice, weighed, time, provenance } = command;
  const known = proposals.require(proposal);
  if (recordedAt >= known.closesAt) throw voteClosed(proposal);
  catalogue.parties.require(voter, 'voter');
  if (known.total === undefined) {
    throw proposalRefusal('VOTE_NOT_OPEN', 'What votes weigh is being read from the shards; vote again in a moment.');
  }
  if (weighed === undefined || weighed.weight <= 0n) {
    const none = `${voter} had nothing available, held or staked at ${known.at}: its vote weighs nothing.`;
    throw proposalRefusal('NO_WEIGHT', none, 'voter');
  }
  const { weight, entry } = weighed;
  return {
    ...{ type: 'VoteCast', time, ...provenance, proposal, holder: voter, choice },
    ...{ weight: weight.toString(), weighed: entry },
  };
}

function voteClosed(proposal: string): Error {
  return proposalRefusal('VOTE_CLOSED', `The vote on ${proposal} is over.`, 'proposal');
}

export function unknownProposal(proposal: string): DomainError {
  return proposalRefusal('UNKNOWN_PROPOSAL', `There is no proposal ${proposal}.`, 'proposal');
}

type Result = Pick<ProposalClosed, Choice | 'total' | 'quorum' | 'passed'>;

/**
 * The result of a vote. Enough voted when all votes together, times 10,000, are at least the quorum times the total; it is
 * passed when enough voted and more voted yes than no.
 *
 * @param total undefined: what votes weigh was never known, and nobody voted
 */
export function countVotes(votes: Iterable<Vote>, total: bigint | undefined, quorumBps: number): Result {
  const sums: Record<Choice, bigint> = { yes: 0n, no: 0n, abstain: 0n };
  for (const { choice, weight } of votes) sums[choice] += weight;
  const { yes, no, abstain } = sums;
  const quorum = total !== undefined && (yes + no + abstain) * 10_000n >= BigInt(quorumBps) * total;
  const told = Object.fromEntries(CHOICES.map((choice) => [choice, sums[choice].toString()])) as Record<
    Choice,
    AttoText
  >;
  return { ...told, ...(total === undefined ? {} : { total: total.toString() }), quorum, passed: quorum && yes > no };
}
