import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { runProgram } from '#processes';

/**
 * Identifies a process even when its number is used again: the number and the moment of its start.
 * Process numbers are used again (in a container within minutes), so a number alone must never be signalled.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** The identity of a running process, or undefined when no such process runs (a zombie counts as gone). */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  if (process.platform === 'linux') return identifyByProcFs(pid);
  try {
    const { stdout } = await runProgram('ps', ['-o', 'lstart=', '-p', String(pid)]);
    const startedAt = stdout.trim();
    return startedAt === '' ? undefined : { pid, startedAt };
  } catch {
    return undefined;
  }
}

/** Whether the very process that was recorded still runs. */
export async function isAlive(recorded: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(recorded.pid))?.startedAt === recorded.startedAt;
}

/** Whether a process has `folder` as its working directory or, where that cannot be seen, on its command line. */
export async function worksIn(pid: number, folder: string): Promise<boolean> {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
    const { stdout } = await runProgram('ps', ['-o', 'command=', '-p', String(pid)]);
    return stdout.includes(folder);
  } catch {
    return false;
  }
}

function identifyByProcFs(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may itself hold spaces and parentheses: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const ticksSinceBoot = fields[19];
    if (state === 'Z' || state === 'X' || ticksSinceBoot === undefined) return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { pid, startedAt: `${boot}/${ticksSinceBoot}` };
  } catch {
    return undefined;
  }
}

/** Whether the number stands for any process at all, even an ended one that was never collected. */
export function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Sends a signal; a process that is already gone is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** One step of stopping: a signal, then this many milliseconds for it to work. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

const POLL_MS = 25;

/**
 * Stops a process that is not our child (we get no exit event) by increasingly strong signals.
 * @returns whether it is gone
 */
export async function stopByIdentity(target: ProcessIdentity, steps: readonly StopStep[]): Promise<boolean> {
  for (const { signal, waitMs } of steps) {
    if (!(await isAlive(target))) return true;
    signalProcess(target.pid, signal);
    const deadline = Date.now() + waitMs;
    while (Date.now() < deadline) {
      if (!(await isAlive(target))) return true;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  return !(await isAlive(target));
}
