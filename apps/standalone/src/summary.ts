/** What a run came to, read back from the books, and whether they are sound. */
import type { ApiClient } from '#client';
import { summarizeCredit } from './credit-demonstration.js';
import type { KafkaProgress } from './demonstration.js';
import { VOTES } from './demonstration-data.js';
import { summarizeVote } from './vote-demonstration.js';
import { summarizeYield } from './yield-demonstration.js';

const LIST_LIMIT = 500;

export interface Summary {
  readonly lines: readonly string[];
  /** The books balance, so do the prepaid credit and the yield, reconciliation has no break, the law of supply holds, the verifier found nothing and every table is a replay. */
  readonly isSound: boolean;
}

/** Reconciles, verifies and reads the books at the given positions. */
export async function summarize(
  api: ApiClient,
  position: readonly string[],
  kafka: KafkaProgress | undefined,
): Promise<Summary> {
  const reconciliation = await api.post('/v1/reconciliations');
  const { totals: usage } = await api.get('/v1/reports/usage', { query: { position } });
  const { paid: split, waiting } = await api.get('/v1/reports/split', { query: { position } });
  const payouts = await api.list('/v1/payouts', { query: { limit: LIST_LIMIT } });
  const withheld = await api.list('/v1/payouts/withheld', { query: { limit: LIST_LIMIT } });
  const trialBalance = await api.get('/v1/ledger/trial-balance');
  const supply = await api.get('/v1/ledger/supply');
  const verification = await api.post('/v1/ledger/verify');
  const { ok: isReplay, tables } = await api.post('/v1/projections/verify');
  const credit = await summarizeCredit(api, position);
  const vote = await summarizeVote(api, Object.keys(VOTES)[0]!);
  const earned = await summarizeYield(api);
  const paid = payouts.filter(({ state }) => state === 'confirmed');
  const hashes = [...new Set(paid.flatMap(({ txHash }) => txHash ?? []))];
  const isOwed = waiting.total !== '0';
  return {
    isSound:
      trialBalance.balanced &&
      supply.lawful &&
      reconciliation.breaks.length === 0 &&
      verification.ok &&
      isReplay &&
      (credit?.isSound ?? true) &&
      (vote?.isSound ?? true) &&
      (earned?.isSound ?? true),
    lines: [
      ...(kafka === undefined ? [] : [row('kafka', describeKafka(kafka))]),
      row('events', `${usage.events} usage events charged`),
      row('charged', `${usage.amount} AIR${isOwed ? `, of which customers still owe ${waiting.total} AIR` : ''}`),
      row('split', `${split.total} AIR paid: ${split.providers} to providers, ${split.treasury} to the treasury`),
      row('staked', `${split.stakers} AIR set aside for stakers`),
      row('burned', `${split.burned} AIR of usage`),
      ...[...(credit?.rows ?? []), ...(earned?.rows ?? []), ...(vote?.rows ?? [])].map(([name, text]) =>
        row(name, text),
      ),
      row('emitted', `${supply.mintedBy.emission} AIR by the emission policy, at the end of its first week`),
      row('supply', `${supply.supply} AIR = ${supply.minted} minted - ${supply.burned} burned`),
      row('paid', `${new Set(paid.map(({ provider }) => provider)).size} providers in ${paid.length} payouts on chain`),
      ...paid.map(({ provider, amount }) => row('', `${provider} ${amount} AIR`)),
      ...hashes.map((hash) => row('transaction', hash)),
      ...withheld.map(({ provider, amount, reason }) => row('withheld', `${provider} ${amount} AIR: ${reason}`)),
      row('reconciled', `block ${reconciliation.block.number}, ${reconciliation.matched} payouts matched`),
      ...reconciliation.checks.map(({ name, ledger, chain }) => row('', `${name}: ledger ${ledger}, chain ${chain}`)),
      row('breaks', String(reconciliation.breaks.length)),
      ...reconciliation.breaks.map(({ class: breakClass, detail }) => row('', `${breakClass}: ${detail}`)),
      row('books', trialBalance.balanced ? 'balance' : 'DO NOT BALANCE'),
      row('verify', verification.ok ? `passed (${verification.pages} pages, ${verification.events} events)` : 'FAILED'),
      ...verification.findings.map(({ class: findingClass, detail }) => row('', `${findingClass}: ${detail}`)),
      row('tables', isReplay ? `all ${tables.length} are what a replay of the journal gives` : 'DIFFER from a replay'),
      ...tables.filter(({ ok }) => !ok).map(({ table }) => row('', table)),
    ],
  };
}

function describeKafka({ topic, partitions }: KafkaProgress): string {
  const lag = partitions.reduce((sum, partition) => sum + partition.lag, 0);
  const offsets = partitions.map(({ partition, committed }) => `${partition}:${committed ?? 0}`).join(' ');
  return `topic ${topic}, ${partitions.length} partitions, offsets ${offsets}, lag ${lag}`;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(12)} ${text}`;
}
