/** Commands of every kind in a legal form and of a hostile content: what a rude client, a node or a producer may say. */
import fc from 'fast-check';
import { KYC_STATES, type LedgerCommand, type RegistryCommand } from '#concepts';
import { anyMove, report, reword, type Ask, type Cast, type Move } from '#concepts/testing';
import { atto, UNREAD } from '#domain';

const CUSTOMERS = ['acme', 'a-b', '9+x@y_z', `c${'x'.repeat(127)}`];
const PROVIDERS = ['p1', 'P1'];
export const CAST: Cast = { customers: CUSTOMERS, providers: PROVIDERS };
const TIME = '2026-11-22T10:00:00.000Z';
const RECEIVED_MS = Date.UTC(2026, 10, 22, 10);

interface HostileCommand {
  /** The holder whose shard decides, or the registry. */
  readonly shard: string;
  readonly command: LedgerCommand | RegistryCommand;
}

const text = (maxLength: number) =>
  fc.oneof(
    fc.constantFrom(
      '\0',
      'a\0b',
      '\ud800',
      'x\udc00y',
      '\\N',
      '\t\r\n',
      '\u2028',
      '=1+1',
      '__proto__',
      '"\\',
      '\u202e💩',
    ),
    fc.string({ unit: 'binary', maxLength }),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: Math.min(maxLength, 40) })
      .map((units) => String.fromCharCode(...units)),
    fc.constant('\u{10ffff}'.repeat(Math.floor(maxLength / 2))),
  );

const time = fc.constantFrom(
  ...['2026-11-22T10:00:00Z', '2026-02-30T10:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59'],
  ...[
    '2016-12-31T23:59:60Z',
    '2026-11-22t09:59:59.123456789z',
    '2026-11-22T23:59:59+23:59',
    '2020-02-29T00:00:00.5-00:00',
  ],
);
const provenance = fc.record({ actor: text(60), origin: text(60) });
const customer = fc.constantFrom(...CUSTOMERS);
const provider = fc.constantFrom(...PROVIDERS);
const anyone = fc.oneof(customer, provider, fc.constant('nobody'));
const amount = fc.oneof(fc.bigInt({ min: 1n, max: 999n }), fc.bigInt({ min: 1n, max: 10n ** 33n })).map(atto);
const quantity = fc.constantFrom('0', '1', '0.000000001', '999999999999999999', '999999999999999999.999999999', '12.5');
const chainHash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
const huge = fc.constantFrom('0', '1', `${2n ** 63n}`, `${2n ** 64n - 1n}`, `${2n ** 256n - 1n}`);
const known = { time: TIME };

/** Few ids, so that duplicates and conflicts come. */
const usageItem = fc.record({
  source: fc.constantFrom('gateway', 'g\0w', 'g\ud800'),
  id: fc.oneof(fc.constantFrom('r1', 'r2', 'r3', 'r4'), text(100)),
  type: fc.constantFrom('ai.compute.usage', 'other'),
  time,
  provider: fc.oneof(provider, fc.constant('nobody')),
  model: text(400),
  meters: fc.record({ odd: quantity, input_tokens: quantity }, { requiredKeys: ['odd'] }),
  budget: text(40),
});

let offset = 0;
let name = 0;

const charge: fc.Arbitrary<HostileCommand> = fc
  .tuple(customer, fc.array(usageItem, { minLength: 1, maxLength: 6 }), text(80), fc.boolean(), provenance)
  .map(([payer, items, detail, isKafka, { actor }]) => {
    const from = offset;
    const reports = items.map((item, index) => {
      const place = isKafka ? { index, offset: offset++ } : { index };
      return item.model.length % 7 === 3
        ? { ...place, invalid: { id: item.id, code: 'VALIDATION_FAILED', detail } }
        : { ...place, report: report({ ...item, customer: payer }) };
    });
    return {
      shard: payer,
      command: {
        ...known,
        type: 'ChargeUsage',
        items: reports,
        actor,
        receivedAtMs: RECEIVED_MS,
        ...(isKafka
          ? { range: { name: 'airtime.usage.v1', partition: 0, from, to: offset, fingerprint: UNREAD } }
          : { origin: detail }),
      },
    };
  });

const supply: fc.Arbitrary<HostileCommand> = fc
  .record({
    type: fc.constantFrom('MintTokens' as const, 'BurnTokens' as const),
    holder: anyone,
    amount,
    reason: text(500),
    provenance,
  })
  .map((command) => ({ shard: command.holder, command: { ...known, ...command } }));

const send: fc.Arbitrary<HostileCommand> = fc
  .record({ from: anyone, to: anyone, amount, reason: text(500), provenance })
  .map((command) => ({
    shard: command.from,
    command: { ...known, ...command, type: 'SendTransfer', transfer: `t-${name++}` },
  }));

const cover: fc.Arbitrary<HostileCommand> = fc
  .record({ customer, provenance })
  .map((command) => ({ shard: command.customer, command: { ...known, ...command, type: 'CoverReceivables' } }));

const registered = (command: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<HostileCommand> =>
  fc.tuple(command, provenance).map(([one, who]) => ({
    shard: 'registry',
    command: { ...known, provenance: who, ...one } as unknown as RegistryCommand,
  }));

const version = fc.integer({ min: 1, max: 999_999_999 });
const price = fc.constantFrom('0', '1', '0.000000000000000001', '1000000000000000');
const registry = registered(
  fc.oneof(
    fc.record({
      type: fc.constant('PublishPriceBook'),
      version,
      book: fc.record({
        effectiveAt: time,
        prices: fc
          .tuple(price, text(30))
          .map(([one, model]) => [
            { type: 'ai.compute.usage', model: `${model}*`, meters: { odd: { price: one, per: '1' } } },
          ]),
      }),
    }),
    fc.record({
      type: fc.constant('PublishSplitPolicy'),
      version,
      policy: fc
        .record({ effectiveAt: time })
        .map((policy) => ({ ...policy, provider: 0, treasury: 0, stakers: 0, burn: 10_000 })),
    }),
    text(500).map((reference) => ({
      type: 'RegisterParty',
      party: `party-${name++}`,
      roles: ['customer'],
      reference,
      country: 'DE',
    })),
    fc.record({
      type: fc.constant('ChangeKyc'),
      party: fc.oneof(anyone, fc.constant('party-0')),
      to: fc.constantFrom(...KYC_STATES.slice(0, 5)),
      reason: text(500),
      evidence: text(64),
    }),
    fc.record({
      type: fc.constant('SetWallet'),
      party: provider,
      chainId: fc.maxSafeNat(),
      wallet: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
    }),
    fc
      .record({
        type: fc.constant('IssueKey'),
        role: fc.constantFrom('provider', 'finance'),
        provider: anyone,
        hash: text(64),
      })
      .map((key) => ({ ...key, key: `k-${name++}` })),
    fc.integer({ min: 0, max: 20 }).map((key) => ({ type: 'RevokeKey', key: `k-${key}` })),
    fc.record({
      type: fc.constant('RegisterChain'),
      chainId: fc.maxSafeNat(),
      // Hashes are read from a node, whose answers are held to their form.
      ...{ genesisHash: chainHash, tokenCodeHash: chainHash, vaultCodeHash: chainHash },
      token: text(60),
      vault: text(60),
      signer: text(60),
      deployBlock: huge,
      firstNonce: fc.maxSafeNat(),
    }),
    fc.record({
      type: fc.constant('RecordReconciliation'),
      reconciliation: fc.uuid(),
      chainId: fc.maxSafeNat(),
      blockNumber: huge,
      blockHash: text(66),
      heads: fc.constant([]),
      checks: fc
        .tuple(text(20), text(20))
        .map(([ledger, chain]) => [{ name: 'total supply', ledger, chain, agrees: false }]),
      matched: fc.nat(),
      breaks: fc.array(
        fc.record({
          key: text(4_000),
          class: fc.constant('MISSING_IN_LEDGER'),
          detail: text(500),
          ledger: text(80),
          chain: text(80),
          since: time,
        }),
        { maxLength: 3 },
      ),
      closed: fc.array(text(4_000), { maxLength: 2 }),
    }),
  ),
);

/** Any command that a request, a message or a chain can bring about. */
export const hostileCommand: fc.Arbitrary<Move> = fc
  .oneof(
    { weight: 6, arbitrary: charge },
    { weight: 3, arbitrary: supply },
    { weight: 2, arbitrary: send },
    { weight: 1, arbitrary: cover },
    { weight: 5, arbitrary: registry },
  )
  .map(({ shard, command }) => ({
    *take(scene) {
      // Where there is a cap, the registry is asked.
      if (shard !== 'registry' && command.type === 'MintTokens')
        yield scene.askShard(scene.shardOf(shard), command as never);
      else yield { shard: shard === 'registry' ? shard : scene.shardOf(shard), command } as Ask;
    },
  }));

/** Any step of any concept, a new one's too, with hostile free texts. */
export const hostileStep: fc.Arbitrary<Move> = fc.tuple(anyMove(CAST), text(80)).map(([move, words]) => ({
  *take(scene) {
    for (const ask of move.take(scene)) yield reword(ask, words);
  },
}));
