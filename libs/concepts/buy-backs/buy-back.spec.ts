import type { LedgerCommand } from '#concepts';
import { parseAmount } from '#domain';
import { LedgerDesk, mint, openRegistry, send, TIME, WHO } from '../test-support/world.js';

const common = { time: TIME, provenance: WHO };
const registry = openRegistry(1, ['acme', 'bolt'], ['p1']);
const openDesk = () => new LedgerDesk({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });

const grant = (amount: string, terms: object): LedgerCommand =>
  ({
    ...common,
    type: 'IssueGrant',
    holder: 'acme',
    amount: parseAmount(amount),
    reason: 'test',
    ...terms,
  }) as LedgerCommand;
const buyBack = (amount: string, changes: object = {}): LedgerCommand =>
  ({
    ...{
      ...common,
      type: 'BuyBackTokens',
      holder: 'acme',
      amount: parseAmount(amount),
      paid: '0.20',
      reason: 'November',
    },
    ...changes,
  }) as LedgerCommand;
const refused = (code: string, path: string) => expect.objectContaining({ code, path });

describe('a buy-back', () => {
  it('burns what was bought, and says what it cost outside of the ledger', () => {
    const desk = openDesk();
    desk.decide(mint('acme', '10'));
    expect(desk.events(buyBack('4'))).toMatchObject([
      { type: 'TokensBoughtBack', holder: 'acme', amount: '4000000000000000000', paid: '0.20', grants: '0-1-0' },
    ]);
    expect(['issuance', 'customer:acme:available'].map((account) => desk.state.balance(account))).toEqual(
      ['-6', '6'].map((text) => BigInt(text) * 10n ** 18n),
    );
  });

  it('takes only what may change hands, as a transfer does: mint 10 and promotion 7, of which 10 are bought and 7 left (G3)', () => {
    const desk = openDesk();
    desk.decide(grant('7', { kind: 'promotional', priority: 1 }));
    desk.decide(grant('3', { kind: 'earned', expiresAt: '2090-01-01T00:00:00Z' }));
    desk.decide(mint('acme', '10'));
    for (const command of [buyBack('11'), send('sent', 'acme', 'bolt', parseAmount('11'))]) {
      expect(() => desk.decide(command)).toThrow(refused('INSUFFICIENT_FUNDS', 'amount'));
    }
    expect(desk.events(buyBack('10'))).toMatchObject([{ grants: '0-3-0' }]);
    expect(desk.state.balance('customer:acme:available')).toBe(parseAmount('10'));
  });

  it('is decided once for its request', () => {
    const desk = openDesk();
    desk.decide(mint('acme', '10'));
    const once = buyBack('4', { request: { key: 'k', digest: 'd' } });
    const first = desk.decide(once);
    expect(desk.decide(once)).toEqual({ ...first, replayed: true });
    expect(desk.state.balance('customer:acme:available')).toBe(parseAmount('6'));
  });

  it.each([
    ['UNKNOWN_HOLDER', 'holder', { holder: 'nobody' }],
    ['AMOUNT_INVALID', 'paid', { paid: '0' }],
    ['AMOUNT_INVALID', 'paid', { paid: '1e3' }],
    ['INSUFFICIENT_FUNDS', 'amount', {}],
  ])('is refused with %s for its %s: %j', (code, path, changes) => {
    expect(() => openDesk().decide(buyBack('1', changes))).toThrow(refused(code, path));
  });

  it('is refused while its holder is suspended, who sends nothing either', () => {
    const barred = openRegistry(1, ['acme'], []);
    for (const to of ['verified', 'suspended'] as const) {
      barred.decide({ ...common, type: 'ChangeKyc', party: 'acme', to, reason: 'test' });
    }
    const desk = new LedgerDesk({ catalogue: barred.state.catalogue, shard: 0, shards: 1 });
    desk.decide(mint('acme', '1'));
    expect(() => desk.decide(buyBack('1'))).toThrow(refused('CUSTOMER_SUSPENDED', 'holder'));
  });
});
