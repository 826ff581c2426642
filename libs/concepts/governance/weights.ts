/**
 * What votes weigh in one shard: what each holder had available, held and staked at the instant of the proposal. The shard
 * keeps where its parts stand, not what they say: who votes has one of them read.
 */
import {
  idIn,
  recordIfAny,
  refusalsOf,
  UndoableMap,
  type Decide,
  type EntryOutcome,
  type EntryPosition,
  type Evolve,
  type Refusals,
  type RoundStep,
} from '#domain';
import { fundsAccounts } from '../supply/funds.js';
import { holdAccounts } from '../holds/hold-events.js';
import { stakeAccounts } from '../stakes/stake-events.js';
import type { HolderWeight, ProposalOpened, WeightsCut } from './proposal-events.js';

/** Holders of one part: with the longest names they fill a third of a page. */
export const PART_HOLDERS_MAX = 2_000;

export const weightRefusals = {
  PROPOSAL_NOT_SEEN: 'conflict',
} as const satisfies Refusals;
const weightRefusal = refusalsOf(weightRefusals);

/** Records a part of the weights of a shard, as they were read back from its pages. */
export interface CutWeights extends RoundStep {
  readonly type: 'CutWeights';
  readonly proposal: string;
  readonly part: number;
  readonly parts: number;
  readonly weights: readonly HolderWeight[];
}

/** Where a part stands, and what it adds up to. */
export interface WeightsPartPlace {
  readonly position: EntryPosition;
  /** Its first holder; missing where the shard has none. */
  readonly first?: string;
  readonly holders: number;
  /** Atto-tokens. */
  readonly total: bigint;
}

/** The parts of a shard's weights, as far as they are there. */
interface ShardWeights {
  readonly parts: number;
  readonly there: readonly WeightsPartPlace[];
}

export class WeightsPart extends UndoableMap<string, ShardWeights> {
  /** The parts of a proposal; undefined: not all of them are there. */
  whole(proposal: string): readonly WeightsPartPlace[] | undefined {
    const known = this.get(proposal);
    return known?.there.length === known?.parts ? known?.there : undefined;
  }

  /** The part in which a holder stands, if it has any weight. */
  partOf(proposal: string, holder: string): EntryPosition | undefined {
    return this.get(proposal)?.there.findLast(({ first }) => first !== undefined && first <= holder)?.position;
  }
}

/** What a shard keeps of this concept. */
export interface WeightsState {
  readonly weights: WeightsPart;
}

export const evolveWeights: Evolve<WeightsCut, WeightsState> = {
  WeightsCut: ({ weights }, { proposal, parts, weights: said }, position) => {
    const place = {
      ...{ position, holders: said.length, total: totalOf(said) },
      ...(said[0] === undefined ? {} : { first: said[0].holder }),
    };
    weights.set(proposal, { parts, there: [...(weights.get(proposal)?.there ?? []), place] });
  },
};

const totalOf = (weights: readonly HolderWeight[]) => weights.reduce((sum, { weight }) => sum + BigInt(weight), 0n);

/** Proposals that every shard knows of, by id: pages with weights rest on their opening. */
export class OpeningsPart extends UndoableMap<string, true> {}

/** What every shard reads of this concept. */
export interface OpeningsState {
  readonly openings: OpeningsPart;
}

export const evolveOpenings: Evolve<ProposalOpened, OpeningsState> = {
  ProposalOpened: ({ openings }, _event, { shard, height, index }) => {
    openings.set(`${shard}-${height}-${index}`, true);
  },
};

export const decideWeights: Decide<
  CutWeights,
  WeightsState,
  { readonly catalogue: OpeningsState },
  WeightsCut,
  EntryOutcome
> = {
  CutWeights: (state, command, { catalogue }, record) => recordIfAny(decideCut(state, command, catalogue), record),
};

/** The next part of a shard; undefined when it is there. @throws DomainError `PROPOSAL_NOT_SEEN` */
function decideCut(
  { weights: known }: WeightsState,
  { proposal, part, parts, weights, time, provenance }: CutWeights,
  { openings }: OpeningsState,
): WeightsCut | undefined {
  if (!openings.has(proposal)) {
    throw weightRefusal('PROPOSAL_NOT_SEEN', `The opening of ${proposal} is not known here yet.`, 'proposal');
  }
  if (part !== (known.get(proposal)?.there.length ?? 0) || part >= parts) return undefined;
  return { type: 'WeightsCut', time, ...provenance, proposal, part, parts, weights };
}

const WEIGHING = [fundsAccounts.customerAvailable, holdAccounts.customerHeld, stakeAccounts.customerStaked].map(idIn);

/** What each holder's vote weighs by a shard's balances, ascending by holder as UTF-16 code units; without those of nothing. */
export function weighHolders(balances: ReadonlyMap<string, bigint>): HolderWeight[] {
  const weights = new Map<string, bigint>();
  for (const [account, balance] of balances) {
    if (balance === 0n) continue;
    const holder = WEIGHING.map((holderIn) => holderIn(account)).find((found) => found !== undefined);
    if (holder !== undefined) weights.set(holder, (weights.get(holder) ?? 0n) + balance);
  }
  return [...weights]
    .filter(([, weight]) => weight > 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([holder, weight]) => ({ holder, weight: weight.toString() }));
}

/** A holder's weight in a part. */
export function weightIn({ weights }: WeightsCut, holder: string): bigint {
  const found = weights.find((one) => one.holder === holder);
  return BigInt(found?.weight ?? 0);
}
