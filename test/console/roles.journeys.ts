/** Who sees which page: the menu, a deep link and the service behind it say the same of every role, as docs/console.md lists it. */
import { ROUTE_ROLES } from '#client';
import { isOpenTo, readConsolePages } from '../api/console-pages.js';
import { PROVIDERS } from '../e2e/support/world.js';
import type { Desk } from './desk.js';

/** What stands for a parameter: its own where a role has its own. */
const FILLED: Readonly<Record<string, string>> = { id: 'acme', entry: '0-1-0', payout: 'none.gpu-north' };
const ROLES = [
  { role: 'auditor' },
  { role: 'finance' },
  { role: 'operator' },
  { role: 'compliance' },
  { role: 'provider', provider: PROVIDERS[0] },
  { role: 'customer', customer: 'acme' },
] as const;

const fill = (path: string): string => path.replace(/[:{](\w+)\}?/g, (_, name: string) => FILLED[name] ?? '1');

export function rolesJourneys(of: () => Desk): void {
  describe.each(ROLES.map((body) => [body.role, body] as const))('a key of the role %s', (role, body) => {
    it('is shown the pages that the table says, by the menu, by a link and by the service', async () => {
      const { page, api, keys } = of();
      const made = await api.client.post('/v1/keys', { body });
      keys.set(role, made);
      const pages = readConsolePages();
      for (const path of new Set(pages.flatMap(({ needs }) => needs))) {
        const answer = await fetch(`${api.url}${fill(path)}`, { headers: { authorization: `Bearer ${made.key}` } });
        const isRefused = answer.status === 403 && (await answer.text()).includes(`yours has the role ${role}`);
        expect([path, !isRefused]).toEqual([path, ROUTE_ROLES[`get ${path}`]?.includes(role)]);
      }
      await of().goto('/find');
      await of().signInWithKey(role);
      // The sign-in has a heading as well.
      await page.getByRole('navigation', { name: 'Pages' }).waitFor();
      const listed = pages.filter((one) => one.isListed && isOpenTo(one, role, ROUTE_ROLES)).map(({ name }) => name);
      expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents()).toEqual(listed);
      for (const one of pages) {
        // As a link within the page goes: nothing is loaded anew.
        await page.evaluate(`history.pushState(null, '', '/console${fill(one.route)}?role=${role}')`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        const refusal = page.getByText(`A key of the role ${role} may not look at this page`);
        const isOpen = isOpenTo(one, role, ROUTE_ROLES);
        if (!isOpen) await refusal.waitFor();
        else await refusal.waitFor({ state: 'detached' });
        expect([one.route, await refusal.count()]).toEqual([one.route, isOpen ? 0 : 1]);
      }
    });
  });
}
