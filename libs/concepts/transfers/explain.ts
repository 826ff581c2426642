/** How transfers are explained. */
import type { Explain } from '#domain';
import { explainUses } from '../grants/explain.js';
import type { TransferEvent } from './transfer.js';

export const explainTransfers: Explain<TransferEvent, unknown> = {
  TransferSent: ({ from, to, amount, reason, transfer, grants, postings }) => ({
    summary: `${from} sent tokens to ${to}.`,
    ...{ holder: from, amount: BigInt(amount), facts: { transfer, to, reason } },
    paid: explainUses(grants, postings, from),
  }),
  TransferReceived: ({ from, to, amount, reason, transfer }) => ({
    summary: `Tokens that ${from} had sent arrived at ${to}: they are a purchased grant without an end.`,
    ...{ holder: to, amount: BigInt(amount), facts: { transfer, from, reason } },
  }),
  TransferCompleted: ({ transfer }) => ({
    summary: 'The sending shard knows that the transfer arrived in the other one.',
    facts: { transfer },
  }),
};
