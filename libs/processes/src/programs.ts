/** The one way to start another program: its environment is made for it, never inherited. */
import {
  execFile,
  spawn,
  spawnSync,
  type ChildProcess,
  type ExecFileOptions,
  type SpawnOptions,
  type SpawnSyncOptions,
  type SpawnSyncReturns,
} from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from './child-environment.js';

export type { ChildProcess };

const execute = promisify(execFile);

/** Values by name that this program alone is told; see {@link childEnvironment}. */
export type OwnEnvironment = Readonly<Record<string, string | undefined>>;

/** As node's options, but that `env` is added to the allowed names instead of replacing everything. */
export type ProgramOptions<Options> = Omit<Options, 'env' | 'shell'> & { readonly env?: OwnEnvironment };

/** Starts a program and returns at once. */
export function startProgram(
  command: string,
  args: readonly string[],
  { env, ...options }: ProgramOptions<SpawnOptions> = {},
): ChildProcess {
  return spawn(command, [...args], { ...options, env: childEnvironment(env) });
}

/**
 * Runs a program to its end. `input` is what it reads: a secret goes there, never on a command line, which everybody sees.
 *
 * @throws Error with `code`, `stdout` and `stderr` when it ends with another code than 0 or cannot be run
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { env, input, ...options }: ProgramOptions<ExecFileOptions> & { readonly input?: string } = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const running = execute(command, [...args], { ...options, encoding: 'utf8', env: childEnvironment(env) });
  running.child.stdin?.on('error', () => undefined); // a program that does not read says so by its code
  running.child.stdin?.end(input ?? '');
  const { stdout, stderr } = await running;
  return { stdout, stderr };
}

/** Runs a program to its end and waits for it. For specs and tools: nothing else happens meanwhile. */
export function runProgramSync(
  command: string,
  args: readonly string[],
  { env, ...options }: ProgramOptions<SpawnSyncOptions> = {},
): SpawnSyncReturns<string> {
  return spawnSync(command, [...args], { ...options, encoding: 'utf8', env: childEnvironment(env) });
}
