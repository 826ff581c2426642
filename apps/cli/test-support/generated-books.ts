/** Random histories for the exports: every kind of entry that moves value, decided by the real domain. */
import fc from 'fast-check';
import type { LedgerCommand, PayablesCut, RegistryCommand } from '#concepts';
import { atto, DomainError } from '#domain';
import type { ContractServer } from './contract-server.js';

export const CUSTOMERS = ['acme', 'Acme', 'a-b', 'a--b', 'a.b', '9+x@y_z'];
export const PROVIDERS = ['p1', 'P1', 'p-1'];
const CHAIN = 31_337;
const TIME = '2026-06-01T12:00:00.5+02:00';
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2026, 5, 1, 22);

export type Step =
  | { readonly do: 'mint' | 'burn'; readonly holder: string; readonly amount: bigint; readonly reason: string }
  | {
      readonly do: 'use';
      readonly customer: string;
      readonly provider: string;
      readonly source: string;
      readonly meters: Readonly<Record<string, string>>;
    }
  | { readonly do: 'send'; readonly from: string; readonly to: string; readonly amount: bigint }
  | { readonly do: 'cover'; readonly customer: string }
  | { readonly do: 'settle' | 'revert' | 'sleep' };

const customer = fc.constantFrom(...CUSTOMERS);
const amount = fc.oneof(fc.bigInt({ min: 1n, max: 999n }), fc.bigInt({ min: 1n, max: 10n ** 29n }));
/** Texts that are something else to a spreadsheet, to hledger or to beancount, and any others. */
const freeText = fc.oneof(
  fc.constantFrom(
    '=1+1',
    '@SUM(A1)',
    '+1',
    '-1+2',
    'a;b|c  d',
    '"quoted" \\ text',
    'two\r\nlines, one entry',
    '* ! (x)',
  ),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
);
const quantity = fc.bigInt({ min: 0n, max: 10n ** 12n }).map(String);

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom('mint', 'burn'), holder: customer, amount, reason: freeText }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        ...{ do: fc.constant('use' as const), customer, provider: fc.constantFrom(...PROVIDERS), source: freeText },
        meters: fc.oneof(
          fc.record({ odd: quantity }),
          fc.record({ input_tokens: quantity, odd: quantity }),
          fc.constant({ odd: '0' }),
        ),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('send' as const), from: customer, to: customer, amount }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cover' as const), customer }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('settle', 'settle', 'settle', 'revert', 'sleep') }) },
  ),
  { minLength: 1, maxLength: 40 },
);

/** Writes a history into the server's journal. What the domain refuses is left out. */
export class BooksAuthor {
  private nowMs = FIRST_DAY_MS;
  private number = 0;
  private cut: PayablesCut | undefined;

  constructor(private readonly server: ContractServer) {
    server.now = () => new Date((this.nowMs += 1));
    const common = this.common();
    const prices = {
      input_tokens: { price: '2', per: '1000' },
      odd: { price: '0.000000000000000001', per: '1' },
    };
    const book = {
      effectiveAt: '2020-01-01T00:00:00Z',
      prices: [{ type: 'ai.compute.usage', model: '*', meters: prices }],
    };
    const shares = { provider: 8_000, treasury: 1_000, stakers: 700, burn: 300 };
    const setup: RegistryCommand[] = [
      { ...common, type: 'PublishPriceBook', version: 1, book },
      {
        ...common,
        type: 'PublishSplitPolicy',
        version: 1,
        policy: { effectiveAt: '2020-01-01T00:00:00Z', ...shares },
      },
      {
        ...{ ...common, type: 'RegisterChain', chainId: CHAIN, deployBlock: '1', firstNonce: 0 },
        ...{ token: `0x${'a'.repeat(40)}`, vault: `0x${'b'.repeat(40)}`, signer: `0x${'c'.repeat(40)}` },
      },
      ...CUSTOMERS.map((party): RegistryCommand => ({ ...common, type: 'RegisterParty', party, roles: ['customer'] })),
      ...PROVIDERS.flatMap((party, place): RegistryCommand[] => [
        { ...common, type: 'RegisterParty', party, roles: ['provider'] },
        // The last one stays unverified: its payables are held.
        ...(place === PROVIDERS.length - 1
          ? []
          : [{ ...common, type: 'ChangeKyc', party, to: 'verified', reason: 'seen' } as const]),
        { ...common, type: 'SetWallet', party, chainId: CHAIN, wallet: `0x${String(place + 1).repeat(40)}` },
      ]),
    ];
    for (const command of setup) server.decideRegistry(command);
  }

  write(steps: readonly Step[]): void {
    for (const step of steps) {
      try {
        this.take(step);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
      }
    }
  }

  /** Moves the pages' clock on: the next entry is of another day. */
  sleep(): void {
    this.nowMs += DAY_MS;
  }

  private take(step: Step): void {
    const common = this.common();
    switch (step.do) {
      case 'mint':
      case 'burn': {
        const { holder, amount, reason } = step;
        const type = step.do === 'mint' ? 'MintTokens' : 'BurnTokens';
        this.server.decide({ ...common, type, holder, amount: atto(amount), reason });
        return;
      }
      case 'use':
        this.use(step);
        return;
      case 'send': {
        const { from, to, amount } = step;
        const transfer = `t${(this.number += 1)}`;
        this.server.decide({
          ...common,
          type: 'SendTransfer',
          transfer,
          from,
          to,
          amount: atto(amount),
          reason: 'gift',
        });
        return;
      }
      case 'cover':
        this.server.decide({ ...common, type: 'CoverReceivables', customer: step.customer });
        return;
      case 'settle':
        this.settle();
        return;
      case 'revert': {
        const batch = this.server.registry.settlement.active?.batch ?? 'none';
        this.server.decideRegistry({ ...common, type: 'RevertSettlement', batch, reason: 'out of gas' });
        return;
      }
      case 'sleep':
        this.sleep();
        return;
    }
  }

  private use({ customer, provider, source, meters }: Extract<Step, { do: 'use' }>): void {
    const id = `=r;${(this.number += 1)}`;
    const report = {
      ...{ source, id, digest: '0'.repeat(16), type: 'ai.compute.usage', time: TIME },
      ...{ customer, provider, model: 'm/1', meters },
    };
    const command: LedgerCommand = {
      ...{ type: 'ChargeUsage', items: [{ index: 0, report }], actor: 'key:test', origin: 'request:test', time: TIME },
      receivedAtMs: this.nowMs,
    };
    this.server.decide(command);
  }

  /** Takes the batch under way one step further, or opens the next. */
  private settle(): void {
    const common = this.common();
    const { registry } = this.server;
    const { active } = registry.settlement;
    if (active === undefined) {
      this.cut = undefined;
      const batch = `b${(this.number += 1)}`;
      this.server.decideRegistry({ ...common, type: 'OpenSettlement', batch, chainId: CHAIN, providers: PROVIDERS });
      return;
    }
    const { batch } = active;
    if (active.phase === 'opened') {
      const { payable, held } = active.opened;
      if (this.cut !== undefined) {
        const plan = { cuts: [this.cut], heads: [], headsDigest: '0x' };
        this.server.decideRegistry({ ...common, type: 'PlanSettlement', batch, ...plan });
        return;
      }
      const names = payable.map(({ provider }) => provider);
      const outcome = this.server.decide({ ...common, type: 'CutPayables', batch, payable: names, held });
      if (outcome.type === 'cut') this.cut = outcome.cut;
      return;
    }
    const hash = `0x${batch}`;
    if (active.phase === 'planned') {
      const signed = {
        nonce: registry.settlement.nextNonce(CHAIN),
        raw: '0x',
        hash,
        maxFeePerGas: '2',
        maxPriorityFeePerGas: '1',
      };
      this.server.decideRegistry({ ...common, type: 'SignSettlement', batch, ...signed });
      return;
    }
    const proof = { blockNumber: '1', blockHash: '0x', gasUsed: '1', gasPrice: '1' };
    const logIndexes = active.planned!.payouts.map((_, place) => place);
    this.server.decideRegistry({ ...common, type: 'ConfirmSettlement', batch, hash, ...proof, logIndexes });
  }

  private common() {
    return { time: TIME, provenance: { actor: 'key:test', origin: 'request:test' } };
  }
}
