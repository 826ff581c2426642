/** A vote in the demonstration, and a tier that a customer reaches: by what is available, held and staked. */
import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal, type ApiClient, type Schemas } from '#client';
import { formatAmount, parseAmount } from '#domain';

const TITLE = 'Lower the burn share';
const TIER = 'gold';
/** Long enough for a few votes on a slow machine. */
const CLOSES_AFTER_MS = 10_000;
const CLOSE_TIMEOUT_MS = 120_000;

type Position = Schemas['PositionAnswer'];
type Choice = 'yes' | 'no' | 'abstain';

/**
 * Puts a proposal to the vote and votes; the voters have tokens already. Every step may be repeated.
 *
 * @param note is told where something was written
 * @returns the proposal
 */
export async function demonstrateVote(
  api: ApiClient,
  votes: Readonly<Record<string, Choice>>,
  note: (position: Position) => void,
): Promise<void> {
  note((await api.put('/v1/tiers/{tier}', { path: { tier: TIER }, body: { available: '1000' } })).position);
  const id = await propose(api, note);
  for (const [voter, choice] of Object.entries(votes)) {
    const idempotencyKey = `demonstration-vote-${voter}`;
    try {
      const body = { voter, choice };
      note((await api.post('/v1/proposals/{id}/votes', { path: { id }, body, idempotencyKey })).position);
    } catch (error) {
      // A run that was broken off has voted.
      if (!isRefusal(error, 'VOTE_CLOSED')) throw error;
    }
  }
}

async function propose(api: ApiClient, note: (position: Position) => void): Promise<string> {
  const closesAt = new Date(Date.now() + CLOSES_AFTER_MS).toISOString();
  const body = { title: TITLE, reason: 'demonstration', closesAt, quorumBps: 2_000 };
  try {
    const made = await api.post('/v1/proposals', { body, idempotencyKey: 'demonstration-proposal' });
    note(made.position);
    return made.proposal;
  } catch (error) {
    // A run that was broken off put it to the vote, with an end of its own.
    if (!isRefusal(error, 'IDEMPOTENCY_CONFLICT')) throw error;
    return (await find(api))!.proposal;
  }
}

async function find(api: ApiClient): Promise<Schemas['ProposalItem'] | undefined> {
  return (await api.list('/v1/proposals', { query: {} })).findLast(({ title }) => title === TITLE);
}

/** The vote that the demonstration made, with its result. @returns undefined where it made none */
export async function untilClosed(api: ApiClient): Promise<Schemas['ProposalAnswer'] | undefined> {
  const proposed = await find(api);
  if (proposed === undefined) return undefined;
  for (const endMs = Date.now() + CLOSE_TIMEOUT_MS; ; await delay(200)) {
    const vote = await api.get('/v1/proposals/{id}', { path: { id: proposed.proposal } });
    if (vote.result !== null) return vote;
    if (Date.now() > endMs) throw new Error('the vote has not closed in time; GET /health says what the ledger lacks');
  }
}

/** What the vote came to; waits for its end. @returns undefined for a ledger whose demonstration had no vote */
export async function summarizeVote(
  api: ApiClient,
  holder: string,
): Promise<{ readonly rows: readonly (readonly [string, string])[]; readonly isSound: boolean } | undefined> {
  const vote = await untilClosed(api);
  if (vote === undefined) return undefined;
  const { yes, no, abstain } = vote.tally;
  const voted = [yes, no, abstain].reduce((sum, amount) => sum + parseAmount(amount), 0n);
  const total = parseAmount(vote.total ?? '0');
  const access = await api.get('/v1/access/check', { query: { holder, tier: TIER } });
  return {
    isSound: voted <= total && (vote.result === 'passed') === (vote.quorum && parseAmount(yes) > parseAmount(no)),
    rows: [
      ['vote', `"${vote.title}" ${vote.result}: ${yes} yes, ${no} no, ${abstain} abstain`],
      ['', `${formatAmount(voted)} AIR of ${vote.total} voted, by what ${vote.holders} holders had at ${vote.at}`],
      ['access', `${holder} ${access.allowed ? 'reaches' : 'does not reach'} the tier ${access.tier}`],
    ],
  };
}
