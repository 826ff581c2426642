/** What proposals and votes record, and how it is written. */
import {
  optional,
  plain,
  requestLayout,
  type AttoText,
  type HolderId,
  type InstantText,
  type Layouts,
  type PositiveAttoText,
  type Recorded,
  type ShardHead,
} from '#domain';
import type { BasisPoints } from '../rating/split-policy.js';

export const CHOICES = ['yes', 'no', 'abstain'] as const;
export type Choice = (typeof CHOICES)[number];

/** A proposal is put to the vote; its id is that of this entry. */
export interface ProposalOpened extends Recorded {
  readonly type: 'ProposalOpened';
  readonly title: string;
  readonly reason: string;
  /** What holders have now is what their votes weigh: the page's time. */
  readonly at: InstantText;
  /** From here on no vote counts. */
  readonly closesAt: InstantText;
  /** Of all that there was, so much has to vote. */
  readonly quorumBps: BasisPoints;
}

/** What a holder's vote weighs: what was available, held and staked. */
export interface HolderWeight {
  readonly holder: HolderId;
  readonly weight: PositiveAttoText;
}

/** A part of what the votes of a shard's holders weigh. Holders ascend, through all parts. */
export interface WeightsCut extends Recorded {
  readonly type: 'WeightsCut';
  readonly proposal: string;
  /** From 0 on. */
  readonly part: number;
  readonly parts: number;
  readonly weights: readonly HolderWeight[];
}

/** Every shard has said what votes weigh. */
export interface ProposalWeighed extends Recorded {
  readonly type: 'ProposalWeighed';
  readonly proposal: string;
  /** Of all holders together, atto-tokens. */
  readonly total: AttoText;
  readonly holders: number;
  /** The pages of the shards' last parts, then the one that opened it. */
  readonly heads: readonly ShardHead[];
}

/** A holder votes; the last vote before the end counts. */
export interface VoteCast extends Recorded {
  readonly type: 'VoteCast';
  readonly proposal: string;
  readonly holder: HolderId;
  readonly choice: Choice;
  readonly weight: PositiveAttoText;
  /** The entry that says so. */
  readonly weighed: string;
}

/** The vote is over; it stands at its very end. */
export interface ProposalClosed extends Recorded {
  readonly type: 'ProposalClosed';
  readonly proposal: string;
  readonly yes: AttoText;
  readonly no: AttoText;
  readonly abstain: AttoText;
  /** Missing where not every shard was weighed: then nobody could vote. */
  readonly total?: AttoText;
  /** Whether enough voted. */
  readonly quorum: boolean;
  readonly passed: boolean;
}

export type ProposalEvent = ProposalWeighed | VoteCast | ProposalClosed;

export const openedLayouts = {
  ProposalOpened: {
    title: plain,
    reason: plain,
    at: plain,
    closesAt: plain,
    quorumBps: plain,
    request: optional(requestLayout),
  },
} as const satisfies Layouts<ProposalOpened>;

export const weightLayouts = {
  WeightsCut: {
    proposal: plain,
    part: plain,
    parts: plain,
    weights: [{ holder: plain, weight: plain }],
    request: optional(requestLayout),
  },
} as const satisfies Layouts<WeightsCut>;

export const proposalLayouts = {
  ProposalWeighed: {
    proposal: plain,
    total: plain,
    holders: plain,
    heads: [{ shard: plain, height: plain, hash: plain }],
    request: optional(requestLayout),
  },
  VoteCast: {
    proposal: plain,
    holder: plain,
    choice: plain,
    weight: plain,
    weighed: plain,
    request: optional(requestLayout),
  },
  ProposalClosed: {
    proposal: plain,
    yes: plain,
    no: plain,
    abstain: plain,
    total: optional(plain),
    quorum: plain,
    passed: plain,
    request: optional(requestLayout),
  },
} as const satisfies Layouts<ProposalEvent>;
