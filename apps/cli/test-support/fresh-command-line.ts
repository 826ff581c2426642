/** A command line with a service to ask, for specs. */
import { TestFolder, type Finished } from './command-line.js';
import { ContractServer } from './contract-server.js';

class FreshCommandLine {
  server = new ContractServer();
  folder = new TestFolder();

  /** Runs a command that is told where the service is. */
  ask(argv: readonly string[], env?: Record<string, string>): Promise<Finished> {
    return this.folder.run([...argv, '--url', this.server.url, '--key', this.server.key], env);
  }

  /** Starts a service with an empty journal in place of the present one. */
  async renewServer(): Promise<void> {
    await this.server.stop();
    this.server = new ContractServer();
    await this.server.start();
  }
}

/** Gives each test of the `describe` around it a running service of the contract and a folder of its own. */
export function freshCommandLine(): FreshCommandLine {
  const cli = new FreshCommandLine();
  beforeEach(async () => {
    cli.server = new ContractServer();
    cli.folder = new TestFolder();
    await cli.server.start();
  });
  afterEach(async () => {
    await cli.server.stop();
    cli.folder.remove();
  });
  return cli;
}
