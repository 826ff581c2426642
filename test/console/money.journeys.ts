/** What finance and customers ask. Every number is compared with the API, to the last digit. */
import type { Desk } from './desk.js';

const ATTO = 18;
const attoOf = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const atto = BigInt(whole + fraction.padEnd(ATTO, '0'));
  return text.startsWith('-') ? -atto : atto;
};

const AVAILABLE = 'customer:acme:available';

export function moneyJourneys(at: () => Desk): void {
  describe('a customer with the id of a call', () => {
    it('pastes it, sees price, credit, origin and what it changed, and nothing of anybody else', async () => {
      const desk = at();
      await desk.goto('/');
      await desk.signInWithKey('customer');
      await desk.title('Do the books agree?');
      await desk.page.keyboard.press('/');
      await desk.page.keyboard.type(desk.entry);
      await desk.page.keyboard.press('Enter');
      await desk.title(`Why this amount? Usage ${desk.entry}`);
      const path = { id: desk.entry };
      const { client } = desk.api.as(desk.keys.get('customer')!.key);
      const { rating, paid, origin } = await client.get('/v1/entries/{id}/explanation', { path });
      const { postings } = await client.get('/v1/entries/{id}/balances', { path });
      await desk.page.getByTestId('balances').waitFor();
      const shown = await desk.amountsIn('main');
      for (const amount of [rating!.amount, ...paid!.grants.map((one) => one.amount)]) expect(shown).toContain(amount);
      const own = postings.find(({ debit }) => debit === AVAILABLE)!;
      expect(await desk.amountsIn('[data-testid=balances]')).toEqual([
        own.debitBefore,
        `-${own.amount}`,
        own.debitAfter,
      ]);
      expect(origin.kind).toBe('request');
      await desk.page.getByText('request', { exact: false }).first().waitFor();
      expect(await desk.page.getByText('treasury').count()).toBe(0);
      expect(await desk.findBarriers()).toEqual([]);
    });

    it('goes from what it used to the calls of a day and of a model', async () => {
      const desk = at();
      await desk.goto('/usage?by=model');
      await desk.signInWithKey('customer');
      await desk.title('What did acme use, and what did it cost?');
      const query = { customer: 'acme', groupBy: 'model' } as const;
      const { totals, items } = await desk.api.client.get('/v1/reports/usage', { query });
      await desk.page.getByTestId('usage').waitFor();
      expect((await desk.amountsIn('[data-testid=usage]'))[0]).toBe(totals.amount);
      await desk.page.getByRole('grid').getByRole('row').nth(items.length).waitFor();
      expect(await desk.amountsIn('.grid-body')).toEqual(
        items.flatMap(({ amount, receivable }) => [amount, receivable]),
      );
      expect(await desk.findBarriers()).toEqual([]);
      await desk.page.getByRole('grid').getByRole('link').first().click();
      await desk.page.waitForURL(/model=/);
      await desk.goto('/usage');
      await desk.page.getByRole('grid').getByRole('link').first().click();
      await desk.title('What does acme have?');
      expect(new URL(desk.page.url()).searchParams.get('type')).toBe('UsageCharged');
    });
  });

  describe('finance', () => {
    it('answers what acme had at an instant of Tokyo, and what happened until then, and a link shows the same', async () => {
      const desk = at();
      const { items } = await desk.api.client.get('/v1/accounts/{account}/entries', {
        path: { account: AVAILABLE },
        query: { limit: 1, order: 'oldest', postings: 'false' },
      });
      const instant = items[0]!.recordedAt;
      const tokyo = new Date(Date.parse(instant) + 9 * 3_600_000).toISOString().replace('T', ' ').slice(0, 23);
      await desk.goto('/holders/acme?zone=Asia/Tokyo');
      await desk.signInWithKey('finance');
      await desk.title('What does acme have?');
      await desk.page.keyboard.press('t');
      await desk.page.keyboard.type(tokyo);
      await desk.page.keyboard.press('Enter');
      await desk.page.getByText('Exact and closed').waitFor();
      const balance = await desk.api.client.get('/v1/holders/{id}/balance', {
        path: { id: 'acme' },
        query: { asOf: instant },
      });
      expect((await desk.amountsIn('[data-testid=balance]'))[0]).toBe(balance.available);
      expect(balance.available).toBe(items[0]!.balanceAfter);
      await desk.page
        .getByText(`${tokyo.slice(0, 19)} Asia/Tokyo`)
        .first()
        .waitFor();
      const link = desk.page.url();
      await desk.page.goto('about:blank');
      await desk.page.goto(link);
      await desk.page.getByText('Exact and closed').waitFor();
      expect((await desk.amountsIn('[data-testid=balance]'))[0]).toBe(balance.available);
    });

    it('reads a holder’s line as story, table and raw, narrowed to a kind and from an instant', async () => {
      const desk = at();
      await desk.goto('/holders/acme?type=UsageCharged');
      await desk.signInWithKey('finance');
      const grid = desk.page.getByRole('grid');
      await grid.getByRole('row').nth(3).waitFor();
      const { items } = await desk.api.client.get('/v1/holders/{id}/entries', {
        path: { id: 'acme' },
        query: { type: 'UsageCharged', limit: 2 },
      });
      const own = (postings: (typeof items)[number]['postings']) => {
        const all = postings!.filter(({ debit }) => debit === AVAILABLE);
        return [`-${plain(all.reduce((sum, { amount }) => sum + attoOf(amount), 0n))}`, all.at(-1)!.debitAfter];
      };
      expect((await desk.amountsIn('.grid-body')).slice(0, 2)).toEqual(own(items[0]!.postings));
      await desk.page.getByRole('button', { name: 'Table', exact: true }).click();
      await grid.getByText(AVAILABLE).first().waitFor();
      expect((await desk.amountsIn('.grid-body')).slice(0, 2)).toEqual(own(items[0]!.postings));
      expect(await desk.findBarriers()).toEqual([]);
      await desk.page.getByRole('button', { name: 'Raw' }).click();
      await grid.getByText('"type":"UsageCharged"').first().waitFor();
      await desk.goto(`/holders/acme?around=${items[1]!.recordedAt}`);
      await desk.page.getByText('Begins around').waitFor();
      await desk.page.getByRole('grid').getByText(items[1]!.id, { exact: true }).waitFor();
    });

    it('reads a statement that goes from its opening to its closing balance, line by line', async () => {
      const desk = at();
      const account = { account: AVAILABLE };
      const read = (query: object) =>
        desk.api.client.get('/v1/accounts/{account}/entries', {
          path: account,
          query: { postings: 'false', ...query },
        });
      const first = (await read({ order: 'oldest', limit: 3 })).items;
      const from = new Date(Date.parse(first[0]!.recordedAt) + 1).toISOString();
      await desk.goto(`/accounts/${AVAILABLE}?from=${from}`);
      await desk.signInWithKey('finance');
      await desk.page.getByTestId('statement').waitFor();
      const closing = (await read({ limit: 1 })).items[0]!.balanceAfter;
      const opening = (await read({ limit: 1, to: from })).items[0]!.balanceAfter;
      await desk.page.locator('[data-testid=statement] [data-plain]').nth(2).waitFor();
      await desk.page.getByRole('grid').getByRole('row').nth(2).waitFor();
      const [shownOpening, change, shownClosing] = await desk.amountsIn('[data-testid=statement]');
      expect([shownOpening, shownClosing]).toEqual([opening, closing]);
      expect(attoOf(opening) + attoOf(change!)).toBe(attoOf(closing));
      const lines = (await read({ order: 'oldest', from, limit: 3 })).items;
      expect((await desk.amountsIn('.grid-body')).slice(0, 2 * lines.length)).toEqual(
        lines.flatMap(({ amount, balanceAfter }) => [amount.replace('-', ''), balanceAfter]),
      );
      expect(await desk.findBarriers()).toEqual([]);
      const href = await desk.page.getByRole('link', { name: /all as CSV$/ }).getAttribute('href');
      const file = await desk.page.evaluate<string>(`fetch(${JSON.stringify(href)}).then((answer) => answer.text())`);
      const rows = file.split('\r\n').filter((line) => line.includes(`,${lines[0]!.amount},`));
      expect(rows[0]).toContain(lines[0]!.id);
    });

    it('compares balances with another instant, goes down to an account, and sees the supply by cause', async () => {
      const desk = at();
      const { items } = await desk.api.client.get('/v1/accounts/{account}/entries', {
        path: { account: 'issuance' },
        query: { limit: 1, order: 'oldest', postings: 'false' },
      });
      const since = items[0]!.recordedAt;
      await desk.goto(`/balances?group=customer:*:available&since=${since}`);
      await desk.signInWithKey('finance');
      await desk.title('Who has what?');
      const query = { group: 'customer:*:available', since, limit: 50 };
      const accounts = (await desk.api.client.get('/v1/ledger/trial-balance/accounts', { query })).items;
      await desk.page.getByRole('grid').getByRole('row').nth(accounts.length).waitFor();
      expect(await desk.amountsIn('.grid-body')).toEqual(
        accounts.flatMap(({ debit, credit, balance, change }) => [debit, credit, balance, change]),
      );
      expect(await desk.findBarriers()).toEqual([]);
      await desk.page.getByRole('grid').getByRole('link', { name: accounts[0]!.account }).click();
      await desk.title(`What happened on ${accounts[0]!.account}?`);

      await desk.goto(`/supply?since=${since}`);
      await desk.page.getByRole('columnheader', { name: 'Of it since' }).waitFor();
      const now = await desk.api.client.get('/v1/ledger/supply', {});
      const then = await desk.api.client.get('/v1/ledger/supply', { query: { asOf: since } });
      const shown = await desk.amountsIn('[data-testid=causes] tfoot');
      expect(shown).toEqual([now.supply, plain(attoOf(now.supply) - attoOf(then.supply))]);
      expect(await desk.findBarriers()).toEqual([]);
    });
  });

  describe('an operator', () => {
    it('sees whom a price book would cost what before it is published', async () => {
      const desk = at();
      await desk.signIn('/price-books');
      await desk.title('What does it cost, and what changed?');
      const book = desk.page.getByLabel('Price book', { exact: true }).last();
      const doubled = (await book.inputValue()).replaceAll('"0.35"', '"0.7"');
      await book.fill(doubled);
      await desk.page.getByRole('button', { name: 'Try it' }).click();
      await desk.page.getByTestId('effect').waitFor();
      const trial = await desk.api.client.put('/v1/price-books/{version}', {
        path: { version: 2 },
        query: { dryRun: 'true' },
        body: JSON.parse(doubled) as never,
      });
      if (!('rerated' in trial)) throw new Error('no trial');
      const { total, customers, providers } = trial.rerated;
      expect(await desk.amountsIn('[data-testid=effect]')).toEqual(
        [total, ...customers, ...providers].flatMap(({ before, after, difference }) => [before, after, difference]),
      );
      expect(attoOf(total.difference) > 0n).toBe(true);
      expect(await desk.findBarriers()).toEqual([]);
    });

    it('sees a customer’s budgets as a tree with what is used and held', async () => {
      const desk = at();
      for (const [path, limit] of [
        ['acme/research', '100.000000000000000001'],
        ['acme/research/key-7', '10'],
      ] as const)
        await desk.api.client.put('/v1/budgets/{path}', {
          path: { path },
          body: { limit, period: 'month', onExceed: 'reject' },
          idempotencyKey: path,
        });
      await desk.signIn('/budgets/acme');
      await desk.page.getByTestId('budgets').waitFor();
      const { items } = await desk.api.client.get('/v1/holders/{id}/budgets', { path: { id: 'acme' }, query: {} });
      expect(await desk.amountsIn('[data-testid=budgets]')).toEqual(
        items.flatMap((one) => [one.limit, one.used, one.held, one.remaining]),
      );
      expect(await desk.findBarriers()).toEqual([]);
    });
  });
}

function plain(atto: bigint): string {
  const digits = (atto < 0n ? -atto : atto).toString().padStart(ATTO + 1, '0');
  const fraction = digits.slice(-ATTO).replace(/0+$/, '');
  return `${atto < 0n ? '-' : ''}${digits.slice(0, -ATTO)}${fraction === '' ? '' : `.${fraction}`}`;
}
