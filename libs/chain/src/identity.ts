/**
 * What tells one chain from another of the same id, and one contract from another at the same address: the hash of the
 * chain's first block and the hashes of the code that stands there. A development chain made anew, a fork or a wrong node
 * has the id that it was given, and the same deployer's contracts stand at the same addresses on it.
 */
import { keccak256 } from 'viem';
import type { PublicClient } from 'viem';
import { settlementVaultAbi } from './artefacts.js';
import { ChainMismatch, ChainUnavailable, reading } from './errors.js';
import { sameAddress } from './wallet.js';
import type { Address, Hash } from './wallet.js';

/** Hashes that a registration keeps. Those of code are keccak-256 over its bytes, as EVM's EXTCODEHASH. */
export interface ChainIdentity {
  readonly genesisHash: Hash;
  readonly tokenCodeHash: Hash;
  readonly vaultCodeHash: Hash;
}

/** Contracts that are said to stand on a chain. */
export interface PinnedContracts extends ChainIdentity {
  readonly chainId: number;
  readonly token: Address;
  readonly vault: Address;
}

/**
 * Reads them from the node.
 *
 * @throws ChainUnavailable when the node does not answer, or does not have one of the contracts yet
 */
export async function readIdentity(
  client: PublicClient,
  { token, vault }: Pick<PinnedContracts, 'token' | 'vault'>,
): Promise<ChainIdentity> {
  const [genesisHash, tokenCodeHash, vaultCodeHash] = await Promise.all([
    readGenesis(client),
    readCodeHash(client, token),
    readCodeHash(client, vault),
  ]);
  if (tokenCodeHash === undefined || vaultCodeHash === undefined) {
    throw new ChainUnavailable(
      'code',
      `the node has no contract at ${vaultCodeHash === undefined ? vault : token} yet`,
    );
  }
  return { genesisHash, tokenCodeHash, vaultCodeHash };
}

/**
 * Compares what was pinned with what the node has.
 *
 * @throws ChainMismatch in one line that says what differs; ChainUnavailable when the node does not answer
 */
export async function comparePinned(client: PublicClient, chainId: number, pinned: PinnedContracts): Promise<void> {
  const { token, vault } = pinned;
  if (pinned.chainId !== chainId) {
    throw new ChainMismatch(`The node serves chain ${chainId}; the contracts stand on ${pinned.chainId}.`);
  }
  const genesisHash = await readGenesis(client);
  if (genesisHash !== pinned.genesisHash) {
    throw new ChainMismatch(
      `The node's chain ${chainId} begins with block ${genesisHash}, the registered one with ${pinned.genesisHash}: it is another chain of the same id.`,
    );
  }
  await compareCode(client, 'vault', vault, pinned.vaultCodeHash);
  const found = await reading('token', () =>
    client.readContract({ address: vault, abi: settlementVaultAbi, functionName: 'token' }),
  );
  if (!sameAddress(found, token)) throw new ChainMismatch(`The vault's token is ${found}, not ${token}.`);
  await compareCode(client, 'token', token, pinned.tokenCodeHash);
}

async function compareCode(client: PublicClient, what: string, address: Address, pinned: Hash): Promise<void> {
  const codeHash = await readCodeHash(client, address);
  if (codeHash === undefined) {
    throw new ChainMismatch(`There is no ${what} at ${address}: is the node behind, or was the chain cut short?`);
  }
  if (codeHash !== pinned) {
    throw new ChainMismatch(
      `The code of the ${what} at ${address} has hash ${codeHash}, the registered one ${pinned}.`,
    );
  }
}

async function readGenesis(client: PublicClient): Promise<Hash> {
  const { hash } = await reading('first block', () => client.getBlock({ blockNumber: 0n }));
  return hash;
}

async function readCodeHash(client: PublicClient, address: Address): Promise<Hash | undefined> {
  const code = await reading('code', () => client.getCode({ address }));
  return code === undefined ? undefined : keccak256(code);
}
