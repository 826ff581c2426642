/** Proposals with their results, what votes weigh, and the vote of each holder that counts. */
import { attoOf, column, entryId, insert, instantText, table, updateOne, upsert, type Rows } from '#domain';
import type { Choice, ProposalEvent, ProposalOpened, WeightsCut } from './proposal-events.js';

export const PROPOSALS = table(
  'proposals',
  {
    /** The id of the entry that opened it. */
    proposal: column.key(),
    title: column.text(),
    reason: column.text(),
    at: column.instant(),
    closesAt: column.instant(),
    quorumBps: column.integer(),
    /** Of all that have weight; null: shards are still being weighed. */
    holders: column.optional(column.integer()),
    total: column.optional(column.amount()),
    /** What it came to; null: it is open. */
    yes: column.optional(column.amount()),
    no: column.optional(column.amount()),
    abstain: column.optional(column.amount()),
    result: column.optional(column.text<'passed' | 'failed'>()),
  },
  { key: ['proposal'], control: null },
);

export const VOTE_WEIGHTS = table(
  'vote_weights',
  { proposal: column.key(), holder: column.key(), weight: column.amount() },
  { key: ['proposal', 'holder'], control: null },
);

export const VOTES = table(
  'votes',
  {
    proposal: column.key(),
    holder: column.key(),
    choice: column.text<Choice>(),
    weight: column.amount(),
    entry: column.text(),
    recordedAt: column.instant(),
  },
  { key: ['proposal', 'holder'], control: null },
);

export const governanceTables = [PROPOSALS, VOTE_WEIGHTS, VOTES] as const;

export const governanceRows: Rows<ProposalOpened | WeightsCut | ProposalEvent> = {
  ProposalOpened: {
    entry: () => ({}),
    movement: null,
    changes: ({ title, reason, at, closesAt, quorumBps }, position, recordedAt) => {
      const instants = { at: instantText(at) ?? recordedAt, closesAt: instantText(closesAt) ?? recordedAt };
      return [insert(PROPOSALS, { proposal: entryId(position), title, reason, quorumBps, ...instants })];
    },
  },
  WeightsCut: {
    entry: () => ({}),
    movement: null,
    changes: ({ proposal, weights }) => {
      const rows = weights.map(({ holder, weight }) => ({ proposal, holder, weight: attoOf(weight) }));
      return rows.length === 0 ? [] : [insert(VOTE_WEIGHTS, ...rows)];
    },
  },
  ProposalWeighed: {
    entry: () => ({}),
    movement: null,
    changes: ({ proposal, holders, total }) => [updateOne(PROPOSALS, { proposal }, { holders, total: attoOf(total) })],
  },
  VoteCast: {
    entry: ({ holder }) => ({ holder }),
    movement: null,
    changes: ({ proposal, holder, choice, weight }, position, recordedAt) => [
      upsert(VOTES, { proposal, holder, choice, weight: attoOf(weight), entry: entryId(position), recordedAt }),
    ],
  },
  ProposalClosed: {
    entry: () => ({}),
    movement: null,
    changes: ({ proposal, yes, no, abstain, passed }) => [
      updateOne(
        PROPOSALS,
        { proposal },
        {
          ...{ yes: attoOf(yes), no: attoOf(no), abstain: attoOf(abstain) },
          result: passed ? 'passed' : 'failed',
        },
      ),
    ],
  },
};
