/** The door of the pages: one line for each. What a page needs of the API decides who sees it in the menu. */
import { lazy, may, type ComponentType, type Me } from '#console-kit';
import type { PathOf } from '#client';

interface Listed {
  /** Where the menu and links begin. */
  readonly path: string;
  /** The same with its parameters. */
  readonly route: string;
  readonly name: string;
  /** Reads that the page is nothing without. */
  readonly needs: readonly PathOf<'get'>[];
  /** After `g`. */
  readonly key?: string;
  /** Whether it stands in the menu: a page of one thing does not. */
  readonly isListed: boolean;
  readonly View: ComponentType;
}

type View = () => Promise<{ readonly default: ComponentType }>;

const page = (path: string, name: string, key: string, needs: readonly PathOf<'get'>[], view: View): Listed => ({
  ...{ path, route: path, name, key, needs, isListed: true, View: lazy(view) },
});

const pageOf = (
  path: string,
  parameter: string,
  name: string,
  needs: readonly PathOf<'get'>[],
  view: View,
): Listed => ({
  ...{ path, route: `${path}/:${parameter}`, name, needs, isListed: false, View: lazy(view) },
});

export const PAGES: readonly Listed[] = [
  page(
    '/',
    'Do the books agree?',
    'h',
    ['/v1/ledger/trial-balance', '/v1/ledger/supply'],
    () => import('./pages/home.page.js'),
  ),
  page('/find', 'Find', 'f', ['/v1/search'], () => import('./pages/find.page.js')),
  pageOf('/entries', 'id', 'Entry', ['/v1/entries/{id}/explanation'], () => import('./pages/entry.page.js')),
  pageOf('/proof', 'id', 'Proof', ['/v1/entries/{id}', '/v1/journal/pages'], () => import('./pages/proof.page.js')),
  pageOf(
    '/holders',
    'id',
    'Wallet',
    ['/v1/holders/{id}/balance'],
    () => import('../../../libs/concepts/grants/grant.page.js'),
  ),
  page(
    '/earnings',
    'Earnings',
    'e',
    ['/v1/providers/{id}/earnings', '/v1/providers/{id}'],
    () => import('../../../libs/concepts/parties/earnings.page.js'),
  ),
  page('/payouts', 'Payouts', 'p', ['/v1/payouts'], () => import('../../../libs/concepts/settlement/payouts.page.js')),
  pageOf(
    '/payouts',
    'id',
    'Payout',
    ['/v1/payouts/{id}', '/v1/payouts/{id}/entries'],
    () => import('../../../libs/concepts/settlement/payout.page.js'),
  ),
  pageOf(
    '/calls/:payout',
    'entry',
    'Call',
    ['/v1/payouts/{id}/entries'],
    () => import('../../../libs/concepts/settlement/call.page.js'),
  ),
  page(
    '/balances',
    'Who has what?',
    'b',
    ['/v1/ledger/trial-balance', '/v1/ledger/trial-balance/accounts'],
    () => import('./pages/balances.page.js'),
  ),
  page('/supply', 'Supply', 's', ['/v1/ledger/supply'], () => import('../../../libs/concepts/supply/supply.page.js')),
  page('/usage', 'Usage', 'u', ['/v1/reports/usage'], () => import('../../../libs/concepts/usage/usage.page.js')),
  page(
    '/price-books',
    'Prices',
    'c',
    ['/v1/price-books'],
    () => import('../../../libs/concepts/rating/price-book.page.js'),
  ),
  pageOf(
    '/accounts',
    'account',
    'Statement',
    ['/v1/accounts/{account}/entries'],
    () => import('./pages/statement.page.js'),
  ),
  pageOf(
    '/budgets',
    'id',
    'Budgets',
    ['/v1/holders/{id}/budgets'],
    () => import('../../../libs/concepts/budgets/budget.page.js'),
  ),
  page('/health', 'Health', 'o', ['/v1/stream'], () => import('./pages/health.page.js')),
  page('/dead-letters', 'Dead letters', 'd', ['/v1/dead-letters'], () => import('./pages/dead-letters.page.js')),
  pageOf(
    '/letters',
    'id',
    'Dead letter',
    ['/v1/dead-letters/{topic}/{partition}/{offset}'],
    () => import('./pages/letter.page.js'),
  ),
  page(
    '/settlements',
    'Batches',
    'i',
    ['/v1/settlements'],
    () => import('../../../libs/concepts/settlement/settlement.page.js'),
  ),
  pageOf(
    '/settlements',
    'id',
    'Batch',
    ['/v1/settlements/{id}'],
    () => import('../../../libs/concepts/settlement/settlement.page.js'),
  ),
  page(
    '/breaks',
    'Breaks',
    'x',
    ['/v1/breaks'],
    () => import('../../../libs/concepts/reconciliation/reconciliation.page.js'),
  ),
  page('/parties', 'Parties', 'a', ['/v1/parties'], () => import('../../../libs/concepts/parties/party.page.js')),
  pageOf('/parties', 'id', 'Party', ['/v1/parties/{id}'], () => import('../../../libs/concepts/parties/party.page.js')),
  page(
    '/withheld',
    'Withheld',
    'w',
    ['/v1/payouts/withheld'],
    () => import('../../../libs/concepts/settlement/withheld.page.js'),
  ),
  page('/reports', 'Reports', 'r', ['/v1/reports/large-movements'], () => import('./pages/reports.page.js')),
  page('/checks', 'Checks', 'v', ['/v1/journal/shards'], () => import('./pages/checks.page.js')),
  page('/keys', 'Keys', 'k', ['/v1/keys'], () => import('../../../libs/concepts/keys/key.page.js')),
];

export const isOpenTo = ({ needs }: Listed, me: Me): boolean => needs.every((path) => may(me, 'get', path));
