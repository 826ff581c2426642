/** `airtime balance`, `grants`, `holds`, `budgets` and `receivables`: what a holder has, and what is owed. */
import type { Command } from 'commander';
import type { ApiClient } from '#client';
import { describeAnswer, describeRecords } from './answers.js';
import { EXIT, type ExitCode } from './failures.js';
import { showBalance } from './ledger-commands.js';
import type { Terminal } from './terminal.js';

/** Does the work of a command with a client, by the options of the command line. */
export type Act = (
  command: Command,
  work: (client: ApiClient, terminal: Terminal) => Promise<ExitCode>,
) => Promise<void>;

interface ListOptions {
  readonly asOf?: string;
  /** As it was typed: the service refuses what it does not know. */
  readonly state?: never;
}

interface List {
  readonly items: readonly object[];
  readonly nextCursor: string | null;
}

/** So many lines are asked for at a time. */
const LIMIT = 500;

/** A list to its end, as one answer. What stands beside its items is that of the first part. */
export async function readAll<A extends List>(
  read: (part: { limit: number; cursor?: string }) => Promise<A>,
): Promise<A> {
  const first = await read({ limit: LIMIT });
  const items = [...first.items];
  for (let { nextCursor } = first; nextCursor !== null;) {
    const next = await read({ limit: LIMIT, cursor: nextCursor });
    items.push(...next.items);
    ({ nextCursor } = next);
  }
  return { ...first, items, nextCursor: null };
}

/** A list as a table, below what stands beside it. */
export function showList(terminal: Terminal, answer: List, besides: object = {}): ExitCode {
  const said = describeAnswer(besides);
  const lines =
    answer.items.length === 0 ? 'none' : describeRecords(answer.items as readonly Record<string, unknown>[]);
  terminal.result(answer, said === '' ? lines : `${said}\n\n${lines}`);
  return EXIT.fine;
}

/** Adds the commands. @param timeForms how a past time is written */
export function addHolderCommands(program: Command, act: Act, timeForms: string): void {
  const asOf = ['--as-of <time>', `at the end of a past UTC day, or at a past instant: ${timeForms}`] as const;
  program
    .command('balance <holder>')
    .description('balance of a customer or provider')
    .option(...asOf)
    .action((holder: string, { asOf: time }: ListOptions, command: Command) =>
      act(command, (client, terminal) => showBalance(client, terminal, holder, time)),
    );
  program
    .command('grants <holder>')
    .description('what came to a holder, and what is left of each, in the order of booking')
    .option(...asOf)
    .option('--state <state>', 'only pending, active, spent, expired or voided ones')
    .action((id: string, query: ListOptions, command: Command) =>
      act(command, async (client, terminal) =>
        showList(
          terminal,
          await readAll((part) =>
            client.get('/v1/holders/{id}/grants', { path: { id }, query: { ...query, ...part } }),
          ),
        ),
      ),
    );
  program
    .command('holds <customer>')
    .description('what is reserved for usage to come, and how it ended, newest first')
    .option('--state <state>', 'only open, captured, released or expired ones')
    .action((id: string, query: ListOptions, command: Command) =>
      act(command, async (client, terminal) =>
        showList(
          terminal,
          await readAll((part) => client.get('/v1/holders/{id}/holds', { path: { id }, query: { ...query, ...part } })),
        ),
      ),
    );
  program
    .command('budgets <customer>')
    .description('a customer’s ceilings, and what is used and left of each')
    .option(...asOf)
    .action((id: string, query: ListOptions, command: Command) =>
      act(command, async (client, terminal) =>
        showList(
          terminal,
          await readAll((part) =>
            client.get('/v1/holders/{id}/budgets', { path: { id }, query: { ...query, ...part } }),
          ),
        ),
      ),
    );
  program
    .command('receivables [customer]')
    .description('what is owed, by age: of one customer each usage, or the sums of all customers')
    .option(...asOf)
    .action((customer: string | undefined, query: ListOptions, command: Command) =>
      act(command, (client, terminal) => showReceivables(client, terminal, customer, query)),
    );
}

async function showReceivables(
  client: ApiClient,
  terminal: Terminal,
  customer: string | undefined,
  query: ListOptions,
): Promise<ExitCode> {
  const answer =
    customer === undefined
      ? await readAll((part) => client.get('/v1/reports/receivables', { query: { ...query, ...part } }))
      : await readAll((part) =>
          client.get('/v1/holders/{id}/receivables', { path: { id: customer }, query: { ...query, ...part } }),
        );
  return showList(terminal, answer, { asOf: answer.asOf, totals: answer.totals });
}
