/** Planned commands as the product is asked, and as the oracle is told: with ids and instants instead of names. */
import { instant, tokens } from './model/amounts.js';
import type { Command, Use } from './model/commands.js';
import type { Governing, Planned, PlannedUse, Reference } from './history.js';
import { customerOf, OLD_MS, providerOf, USAGE_TYPE } from './product.js';
import { USAGE_BATCH } from '../e2e/support/api.js';

/** What was asked for by each customer, by number: undefined where it was refused. */
export interface Names {
  readonly holds: (string | undefined)[][];
  readonly grants: (string | undefined)[][];
  readonly uses: Use[][];
  readonly entries: (string | undefined)[][];
}

export interface Request {
  readonly command: Command;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: object;
  readonly contentType?: string;
}

/** An id that nothing has. */
const NOBODY = '0-999999999-0';

export class Requests {
  constructor(
    private readonly seed: number,
    private readonly names: Names,
  ) {}

  private idOf(what: 'holds' | 'grants' | 'entries', { customer, n }: Reference): string {
    return this.names[what][customer]![n] ?? NOBODY;
  }

  /** @param nowMs what instants are relative to */
  resolve(planned: Exclude<Planned, Governing>, nowMs: number): Request {
    const customer = customerOf(this.seed, planned.customer);
    const post = (command: Command, path: string, body: object): Request => ({ command, method: 'POST', path, body });
    const reason = 'oracle';
    switch (planned.do) {
      case 'mint':
      case 'burn': {
        const { do: what, amount } = planned;
        return post({ do: what, amount }, `/${what}s`, { holder: customer, amount: tokens(amount), reason });
      }
      case 'transfer': {
        const { to, amount } = planned;
        const body = { from: customer, to: customerOf(this.seed, to), amount: tokens(amount), reason };
        // Whether it arrived by the same entry is known when it has.
        return post({ do: 'send', amount, isNear: false }, '/transfers', body);
      }
      case 'grant': {
        const { amount, kind, priority, effectiveIn, expiresIn } = planned;
        const said = { kind, ...(priority === undefined ? {} : { priority }) };
        const at = { ...after(nowMs, 'effectiveAt', effectiveIn), ...after(nowMs, 'expiresAt', expiresIn) };
        const body = { holder: customer, amount: tokens(amount), ...said, ...written(at), reason };
        return post({ do: 'grant', amount, ...said, ...at }, '/grants', body);
      }
      case 'void': {
        const grant = this.idOf('grants', planned.grant);
        return post({ do: 'void', grant }, `/grants/${grant}/void`, { reason });
      }
      case 'reserve': {
        const { amount, budget, expiresIn, partial } = planned;
        const said = {
          ...(budget === undefined ? {} : { budget: customer + budget }),
          ...(partial === undefined ? {} : { partial }),
        };
        const at = after(nowMs, 'expiresAt', expiresIn);
        const body = { customer, amount: tokens(amount), ...said, ...written(at) };
        return post({ do: 'reserve', amount, ...said, ...at }, '/holds', body);
      }
      case 'extend': {
        const hold = this.idOf('holds', planned.hold);
        const at = after(nowMs, 'expiresAt', planned.expiresIn);
        const { amount } = planned;
        const command = { do: 'extend', hold, ...at, ...(amount === undefined ? {} : { amount }) } as const;
        const body = { ...written(at), ...(amount === undefined ? {} : { amount: tokens(amount) }) };
        return post(command, `/holds/${hold}/extend`, body);
      }
      case 'capture': {
        const hold = this.idOf('holds', planned.hold);
        const { amount, provider } = planned;
        const said = provider === undefined ? {} : { provider: providerOf(this.seed, provider) };
        return post({ do: 'capture', hold, amount, ...said }, `/holds/${hold}/capture`, {
          amount: tokens(amount),
          ...said,
        });
      }
      case 'release': {
        const hold = this.idOf('holds', planned.hold);
        return post({ do: 'release', hold }, `/holds/${hold}/release`, {});
      }
      case 'budget': {
        const { limit, period, onExceed, thresholds } = planned;
        const terms = { period, onExceed, ...(thresholds === undefined ? {} : { thresholds }) };
        const path = customer + planned.budget;
        const command = { do: 'budget', path, limit, ...terms } as const;
        return { command, method: 'PUT', path: `/budgets/${path}`, body: { limit: tokens(limit), ...terms } };
      }
      case 'stake':
      case 'unstake':
        return post({ do: planned.do, amount: planned.amount }, `/${planned.do}s`, {
          holder: customer,
          amount: tokens(planned.amount),
        });
      case 'compound': {
        const { compounding } = planned;
        const command = { do: 'compound', compounding } as const;
        return { command, method: 'PUT', path: `/holders/${customer}/compounding`, body: { compounding } };
      }
      case 'slash': {
        const { amount, finder } = planned;
        const found = finder === undefined ? {} : { finder: customerOf(this.seed, finder) };
        return post({ do: 'slash', amount }, '/slashes', {
          holder: customer,
          amount: tokens(amount),
          reason,
          ...found,
        });
      }
      case 'reverse': {
        const entry = this.idOf('entries', planned.entry);
        return post({ do: 'reverse', entry }, '/reversals', { entry, reason });
      }
      case 'cancel': {
        const { source, id } = this.known(planned.usage);
        return post({ do: 'cancel', usage: id }, '/usage-corrections', { source, id, action: 'void', reason });
      }
      case 'replace': {
        const old = this.known(planned.usage);
        const by = { ...this.fresh(planned.customer, planned.by, nowMs), id: old.id };
        const { n } = planned.usage;
        if (planned.isKept && n in this.names.uses[planned.customer]!) this.names.uses[planned.customer]![n] = by;
        const body = { source: old.source, id: old.id, action: 'replace', event: this.event(customer, by), reason };
        return post({ do: 'replace', by }, '/usage-corrections', body);
      }
      case 'use': {
        const uses = planned.uses.map((use) => this.use(planned.customer, use, nowMs));
        const events = uses.map((use) => this.event(customer, use));
        return {
          ...{ command: { do: 'use', uses }, method: 'POST', path: '/usage?detail=true' },
          ...(planned.isSingle
            ? { body: events[0]!, contentType: 'application/cloudevents+json' }
            : { body: events, contentType: USAGE_BATCH }),
        };
      }
    }
  }

  private use(customer: number, planned: PlannedUse, nowMs: number): Use {
    const known = this.names.uses[customer]!;
    const { again } = planned;
    const old = again === undefined ? undefined : known[again.n];
    const isChanged = again?.changed === true;
    const use: Use =
      old === undefined
        ? this.fresh(customer, planned, nowMs)
        : isChanged
          ? { ...old, meters: { calls: (old.meters['calls'] ?? 0n) + 1n } }
          : old;
    // A changed one is no event that is sent once more: its number stays that of the first.
    known.push(isChanged && old !== undefined ? old : use);
    return use;
  }

  private fresh(customer: number, { hold, budget, meters, isOld, provider }: PlannedUse, nowMs: number): Use {
    return {
      ...{ id: `${customer}-${this.names.uses[customer]!.length}`, source: `oracle/${this.seed}` },
      ...{ timeMs: isOld ? OLD_MS : nowMs, meters, provider: providerOf(this.seed, provider) },
      ...(hold === undefined ? {} : { hold: this.idOf('holds', hold) }),
      ...(budget === undefined ? {} : { budget: customerOf(this.seed, customer) + budget }),
    };
  }

  /** What was sent under a number, or something that nobody sent. */
  private known({ customer, n }: Reference): Pick<Use, 'id' | 'source'> {
    return this.names.uses[customer]![n] ?? { id: 'nothing', source: `oracle/${this.seed}` };
  }

  private event(subject: string, { id, source, timeMs, provider, meters, hold, budget }: Use): object {
    const quantities = Object.fromEntries(Object.entries(meters).map(([meter, count]) => [meter, String(count)]));
    return {
      ...{ specversion: '1.0', id, source, type: USAGE_TYPE, time: instant(timeMs), subject },
      data: {
        ...{ provider, model: 'm', meters: quantities },
        ...(hold === undefined ? {} : { hold }),
        ...(budget === undefined ? {} : { budget }),
      },
    };
  }
}

function after<Name extends string>(
  nowMs: number,
  name: Name,
  inMs: number | undefined,
): Readonly<Partial<Record<Name, number>>> {
  return (inMs === undefined ? {} : { [name]: nowMs + inMs }) as Readonly<Partial<Record<Name, number>>>;
}

const written = (instants: Readonly<Record<string, number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(instants).map(([name, ms]) => [name, instant(ms)]));
