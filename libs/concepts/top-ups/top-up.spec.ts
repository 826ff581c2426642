/** Top-ups: asked for once when what a customer has falls below its threshold (G12). */
import type { LedgerCommand } from '#concepts';
import { formatAmount, parseAmount } from '#domain';
import { burn, LedgerDesk, mint, openRegistry, report, send, TIME, usage, WHO } from '../test-support/world.js';

const common = { time: TIME, provenance: WHO };
const tokens = (amount: number) => parseAmount(String(amount));

class TopUpDesk extends LedgerDesk {
  private readonly registry;

  constructor(topUpThreshold?: number) {
    const registry = openRegistry(1, ['acme', 'bolt'], ['p1']);
    super({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });
    this.registry = registry;
    if (topUpThreshold !== undefined) this.agree(topUpThreshold);
  }

  agree(topUpThreshold: number | null): void {
    const change = { topUpThreshold: topUpThreshold === null ? null : tokens(topUpThreshold) };
    this.registry.decide({ ...common, type: 'SetCustomerTerms', party: 'acme', ...change });
  }

  /** Uses so many tokens: 500 input tokens are one. */
  use(amount: number, more: object = {}): void {
    const meters = { input_tokens: String(amount * 500) };
    this.decide(usage([report({ id: `u${this.recorded.length}`, meters, ...more })]));
  }

  hold(amount: number): string {
    this.order({ type: 'ReserveHold', customer: 'acme', amount: tokens(amount) });
    return `0-${this.recorded.findLast(({ event }) => event.type === 'HoldReserved')!.position.height}-0`;
  }

  order(command: object): void {
    this.decide({ ...common, ...command } as LedgerCommand);
  }

  /** What was there at each request. */
  get asked(): string[] {
    return this.recorded.flatMap(({ event }) =>
      event.type === 'TopUpRequested' ? formatAmount(BigInt(event.funds)) : [],
    );
  }
}

it('G12: threshold 5: 6 -> 4 one, 4 -> 3 none, top-up to 9, 9 -> 4 one', () => {
  const desk = new TopUpDesk(5);
  desk.decide(mint('acme', '6'));
  desk.use(2);
  expect(desk.asked).toEqual(['4']);
  desk.use(1);
  expect(desk.asked).toEqual(['4']);
  desk.decide(mint('acme', '6'));
  desk.use(5);
  expect(desk.asked).toEqual(['4', '4']);
});

describe('G12: available and held count together', () => {
  it('a hold alone asks for nothing; what it uses does', () => {
    const desk = new TopUpDesk(5);
    desk.decide(mint('acme', '6'));
    const hold = desk.hold(4);
    expect(desk.asked).toEqual([]);
    desk.use(2, { hold });
    expect(desk.asked).toEqual(['4']);
  });

  it('exactly at the threshold nothing is asked for', () => {
    const desk = new TopUpDesk(5);
    desk.decide(mint('acme', '6'));
    desk.use(1);
    expect(desk.asked).toEqual([]);
    desk.order({ type: 'CaptureHold', hold: desk.hold(1), amount: tokens(1) });
    expect(desk.asked).toEqual(['4']);
  });

  it('whatever takes funds asks', () => {
    for (const command of [burn('acme', '2'), send('t', 'acme', 'bolt', 2n * 10n ** 18n)]) {
      const desk = new TopUpDesk(5);
      desk.decide(mint('acme', '6'));
      desk.decide(command);
      expect(desk.asked).toEqual(['4']);
    }
  });
});

it('a top-up that goes to old debts is not asked for again and again', () => {
  const desk = new TopUpDesk(5);
  desk.decide(mint('acme', '6'));
  desk.use(20);
  for (let i = 0; i < 3; i++) desk.decide(mint('acme', '6'));
  expect(desk.asked).toEqual(['0']);
  desk.use(2);
  expect(desk.asked).toEqual(['0']);
});

it('without a threshold nothing is asked for; one that is set above what there is waits until it was reached', () => {
  const desk = new TopUpDesk();
  desk.decide(mint('acme', '6'));
  desk.use(2);
  desk.agree(5);
  desk.use(1);
  expect(desk.asked).toEqual([]);
  desk.decide(mint('acme', '2'));
  desk.use(1);
  expect(desk.asked).toEqual(['4']);
  desk.agree(null);
  desk.decide(mint('acme', '2'));
  desk.use(3);
  expect(desk.asked).toEqual(['4']);
});
