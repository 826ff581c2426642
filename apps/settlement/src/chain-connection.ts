/**
 * The process's connection to the settlement contracts. On a chain that the registry does not know yet it deploys them
 * and registers where they stand; after that only those contracts will do.
 */
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ChainUnavailable, SettlementChain, type ChainContracts } from '#chain';
import { DomainError, type ChainRegistered } from '#domain';
import {
  CONFIGURATION,
  ConfigurationError,
  HealthRegistry,
  LOGGER,
  Unavailable,
  type Configuration,
  type Logger,
} from '#platform';
import { CatalogueFollower, Sequencers } from '#wiring';

const RETRY_MAX_MS = 10_000;
const PROVENANCE = { actor: 'system:settlement', origin: 'system:settlement' };

@Injectable()
export class ChainConnection implements OnApplicationBootstrap, OnModuleDestroy {
  private chain: SettlementChain | undefined;
  private connecting: Promise<SettlementChain> | undefined;
  private trouble = 'not connected yet';
  private isStopping = false;

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
  ) {}

  onApplicationBootstrap(): void {
    this.health.register('chain', async () => {
      if (this.chain === undefined) return { ok: false, detail: this.trouble };
      const { number } = await this.chain.finalBlock();
      return { ok: true, detail: `chain ${this.chain.chainId}, final block ${number}` };
    });
    void this.keepTrying();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /** The chain with its contracts. @throws Unavailable while the node is away or the contracts do not fit */
  async get(): Promise<SettlementChain> {
    if (this.chain !== undefined) return this.chain;
    this.connecting ??= this.connect().finally(() => {
      this.connecting = undefined;
    });
    try {
      this.chain = await this.connecting;
      return this.chain;
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
      throw new Unavailable(`the chain is not available: ${this.trouble}`, 2, { cause: error });
    }
  }

  private async keepTrying(): Promise<void> {
    for (
      let pauseMs = 250;
      !this.isStopping && this.chain === undefined;
      pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS)
    ) {
      try {
        const chain = await this.get();
        this.logger.info(
          { chainId: chain.chainId, vault: chain.contracts.vault, token: chain.contracts.token },
          'settlement contracts are in place',
        );
      } catch (error) {
        this.logger.warn({ err: error }, 'the chain is not available; trying again');
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
      }
    }
  }

  private async connect(): Promise<SettlementChain> {
    const { chainRpcUrl: rpcUrl, chainSignerKey } = this.configuration;
    if (rpcUrl === undefined || chainSignerKey === undefined) {
      throw new ConfigurationError(
        'CHAIN_RPC_URL',
        'and CHAIN_SIGNER_KEY are needed to settle; `npm start` brings its own chain',
      );
    }
    const signerKey = chainSignerKey as `0x${string}`;
    const found = await SettlementChain.connect({ rpcUrl, signerKey });
    await this.follower.refresh();
    const known = this.follower.catalogue.chains.get(found.chainId);
    if (known !== undefined) return SettlementChain.connect({ rpcUrl, signerKey, contracts: contractsOf(known) });
    return this.deploy(found);
  }

  private async deploy(chain: SettlementChain): Promise<SettlementChain> {
    this.logger.info({ chainId: chain.chainId }, 'no contracts are registered on this chain; deploying them');
    const { deployBlock, ...contracts } = await chain.deploy();
    try {
      await this.sequencers.executeRegistry({
        type: 'RegisterChain',
        ...contracts,
        deployBlock: deployBlock.toString(),
        time: new Date().toISOString(),
        provenance: PROVENANCE,
      });
    } catch (error) {
      // Another process registered its deployment first: this one's contracts are never used.
      if (error instanceof DomainError && error.code === 'CHAIN_EXISTS')
        throw new ChainUnavailable('contracts', 'another process deployed them');
      throw error;
    }
    return chain;
  }
}

function contractsOf(registered: ChainRegistered): ChainContracts {
  return {
    chainId: registered.chainId,
    token: registered.token as `0x${string}`,
    vault: registered.vault as `0x${string}`,
    signer: registered.signer as `0x${string}`,
    deployBlock: BigInt(registered.deployBlock),
    firstNonce: registered.firstNonce,
  };
}
