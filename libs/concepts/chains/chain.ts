/** Chains: the token and the vault that payouts are made with. Registered once and never changed. */
import {
  chainAccount,
  optional,
  plain,
  refusalsOf,
  requestLayout,
  UndoableMap,
  type AccountKind,
  type DecideEvent,
  type Evolve,
  type Layouts,
  type Recorded,
  type Refusals,
  type Requested,
  type WholeNumberText,
} from '#domain';

export const chainRefusals = {
  CHAIN_NOT_REGISTERED: 'conflict',
  CHAIN_EXISTS: 'conflict',
  CHAIN_UNFIT: 'refused',
} as const satisfies Refusals;
export const chainRefusal = refusalsOf(chainRefusals);

/** Accounts: the chain’s side of the books. */
export const chainAccounts = {
  chainSupply: {
    pattern: 'chain:{chain}:supply',
    holds: 'the token’s `totalSupply()` on a chain',
    belowZero: 'never',
    supply: 'chain supply',
    root: 'liabilities',
  },
  chainVault: {
    pattern: 'chain:{chain}:vault',
    holds: 'minus the tokens in the settlement vault on a chain',
    belowZero: 'yes',
    supply: 'vault',
    root: 'assets',
  },
} as const satisfies Record<string, AccountKind>;

/** The tokens that the settlement vault holds on a chain, as an asset: minus the vault's token balance. */
export const chainVault = chainAccount(chainAccounts.chainVault);
/** The supply issued on a chain: the token's `totalSupply()`. */
export const chainSupply = chainAccount(chainAccounts.chainSupply);

/**
 * A hash on a chain: keccak-256, in hexadecimal.
 *
 * @pattern ^0x[0-9a-f]{64}$
 */
export type ChainHashText = string;

/**
 * The token and the vault of one chain, as deployed. Block numbers are decimal strings. Whoever starts on this chain compares
 * what its node has with the first block and the code that stand here: the id and the addresses alone are those of any
 * chain that was made alike.
 */
export interface ChainRegistered extends Recorded {
  readonly type: 'ChainRegistered';
  readonly chainId: number;
  /** The hash of the chain's first block, number 0. */
  readonly genesisHash: ChainHashText;
  readonly token: string;
  /** Of the bytes of its code, as EXTCODEHASH has it. */
  readonly tokenCodeHash: ChainHashText;
  readonly vault: string;
  readonly vaultCodeHash: ChainHashText;
  readonly signer: string;
  readonly deployBlock: WholeNumberText;
  /** The signer's first nonce for settlement transactions; each batch takes the next. */
  readonly firstNonce: number;
}

export type ChainEvent = ChainRegistered;

export const chainLayouts = {
  ChainRegistered: {
    chainId: plain,
    genesisHash: plain,
    token: plain,
    tokenCodeHash: plain,
    vault: plain,
    vaultCodeHash: plain,
    signer: plain,
    deployBlock: plain,
    firstNonce: plain,
    request: optional(requestLayout),
  },
} as const satisfies Layouts<ChainEvent>;

export interface RegisterChain extends Requested {
  readonly type: 'RegisterChain';
  readonly chainId: number;
  readonly genesisHash: string;
  readonly token: string;
  readonly tokenCodeHash: string;
  readonly vault: string;
  readonly vaultCodeHash: string;
  readonly signer: string;
  readonly deployBlock: string;
  readonly firstNonce: number;
}

export type ChainCommand = RegisterChain;

/** The registered chains by their id. */
export class ChainsPart extends UndoableMap<number, ChainRegistered> {}

/** What every shard reads of this concept. */
export interface ChainsState {
  readonly chains: ChainsPart;
}

export const evolveChains: Evolve<ChainEvent, ChainsState> = {
  ChainRegistered: ({ chains }, event) => {
    chains.set(event.chainId, event);
  },
};

export const decideChains: DecideEvent<ChainCommand, { readonly catalogue: ChainsState }, ChainEvent> = {
  RegisterChain: ({ catalogue }, command) => {
    if (catalogue.chains.has(command.chainId)) {
      throw chainRefusal(
        'CHAIN_EXISTS',
        `The contracts on chain ${command.chainId} are registered; books on a chain never change their contracts.`,
        'chainId',
      );
    }
    const { type: _, time, provenance, request: __, ...chain } = command;
    return { type: 'ChainRegistered', time, ...provenance, ...chain };
  },
};
