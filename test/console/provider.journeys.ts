/** What providers and auditors come for: from a payout to one call of it and back, and an old link that still says the same. */
import { parseAmount } from '#domain';
import { settle } from '../e2e/support/standalone.js';
import { PROVIDERS } from '../e2e/support/world.js';
import type { Desk } from './desk.js';

const [PROVIDER] = PROVIDERS;

const atto = (text: string): bigint =>
  text.startsWith('-') ? -parseAmount(text.slice(1), 'amount') : parseAmount(text, 'amount');

export function providerJourneys(of: () => Desk): void {
  describe('a provider', () => {
    beforeAll(async () => {
      const { api, keys } = of();
      await settle(api);
      keys.set('provider', await api.client.post('/v1/keys', { body: { role: 'provider', provider: PROVIDER } }));
    }, 60_000);

    it('goes from what it earned to a payout, down to one call that it pays, on to the next by a key, and back', async () => {
      const { page, api } = of();
      await of().goto('/earnings');
      await of().signInWithKey('provider');
      await of().title(`What has ${PROVIDER} earned, and what comes next?`);
      const path = { id: PROVIDER };
      const { statement } = await api.client.get('/v1/providers/{id}/earnings', { path, query: {} });
      await page.getByText('The parts add up to the whole').waitFor();
      const { paid, inTransit, payable, withheld, uncovered, clawback } = statement;
      const parts = [paid, inTransit, payable, withheld, uncovered, clawback];
      const [whole, ...shown] = await of().amountsIn('[data-testid=statement]');
      expect(shown).toEqual(parts);
      expect(atto(whole!)).toBe(parts.reduce((sum, part) => sum + atto(part), 0n));
      expect(await page.getByTestId('next').innerText()).toContain('pays what waits');
      expect(await of().findBarriers()).toEqual([]);

      const { items } = await api.client.get('/v1/payouts', { query: { provider: PROVIDER } });
      const payout = items[0]!;
      await page.keyboard.press('g');
      await page.keyboard.press('p');
      await of().title('What was paid, and how far is it?');
      const grid = page.getByRole('grid');
      await grid.getByRole('row').nth(1).waitFor();
      await grid.focus();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await of().title('Which calls made this transfer?');
      await page.getByText('the payout, to the last digit').waitFor();
      expect((await of().amountsIn('[data-testid=transfer]'))[0]).toBe(payout.amount);
      expect(await of().amountsIn('[data-testid=adds-up]')).toEqual([payout.amount]);
      const paidBy = await api.client.get('/v1/payouts/{id}/entries', {
        path: { id: payout.id },
        query: { limit: 200 },
      });
      expect(paidBy.items.reduce((sum, { amount }) => sum + atto(amount), 0n)).toBe(atto(payout.amount));
      expect(await of().findBarriers()).toEqual([]);

      await grid.getByRole('row').nth(3).waitFor();
      await grid.focus();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      const [first, second] = paidBy.items;
      await of().title(`What did ${first!.usage[0]!.id} bring?`);
      expect((await of().amountsIn('[data-testid=call]'))[0]).toBe(first!.amount);
      expect(await page.getByText('Why this amount?').count()).toBe(0);
      expect(await of().findBarriers()).toEqual([]);
      await page.keyboard.press(']');
      await of().title(`What did ${second!.usage[0]!.id} bring?`);
      await page.getByRole('link', { name: 'Back to the list' }).click();
      await of().title('Which calls made this transfer?');
    });

    it('is refused what another one has, by the page as by the service', async () => {
      const { page } = of();
      await of().goto(`/earnings?provider=${PROVIDERS[1]}`);
      await of().signInWithKey('provider');
      await page.getByText('This key sees the data of its own provider only.').first().waitFor();
    });
  });

  describe('an auditor with a link of an instant that is long over', () => {
    it('reads the numbers that were there, which stay, and has the browser verify an entry of then', async () => {
      const { page, api, entry } = of();
      const { page: place } = await api.client.get('/v1/entries/{id}/explanation', { path: { id: entry } });
      const asOf = place.recordedAt;
      const then = await api.client.get('/v1/ledger/supply', { query: { asOf } });
      await api.client.post('/v1/mints', {
        body: { holder: 'acme', amount: '0.000000000000000001', reason: 'since then' },
        idempotencyKey: 'an-atto-since-then',
      });
      await of().signIn(`/?asOf=${encodeURIComponent(asOf)}&zone=Asia%2FTokyo`);
      await page.getByText('Exact and closed').waitFor();
      await page.getByTestId('supply').waitFor();
      expect(await of().amountsIn('[data-testid=supply]')).toEqual([then.minted, then.burned, then.supply]);
      expect(await page.locator('.as-of-says').innerText()).toContain('Asia/Tokyo');
      const now = await api.client.get('/v1/ledger/supply', { query: {} });
      expect(now.minted).not.toBe(then.minted);

      await of().goto(`/proof/${entry}?asOf=${encodeURIComponent(asOf)}`);
      await page.getByText('Every step holds').waitFor();
    });

    it('draws every day, also without anything, and says the same in a table', async () => {
      const { page, api } = of();
      await of().signIn(`/earnings?provider=${PROVIDER}`);
      const { items } = await api.client.get('/v1/providers/{id}/earnings', {
        path: { id: PROVIDER },
        query: { groupBy: 'day', limit: 200 },
      });
      const bars = page.locator('.chart-row');
      await bars.nth(items.length - 1).waitFor();
      expect(await bars.count()).toBe(items.length);
      await page.getByRole('button', { name: 'As a table' }).click();
      await page.getByRole('region', { name: `What ${PROVIDER} earned, by day, as a table` }).waitFor();
      expect(await of().amountsIn('.chart-table')).toEqual(items.map(({ amount }) => amount));
      await page.mouse.move(0, 0);
      expect(await of().findBarriers()).toEqual([]);
    });
  });
}
