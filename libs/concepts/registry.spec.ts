import { KYC_STATES, checkKycTransition, type LedgerCommand, type RegistryCommand } from '#concepts';
import {
  CHAIN,
  CHAIN_HASHES,
  LedgerDesk,
  mint,
  openRegistry,
  report,
  TIME,
  usage,
  walletOf,
  WHO,
} from './test-support/world.js';

const common = { time: TIME, provenance: WHO };
const open = () => openRegistry(2, ['acme'], ['p1', 'p2']);

describe('the registry refuses', () => {
  const key = { ...common, type: 'IssueKey', role: 'admin' } as const;
  it.each<[string, string, RegistryCommand]>([
    [
      'a version that is published',
      'VERSION_EXISTS',
      { ...common, type: 'PublishPriceBook', version: 1, book: { effectiveAt: TIME, prices: [] } },
    ],
    [
      'a policy version that is published',
      'VERSION_EXISTS',
      {
        ...{ ...common, type: 'PublishSplitPolicy', version: 1 },
        policy: { effectiveAt: TIME, provider: 10_000, treasury: 0, stakers: 0, burn: 0 },
      },
    ],
    ['a party twice', 'PARTY_EXISTS', { ...common, type: 'RegisterParty', party: 'acme', roles: ['customer'] }],
    [
      'an id that would split an account’s name',
      'IDENTIFIER_INVALID',
      { ...common, type: 'RegisterParty', party: 'a:b', roles: ['customer'] },
    ],
    [
      'a KYC state of nobody',
      'UNKNOWN_HOLDER',
      { ...common, type: 'ChangeKyc', party: 'x', to: 'verified', reason: '' },
    ],
    [
      'a KYC step that skips',
      'KYC_TRANSITION_INVALID',
      { ...common, type: 'ChangeKyc', party: 'p1', to: 'pending', reason: '' },
    ],
    [
      'a wallet of another party, in whatever case',
      'WALLET_INVALID',
      {
        ...common,
        type: 'SetWallet',
        party: 'p2',
        chainId: CHAIN,
        wallet: walletOf(0).toUpperCase().replace('X', 'x'),
      },
    ],
    [
      'the vault as a wallet',
      'WALLET_INVALID',
      { ...common, type: 'SetWallet', party: 'p1', chainId: CHAIN, wallet: `0x${'B'.repeat(40)}` },
    ],
    [
      'the zero address as a wallet',
      'WALLET_INVALID',
      { ...common, type: 'SetWallet', party: 'p1', chainId: CHAIN, wallet: `0x${'0'.repeat(40)}` },
    ],
    [
      'a wallet on another chain than the registered one',
      'CHAIN_NOT_REGISTERED',
      { ...common, type: 'SetWallet', party: 'p1', chainId: CHAIN + 1, wallet: walletOf(8) },
    ],
    [
      'the signer’s account as a wallet',
      'WALLET_INVALID',
      { ...common, type: 'SetWallet', party: 'p1', chainId: CHAIN, wallet: `0x${'C'.repeat(40)}` },
    ],
    [
      'an address where tokens are destroyed',
      'WALLET_INVALID',
      { ...common, type: 'SetWallet', party: 'p1', chainId: CHAIN, wallet: `0x${'0'.repeat(36)}dEaD` },
    ],
    [
      'a precompiled contract as a wallet',
      'WALLET_INVALID',
      { ...common, type: 'SetWallet', party: 'p1', chainId: CHAIN, wallet: `0x${'0'.repeat(39)}1` },
    ],
    ['to revoke what is no key', 'KEY_UNKNOWN', { ...common, type: 'RevokeKey', key: 'k9' }],
    ['a second secret for a key', 'KEY_EXISTS', { ...key, key: 'k1', hash: 'h2' }],
    ['a secret of another key', 'KEY_EXISTS', { ...key, key: 'k2', hash: 'h1' }],
    [
      'other contracts on a chain',
      'CHAIN_EXISTS',
      {
        ...{ ...common, type: 'RegisterChain', chainId: CHAIN, token: '0x1', vault: '0x2', signer: '0x3' },
        ...{ deployBlock: '1', firstNonce: 0, ...CHAIN_HASHES },
      },
    ],
  ])('%s', (_, code, command) => {
    const desk = open();
    desk.decide({ ...key, key: 'k1', hash: 'h1' });
    const before = desk.recorded.length;
    expect(() => desk.decide(command)).toThrow(expect.objectContaining({ code }));
    expect(desk.recorded).toHaveLength(before);
  });
});

describe('the registry', () => {
  it('lets the newest price book in force at the usage’s own time decide', () => {
    const desk = open();
    const book = (version: number, effectiveAt: string): RegistryCommand => ({
      ...{ ...common, type: 'PublishPriceBook', version },
      book: {
        effectiveAt,
        prices: [{ type: 'ai.compute.usage', model: '*', meters: { odd: { price: '1', per: '1' } } }],
      },
    });
    desk.decide(book(2, '2026-06-01T00:00:00Z'));
    desk.decide(book(3, '2026-03-01T00:00:00Z'));
    desk.decide(book(4, '2026-06-01T00:00:00Z'));
    const at = (time: string) => desk.state.catalogue.rating.priceBookAt(Date.parse(time)).version;
    expect(at('2026-02-01T00:00:00Z')).toBe(1);
    expect(at('2026-04-01T00:00:00Z')).toBe(3);
    expect(at('2026-06-01T00:00:00Z')).toBe(4);
    expect(() => at('2025-01-01T00:00:00Z')).toThrow(expect.objectContaining({ code: 'NO_PRICE_BOOK' }));
  });

  it('forgets a key that is revoked, and may issue its name anew', () => {
    const desk = open();
    desk.decide({ ...common, type: 'IssueKey', key: 'k1', role: 'admin', hash: 'h1' });
    desk.decide({ ...common, type: 'RevokeKey', key: 'k1' });
    expect(desk.state.catalogue.keysByHash.size).toBe(0);
    desk.decide({ ...common, type: 'IssueKey', key: 'k1', role: 'admin', hash: 'h2' });
    expect([...desk.state.catalogue.keysByHash.keys()]).toEqual(['h2']);
    const terms = [...desk.state.catalogue.keysByHash.terms].map(([n, { issued, revokedAt }]) => [
      n,
      issued.hash,
      revokedAt,
    ]);
    expect(terms).toEqual([
      [1, 'h1', common.time],
      [2, 'h2', undefined],
    ]);
  });

  it('decides nothing for a key that was revoked while its request waited, until it is issued anew', () => {
    const desk = open();
    const ledger = new LedgerDesk({ catalogue: desk.state.catalogue, shard: 0, shards: 1 });
    const provenance = { actor: 'key:k1', origin: 'request:late' };
    const issue = (hash: string) => desk.decide({ ...common, type: 'IssueKey', key: 'k1', role: 'operator', hash });
    const sell = () => ledger.decide({ ...mint('acme', '1'), provenance } as LedgerCommand);
    issue('h1');
    sell();
    desk.decide({ ...common, type: 'RevokeKey', key: 'k1' });
    const revoked = expect.objectContaining({ code: 'KEY_REVOKED' });
    expect(sell).toThrow(revoked);
    expect(() => ledger.decide({ ...usage([report()]), actor: 'key:k1' })).toThrow(revoked);
    expect(() =>
      desk.decide({ ...common, provenance, type: 'RegisterParty', party: 'bolt', roles: ['customer'] }),
    ).toThrow(revoked);
    issue('h2');
    sell();
    expect(ledger.recorded).toHaveLength(2);
  });

  it('answers a repeated request from the record and refuses its key for another', () => {
    const desk = open();
    const register = (digest: string): RegistryCommand => ({
      ...{ ...common, type: 'RegisterParty', party: 'new', roles: ['customer'] },
      request: { key: 'k', digest },
    });
    const first = desk.decide(register('a'));
    expect(desk.decide(register('a'))).toEqual({ type: 'entry', entry: first.entry, replayed: true });
    expect(() => desk.decide(register('b'))).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT' }));
  });

  it('keeps the breaks that are open and drops those that closed', () => {
    const desk = open();
    const found = { key: 'b', class: 'TIMING', detail: '', ledger: '0', chain: '1', since: TIME } as const;
    const record = (reconciliation: string, breaks: (typeof found)[], closed: string[]): RegistryCommand => ({
      ...{ ...common, type: 'RecordReconciliation', reconciliation, chainId: CHAIN, blockNumber: '1', blockHash: '0x' },
      ...{ heads: [], checks: [], matched: 0, breaks, closed },
    });
    desk.decide(record('r1', [found], []));
    expect([...desk.state.reconciliations.openBreaks.keys()]).toEqual(['b']);
    desk.decide(record('r2', [], ['b']));
    expect(desk.state.reconciliations.openBreaks.size).toBe(0);
  });
});

describe('a KYC state', () => {
  it('that is offboarded stays so, and none follows itself', () => {
    for (const to of KYC_STATES) {
      expect(() => checkKycTransition('offboarded', to)).toThrow();
      expect(() => checkKycTransition(to, to)).toThrow();
    }
  });
});
