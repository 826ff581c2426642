/** `airtime access`, `proposals` and `vote`: who reaches a tier, what is voted on, and votes. */
import type { Command } from 'commander';
import { describeAnswer, describeRecords } from './answers.js';
import { EXIT } from './failures.js';
import type { Act } from './holder-commands.js';

interface ProposeOptions {
  readonly reason: string;
  readonly closesAt: string;
  readonly quorumBps: number;
}

const CHOICES = ['yes', 'no', 'abstain'] as const;

/** Adds the commands. @param wholeNumber reads an option that is a whole number within bounds */
export function addGovernance(
  program: Command,
  act: Act,
  wholeNumber: (min: number, max: number) => (text: string) => number,
): void {
  program
    .command('access')
    .description('whether a holder reaches a tier now')
    .argument('<holder>')
    .argument('<tier>')
    .action((holder: string, tier: string, _: unknown, command: Command) =>
      act(command, async (client, terminal) => {
        const answer = await client.get('/v1/access/check', { query: { holder, tier } });
        terminal.result(answer, describeAnswer(answer));
        return EXIT.fine;
      }),
    );
  const proposals = program.command('proposals').description('what is put to the vote');
  proposals
    .command('list')
    .description('proposals, newest first')
    .action((_: unknown, command: Command) =>
      act(command, async (client, terminal) => {
        const items = await client.list('/v1/proposals', { query: {} });
        terminal.result({ items }, items.length === 0 ? 'there is no proposal' : describeRecords(items));
        return EXIT.fine;
      }),
    );
  proposals
    .command('show <proposal>')
    .description('one proposal, its tally and its result')
    .action((id: string, _: unknown, command: Command) =>
      act(command, async (client, terminal) => {
        const answer = await client.get('/v1/proposals/{id}', { path: { id } });
        terminal.result(answer, describeAnswer(answer));
        return EXIT.fine;
      }),
    );
  proposals
    .command('open <title>')
    .description('put a proposal to the vote: what holders have now is what their votes weigh')
    .requiredOption('--reason <text>', 'why; it stands in the journal')
    .requiredOption('--closes-at <time>', 'when the vote ends, such as 2026-12-24T12:00:00Z')
    .requiredOption('--quorum-bps <number>', 'how much has to vote, in ten-thousandths', wholeNumber(0, 10_000))
    .action((title: string, { reason, closesAt, quorumBps }: ProposeOptions, command: Command) =>
      act(command, async (client, terminal) => {
        const answer = await client.post('/v1/proposals', { body: { title, reason, closesAt, quorumBps } });
        terminal.result(answer, describeAnswer(answer));
        return EXIT.fine;
      }),
    );
  program
    .command('vote')
    .description('vote on a proposal; the last vote before the end counts')
    .argument('<proposal>')
    .argument('<voter>')
    .argument('<choice>', CHOICES.join(', '))
    .action((id: string, voter: string, choice: (typeof CHOICES)[number], _: unknown, command: Command) =>
      act(command, async (client, terminal) => {
        const answer = await client.post('/v1/proposals/{id}/votes', { path: { id }, body: { voter, choice } });
        terminal.result(answer, `${voter} votes ${choice}\n${describeAnswer(answer)}`);
        return EXIT.fine;
      }),
    );
}
