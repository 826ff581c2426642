import {
  gatePayout,
  KYC_STATES,
  SETTLEMENT_PROVIDERS_MAX,
  type LedgerCommand,
  type PayablesCut,
  type RegistryCommand,
} from '#concepts';
import {
  CHAIN_HASHES,
  CHAIN,
  LedgerDesk,
  mint,
  openRegistry,
  report,
  TIME,
  usage,
  walletOf,
  WHO,
  type RegistryDesk,
} from '../test-support/world.js';

const TOKEN = 10n ** 18n;
const common = { time: TIME, provenance: WHO };
const HASH = '0xAB';

const step = {
  open: (batch = 'b1', providers = ['p1', 'p2']): RegistryCommand => ({
    ...{ ...common, type: 'OpenSettlement', batch, chainId: CHAIN, providers },
  }),
  plan: (cuts: readonly PayablesCut[], batch = 'b1'): RegistryCommand => ({
    ...{ ...common, type: 'PlanSettlement', batch, cuts, heads: [], headsDigest: '0x' },
  }),
  sign: (nonce = 2, hash = HASH, batch = 'b1'): RegistryCommand => ({
    ...{ ...common, type: 'SignSettlement', batch, nonce, raw: '0x02', hash },
    ...{ maxFeePerGas: '2', maxPriorityFeePerGas: '1' },
  }),
  confirm: (payouts: number, hash = HASH, batch = 'b1'): RegistryCommand => ({
    ...{ ...common, type: 'ConfirmSettlement', batch, hash, blockNumber: '9', blockHash: '0x9' },
    ...{ gasUsed: '1', gasPrice: '1', logIndexes: Array.from({ length: payouts }, (_, i) => i) },
  }),
  revert: (batch = 'b1'): RegistryCommand => ({ ...common, type: 'RevertSettlement', batch, reason: 'reverted' }),
};

/** A registry and one holder shard in which p1 and p2 have earned 1.6 tokens each. */
function openBooks(): { registry: RegistryDesk; ledger: LedgerDesk; cut: (batch?: string) => PayablesCut } {
  const registry = openRegistry(1, ['acme'], ['p1', 'p2']);
  const ledger = new LedgerDesk({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });
  ledger.decide(mint('acme', '100'));
  ledger.decide(usage([report(), report({ id: 'r2', provider: 'p2' })]));
  const cut = (batch = 'b1') => {
    const { payable, withheld } = registry.state.settlement.batch(batch)!.opened;
    const command: LedgerCommand = {
      ...{ ...common, type: 'CutPayables', batch, withheld },
      payable: payable.map(({ provider }) => provider),
    };
    const outcome = ledger.decide(command);
    if (outcome.type !== 'cut') throw new Error(outcome.type);
    return outcome.cut;
  };
  return { registry, ledger, cut };
}

describe('a cut', () => {
  it('freezes what is payable, once per batch', () => {
    const { registry, ledger, cut } = openBooks();
    registry.decide(step.open());
    const first = cut();
    expect(first.payouts).toEqual([
      { provider: 'p1', amount: `${(16n * TOKEN) / 10n}` },
      { provider: 'p2', amount: `${(16n * TOKEN) / 10n}` },
    ]);
    ledger.decide(usage([report({ id: 'r3' })]));
    expect(cut()).toEqual(first);
    expect(ledger.state.balance('settlement:in-transit')).toBe((32n * TOKEN) / 10n);
    expect(ledger.state.balance('provider:p1:payable')).toBe((16n * TOKEN) / 10n);
  });

  it('keeps back what the gate does not let through, and releases it when the gate opens', () => {
    const { registry, ledger, cut } = openBooks();
    registry.decide({ ...common, type: 'ChangeKyc', party: 'p2', to: 'suspended', reason: 'review' });
    registry.decide(step.open());
    const first = cut();
    expect(first.withheld).toEqual([{ provider: 'p2', amount: `${(16n * TOKEN) / 10n}`, reason: 'suspended' }]);
    registry.decide(step.plan([first]));
    registry.decide(step.sign());
    registry.decide(step.confirm(1));
    registry.decide({ ...common, type: 'ChangeKyc', party: 'p2', to: 'verified', reason: 'cleared' });
    registry.decide(step.open('b2'));
    expect(cut('b2').payouts).toEqual([{ provider: 'p2', amount: `${(16n * TOKEN) / 10n}` }]);
    expect(ledger.state.balance('provider:p2:withheld')).toBe(0n);
  });

  it('says what the supply of the shard was', () => {
    const { registry, ledger, cut } = openBooks();
    registry.decide(step.open());
    expect(cut().supply).toBe(`${-ledger.state.balance('issuance')}`);
  });
});

describe('a settlement batch', () => {
  it('moves the chain’s supply to the ledger’s and pays what was cut', () => {
    const { registry, cut } = openBooks();
    registry.decide(step.open());
    const plan = registry.event(step.plan([cut()]));
    expect(plan).toMatchObject({
      mint: `${100n * TOKEN - (12n * TOKEN) / 100n}`,
      burn: '0',
      total: `${(32n * TOKEN) / 10n}`,
      payouts: [
        { provider: 'p1', wallet: walletOf(0) },
        { provider: 'p2', wallet: walletOf(1) },
      ],
    });
    registry.decide(step.sign());
    registry.decide(step.confirm(2));
    const supply = registry.state.balance(`chain:${CHAIN}:supply`);
    expect(supply + registry.state.balance(`chain:${CHAIN}:vault`)).toBe((32n * TOKEN) / 10n);
    expect(registry.state.settlement.active).toBeUndefined();
  });

  it('burns on chain when the ledger’s supply has fallen', () => {
    const { registry, ledger, cut } = openBooks();
    registry.decide(step.open());
    registry.decide(step.plan([cut()]));
    registry.decide(step.sign());
    registry.decide(step.confirm(2));
    ledger.decide({ ...mint('acme', '5'), type: 'BurnTokens' } as LedgerCommand);
    registry.decide(step.open('b2'));
    expect(registry.event(step.plan([cut('b2')], 'b2'))).toMatchObject({
      mint: '0',
      burn: `${5n * TOKEN}`,
      total: '0',
    });
  });

  /** A batch is confirmed on the first chain, and another chain is registered. */
  function openSecondChain(): ReturnType<typeof openBooks> {
    const books = openBooks();
    const { registry, cut } = books;
    registry.decide(step.open());
    registry.decide(step.plan([cut()]));
    registry.decide(step.sign());
    registry.decide(step.confirm(2));
    registry.decide({
      ...{ ...common, type: 'RegisterChain', chainId: 7, deployBlock: '1', firstNonce: 0 },
      ...{ token: `0x${'d'.repeat(40)}`, vault: `0x${'e1'.repeat(20)}`, signer: `0x${'c'.repeat(40)}` },
      ...CHAIN_HASHES,
    });
    return books;
  }

  it('never takes the supply of a second chain below zero: what was burned was issued elsewhere', () => {
    const { registry, ledger, cut } = openSecondChain();
    ledger.decide({ ...mint('acme', '5'), type: 'BurnTokens' } as LedgerCommand);
    registry.decide({ ...step.open('b2'), chainId: 7 } as RegistryCommand);
    registry.decide(step.plan([cut('b2')], 'b2'));
    expect(() => registry.decide(step.sign(0, HASH, 'b2'))).toThrow('on chain 7, where 0 were issued');
    registry.decide(step.revert('b2'));
    registry.decide(step.open('b3'));
    expect(registry.event(step.plan([cut('b3')], 'b3'))).toMatchObject({ burn: `${5n * TOKEN}` });
  });

  it('issues on another chain only what stands on none yet', () => {
    const { registry, ledger, cut } = openSecondChain();
    ledger.decide(mint('acme', '9'));
    registry.decide({ ...step.open('b2'), chainId: 7 } as RegistryCommand);
    expect(registry.event(step.plan([cut('b2')], 'b2'))).toMatchObject({ mint: `${9n * TOKEN}`, burn: '0' });
  });

  it('keeps out whoever is owed more than a payout carries, and whoever shares a wallet, and pays the others', () => {
    const { registry } = openBooks();
    const owed = new Map([['p1', 2n ** 96n]]);
    const opened = registry.event({ ...step.open('b1'), owed } as RegistryCommand);
    expect(opened).toMatchObject({
      payable: [{ provider: 'p2' }],
      withheld: [{ provider: 'p1', reason: 'AMOUNT_TOO_LARGE' }],
    });
  });

  it('without anything to pay or to move ends empty', () => {
    const registry = openRegistry(1, [], ['p1']);
    const ledger = new LedgerDesk({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });
    registry.decide(step.open('b1', ['p1']));
    const outcome = ledger.decide({ ...common, type: 'CutPayables', batch: 'b1', payable: ['p1'], withheld: [] });
    if (outcome.type !== 'cut') throw new Error(outcome.type);
    expect(registry.event(step.plan([outcome.cut]))).toMatchObject({ type: 'SettlementEmpty' });
    expect(registry.state.settlement.active).toBeUndefined();
  });

  it('that reverts gives everything back, and the next one pays it', () => {
    const { registry, cut } = openBooks();
    registry.decide(step.open());
    registry.decide(step.plan([cut()]));
    registry.decide(step.sign());
    registry.decide(step.revert());
    expect(registry.state.balance('provider:p1:payable')).toBe((16n * TOKEN) / 10n);
    registry.decide(step.open('b2'));
    expect(registry.event(step.plan([cut('b2')], 'b2'))).toMatchObject({ total: `${(32n * TOKEN) / 10n}` });
    expect(registry.state.balance('provider:p1:payable')).toBe(0n);
  });

  it('keeps its nonce through every attempt, and the next batch takes the next', () => {
    const { registry, cut } = openBooks();
    registry.decide(step.open());
    registry.decide(step.plan([cut()]));
    expect(() => registry.decide(step.sign(1))).toThrow('given away');
    registry.decide(step.sign(2, '0x1'));
    expect(() => registry.decide(step.sign(3))).toThrow('keeps its nonce 2');
    expect(registry.event(step.sign(2, '0x2'))).toMatchObject({ attempt: 2, nonce: 2 });
    registry.decide(step.confirm(2, '0x1'));
    expect(registry.state.settlement.nextNonce(CHAIN)).toBe(3);
  });

  it('counts a provider that is named twice once', () => {
    const { registry } = openBooks();
    expect(registry.event(step.open('b1', ['p1', 'p1']))).toMatchObject({ payable: [{ provider: 'p1' }] });
  });

  it('is refused beside another, on an unknown chain, under an old name, or with too many providers', () => {
    const { registry, cut } = openBooks();
    const code = (command: RegistryCommand) => {
      try {
        registry.decide(command);
        return 'done';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code({ ...step.open(), chainId: 1 } as RegistryCommand)).toBe('CHAIN_NOT_REGISTERED');
    const many = Array.from({ length: SETTLEMENT_PROVIDERS_MAX + 1 }, (_, i) => `q${i}`);
    expect(code(step.open('b1', many))).toBe('SETTLEMENT_STEP_INVALID');
    registry.decide(step.open());
    expect(code(step.open('b2'))).toBe('SETTLEMENT_IN_PROGRESS');
    registry.decide(step.plan([cut()]));
    registry.decide(step.revert());
    expect(code(step.open('b1'))).toBe('SETTLEMENT_STEP_INVALID');
  });

  it('is not planned from a cut of another batch, a cut given twice, or one that pays whom the gate refused', () => {
    const { registry, cut } = openBooks();
    registry.decide(step.open('b1', ['p1']));
    const one = cut();
    expect(() => registry.decide(step.plan([{ ...one, batch: 'b0' }]))).toThrow('offered to batch b1');
    expect(() => registry.decide(step.plan([one, one]))).toThrow('twice');
    const stranger = { ...one, payouts: [{ provider: 'p2', amount: '1' }] };
    expect(() => registry.decide(step.plan([stranger]))).toThrow('does not pay it');
  });

  it('is not confirmed by a transaction that it never signed, nor with a payout missing', () => {
    const { registry, cut } = openBooks();
    registry.decide(step.open());
    registry.decide(step.plan([cut()]));
    registry.decide(step.sign());
    expect(() => registry.decide(step.confirm(2, '0xCD'))).toThrow('never signed');
    expect(() => registry.decide(step.confirm(1))).toThrow('2 payouts');
  });

  it.each([
    ['confirmed', step.confirm(2, HASH.toLowerCase())],
    ['reverted', { ...step.revert(), hash: HASH.toLowerCase() } as RegistryCommand],
  ])('is %s by the hash as it was signed, however a chain node spells its letters', (_, command) => {
    const { registry, cut } = openBooks();
    registry.decide(step.open());
    registry.decide(step.plan([cut()]));
    registry.decide(step.sign());
    registry.decide(command);
    expect(registry.recorded.at(-1)!.event).toMatchObject({ hash: HASH });
  });

  const phases: Record<string, (books: ReturnType<typeof openBooks>) => void> = {
    opened: ({ registry }) => registry.decide(step.open()),
    planned: ({ registry, cut }) => registry.decide(step.plan([cut()])),
    signed: ({ registry }) => registry.decide(step.sign()),
    confirmed: ({ registry }) => registry.decide(step.confirm(2)),
  };
  const allowed: Record<string, string[]> = {
    opened: ['plan'],
    planned: ['sign', 'revert'],
    signed: ['sign', 'confirm', 'revert'],
    confirmed: [],
  };
  const commands = { plan: step.plan([]), sign: step.sign(), confirm: step.confirm(2), revert: step.revert() };
  for (const [index, phase] of Object.keys(phases).entries()) {
    for (const [name, command] of Object.entries(commands)) {
      if (allowed[phase]!.includes(name)) continue;
      it(`that is ${phase} refuses to ${name}`, () => {
        const books = openBooks();
        for (const reach of Object.values(phases).slice(0, index + 1)) reach(books);
        expect(() => books.registry.decide(command)).toThrow(
          expect.objectContaining({ code: 'SETTLEMENT_STEP_INVALID' }),
        );
      });
    }
  }

  it('that nobody opened has no steps', () => {
    const { registry } = openBooks();
    expect(() => registry.decide(step.sign())).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

describe('the compliance gate', () => {
  const party = (changes: object = {}) => ({
    ...{ id: 'p', roles: ['provider' as const], kyc: 'verified' as const, kycReason: '', kycSince: TIME },
    suspensions: [],
    wallets: { [CHAIN]: walletOf(0) },
    terms: {},
    ...changes,
  });

  it.each(KYC_STATES.map((kyc) => [kyc, kyc === 'verified' || kyc === 'review_due'] as const))(
    'for a provider that is %s is open: %s',
    (kyc, open) => {
      expect(gatePayout(party({ kyc }), CHAIN).open).toBe(open);
    },
  );

  it('needs a registered provider with a wallet on that chain', () => {
    expect(gatePayout(undefined, CHAIN)).toEqual({ open: false, reason: 'not_registered' });
    expect(gatePayout(party({ roles: ['customer'] }), CHAIN)).toEqual({ open: false, reason: 'not_a_provider' });
    expect(gatePayout(party(), CHAIN + 1)).toEqual({ open: false, reason: 'no_wallet' });
    expect(gatePayout(party({ kyc: 'expired' }), CHAIN)).toEqual({ open: false, reason: 'kyc_expired' });
  });
});
