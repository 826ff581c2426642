/** A holder shard for specs of grants and of what uses them: its clock is set, and its read models are made at once. */
import type { IssueGrant, LedgerCommand, LedgerEvent, LedgerOutcome, LedgerState } from '#concepts';
import { ROWS } from '#concepts/rows';
import { formatAmount, parseAmount, parseTime } from '#domain';
import { foldGrants, type GrantStep } from '../grants/grant-history.js';
import { GRANT_CHANGES } from '../grants/grant.rows.js';
import { DUE_LEDGER, WORK_LEDGER } from '../ledger.js';
import { actingShard, actOnDue } from './acting.js';
import { LedgerDesk, mint, openRegistry, report, TIME, usage, WHO } from './world.js';

export const HOUR = 3_600_000;
const NOW = parseTime(TIME, 'time');
export const at = (hours: number): string => new Date(NOW + hours * HOUR).toISOString();

const REGISTRY = openRegistry(1, ['acme', 'bolt'], ['p1', 'p2']);

/** A shard whose clock a spec sets: what is due acts before each command, as the sequencer has it. */
export class GrantDesk extends LedgerDesk {
  protected nowMs = NOW;

  constructor(catalogue = REGISTRY.state.catalogue) {
    super({ catalogue, shard: 0, shards: 1 });
  }

  /** Lets it be so many hours after the first instant; at this instant everything has acted that is due by then. */
  at(hours: number): this {
    this.nowMs = NOW + hours * HOUR;
    const acting = [actingShard<LedgerState, LedgerCommand>(this.state, DUE_LEDGER, WORK_LEDGER)];
    for (const { command } of actOnDue(acting, this.nowMs)) this.decide(command as LedgerCommand);
    return this;
  }

  order(command: object): LedgerEvent[] {
    const before = this.recorded.length;
    this.run(command);
    return this.recorded.slice(before).map(({ event }) => event);
  }

  /** Decides a command at the instant of now. */
  run(command: object): LedgerOutcome {
    const around = { receivedAtMs: this.nowMs, time: new Date(this.nowMs).toISOString(), provenance: WHO };
    return this.decide({ ...command, ...around } as unknown as LedgerCommand);
  }

  grant(amount: string, more: Partial<IssueGrant> = {}): string {
    this.order({
      ...{ type: 'IssueGrant', holder: 'acme', kind: 'promotional', reason: 'welcome', amount: parseAmount(amount) },
      ...more,
    });
    return `0-${this.recorded.findLast(({ event }) => event.type === 'GrantIssued')!.position.height}-0`;
  }

  mint(amount: string, holder = 'acme'): string {
    this.order(mint(holder, amount));
    return `0-${this.recorded.findLast(({ event }) => event.type === 'Minted')!.position.height}-0`;
  }

  /** Uses so many tokens; a thousand input tokens cost two. */
  use(tokens: number, more: object = {}): LedgerEvent {
    const id = `r${this.recorded.length}`;
    const meters = { input_tokens: `${tokens * 500}` };
    return this.order(usage([report({ id, meters, ...more })]))[0]!;
  }

  has(account: string): string {
    return formatAmount(this.state.balance(account));
  }

  get available(): string {
    return this.has('customer:acme:available');
  }

  /** What is left of each grant, by its id. */
  get left(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.views().map(({ grant, state, remaining }) => [grant, `${state} ${formatAmount(remaining)}`]),
    );
  }

  /** As the read models tell it: from what changed grants, and the balances. */
  views(holder = 'acme') {
    return foldGrants(stepsOf(this.recorded, holder), this.state.balance(`customer:${holder}:available`));
  }
}

const NO_TERMS = { kind: null, priority: null, effectiveAt: null, expiresAt: null };

/** The rows of a holder's grants with the balances, made from events as the projection makes them. */
function stepsOf(recorded: GrantDesk['recorded'], holder: string): GrantStep[] {
  const account = `customer:${holder}:available`;
  const steps: GrantStep[] = [];
  let available = 0n;
  for (const one of recorded) {
    if (!('postings' in one.event)) continue;
    for (const { debit, credit, amount } of one.event.postings) {
      if (debit === account) available -= BigInt(amount);
      if (credit === account) available += BigInt(amount);
    }
    for (const row of rowsOf(one)) if (row.holder === holder) steps.push({ ...NO_TERMS, ...row, available });
  }
  return steps;
}

type Row = Omit<GrantStep, 'available'> & { readonly holder: string };

/** What was recorded stays as it is: its rows are made once. */
const MADE = new WeakMap<LedgerEvent, readonly Row[]>();

function rowsOf({ event, position }: GrantDesk['recorded'][number]): readonly Row[] {
  let rows = MADE.get(event);
  if (rows === undefined) {
    const run = ROWS.createParts({ shard: 0, keyText: (text) => text, digest: (text) => text });
    const changes = ROWS.writers[event.type]!.changes?.(event as never, position, TIME, run as never) ?? [];
    rows = [...changes, ...Object.values(run).flatMap((part) => part.changes())].flatMap((change) =>
      change.kind === 'insert' && change.table === GRANT_CHANGES ? (change.rows as unknown as readonly Row[]) : [],
    );
    MADE.set(event, rows);
  }
  return rows;
}
