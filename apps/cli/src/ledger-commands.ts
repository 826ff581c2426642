/** The commands that ask the ledger one thing: verify, balance, report, rebuild, reconcile. */
import type { Answer, ApiClient, Schemas } from '#client';
import { describeAnswer, describeRecords } from './answers.js';
import { EXIT, type ExitCode } from './failures.js';
import { groupDigits, type Terminal } from './terminal.js';

/** Going through the whole journal may take its time. */
const LONG_WORK_MS = 60 * 60_000;

export async function verify(
  client: ApiClient,
  terminal: Terminal,
  { tables = false }: { readonly tables?: boolean } = {},
): Promise<ExitCode> {
  if (tables) return verifyTables(client, terminal);
  const answer = await client.post('/v1/ledger/verify', { silenceMaxMs: LONG_WORK_MS });
  const findings = Array.isArray(answer.findings) ? answer.findings : [];
  const isSound = answer.ok === true && findings.length === 0;
  const extent = `${groupDigits(answer.pages ?? 0)} pages with ${groupDigits(answer.events ?? 0)} events`;
  terminal.result(
    answer,
    isSound
      ? `verified: ${extent}, nothing found\n${describeLastComparison(answer)}`
      : `NOT SOUND: ${extent}, ${findings.length} findings\n${describeItems(findings)}\n${describeLastComparison(answer)}`,
  );
  return isSound ? EXIT.fine : EXIT.problemsFound;
}

function describeLastComparison({ tables }: Answer<'/v1/ledger/verify', 'post'>): string {
  if (tables === undefined || tables === null) {
    return 'the tables were never compared with a replay: airtime verify --tables';
  }
  const { comparedAt, ok, differing = [] } = tables;
  return `tables last compared with a replay ${comparedAt}: ${ok === true ? 'all equal' : `DIFFERENT: ${differing.join(', ')}`}`;
}

/** A job of the projector's, which replays the whole journal. */
async function verifyTables(client: ApiClient, terminal: Terminal): Promise<ExitCode> {
  const answer = await client.post('/v1/projections/verify', { silenceMaxMs: LONG_WORK_MS });
  const tables = Array.isArray(answer.tables) ? answer.tables : [];
  const differing = tables.filter(({ ok }) => ok !== true);
  const isSound = answer.ok === true && differing.length === 0;
  terminal.result(
    answer,
    isSound
      ? `verified: ${tables.length} tables are what a replay of the journal gives`
      : `NOT SOUND: ${differing.length} of ${tables.length} tables differ from a replay of the journal\n${describeItems(differing)}`,
  );
  return isSound ? EXIT.fine : EXIT.problemsFound;
}

export async function showBalance(
  client: ApiClient,
  terminal: Terminal,
  holder: string,
  asOf: string | undefined,
): Promise<ExitCode> {
  const answer = await client.get('/v1/holders/{id}/balance', { path: { id: holder }, query: { asOf } });
  terminal.result(answer, describeAnswer(answer));
  return EXIT.fine;
}

export interface UsageReportOptions {
  readonly from?: string;
  readonly to?: string;
  /** As it was typed: the service refuses what it does not know. */
  readonly groupBy?: Schemas['UsageReport']['groupBy'];
}

export async function reportUsage(
  client: ApiClient,
  terminal: Terminal,
  { from, to, groupBy }: UsageReportOptions,
): Promise<ExitCode> {
  const answer = await client.get('/v1/reports/usage', {
    query: { from, to, groupBy },
  });
  terminal.result(answer, describeAnswer(toPeopleReport(answer)));
  return EXIT.fine;
}

interface UsageReportAnswer {
  readonly groupBy?: string;
  readonly totals?: object;
  readonly items?: readonly { readonly key?: string }[];
}

/** One table, its first column named after what the lines are grouped by, its last line the total. */
function toPeopleReport({ totals, items, ...answer }: UsageReportAnswer): object {
  if (!Array.isArray(items)) return { ...answer, totals, items };
  const name = answer.groupBy ?? 'key';
  const lines = items.map(({ key, ...figures }) => (key === undefined ? figures : { [name]: key, ...figures }));
  return { ...answer, usage: totals === undefined ? lines : [...lines, { [name]: 'total', ...totals }] };
}

export async function rebuild(client: ApiClient, terminal: Terminal): Promise<ExitCode> {
  const answer = await client.post('/v1/projections/rebuild', { silenceMaxMs: LONG_WORK_MS });
  terminal.result(answer, `the projections were rebuilt from the first page\n${describeAnswer(answer)}`.trimEnd());
  return EXIT.fine;
}

export async function reconcile(client: ApiClient, terminal: Terminal): Promise<ExitCode> {
  const answer = await client.post('/v1/reconciliations', { silenceMaxMs: LONG_WORK_MS });
  const breaks = answer.breaks.length;
  terminal.result(answer, `${breaks === 0 ? 'no breaks' : `${breaks} BREAKS`}\n${describeAnswer(answer)}`);
  return breaks === 0 ? EXIT.fine : EXIT.problemsFound;
}

function describeItems(items: readonly unknown[]): string {
  const records = items.map((item) =>
    typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : { finding: String(item) },
  );
  return records.length === 0 ? '' : describeRecords(records, '  ');
}
