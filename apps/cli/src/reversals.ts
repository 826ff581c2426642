/** `airtime reversals`: takes an entry back by a linked one, and a reversal too. */
import type { Command } from 'commander';
import type { ApiClient } from '#client';
import { describeAnswer } from './answers.js';
import { EXIT, UsageMistake, type ExitCode } from './failures.js';
import type { Act } from './holder-commands.js';
import type { Terminal } from './terminal.js';

interface ReversalOptions {
  readonly reason: string;
}

async function reverse(client: ApiClient, terminal: Terminal, entry: string, reason: string): Promise<ExitCode> {
  const answer = await client.post('/v1/reversals', { body: { entry, reason } });
  terminal.result(answer, `${entry} is taken back by ${answer.entry}\n${describeAnswer(answer)}`);
  return EXIT.fine;
}

/** What undoes is the same call; whoever means it must not take back something that stands. */
async function undo(client: ApiClient, terminal: Terminal, entry: string, reason: string): Promise<ExitCode> {
  const { event } = await client.get('/v1/entries/{id}', { path: { id: entry } });
  const { type } = event as { readonly type?: unknown };
  if (type !== 'EntryReversed') {
    throw new UsageMistake(`${entry} is ${String(type)}, no reversal: airtime reversals reverse takes it back`);
  }
  return reverse(client, terminal, entry, reason);
}

/** Adds the commands. */
export function addReversals(program: Command, act: Act): void {
  const reversals = program.command('reversals').description('entries that are taken back; history is never edited');
  const reason = ['--reason <text>', 'why; it stands in the journal'] as const;
  reversals
    .command('reverse')
    .description('take an entry back: its legs, grants, budgets and what was covered since')
    .argument('<entry>', 'such as 2-17-0')
    .requiredOption(...reason)
    .action((entry: string, options: ReversalOptions, command: Command) =>
      act(command, (client, terminal) => reverse(client, terminal, entry, options.reason)),
    );
  reversals
    .command('undo')
    .description('take a reversal back: the entry that it took back stands again, paid with what there is now')
    .argument('<reversal>', 'the entry of the reversal')
    .requiredOption(...reason)
    .action((entry: string, options: ReversalOptions, command: Command) =>
      act(command, (client, terminal) => undo(client, terminal, entry, options.reason)),
    );
}
