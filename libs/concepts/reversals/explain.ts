/** How reversals are explained: what was taken back, and where it is now. */
import type { Explain } from '#domain';
import { explainOwed } from '../receivables/explain.js';
import { firstOf, usesIn } from './original.js';
import type { ReversalEvent } from './reversal-events.js';

export const explainReversals: Explain<ReversalEvent, unknown> = {
  EntryReversed: ({
    entry,
    holder,
    amount,
    reason,
    original,
    returned,
    lapsed,
    cancelled,
    covers = [],
    postings,
    cause,
  }) => {
    let carried = 0n;
    for (const leg of postings) if (leg.debit.endsWith(':clawback')) carried += BigInt(leg.amount);
    return {
      summary: `A ${original.type} was taken back: what it had moved is where it was, as far as it can be.`,
      ...{ holder, amount: BigInt(amount), entries: { reversed: entry } },
      facts: {
        reason,
        ...(cause === undefined ? {} : { cause }),
        ...(returned === undefined ? {} : { returnedInAtto: returned.amount, grants: grantsOf(usesIn(returned)) }),
        ...(lapsed === undefined ? {} : { lapsedInAtto: lapsed.amount }),
        ...(cancelled === undefined ? {} : { cancelledInAtto: cancelled.amount }),
        ...(covers.length === 0 ? {} : { covers: covers.map((cover) => cover.entry).join(', ') }),
        ...(carried === 0n ? {} : { carriedInAtto: `${carried}` }),
      },
    };
  },
  EntryRestored: ({ entry, holder, amount, reason, original, paid, receivable }) => ({
    summary: `The reversal of a ${firstOf(original).type} was undone: its entry counts again, of what was there by then.`,
    ...{ holder, amount: BigInt(amount), entries: { reversed: entry } },
    ...(receivable === undefined || original.charge === undefined
      ? {}
      : { owed: explainOwed(receivable, original.charge) }),
    facts: {
      ...{ reason, first: firstOf(original).entry },
      ...(paid === undefined ? {} : { paidInAtto: paid.amount, grants: grantsOf(usesIn(paid)) }),
      ...(receivable === undefined ? {} : { receivableInAtto: receivable.amount }),
    },
  }),
  ClawbackFilled: ({ account, amount }) => ({
    summary: 'What a payee was just paid fills what a reversal could not take back from it.',
    ...{ amount: BigInt(amount), facts: { account } },
  }),
};

const grantsOf = (uses: readonly { readonly grant: string }[]): string => uses.map(({ grant }) => grant).join(', ');
