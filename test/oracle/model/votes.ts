/** A proposal, and what was voted: the last vote of each before the end, by what each had when it was put to the vote. */
import { instant, sum, tokens } from './amounts.js';
import { refuse } from './commands.js';

export const CHOICES = ['yes', 'no', 'abstain'] as const;
export type Choice = (typeof CHOICES)[number];

interface Vote {
  readonly entry: string;
  readonly choice: Choice;
  readonly ms: number;
}

export class Proposal {
  private readonly votes = new Map<string, Vote>();

  /** @param weightOf what somebody had available, held and staked at that instant */
  constructor(
    readonly id: string,
    readonly atMs: number,
    readonly closesMs: number,
    private readonly quorumBps: bigint,
    private readonly weightOf: (holder: string) => bigint,
  ) {}

  /** @throws Refusal */
  check(voter: string, ms: number): void {
    if (ms >= this.closesMs) refuse('VOTE_CLOSED');
    if (this.weightOf(voter) === 0n) refuse('NO_WEIGHT');
  }

  /** Votes are counted in the order of their entries. @throws Refusal */
  vote(voter: string, vote: Vote): void {
    this.check(voter, vote.ms);
    this.votes.set(voter, vote);
  }

  /** As `GET /v1/proposals/{id}` says once it is over. @param holders everybody */
  result(holders: readonly string[]) {
    const weights = holders.map((holder) => this.weightOf(holder));
    const counted = (choice: Choice): bigint =>
      sum([...this.votes].filter(([, vote]) => vote.choice === choice).map(([voter]) => this.weightOf(voter)));
    const [yes, no, abstain] = [counted('yes'), counted('no'), counted('abstain')];
    const total = sum(weights);
    const quorum = (yes + no + abstain) * 10_000n >= this.quorumBps * total;
    return {
      ...{ proposal: this.id, at: instant(this.atMs), closesAt: instant(this.closesMs), state: 'closed' },
      ...{ quorumBps: Number(this.quorumBps), holders: weights.filter((weight) => weight > 0n).length },
      ...{ total: tokens(total), tally: { yes: tokens(yes), no: tokens(no), abstain: tokens(abstain) }, quorum },
      result: quorum && yes > no ? 'passed' : 'failed',
    };
  }

  /** As `GET /v1/proposals/{id}/weights` lists them. */
  weights(holders: readonly string[]) {
    return [...holders]
      .sort((a, b) => (a < b ? -1 : 1))
      .map((holder) => ({ holder, weight: tokens(this.weightOf(holder)) }))
      .filter(({ weight }) => weight !== '0');
  }

  /** As `GET /v1/proposals/{id}/votes` lists them. */
  voted() {
    return [...this.votes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([voter, { choice, entry, ms }]) => {
        return { voter, choice, weight: tokens(this.weightOf(voter)), entry, recordedAt: instant(ms) };
      });
  }
}
