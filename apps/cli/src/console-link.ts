/** `airtime console`: a link that signs a browser of this machine in. */
import type { ApiClient } from '#client';
import { EXIT, type ExitCode } from './failures.js';
import type { Terminal } from './terminal.js';

/** The link is the last line, so that a script can open it. */
export async function printConsoleLink(client: ApiClient, terminal: Terminal, url: URL): Promise<ExitCode> {
  const { link, endsAt } = await client.post('/v1/console/links');
  const address = new URL(`/console#link=${link}`, url).href;
  terminal.result(
    { url: address, endsAt },
    `the console, signed in as this key: good once, until ${endsAt}\n${address}`,
  );
  return EXIT.fine;
}
