/**
 * The one driver of rounds: takes whichever step of a round is missing, by what the journal says of it. Nothing of a round is
 * remembered here, so any process carries on what another one began.
 */
import {
  DomainError,
  entryId,
  type CutProgress,
  type CutStep,
  type EntryPosition,
  type EventCodec,
  type Round,
  type RoundApplication,
  type RoundCommands,
  type RoundCut,
  type RoundStates,
  type RoundStep,
  type RoundUnderWay,
  type ShardHead,
} from '#domain';
import { sumBack, type JournalStore } from '#journal';
import { readPastBalances } from './past-balances.js';

/** The shards that a round runs over; {@link Sequencers} in a service. */
export interface RoundShards<States extends RoundStates, Commands extends RoundCommands> {
  readonly shards: number;
  readonly registry: DurableState<States['registry']>;
  ledger(shard: number): ClosableState<States['holders']>;
  execute(shard: number, command: Commands['holders']): Promise<unknown>;
  executeRegistry(command: Commands['registry']): Promise<unknown>;
}

interface DurableState<State> {
  readDurable<T>(read: (state: State) => T): Promise<T>;
}

/** A shard that can be closed up to an instant, see `Sequencer`. */
interface ClosableState<State> extends DurableState<State> {
  readonly height: number;
  closeUpTo(instant: string): Promise<void>;
}

/** Points between two steps, told to the observer when the step is durable. */
export type RoundMoment = 'cut' | 'planned' | 'applied' | 'closed';

export interface RoundDriverOptions<States extends RoundStates, Commands extends RoundCommands, Outside> {
  readonly sequencers: RoundShards<States, Commands>;
  readonly journal: Pick<JournalStore, 'read'>;
  /** How the shards' events are written; for rounds that read pages again. */
  readonly codec?: EventCodec;
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
      const found = await this.cut(shard, id, about);
      cuts.push(found.cut);
      heads.push(await this.headAt(found.entry));
    }
    heads.push(await this.headAt(openedAt));
    await sequencers.executeRegistry(this.round.plan(about, cuts, heads, this.step(), outside));
    this.options.observe?.('planned', id);
  }

  private async cut(shard: number, id: string, about: About): Promise<RoundCut<Cut>> {
    const { sequencers, observe } = this.options;
    const { gradually } = this.round;
    const past = await this.readPast(shard, about);
    for (let before = -1; ;) {
      const progress = await sequencers
        .ledger(shard)
        .readDurable((state) => gradually?.progress(state, id) ?? { steps: before + 1 });
      const { steps, readAgain } = progress;
      if (steps === before) break;
      const next = {
        ...{ steps, ...past },
        ...(readAgain === undefined ? {} : { readAgain: await this.readAgain(shard, readAgain) }),
      };
      await sequencers.execute(shard, this.round.cut(about, this.step(), next));
      const found = await sequencers.ledger(shard).readDurable((state) => this.round.findCut(state, id));
      observe?.('cut', id);
      if (found !== undefined) return found;
      if (gradually === undefined) break;
      before = steps;
    }
    throw new Error(`shard ${shard} was asked to cut round ${id} and has no cut of it`);
  }

  /** Once for all steps: what it comes to is the same for ever. */
  private async readPast(shard: number, about: About): Promise<Pick<CutStep, 'balances'>> {
    const { journal, codec, sequencers } = this.options;
    const { past } = this.round;
    if (past === undefined) return {};
    if (codec === undefined) throw new Error('the round reads pages back, and its driver cannot');
    const ledger = sequencers.ledger(shard);
    const copy = () =>
      ledger.readDurable((state) => ({ balances: new Map(past.balances(state)), height: ledger.height }));
    return { balances: await readPastBalances({ journal, codec, shard, ledger, copy }, past.instant(about)) };
  }

  private readAgain(shard: number, stretch: NonNullable<CutProgress['readAgain']>): Promise<bigint> {
    const { journal, codec } = this.options;
    if (codec === undefined) throw new Error('the round reads pages again, and its driver cannot');
    return sumBack(journal, codec, shard, stretch, this.round.gradually!.weigh);
  }

  private async applyAndClose({ id, about }: RoundUnderWay<About>): Promise<void> {
    const { sequencers } = this.options;
    const { application } = this.round;
    if (application === undefined) throw new Error(`round ${id} is planned, and its kind applies nothing`);
    for (let shard = 0; shard < sequencers.shards; shard++) {
      await this.apply(application, shard, id, about);
    }
    await sequencers.executeRegistry(application.close(about, this.step()));
    this.options.observe?.('closed', id);
  }

  private async apply(
    application: RoundApplication<States, Commands, About>,
    shard: number,
    id: string,
    about: About,
  ): Promise<void> {
    const { sequencers, observe } = this.options;
    const ledger = sequencers.ledger(shard);
    for (let before = -1; ;) {
      const done = await ledger.readDurable((state) => application.progress?.(state, id) ?? before + 1);
      const command = application.command(about, shard, sequencers.shards, this.step(), done);
      if (command === undefined) return;
      if (done === before) break;
      await sequencers.execute(shard, command);
      const isApplied = await ledger.readDurable((state) => application.isApplied(state, id));
      if (!isApplied && application.progress === undefined) break;
      observe?.('applied', id);
      if (isApplied) return;
      before = done;
    }
    throw new Error(`shard ${shard} was asked to apply round ${id} and has not`);
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
