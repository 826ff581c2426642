/**
 * Registers the settlement contracts of a chain: those that are deployed for it, or those that stand already. It may be
 * broken off anywhere and run again: contracts that were deployed and not recorded are found and taken, and a chain that
 * is registered stays as it is.
 */
import { ChainMismatch, SettlementChain, SettlementRefused, type Address, type ChainContracts } from '#chain';
import { chainRefusal, isRefusal, type ChainRegistered } from '#concepts';
import type { EntryPosition, Provenance, RequestIdentity } from '#domain';
import type { CatalogueFollower, Sequencers } from '#wiring';

export interface Registration {
  readonly by:
    | { readonly deploy: true; readonly admin?: Address; readonly guardian?: Address }
    | { readonly deploy?: false; readonly vault: Address };
  readonly provenance: Provenance;
  readonly request?: RequestIdentity;
  /** Told between deployment and registration: for crash tests. */
  readonly observe?: (moment: 'deployed') => void;
}

export interface Registered {
  readonly contracts: ChainContracts;
  /** Absent when the chain was registered before. */
  readonly entry?: EntryPosition;
}

/**
 * @param node connected without contracts
 * @throws DomainError `CHAIN_EXISTS` when the chain is registered with other contracts, `CHAIN_UNFIT` when the contracts
 *   do not fit; ChainUnavailable when the node is away
 */
export async function registerContracts(
  sequencers: Sequencers,
  follower: CatalogueFollower,
  node: SettlementChain,
  { by, provenance, request, observe }: Registration,
): Promise<Registered> {
  await follower.refresh();
  const known = follower.catalogue.chains.get(node.chainId);
  if (known !== undefined) return { contracts: await sameAsRegistered(node, known, by) };
  const { deployBlock, ...contracts } = await fitting(() =>
    by.deploy === true ? node.deployOnce(by) : node.adoptVault(by.vault),
  );
  observe?.('deployed');
  try {
    const { outcome } = await sequencers.executeRegistry({
      type: 'RegisterChain',
      ...contracts,
      deployBlock: deployBlock.toString(),
      time: new Date().toISOString(),
      provenance,
      ...(request === undefined ? {} : { request }),
    });
    return { contracts: { ...contracts, deployBlock }, entry: outcome.entry };
  } catch (error) {
    if (!isRefusal(error, 'CHAIN_EXISTS')) throw error;
    // Another process was first. Both took the same contracts, unless somebody named another vault.
    await follower.refresh();
    return { contracts: await sameAsRegistered(node, follower.catalogue.chains.get(node.chainId)!, by) };
  }
}

/** The registered contracts, when they stand on this node and are those that were asked for. */
async function sameAsRegistered(
  node: SettlementChain,
  known: ChainRegistered,
  by: Registration['by'],
): Promise<ChainContracts> {
  const contracts = contractsOf(known);
  const isAnother = by.deploy !== true && by.vault.toLowerCase() !== known.vault.toLowerCase();
  const fault = isAnother ? '' : await faultOf(node, contracts);
  if (fault === undefined) return contracts;
  throw chainRefusal(
    'CHAIN_EXISTS',
    `Chain ${known.chainId} is registered with the vault ${known.vault}; books on a chain never change their contracts. ${fault}`.trim(),
    'chainId',
  );
}

async function faultOf(node: SettlementChain, contracts: ChainContracts): Promise<string | undefined> {
  try {
    await node.compare(contracts);
    return undefined;
  } catch (error) {
    if (error instanceof ChainMismatch) return error.message;
    throw error;
  }
}

/** The contracts as the chain lib takes them from the registry's event. */
export function contractsOf(registered: ChainRegistered): ChainContracts {
  const hex = (text: string): `0x${string}` => text as `0x${string}`;
  return {
    chainId: registered.chainId,
    genesisHash: hex(registered.genesisHash),
    ...{ token: hex(registered.token), tokenCodeHash: hex(registered.tokenCodeHash) },
    ...{ vault: hex(registered.vault), vaultCodeHash: hex(registered.vaultCodeHash) },
    signer: hex(registered.signer),
    deployBlock: BigInt(registered.deployBlock),
    firstNonce: registered.firstNonce,
  };
}

async function fitting(take: () => Promise<ChainContracts>): Promise<ChainContracts> {
  try {
    return await take();
  } catch (error) {
    if (error instanceof ChainMismatch || error instanceof SettlementRefused)
      throw chainRefusal('CHAIN_UNFIT', error.message);
    throw error;
  }
}
