/**
 * The process's connection to the settlement contracts. It works on the contracts that the registry knows and on no others:
 * a chain that the registry does not know is refused until somebody registers it in so many words. Only on a chain that
 * this very process started, and only for a journal that knows none, does it register by itself.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { addressOfKey, SettlementChain, type ChainContracts } from '#chain';
import { isWellKnownAccount, type ChainRegistered } from '#concepts';
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
import { ChainMemory } from './chain-memory.js';
import { contractsOf, registerContracts } from './chain-registration.js';

const RETRY_FIRST_MS = 250;
const RETRY_MAX_MS = 10_000;
const PROVENANCE = { actor: 'system:settlement', origin: 'system:settlement' };
/** Numbers that a person would think of are no secrets. */
const GUESSABLE_MAX = 0xffff_ffffn;

/** The registry names another chain than the node. No retry helps: a person must decide. */
export class ChainNotRegistered extends Error {
  override readonly name = 'ChainNotRegistered';
}

@Injectable()
export class ChainConnection implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private chain: SettlementChain | undefined;
  private connecting: Promise<SettlementChain> | undefined;
  private trouble = 'not connected yet';
  private said: string | undefined;
  private readonly stopping = new AbortController();

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
    private readonly memory: ChainMemory,
  ) {}

  onModuleInit(): void {
    const { chainRpcUrl, chainSignerKey } = this.configuration;
    if (chainRpcUrl === undefined || chainSignerKey === undefined) {
      throw new ConfigurationError(
        chainRpcUrl === undefined ? 'CHAIN_RPC_URL' : 'CHAIN_SIGNER_KEY',
        'is needed to settle; `npm start` brings its own chain',
      );
    }
    refusePublishedKey(this.configuration);
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

  /** Why the registered contracts are not these, while that is so: nothing is signed until somebody has decided. */
  get refusal(): string | undefined {
    return this.chain === undefined ? this.said : undefined;
  }

  /** Whether the registered contracts were found. */
  get isConnected(): boolean {
    return this.chain !== undefined;
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

  /** The node alone, without contracts: what a registration works on. @throws ChainUnavailable, ChainMismatch */
  node(): Promise<SettlementChain> {
    const { chainRpcUrl, chainSignerKey } = this.configuration;
    return SettlementChain.connect({ rpcUrl: chainRpcUrl!, signerKey: chainSignerKey as `0x${string}` });
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
        this.complain(error, pauseMs);
        await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** Logged once, since only a person can resolve it; checked again all the same, since another process may register. */
  private complain(error: unknown, pauseMs: number): void {
    const cause = error instanceof Error ? error.cause : undefined;
    const isForPeople =
      cause instanceof ChainNotRegistered ||
      (cause instanceof Error && ['ChainMismatch', 'ShardLost', 'ShardRefused'].includes(cause.name));
    if (!isForPeople) {
      this.logger.warn({ err: error, pauseMs }, 'the chain is not available; trying again after the pause');
    } else if (this.said !== cause.message) {
      this.said = cause.message;
      this.logger.error(`settlement refuses to start: ${cause.message}`);
    }
  }

  private async connect(): Promise<SettlementChain> {
    const found = await this.node();
    await this.follower.refresh();
    const { chains } = this.follower.catalogue;
    const known = chains.get(found.chainId);
    if (known !== undefined) return this.connectTo(contractsOf(known));
    const isFirst = chains.size === 0;
    if (!isFirst || this.configuration.chainIsEmbedded !== true) throw new ChainNotRegistered(whatToDo(found, chains));
    this.logger.info({ chainId: found.chainId }, 'no contracts are registered on the embedded chain; deploying them');
    const { contracts } = await registerContracts(this.sequencers, this.follower, found, {
      by: { deploy: true },
      provenance: PROVENANCE,
    });
    return this.connectTo(contracts);
  }

  private async connectTo(contracts: ChainContracts): Promise<SettlementChain> {
    const { chainRpcUrl, chainSignerKey } = this.configuration;
    const chain = await SettlementChain.connect({
      rpcUrl: chainRpcUrl!,
      signerKey: chainSignerKey as `0x${string}`,
      contracts,
    });
    await this.memory.assertKept(chain);
    return chain;
  }
}

function whatToDo({ chainId }: SettlementChain, chains: ReadonlyMap<number, ChainRegistered>): string {
  const command = '`airtime chain register --deploy`';
  if (chains.size === 0)
    return `no settlement contracts are registered; run ${command} once to deploy and register them on chain ${chainId}`;
  return (
    `the contracts are registered on chain ${[...chains.keys()].join(', ')}, and CHAIN_RPC_URL leads to chain ${chainId}: ` +
    `point it to the registered chain or, if this one is to be settled on from now on, run ${command}`
  );
}

/**
 * Anybody can sign with a key that is public knowledge. Only on a chain that this process started is that harmless.
 *
 * @throws ConfigurationError that does not quote the key
 */
export function refusePublishedKey({ chainSignerKey, chainIsEmbedded }: Configuration): void {
  if (chainSignerKey === undefined || chainIsEmbedded === true) return;
  const isGuessable = BigInt(chainSignerKey) <= GUESSABLE_MAX;
  if (!isGuessable && !isWellKnownAccount(addressOfKey(chainSignerKey as `0x${string}`))) return;
  throw new ConfigurationError(
    'CHAIN_SIGNER_KEY',
    'is a key that everybody knows, published for development; it works only on the chain that `npm start` brings. Make one of your own, e.g. 0x and the output of `openssl rand -hex 32`',
  );
}
