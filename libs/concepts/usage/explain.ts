/** How a charge is explained: what was reported, what it cost, what bounded it and what paid it. */
import type { Explain, Explanation } from '#domain';
import { explainBudgeted } from '../budgets/explain.js';
import type { BoundedBy, FundedBy } from '../funding.js';
import { explainUses } from '../grants/explain.js';
import { endedByCapture, explainCapture } from '../holds/explain.js';
import { explainRating, explainSplit, findUnpublished } from '../rating/explain.js';
import type { RatingState } from '../rating/rating.js';
import { explainOwed } from '../receivables/explain.js';
import type { UsageCharged } from './charge.js';
import type { UsageEvent } from './usage-batch.js';

type Said = BoundedBy & FundedBy;

/** What a charge says of each of its sources and ceilings; a forgotten one does not compile. */
const DRAWN: {
  readonly [Name in keyof Said]-?: (said: NonNullable<Said[Name]>, charge: UsageCharged) => Partial<Explanation>;
} = {
  budgeted: (said, charge) => ({ budget: explainBudgeted(charge, said, BigInt(charge.amount)) }),
  capture: (said, charge) => ({ hold: explainCapture(said, charge), entries: { hold: said.hold } }),
  // Together with what the hold paid: see below.
  grants: () => ({}),
  receivable: (said, { usage }) => ({ owed: explainOwed(said, usage) }),
};

function explainDrawn(charge: UsageCharged): Partial<Explanation> {
  const said: Said = charge;
  const table = DRAWN as Readonly<Record<string, (said: unknown, charge: UsageCharged) => Partial<Explanation>>>;
  return Object.entries(table).reduce<Partial<Explanation>>((all, [name, explain]) => {
    const one = said[name as keyof Said];
    return one === undefined ? all : { ...all, ...explain(one, charge) };
  }, {});
}

function explainCharge(charge: UsageCharged, context: RatingState): Explanation {
  const { usage, usageType, customer, provider, model, region, meters, capture, postings, late, corrects } = charge;
  const { provenance } = charge;
  const amount = BigInt(charge.amount);
  const drawn = explainDrawn(charge);
  const direct = explainUses(charge.grants, postings, customer);
  return {
    summary: `Usage of ${model} that ${customer} was charged for, priced and shared as of its own time.`,
    ...{ holder: customer, amount },
    usage: {
      ...{ source: usage.source, id: usage.id, type: usageType, subject: customer, provider, model, meters },
      ...(region === undefined ? {} : { region }),
      ...(provenance === undefined ? {} : { provenance }),
    },
    ...findUnpublished(context, charge),
    ...explainRating(context, charge),
    ...explainSplit(context, charge, { amount, toProvider: true, ended: endedByCapture(capture, postings) }),
    paid: {
      amount: direct.amount + BigInt(capture?.used?.amount ?? '0'),
      grants: [...(drawn.hold?.used ?? []), ...direct.grants],
    },
    ...drawn,
    ...(late === undefined ? {} : { late: late.policy }),
    ...(corrects === undefined
      ? {}
      : { entries: { ...drawn.entries, corrects: corrects.entry }, facts: { correctedBy: corrects.by } }),
  };
}

export const explainUsage: Explain<UsageEvent, RatingState> = {
  UsageCharged: explainCharge,
  UsageConflicted: ({ customer, usage, firstDigest }) => ({
    summary: 'The same source and id was reported with another body than before: nothing was charged for it.',
    holder: customer,
    facts: { source: usage.source, id: usage.id, digest: usage.digest, firstDigest },
  }),
  UsageRejected: ({ code, detail, topic, partition, offset }) => ({
    summary: 'A message was refused: nothing was charged for it.',
    facts: { code, detail, topic, partition, offset },
  }),
  UsageBatchAnswered: ({ answer }) => ({
    summary: 'The answer to a batch of usage, kept so that the same request is answered the same for ever.',
    facts: {
      ...{ accepted: answer.accepted, duplicates: answer.duplicates, conflicts: answer.conflicts },
      rejected: answer.rejected.length,
    },
  }),
};
