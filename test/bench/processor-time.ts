/** How much processor time processes used, from Linux's `/proc`; undefined where there is none. */
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of `/proc/<pid>/stat`: a hundredth of a second on every Linux in use (`getconf CLK_TCK`). */
const TICK_MS = 10;

interface ProcessTimes {
  readonly parent: number;
  /** By the process itself, all threads. */
  readonly ownMs: number;
  /** By children that have ended and were waited for. */
  readonly endedChildrenMs: number;
}

function readTimes(pid: number): ProcessTimes | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command's name stands in parentheses and may hold anything, also parentheses; the rest is numbers.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const at = (number: number) => Number(fields[number - 3]);
    return { parent: at(4), ownMs: (at(14) + at(15)) * TICK_MS, endedChildrenMs: (at(16) + at(17)) * TICK_MS };
  } catch {
    return undefined;
  }
}

/** Milliseconds used by a process, by its children that live, and by its children that have ended. */
export function processorTimeMs(pid: number): number | undefined {
  const root = readTimes(pid);
  if (root === undefined) return undefined;
  let sum = root.ownMs + root.endedChildrenMs;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const child = readTimes(Number(name));
    if (child?.parent === pid) sum += child.ownMs;
  }
  return sum;
}

/** Milliseconds that all processors of the machine were busy for anybody since it started. */
export function machineBusyMs(): number | undefined {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
    const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = line
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + softIrq + steal) * TICK_MS;
  } catch {
    return undefined;
  }
}

/** Largest resident memory that a process ever had, in MiB. */
export function peakMemoryMiB(pid: number): number | undefined {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return match === null ? undefined : Math.round(Number(match[1]) / 1024);
  } catch {
    return undefined;
  }
}

/** The processes whose time is told apart, by the name they have in the table. */
export type Actors = Readonly<Record<string, number | undefined>>;

/** A reading of all clocks; {@link TimeReading.until} gives what passed between two of them. */
export class TimeReading {
  private constructor(
    private readonly atMs: number,
    private readonly byActor: ReadonlyMap<string, number>,
    private readonly busyMs: number | undefined,
  ) {}

  static take(actors: Actors): TimeReading {
    const byActor = new Map<string, number>();
    for (const [name, pid] of Object.entries(actors)) {
      const ms = pid === undefined ? undefined : pid === process.pid ? ownTimeMs() : processorTimeMs(pid);
      if (ms !== undefined) byActor.set(name, ms);
    }
    return new TimeReading(performance.now(), byActor, machineBusyMs());
  }

  until(end: TimeReading): { wallMs: number; cpuMs: Record<string, number>; othersCores: number | undefined } {
    const wallMs = end.atMs - this.atMs;
    const cpuMs: Record<string, number> = {};
    for (const [name, ms] of end.byActor) cpuMs[name] = ms - (this.byActor.get(name) ?? ms);
    const ours = Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0);
    const busy = end.busyMs === undefined || this.busyMs === undefined ? undefined : end.busyMs - this.busyMs;
    return { wallMs, cpuMs, othersCores: busy === undefined ? undefined : Math.max(0, busy - ours) / wallMs };
  }
}

/** The bench itself must not count the servers it started: they are its children. */
function ownTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
