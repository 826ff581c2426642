/** How holds are explained: what was reserved of which grants, and what became of it. */
import type { Explain, ExplainedHold, ExplainedUse, Posting } from '#domain';
import { explainBudgeted } from '../budgets/explain.js';
import { explainUses } from '../grants/explain.js';
import { readUses } from '../grants/uses.js';
import { explainSplit, findUnpublished } from '../rating/explain.js';
import type { RatingState } from '../rating/rating.js';
import { explainOwed } from '../receivables/explain.js';
import { captureEntry } from './hold.js';
import { customerHeld, type Capture, type Ending, type HeldPart, type HoldEvent } from './hold-events.js';

const usesOf = (part: HeldPart | undefined): readonly ExplainedUse[] =>
  part === undefined ? [] : readUses(part.grants, BigInt(part.amount));

function explainParts(
  hold: string,
  state: string,
  parts: Ending & { readonly used?: HeldPart },
  postings: readonly Posting[],
  customer: string,
): ExplainedHold {
  const account = customerHeld(customer);
  let reserved = 0n;
  for (const { debit, amount } of postings) if (debit === account) reserved += BigInt(amount);
  const { used, returned, lapsed } = parts;
  return { hold, state, reserved, used: usesOf(used), returned: usesOf(returned), lapsed: usesOf(lapsed) };
}

/** What an entry took of the hold that it names. */
export function explainCapture(
  { hold, state, ...parts }: Capture,
  { postings, customer }: { readonly postings: readonly Posting[]; readonly customer: string },
): ExplainedHold {
  return explainParts(hold, state, parts, postings, customer);
}

/** What went back to issuance of grants that had been taken back while they were held. */
export function endedByCapture(capture: Capture | undefined, postings: readonly Posting[]): bigint {
  let ended = BigInt(capture?.lapsed?.amount ?? '0');
  for (const { credit, amount } of postings) if (credit.startsWith('breakage:')) ended -= BigInt(amount);
  return ended;
}

export const explainHolds: Explain<HoldEvent, RatingState> = {
  HoldReserved: ({ customer, amount, grants, expiresAt, budget, reference }) => ({
    summary: `Tokens of ${customer} were reserved for usage to come, until ${expiresAt}.`,
    ...{ holder: customer, amount: BigInt(amount) },
    paid: { amount: BigInt(amount), grants: readUses(grants, BigInt(amount)) },
    facts: {
      expiresAt,
      ...(budget === undefined ? {} : { budget }),
      ...(reference === undefined ? {} : { reference }),
    },
  }),
  HoldExtended: ({ hold, customer, grants, expiresAt, amount, postings }) => {
    const added = explainUses(grants, postings, customer);
    return {
      summary: `A hold of ${customer} reserves more, or until another instant.`,
      ...{ holder: customer, amount: added.amount, paid: added },
      ...{ facts: { expiresAt, reservedInAtto: amount }, entries: { hold } },
    };
  },
  HoldCaptured: (event, context) => {
    const { customer, hold, capture, receivable, postings, provider, budgeted } = event;
    const amount = BigInt(event.amount);
    const direct = explainUses(event.grants, postings, customer);
    const held = capture === undefined ? undefined : explainCapture(capture, event);
    const used = held?.used ?? [];
    return {
      summary: `A hold of ${customer} was captured without usage.`,
      ...{ holder: customer, amount, entries: { hold } },
      ...findUnpublished(context, event),
      ...explainSplit(context, event, {
        ...{ amount, toProvider: provider !== undefined },
        ended: endedByCapture(capture, postings),
      }),
      paid: {
        amount: direct.amount + BigInt(capture?.used?.amount ?? '0'),
        grants: [...used, ...direct.grants],
      },
      ...(held === undefined ? {} : { hold: held }),
      ...(budgeted === undefined ? {} : { budget: explainBudgeted(event, budgeted, amount) }),
      ...(receivable === undefined ? {} : { owed: explainOwed(receivable, captureEntry(event).usage) }),
    };
  },
  HoldReleased: ({ hold, customer, postings, ...ending }) => ({
    summary: `A hold of ${customer} was given up: what it reserved went back to its grants.`,
    holder: customer,
    ...{ hold: explainParts(hold, 'released', ending, postings, customer), entries: { hold } },
  }),
  HoldExpired: ({ hold, customer, postings, ...ending }) => ({
    summary: `A hold of ${customer} came to its end: what it reserved went back to its grants.`,
    holder: customer,
    ...{ hold: explainParts(hold, 'expired', ending, postings, customer), entries: { hold } },
  }),
};
