/** The operating system's process table. */
import { execFileSync } from 'node:child_process';

export interface TableRow {
  readonly pid: number;
  readonly parent: number;
  /** Distinguishes a process from a later one with the same number. */
  readonly startedAt: string;
  readonly command: string;
}

/** Every process that runs now; one that has ended and only waits to be collected does not. */
export function readProcessTable(): TableRow[] {
  const text = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,lstart=,args='], { encoding: 'utf8', maxBuffer: 1 << 24 });
  return text
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null && !match[3]!.startsWith('Z'))
    .map((match) => ({
      pid: Number(match![1]),
      parent: Number(match![2]),
      startedAt: match![4]!,
      command: match![5]!,
    }));
}

/** All children, grandchildren and so on of a process. */
export function descendantsOf(pid: number): TableRow[] {
  const table = readProcessTable();
  const found: TableRow[] = [];
  for (let parents = [pid]; parents.length > 0;) {
    const children = table.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map((child) => child.pid);
  }
  return found;
}

/** Those of the given processes that still run. */
export function stillRunning(processes: readonly TableRow[]): TableRow[] {
  const now = new Map(readProcessTable().map((row) => [row.pid, row.startedAt]));
  return processes.filter(({ pid, startedAt }) => now.get(pid) === startedAt);
}
