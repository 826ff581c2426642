/**
 * The one way from a request to an entry in the journal. A controller hands over what its command says of itself; its
 * shard, its time and author, one answer for an Idempotency-Key, the deadline and the log line are added here.
 */
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allowanceFor, RegistryDecides, type LedgerCommand, type MintWish, type RegistryCommand } from '#concepts';
import { entryId, type EntryPosition, type LeavesWork } from '#domain';
import {
  commandContext,
  entryAnswer,
  LOGGER,
  Unavailable,
  type CommandContext,
  type EntryAnswer,
  type Logger,
  type WriteRequest,
} from '#platform';
import { answerInTime } from './deadline.js';
import { DueWork } from './due-work.js';
import { Sequencers } from './sequencers.js';

/** A command without what its request adds; `never` for those that no request makes. */
type Requested<C> = C extends unknown
  ? keyof CommandContext extends keyof C
    ? Omit<C, keyof CommandContext>
    : never
  : never;

/** What a request may ask of a holder shard. */
export type HolderRequest = Requested<LedgerCommand>;
/** What a request may ask of the registry shard. */
export type RegistryRequest = Requested<RegistryCommand>;

type Place = { readonly holder: string } | { readonly shard: number } | 'registry';

/** Decide one command. */
class DecideCommand {
  constructor(
    /** The holder whose shard decides, that shard by its number, or the registry. */
    readonly place: Place,
    readonly command: HolderRequest | RegistryRequest,
    readonly context: CommandContext,
  ) {}
}

type AnyCommand = LedgerCommand | RegistryCommand;

/** What a command came to that became an entry, or had become one before; some concepts say more of it. */
export interface EntryDecision {
  readonly type: 'entry';
  readonly entry: EntryPosition;
  readonly replayed: boolean;
}

/** The decision, the shard that made it, and what it left to be done there. */
interface Decided {
  readonly shard: number;
  readonly outcome: LeavesWork & EntryDecision;
  /** The registry has allowed it: the shard that books it. */
  readonly bookedIn?: number;
}

const BOOKED_RETRY_SECONDS = 5;

@CommandHandler(DecideCommand)
export class DecideCommandHandler implements ICommandHandler<DecideCommand, EntryDecision> {
  constructor(
    private readonly sequencers: Sequencers,
    private readonly work: DueWork<AnyCommand>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute({ place, command, context }: DecideCommand): Promise<EntryDecision> {
    const whole = { ...command, ...context } as AnyCommand;
    const { shard, outcome, bookedIn } = await this.sequencers.answerOnce(context.request, () =>
      place === 'registry'
        ? this.decideInRegistry(whole as RegistryCommand)
        : this.decideInShard(
            'shard' in place ? place.shard : this.sequencers.shardOf(place.holder),
            whole as LedgerCommand,
          ),
    );
    // No field of the command: names of parties and hashes of keys belong into the journal, not into the log.
    const { actor } = context.provenance;
    this.logger.info({ entry: entryId(outcome.entry), command: command.type, actor }, 'a command was decided');
    await this.work.finishAfter(shard, outcome);
    return bookedIn === undefined ? outcome : { ...outcome, entry: await this.findBooked(bookedIn, outcome.entry) };
  }

  private async decideInShard(shard: number, command: LedgerCommand): Promise<Decided> {
    try {
      const { outcome } = await this.sequencers.execute(shard, command);
      if (outcome.type !== 'entry') throw new Error(`${command.type} came to ${outcome.type}`);
      return { shard, outcome };
    } catch (error) {
      if (!(error instanceof RegistryDecides)) throw error;
      return { ...(await this.decideInRegistry(allowanceFor(command as MintWish))), bookedIn: shard };
    }
  }

  /** Where the shard booked what the registry allowed. @throws Unavailable when it has not yet */
  private async findBooked(shard: number, allowed: EntryPosition): Promise<EntryPosition> {
    const id = entryId(allowed);
    const found = await this.sequencers.ledger(shard).readDurable(({ bookedMints }) => bookedMints.byAllowance.get(id));
    if (found !== undefined) return found;
    throw new Unavailable(
      'It is allowed and not booked yet, which will be done. Repeat the request with the same body and the same Idempotency-Key.',
      BOOKED_RETRY_SECONDS,
    );
  }

  private async decideInRegistry(command: RegistryCommand): Promise<Decided> {
    const { outcome } = await this.sequencers.executeRegistry(command);
    return { shard: this.sequencers.registry.shard, outcome };
  }
}

/** Commands of holder shards: whatever moves value. */
@Injectable()
export class HolderCommands {
  constructor(private readonly bus: CommandBus) {}

  /**
   * Decides a command in the shard of a holder, once for its request, and answers its caller in bounded time.
   *
   * @throws DomainError for a refused command and `IDEMPOTENCY_CONFLICT`; Unavailable (503) when there is no answer within
   *   30 s, where the shard is halted, and while another process answers the same key
   */
  async run(holder: string, command: HolderRequest, write: WriteRequest): Promise<EntryAnswer> {
    return entryAnswer((await this.decide(holder, command, write)).entry);
  }

  /** As {@link run}, and gives what the command's concept says of its outcome. */
  decide(holder: string, command: HolderRequest, write: WriteRequest): Promise<EntryDecision> {
    return decide(this.bus, new DecideCommand({ holder }, command, commandContext(write)));
  }

  /**
   * Decides a command in the shard that what it names says, without its holder.
   *
   * @throws as {@link run}
   */
  async runIn(shard: number, command: HolderRequest, write: WriteRequest): Promise<EntryAnswer> {
    return entryAnswer((await decide(this.bus, new DecideCommand({ shard }, command, commandContext(write)))).entry);
  }
}

/** Commands of the registry shard: what all shards share. */
@Injectable()
export class RegistryCommands {
  constructor(private readonly bus: CommandBus) {}

  /**
   * Decides a command in the registry shard and answers when this process knows its outcome.
   *
   * @throws as {@link HolderCommands.run}
   */
  async run(command: RegistryRequest, write: WriteRequest): Promise<EntryAnswer> {
    return entryAnswer((await decide(this.bus, new DecideCommand('registry', command, commandContext(write)))).entry);
  }
}

function decide(bus: CommandBus, command: DecideCommand): Promise<EntryDecision> {
  return answerInTime(bus.execute<DecideCommand, EntryDecision>(command));
}
