/** What is left to be covered when a process starts: what arrived before and found too much, and nothing else. */
import { customerAvailable, customerReceivable } from '#concepts';
import { LedgerDesk, mint, openRegistry, report, setBudget, usage } from '../test-support/world.js';
import { workReceivables } from './receivable.js';

const TOKEN = 10n ** 18n;
const { catalogue } = openRegistry(1, ['acme'], ['p1']).state;
const TIME = '2026-11-22T10:00:00.000Z';

/** 500 input tokens are one token. */
const use = (desk: LedgerDesk, id: string, amount: number) =>
  desk.decide(usage([report({ id, meters: { input_tokens: String(amount * 500) }, time: TIME })]));
const left = ({ state }: LedgerDesk) => [...workReceivables.covering.left(state)];
const balances = ({ state }: LedgerDesk) => [
  state.balance(customerAvailable('acme')) / TOKEN,
  state.balance(customerReceivable('acme')) / TOKEN,
];

describe('B5: what is owed since no ceiling had room for it', () => {
  const openDesk = () => {
    const desk = new LedgerDesk({ catalogue, shard: 0, shards: 1 });
    desk.decide(mint('acme', '100'));
    desk.decide(setBudget('acme', '2', { onExceed: 'receivable' }));
    use(desk, 'u1', 5);
    return desk;
  };

  it('is not left to be covered by the funds that were there, however often a process starts', () => {
    const desk = openDesk();
    expect(balances(desk)).toEqual([98n, -3n]);
    expect(left(desk)).toEqual([]);
    expect(workReceivables.covering.isLeft(desk.state, 'acme')).toBe(false);
  });

  it('is covered by the next funds that arrive', () => {
    const desk = openDesk();
    desk.decide(mint('acme', '1'));
    expect(balances(desk)).toEqual([96n, 0n]);
    use(desk, 'u2', 1);
    expect(balances(desk)).toEqual([96n, -1n]);
    expect(left(desk)).toEqual([]);
  });
});
