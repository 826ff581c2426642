import {
  FLOWS,
  strayPostings,
  type Minted,
  accountKind,
  ACCOUNT_KINDS,
  ACCOUNTS,
  isSpendable,
  LEDGER_ACCOUNTS,
  LEDGER_FLOWS,
  REGISTRY_ACCOUNTS,
  REGISTRY_FLOWS,
  type AccountName,
} from '#concepts';
import {
  groupOf,
  holderAccount,
  idIn,
  isOfHolders,
  namesOf,
  posting,
  spendableOf,
  type AccountKind,
  type Flow,
} from '#domain';

const names = Object.keys(ACCOUNTS) as AccountName[];
const sampleOf = ({ pattern }: AccountKind) => pattern.replace('{holder}', 'a.b-c').replace('{chain}', '31337');

/** Whether one account's name could be of both kinds: part by part, a placeholder may stand for any word. */
function overlap(left: AccountKind, right: AccountKind): boolean {
  const [ours, theirs] = [left.pattern.split(':'), right.pattern.split(':')];
  const isOpen = (part: string) => part.startsWith('{');
  return (
    ours.length === theirs.length && ours.every((part, i) => part === theirs[i] || isOpen(part) || isOpen(theirs[i]!))
  );
}

describe('the chart of accounts', () => {
  it('has no account that two kinds claim', () => {
    const claims = names.flatMap((name, i) =>
      names.slice(i + 1).flatMap((other) => (overlap(ACCOUNTS[name], ACCOUNTS[other]) ? [[name, other]] : [])),
    );
    expect(claims).toEqual([]);
  });

  it('would see two kinds that claim one account', () => {
    const payable = ACCOUNTS.providerPayable;
    expect(overlap(payable, { ...payable, pattern: 'provider:{grant}:payable' })).toBe(true);
    expect(overlap(payable, { ...payable, pattern: 'provider:p1:{grant}' })).toBe(true);
    expect(overlap(payable, { ...payable, pattern: 'provider:{holder}:payable:{grant}' })).toBe(false);
  });

  it.each(names)('finds %s by its accounts’ names', (name) => {
    expect(accountKind(sampleOf(ACCOUNTS[name]))).toBe(name);
    expect(accountKind(groupOf(ACCOUNTS[name]).replace('{chain}', '1'))).toBe(name);
  });

  it.each(['customer:acme', 'customer::available', 'customer:a:b:available', 'chain:x:vault', 'staking', ''])(
    'has no kind for %j',
    (account) => {
      expect(accountKind(account)).toBeUndefined();
      expect(isSpendable(account)).toBe(false);
    },
  );

  it('is written in words that mean the same to JavaScript, PostgreSQL and bookkeeping programs', () => {
    for (const { pattern } of ACCOUNT_KINDS) {
      expect(pattern).toMatch(/^[a-z]+(:([a-z][a-z-]*|\{(holder|chain)\}))*$/);
      expect(namesOf({ pattern })).not.toContain("'");
    }
  });

  it('reads back whose an account is', () => {
    const nameOf = holderAccount(ACCOUNTS.providerPayable);
    const payee = idIn(ACCOUNTS.providerPayable);
    expect(payee(nameOf('p.7'))).toBe('p.7');
    expect(payee('provider:p7:withheld')).toBeUndefined();
    expect(payee('provider::payable')).toBeUndefined();
  });

  it('lets a balance stand below zero only where something is owed to the ledger or on its way', () => {
    for (const { belowZero, root, pattern } of ACCOUNT_KINDS) {
      expect([pattern, root === 'assets']).toEqual([pattern, belowZero === 'zero or below' || belowZero === 'yes']);
    }
  });

  it('says of every kind that holders have as what their balance counts it: another is shown to nobody', () => {
    const hidden = Object.values<AccountKind>(ACCOUNTS).filter(
      (kind) => isOfHolders(kind) && kind.balance === undefined,
    );
    expect(hidden.map(({ pattern }) => pattern)).toEqual([]);
  });

  it('has a way in and a way out of every account', () => {
    const flows = Object.values(FLOWS).flat();
    const { breakagePurchased, breakagePromotional, breakageEarned } = ACCOUNTS;
    const kept: readonly AccountKind[] = [breakagePurchased, breakagePromotional, breakageEarned];
    const left = new Set(flows.map(([debit]) => debit));
    const reached = new Set(flows.map(([, credit]) => credit));
    expect(ACCOUNT_KINDS.filter((kind) => !reached.has(kind))).toEqual([]);
    expect(ACCOUNT_KINDS.filter((kind) => !left.has(kind))).toEqual(kept);
  });

  it.each([
    ['a holder shard', LEDGER_FLOWS, LEDGER_ACCOUNTS],
    ['the registry shard', REGISTRY_FLOWS, REGISTRY_ACCOUNTS],
  ])('of %s has both ends of every flow there', (_, flows, chart) => {
    const kinds = new Set<AccountKind>(Object.values(chart));
    const strange = Object.entries<readonly Flow[]>(flows).filter(
      ([, rows]) => !rows.flat().every((kind) => kinds.has(kind)),
    );
    expect(strange.map(([type]) => type)).toEqual([]);
  });

  it('guards no account of a chart without spendable ones', () => {
    expect(spendableOf({})('customer:acme:available')).toBe(false);
    expect(spendableOf({ issuance: ACCOUNTS.issuance })('issuance')).toBe(false);
  });

  it('tells a balanced entry that no rule of its event makes', () => {
    const minted = {
      type: 'Minted',
      holder: 'acme',
      amount: '1',
      reason: 'x',
      time: '',
      actor: '',
      origin: '',
    } as const;
    const event = (credit: string): Minted => ({ ...minted, postings: [posting('issuance', credit, 1n)] });
    expect(strayPostings(event('customer:acme:available'))).toEqual([]);
    expect(strayPostings(event('provider:p1:payable'))).toHaveLength(1);
    expect(strayPostings(event('customer:acme:bonus'))).toHaveLength(1);
  });
});
