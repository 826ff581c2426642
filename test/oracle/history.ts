/**
 * Random histories: the same steps for the same seed. Ids and instants are known only when a step is taken, so a history
 * names what it means: the third hold that was asked for, two seconds from now.
 */
import { seededRandom } from '../e2e/support/world.js';
import type { GrantKind, Period } from './model/commands.js';
import { CHOICES, type Choice } from './model/votes.js';

export const CUSTOMERS = 3;
export const PROVIDERS = 2;

/** The n-th hold, grant, usage event or entry that was asked for by a customer, whether or not it came about. */
export interface Reference {
  readonly customer: number;
  readonly n: number;
}

export interface PlannedUse {
  /** An event that was sent before; with `changed`, its id with other content. */
  readonly again?: { readonly n: number; readonly changed: boolean };
  /** Its own time lies in the reign of the former prices. */
  readonly isOld: boolean;
  readonly provider: number;
  readonly meters: Readonly<Record<string, bigint>>;
  readonly hold?: Reference;
  /** Below the customer's own, which is the empty text. */
  readonly budget?: string;
}

interface PlannedGrant {
  readonly do: 'grant';
  readonly amount: bigint;
  readonly kind: GrantKind;
  readonly priority?: number;
  readonly effectiveIn?: number;
  readonly expiresIn?: number;
}

interface PlannedBudget {
  readonly do: 'budget';
  readonly budget: string;
  readonly limit: bigint;
  readonly period: Period;
  readonly onExceed: 'reject' | 'receivable';
  readonly thresholds?: readonly number[];
}

/** A command before its names are resolved; `…In` is milliseconds after it is sent. */
export type Planned = { readonly customer: number } & (
  | { readonly do: 'mint' | 'burn'; readonly amount: bigint }
  | { readonly do: 'transfer'; readonly to: number; readonly amount: bigint }
  | PlannedGrant
  | { readonly do: 'void'; readonly grant: Reference }
  | {
      readonly do: 'reserve';
      readonly amount: bigint;
      readonly budget?: string;
      readonly expiresIn?: number;
      readonly partial?: boolean;
    }
  | { readonly do: 'extend'; readonly hold: Reference; readonly amount?: bigint; readonly expiresIn?: number }
  | { readonly do: 'capture'; readonly hold: Reference; readonly amount: bigint; readonly provider?: number }
  | { readonly do: 'release'; readonly hold: Reference }
  | { readonly do: 'use'; readonly isSingle: boolean; readonly uses: readonly PlannedUse[] }
  | PlannedBudget
  | { readonly do: 'stake' | 'unstake'; readonly amount: bigint }
  | { readonly do: 'slash'; readonly amount: bigint; readonly finder?: number }
  | { readonly do: 'compound'; readonly compounding: boolean }
  | { readonly do: 'reverse'; readonly entry: Reference }
  | { readonly do: 'cancel'; readonly usage: Reference }
  /** `isKept`: whoever sends the usage once more sends what took its place. */
  | { readonly do: 'replace'; readonly usage: Reference; readonly by: PlannedUse; readonly isKept: boolean }
  | { readonly do: 'propose'; readonly quorumBps: number; readonly closesIn: number }
  /** On the n-th proposal of the history. */
  | { readonly do: 'vote'; readonly proposal: number; readonly choice: Choice }
);

/** How many entries a command may make in its customer's books. */
export function entriesOf(planned: Planned): number {
  if (isGovernance(planned)) return 0;
  return planned.do === 'use' ? planned.uses.length : planned.do === 'replace' ? 2 : 1;
}

/** What is in nobody's books. */
export type Governing = Extract<Planned, { do: 'propose' | 'vote' }>;

export const isGovernance = (planned: Planned): planned is Governing =>
  planned.do === 'propose' || planned.do === 'vote';

/** What is sent at once, after a pause. */
export interface Step {
  readonly pauseMs: number;
  readonly commands: readonly Planned[];
  /** Whether everything is read and compared after it. */
  readonly isChecked: boolean;
}

const TOKEN = 10n ** 18n;
const PATHS = ['', '/a', '/a/b', '/c'] as const;

const REVERSIBLE: ReadonlySet<Planned['do']> = new Set([
  ...(['mint', 'grant', 'burn', 'transfer', 'use', 'capture', 'reverse', 'cancel', 'replace'] as const),
]);

class Choices {
  private readonly random: () => number;
  private readonly holds: number[] = Array.from({ length: CUSTOMERS }, () => 0);
  private readonly grants: number[] = Array.from({ length: CUSTOMERS }, () => 0);
  private readonly uses: number[] = Array.from({ length: CUSTOMERS }, () => 0);
  private proposals = 0;
  private readonly entries: number[] = Array.from({ length: CUSTOMERS }, () => 0);
  /** Of these the numbers of those that can be taken back. */
  private readonly reversible: number[][] = Array.from({ length: CUSTOMERS }, () => []);

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A whole number below this one. */
  below(count: number): number {
    return Math.floor(this.random() * count);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }

  /** Tokens in quarters, sometimes with an odd end. */
  amount(most: number): bigint {
    const quarters = (BigInt(1 + this.below(most * 4)) * TOKEN) / 4n;
    return this.chance(0.15) ? quarters + BigInt(this.below(1_000)) : quarters;
  }

  private recent(counts: readonly number[], customer: number): Reference {
    const count = counts[customer]!;
    // Mostly a recent one, now and then any of them, or one that never was.
    const n = this.chance(0.8) ? count - 1 - this.below(3) : this.below(count + 1);
    return { customer, n };
  }

  /** Every customer has something to begin with: what nobody can pay for puts little to the test. */
  funding(): Planned[] {
    return Array.from({ length: CUSTOMERS }, (_, customer) => {
      this.grants[customer]!++;
      this.reversible[customer]!.push(this.entries[customer]!++);
      return { customer, do: 'mint', amount: 30n * TOKEN };
    });
  }

  /** Mostly a recent one of those that can be, now and then any entry. */
  private toReverse(customer: number): Reference {
    const numbers = this.reversible[customer]!;
    const n = this.chance(0.9) ? numbers.at(-1 - this.below(6)) : this.below(this.entries[customer]! + 1);
    return { customer, n: n ?? 0 };
  }

  /** The same choices whatever comes of them. @param hasBudgets whether the customer sets ceilings, and names them */
  command(customer: number, hasBudgets: boolean): Planned {
    return this.note(this.choose(customer, hasBudgets));
  }

  /** A usage, and what takes its place: whatever else is chosen, every history has that. */
  replaced(): Planned[] {
    const customer = 0;
    const usage = { customer, n: this.uses[customer]!++ };
    const call = (calls: bigint): PlannedUse => ({ isOld: false, provider: 0, meters: { calls } });
    return [
      this.note({ customer, do: 'use', isSingle: true, uses: [call(2n)] }),
      this.note({ customer, do: 'replace', usage, by: call(3n), isKept: true }),
    ];
  }

  private note(planned: Planned): Planned {
    const { customer } = planned;
    const [first, count] = [this.entries[customer]!, entriesOf(planned)];
    this.entries[customer] = first + count;
    if (REVERSIBLE.has(planned.do)) {
      this.reversible[customer]!.push(...Array.from({ length: count }, (_, n) => first + n));
    }
    return planned;
  }

  private choose(customer: number, hasBudgets: boolean): Planned {
    const kinds = [
      ...[
        'mint',
        'mint',
        'mint',
        'grant',
        'grant',
        'grant',
        'grant',
        'void',
        'burn',
        'transfer',
        'use',
        'use',
        'use',
        'use',
        'use',
      ],
      ...['reserve', 'reserve', 'reserve', 'reserve', 'extend', 'capture', 'capture', 'release', 'use', 'use', 'use'],
      ...[
        'stake',
        'stake',
        'stake',
        'unstake',
        'slash',
        'compound',
        'reverse',
        'reverse',
        'reverse',
        'reverse',
        'reverse',
        'reverse',
      ],
      ...['cancel', 'cancel', 'replace', 'replace', 'replace', 'vote', 'vote', 'vote'],
      ...(hasBudgets ? ['budget', 'budget', 'use', 'use', 'use'] : []),
    ] as const;
    switch (this.one(kinds)) {
      case 'mint':
        this.grants[customer]!++;
        return { customer, do: 'mint', amount: this.amount(12) };
      case 'burn':
        return { customer, do: 'burn', amount: this.amount(4) };
      case 'transfer':
        return {
          customer,
          do: 'transfer',
          to: (customer + 1 + this.below(CUSTOMERS - 1)) % CUSTOMERS,
          amount: this.amount(8),
        };
      case 'grant':
        return { customer, ...this.grant(customer) };
      case 'void':
        return { customer, do: 'void', grant: this.recent(this.grants, customer) };
      case 'reserve':
        return this.reserve(customer, hasBudgets);
      case 'extend': {
        const hold = this.recent(this.holds, customer);
        const what = this.below(3);
        return {
          ...{ customer, do: 'extend', hold },
          ...(what === 1 ? {} : { amount: this.amount(4) }),
          ...(what === 0 ? {} : { expiresIn: 200 + this.below(4_000) }),
        };
      }
      case 'capture':
        return {
          ...{ customer, do: 'capture', hold: this.recent(this.holds, customer) },
          amount: this.chance(0.05) ? 0n : this.amount(8),
          ...(this.chance(0.6) ? { provider: this.below(PROVIDERS) } : {}),
        };
      case 'release':
        return { customer, do: 'release', hold: this.recent(this.holds, customer) };
      case 'budget':
        return { customer, ...this.budget() };
      case 'stake':
        return { customer, do: 'stake', amount: this.amount(6) };
      case 'unstake':
        return { customer, do: 'unstake', amount: this.amount(4) };
      case 'slash': {
        const finder = (customer + 1 + this.below(CUSTOMERS - 1)) % CUSTOMERS;
        return { customer, do: 'slash', amount: this.amount(3), ...(this.chance(0.6) ? { finder } : {}) };
      }
      case 'compound':
        return { customer, do: 'compound', compounding: this.chance(0.7) };
      case 'reverse':
        return { customer, do: 'reverse', entry: this.toReverse(customer) };
      case 'cancel':
        return { customer, do: 'cancel', usage: this.recent(this.uses, customer) };
      case 'replace': {
        const usage = this.recent(this.uses, customer);
        const { again: _, ...by } = this.use(customer, hasBudgets, false);
        return { customer, do: 'replace', usage, by, isKept: this.chance(0.5) };
      }
      case 'vote': {
        const proposal = this.chance(0.9) ? this.proposals - 1 : this.below(this.proposals + 1);
        return { customer, do: 'vote', proposal, choice: this.one(['yes', 'yes', ...CHOICES]) };
      }
      default: {
        const isSingle = this.chance(0.3);
        const uses = Array.from({ length: isSingle ? 1 : 1 + this.below(3) }, () => this.use(customer, hasBudgets));
        return { customer, do: 'use', isSingle, uses };
      }
    }
  }

  private grant(customer: number): PlannedGrant {
    this.grants[customer]!++;
    return {
      ...{ do: 'grant', amount: this.amount(8), kind: this.one(['purchased', 'promotional', 'promotional', 'earned']) },
      ...(this.chance(0.6) ? { priority: this.one([0, 100, 500, 900]) } : {}),
      ...(this.chance(0.35) ? { effectiveIn: this.one([-86_400_000, 100, 900, 2_500]) } : {}),
      ...(this.chance(0.75) ? { expiresIn: this.one([50, 400, 1_200, 3_000, 3_000, 6_000, 86_400_000]) } : {}),
    };
  }

  private reserve(customer: number, hasBudgets: boolean): Planned {
    this.holds[customer]!++;
    return {
      ...{ customer, do: 'reserve', amount: this.amount(8) },
      ...(this.chance(0.7) ? { expiresIn: this.one([1, 500, 1_500, 2_500, 5_000, 90_000_000]) } : {}),
      ...(this.chance(0.3) ? { partial: true } : {}),
      ...(hasBudgets && this.chance(0.5) ? { budget: this.one(PATHS) } : {}),
    };
  }

  /** Something is put to the vote by nobody's choice: most of what is voted needs it. */
  propose(): Planned {
    this.proposals++;
    const closesIn = this.one([300, 2_000, 5_000]);
    return { customer: 0, do: 'propose', quorumBps: this.one([0, 100, 2_500, 9_000]), closesIn };
  }

  /** @param isNew it has a number of its own, and may be one that was sent before */
  private use(customer: number, hasBudgets: boolean, isNew = true): PlannedUse {
    const n = isNew ? this.uses[customer]!++ : 0;
    const again = n > 0 && this.chance(0.12) ? { n: this.below(n), changed: this.chance(0.3) } : undefined;
    const meters: Record<string, bigint> = { calls: BigInt(this.chance(0.05) ? 0 : 1 + this.below(16)) };
    if (this.chance(0.3)) meters['thirds'] = BigInt(1 + this.below(9));
    const owner = this.chance(0.05) ? (customer + 1) % CUSTOMERS : customer;
    return {
      ...{ isOld: this.chance(0.3), provider: this.below(PROVIDERS), meters },
      ...(again === undefined ? {} : { again }),
      ...(this.chance(0.6) ? { hold: this.recent(this.holds, owner) } : {}),
      ...(this.chance(hasBudgets ? 0.6 : 0.03) ? { budget: this.chance(0.05) ? '/nowhere' : this.one(PATHS) } : {}),
    };
  }

  private budget(): PlannedBudget {
    return {
      ...{ do: 'budget', budget: this.one(PATHS), limit: this.chance(0.05) ? 0n : this.amount(20) },
      ...{ period: this.one(['total', 'day', 'day', 'week', 'month']) },
      onExceed: this.one(['reject', 'reject', 'receivable']),
      ...(this.chance(0.4) ? { thresholds: this.one([[], [25, 75], [100]]) } : {}),
    };
  }
}

/** @param steps how many; each sends a few commands at once */
export function makeHistory(seed: number, steps: number): Step[] {
  const choices = new Choices(seed);
  const alone = (...commands: Planned[]): Step => ({ pauseMs: 0, commands, isChecked: false });
  const funded = alone(...choices.funding());
  const replaced = choices.replaced().map((planned) => alone(planned));
  const rest = Array.from({ length: steps }, (_, step) => ({
    pauseMs: choices.chance(0.25) ? choices.below(700) : 0,
    commands: [
      ...(step % 10 === 2 ? [choices.propose()] : []),
      ...Array.from({ length: 1 + choices.below(4) }, () => {
        const customer = choices.below(CUSTOMERS);
        return choices.command(customer, customer !== 0);
      }),
    ],
    isChecked: step % 8 === 7,
  }));
  return [funded, ...replaced, ...rest];
}
