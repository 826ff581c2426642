/** A local chain behind a proxy that a spec may let fail, and the settler's connection to it. */
import { RpcProxy } from '../../../test/e2e/support/rpc-proxy.js';
import { SettlementChain } from '../src/index.js';
import { LocalChain, SETTLER_KEY } from './local-chain.js';

export interface ProxiedChain {
  readonly local: LocalChain;
  readonly proxy: RpcProxy;
  readonly chain: SettlementChain;
}

/** Starts one for the specs of a file. After each of them the proxy forwards again, after the last one all is stopped. */
export function proxiedChain(timeoutMs: number): Promise<ProxiedChain> {
  const started = start(timeoutMs);
  afterEach(async () => {
    (await started).proxy.intercept = (exchange) => exchange.forward();
  });
  afterAll(async () => {
    const { local, proxy } = await started;
    await proxy.stop();
    await local.stop();
  });
  return started;
}

async function start(timeoutMs: number): Promise<ProxiedChain> {
  const local = await LocalChain.start();
  const proxy = await RpcProxy.start(local.rpcUrl);
  const chain = await SettlementChain.connect({ rpcUrl: proxy.url, signerKey: SETTLER_KEY, timeoutMs });
  return { local, proxy, chain };
}
