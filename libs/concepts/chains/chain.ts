/** Chains: the token and the vault that payouts are made with. Registered once and never changed. */
import { DomainError, UndoableMap, type DecideEvent, type Evolve, type Recorded, type Requested } from '#domain';

/** The token and the vault of one chain, as deployed. Block numbers are decimal strings. */
export interface ChainRegistered extends Recorded {
  readonly type: 'ChainRegistered';
  readonly chainId: number;
  readonly token: string;
  readonly vault: string;
  readonly signer: string;
  readonly deployBlock: string;
  /** The signer's first nonce for settlement transactions; each batch takes the next. */
  readonly firstNonce: number;
}

export type ChainEvent = ChainRegistered;

export interface RegisterChain extends Requested {
  readonly type: 'RegisterChain';
  readonly chainId: number;
  readonly token: string;
  readonly vault: string;
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
      throw new DomainError(
        'CHAIN_EXISTS',
        `The contracts on chain ${command.chainId} are registered; books on a chain never change their contracts.`,
        'chainId',
      );
    }
    const { type: _, time, provenance, request: __, ...chain } = command;
    return { type: 'ChainRegistered', time, ...provenance, ...chain };
  },
};
