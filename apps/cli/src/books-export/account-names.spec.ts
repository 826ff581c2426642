import fc from 'fast-check';
import { chainSupply, chainVault, customerAvailable, customerReceivable, providerPayable } from '#concepts';
import { parseHolderId } from '#domain';
import { beancountAccount, hledgerAccount, rootOf } from './account-names.js';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const first = fc.constantFrom(...letters, ...'0123456789');
const rest = fc.string({ unit: fc.constantFrom(...'aAbE2D0-._@+'), maxLength: 127 });
const holder = fc.tuple(first, rest).map(([head, tail]) => parseHolderId(head + tail, 'id'));

describe('account names', () => {
  it.each([
    ['customer:acme:available', 'liabilities:customer:acme:available', 'Liabilities:Customer:Id-acme:Available'],
    ['customer:acme:receivable', 'assets:customer:acme:receivable', 'Assets:Customer:Id-acme:Receivable'],
    ['customer:a.b_c@d+e-f:available', undefined, 'Liabilities:Customer:Id-a-2Eb-5Fc-40d-2Be--f:Available'],
    ['provider:7:uncovered', 'liabilities:provider:7:uncovered', 'Liabilities:Provider:Id-7:Uncovered'],
    ['chain:31337:vault', 'assets:chain:31337:vault', 'Assets:Chain:Id-31337:Vault'],
    ['chain:31337:supply', 'liabilities:chain:31337:supply', 'Liabilities:Chain:Id-31337:Supply'],
    ['issuance', 'assets:issuance', 'Assets:Issuance'],
    ['settlement:in-transit', 'liabilities:settlement:in-transit', 'Liabilities:Settlement:In-transit'],
    ['treasury:fees', 'liabilities:treasury:fees', 'Liabilities:Treasury:Fees'],
  ])('%s', (account, hledger, beancount) => {
    if (hledger !== undefined) expect(hledgerAccount(account)).toBe(hledger);
    expect(beancountAccount(account)).toBe(beancount);
  });

  it('gives every holder its own name in both programs', () => {
    fc.assert(
      fc.property(fc.uniqueArray(holder, { minLength: 2, maxLength: 50 }), (holders) => {
        const accounts = holders.flatMap((id) => [customerAvailable(id), customerReceivable(id), providerPayable(id)]);
        expect(new Set(accounts.map(beancountAccount)).size).toBe(accounts.length);
        expect(new Set(accounts.map(hledgerAccount)).size).toBe(accounts.length);
      }),
    );
  });

  it('can be read back: the escape loses nothing', () => {
    fc.assert(
      fc.property(holder, (id) => {
        const name = /^Liabilities:Customer:Id-(.*):Available$/.exec(beancountAccount(customerAvailable(id)))![1]!;
        const plain = name.replace(/-(-|[0-9A-F]{2})/g, (_, code: string) =>
          code === '-' ? '-' : String.fromCharCode(Number.parseInt(code, 16)),
        );
        expect(plain).toBe(id);
      }),
    );
  });

  it('keeps to beancount’s grammar and to what hledger takes as one name', () => {
    fc.assert(
      fc.property(holder, (id) => {
        expect(beancountAccount(customerAvailable(id))).toMatch(/^(Assets|Liabilities)(:[A-Z0-9][A-Za-z0-9-]*)+$/);
        expect(hledgerAccount(customerAvailable(id))).toMatch(/^(assets|liabilities)(:[^\s;()[\]]+)+$/);
      }),
    );
  });

  it('calls assets what our balance counts below zero', () => {
    expect([chainVault(1), customerReceivable('a'), 'issuance'].map(rootOf)).toEqual(['assets', 'assets', 'assets']);
    expect([chainSupply(1), customerAvailable('vault'), 'transit'].map(rootOf)).not.toContain('assets');
  });

  it.each(['customer:a b:available', 'Customer:a:available', 'customer::available', 'a;b', ''])(
    'refuses %j',
    (account) => {
      expect(() => beancountAccount(account)).toThrow('of no kind that this program knows');
    },
  );
});
