/**
 * Where contracts of ours stand that no journal may know yet: those of a deployment that was broken off before it was
 * recorded, and those that somebody made by hand. Asked before anything is deployed, so that nothing is deployed twice.
 */
import { encodeDeployData, getContractAddress, keccak256, stringToHex } from 'viem';
import type { Hex, PublicClient } from 'viem';
import { computeTokenAbi, settlementVaultAbi, settlementVaultBytecode } from './artefacts.js';
import { ChainMismatch, reading } from './errors.js';
import { parseWallet } from './wallet.js';
import type { Address } from './wallet.js';

/** A deployment takes one nonce; whoever took more of the signer's nonces since has used it for something else. */
const NONCES_LOOKED_AT = 16;
const SETTLER_ROLE = keccak256(stringToHex('SETTLER_ROLE'));

/** Contracts that stand and have moved nothing, as of a final block. */
export interface UnusedContracts {
  readonly vault: Address;
  readonly token: Address;
  /** The block at which they were seen; what they do, they do after it. */
  readonly atBlock: bigint;
}

export interface VaultArguments {
  readonly adminDelaySeconds: number;
  readonly admin: Address;
  readonly settler: Address;
  readonly guardian: Address;
}

/** The bytes that deploy the vault and, by it, the token. */
export function deploymentData({ adminDelaySeconds, admin, settler, guardian }: VaultArguments): Hex {
  const args = [adminDelaySeconds, admin, settler, guardian] as const;
  return encodeDeployData({ abi: settlementVaultAbi, bytecode: settlementVaultBytecode, args });
}

/** Where a deployment with this nonce stands, once it is mined. */
export function vaultAddress(signer: Address, nonce: number): Address {
  return getContractAddress({ from: signer, nonce: BigInt(nonce) });
}

/** The newest unused vault among the signer's last deployments; undefined when there is none. */
export async function findUnused(
  client: PublicClient,
  signer: Address,
  spent: number,
): Promise<UnusedContracts | undefined> {
  for (let nonce = spent - 1; nonce >= Math.max(0, spent - NONCES_LOOKED_AT); nonce--) {
    const vault = vaultAddress(signer, nonce);
    const code = await reading('code', () => client.getCode({ address: vault, blockTag: 'finalized' }));
    if (code === undefined) continue;
    try {
      return await inspectUnused(client, signer, vault);
    } catch (error) {
      if (!(error instanceof ChainMismatch)) throw error;
    }
  }
  return undefined;
}

/**
 * Checks that a vault is ours in all its code, settled by the signer, and has never moved anything: books that begin with
 * it begin at nothing.
 *
 * @throws {@link ChainMismatch} saying what does not fit; {@link ChainUnavailable} when the node does not answer
 */
export async function inspectUnused(client: PublicClient, signer: Address, vault: Address): Promise<UnusedContracts> {
  const { number: atBlock } = await reading('finalised block', () => client.getBlock({ blockTag: 'finalized' }));
  const at = { blockNumber: atBlock } as const;
  const code = await reading('code', () => client.getCode({ address: vault, ...at }));
  if (code === undefined) {
    throw new ChainMismatch(`No contract stands at ${vault} in final block ${atBlock}: wait until it is final.`);
  }
  const ofVault = { address: vault, abi: settlementVaultAbi, ...at } as const;
  const token = await reading('token', () => client.readContract({ ...ofVault, functionName: 'token' })).catch(() => {
    throw new ChainMismatch(`The contract at ${vault} is no settlement vault.`);
  });
  if (withoutToken(code, token) !== (await expectedCode(client, signer))) {
    throw new ChainMismatch(`The code at ${vault} is not the vault of this version: deploy it with --deploy.`);
  }
  const [settles, isPaused, ...moved] = await reading('state', () =>
    Promise.all([
      client.readContract({ ...ofVault, functionName: 'hasRole', args: [SETTLER_ROLE, signer] }),
      client.readContract({ ...ofVault, functionName: 'paused' }),
      client.readContract({ ...ofVault, functionName: 'totalMinted' }),
      client.readContract({ ...ofVault, functionName: 'totalBurned' }),
      client.readContract({ ...ofVault, functionName: 'totalPaid' }),
      client.readContract({ address: token, abi: computeTokenAbi, functionName: 'totalSupply', ...at }),
    ]),
  );
  if (!settles) throw new ChainMismatch(`${signer} may not settle with ${vault}: grant it SETTLER_ROLE first.`);
  if (isPaused) throw new ChainMismatch(`The vault ${vault} is paused: resume it first.`);
  if (moved.some((amount) => amount !== 0n)) {
    throw new ChainMismatch(`The vault ${vault} has issued or paid tokens already: other books may stand on it.`);
  }
  return { vault, token: parseWallet(token.toLowerCase()), atBlock };
}

/** The vault's code as a deployment would leave it, without the one thing that differs: its token's address. */
async function expectedCode(client: PublicClient, signer: Address): Promise<Hex> {
  const data = deploymentData({ adminDelaySeconds: 0, admin: signer, settler: signer, guardian: signer });
  const nonce = await reading('nonce', () => client.getTransactionCount({ address: signer, blockTag: 'latest' }));
  const { data: code } = await reading('simulated deployment', () =>
    client.call({ account: signer, data, blockTag: 'latest' }),
  );
  const token = getContractAddress({ from: vaultAddress(signer, nonce), nonce: 1n });
  return withoutToken(code ?? '0x', token);
}

function withoutToken(code: Hex, token: Address): Hex {
  return code.toLowerCase().replaceAll(token.slice(2).toLowerCase(), '0'.repeat(40)) as Hex;
}
