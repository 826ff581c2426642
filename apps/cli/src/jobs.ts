/** `airtime usage rerate` asks for usage to be rated again; `airtime jobs` follows what goes on behind the requests, breaks it off and takes it up again. */
import { setTimeout as delay } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import type { ApiClient, Schemas } from '#client';
import { describeAnswer, describeRecords } from './answers.js';
import { EXIT, type ExitCode } from './failures.js';
import type { Act } from './holder-commands.js';
import { groupDigits, type Terminal } from './terminal.js';

type Job = Schemas['JobAnswer'];

const POLL_MS = 500;
const LIST_MAX = 500;

interface RerateOptions {
  readonly from: string;
  readonly to: string;
  readonly priceBook: number;
  readonly customer?: string;
  readonly dryRun?: true;
  readonly reason: string;
  readonly wait: boolean;
}

/** Whether nobody works at a job any more. */
const isOver = ({ state }: Job): boolean => state !== 'queued' && state !== 'running';

async function follow(client: ApiClient, terminal: Terminal, asked: Job): Promise<Job> {
  let job = asked;
  let progress: ReturnType<Terminal['progress']> | undefined;
  try {
    while (!isOver(job)) {
      await delay(POLL_MS);
      job = await client.get('/v1/jobs/{id}', { path: { id: asked.id } });
      if (job.progress === null) continue;
      progress ??= terminal.progress(job.progress.of);
      progress.advanceTo(job.progress.pages, `${groupDigits(job.progress.charges)} charges`);
    }
    return job;
  } finally {
    progress?.stop();
  }
}

function tell(terminal: Terminal, job: Job): ExitCode {
  terminal.result(job, describeAnswer(job));
  const isLeft = (job.result?.unrated ?? 0) > 0;
  return job.state === 'failed' || job.state === 'cancelled' || isLeft ? EXIT.problemsFound : EXIT.fine;
}

async function rerate(client: ApiClient, terminal: Terminal, { wait, ...wish }: RerateOptions): Promise<ExitCode> {
  const job = await client.post('/v1/reratings', { body: wish });
  terminal.note(`${job.id}: airtime jobs show says how far it is`);
  return tell(terminal, wait ? await follow(client, terminal, job) : job);
}

function version(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number.parseInt(text, 10);
  throw new InvalidArgumentError('It must be the number of a published price book.');
}

function addRerate(usage: Command, act: Act): void {
  usage
    .command('rerate')
    .description('rate usage again by a price book: what costs another amount is taken back and charged anew')
    .requiredOption('--price-book <version>', 'a published one', version)
    .requiredOption('--from <time>', 'first instant or UTC day of the usage’s own time, included')
    .requiredOption('--to <time>', 'last UTC day, included whole; as an instant, the first that is not included')
    .requiredOption('--reason <text>', 'why; it stands in the journal')
    .option('--customer <id>', 'only the usage of this one')
    .option('--dry-run', 'say what would change, and write nothing')
    .option('--no-wait', 'ask for it, and do not wait for its end')
    .addHelpText(
      'after',
      '\nIt goes on when this command is broken off. Exit code 1: some usage could not be rated, or it was not done.',
    )
    .action((options: RerateOptions, command: Command) =>
      act(command, (client, terminal) => rerate(client, terminal, options)),
    );
}

/** Adds `airtime usage rerate` and `airtime jobs`. */
export function addJobs(program: Command, usage: Command, act: Act): void {
  addRerate(usage, act);
  const jobs = program.command('jobs').description('what goes on behind the requests, such as re-ratings');
  jobs
    .command('list')
    .description('all of them, newest first')
    .action((_: unknown, command: Command) =>
      act(command, async (client, terminal) => {
        const items: Schemas['JobItem'][] = [];
        for (let cursor: string | undefined; ;) {
          const answer = await client.get('/v1/jobs', { query: { limit: LIST_MAX, cursor } });
          items.push(...answer.items);
          if (answer.nextCursor === null) break;
          cursor = answer.nextCursor;
        }
        const lines = items.map(({ id, kind, state, askedAt, reason }) => ({ id, kind, state, askedAt, reason }));
        terminal.result({ items }, items.length === 0 ? 'none' : describeRecords(lines));
        return EXIT.fine;
      }),
    );
  const one = (name: string, description: string, ask: (client: ApiClient, id: string) => Promise<Job>) =>
    jobs
      .command(name)
      .description(description)
      .argument('<job>', 'as it was answered, such as j-3f9a')
      .action((id: string, _: unknown, command: Command) =>
        act(command, async (client, terminal) => {
          const job = await ask(client, id);
          terminal.result(job, describeAnswer(job));
          return EXIT.fine;
        }),
      );
  one('show', 'how far one is, and what it has come to', (client, id) => client.get('/v1/jobs/{id}', { path: { id } }));
  one('cancel', 'break one off; what it has done stays done', (client, id) =>
    client.post('/v1/jobs/{id}/cancel', { path: { id } }),
  );
  one('resume', 'have one that was broken off, or failed, go on', (client, id) =>
    client.post('/v1/jobs/{id}/resume', { path: { id } }),
  );
}
