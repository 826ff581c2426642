/** `airtime usage void` and `replace`: usage that was reported wrongly, by its source and id. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { describeAnswer } from './answers.js';
import { EXIT, UsageMistake } from './failures.js';
import type { Act } from './holder-commands.js';

interface CorrectionOptions {
  readonly reason: string;
}

type Event = { readonly source: string; readonly id: string } & Readonly<Record<string, unknown>>;

function readEvent(file: string, workingDirectory: string): Event {
  let event: unknown;
  try {
    event = JSON.parse(readFileSync(resolve(workingDirectory, file), 'utf8'));
  } catch (error) {
    throw new UsageMistake(`${file} cannot be read as a usage event: ${(error as Error).message}`);
  }
  const { source, id } = (event ?? {}) as { readonly source?: unknown; readonly id?: unknown };
  if (typeof source === 'string' && typeof id === 'string') return event as Event;
  throw new UsageMistake(`${file} is no usage event: it has no source and id`);
}

/** Adds the commands. */
export function addUsageCorrections(usage: Command, act: Act, workingDirectory: string): void {
  const reason = ['--reason <text>', 'why; it stands in the journal'] as const;
  usage
    .command('void')
    .description('take a usage back; its id stays used')
    .argument('<source>', 'such as gateway/eu-1')
    .argument('<id>', 'such as req-1')
    .requiredOption(...reason)
    .action((source: string, id: string, options: CorrectionOptions, command: Command) =>
      act(command, async (client, terminal) => {
        const body = { source, id, action: 'void' as const, reason: options.reason };
        const answer = await client.post('/v1/usage-corrections', { body });
        terminal.result(answer, `${id} of ${source} is void\n${describeAnswer(answer)}`);
        return EXIT.fine;
      }),
    );
  usage
    .command('replace')
    .description('charge another event in the place of a usage, under its source, id and subject')
    .argument('<file>', 'the event, as JSON')
    .requiredOption(...reason)
    .action((file: string, options: CorrectionOptions, command: Command) =>
      act(command, async (client, terminal) => {
        const event = readEvent(file, workingDirectory);
        const { source, id } = event;
        const body = { source, id, action: 'replace' as const, event: event as never, reason: options.reason };
        const answer = await client.post('/v1/usage-corrections', { body });
        terminal.result(answer, `${id} of ${source} is replaced\n${describeAnswer(answer)}`);
        return EXIT.fine;
      }),
    );
}
