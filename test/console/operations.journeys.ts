/** Journeys of operators and of compliance: what waits, why, and that it waits no more. */
import { randomUUID } from 'node:crypto';
import { eventually } from '#testing';
import { sql } from '../e2e/support/stage.js';
import { settle } from '../e2e/support/standalone.js';
import { generateUsage } from '../e2e/support/world.js';
import type { Desk } from './desk.js';

const LETTERS = 400;
const DUPLICATES = 2;
const REASON = 'UNKNOWN_CUSTOMER';
const CUSTOMER = 'latecomer';

export function operations(given: () => Desk): void {
  describe('an operator', () => {
    /** Messages of a customer that nobody had registered, and two that were charged since by another way. */
    async function rejectUsage({ standalone }: Desk): Promise<void> {
      const [sample] = generateUsage(7, 1, 700_000) as [ReturnType<typeof generateUsage>[number]];
      const event = JSON.stringify({ ...sample, id: 'ID', subject: CUSTOMER });
      const charged = generateUsage(1, DUPLICATES, 0).map((one) => JSON.stringify(one));
      const row = (offset: string, value: string) =>
        `('airtime.usage.v1', 0, ${offset}, now(), 0, '${REASON}', 'No customer ${CUSTOMER} is registered.', '\\x5b5d'::bytea, 0, convert_to(${value}, 'UTF8'), 'open')`;
      const columns =
        'topic, partition, "offset", rejected_at, timestamp_ms, code, detail, headers, omitted_bytes, value, state';
      await sql(
        standalone.databaseUrl,
        `INSERT INTO intake.dead_letters (${columns}) SELECT fresh.* FROM generate_series(1, ${LETTERS - DUPLICATES}) AS n,
           LATERAL (VALUES ${row('n', `replace('${event}', '"ID"', '"late-' || n || '"')`)}) AS fresh`,
        `INSERT INTO intake.dead_letters (${columns}) VALUES ${charged
          .map((value, n) => row(String(LETTERS + n), `'${value}'`))
          .join(', ')}`,
      );
    }

    it('sees 400 rejected messages of one reason, tries what a replay would charge, replays them, and none waits', async () => {
      const desk = given();
      const { page, api } = desk;
      await rejectUsage(desk);
      await desk.signIn('/health');
      await page.getByText(`${LETTERS} messages could not be applied`).waitFor();
      await page.getByRole('link', { name: 'replay or dismiss' }).click();
      await desk.title('What could not be applied, and why?');
      const row = page.getByTestId(REASON);
      const counted = async () => (await row.getByRole('cell').allTextContents()).slice(0, 3);
      await row.waitFor();
      expect(await counted()).toEqual([String(LETTERS), '0', '0']);
      await row.getByRole('button', { name: REASON }).click();

      await page.getByRole('button', { name: 'Replay …' }).click();
      await page.getByText('Would still fail').waitFor();
      expect(await page.getByTestId('trial').textContent()).toContain(`${LETTERS - DUPLICATES} × ${REASON}`);
      await page.getByRole('button', { name: 'Cancel' }).click();
      await api.client.post('/v1/parties', { body: { id: CUSTOMER, roles: ['customer'] } });
      const order = { filter: { reason: REASON }, reason: 'a look', dryRun: true };
      const tried = await api.client.post('/v1/dead-letters/replays', { idempotencyKey: randomUUID(), body: order });
      expect(tried).toMatchObject({ charged: LETTERS - DUPLICATES, duplicates: DUPLICATES, failing: 0 });
      await page.getByRole('button', { name: 'Replay …' }).click();
      await page.getByText('Would be charged').waitFor();
      expect(await desk.amountsIn('[data-testid=trial]')).toEqual([tried.amount]);
      expect(await desk.findBarriers()).toEqual([]);

      await page.getByRole('textbox', { name: 'Reason' }).fill('it is registered now');
      await page.getByRole('button', { name: 'Replay', exact: true }).click();
      await page.getByText('The replay is done.').waitFor();
      expect(await desk.amountsIn('[data-testid=progress]')).toEqual([tried.amount]);
      await row.getByRole('cell', { name: String(LETTERS), exact: true }).waitFor();
      expect(await counted()).toEqual(['0', '0', '0']);
      const { items } = await api.client.get('/v1/dead-letters/reasons', { query: {} });
      expect(items.find(({ reason }) => reason === REASON)).toMatchObject({ open: 0, failing: 0, replayed: LETTERS });

      await desk.goto('/letters/airtime.usage.v1:0:1');
      await page.getByText('it is registered now').waitFor();
      expect(await desk.findBarriers()).toEqual([]);
      await page.getByRole('link', { name: /^\d+-\d+-\d+$/ }).click();
      await page.getByText('Does it add up?').waitFor();
    }, 120_000);

    it('is told of a break, finds the payout that misses its transfer, and reads what the ledger says of it', async () => {
      const desk = given();
      const { page, api, standalone } = desk;
      // What was there before may be paid already.
      await api.sendUsage(generateUsage(12, 40, 920_000));
      const batch = await settle(api);
      const [payout] = batch.payouts;
      const key = `MISSING_ON_CHAIN:${batch.id}/${payout!.provider}`;
      await sql(
        standalone.databaseUrl,
        `INSERT INTO books.breaks (key, class, detail, ledger, chain, since, last_seen)
         VALUES ('${key}', 'MISSING_ON_CHAIN', 'No transfer pays this payout.', '${payout!.amount}', '', now(), now())`,
      );
      try {
        await desk.signIn('/health');
        await page.getByRole('link', { name: 'they are resolved' }).click();
        await desk.title('Where do ledger and chain disagree?');
        await page.getByRole('button', { name: 'Find the other side' }).click();
        await page.getByTestId('other-side').getByText('To the wallet').waitFor();
        expect(await desk.amountsIn('main')).toEqual([payout!.amount, payout!.amount]);
        expect(await desk.findBarriers()).toEqual([]);
        await page.getByTestId('other-side').getByRole('link', { name: batch.id }).click();
        await desk.title(`How far is batch ${batch.id}?`);
        await page.locator('[aria-current=true]').getByText(payout!.provider).waitFor();
        expect(await desk.amountsIn('[data-testid=batch]')).toEqual([batch.total]);
      } finally {
        await sql(standalone.databaseUrl, `DELETE FROM books.breaks WHERE key = '${key}'`);
      }
    }, 120_000);

    it('watches heads without asking for them, is not connected while the tab is hidden, and is told when the session is over', async () => {
      const desk = given();
      const { page, api, standalone } = desk;
      await desk.signIn('/health');
      const heights = async () => {
        const { items } = await api.client.get('/v1/journal/shards', { query: {} });
        return items.map(({ height }) => String(height));
      };
      const shown = () =>
        page.getByRole('region', { name: 'Shards' }).locator('tbody tr td:nth-child(2)').allTextContents();
      await page.getByRole('region', { name: 'Shards' }).waitFor();
      await api.sendUsage(generateUsage(11, 20, 900_000));
      const expected = await heights();
      const isShown = (told: readonly string[]) => told.join() === expected.join();
      await eventually(shown, isShown, { what: 'the heads that the API says' });
      await sql(standalone.databaseUrl, `UPDATE console.sessions SET seen_at = now() - interval '31 minutes'`);
      await page.getByText('The session is over').waitFor({ timeout: 30_000 });
    }, 120_000);

    it('verifies, issues a key whose secret is shown once, and revokes it', async () => {
      const desk = given();
      const { page, api } = desk;
      await desk.signIn('/checks');
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await page.getByTestId('verified').getByText('nothing was found').waitFor();
      await desk.goto('/keys');
      await page.getByRole('button', { name: 'New key …' }).click();
      await page.getByLabel('Role').selectOption('compliance');
      await page.getByLabel('What it is for').fill('the desk of compliance');
      await page.getByRole('button', { name: 'Issue' }).click();
      const key = await page.getByTestId('secret').textContent();
      expect((await api.as(key!).get('/me')).role).toBe('compliance');
      expect(await desk.findBarriers()).toEqual([]);
      await page.getByRole('button', { name: 'I have it' }).click();
      await page.getByText('the desk of compliance').first().waitFor();
      expect(await page.content()).not.toContain(key!);
      const { keyId } = await api.as(key!).get('/me');
      await page.getByRole('button', { name: `Revoke ${keyId}` }).click();
      await page.getByRole('button', { name: 'Revoke', exact: true }).click();
      await page.getByRole('button', { name: `Revoke ${keyId}` }).waitFor({ state: 'detached' });
      expect((await api.as(key!).call('GET', '/me')).status).toBe(401);
    }, 120_000);
  });

  describe('somebody of compliance', () => {
    it('sees whose payout waits and why, lets it go, and meets no barrier on any page', async () => {
      const desk = given();
      const { page, api } = desk;
      desk.keys.set('compliance', await api.client.post('/v1/keys', { body: { role: 'compliance' } }));
      await api.post('/parties/gpu-east/kyc', { state: 'suspended', reason: 'a review' });
      await api.sendUsage(generateUsage(13, 60, 950_000));
      const { id } = await settle(api);
      const { items } = await api.client.get('/v1/payouts/withheld', { query: {} });
      const withheld = items.find(({ provider }) => provider === 'gpu-east')!;
      expect(withheld).toMatchObject({ reason: 'suspended', batch: id });

      await desk.goto('/withheld');
      await desk.signInWithKey('compliance');
      await page.getByText('lift the suspension').waitFor();
      expect(await desk.amountsIn('.grid-body')).toContain(withheld.amount);
      expect(await desk.findBarriers()).toEqual([]);
      await page.getByRole('link', { name: 'gpu-east' }).click();
      await desk.title('Is gpu-east known?');
      await page.getByRole('button', { name: 'Decide …' }).click();
      await page.getByRole('textbox', { name: 'Reason' }).fill('the review is over');
      expect(await desk.findBarriers()).toEqual([]);
      await page.getByRole('button', { name: 'Decide', exact: true }).click();
      await page.getByText('gpu-east is verified now.').waitFor();
      expect((await api.client.get('/v1/parties/{id}', { path: { id: 'gpu-east' } })).kyc).toMatchObject({
        ...{ state: 'verified', reason: 'the review is over' },
      });
      const menu = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents();
      expect(menu).toEqual(expect.arrayContaining(['Parties', 'Withheld', 'Reports', 'Batches', 'Breaks']));
      for (const closed of ['Health', 'Dead letters', 'Keys', 'Checks']) expect(menu).not.toContain(closed);
      await desk.context.clearCookies();
      await desk.signIn('/parties');
      for (const path of [
        '/parties',
        '/reports',
        '/breaks',
        '/settlements',
        `/settlements/${id}`,
        '/dead-letters',
        '/health',
        '/keys',
        '/checks',
      ]) {
        await desk.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        // A page that is told of what happens is never idle on the network.
        await eventually(
          () => page.locator('main [aria-busy]').count(),
          (busy) => busy === 0,
        );
        expect([path, await desk.findBarriers()]).toEqual([path, []]);
      }
    }, 180_000);
  });
}
