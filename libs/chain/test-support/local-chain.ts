import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

/** The first key of the development mnemonic that Foundry documents: public, worthless on any real chain. */
export const SETTLER_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
/** The second one. */
export const OTHER_KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';

/** A real chain for one spec. Nothing is mined unless the spec says so; `finalized` is two blocks behind `latest`. */
export class LocalChain {
  private constructor(
    private readonly process: ChildProcess,
    readonly rpcUrl: string,
  ) {}

  static async start(): Promise<LocalChain> {
    const fromAnvil = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'));
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
    const binary = fromAnvil.resolve(`@foundry-rs/anvil-${process.platform}-${architecture}/bin/anvil`);
    const rules = ['--hardfork', 'osaka', '--enable-tx-gas-limit', '--slots-in-an-epoch', '1', '--no-mining'];
    const child = spawn(binary, ['--port', '0', ...rules], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /Listening on (\S+)/.exec(line)?.[1];
      if (!address) continue;
      child.stdout.resume();
      return new LocalChain(child, `http://${address}`);
    }
    throw new Error('anvil ended before it listened');
  }

  /** Calls any JSON-RPC method; the answer's `result`. */
  async call(method: string, ...params: unknown[]): Promise<unknown> {
    const response = await fetch(this.rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  async mine(blocks = 1): Promise<void> {
    for (let block = 0; block < blocks; block++) await this.call('evm_mine');
  }

  /** Mines what waits, and two blocks on top, which makes it final. */
  mineToFinality(): Promise<void> {
    return this.mine(3);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGTERM');
    await once(this.process, 'exit');
  }
}
