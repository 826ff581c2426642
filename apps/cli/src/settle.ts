/** `airtime settle`: cut a settlement batch now and, when asked, wait until the chain has decided it. */
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceUnreachable, type ApiClient, type Schemas } from '#client';
import { describeAnswer } from './answers.js';
import { EXIT, type ExitCode } from './failures.js';
import type { Terminal } from './terminal.js';

/** The batch as it was opened, then as its progress is read. */
type Settlement = Schemas['SettlementAnswer'] | Schemas['SettlementDetails'];

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
  const opened = await client.post('/v1/settlements');
  const { id, position: openedAt } = opened;
  if (typeof id !== 'string') throw new ServiceUnreachable('POST /v1/settlements answered without an id');
  let answer: Settlement = opened;
  if (wait) {
    const deadlineMs = performance.now() + waitMaxMs;
    // What answers reads may lie behind what was just written: it is asked to include the opening.
    const position = openedAt === undefined ? undefined : [`${openedAt.shard}:${openedAt.height}`];
    for (let attempt = 0; !isDecided(answer) && performance.now() < deadlineMs; attempt += 1) {
      if (attempt > 0) await delay(POLL_MS);
      answer = await client.get('/v1/settlements/{id}', { path: { id }, query: { position } });
    }
  }
  const isLate = wait && !isDecided(answer);
  if (isLate) terminal.note(`settlement ${id} is still ${phaseOf(answer) ?? 'under way'} after ${waitMaxMs / 1_000} s`);
  terminal.result({ ...answer, id }, describeAnswer(toPeople({ ...answer, id })));
  return phaseOf(answer) === 'reverted' || isLate ? EXIT.problemsFound : EXIT.fine;
}

/** Each payout repeats what the batch says of itself, which would make lines too long for any terminal. */
const OF_THE_BATCH: readonly string[] = ['batch', 'chainId', 'txHash', 'block', 'plannedAt', 'closedAt'];

function toPeople(answer: Settlement): object {
  if (!('payouts' in answer)) return answer;
  const { payouts } = answer;
  const own = (payout: object) =>
    Object.fromEntries(Object.entries(payout).filter(([member]) => !OF_THE_BATCH.includes(member)));
  return { ...answer, payouts: payouts.map(own) };
}

function phaseOf(answer: Settlement): string | undefined {
  return 'phase' in answer ? answer.phase : undefined;
}

function isDecided(answer: Settlement): boolean {
  const phase = phaseOf(answer);
  return phase !== undefined && DECIDED.includes(phase);
}
