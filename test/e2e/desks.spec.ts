/** The desks of finance, providers, compliance and auditors: who may see what, how exact it is, and what is said of it. */
import { CODEC } from '#concepts';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatAmount, postingsOf, shardOf } from '#domain';
import { readEvents, readPages } from '#journal';
import type { RouteAnswer } from '#testing';
import { Api, type Position } from './support/api.js';
import { withPostgresJournal } from './support/books.js';
import { Stage } from './support/stage.js';
import { populate, settle, STANDALONE_SHARDS, startEmpty, type Standalone } from './support/standalone.js';
import { CUSTOMERS, generateUsage, PROVIDERS } from './support/world.js';

const ROLES = ['operator', 'finance', 'provider', 'customer', 'compliance', 'auditor'] as const;
type Role = (typeof ROLES)[number];

let stage: Stage;
let standalone: Standalone;
let api: Api;
let batch: string;
let reconciliation: string;
/** Of acme. */
let entry: string;
let proposal: string;
const keys = new Map<Role, string>();
const written = new Map<number, number>();

const note = ({ shard, height }: Position) => written.set(shard, Math.max(height, written.get(shard) ?? 0));
/** Asks a read to wait for everything that was written. */
const positions = () => [...written].map(([shard, height]) => `position=${shard}:${height}`).join('&');

beforeAll(async () => {
  stage = await Stage.open();
  standalone = await startEmpty(stage, { LOG_LEVEL: 'warn' });
  ({ api } = standalone);
  await populate(standalone);
  for (let n = 0; n < 4; n++) (await api.sendUsage(generateUsage(n, 80, n * 80))).positions.forEach(note);
  batch = (await settle(api)).id;
  reconciliation = (await api.post('/reconciliations')).id;
  for (let n = 4; n < 6; n++) (await api.sendUsage(generateUsage(n, 80, n * 80))).positions.forEach(note);
  await api.post('/transfers', { from: 'globex', to: 'hooli', amount: '500.5', reason: 'a large one' });
  const burned = await api.post('/burns', { holder: 'acme', amount: '2', reason: 'refund' });
  note(burned.position);
  entry = burned.id;
  const closesAt = new Date(Date.now() + 3_600_000).toISOString();
  ({ proposal } = await api.post('/proposals', { title: 'a vote', reason: 'test', closesAt, quorumBps: 1 }));
  await api.call('PUT', '/tiers/gold', { body: { staked: '20' } });
  await api.call('PUT', '/budgets/acme', { body: { limit: '1000000000', period: 'total', onExceed: 'reject' } });
  for (const role of ROLES) {
    const bound: Partial<Record<Role, object>> = {
      provider: { provider: 'gpu-north' },
      customer: { customer: 'acme' },
    };
    const body = { role, ...bound[role] };
    keys.set(role, (await api.post('/keys', body)).key);
  }
}, 120_000);

afterAll(() => stage?.close(), 60_000);

interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}
interface DescribedOperation {
  readonly security?: readonly unknown[];
  readonly 'x-roles'?: readonly (Role | 'admin')[];
}

/** Every operation that needs a key, with the roles that the document gives it; `document.spec` holds it to the routes. */
const DOCUMENT = JSON.parse(readFileSync(resolve('docs/openapi.json'), 'utf8')) as ApiDocument;
const OPERATIONS = Object.entries(DOCUMENT.paths)
  .filter(([path]) => path.startsWith('/v1/'))
  .flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { security }]) => security === undefined || security.length > 0)
      .map(([method, operation]) => ({ method, path, roles: operation['x-roles'] ?? [] })),
  );
const isRead = ({ method }: { readonly method: string }) => method === 'get';

/** What is there to be read, by path; one that is not here is read as it stands, or as `1`, which need not be there. */
const THERE: Readonly<Record<string, readonly string[]>> = {
  '/v1/access/check': ['/access/check?holder=acme&tier=gold'],
  '/v1/accounts/{account}/entries': ['/accounts/customer:acme:available/entries'],
  '/v1/budgets/{path}': ['/budgets/acme'],
  '/v1/entries/{id}': ['/entries/{entry}'],
  '/v1/entries/{id}/balances': ['/entries/{entry}/balances'],
  '/v1/entries/{id}/explanation': ['/entries/{entry}/explanation'],
  '/v1/holders/{id}/balance': ['/holders/acme/balance'],
  '/v1/holders/{id}/budgets': ['/holders/acme/budgets'],
  '/v1/holders/{id}/entries': ['/holders/acme/entries'],
  '/v1/holders/{id}/explanation': ['/holders/acme/explanation'],
  '/v1/holders/{id}/explanation/entries': [
    '/holders/acme/explanation/entries?account=customer:acme:available&type=Minted',
  ],
  '/v1/holders/{id}/grants': ['/holders/acme/grants'],
  '/v1/holders/{id}/holds': ['/holders/acme/holds'],
  '/v1/holders/{id}/receivables': ['/holders/acme/receivables'],
  '/v1/holders/{id}/stakes': ['/holders/acme/stakes'],
  '/v1/journal/pages': ['/journal/pages?shard=0'],
  '/v1/parties/{id}': ['/parties/gpu-north'],
  '/v1/payouts': ['/payouts', '/payouts?provider=gpu-north'],
  '/v1/payouts/{id}': ['/payouts/{batch}.gpu-north'],
  '/v1/payouts/{id}/entries': ['/payouts/{batch}.gpu-north/entries'],
  '/v1/writers/refused-pages': ['/writers/refused-pages?shard=0&height=1'],
  '/v1/price-books/{version}': ['/price-books/1'],
  '/v1/price-books/{version}/difference': ['/price-books/1/difference?from=1'],
  '/v1/providers/{id}': ['/providers/gpu-north'],
  '/v1/providers/{id}/earnings': ['/providers/gpu-north/earnings'],
  '/v1/proposals/{id}': ['/proposals/{proposal}'],
  '/v1/proposals/{id}/votes': ['/proposals/{proposal}/votes'],
  '/v1/proposals/{id}/weights': ['/proposals/{proposal}/weights'],
  '/v1/proposals/{id}/weights/{holder}': ['/proposals/{proposal}/weights/acme'],
  '/v1/reconciliations/{id}': ['/reconciliations/{reconciliation}'],
  '/v1/reports/large-movements': ['/reports/large-movements?threshold=100'],
  '/v1/reports/structured-movements': ['/reports/structured-movements?below=100&windowHours=24&count=2'],
  '/v1/reports/usage': ['/reports/usage?customer=acme', '/reports/usage?customer=acme&format=csv'],
  '/v1/search': ['/search?q={entry}'],
  '/v1/settlements/{id}': ['/settlements/{batch}'],
  '/v1/stream': ['/stream?count=1'],
};
const asPath = (path: string) => path.replace('/v1', '').replace(/\{[^}]+\}/g, '1');
const fill = (path: string) =>
  path
    .replace('{batch}', batch)
    .replace('{reconciliation}', reconciliation)
    .replace('{entry}', entry)
    .replace('{proposal}', proposal);

/** The rule, apart from what routes say of themselves: where each desk may be let in at all. */
const MAY_REACH: Readonly<Record<Role, { readonly reads: RegExp; readonly writes: RegExp }>> = {
  operator: {
    reads: /^\/v1\/(?!journal\/|parties$|payouts\/withheld$|providers\/.+\/earnings$|reports\/.+-movements$)/,
    writes: /^\/v1\/(?!keys|chains|kafka\/|projections\/|ledger\/verify$|parties\/.+\/kyc$)/,
  },
  finance: {
    reads: /^\/v1\/(?!journal\/|parties$|reports\/.+-movements$)/,
    writes: /^\/v1\/(settlements|reconciliations|yield-distributions|console\/links)$/,
  },
  // Its own data and what holds for everybody.
  provider: {
    reads:
      /^\/v1\/(me|parties\/\{id\}|providers\/\{id\}(\/earnings)?|payouts(\/\{id\}(\/entries)?)?|price-books(\/\{version\})?|rates|policies\/(split|emission|staking)|chains)$/,
    writes: /^\/v1\/console\/links$/,
  },
  // Its own data, what a usage of its own would cost, which tiers it reaches, its own stakes and votes, and what is voted on.
  customer: {
    reads:
      /^\/v1\/(access\/check|proposals(\/\{id\}(\/weights\/\{holder\})?)?|holders\/\{id\}\/(balance|grants|holds|budgets|receivables|stakes|entries|explanation(\/entries)?)|holds\/\{id\}|budgets\/\{path\}|accounts\/\{account\}\/entries|entries\/\{id\}(\/(explanation|balances))?|me|reports\/usage|search)$/,
    writes: /^\/v1\/(quotes|stakes|unstakes|proposals\/\{id\}\/votes|holders\/\{id\}\/compounding|console\/links)$/,
  },
  compliance: {
    reads: /^\/v1\/(?!journal\/|holders\/|accounts\/|entries\/|ledger\/|search$|reports\/(usage|split|receivables)$)/,
    writes: /^\/v1\/(parties(\/|$)|console\/links$)/,
  },
  auditor: { reads: /^\/v1\//, writes: /^\/v1\/((ledger|projections)\/verify|console\/links)$/ },
};

/** Who signs in has shown no key yet, and who signs out need show none. */
const OPEN: Readonly<Record<string, number>> = { 'post /v1/console/session': 400, 'delete /v1/console/session': 200 };

/** What belongs to no desk. Any other route without `@Allow` has forgotten it. */
const FOR_ADMINS =
  /^(get \/v1\/(journal\/(pages|shards)|keys|writers(\/(losses|refused-pages))?)|post \/v1\/(chains|jobs\/\{id\}\/(cancel|resume)|kafka\/(skips|topics)|keys|projections\/rebuild|reratings|writers\/statements)|delete \/v1\/keys\/\{keyId\})$/;

describe('the document', () => {
  it('lets each desk in nowhere but where it may be', () => {
    const trespassing = OPERATIONS.flatMap(({ method, path, roles }) =>
      ROLES.filter(
        (role) => roles.includes(role) && !MAY_REACH[role][isRead({ method }) ? 'reads' : 'writes'].test(path),
      ).map((role) => `${role}: ${method} ${path}`),
    );
    expect(trespassing).toEqual([]);
  });

  it('has an admin everywhere, an auditor at every read, and at least one desk wherever admins are not alone', () => {
    const { admin, auditor, nobody } = {
      admin: OPERATIONS.filter(({ roles }) => !roles.includes('admin')),
      auditor: OPERATIONS.filter((operation) => isRead(operation) && !operation.roles.includes('auditor')),
      nobody: OPERATIONS.filter(
        ({ method, path, roles }) =>
          !FOR_ADMINS.test(`${method} ${path}`) &&
          !roles.some((role) => role !== 'admin' && (role !== 'auditor' || !isRead({ method }))),
      ),
    };
    expect({ admin, auditor, nobody }).toEqual({ admin: [], auditor: [], nobody: [] });
  });
});

const READS = OPERATIONS.filter(isRead).flatMap(({ path, roles }) =>
  (THERE[path] ?? [asPath(path)]).map((called) => ({ called, roles, there: path in THERE || !path.includes('{') })),
);

describe('every read is answered to its roles and to nobody else', () => {
  it.each(READS)('GET $called', async ({ called, roles, there }) => {
    const statuses: Record<string, number> = { nobody: (await api.call('GET', fill(called), { key: null })).status };
    for (const role of ROLES) statuses[role] = (await api.call('GET', fill(called), { key: keys.get(role)! })).status;
    statuses['admin'] = (await api.call('GET', fill(called))).status;
    expect(there ? [200] : [200, 404]).toContain(statuses['admin']);
    const may = (role: Role) => (roles.includes(role) ? statuses['admin'] : 403);
    expect(statuses).toEqual({
      ...{ nobody: 401, admin: statuses['admin'] },
      ...Object.fromEntries(ROLES.map((role) => [role, may(role)])),
    });
  });

  it('and no write is done for whom it is not', async () => {
    const done: unknown[] = [];
    for (const { method, path, roles } of OPERATIONS.filter((operation) => !isRead(operation))) {
      for (const role of ROLES.filter((role) => !roles.includes(role))) {
        const { status } = await api.call(method.toUpperCase(), asPath(path), { key: keys.get(role)! });
        if (status !== 403) done.push([role, method, path, status]);
      }
    }
    expect(done).toEqual([]);
  });

  it('a provider sees its own data and no other provider’s', async () => {
    const key = keys.get('provider')!;
    for (const path of [
      '/providers/gpu-south',
      '/providers/gpu-south/earnings',
      '/payouts?provider=gpu-south',
      `/payouts/${batch}.gpu-south`,
      `/payouts/${batch}.gpu-south/entries`,
      '/parties/acme',
    ]) {
      expect((await api.call('GET', path, { key })).status).toBe(403);
    }
    const { items } = await api.as(key).get('/payouts');
    expect(items.map(({ provider }) => provider)).toEqual(['gpu-north']);
  });

  it('a customer sees its own data and, whatever it may call, no other customer’s', async () => {
    const as = (role: Role) => api.as(keys.get(role)!);
    const { items } = await as('finance').get('/accounts/customer:globex:available/entries?limit=1');
    const foreign = (path: string) =>
      path
        .replace('{entry}', items[0]!.id)
        .replace('acme', 'globex')
        .replace(/\{path\}/, 'globex/team')
        .replace('/{id}', '/0-1-0');
    const reached = OPERATIONS.filter(({ roles }) => roles.includes('customer'));
    expect(reached.length).toBeGreaterThan(7);
    // It is told who it is, and finds nothing of another's.
    expect(await as('customer').get(`/search?q=${items[0]!.id}`)).toEqual({ items: [] });
    expect(await as('customer').get('/search?q=globex')).toEqual({ items: [] });
    for (const { method, path } of reached.filter(isRead)) {
      // What is voted on holds for everybody.
      if (/^\/v1\/(me|search|proposals(\/\{id\})?)$/.test(path)) continue;
      const called = foreign((THERE[path] ?? [path.replace('/v1', '')])[0]!);
      const { status } = await api.call(method.toUpperCase(), called, { key: keys.get('customer')! });
      expect([403, 404]).toContain(status);
    }
    const everybody = await api.call('GET', '/reports/usage', { key: keys.get('customer')! });
    expect(everybody.status).toBe(403);
    expect((await as('customer').get('/holders/acme/balance')).holder).toBe('acme');
  });

  it('what does not exist is 404, what cannot be is 400', async () => {
    for (const path of ['/entries/0-999999-0', '/settlements/none', '/reconciliations/none', '/holders/nobody/balance'])
      expect([path, (await api.call('GET', path)).status]).toEqual([path, 404]);
    for (const path of [
      '/ledger/supply?asOf=yesterday',
      '/payouts?limit=0',
      '/payouts?cursor=%00',
      '/reports/usage?groupBy=mood',
      '/ledger/trial-balance?position=here',
    ])
      expect([path, (await api.call('GET', path)).status]).toEqual([path, 400]);
  });

  it('the verifier is for auditors, a rebuild for admins, health, metrics and the document for everybody', async () => {
    const post = async (path: string, role: Role) => (await api.call('POST', path, { key: keys.get(role)! })).status;
    expect(await post('/ledger/verify', 'auditor')).toBe(200);
    expect(await post('/ledger/verify', 'finance')).toBe(403);
    expect(await post('/projections/verify', 'auditor')).toBe(200);
    expect(await post('/projections/verify', 'finance')).toBe(403);
    expect(await post('/projections/rebuild', 'auditor')).toBe(403);
    expect(await post('/projections/rebuild', 'operator')).toBe(403);
    for (const path of ['/health/live', '/health/ready', '/health', '/metrics', '/docs', '/docs-json'])
      expect([path, (await api.call('GET', path, { key: null })).status]).toEqual([path, 200]);
  });
});

describe('a balance', () => {
  it('as of any past instant is what a replay of the journal up to then gives', async () => {
    const history = await readHistory();
    const instants = chooseInstants(history.map(({ recordedAt }) => recordedAt));
    for (const asOf of instants) {
      const replayed = new Map<string, bigint>();
      for (const { recordedAt, postings } of history) {
        if (recordedAt > asOf) continue;
        for (const { debit, credit, amount } of postings) {
          replayed.set(debit, (replayed.get(debit) ?? 0n) - BigInt(amount));
          replayed.set(credit, (replayed.get(credit) ?? 0n) + BigInt(amount));
        }
      }
      const of = (account: string) => formatAmount(replayed.get(account) ?? 0n);
      for (const customer of ['acme', 'stark']) {
        const balance = await api.get(`/holders/${customer}/balance?asOf=${asOf}&${positions()}`);
        expect([asOf, balance['available']]).toEqual([asOf, of(`customer:${customer}:available`)]);
        expect([asOf, balance['receivable']]).toEqual([
          asOf,
          formatAmount(-(replayed.get(`customer:${customer}:receivable`) ?? 0n)),
        ]);
      }
      const provider = await api.get(`/holders/gpu-north/balance?asOf=${asOf}&${positions()}`);
      expect([asOf, provider['payable']]).toEqual([asOf, of('provider:gpu-north:payable')]);
      const supply = await api.get(`/ledger/supply?asOf=${asOf}`);
      expect([asOf, supply['supply'], supply['lawful']]).toEqual([
        asOf,
        formatAmount(-(replayed.get('issuance') ?? 0n)),
        true,
      ]);
      expect(await api.get(`/ledger/trial-balance?asOf=${asOf}`)).toMatchObject({ balanced: true });
    }
  }, 60_000);

  it('includes a write as soon as its position is asked for', async () => {
    for (let n = 1; n <= 5; n++) {
      const before = await api.get(`/holders/umbrella/balance?${positions()}`);
      const { position } = await api.post('/burns', {
        holder: 'umbrella',
        amount: '1',
        reason: 'test',
      });
      const after = await api.get(`/holders/umbrella/balance?position=${position.shard}:${position.height}`);
      expect(minusOne(before['available'] as string)).toBe(after['available']);
      note(position);
    }
  });

  it('at a position that no answer can have named is refused at once', async () => {
    const shard = shardOf('acme', STANDALONE_SHARDS);
    const answer = await api.ask('GET', `/holders/acme/balance?position=${shard}:999999`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });
});

describe('a list', () => {
  type Statement = RouteAnswer<'get', '/accounts/{account}/entries'>;

  it('read page by page is the list read at once, each entry once', async () => {
    const path = `/accounts/customer:acme:available/entries`;
    const whole = await api.get(`${path}?limit=500&postings=false&${positions()}`);
    expect(whole.items.length).toBeGreaterThan(40);
    const walked: Statement['items'][number][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const asked: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Statement = await api.get(`${path}?limit=7&postings=false${asked}`);
      expect(page.items.length).toBeLessThanOrEqual(7);
      walked.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(walked).toEqual(whole.items);
    expect(new Set(walked.map(({ id }) => id)).size).toBe(walked.length);
    const balance = await api.get('/holders/acme/balance');
    expect(walked[0]!.balanceAfter).toBe(balance['available']);
  });

  it('of parties and of balances goes on behind its cursor', async () => {
    for (const [path, least] of [
      ['/parties', CUSTOMERS.length + PROVIDERS.length],
      ['/ledger/trial-balance/accounts', 10],
    ] as const) {
      const seen: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const asked: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page: { items: readonly unknown[]; nextCursor: string | null } = await api.get(`${path}?limit=3${asked}`);
        seen.push(...page.items);
        cursor = page.nextCursor;
      }
      expect(seen.length).toBeGreaterThanOrEqual(least);
      expect(new Set(seen.map((item) => JSON.stringify(item))).size).toBe(seen.length);
    }
  });
});

it('an entry carries the proof that it stands in its page', async () => {
  const { items } = await api.get('/accounts/provider:gpu-north:payable/entries?limit=1');
  const { page, proof: shown, event } = await api.get(`/entries/${items[0]!.id}`);
  const proof = shown!;
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(sha256(proof.header)).toBe(page.hash);
  expect(proof.header).toContain(page.bodyDigest);
  const [shard, height] = items[0]!.id.split('-');
  const pages = await api.call<string | { items: { body: string }[] }>(
    'GET',
    `/journal/pages?shard=${shard}&from=${height}&limit=1`,
  );
  const body =
    typeof pages.body === 'string' ? (JSON.parse(pages.body) as { body: string }).body : pages.body.items[0]!.body;
  expect(sha256(body)).toBe(page.bodyDigest);
  expect(CODEC.decode(JSON.parse(body.split('\n')[proof.line]!))).toEqual(event);
});

describe('the API document', () => {
  /** What outsiders were promised and is there. */
  const PROMISED: readonly (readonly [method: string, path: string])[] = [
    ['post', '/v1/usage'],
    ['post', '/v1/mints'],
    ['post', '/v1/burns'],
    ['post', '/v1/transfers'],
    ['put', '/v1/price-books/{version}'],
    ['get', '/v1/price-books'],
    ['get', '/v1/keys'],
    ['put', '/v1/policies/split/{version}'],
    ['get', '/v1/holders/{id}/balance'],
    ['get', '/v1/accounts/{account}/entries'],
    ['get', '/v1/entries/{id}'],
    ['get', '/v1/ledger/trial-balance'],
    ['get', '/v1/ledger/supply'],
    ['post', '/v1/ledger/verify'],
    ['post', '/v1/parties'],
    ['get', '/v1/parties/{id}'],
    ['post', '/v1/parties/{id}/kyc'],
    ['post', '/v1/parties/{id}/wallets'],
    ['post', '/v1/settlements'],
    ['get', '/v1/settlements/{id}'],
    ['get', '/v1/payouts'],
    ['post', '/v1/reconciliations'],
    ['get', '/v1/reconciliations/{id}'],
    ['get', '/v1/breaks'],
    ['get', '/v1/reports/usage'],
    ['get', '/health/live'],
    ['get', '/health/ready'],
    ['get', '/health'],
    ['get', '/metrics'],
  ];

  it('lists what outsiders were promised, and what it is compared with here', async () => {
    const { openapi, paths } = (await api.call<ApiDocument>('GET', '/docs-json')).body;
    expect(openapi).toMatch(/^3\./);
    for (const [method, path] of PROMISED)
      expect([method, path, paths[path]?.[method] !== undefined]).toEqual([method, path, true]);
    const rolesIn = (document: ApiDocument['paths']) =>
      Object.entries(document).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => [`${method} ${path}`, operation['x-roles'] ?? []]),
      );
    expect(Object.fromEntries(rolesIn(paths))).toEqual(Object.fromEntries(rolesIn(DOCUMENT.paths)));
    expect(Object.keys(THERE).filter((path) => paths[path]?.['get'] === undefined)).toEqual([]);
  });

  it('lists nothing that is not there, and every route under /v1 asks for a key', async () => {
    const { paths } = (await api.call<ApiDocument>('GET', '/docs-json')).body;
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of Object.keys(operations)) {
        const called = path.replace(/\{[^}]+\}/g, '1');
        const { status } = await api.call(method.toUpperCase(), called, { key: null });
        expect([method, path, status]).toEqual([
          method,
          path,
          path.startsWith('/v1') ? (OPEN[`${method} ${path}`] ?? 401) : 200,
        ]);
      }
    }
  });
});

interface Recorded {
  readonly recordedAt: string;
  readonly postings: ReturnType<typeof postingsOf>;
}

async function readHistory(): Promise<Recorded[]> {
  return withPostgresJournal(standalone.databaseUrl, async (store) => {
    const history: Recorded[] = [];
    for (let shard = 0; shard <= STANDALONE_SHARDS; shard++) {
      for await (const page of readPages(store, shard)) {
        for (const { event } of readEvents(page, CODEC))
          history.push({ recordedAt: page.recordedAt, postings: postingsOf(event) });
      }
    }
    return history;
  });
}

/** Moments right at a page, a millisecond before one, and before everything. */
function chooseInstants(recorded: readonly string[]): string[] {
  const distinct = [...new Set(recorded)].sort();
  const chosen = Array.from({ length: 6 }, (_, n) => distinct[Math.floor((n * (distinct.length - 1)) / 5)]!);
  const before = chosen.map((instant) => new Date(Date.parse(instant) - 1).toISOString());
  return [...chosen, ...before, '2020-01-01T00:00:00.000Z'];
}

function minusOne(tokens: string): string {
  const [whole, fraction] = tokens.split('.');
  return [String(BigInt(whole!) - 1n), ...(fraction === undefined ? [] : [fraction])].join('.');
}
