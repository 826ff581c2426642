import { reconcile, type ChainPicture, type LedgerBatch, type LedgerPicture } from './reconciliation.js';

const VAULT = '0x00000000000000000000000000000000000000AA';
const NOBODY = `0x${'0'.repeat(40)}`;
const WALLET = '0x00000000000000000000000000000000000000b1';
const SINCE = '2026-01-01T00:00:00.000Z';

const batch = (change: Partial<LedgerBatch> = {}): LedgerBatch => ({
  batch: 'b1',
  confirmed: true,
  hashes: ['0xAB'],
  mint: 100n,
  burn: 0n,
  headsDigest: '0xd1',
  payouts: [{ provider: 'p7', wallet: WALLET, amount: 30n, logIndex: 2 }],
  ...change,
});
const ledger = (batches: LedgerBatch[] = [batch()], change: Partial<LedgerPicture> = {}): LedgerPicture => ({
  supply: 100n,
  vault: 70n,
  batches,
  ...change,
});
const chain = (change: Partial<ChainPicture> = {}): ChainPicture => ({
  supply: 100n,
  vault: 70n,
  vaultAddress: VAULT,
  transfers: [
    { txHash: '0xab', logIndex: 1, from: NOBODY, to: VAULT, amount: 100n },
    { txHash: '0xab', logIndex: 2, from: VAULT, to: WALLET, amount: 30n },
    { txHash: '0xcd', logIndex: 1, from: WALLET, to: '0x00000000000000000000000000000000000000c1', amount: 5n },
  ],
  batches: [{ txHash: '0xab', headsDigest: '0xd1' }],
  ...change,
});
const classes = (left: LedgerPicture, right: ChainPicture) =>
  reconcile(left, right, () => SINCE).breaks.map((found) => found.class);

describe('reconciliation', () => {
  it('matches each payout with its transfer and leaves transfers between other holders alone', () => {
    const result = reconcile(ledger(), chain(), () => SINCE);
    expect(result.breaks).toEqual([]);
    expect(result.matched).toBe(1);
    expect(result.checks.every(({ agrees }) => agrees)).toBe(true);
  });

  it('finds a supply or vault balance that differs by one atto', () => {
    expect(classes(ledger(), chain({ supply: 101n }))).toEqual(['SUPPLY_MISMATCH']);
    expect(classes(ledger(), chain({ vault: 69n }))).toEqual(['VAULT_MISMATCH']);
  });

  it('finds a payout without a transfer, with another amount or to another wallet', () => {
    const [mint, pay] = chain().transfers;
    expect(classes(ledger(), chain({ transfers: [mint!] }))).toEqual(['MISSING_ON_CHAIN']);
    expect(classes(ledger(), chain({ transfers: [mint!, { ...pay!, amount: 29n }] }))).toEqual(['AMOUNT_MISMATCH']);
    expect(classes(ledger(), chain({ transfers: [mint!, { ...pay!, to: `0x${'9'.repeat(40)}` }] }))).toEqual([
      'WRONG_RECIPIENT',
    ]);
  });

  it('finds a transfer of the vault, a mint and a batch that the ledger does not know', () => {
    const extra = { txHash: '0xee', logIndex: 0, from: VAULT, to: WALLET, amount: 1n };
    expect(classes(ledger(), chain({ transfers: [...chain().transfers, extra] }))).toEqual(['MISSING_IN_LEDGER']);
    expect(
      classes(ledger(), chain({ transfers: [...chain().transfers, { ...extra, from: NOBODY, to: WALLET }] })),
    ).toEqual(['MISSING_IN_LEDGER']);
    expect(
      classes(ledger(), chain({ batches: [...chain().batches, { txHash: '0xee', headsDigest: '0xd2' }] })),
    ).toEqual(['MISSING_IN_LEDGER']);
  });

  it('finds a transfer that the chain lists twice', () => {
    expect(classes(ledger(), chain({ transfers: [...chain().transfers, chain().transfers[1]!] }))).toEqual([
      'DUPLICATE_ON_CHAIN',
    ]);
  });

  it('finds a confirmed batch without a transaction, two with one, and other journal heads', () => {
    expect(classes(ledger(), chain({ batches: [], transfers: [] }))).toEqual(['MISSING_ON_CHAIN']);
    expect(classes(ledger([batch(), batch({ batch: 'b2', mint: 0n, payouts: [] })]), chain())).toEqual([
      'DUPLICATE_IN_LEDGER',
    ]);
    expect(classes(ledger(), chain({ batches: [{ txHash: '0xab', headsDigest: '0xff' }] }))).toEqual([
      'HEADS_MISMATCH',
    ]);
  });

  it('calls a batch that is final on chain and not yet confirmed a matter of timing, and nothing else', () => {
    const signed = batch({ confirmed: false, payouts: [{ provider: 'p7', wallet: WALLET, amount: 30n }] });
    expect(classes(ledger([signed], { supply: 0n, vault: 0n }), chain())).toEqual(['TIMING']);
  });

  it('says nothing about a signed batch that is not on chain', () => {
    expect(
      classes(
        ledger([batch({ confirmed: false })], { supply: 0n, vault: 0n }),
        chain({ supply: 0n, vault: 0n, transfers: [], batches: [] }),
      ),
    ).toEqual([]);
  });

  it('finds a supply that was issued a second time, on another chain, whatever the one compared says of itself', () => {
    const twice = ledger([batch()], { allChains: { supply: 200n, supplyAtLastCut: 100n } });
    const { breaks, checks } = reconcile(twice, chain(), () => SINCE);
    expect(breaks).toMatchObject([{ class: 'SUPPLY_MISMATCH', key: 'SUPPLY_MISMATCH:supply on all chains' }]);
    expect(checks.map(({ agrees }) => agrees)).toEqual([true, true, false]);
    expect(classes(ledger([batch()], { allChains: { supply: 100n, supplyAtLastCut: 100n } }), chain())).toEqual([]);
  });

  it('keeps the time at which a break was first found', () => {
    const [found] = reconcile(ledger(), chain({ supply: 1n }), (key) =>
      key === 'SUPPLY_MISMATCH:total supply' ? SINCE : 'now',
    ).breaks;
    expect(found!.since).toBe(SINCE);
  });
});
