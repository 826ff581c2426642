import type { UsageReport } from '../usage/usage.js';
import type { Ask } from './step.js';
import { digestOf } from './world.js';

/** Members of commands that hold whatever somebody wrote. */
const FREE_TEXTS: ReadonlySet<string> = new Set(['reason', 'source', 'model']);
/** Members that repeat what the journal holds already. */
const RECORDED: ReadonlySet<string> = new Set(['sent', 'cuts', 'withheld', 'reversed', 'coverings']);

/** The same command with these words wherever it holds free text. */
export function reword({ shard, command }: Ask, words: string): Ask {
  return { shard, command: withWords(command, words) } as Ask;
}

function withWords(value: unknown, words: string): unknown {
  if (Array.isArray(value)) return value.map((one) => withWords(one, words));
  if (typeof value !== 'object' || value === null) return value;
  const reworded = Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (FREE_TEXTS.has(name)) return [name, words];
      return [name, RECORDED.has(name) ? one : withWords(one, words)];
    }),
  );
  return isReport(reworded) ? { ...reworded, digest: digestOf(reworded) } : reworded;
}

function isReport(value: object): value is UsageReport {
  return 'meters' in value && 'digest' in value;
}
