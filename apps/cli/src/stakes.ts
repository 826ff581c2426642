/** `airtime stakes`: what a holder binds to earn, takes back, and loses for a fault. */
import type { Command } from 'commander';
import { describeAnswer } from './answers.js';
import { EXIT } from './failures.js';
import type { Act } from './holder-commands.js';

interface SlashOptions {
  readonly reason: string;
  readonly finder?: string;
}

/** Adds the commands. @param timeForms how a past time is written */
export function addStakes(program: Command, act: Act, timeForms: string): void {
  const stakes = program.command('stakes').description('tokens that are bound to earn');
  const amountForm = 'tokens, such as 12.5';
  stakes
    .command('list <holder>')
    .description('what a holder has staked, and what is on its way back')
    .option('--as-of <time>', `at the end of a past UTC day, or at a past instant: ${timeForms}`)
    .action((id: string, query: { asOf?: string }, command: Command) =>
      act(command, async (client, terminal) => {
        const answer = await client.get('/v1/holders/{id}/stakes', { path: { id }, query });
        terminal.result(answer, describeAnswer(answer));
        return EXIT.fine;
      }),
    );
  stakes
    .command('stake')
    .description('bind tokens that were purchased or earned and have no end')
    .argument('<holder>')
    .argument('<amount>', amountForm)
    .action((holder: string, amount: string, _: unknown, command: Command) =>
      act(command, async (client, terminal) => {
        const answer = await client.post('/v1/stakes', { body: { holder, amount } });
        terminal.result(answer, `${holder} staked ${amount}\n${describeAnswer(answer)}`);
        return EXIT.fine;
      }),
    );
  stakes
    .command('unstake')
    .description('take a part of a stake back; it is available when it has unbonded')
    .argument('<holder>')
    .argument('<amount>', amountForm)
    .action((holder: string, amount: string, _: unknown, command: Command) =>
      act(command, async (client, terminal) => {
        const answer = await client.post('/v1/unstakes', { body: { holder, amount } });
        const when = `airtime stakes list ${holder} says when it completes`;
        terminal.result(answer, `${holder} unstaked ${amount}; ${when}\n${describeAnswer(answer)}`);
        return EXIT.fine;
      }),
    );
  stakes
    .command('slash')
    .description('take tokens for a fault: of what unbonds first, then of the stake')
    .argument('<holder>')
    .argument('<amount>', amountForm)
    .requiredOption('--reason <text>', 'why; it stands in the journal')
    .option('--finder <holder>', 'who found the fault: it has a part of the amount')
    .action((holder: string, amount: string, options: SlashOptions, command: Command) =>
      act(command, async (client, terminal) => {
        const { reason, finder } = options;
        const body = { holder, amount, reason, ...(finder === undefined ? {} : { finder }) };
        const answer = await client.post('/v1/slashes', { body });
        terminal.result(answer, `${amount} were taken of ${holder}\n${describeAnswer(answer)}`);
        return EXIT.fine;
      }),
    );
}
