/** `airtime settle`: cut a settlement batch now and, when asked, wait until the chain has decided it. */
import { setTimeout as delay } from 'node:timers/promises';
import { describeAnswer } from './answers.js';
import type { ApiClient } from './api-client.js';
import { EXIT, RequestRefused, ServiceUnreachable, type ExitCode } from './failures.js';
import type { Terminal } from './terminal.js';

interface SettlementAnswer {
  readonly id?: string;
  readonly phase?: string;
  readonly position?: { readonly shard: number; readonly height: number };
  readonly payouts?: readonly Readonly<Record<string, unknown>>[];
}

export interface SettleOptions {
  readonly wait: boolean;
  /** Longest wait, milliseconds. */
  readonly waitMaxMs: number;
}

const DECIDED: readonly string[] = ['confirmed', 'empty', 'reverted'];
const POLL_MS = 250;

export async function settle(
  client: ApiClient,
  terminal: Terminal,
  { wait, waitMaxMs }: SettleOptions,
): Promise<ExitCode> {
  let answer: SettlementAnswer;
  try {
    answer = await client.post<SettlementAnswer>('/settlements', {});
  } catch (error) {
    if (!(error instanceof RequestRefused) || error.code !== 'NOTHING_TO_SETTLE') throw error;
    terminal.result({ phase: 'empty' }, 'nothing to settle');
    return EXIT.fine;
  }
  const { id, position: openedAt } = answer;
  if (typeof id !== 'string') throw new ServiceUnreachable('POST /settlements answered without an id');
  if (wait) {
    const deadlineMs = performance.now() + waitMaxMs;
    for (let attempt = 0; !isDecided(answer) && performance.now() < deadlineMs; attempt += 1) {
      if (attempt > 0) await delay(POLL_MS);
      // What answers reads may lie behind what was just written: it is asked to include the opening.
      const position = openedAt === undefined ? undefined : `${openedAt.shard}:${openedAt.height}`;
      answer = await client.get<SettlementAnswer>(`/settlements/${encodeURIComponent(id)}`, { query: { position } });
    }
  }
  const isLate = wait && !isDecided(answer);
  if (isLate) terminal.note(`settlement ${id} is still ${answer.phase ?? 'under way'} after ${waitMaxMs / 1_000} s`);
  terminal.result({ ...answer, id }, describeAnswer(toPeople({ ...answer, id })));
  return answer.phase === 'reverted' || isLate ? EXIT.problemsFound : EXIT.fine;
}

/** Each payout repeats what the batch says of itself, which would make lines too long for any terminal. */
const OF_THE_BATCH: readonly string[] = ['batch', 'chainId', 'txHash', 'block', 'plannedAt', 'closedAt'];

function toPeople(answer: SettlementAnswer): object {
  const { payouts } = answer;
  if (!Array.isArray(payouts)) return answer;
  const own = (payout: object) =>
    Object.fromEntries(Object.entries(payout).filter(([member]) => !OF_THE_BATCH.includes(member)));
  return { ...answer, payouts: payouts.map(own) };
}

function isDecided({ phase }: SettlementAnswer): boolean {
  return phase !== undefined && DECIDED.includes(phase);
}
