/** Changes of what all shards share: one command of the registry shard, answered when this process knows its outcome. */
import { Inject } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { entryId, type EntryPosition, type RegistryCommand } from '#domain';
import { LOGGER, type KeyGrant, type Logger } from '#platform';
import { answerInTime, provenanceOf, requestIdentity, Sequencers } from '#wiring';
import { entryAnswer, type EntryAnswer } from './answers.js';

/** Decide one registry command. */
export class ChangeRegistry {
  constructor(readonly command: RegistryCommand) {}
}

@CommandHandler(ChangeRegistry)
export class ChangeRegistryHandler implements ICommandHandler<ChangeRegistry, EntryPosition> {
  constructor(
    private readonly sequencers: Sequencers,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute({ command }: ChangeRegistry): Promise<EntryPosition> {
    const { sequencers } = this;
    const { outcome } = await sequencers.answerOnce(command.request, () => sequencers.executeRegistry(command));
    const { entry } = outcome;
    // No field of the command: names of parties and hashes of keys belong into the journal, not into the log.
    this.logger.info(
      { entry: entryId(entry), command: command.type, actor: command.provenance.actor },
      'the registry was changed',
    );
    return entry;
  }
}

/** Sends a registry command over the bus and answers its caller. */
export async function changeRegistry(commands: CommandBus, command: RegistryCommand): Promise<EntryAnswer> {
  return entryAnswer(await answerInTime(commands.execute<ChangeRegistry, EntryPosition>(new ChangeRegistry(command))));
}

/** The fields that every registry command from a request has. */
export function registryContext(caller: KeyGrant, key: string | undefined, digest: string) {
  const request = requestIdentity(caller, key, digest);
  return {
    time: new Date().toISOString(),
    provenance: provenanceOf(caller),
    ...(request === undefined ? {} : { request }),
  };
}
