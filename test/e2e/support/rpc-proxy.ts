import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One JSON-RPC exchange on its way through the proxy. */
export interface Exchange {
  readonly method: string;
  readonly params: readonly unknown[];
  /** Lets the node answer. */
  forward(): Promise<{ result?: unknown; error?: unknown }>;
}

/** Writes whatever it likes in the place of an answer, given the request's id. */
export type RudeAnswer = (response: ServerResponse, id: number) => void;

/** The answer to give instead: JSON-RPC's, another one of HTTP, `cut` to break the connection, `silent` to give none. */
export type Interception =
  { result?: unknown; error?: unknown } | { status: number; body: string } | RudeAnswer | 'cut' | 'silent';

/** Stands between client and node and misbehaves the way real networks and providers do. */
export class RpcProxy {
  intercept: (exchange: Exchange) => Promise<Interception> = (exchange) => exchange.forward();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(target: string): Promise<RpcProxy> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void proxy.answer(target, Buffer.concat(chunks).toString(), response));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const proxy = new RpcProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return proxy;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), 'close');
  }

  private async answer(target: string, body: string, response: ServerResponse): Promise<void> {
    const { id, method, params = [] } = JSON.parse(body) as { id: number; method: string; params?: unknown[] };
    const forward = async () => {
      const answer = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      const { result, error } = (await answer.json()) as { result?: unknown; error?: unknown };
      return error === undefined ? { result } : { error };
    };
    const verdict = await this.intercept({ method, params, forward });
    if (verdict === 'silent') return;
    if (typeof verdict === 'function') verdict(response, id);
    else if (verdict === 'cut') response.destroy();
    else if ('status' in verdict) response.writeHead(verdict.status).end(verdict.body);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, ...verdict }));
  }
}
