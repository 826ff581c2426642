import fc from 'fast-check';
import { CODEC, type JournalEvent, type RegistryEvent } from '#concepts';
import { atto, entryId, formatAmount, parseAmount, postingsOf, type Ordered } from '#domain';
import type { LedgerCommand } from '../ledger.js';
import { nextOfRound } from '../test-support/round.js';
import { STEPS } from '../test-support/steps.js';
import { DeskWorld, TIME_MS } from '../test-support/world.js';
import { ROUNDS } from '../registry.js';
import type { Choice, ProposalClosed, WeightsCut } from './proposal-events.js';
import { countVotes } from './proposal.js';
import { PART_HOLDERS_MAX, weighHolders } from './weights.js';

const CAST = { customers: ['acme', 'bolt', 'cargo'], providers: ['p1', 'p2'] };
const HOUR = 3_600_000;

/** Two shards and what is voted on, at instants that a spec chooses. */
class VotingWorld extends DeskWorld {
  constructor() {
    super(2, CAST);
  }

  ask(holder: string, command: object): this {
    this.decide(this.scene.askHolder(holder, command as Ordered<LedgerCommand>));
    return this;
  }

  mint(holder: string, amount: string): this {
    return this.ask(holder, { type: 'MintTokens', holder, amount: parseAmount(amount), reason: 'a sale' });
  }

  pass(ms: number): this {
    for (const ask of this.scene.passTime(ms)) this.decide(ask);
    return this;
  }

  /** @returns the proposal, which closes an hour later */
  open(more: object = {}): string {
    const closesAt = new Date(this.scene.clock.now() + HOUR).toISOString();
    const asked = { type: 'OpenProposal', title: 'less burn', reason: 'asked for', closesAt, quorumBps: 0 } as const;
    this.decide(this.scene.askRegistry({ ...asked, ...more }));
    this.pass(1);
    return entryId(this.registry.recorded.at(-1)!.position);
  }

  weigh(): this {
    for (let ask = this.next(); ask !== undefined; ask = this.next()) this.decide(ask);
    return this;
  }

  vote(proposal: string, voter: string, choice: Choice): RegistryEvent {
    const weighed = this.weightOf(proposal, voter);
    const command = { type: 'CastVote', proposal, voter, choice } as const;
    this.decide(this.scene.askRegistry({ ...command, ...(weighed === undefined ? {} : { weighed }) }));
    return this.registry.recorded.at(-1)!.event;
  }

  /** A holder's weight in tokens, as its shard has recorded it. */
  weight(proposal: string, holder: string): string {
    return formatAmount(this.weightOf(proposal, holder)?.weight ?? 0n);
  }

  result(proposal: string): ProposalClosed {
    return this.registry.recorded
      .map(({ event }) => event)
      .find((event): event is ProposalClosed => event.type === 'ProposalClosed' && event.proposal === proposal)!;
  }

  private next() {
    return nextOfRound(this.scene, ROUNDS.voting, undefined);
  }

  private weightOf(proposal: string, holder: string) {
    const { state, recorded } = this.ledgers[this.scene.shardOf(holder)]!;
    const part = state.weights.partOf(proposal, holder);
    if (part === undefined) return undefined;
    const said = recorded.find(({ position }) => entryId(position) === entryId(part))!.event as WeightsCut;
    const weight = said.weights.find((one) => one.holder === holder)?.weight;
    return weight === undefined ? undefined : { weight: BigInt(weight), entry: entryId(part) };
  }
}

const refusal = (code: string) => expect.objectContaining({ code });

describe('the weight of a vote', () => {
  it('is what was available, held and staked at the instant, without what unbonds and what is pending', () => {
    const world = new VotingWorld().mint('acme', '20');
    world.ask('acme', { type: 'ReserveHold', customer: 'acme', amount: parseAmount('4') });
    world.ask('acme', { type: 'StakeTokens', holder: 'acme', amount: parseAmount('5') });
    world.ask('acme', { type: 'UnstakeTokens', holder: 'acme', amount: parseAmount('2') });
    const effectiveAt = new Date(TIME_MS + 24 * HOUR).toISOString();
    const grant = { holder: 'acme', amount: parseAmount('7'), kind: 'earned', reason: 'later', effectiveAt };
    world.ask('acme', { type: 'IssueGrant', ...grant });
    const proposal = world.open();
    world.weigh();
    // 11 available, 4 held and 3 staked; 2 unbond, 7 are pending.
    expect(world.weight(proposal, 'acme')).toBe('18');
  });

  it('is changed by nothing that moves later, also before its shard is read back', () => {
    const world = new VotingWorld().mint('acme', '10').mint('bolt', '1');
    const proposal = world.open();
    world
      .mint('acme', '100')
      .ask('bolt', { type: 'BurnTokens', holder: 'bolt', amount: parseAmount('1'), reason: 'r' });
    world.weigh().mint('bolt', '50');
    expect(['acme', 'bolt', 'cargo'].map((holder) => world.weight(proposal, holder))).toEqual(['10', '1', '0']);
    world.vote(proposal, 'acme', 'yes');
    world.pass(HOUR);
    expect(world.result(proposal)).toMatchObject({ yes: `${parseAmount('10')}`, total: `${parseAmount('11')}` });
  });

  it('stands in parts that fit a page each, in which every holder of ten thousand stands once', () => {
    const holders = Array.from({ length: 10_001 }, (_, i) => `h${i}`);
    const balances = new Map(
      holders.flatMap((holder) => [
        [`customer:${holder}:available`, 2n],
        [`customer:${holder}:staked`, 1n],
        [`customer:${holder}:unbonding`, 5n],
        [`provider:${holder}:payable`, 9n],
      ]),
    );
    const about = { proposal: '2-9-0' } as never;
    const step = { time: '2026-01-01T00:00:00Z', provenance: { actor: 'system:spec', origin: 'system:spec' } };
    const parts = [0, 1, 2, 3, 4, 5].map((steps) => ROUNDS.voting.cut(about, step, { steps, balances }));
    expect(parts.map(({ weights }) => weights.length)).toEqual([
      ...Array.from({ length: 5 }, () => PART_HOLDERS_MAX),
      1,
    ]);
    expect(parts.every(({ parts: of }) => of === 6)).toBe(true);
    expect(parts.flatMap(({ weights }) => weights)).toEqual(weighHolders(balances));
    expect(weighHolders(balances).every(({ weight }) => weight === '3')).toBe(true);
    const long = {
      ...parts[0]!,
      weights: parts[0]!.weights.map(() => ({ holder: 'h'.repeat(128), weight: `${10n ** 33n}` })),
    };
    expect(CODEC.encode({ ...long, ...step.provenance, type: 'WeightsCut' } as never).length).toBeLessThan(500_000);
  });
});

describe('a vote', () => {
  const voting = () => {
    const world = new VotingWorld().mint('acme', '3').mint('bolt', '2');
    const proposal = world.open();
    return { world, proposal };
  };

  it('is the last one of its holder before the end', () => {
    const { world, proposal } = voting();
    world.weigh();
    world.vote(proposal, 'acme', 'no');
    world.vote(proposal, 'acme', 'yes');
    world.vote(proposal, 'bolt', 'abstain');
    world.pass(HOUR);
    const told = { yes: `${parseAmount('3')}`, no: '0', abstain: `${parseAmount('2')}`, passed: true };
    expect(world.result(proposal)).toMatchObject(told);
  });

  it('is refused at the instant of the end and after it, and counts a millisecond before', () => {
    const { world, proposal } = voting();
    world.weigh().pass(HOUR - 2);
    expect(world.vote(proposal, 'acme', 'yes').type).toBe('VoteCast');
    // As a page of that time is decided on which nothing has acted yet.
    world.scene.clock.pass(1);
    expect(() => world.vote(proposal, 'bolt', 'no')).toThrow(refusal('VOTE_CLOSED'));
    world.pass(0);
    expect(() => world.vote(proposal, 'bolt', 'no')).toThrow(refusal('VOTE_CLOSED'));
    expect(world.result(proposal)).toMatchObject({ no: '0', passed: true });
  });

  it('is refused for a holder without weight, for nobody, and on nothing', () => {
    const { world, proposal } = voting();
    expect(() => world.vote(proposal, 'acme', 'yes')).toThrow(refusal('VOTE_NOT_OPEN'));
    world.weigh().mint('cargo', '5');
    expect(() => world.vote(proposal, 'cargo', 'yes')).toThrow(refusal('NO_WEIGHT'));
    expect(() => world.vote(proposal, 'nobody', 'yes')).toThrow(refusal('UNKNOWN_HOLDER'));
    expect(() => world.vote('2-1-0', 'acme', 'yes')).toThrow(refusal('UNKNOWN_PROPOSAL'));
  });
});

describe('the result of a vote', () => {
  const count = (yes: bigint, no: bigint, abstain: bigint, total: bigint | undefined, quorumBps: number) => {
    const votes = Object.entries({ yes, no, abstain }).map(([choice, weight]) => ({
      choice: choice as Choice,
      weight,
    }));
    const { quorum, passed } = countVotes(votes, total, quorumBps);
    return `${quorum ? 'enough' : 'too few'}, ${passed ? 'passed' : 'failed'}`;
  };

  it.each<[string, Parameters<typeof count>, string]>([
    ['has enough votes at the very quorum: 3 of 10 at 30 %', [3n, 0n, 0n, 10n, 3_000], 'enough, passed'],
    ['has too few below it: 2 of 10 at 30 %', [2n, 0n, 0n, 10n, 3_000], 'too few, failed'],
    ['counts those who abstain for the quorum: 1 yes and 2 of 10', [1n, 0n, 2n, 10n, 3_000], 'enough, passed'],
    ['is a failure where as many say no as yes', [3n, 3n, 1n, 10n, 0], 'enough, failed'],
    ['is a failure where nobody votes and nobody must', [0n, 0n, 0n, 10n, 0], 'enough, failed'],
    ['is exact: 9,999 of 10^33 is short of 0.01 %', [9_999n, 0n, 0n, 10n ** 33n, 1], 'too few, failed'],
    ['is a failure where nobody was ever weighed', [0n, 0n, 0n, undefined, 0], 'too few, failed'],
  ])('%s', (_, counted, expected) => {
    expect(count(...counted)).toBe(expected);
  });

  it('stands at the end, also where every process was down until later', () => {
    const world = new VotingWorld().mint('acme', '1');
    const proposal = world.open({ quorumBps: 10_000 });
    const closesAt = new Date(world.scene.clock.now() - 1 + HOUR).toISOString();
    world.weigh().pass(50 * HOUR);
    expect(world.result(proposal)).toMatchObject({ time: closesAt, actor: 'system:due', quorum: false, passed: false });
  });
});

describe('a proposal', () => {
  it.each<[string, object, string]>([
    ['no title', { title: '' }, 'PROPOSAL_INVALID'],
    ['a quorum above the whole', { quorumBps: 10_001 }, 'PROPOSAL_INVALID'],
    ['a part of a basis point', { quorumBps: 0.5 }, 'PROPOSAL_INVALID'],
    ['an end that is now', { closesAt: new Date(TIME_MS).toISOString() }, 'PROPOSAL_INVALID'],
    ['an end in two years', { closesAt: '2028-11-27T00:00:00Z' }, 'PROPOSAL_INVALID'],
    ['an end at no instant', { closesAt: 'soon' }, 'TIME_INVALID'],
  ])('is refused for %s', (_, more, code) => {
    expect(() => new VotingWorld().open(more)).toThrow(refusal(code));
  });

  it('is refused beside a hundred others, and free when one of them has closed', () => {
    const world = new VotingWorld();
    for (let i = 0; i < 100; i++) world.open();
    expect(() => world.open()).toThrow(refusal('TOO_MANY_PROPOSALS'));
    world.pass(HOUR);
    expect(() => world.open()).not.toThrow();
  });
});

interface Line {
  readonly id: string;
  readonly atMs: number;
  readonly event: JournalEvent;
}

/** The journal as its export has it. */
function exported(world: DeskWorld): { readonly registry: Line[]; readonly shards: Line[][] } {
  const read = (desk: { readonly recorded: readonly { event: object; position: never; recordedAtMs: number }[] }) =>
    desk.recorded.map(({ event, position, recordedAtMs }) => ({
      ...{ id: entryId(position), atMs: recordedAtMs },
      event: CODEC.decode(JSON.parse(CODEC.encode(event as never))) as JournalEvent,
    }));
  return { registry: read(world.registry as never), shards: world.ledgers.map((ledger) => read(ledger as never)) };
}

/** Counts a vote by its opening, the votes and the postings up to its instant, and by nothing else that is recorded. */
function recount(proposal: string, { registry, shards }: ReturnType<typeof exported>) {
  const opened = registry.find(({ id }) => id === proposal)!;
  if (opened.event.type !== 'ProposalOpened') throw new Error('it is no proposal');
  const weights = new Map<string, bigint>();
  for (const { event, atMs } of shards.flat()) {
    if (atMs > opened.atMs) continue;
    for (const { debit, credit, amount } of postingsOf(event)) {
      for (const [account, sign] of [
        [debit, -1n],
        [credit, 1n],
      ] as const) {
        const holder = /^customer:(.+):(available|held|staked)$/.exec(account)?.[1];
        if (holder !== undefined) weights.set(holder, (weights.get(holder) ?? 0n) + sign * BigInt(amount));
      }
    }
  }
  const choices = new Map<string, Choice>();
  for (const { event } of registry) {
    if (event.type === 'VoteCast' && event.proposal === proposal) choices.set(event.holder, event.choice);
  }
  const sumOf = (choice: Choice) =>
    [...choices].reduce((sum, [holder, said]) => (said === choice ? sum + (weights.get(holder) ?? 0n) : sum), 0n);
  const [yes, no, abstain] = [sumOf('yes'), sumOf('no'), sumOf('abstain')];
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0n);
  const quorum = (yes + no + abstain) * 10_000n >= BigInt(opened.event.quorumBps) * total;
  return { yes, no, abstain, total, passed: quorum && yes > no };
}

describe('the tally', () => {
  const move = (concept: string, name: string) => STEPS[concept]![name]!.moves(CAST, name);
  const history = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: move('supply', 'mint') },
      ...[
        ['transfers', 'send'],
        ['holds', 'reserve'],
        ['stakes', 'stake'],
        ['supply', 'burn'],
        ['time', 'sweep'],
      ].flatMap(([concept, name]) =>
        STEPS[concept!]?.[name!] === undefined ? [] : [{ weight: 1, arbitrary: move(concept!, name!) }],
      ),
      { weight: 1, arbitrary: move('governance', 'propose') },
      { weight: 2, arbitrary: move('governance', 'weigh') },
      { weight: 4, arbitrary: move('governance', 'vote') },
    ),
    { minLength: 5, maxLength: 30, size: 'max' },
  );

  it('is what anybody counts again from the export', () => {
    let counted = 0;
    fc.assert(
      fc.property(history, (moves) => {
        const world = new VotingWorld().mint('acme', '0.000000000000000100').mint('bolt', '0.000000000000000050');
        world.open({ quorumBps: 3_000 });
        for (const one of moves) world.take(one);
        world.weigh().pass(31 * 24 * HOUR);
        const journal = exported(world);
        for (const { event } of journal.registry) {
          if (event.type !== 'ProposalClosed' || event.total === undefined) continue;
          const { yes, no, abstain, total, passed } = recount(event.proposal, journal);
          const told = [event.yes, event.no, event.abstain, event.total].map(BigInt);
          expect([...told, event.passed]).toEqual([yes, no, abstain, total, passed]);
          counted += yes > 0n || no > 0n ? 1 : 0;
        }
      }),
      { numRuns: 1_000 },
    );
    expect(counted).toBeGreaterThan(300);
  });
});

it('nothing weighs less than an atto', () => {
  expect(
    weighHolders(
      new Map([
        ['customer:acme:available', atto(1n)],
        ['customer:bolt:available', 0n],
      ]),
    ),
  ).toEqual([{ holder: 'acme', weight: '1' }]);
});
