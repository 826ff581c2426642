/** `airtime keys`: the keys that callers identify themselves with. */
import { Option, type Command } from 'commander';
import type { ApiClient, Schemas } from '#client';
import { ROLES } from '#platform';
import { EXIT, type ExitCode } from './failures.js';
import { readAll, showList, type Act } from './holder-commands.js';
import type { Terminal } from './terminal.js';

type IssueOptions = Schemas['KeyBody'];

/** The secret is shown this once: it is the last line, so that a script can take it. */
async function issueKey(client: ApiClient, terminal: Terminal, body: IssueOptions): Promise<ExitCode> {
  const answer = await client.post('/v1/keys', { body });
  terminal.result(answer, `key ${answer.keyId} of the role ${body.role}; it is shown this once:\n${answer.key}`);
  return EXIT.fine;
}

async function revokeKey(client: ApiClient, terminal: Terminal, keyId: string): Promise<ExitCode> {
  const answer = await client.delete('/v1/keys/{keyId}', { path: { keyId } });
  terminal.result(answer, `key ${keyId} is revoked`);
  return EXIT.fine;
}

/** Adds the commands. */
export function addKeys(program: Command, act: Act): void {
  const keys = program.command('keys').description('the keys that callers identify themselves with');
  keys
    .command('issue')
    .description('issue a key for a role, and print its secret once')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--provider <id>', 'with --role provider: whose data it reads')
    .option('--customer <id>', 'with --role customer: whose data it reads')
    .option('--name <text>', 'what it is for, for people')
    .action((body: IssueOptions, command: Command) =>
      act(command, (client, terminal) => issueKey(client, terminal, body)),
    );
  keys
    .command('list')
    .description('every key that was issued, the newest first, and which are revoked; never a secret')
    .action((_: unknown, command: Command) =>
      act(command, async (client, terminal) =>
        showList(terminal, await readAll((query) => client.get('/v1/keys', { query }))),
      ),
    );
  keys
    .command('revoke')
    .description('let a key in nowhere any more')
    .argument('<key>', 'its name, as issue printed it')
    .action((keyId: string, _: unknown, command: Command) =>
      act(command, (client, terminal) => revokeKey(client, terminal, keyId)),
    );
}
