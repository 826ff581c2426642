/**
 * The process's connection to the settlement contracts. On a chain that the registry does not know yet it deploys them
 * and registers where they stand; after that only those contracts will do.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
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

const RETRY_FIRST_MS = 250;
const RETRY_MAX_MS = 10_000;
const PROVENANCE = { actor: 'system:settlement', origin: 'system:settlement' };

@Injectable()
export class ChainConnection implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private chain: SettlementChain | undefined;
  private connecting: Promise<SettlementChain> | undefined;
  private trouble = 'not connected yet';
  private readonly stopping = new AbortController();

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
  ) {}

  onModuleInit(): void {
    const { chainRpcUrl, chainSignerKey } = this.configuration;
    if (chainRpcUrl !== undefined && chainSignerKey !== undefined) return;
    throw new ConfigurationError(
      chainRpcUrl === undefined ? 'CHAIN_RPC_URL' : 'CHAIN_SIGNER_KEY',
      'is needed to settle; `npm start` brings its own chain',
    );
  }

  onApplicationBootstrap(): void {
    this.health.register('chain', async () => {
      if (this.chain === undefined) return { ok: false, detail: this.trouble };
      const { number } = await this.chain.finalBlock();
      return { ok: true, detail: `chain ${this.chain.chainId}, final block ${number}` };
    });
    void this.keepTrying();
  }

  onModuleDestroy(): void {
    this.stopping.abort();
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
    const { signal } = this.stopping;
    for (let pauseMs = RETRY_FIRST_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS)) {
      try {
        const { chainId, contracts } = await this.get();
        this.logger.info(
          { chainId, vault: contracts.vault, token: contracts.token },
          'settlement contracts are in place',
        );
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.logger.warn({ err: error, pauseMs }, 'the chain is not available; trying again after the pause');
        await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  private async connect(): Promise<SettlementChain> {
    const rpcUrl = this.configuration.chainRpcUrl!;
    const signerKey = this.configuration.chainSignerKey as `0x${string}`;
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

/** The contracts as the chain lib takes them from the registry's event. */
export function contractsOf(registered: ChainRegistered): ChainContracts {
  return {
    chainId: registered.chainId,
    token: registered.token as `0x${string}`,
    vault: registered.vault as `0x${string}`,
    signer: registered.signer as `0x${string}`,
    deployBlock: BigInt(registered.deployBlock),
    firstNonce: registered.firstNonce,
  };
}
