import { quoteFees } from './fees.js';
import { ChainMismatch, ChainUnavailable, SettlementRefused, headsDigest, SettlementChain } from './index.js';
import type { Address, ChainContracts, SignedTransaction } from './index.js';
import { LocalChain, SETTLER_KEY } from '../test-support/local-chain.js';
import { RpcProxy } from '../../../test/e2e/support/rpc-proxy.js';
import type { Interception } from '../../../test/e2e/support/rpc-proxy.js';

const GWEI = 10n ** 9n;
const market = { baseFeePerGas: 10n * GWEI, priorityFeePerGas: GWEI, blockGasLimit: 30_000_000n };

describe('fees', () => {
  it('are the market’s, with room for six full blocks', () => {
    expect(quoteFees(market, {})).toEqual({ maxFeePerGas: 21n * GWEI, maxPriorityFeePerGas: GWEI });
  });

  it.each([0n, 1n, 7n, GWEI, 123_456_789_012n])('beat those they replace by an eighth and a wei, from %s', (fee) => {
    const quoted = quoteFees(market, { previous: { maxFeePerGas: 40n * GWEI + fee, maxPriorityFeePerGas: fee } });
    expect(quoted.maxPriorityFeePerGas).toBeGreaterThan(fee);
    expect(quoted.maxPriorityFeePerGas * 1_000n).toBeGreaterThanOrEqual(fee * 1_125n);
    expect(quoted.maxFeePerGas * 1_000n).toBeGreaterThanOrEqual((40n * GWEI + fee) * 1_125n);
  });

  it('pay the tip that the node demands', () => {
    expect(quoteFees(market, { tipFloor: 30n * GWEI })).toEqual({
      maxFeePerGas: 50n * GWEI,
      maxPriorityFeePerGas: 30n * GWEI,
    });
  });

  it('use the limit whole before they give up, and never pass it', () => {
    expect(quoteFees(market, { maxFeePerGasLimit: 12n * GWEI }).maxFeePerGas).toBe(12n * GWEI);
    expect(() => quoteFees(market, { maxFeePerGasLimit: 11n * GWEI - 1n })).toThrow(
      expect.objectContaining({ code: 'fee_above_limit' }),
    );
  });
});

describe('what a node answers to a broadcast', () => {
  const ALICE: Address = '0x1000000000000000000000000000000000000001';
  let local: LocalChain;
  let proxy: RpcProxy;
  let chain: SettlementChain;
  let contracts: ChainContracts;
  let signed: SignedTransaction;

  beforeAll(async () => {
    local = await LocalChain.start();
    proxy = await RpcProxy.start(local.rpcUrl);
    chain = await SettlementChain.connect({ rpcUrl: proxy.url, signerKey: SETTLER_KEY, timeoutMs: 500 });
    await local.call('evm_setAutomine', true);
    contracts = await chain.deploy({ until: 'mined' });
    await local.call('evm_setAutomine', false);
    const instruction = { batchId: 'b', mint: 1n, burn: 0n, headsDigest: headsDigest([]) };
    signed = await chain.sign({ ...instruction, payouts: [{ wallet: ALICE, amount: 1n }] }, contracts.firstNonce);
  });

  afterAll(async () => {
    await proxy?.stop();
    await local?.stop();
  });

  const answer = async (words: Interception): Promise<unknown> => {
    proxy.intercept = async (exchange) => (exchange.method === 'eth_sendRawTransaction' ? words : exchange.forward());
    return chain.submit(signed.raw).catch((error: unknown) => error);
  };
  const refusal = (message: string, code = -32_000): Interception => ({ error: { code, message } });

  it.each([
    ['already known', 'already_known'],
    ['transaction already imported', 'already_known'],
    ['nonce too low: next nonce 7, tx nonce 6', 'nonce_consumed'],
  ])('"%s" is %s: look, and do nothing else', async (words, result) => {
    expect(await answer(refusal(words))).toBe(result);
  });

  it.each([
    ['replacement transaction underpriced', 'replacement_underpriced'],
    ['transaction underpriced', 'underpriced'],
    ['transaction underpriced: gas tip cap 1, minimum needed 25000000000', 'underpriced'],
    ['gas tip cap below minimum', 'underpriced'],
    ['max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 9', 'underpriced'],
    ['Gas price below configured minimum gas price', 'underpriced'],
    ['FeeTooLow, MaxFeePerGas too low', 'underpriced'],
    ['intrinsic gas too low: gas 21000, minimum needed 30000', 'gas_limit'],
    ['exceeds block gas limit', 'gas_limit'],
    ['insufficient funds for gas * price + value', 'insufficient_gas_funds'],
    ['the moon is in the wrong house', 'rejected'],
  ])('"%s" is %s', async (words, code) => {
    const failure = await answer(refusal(words));
    expect(failure).toBeInstanceOf(SettlementRefused);
    expect(failure).toMatchObject({ code, retriable: code !== 'replacement_underpriced' });
  });

  it('a demanded tip is read from its words', async () => {
    expect(await answer(refusal('transaction underpriced: gas tip cap 1, minimum needed 25000000000'))).toMatchObject({
      tipDemanded: 25n * GWEI,
    });
  });

  it.each([
    ['a full pool', refusal('txpool is full')],
    ['a limit of the provider', refusal('daily request count exceeded, request rate limited', -32_005)],
    ['status 429', { status: 429, body: '{"jsonrpc":"2.0","id":1,"error":{"code":429,"message":"slow down"}}' }],
    ['status 503', { status: 503, body: 'upstream connect error' }],
    ['a page of HTML', { status: 200, body: '<html><body>Sign in</body></html>' }],
    ['silence', 'silent'],
    ['a broken connection', 'cut'],
  ] as [string, Interception][])(
    '%s says nothing about the transaction: unavailable, and sent again later',
    async (_, words) => {
      expect(await answer(words)).toBeInstanceOf(ChainUnavailable);
    },
  );

  it('another chain’s refusal is for a person', async () => {
    expect(await answer(refusal('invalid chain id for signer: have 1 want 31337'))).toBeInstanceOf(ChainMismatch);
  });

  it('an anvil that lost it and whose base fee rose above it says underpriced or takes it, and new bytes are mined', async () => {
    proxy.intercept = (exchange) => exchange.forward();
    await local.call('anvil_setNextBlockBaseFeePerGas', `0x${(signed.maxFeePerGas * 3n).toString(16)}`);
    await local.mine();
    const again = await chain.sign(
      {
        ...{ batchId: 'b', mint: 1n, burn: 0n, headsDigest: headsDigest([]) },
        payouts: [{ wallet: ALICE, amount: 1n }],
      },
      signed.nonce,
      { previous: signed },
    );
    await chain.submit(again.raw);
    await local.mineToFinality();
    expect(await chain.status([signed.hash, again.hash], signed.nonce)).toMatchObject({
      state: 'final',
      hash: again.hash,
    });
  });
});
