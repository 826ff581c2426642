/** The credit limit: what a customer may owe, whom it refuses and whom it lets pass. */
import type { LedgerCommand } from '#concepts';
import { atto, formatAmount, parseAmount } from '#domain';
import { CHARGING } from '../funding.js';
import { quoteUsage } from '../usage/quote.js';
import { LedgerDesk, mint, openRegistry, report, setBudget, TIME, usage, WHO } from '../test-support/world.js';

const common = { time: TIME, provenance: WHO };
const tokens = (amount: number) => parseAmount(String(amount));

/** A customer with a credit limit, funds, and usage of so many tokens: 500 input tokens are one. */
class CreditDesk extends LedgerDesk {
  private readonly registry;
  private uses = 0;

  constructor(creditLimit?: number) {
    const registry = openRegistry(1, ['acme'], ['p1']);
    super({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });
    this.registry = registry;
    if (creditLimit !== undefined) this.agree(creditLimit);
  }

  agree(creditLimit: number | null): void {
    const change = { creditLimit: creditLimit === null ? null : tokens(creditLimit) };
    this.registry.decide({ ...common, type: 'SetCustomerTerms', party: 'acme', ...change });
  }

  report(amount: number, more: object = {}) {
    return report({ id: `u${this.uses++}`, meters: { input_tokens: String(amount * 500) }, ...more });
  }

  /** What becomes of usage in one batch. */
  use(...amounts: readonly (number | readonly [number, object])[]): string[] {
    const reports = amounts.map((one) => (typeof one === 'number' ? this.report(one) : this.report(...one)));
    const outcome = this.decide(usage(reports));
    if (outcome.type !== 'usage') throw new Error(outcome.type);
    const { rejected } = outcome.answer;
    return reports.map((_, index) => rejected.find((one) => one.index === index)?.code ?? 'charged');
  }

  hold(amount: number): string {
    this.decide({ ...common, type: 'ReserveHold', customer: 'acme', amount: tokens(amount) } as LedgerCommand);
    return `0-${this.recorded.at(-1)!.position.height}-0`;
  }

  order(command: object): void {
    this.decide({ ...common, ...command } as LedgerCommand);
  }

  get funds(): string {
    const has = (account: string) => formatAmount(this.state.balance(`customer:acme:${account}`));
    return `${has('available')} ${has('receivable')}`;
  }
}

it('B16: absent, a customer may owe any amount', () => {
  const desk = new CreditDesk();
  expect([desk.use(1_000_000), desk.funds]).toEqual([['charged'], '0 -1000000']);
});

describe('B16: usage that would lift the receivable above the limit', () => {
  it('is refused whole, and the rest of its batch is not', () => {
    const desk = new CreditDesk(5);
    desk.decide(mint('acme', '1'));
    expect(desk.use(4, 3, 2)).toEqual(['charged', 'CREDIT_LIMIT_EXCEEDED', 'charged']);
    expect(desk.funds).toBe('0 -5');
  });

  it('its id is not used up: once there are funds it is charged', () => {
    const desk = new CreditDesk(5);
    expect(desk.use([6, { id: 'later' }])).toEqual(['CREDIT_LIMIT_EXCEEDED']);
    desk.decide(mint('acme', '1'));
    expect(desk.use([6, { id: 'later' }])).toEqual(['charged']);
  });

  it('of 0 lets nothing be owed, and what is paid passes', () => {
    const desk = new CreditDesk(0);
    desk.decide(mint('acme', '3'));
    expect(desk.use(4, 3, 0, 1)).toEqual(['CREDIT_LIMIT_EXCEEDED', 'charged', 'charged', 'CREDIT_LIMIT_EXCEEDED']);
  });

  it('that is lowered below what is owed refuses only what would be owed beside', () => {
    const desk = new CreditDesk(5);
    expect(desk.use(5)).toEqual(['charged']);
    desk.agree(2);
    expect(desk.use(1, 0)).toEqual(['CREDIT_LIMIT_EXCEEDED', 'charged']);
    desk.decide(mint('acme', '7'));
    expect([desk.use(2, 2, 1), desk.funds]).toEqual([['charged', 'charged', 'CREDIT_LIMIT_EXCEEDED'], '0 -2']);
    desk.agree(null);
    expect(desk.use(100)).toEqual(['charged']);
  });

  it('is told by a quote', () => {
    const desk = new CreditDesk(1);
    const quote = (amount: number) =>
      quoteUsage(CHARGING, desk.state, desk.context.catalogue, desk.report(amount)).wouldRefuse;
    expect([quote(1), quote(2)]).toEqual([undefined, 'CREDIT_LIMIT_EXCEEDED']);
  });
});

describe('the order of checks', () => {
  it('the duplicate before the credit, the budget before the credit', () => {
    const desk = new CreditDesk(1);
    expect(desk.use([1, { id: 'one' }])).toEqual(['charged']);
    desk.decide(setBudget('acme', '1'));
    expect(desk.use([1, { id: 'one' }], 2)).toEqual(['charged', 'BUDGET_EXCEEDED']);
  });

  it('B5: what a budget leaves to be owed needs credit too', () => {
    const desk = new CreditDesk(3);
    desk.decide(mint('acme', '100'));
    desk.decide(setBudget('acme', '2', { onExceed: 'receivable' }));
    expect([desk.use(6), desk.use(5), desk.funds]).toEqual([['CREDIT_LIMIT_EXCEEDED'], ['charged'], '98 -3']);
  });
});

describe('holds', () => {
  it('H4, B6: what goes beyond an open hold is owed whatever the limit, since it was used under a reservation', () => {
    const desk = new CreditDesk(0);
    desk.decide(mint('acme', '5'));
    const hold = desk.hold(4);
    expect([desk.use([6, { hold }]), desk.funds]).toEqual([['charged'], '0 -1']);
  });

  it('H1, H2: usage that names a closed hold is an ordinary one', () => {
    const desk = new CreditDesk(0);
    desk.decide(mint('acme', '4'));
    const hold = desk.hold(4);
    expect(desk.use([4, { hold }], [1, { hold }])).toEqual(['charged', 'CREDIT_LIMIT_EXCEEDED']);
  });

  it('H7: a capture is never refused for credit', () => {
    const desk = new CreditDesk(0);
    desk.decide(mint('acme', '4'));
    desk.order({ type: 'CaptureHold', hold: desk.hold(4), amount: tokens(9) });
    expect(desk.funds).toBe('0 -5');
  });

  it('H12: a hold uses no credit', () => {
    const desk = new CreditDesk(100);
    expect(() => desk.hold(1)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_FUNDS' }) as Error);
  });
});

it('a provider has no credit limit', () => {
  const registry = openRegistry(1, ['acme'], ['p1']);
  const terms = { type: 'SetCustomerTerms', creditLimit: atto(1n), ...common } as const;
  const refused = expect.objectContaining({ code: 'TERMS_INVALID', path: 'creditLimit' }) as Error;
  expect(() => registry.decide({ ...terms, party: 'p1' })).toThrow(refused);
  expect(() => registry.decide({ ...terms, type: 'RegisterParty', party: 'p2', roles: ['provider'] })).toThrow(refused);
});

it('a limit given at registration holds', () => {
  const registry = openRegistry(1, ['acme'], ['p1']);
  const roles = ['customer'] as const;
  registry.decide({ ...common, type: 'RegisterParty', party: 'bolt', roles, creditLimit: tokens(1) });
  expect(registry.state.catalogue.parties.require('bolt').terms).toEqual({ creditLimit: tokens(1) });
});
