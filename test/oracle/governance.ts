/** Proposals of one history and its votes, and how they came out. */
import { isDeepStrictEqual } from 'node:util';
import { answered, said, type Outcome } from './answers.js';
import type { Answer } from '../e2e/support/api.js';
import type { Governing } from './history.js';
import { instant } from './model/amounts.js';
import type { Books } from './model/books.js';
import { refuse, type Booking } from './model/commands.js';
import { Proposal, type Choice } from './model/votes.js';
import { customerOf, type Product } from './product.js';

/** What was sent, and when it was answered. */
export interface Asked {
  readonly answer: Answer;
  readonly bookings: readonly Booking[];
  readonly sentMs: number;
  readonly answeredMs: number;
}

export type Ask = (method: 'POST' | 'PUT', path: string, body: object, contentType?: string) => Promise<Asked>;

type Differ = (what: string, product: unknown, oracle: unknown) => never;

interface Vote {
  readonly proposal: Proposal | undefined;
  readonly voter: string;
  readonly choice: Choice;
  readonly asked: Asked;
}

/** An id that nothing has. */
const NOBODY = '0-999999999-0';

export class Governance {
  private readonly proposals: (Proposal | undefined)[] = [];

  /** @param everybody all books that there are, those of other histories too */
  constructor(
    private readonly seed: number,
    private readonly everybody: () => readonly Books[],
    private readonly differ: Differ,
  ) {}

  /** Sends it. What is returned is to be judged when all that was booked meanwhile is in the books. */
  async send(planned: Governing, ask: Ask): Promise<() => void> {
    if (planned.do === 'propose') {
      const place = this.proposals.push(undefined) - 1;
      const { quorumBps } = planned;
      const closesMs = Date.now() + planned.closesIn;
      const body = { title: 'oracle', reason: 'oracle', closesAt: instant(closesMs), quorumBps };
      const asked = await ask('POST', '/proposals', body);
      const [opened] = asked.bookings;
      return () => {
        if (opened === undefined) this.refused(asked, closesMs);
        else this.proposals[place] = this.open(opened, closesMs, quorumBps);
      };
    }
    const proposal = this.proposals[planned.proposal];
    const voter = customerOf(this.seed, planned.customer);
    const { choice } = planned;
    const asked = await ask('POST', `/proposals/${proposal?.id ?? NOBODY}/votes`, { voter, choice });
    return () => this.judge({ proposal, voter, choice, asked });
  }

  private open({ id, ms }: Booking, closesMs: number, quorumBps: number): Proposal {
    const weightOf = (holder: string): bigint =>
      this.everybody()
        .find(({ customer }) => customer === holder)!
        .asOf(ms).weight;
    return new Proposal(id, ms, closesMs, BigInt(quorumBps), weightOf);
  }

  /** Only a ledger that was down for so long comes too late. */
  private refused({ answer, answeredMs }: Asked, closesMs: number): void {
    const got = answered(answer);
    if (answeredMs < closesMs || got.body !== 'PROPOSAL_INVALID') this.differ('a proposal', got, 'ok');
  }

  private judge({ proposal, voter, choice, asked }: Vote): void {
    const { answer, bookings, sentMs, answeredMs } = asked;
    const got = answered(answer);
    const [booked] = bookings;
    const what = `a vote of ${voter} sent ${instant(sentMs)}`;
    // The shards are being asked: somebody who votes at once is asked to vote again.
    if (got.body === 'VOTE_NOT_OPEN') return;
    const tryAt = (ms: number): Outcome => said(() => castOn(proposal, voter, ms), false);
    if (booked === undefined) {
      const expected = [sentMs, answeredMs].map(tryAt);
      if (!expected.some((one) => isDeepStrictEqual(one, got))) this.differ(what, got, expected);
      return;
    }
    const expected = tryAt(booked.ms);
    if (!isDeepStrictEqual(got, expected)) this.differ(what, got, expected);
    proposal!.vote(voter, { entry: booked.id, choice, ms: booked.ms });
  }

  /** Compares what came out, once all of them are over: anybody can count again. */
  async compare(product: Product): Promise<{ readonly proposals: number; readonly votes: number }> {
    const holders = this.everybody().map(({ customer }) => customer);
    const opened = this.proposals.filter((one) => one !== undefined);
    let votes = 0;
    for (const proposal of opened) {
      votes += proposal.voted().length;
      const what = `proposal ${proposal.id}`;
      const { title: _title, reason: _reason, position: _position, ...got } = await product.closed(proposal.id);
      // It may have ended before its shards could be weighed: nobody voted, and it failed.
      if (got['total'] === null && proposal.voted().length === 0) {
        if (got['result'] !== 'failed') this.differ(what, got, 'failed');
        continue;
      }
      const expected = proposal.result(holders);
      if (!isDeepStrictEqual(got, expected)) this.differ(what, got, expected);
      for (const [list, rows] of [
        ['weights', proposal.weights(holders)],
        ['votes', proposal.voted()],
      ] as const) {
        const { items } = await product.read<{ items: unknown[] }>(`/proposals/${proposal.id}/${list}?limit=500`);
        if (!isDeepStrictEqual(items, rows)) this.differ(`${list} of ${what}`, items, rows);
      }
    }
    return { proposals: opened.length, votes };
  }
}

/** @throws Refusal */
function castOn(proposal: Proposal | undefined, voter: string, ms: number): object {
  if (proposal === undefined) refuse('UNKNOWN_PROPOSAL');
  proposal.check(voter, ms);
  return {};
}
