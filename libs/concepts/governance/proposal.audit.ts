/** Votes: what each weighs by the postings up to one instant, that every one of them counts once, and what they came to. */
import type { Posting } from '#domain';
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { PartiesAudit } from '../parties/party.audit.js';
import { wholeOf } from '../postings.audit.js';
import type {
  Choice,
  HolderWeight,
  ProposalClosed,
  ProposalEvent,
  ProposalOpened,
  VoteCast,
  WeightsCut,
} from './proposal-events.js';

/** What the registry says of a proposal, and what the shards say that is compared with it. */
interface Proposal {
  readonly height: number;
  readonly atMs: number;
  readonly closesAtMs: number;
  readonly quorumBps: bigint;
  weighed: { readonly total: bigint; readonly holders: number; readonly place: Place } | undefined;
  isClosed: boolean;
  /** The newest vote of each holder. */
  readonly votes: Map<string, VoteCast>;
  readonly said: { readonly event: VoteCast; readonly place: Place }[];
  /** Of holders who voted, by the parts: the entry, and the weight. */
  readonly shown: Map<string, { readonly entry: string; readonly weight: string }>;
  /** Parts that are there, by shard, and of how many. */
  readonly parts: Map<number, { there: number; readonly of: number }>;
  total: bigint;
  holders: number;
}

/** Holders of one part. */
const PART = 2_000;
const WEIGHING = /^customer:([^:]+):(?:available|held|staked)$/;

/**
 * - `ProposalOpened`: `at` is the page's `recordedAt`, and `closesAt` is later. The proposal's id is that of the entry.
 * - `WeightsCut`, in each holder shard, in a page that rests on the opening and is later than `at`: what each holder had on `customer:<holder>:available`, `:held` and `:staked` together
 *   once every page up to and including `at` is booked. Holders with nothing are left out, the others ascend as UTF-16 code units: 2,000 in each part and the rest in the last. `part` counts from 0; a shard
 *   without any holder has one part without weights.
 * - `ProposalWeighed`: once, after all parts of all shards: their sum, and how many holders have weight.
 * - `VoteCast`: between the two, of a registered `holder`: `weight` is the holder's in the `WeightsCut` whose id is `weighed`. Of several votes of a holder the last one counts.
 * - `ProposalClosed`, in a page whose time is `closesAt`, and no page of the registry is later without it: `yes`, `no` and `abstain` are the sums of the votes that count; `total` is that of `ProposalWeighed`, and missing where there is none.
 *   `quorum`: there is a total, and (yes + no + abstain) × 10,000 is at least `quorumBps` × total. `passed`: `quorum`, and yes is more than no.
 */
export class GovernanceAudit implements ConceptAudit<WeightsCut, ProposalOpened | ProposalEvent> {
  readonly laws = {
    WEIGHT_WRONG:
      'A vote weighs what its holder had available, held and staked at the instant of the proposal, by the postings up to then.',
    VOTE_WRONG: 'A vote counts once, before the end; the result stands at the end and is what the votes come to.',
  };

  readonly ledger: AuditTable<WeightsCut> = { WeightsCut: (event, place) => this.cut(event, place) };

  readonly registry: AuditTable<ProposalOpened | ProposalEvent> = {
    ProposalOpened: (event, place) => this.open(event, place),
    ProposalWeighed: ({ proposal, total, holders }, place) => {
      const known = this.requireOpen(proposal, place);
      if (known?.weighed !== undefined) this.wrongVote(place, `${proposal} is weighed a second time`);
      else if (known !== undefined) known.weighed = { total: wholeOf(total), holders, place };
      return [];
    },
    VoteCast: (event, place) => this.vote(event, place),
    ProposalClosed: (event, place) => this.close(event, place),
  };

  readonly later = {
    ProposalOpened: (_event: ProposalOpened, place: Place): void => {
      this.openedLater.add(idOf(place));
    },
  };

  private readonly proposals = new Map<string, Proposal>();
  /** Those that the registry gained after it was read: the next run checks their weights. */
  private readonly openedLater = new Set<string>();
  /** The holder shard that is read, and what each of its holders has so far. */
  private shard = -1;
  private having = new Map<string, bigint>();
  /** What they had at the instants of proposals that the pages so far are later than. */
  private stood = new Map<string, readonly HolderWeight[]>();

  constructor(
    private readonly walk: AuditWalk,
    private readonly parties: PartiesAudit,
  ) {}

  eachPage(_page: unknown, place: Place): void {
    const { recordedAtMs, shards } = this.walk;
    if (place.shard === shards) {
      for (const [id, { isClosed, closesAtMs }] of this.proposals) {
        if (!isClosed && closesAtMs < recordedAtMs) this.wrongVote(place, `${id} should have closed before`);
      }
      return;
    }
    if (place.shard !== this.shard) {
      this.shard = place.shard;
      this.having = new Map();
      this.stood = new Map();
    }
    for (const [id, { atMs }] of this.proposals) {
      if (atMs < recordedAtMs && !this.stood.has(id)) this.stood.set(id, this.weigh());
    }
  }

  afterEach({ postings = [] }: { readonly postings?: readonly Posting[] }): void {
    for (const { debit, credit, amount } of postings) {
      this.move(debit, -wholeOf(amount));
      this.move(credit, wholeOf(amount));
    }
  }

  check(): void {
    for (const [id, proposal] of this.proposals) {
      const { weighed, said, shown, parts } = proposal;
      if (weighed === undefined) continue;
      const { place } = weighed;
      const isWhole = [...parts.values()].every(({ there, of }) => there === of) && parts.size === this.walk.shards;
      if (!isWhole) this.wrongWeight(place, `${id} is weighed, and not every shard has said all of it`);
      if (weighed.total !== proposal.total || weighed.holders !== proposal.holders) {
        this.wrongWeight(place, `${proposal.holders} holders of ${id} weigh ${proposal.total}`);
      }
      for (const { event, place: voted } of said) {
        const found = shown.get(event.holder);
        if (found?.entry === event.weighed && found.weight === event.weight) continue;
        this.wrongWeight(voted, `the vote of ${event.holder} weighs ${found?.weight ?? 'nothing'} by ${found?.entry}`);
      }
    }
  }

  private open({ at, closesAt, quorumBps }: ProposalOpened, place: Place): [] {
    const { recordedAtMs } = this.walk;
    const closesAtMs = this.walk.instantOf(closesAt) ?? recordedAtMs;
    if (at !== this.walk.textOfInstant(recordedAtMs)) this.wrongVote(place, `${at} is not its page’s time`);
    if (closesAtMs <= recordedAtMs) this.wrongVote(place, 'it closes before anybody can vote');
    this.proposals.set(idOf(place), {
      ...{ height: place.height, atMs: recordedAtMs, closesAtMs, quorumBps: wholeOf(quorumBps) },
      ...{ weighed: undefined, isClosed: false, votes: new Map(), said: [], shown: new Map(), parts: new Map() },
      ...{ total: 0n, holders: 0 },
    });
    return [];
  }

  private requireOpen(id: string, place: Place): Proposal | undefined {
    const known = this.proposals.get(id);
    if (known !== undefined && !known.isClosed) return known;
    this.wrongVote(place, `${id} is no proposal that is open`);
    return undefined;
  }

  private vote(event: VoteCast, place: Place): [] {
    this.parties.checkRegistered(event.holder, place);
    const known = this.requireOpen(event.proposal, place);
    if (known === undefined) return [];
    if (known.weighed === undefined) this.wrongVote(place, `${event.proposal} is not weighed yet`);
    if (this.walk.recordedAtMs >= known.closesAtMs) this.wrongVote(place, `${event.proposal} is over`);
    known.votes.set(event.holder, event);
    known.said.push({ event, place });
    return [];
  }

  private close(event: ProposalClosed, place: Place): [] {
    const known = this.requireOpen(event.proposal, place);
    if (known === undefined) return [];
    known.isClosed = true;
    const { recordedAtMs } = this.walk;
    if (recordedAtMs !== known.closesAtMs || this.walk.instantOf(event.time) !== recordedAtMs) {
      this.wrongVote(place, `it closes at ${this.walk.textOfInstant(known.closesAtMs)}`);
    }
    const of = (choice: Choice) =>
      [...known.votes.values()].reduce((sum, vote) => (vote.choice === choice ? sum + wholeOf(vote.weight) : sum), 0n);
    const [yes, no, abstain] = [of('yes'), of('no'), of('abstain')];
    const total = known.weighed?.total;
    const quorum = total !== undefined && 10_000n * (yes + no + abstain) >= known.quorumBps * total;
    const counted = [yes, no, abstain, total, quorum, quorum && yes > no].join();
    if ([event.yes, event.no, event.abstain, event.total, event.quorum, event.passed].join() !== counted) {
      this.wrongVote(place, `yes, no, abstain, total, quorum and passed are ${counted}`);
    }
    return [];
  }

  private cut(event: WeightsCut, place: Place): [] {
    const { proposal: id, part, parts, weights } = event;
    const known = this.proposals.get(id);
    if (known === undefined) {
      if (!this.openedLater.has(id)) this.wrongWeight(place, `${id} is no proposal`);
      return [];
    }
    const stood = this.stood.get(id);
    if (this.walk.restsOn < known.height || stood === undefined) {
      this.wrongWeight(place, 'it is recorded before the instant is over, or does not rest on the opening');
      return [];
    }
    const of = Math.max(1, Math.ceil(stood.length / PART));
    const there = known.parts.get(place.shard)?.there ?? 0;
    const due = stood.slice(there * PART, (there + 1) * PART);
    if (part !== there || parts !== of || JSON.stringify(pairs(weights)) !== JSON.stringify(pairs(due))) {
      this.wrongWeight(place, `part ${there} of ${of} of ${id} is another one`);
    }
    known.parts.set(place.shard, { there: there + 1, of });
    for (const { holder, weight } of due) {
      known.total += wholeOf(weight);
      known.holders++;
      if (known.votes.has(holder)) known.shown.set(holder, { entry: idOf(place), weight });
    }
    return [];
  }

  private move(account: string, amount: bigint): void {
    if (!account.startsWith('customer:')) return;
    const holder = WEIGHING.exec(account)?.[1];
    if (holder !== undefined) this.having.set(holder, (this.having.get(holder) ?? 0n) + amount);
  }

  private weigh(): HolderWeight[] {
    return [...this.having]
      .filter(([, weight]) => weight > 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([holder, weight]) => ({ holder, weight: `${weight}` }));
  }

  private wrongWeight(place: Place, detail: string): void {
    this.walk.find('WEIGHT_WRONG', place, detail);
  }

  private wrongVote(place: Place, detail: string): void {
    this.walk.find('VOTE_WRONG', place, detail);
  }
}

const pairs = (weights: readonly HolderWeight[]) => weights.map(({ holder, weight }) => [holder, weight]);
const idOf = ({ shard, height, index = 0 }: Place): string => `${shard}-${height}-${index}`;
