/**
 * A small HTTP server that speaks the part of the contract that the command line uses. It decides with the real domain
 * on one holder shard and the registry, keeps the pages that come of it, and can be told to fail as services do: refuse,
 * answer late, or break the connection.
 */
import { SPEC_SEALING, SPEC_WRITER } from '#journal/testing';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CODEC,
  decideLedger,
  decideRegistry,
  LedgerState,
  RegistryState,
  USAGE_ITEMS_MAX,
  type JournalEvent,
  type LedgerCommand,
  type LedgerOutcome,
  type PartyRole,
  type PriceBook,
  type RegistryCommand,
  type RegistryOutcome,
  type SplitPolicy,
  type UsageAnswer,
  type UsageItem,
  customerAvailable,
  customerReceivable,
} from '#concepts';
import { MapUsageIndex } from '#concepts/testing';
import { parsePositiveAmount, registryShard, type EntryPosition, type RecordEvent } from '#domain';
import { exportPage, FIRST_PREVIOUS_HASH, sealPage, type Page } from '#journal';
import { describeProblem, RequestError } from '#platform';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What goes wrong with a request: a status without an answer, or a connection cut before or after the work. */
export type Disturbance = { readonly status: number } | 'cut before' | 'cut after' | undefined;

const SHARD_CONTEXT = { shard: 0, shards: 1 } as const;
const REGISTRY = registryShard(SHARD_CONTEXT.shards);
/** So few that a journal of any length takes several answers. */
const PAGES_PER_ANSWER = 3;

export class ContractServer {
  readonly key = 'test-key';
  readonly requests: SeenRequest[] = [];
  readonly registry = new RegistryState();
  readonly ledger = new LedgerState(new MapUsageIndex(), new MapUsageIndex());
  /** Fixed answers by `METHOD /path`; an error is answered as the service would. */
  readonly answers = new Map<string, unknown>();
  disturb: (request: SeenRequest) => Disturbance = () => undefined;
  private readonly books: (PriceBook & { version: number })[] = [];
  private readonly policies: (SplitPolicy & { version: number })[] = [];
  private server: Server | undefined;
  private port = 0;
  /** By shard. */
  readonly pages: readonly Page[][] = [[], []];
  /** What a dry run of a price book is answered with. */
  trial: unknown;
  /** The clock by which pages are sealed. */
  now: () => Date = () => new Date();

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.serve(request, response));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection at once, as a killed process does. What was recorded stays. */
  async stop(): Promise<void> {
    const server = this.server;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  available(customer: string): bigint {
    return this.ledger.balance(customerAvailable(customer));
  }

  receivable(customer: string): bigint {
    return this.ledger.balance(customerReceivable(customer));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return;
    }
    const url = new URL(request.url ?? '/', this.url);
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    this.requests.push(seen);
    const disturbance = this.disturb(seen);
    if (disturbance === 'cut before') return void request.socket.destroy();
    if (typeof disturbance === 'object') return send(response, disturbance.status, {});
    const [status, body] = this.answer(seen);
    if (disturbance === 'cut after') return void request.socket.destroy();
    send(response, status, body);
  }

  private answer(seen: SeenRequest): [number, unknown] {
    try {
      if (seen.headers.authorization !== `Bearer ${this.key}`)
        throw new RequestError('UNAUTHENTICATED', 'No such key.');
      const fixed = this.answers.get(`${seen.method} ${seen.path}`);
      if (fixed instanceof Error) throw fixed;
      return [200, fixed ?? this.route(seen)];
    } catch (error) {
      const { problem } = describeProblem(error);
      return [problem.status, problem];
    }
  }

  private route(seen: SeenRequest): unknown {
    const body = seen.body.length === 0 ? undefined : (JSON.parse(seen.body.toString('utf8')) as never);
    const route = `${seen.method} ${seen.path}`;
    const version = Number(/\/(\d+)$/.exec(seen.path)?.[1] ?? 0);
    if (route === 'POST /v1/usage') return this.charge(body as unknown as unknown[]);
    if (route === 'POST /v1/parties') {
      const { id, roles } = body as unknown as { id: string; roles: PartyRole[] };
      return this.register(seen, { type: 'RegisterParty', party: id, roles });
    }
    if (route === 'POST /v1/mints')
      return this.mint(seen, body as unknown as { holder: string; amount: string; reason: string });
    if (route === 'GET /v1/price-books') return { items: this.books, nextCursor: null };
    if (route === 'GET /v1/journal/shards') return { items: this.listShards(), nextCursor: null };
    if (route === 'GET /v1/journal/pages') return this.listPages(seen.query);
    if (route === 'GET /v1/policies/split') return { items: this.policies, nextCursor: null };
    if (route.startsWith('PUT /v1/price-books/')) {
      if (seen.query.get('dryRun') === 'true') return this.trial;
      const book = body as unknown as PriceBook;
      this.register(seen, { type: 'PublishPriceBook', version, book });
      this.books.unshift({ ...book, version });
      return {};
    }
    if (route.startsWith('PUT /v1/policies/split/')) {
      const policy = body as unknown as SplitPolicy;
      this.register(seen, { type: 'PublishSplitPolicy', version, policy });
      this.policies.unshift({ ...policy, version });
      return {};
    }
    throw new RequestError('ROUTE_NOT_FOUND', `No such route (${route}).`);
  }

  private register(seen: SeenRequest, command: DistributiveOmit<RegistryCommand, 'time' | 'provenance'>): object {
    this.decideRegistry({ ...command, ...recorded(), ...identityOf(seen) } as RegistryCommand);
    return {};
  }

  private listShards(): object[] {
    return this.pages.map((pages, shard) => ({ shard, height: pages.length }));
  }

  private listPages(query: URLSearchParams): object {
    const from = Number(query.get('from'));
    const to = from - 1 + Math.min(PAGES_PER_ANSWER, Number(query.get('limit')));
    const pages = this.pages[Number(query.get('shard'))]!;
    const items = pages.slice(from - 1, to).map((page) => JSON.parse(exportPage(page)) as object);
    return { items, nextCursor: to < pages.length ? String(to + 1) : null };
  }

  private mint(
    seen: SeenRequest,
    { holder, amount, reason }: { holder: string; amount: string; reason: string },
  ): object {
    const command = { type: 'MintTokens', holder, amount: parsePositiveAmount(amount), reason } as const;
    this.decide({ ...command, ...recorded(), ...identityOf(seen) });
    return {};
  }

  private charge(events: readonly unknown[]): UsageAnswer {
    if (events.some((event) => JSON.stringify(event).includes('"unreadable"'))) {
      throw new RequestError('JSON_TOO_DEEP', 'The body nests too deep.');
    }
    const answers: UsageAnswer[] = [];
    for (let start = 0; start < events.length; start += USAGE_ITEMS_MAX) {
      const items = events.slice(start, start + USAGE_ITEMS_MAX).map((event, place) => toItem(event, start + place));
      const { time, provenance } = recorded();
      const outcome = this.decide({
        type: 'ChargeUsage',
        items,
        actor: provenance.actor,
        receivedAtMs: Date.now(),
        time,
        origin: provenance.origin,
      });
      if (outcome.type === 'usage') answers.push(outcome.answer);
    }
    const sum = (count: (answer: UsageAnswer) => number) => answers.reduce((total, answer) => total + count(answer), 0);
    return {
      accepted: sum((answer) => answer.accepted),
      duplicates: sum((answer) => answer.duplicates),
      conflicts: sum((answer) => answer.conflicts),
      rejected: answers.flatMap((answer) => answer.rejected),
    };
  }

  decide(command: LedgerCommand): LedgerOutcome {
    const context = { catalogue: this.registry.catalogue, recordedAt: recorded().time, ...SHARD_CONTEXT };
    return this.inPage(0, this.ledger, (record) => decideLedger(this.ledger, command, context, record));
  }

  decideRegistry(command: RegistryCommand): RegistryOutcome {
    return this.inPage(REGISTRY, this.registry, (record) =>
      decideRegistry(this.registry, command, record, new Date(command.time).toISOString()),
    );
  }

  /** Everything that one command records is one page. */
  private seal(content: Omit<Parameters<typeof sealPage>[0], 'journal' | 'registry'>, lines: readonly string[]): Page {
    return sealPage(
      { ...content, journal: SPEC_SEALING.journal, registry: SPEC_SEALING.registry!() },
      lines,
      SPEC_WRITER,
    );
  }

  private inPage<Event extends JournalEvent, Outcome>(
    shard: number,
    state: { evolve(event: Event, position: EntryPosition): void },
    decide: (record: RecordEvent<Event>) => Outcome,
  ): Outcome {
    const pages = this.pages[shard]!;
    const height = pages.length + 1;
    const lines: string[] = [];
    const outcome = decide((event) => {
      const position = { shard, height, index: lines.length };
      state.evolve(event, position);
      lines.push(CODEC.encode(event));
      return position;
    });
    if (lines.length > 0) {
      const previousHash = pages.at(-1)?.hash ?? FIRST_PREVIOUS_HASH;
      const recordedAt = this.now().toISOString();
      pages.push(this.seal({ shard, height, recordedAt, previousHash, offsets: [] }, lines));
    }
    return outcome;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function recorded() {
  return { time: new Date().toISOString(), provenance: { actor: 'key:admin', origin: 'request:test' } };
}

function identityOf({ method, path, headers, body }: SeenRequest) {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string') throw new RequestError('IDEMPOTENCY_KEY_REQUIRED', 'Send an Idempotency-Key header.');
  return { request: { key, digest: createHash('sha256').update(`${method} ${path}\n`).update(body).digest('hex') } };
}

function toItem(value: unknown, index: number): UsageItem {
  const event = value as Record<string, string> & { data?: Record<string, never> };
  const { source, id, type, time, subject, data } = event;
  if ([source, id, type, time, subject].some((text) => typeof text !== 'string') || data?.['meters'] === undefined) {
    return { index, invalid: { id: String(id ?? ''), code: 'VALIDATION_FAILED', detail: 'It is no usage event.' } };
  }
  const digest = createHash('sha256')
    .update(JSON.stringify([type, time, subject, data]))
    .digest('hex')
    .slice(0, 16);
  const report = { source: source!, id: id!, digest, type: type!, time: time!, customer: subject! };
  return { index, report: { ...report, provider: data['provider']!, model: data['model']!, meters: data['meters'] } };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const isProblem = status >= 400;
  response.writeHead(status, { 'content-type': isProblem ? 'application/problem+json' : 'application/json' });
  response.end(JSON.stringify(body));
}
