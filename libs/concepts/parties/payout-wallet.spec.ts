import fc from 'fast-check';
import {
  decideOpen,
  findWalletFault,
  gatePayout,
  isWellKnownAccount,
  PAYOUT_MAX,
  RegistryState,
  type ChainRegistered,
  type RegistryEvent,
} from '#concepts';
import { CHAIN_HASHES, TIME, walletOf, WHO } from '../test-support/world.js';

const CHAIN = 11_155_111;
const TOKEN = `0x${'ab'.repeat(20)}`;
const VAULT = `0x${'cd'.repeat(20)}`;
const SIGNER = `0x${'12'.repeat(20)}`;
const DEVELOPMENT_ACCOUNT = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

const chain = (changes: Partial<ChainRegistered> = {}): ChainRegistered => ({
  ...{ type: 'ChainRegistered', time: TIME, ...WHO, chainId: CHAIN, token: TOKEN, vault: VAULT, signer: SIGNER },
  ...{ deployBlock: '1', firstNonce: 1, ...CHAIN_HASHES },
  ...changes,
});
const chains = (...registered: ChainRegistered[]) => new Map(registered.map((one) => [one.chainId, one]));
const address = (value: bigint) => `0x${value.toString(16).padStart(40, '0')}`;
const reason = (wallet: string, known = chains(chain())) => findWalletFault(wallet, CHAIN, known)?.reason;

describe('a payout wallet', () => {
  it.each([
    ['of nobody: zero', address(0n), 'wallet_burns'],
    ['of nobody: 0x…dEaD', '0x000000000000000000000000000000000000dEaD', 'wallet_burns'],
    ['of nobody: dead all over', `0x${'dEaD'.repeat(10)}`, 'wallet_burns'],
    ['of nobody: all ones', `0x${'F'.repeat(40)}`, 'wallet_burns'],
    ['that is the first precompiled contract', address(1n), 'wallet_reserved'],
    ['that is a precompiled contract of a later rule', address(0x100n), 'wallet_reserved'],
    ['at the end of the reserved addresses', address(0xffffn), 'wallet_reserved'],
    ['that is the token', TOKEN.toUpperCase().replace('X', 'x'), 'wallet_is_contract'],
    ['that is the vault', VAULT, 'wallet_is_contract'],
    ['that is our own signer', SIGNER, 'wallet_is_signer'],
    ['whose private key is published', DEVELOPMENT_ACCOUNT, 'wallet_key_published'],
    ['that is no address', '0x12', 'wallet_malformed'],
    ['that is an address and more', `${address(0x10000n)}0`, 'wallet_malformed'],
  ])('%s is refused', (_, wallet, expected) => {
    expect(reason(wallet)).toBe(expected);
    expect(gatePayout(provider(wallet), CHAIN, chains(chain()))).toEqual({ open: false, reason: expected });
  });

  it('of a person is taken, in any spelling', () => {
    expect(reason(address(0x1_0000n))).toBeUndefined();
    expect(reason(`0x${'AbCd'.repeat(10)}`)).toBeUndefined();
  });

  it('that is a contract or signer of another registered chain is refused too', () => {
    const other = chain({ chainId: 10, token: `0x${'34'.repeat(20)}`, signer: `0x${'56'.repeat(20)}` });
    expect(reason(other.token, chains(chain(), other))).toBe('wallet_is_contract');
    expect(reason(other.signer, chains(chain(), other))).toBe('wallet_is_signer');
  });

  it('of a published key is as good as any on a chain that is settled with one: a development chain', () => {
    const development = chain({ signer: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266' });
    expect(isWellKnownAccount(development.signer)).toBe(true);
    expect(reason(DEVELOPMENT_ACCOUNT, chains(development))).toBeUndefined();
  });
});

describe('the compliance gate', () => {
  it('pays 2^96 - 1 atto-tokens and keeps out whoever is owed one more', () => {
    const gate = (owed: bigint) => gatePayout(provider(walletOf(0)), CHAIN, chains(chain()), owed);
    expect(gate(PAYOUT_MAX).open).toBe(true);
    expect(gate(PAYOUT_MAX + 1n)).toEqual({ open: false, reason: 'AMOUNT_TOO_LARGE' });
  });
});

describe('a batch over anybody', () => {
  const person = fc.bigInt({ min: 0x1_0000n, max: 2n ** 160n - 2n }).map(address);
  const wallets = fc.oneof(
    { weight: 4, arbitrary: person },
    fc.constantFrom(
      TOKEN,
      VAULT,
      SIGNER,
      address(0n),
      address(9n),
      DEVELOPMENT_ACCOUNT,
      '0x',
      `0x${'dead'.repeat(10)}`,
    ),
    fc.constantFrom(address(0xabc_0000n), `0x${'0'.repeat(32)}0Abc0000`),
  );
  const owed = fc.oneof(fc.bigInt(1n, PAYOUT_MAX), fc.constantFrom(PAYOUT_MAX, PAYOUT_MAX + 1n, 2n ** 200n));

  it('names only payees that the vault pays, each wallet once, and keeps out nobody else', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ wallet: wallets, owed }), { maxLength: 30 }), (creditors) => {
        const state = new RegistryState();
        const evolve = (event: object) => state.catalogue.evolve({ time: TIME, ...WHO, ...event } as RegistryEvent);
        evolve(chain());
        creditors.forEach(({ wallet }, i) => {
          evolve({ type: 'PartyRegistered', party: `p${i}`, roles: ['provider'] });
          evolve({ type: 'KycChanged', party: `p${i}`, from: 'unverified', to: 'verified', reason: 'r' });
          evolve({ type: 'WalletSet', party: `p${i}`, chainId: CHAIN, wallet });
        });
        const opened = decideOpen(state, {
          ...{ batch: 'b', chainId: CHAIN, time: TIME, provenance: WHO },
          providers: creditors.map((_, i) => `p${i}`),
          owed: new Map(creditors.map((creditor, i) => [`p${i}`, creditor.owed])),
        });
        const paid = opened.payable.map(({ wallet }) => wallet.toLowerCase());
        expect(new Set(paid).size).toBe(paid.length);
        for (const { provider, wallet } of opened.payable) {
          expect(creditors[Number(provider.slice(1))]!.owed).toBeLessThanOrEqual(PAYOUT_MAX);
          expect(BigInt(wallet)).toBeGreaterThan(0xffffn);
          expect([TOKEN, VAULT, SIGNER]).not.toContain(wallet.toLowerCase());
        }
        const sound = creditors.filter((one) => one.owed <= PAYOUT_MAX && reason(one.wallet) === undefined);
        expect(new Set(paid)).toEqual(new Set(sound.map(({ wallet }) => wallet.toLowerCase())));
        expect(opened.payable.length + opened.withheld.length).toBe(creditors.length);
      }),
    );
  });
});

function provider(wallet: string) {
  return {
    ...{
      id: 'p',
      roles: ['provider' as const],
      kyc: 'verified' as const,
      kycReason: '',
      kycSince: TIME,
      suspensions: [],
    },
    wallets: { [CHAIN]: wallet },
    terms: {},
  };
}
