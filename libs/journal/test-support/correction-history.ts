/** Usage that is voided, replaced and rated again, with all that these may come upon. */
import type { LedgerCommand } from '#concepts';
import { correctionOf, readCharge, report, setBudget, TYPE, usage } from '#concepts/testing';
import { entryId, shardOf, type Ordered } from '#domain';
import { mint, TIME, WHO, type World } from './world.js';

const common = { time: TIME, provenance: WHO };
const CUSTOMER = 'corrected';

/** Corrects usage of a customer, by its id. */
function correcting({ scene, ledgers, shards }: World, holder: string) {
  const shard = shardOf(holder, shards);
  const [entries, ledger] = [scene.entries[shard]!, ledgers[shard]!];
  const run = (command: Ordered<LedgerCommand>) => ledger.execute({ ...common, ...command } as LedgerCommand);
  const read = (id: string) => entries.get(id)!;
  const chargeOf = (id: string) => {
    const isIts = ({ event }: ReturnType<typeof read>) => event.type === 'UsageCharged' && event.usage.id === id;
    return entryId([...entries.values()].findLast(isIts)!.position);
  };
  return {
    run,
    void: (id: string) => run(correctionOf(ledger.state, read, chargeOf(id))),
    replace: (id: string, meters: Readonly<Record<string, string>>, more: object = {}) => {
      const body = report({ customer: holder, id, provider: 'p1', meters, ...more });
      return run(correctionOf(ledger.state, read, chargeOf(id), body));
    },
    rerate: (id: string, priceBook: number) =>
      run({ type: 'RerateUsage', ...readCharge(ledger.state, read, chargeOf(id)), priceBook, reason: 'a wrong price' }),
  };
}

/** Once there are two price books, and usage of February that counts in months and costs dollars. */
export async function liveByCorrections(world: World): Promise<void> {
  const { registry } = world;
  await registry.execute({ ...common, type: 'RegisterParty', party: CUSTOMER, roles: ['customer'] });
  const { run, ...usageOf } = correcting(world, CUSTOMER);
  const use = (id: string, odd: string) =>
    run(usage([report({ customer: CUSTOMER, id, provider: 'p1', meters: { odd } })]));
  await run(mint(CUSTOMER, '0.000000000000000100'));
  await use('void', '40');
  await use('owing', '70');
  await usageOf.void('void');
  await usageOf.replace('owing', { odd: '30' }, { provider: 'p2' });
  await usageOf.replace('owing', { odd: '90' });
  await usageOf.void('owing');
  await run(setBudget(CUSTOMER, '0.000000000000000050'));
  await use('bounded', '20');
  // No budget refuses what takes the place of something, and no suspension.
  const suspended = { type: 'ChangeKyc', party: CUSTOMER, to: 'suspended', reason: 'a check' } as const;
  await registry.execute({ ...common, ...suspended });
  await usageOf.replace('bounded', { odd: '70' });
  await rateAgain(world);
}

/** By a book that counts the same months at another price, by one that counts others, and by the one of February again. */
async function rateAgain({ registry, ...world }: World): Promise<void> {
  const line = (model: string, price: string) => ({
    ...{ type: TYPE, model, aliases: ['costly-####'], provider: 'p#', ignoreCase: true, order: 2 },
    meters: {
      input: { price, per: '1000000', currency: 'usd' as const },
      cached: { price: '1', per: '1000000' },
      reasoning: { price: '1', per: '1000000' },
      output: { ...({ price: '30', per: '1000000', mode: 'graduated', over: 'month', included: '7' } as const) },
    },
  });
  const night = {
    ...{ type: TYPE, model: 'dear-*', region: 'eu-1', hours: { from: '22:00', to: '06:00' }, minimum: '0.02' },
    meters: { input: { price: '1', per: '7' } },
  };
  for (const [version, model] of [[7, 'dear-*'] as const, [8, 'dear-1'] as const]) {
    const book = { effectiveAt: `203${version}-01-01T00:00:00Z`, prices: [line(model, `${version}`), night] };
    await registry.execute({ ...common, type: 'PublishPriceBook', version, book });
  }
  const { run, rerate } = correcting({ registry, ...world }, 'acme');
  await run(mint('acme', '50'));
  for (const id of ['feb-night', 'feb-below', 'feb-above', 'late'])
    for (const book of [7, 8, 8, 5]) await rerate(id, book);
}
