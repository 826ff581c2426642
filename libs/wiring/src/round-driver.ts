/**
 * The one driver of rounds: takes whichever step of a round is missing, by what the journal says of it. Nothing of a round is
 * remembered here, so any process carries on what another one began.
 */
import {
  DomainError,
  entryId,
  type EntryPosition,
  type Round,
  type RoundCommands,
  type RoundStates,
  type RoundStep,
  type RoundUnderWay,
  type ShardHead,
} from '#domain';
import type { JournalStore } from '#journal';

/** The shards that a round runs over; {@link Sequencers} in a service. */
export interface RoundShards<States extends RoundStates, Commands extends RoundCommands> {
  readonly shards: number;
  readonly registry: DurableState<States['registry']>;
  ledger(shard: number): DurableState<States['holders']>;
  execute(shard: number, command: Commands['holders']): Promise<unknown>;
  executeRegistry(command: Commands['registry']): Promise<unknown>;
}

interface DurableState<State> {
  readDurable<T>(read: (state: State) => T): Promise<T>;
}

/** Points between two steps, told to the observer when the step is durable. */
export type RoundMoment = 'cut' | 'planned' | 'applied' | 'closed';

export interface RoundDriverOptions<States extends RoundStates, Commands extends RoundCommands, Outside> {
  readonly sequencers: RoundShards<States, Commands>;
  readonly journal: Pick<JournalStore, 'read'>;
  /** What the plan needs from outside the journal. */
  readonly outside: Outside;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly observe?: (moment: RoundMoment, id: string) => void;
}

/**
 * Carries on every round of a kind that is under way, as far as the driver can bring it. A round that fails keeps no other
 * from going on; whoever drives next takes it up again.
 *
 * @throws the failure, or an AggregateError of several
 */
export async function driveRounds<States extends RoundStates, Commands extends RoundCommands, About, Cut, Outside>(
  round: Round<States, Commands, About, Cut, string, Outside>,
  options: RoundDriverOptions<States, Commands, Outside>,
  signal?: AbortSignal,
): Promise<void> {
  const driver = new RoundDriver(round, options);
  // Each stage of a round once: one that does not end is no reason to turn for ever.
  const taken = new Set<string>();
  const failures: Error[] = [];
  for (;;) {
    const due = (await driver.underWay()).filter((one) => !taken.has(stageOf(one)));
    if (due.length === 0 || signal?.aborted === true) break;
    for (const one of due) {
      taken.add(stageOf(one));
      await driver.carryOn(one).catch((error: Error) => failures.push(error));
    }
  }
  const [first, ...others] = failures;
  if (first === undefined) return;
  throw others.length === 0 ? first : new AggregateError(failures, `${failures.length} rounds failed`);
}

class RoundDriver<States extends RoundStates, Commands extends RoundCommands, About, Cut, Outside> {
  constructor(
    private readonly round: Round<States, Commands, About, Cut, string, Outside>,
    private readonly options: RoundDriverOptions<States, Commands, Outside>,
  ) {}

  /** Brings one round to the end of its stage. It may be over already: then nothing changes. */
  async carryOn(round: RoundUnderWay<About>): Promise<void> {
    try {
      if (round.stage === 'opened') await this.cutAndPlan(round);
      else await this.applyAndClose(round);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // Another process took the step in the meantime; when the round has not moved, the refusal stands.
      const now = await this.underWay();
      if (now.some((one) => stageOf(one) === stageOf(round))) throw error;
    }
  }

  underWay(): Promise<readonly RoundUnderWay<About>[]> {
    return this.options.sequencers.registry.readDurable((state) => this.round.underWay(state));
  }

  private async cutAndPlan({ id, openedAt, about }: RoundUnderWay<About>): Promise<void> {
    const { sequencers, outside } = this.options;
    const cuts: Cut[] = [];
    const heads: ShardHead[] = [];
    for (let shard = 0; shard < sequencers.shards; shard++) {
      await sequencers.execute(shard, this.round.cut(about, this.step()));
      const found = await sequencers.ledger(shard).readDurable((state) => this.round.findCut(state, id));
      if (found === undefined) throw new Error(`shard ${shard} was asked to cut round ${id} and has no cut of it`);
      cuts.push(found.cut);
      heads.push(await this.headAt(found.entry));
      this.options.observe?.('cut', id);
    }
    heads.push(await this.headAt(openedAt));
    await sequencers.executeRegistry(this.round.plan(about, cuts, heads, this.step(), outside));
    this.options.observe?.('planned', id);
  }

  private async applyAndClose({ id, about }: RoundUnderWay<About>): Promise<void> {
    const { sequencers } = this.options;
    const { application } = this.round;
    if (application === undefined) throw new Error(`round ${id} is planned, and its kind applies nothing`);
    for (let shard = 0; shard < sequencers.shards; shard++) {
      const command = application.command(about, shard, sequencers.shards, this.step());
      if (command === undefined) continue;
      await sequencers.execute(shard, command);
      const isApplied = await sequencers.ledger(shard).readDurable((state) => application.isApplied(state, id));
      if (!isApplied) throw new Error(`shard ${shard} was asked to apply round ${id} and has not`);
      this.options.observe?.('applied', id);
    }
    await sequencers.executeRegistry(application.close(about, this.step()));
    this.options.observe?.('closed', id);
  }

  private async headAt({ shard, height, index }: EntryPosition): Promise<ShardHead> {
    const [page] = await this.options.journal.read(shard, height, 1);
    if (page === undefined) throw new Error(`the page of entry ${entryId({ shard, height, index })} is gone`);
    return { shard, height, hash: page.hash };
  }

  private step(): RoundStep {
    const now = (this.options.clock ?? Date.now)();
    return { time: new Date(now).toISOString(), provenance: this.round.provenance };
  }
}

function stageOf({ id, stage }: RoundUnderWay<unknown>): string {
  return `${stage} ${id}`;
}
