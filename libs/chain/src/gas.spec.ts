import { headsDigest, maxPayoutsPerBatch, SettlementChain, settlementGasBound } from './index.js';
import type { Address, BatchInstruction, PayoutInstruction } from './index.js';
import { LocalChain, SETTLER_KEY } from '../test-support/local-chain.js';

let local: LocalChain;
let chain: SettlementChain;

beforeAll(async () => {
  local = await LocalChain.start();
  await local.call('evm_setAutomine', true);
  chain = await SettlementChain.connect({ rpcUrl: local.rpcUrl, signerKey: SETTLER_KEY });
  await chain.deploy({ until: 'mined' });
  await local.call('evm_setAutomine', false);
});

afterAll(() => local?.stop());

/** Wallets and amounts without a zero byte: the dearest calldata there is. */
function payouts(count: number): PayoutInstruction[] {
  return Array.from({ length: count }, (_, index) => {
    const tail = (0x0101 + index + Math.floor(index / 255)).toString(16).padStart(4, '0');
    return { wallet: `0x${'ab'.repeat(18)}${tail}` as Address, amount: BigInt(`0x${'11'.repeat(10)}`) };
  });
}

async function settle(batchId: string, some: readonly PayoutInstruction[]): Promise<bigint> {
  const total = some.reduce((sum, { amount }) => sum + amount, 0n);
  const instruction: BatchInstruction = {
    ...{ batchId, mint: total + 1n, burn: 1n, headsDigest: headsDigest([]), payouts: some },
  };
  const { raw, hash, nonce, gasLimit } = await chain.sign(instruction, await chain.spentNonces('latest'));
  expect(gasLimit).toBe(settlementGasBound(some.length));
  await chain.submit(raw);
  await local.mine();
  const { gasUsed } = await chain.status([hash], nonce);
  expect(gasUsed).toBeLessThanOrEqual(gasLimit);
  return gasUsed!;
}

it('the largest batch of new payees fits the model, which is at most a tenth above the truth', async () => {
  const largest = payouts(maxPayoutsPerBatch);
  await settle('first', payouts(1));
  const one = await settle('one', payouts(1));
  const fresh = await settle('new', largest);
  const known = await settle('known', largest);
  const perPayee = (gas: bigint) => Number(gas - one) / maxPayoutsPerBatch;
  expect(settlementGasBound(maxPayoutsPerBatch) * 10n).toBeLessThanOrEqual(fresh * 11n);
  expect(perPayee(fresh)).toBeLessThan(26_500);
  expect(perPayee(known)).toBeLessThan(9_500);
});
