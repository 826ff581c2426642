import { gzipSync } from 'node:zlib';
import { ChainContradiction, ChainMismatch, ChainUnavailable, headsDigest, SettlementChain } from './index.js';
import { SettlementRefused } from './index.js';
import type { Address, BatchInstruction, ChainContracts, Hash, SignedTransaction } from './index.js';
import { eventually, HANG_MS } from '#testing';
import { LocalChain, SETTLER_KEY } from '../test-support/local-chain.js';
import { RpcProxy } from '../../../test/e2e/support/rpc-proxy.js';
import type { RudeAnswer } from '../../../test/e2e/support/rpc-proxy.js';
import { seededRandom } from '../../../test/e2e/support/world.js';

const ALICE: Address = '0x1000000000000000000000000000000000000001';
/** For an answer that never ends, and for all others, which come at once: no test judges the machine. */
const SHORT_MS = 1_000;
const MiB = 1024 * 1024;

let local: LocalChain;
let contracts: ChainContracts;
let instruction: BatchInstruction;
let signed: SignedTransaction;
const proxies: RpcProxy[] = [];

beforeAll(async () => {
  local = await LocalChain.start();
  await local.call('evm_setAutomine', true);
  const chain = await SettlementChain.connect({ rpcUrl: local.rpcUrl, signerKey: SETTLER_KEY });
  contracts = await chain.deploy({ until: 'mined' });
  const payouts = [{ wallet: ALICE, amount: 1n }];
  instruction = { batchId: 'b', mint: 2n, burn: 0n, headsDigest: headsDigest([]), payouts };
  signed = await chain.sign(instruction, contracts.firstNonce);
  await chain.submit(signed.raw);
  await local.mineToFinality();
});

afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  await local?.stop();
});

/** A connection through a proxy of its own, which behaves until it is told otherwise. */
async function connected(timeoutMs = HANG_MS) {
  const proxy = await RpcProxy.start(local.rpcUrl);
  proxies.push(proxy);
  const options = { rpcUrl: proxy.url, signerKey: SETTLER_KEY, contracts, timeoutMs } as const;
  return { proxy, options, chain: await SettlementChain.connect(options) };
}

const drain = async (items: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of items);
};

/** Everything that is ever asked of a node. */
const ASKED: Readonly<Record<string, (chain: SettlementChain) => Promise<unknown>>> = {
  'the final block': (chain) => chain.finalBlock(),
  'the market': (chain) => chain.market(),
  'the nonce': (chain) => chain.spentNonces('finalized'),
  'where a nonce stands': (chain) => chain.status([signed.hash], signed.nonce),
  'whether a batch is settled': (chain) => chain.isSettled('b'),
  'a signature': (chain) => chain.sign({ ...instruction, batchId: 'c' }, signed.nonce + 1),
  'a broadcast': (chain) => chain.submit(signed.raw),
  'the state': (chain) => chain.observe({ number: 1n, hash: signed.hash }),
  transfers: (chain) => drain(chain.transfers(contracts.deployBlock, contracts.deployBlock, [signed.hash])),
  batches: (chain) => drain(chain.batches(contracts.deployBlock, contracts.deployBlock)),
  'the contracts': (chain) => chain.compare(contracts),
};

const answerOf = (id: unknown, rest: object) => JSON.stringify({ jsonrpc: '2.0', id, ...rest });
const text =
  (body: string | ((id: number) => string), status = 200, headers: Record<string, string> = {}): RudeAnswer =>
  (response, id) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : body(id));

/** Sends until the client has had enough; a client that never has is told by {@link sentMax}. */
let sentMax = 0;
const endless: RudeAnswer = (response) => {
  const block = Buffer.alloc(MiB, ' ');
  let sent = 0;
  const more = (): void => {
    while (sent < 1024 && !response.destroyed) {
      sent++;
      sentMax = Math.max(sentMax, sent);
      if (!response.write(block)) return void response.once('drain', more);
    }
    response.end();
  };
  more();
};

const dripping: RudeAnswer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drip = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(drip));
};

const RUDE: Readonly<Record<string, RudeAnswer>> = {
  'a page of HTML': text('<!doctype html><title>Sign in</title>', 200, { 'content-type': 'text/html' }),
  'a long page of HTML with status 502': text(`<html>${'<p>sorry</p>\n'.repeat(100_000)}`, 502),
  nothing: text(''),
  'a status without a body': text('', 204),
  'JSON that ends too early': text('{"jsonrpc":"2.0","id":'),
  null: text('null'),
  'an empty object': text('{}'),
  'a list': text((id) => `[${answerOf(id, { result: '0x1' })}]`),
  'the answer to another request': text((id) => answerOf(id + 1, { result: '0x1' })),
  'an answer without an id': text('{"jsonrpc":"2.0","result":"0x1"}'),
  'neither result nor error': text((id) => answerOf(id, {})),
  'words in place of a result': text((id) => answerOf(id, { result: 'moon' })),
  'a number in place of a result': text((id) => answerOf(id, { result: 1e300 })),
  'an empty result': text((id) => answerOf(id, { result: {} })),
  'an error without words': text((id) => answerOf(id, { error: { code: 'x' } })),
  'an error of a megabyte': text((id) => answerOf(id, { error: { code: -32_000, message: 'x\n'.repeat(500_000) } })),
  'a wish to be asked tomorrow': text('', 503, { 'retry-after': '86400' }),
  'an answer that never ends': dripping,
  'a gigabyte': endless,
  'a gigabyte, packed': (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(PACKED);
  },
};
const PACKED = gzipSync(Buffer.alloc(64 * MiB, ' '), { level: 1 });

/** Short, on one line, and without the node's address, which often is a secret. */
function expectClear(error: unknown, url: string): void {
  const { message } = error as Error;
  expect(message.length).toBeLessThan(700);
  expect(message).not.toMatch(/[\n\r]/);
  expect(message).not.toContain(new URL(url).host);
}

/** Those that cost much to send are answers to two questions only. */
const LARGE = /gigabyte|megabyte|long page/;
const SOME = ['the final block', 'a broadcast'];

describe('a node that answers', () => {
  it('nonsense, too much, too slowly or somebody else is unavailable, whatever it was asked, in bounded time', async () => {
    const outcomes = Object.entries(RUDE).map(async ([name, rude]) => {
      const { proxy, options, chain } = await eventually(() => connected(rude === dripping ? SHORT_MS : HANG_MS));
      proxy.intercept = async () => rude;
      const connect = ['a connection', () => SettlementChain.connect(options)] as const;
      const asked = [...Object.entries(ASKED), connect].filter(([what]) => !LARGE.test(name) || SOME.includes(what));
      return Promise.all(
        asked.map(async ([what, ask]) => {
          const failure: unknown = await ask(chain).catch((error: unknown) => error);
          if (failure instanceof ChainUnavailable) expectClear(failure, proxy.url);
          // A refusal in the node's own words is one to a broadcast, too.
          const isRefusal = name === 'an error of a megabyte' && failure instanceof SettlementRefused;
          return failure instanceof ChainUnavailable || isRefusal ? [] : [name, what, String(failure)];
        }),
      );
    });
    expect((await Promise.all(outcomes)).flat(2)).toEqual([]);
    // Bytes on their way in buffers are not held by anybody.
    expect(sentMax).toBeLessThan(64);
  });

  it('with another transaction’s receipt or another block’s number is unavailable: neither is believed', async () => {
    const { proxy, chain } = await connected();
    const other: Hash = `0x${'12'.repeat(32)}`;
    proxy.intercept = async (exchange) => {
      const answer = await exchange.forward();
      const isReceipt = exchange.method === 'eth_getTransactionReceipt';
      return isReceipt ? { result: { ...(answer.result as object), transactionHash: other } } : answer;
    };
    await expect(chain.status([signed.hash], signed.nonce)).rejects.toBeInstanceOf(ChainUnavailable);
    proxy.intercept = async (exchange) => {
      const answer = await exchange.forward();
      const isNumbered = exchange.method === 'eth_getBlockByNumber' && /^0x/.test(String(exchange.params[0]));
      return isNumbered ? { result: { ...(answer.result as object), number: '0x1' } } : answer;
    };
    await expect(chain.status([signed.hash], signed.nonce)).rejects.toBeInstanceOf(ChainUnavailable);
  });

  it('members of another kind here and there is answered with one of our own errors, and never believed in part', async () => {
    const random = seededRandom(20_261_126);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const STRANGE = [null, '', '0x', '0xzz', 'moon', -1, 1e300, true, [], {}, [null], { number: null }, '0x1', '1'];
    const spoil = (value: unknown): unknown => {
      if (random() < 0.3 || typeof value !== 'object' || value === null) return pick(STRANGE);
      if (Array.isArray(value)) return value.map((item) => (random() < 0.5 ? spoil(item) : item));
      const members = Object.entries(value);
      const spoilt = pick(members)?.[0];
      return Object.fromEntries(members.map(([name, item]) => [name, name === spoilt ? spoil(item) : item]));
    };
    const ours = [ChainUnavailable, ChainMismatch, ChainContradiction, SettlementRefused];
    const { proxy, chain } = await connected();
    proxy.intercept = async (exchange) => {
      const answer = await exchange.forward();
      return random() < 0.5 ? answer : { result: spoil(answer.result) };
    };
    const strange: unknown[] = [];
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        for (const ask of Object.values(ASKED)) {
          const failure: unknown = await ask(chain).catch((error: unknown) => error);
          const isOurs = ours.some((kind) => failure instanceof kind);
          if (failure instanceof Error && !isOurs) strange.push(failure);
        }
      }),
    );
    expect(strange).toEqual([]);
  });
});

describe('a chain whose blocks are smaller than a batch', () => {
  it('refuses the batch as too large, in the words of whichever node, before a nonce is spent', async () => {
    const { proxy, chain } = await connected();
    const sign = () =>
      chain.sign({ ...instruction, batchId: 'small' }, signed.nonce + 1).catch((error: unknown) => error);
    proxy.intercept = async (exchange) => {
      const answer = await exchange.forward();
      const isBlock = exchange.method === 'eth_getBlockByNumber';
      return isBlock ? { result: { ...(answer.result as object), gasLimit: '0x4e20' } } : answer;
    };
    expect(await sign()).toMatchObject({ code: 'batch_too_large' });
    for (const message of ['gas required exceeds allowance (60000)', 'out of gas', 'exceeds block gas limit']) {
      proxy.intercept = async (exchange) =>
        exchange.method === 'eth_estimateGas' ? { error: { code: -32_000, message } } : exchange.forward();
      expect([message, await sign()]).toMatchObject([message, { code: 'batch_too_large' }]);
    }
    proxy.intercept = (exchange) => exchange.forward();
    const before = await local.call('eth_getBlockByNumber', 'latest', false);
    await local.call('evm_setBlockGasLimit', '0xc350');
    await local.mine();
    expect(await sign()).toMatchObject({ code: 'batch_too_large' });
    await local.call('evm_setBlockGasLimit', (before as { gasLimit: string }).gasLimit);
    await local.mine();
    expect(await sign()).toMatchObject({ nonce: signed.nonce + 1 });
  });
});
