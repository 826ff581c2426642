/** `airtime chain register`: deploys and registers the settlement contracts, or registers those that stand already. */
import type { ApiClient } from '#client';
import { describeAnswer } from './answers.js';
import { EXIT, UsageMistake, type ExitCode } from './failures.js';
import type { Terminal } from './terminal.js';

/** A deployment is waited for until it is final: Ethereum needs about 15 minutes. */
const FINALITY_WAIT_MS = 35 * 60_000;

export interface RegisterOptions {
  readonly deploy?: boolean;
  readonly vault?: string;
  readonly admin?: string;
  readonly guardian?: string;
}

export async function registerChain(
  client: ApiClient,
  terminal: Terminal,
  options: RegisterOptions,
): Promise<ExitCode> {
  if ((options.deploy === true) === (options.vault !== undefined)) {
    throw new UsageMistake(
      'say either --deploy, to deploy the contracts and register them, or --vault ADDRESS of one that stands already',
    );
  }
  const answer = await client.post('/v1/chains', { body: options, silenceMaxMs: FINALITY_WAIT_MS });
  const what = answer.isNew === false ? 'the chain was registered before' : 'the chain is registered';
  terminal.result(answer, `${what}\n${describeAnswer(answer)}`);
  return EXIT.fine;
}
