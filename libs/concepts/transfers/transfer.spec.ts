import type { LedgerCommand, TransferSent } from '#concepts';
import { atto, shardOf } from '#domain';
import { LedgerDesk, mint, openRegistry, report, TIME, usage, WHO } from '../test-support/world.js';

const TOKEN = 10n ** 18n;
const common = { time: TIME, provenance: WHO };
const HOLDERS = ['acme', 'bolt', 'cargo', 'delta', 'echo', 'fargo'];
const SHARDS = 2;
const from = HOLDERS.find((holder) => shardOf(holder, SHARDS) === 0)!;
const neighbour = HOLDERS.filter((holder) => shardOf(holder, SHARDS) === 0)[1]!;
const stranger = HOLDERS.find((holder) => shardOf(holder, SHARDS) === 1)!;

function openDesks(): [LedgerDesk, LedgerDesk] {
  const { catalogue } = openRegistry(SHARDS, HOLDERS, ['p1']).state;
  const desks = [0, 1].map((shard) => new LedgerDesk({ catalogue, shard, shards: SHARDS }));
  desks[0]!.decide(mint(from, '5'));
  return desks as [LedgerDesk, LedgerDesk];
}

function send(to: string, changes: object = {}): LedgerCommand {
  return {
    ...{ ...common, type: 'SendTransfer', transfer: 't1', from, to, amount: atto(2n * TOKEN), reason: 'rent' },
    ...changes,
  };
}

describe('supply', () => {
  it('is minted to and burned from registered holders only', () => {
    const [desk] = openDesks();
    expect(desk.state.balance('issuance')).toBe(-5n * TOKEN);
    desk.decide({ ...mint(from, '2'), type: 'BurnTokens' } as LedgerCommand);
    expect(desk.state.balance('issuance')).toBe(-3n * TOKEN);
    expect(() => desk.decide(mint('nobody', '1'))).toThrow(expect.objectContaining({ code: 'UNKNOWN_HOLDER' }));
    expect(() => desk.decide({ ...mint(from, '4'), type: 'BurnTokens' } as LedgerCommand)).toThrow(
      expect.objectContaining({ code: 'INSUFFICIENT_FUNDS' }),
    );
  });

  it('is not minted twice for one request', () => {
    const [desk] = openDesks();
    const once = { ...mint(from, '1'), request: { key: 'k', digest: 'd' } } as LedgerCommand;
    const first = desk.decide(once);
    expect(desk.decide(once)).toEqual({ ...first, replayed: true });
    expect(desk.state.balance(`customer:${from}:available`)).toBe(6n * TOKEN);
    expect(() => desk.decide({ ...once, request: { key: 'k', digest: 'e' } } as LedgerCommand)).toThrow(
      expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT' }),
    );
  });
});

describe('a transfer', () => {
  it('within a shard moves at once and pays what the receiver owes', () => {
    const [desk] = openDesks();
    desk.decide(usage([report({ customer: neighbour })]));
    expect(desk.events(send(neighbour)).map(({ type }) => type)).toEqual(['TransferSent', 'ReceivablesCovered']);
    expect(desk.state.transfers.open.size).toBe(0);
    expect(desk.state.receivables.has(neighbour)).toBe(false);
  });

  it('between shards waits in transit until it arrives, once, however often it is delivered', () => {
    const [left, right] = openDesks();
    const [sent] = left.events(send(stranger)) as [TransferSent];
    expect(left.state.balance('transit')).toBe(2n * TOKEN);
    const receive: LedgerCommand = { ...common, type: 'ReceiveTransfer', sent };
    expect(right.events(receive)).toHaveLength(1);
    expect(right.decide(receive)).toEqual({ type: 'unchanged' });
    expect(right.state.balance(`customer:${stranger}:available`)).toBe(2n * TOKEN);
    expect(left.state.balance('transit') + right.state.balance('transit')).toBe(0n);
    const complete: LedgerCommand = { ...common, type: 'CompleteTransfer', transfer: 't1' };
    expect(left.events(complete)).toHaveLength(1);
    expect(left.decide(complete)).toEqual({ type: 'unchanged' });
  });

  it('is never booked in a shard where its receiver does not live', () => {
    const [left] = openDesks();
    const [sent] = left.events(send(stranger)) as [TransferSent];
    expect(() => left.decide({ ...common, type: 'ReceiveTransfer', sent })).toThrow('lives in 1');
  });

  it('is not sent again under an id that is on its way', () => {
    const [left] = openDesks();
    left.decide(send(stranger));
    expect(() => left.decide(send(stranger))).toThrow('sent already');
  });

  it.each([
    ['SAME_HOLDER', { to: from }],
    ['UNKNOWN_HOLDER', { to: 'nobody' }],
    ['UNKNOWN_HOLDER', { from: 'nobody' }],
    ['INSUFFICIENT_FUNDS', { amount: atto(5n * TOKEN + 1n) }],
  ])('is refused with %s for %p', (code, changes) => {
    const [left] = openDesks();
    expect(() => left.decide(send(stranger, changes))).toThrow(expect.objectContaining({ code }));
    expect(left.recorded).toHaveLength(1);
  });
});

describe('a suspended holder', () => {
  it('sends nothing, receives and repays, and sends again once compliance takes it up again', () => {
    const registry = openRegistry(SHARDS, HOLDERS, ['p1']);
    const { catalogue } = registry.state;
    const become = (to: 'suspended' | 'rejected' | 'pending' | 'offboarded') =>
      registry.decide({ ...common, type: 'ChangeKyc', party: from, to, reason: 'review' });
    const desk = new LedgerDesk({ catalogue, shard: 0, shards: SHARDS });
    desk.decide(usage([report({ customer: from })]));
    become('suspended');
    const refused = expect.objectContaining({ code: 'CUSTOMER_SUSPENDED', path: 'from' });
    expect(desk.events(mint(from, '5')).map(({ type }) => type)).toEqual(['Minted', 'ReceivablesCovered']);
    expect(() => desk.decide(send(neighbour))).toThrow(refused);
    expect(() => desk.decide(send(stranger))).toThrow(refused);
    desk.decide({ ...mint(neighbour, '3') });
    expect(desk.events(send(from, { from: neighbour, to: from, transfer: 't2' }))).toHaveLength(1);
    desk.decide({ ...mint(from, '1'), type: 'BurnTokens' } as LedgerCommand);
    // A rejection is no release: only what compliance takes up again is free again.
    become('rejected');
    expect(() => desk.decide(send(neighbour))).toThrow(refused);
    become('pending');
    expect(desk.events(send(neighbour, { transfer: 't3' }))).toHaveLength(1);
    become('offboarded');
    expect(() => desk.decide(send(neighbour, { transfer: 't4' }))).toThrow(refused);
  });
});
