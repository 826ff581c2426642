/** Entries of every kind that can be reversed, their reversals and what undoes these; what a payee no longer has is carried, and filled. */
import type { LedgerCommand, LedgerEvent } from '#concepts';
import { report, reversalOf, setBudget, usage } from '#concepts/testing';
import { atto, entryId, shardOf } from '#domain';
import { burn, mint, send, TIME, WHO, type World } from './world.js';

const common = { time: TIME, provenance: WHO };
const CUSTOMER = 'rueful';
const TOKEN = 10n ** 18n;

/** What is in one shard, and how it is reversed there. */
function shardIn({ scene, ledgers, shards }: World, holder: string) {
  const shard = shardOf(holder, shards);
  const [entries, ledger] = [scene.entries[shard]!, ledgers[shard]!];
  const reverse = async (is: (event: LedgerEvent) => boolean) => {
    const { position } = [...entries.values()].findLast(({ event }) => is(event))!;
    const command = reversalOf(ledger.state, (id) => entries.get(id)!, entryId(position));
    await ledger.execute({ ...common, ...command } as LedgerCommand);
  };
  return { ledger, reverse, reverseLast: (type: LedgerEvent['type']) => reverse((event) => event.type === type) };
}

/** Runs in three shards, once a batch has paid providers out. */
export async function liveInRegret(world: World): Promise<void> {
  await regretCharges(world);
  const { registry, shards } = world;
  const near = Array.from({ length: 100 }, (_, i) => `near-${i}`).find(
    (name) => shardOf(name, shards) === shardOf(CUSTOMER, shards),
  )!;
  for (const party of [CUSTOMER, near]) {
    await registry.execute({ ...common, type: 'RegisterParty', party, roles: ['customer'] });
  }
  const { ledger, reverseLast } = shardIn(world, CUSTOMER);
  const undoLast = () => reverseLast('EntryReversed');
  await ledger.execute(mint(CUSTOMER, '5'));
  await reverseLast('Minted');
  await undoLast();
  await reverseLast('EntryRestored');
  await ledger.execute(mint(CUSTOMER, '10'));
  await ledger.execute(send('regretted', CUSTOMER, near, 2n * TOKEN));
  await reverseLast('TransferSent');
  await undoLast();
  await reverseLast('EntryRestored');
  await ledger.execute(burn(CUSTOMER, '1'));
  await reverseLast('Burned');
  await undoLast();
  await reverseLast('EntryRestored');
  const given = {
    holder: CUSTOMER,
    amount: atto(3n * TOKEN),
    kind: 'promotional',
    priority: 1,
    reason: 'welcome',
  } as const;
  const { position } = await ledger.execute({ ...common, type: 'IssueGrant', ...given });
  const use = (id: string, tokens: string) =>
    ledger.execute(usage([report({ customer: CUSTOMER, id, provider: 'p1', meters: { input_tokens: tokens } })]));
  await use('of-a-voided-grant', '1000');
  await ledger.execute({
    ...common,
    type: 'VoidGrant',
    grant: `${position.shard}-${position.height}-0`,
    reason: 'regret',
  });
  await reverseLast('UsageCharged');
  await use('partly-owed', '10000');
  await ledger.execute(mint(CUSTOMER, '4'));
  await reverseLast('UsageCharged');
  await undoLast();
  await reverseLast('EntryRestored');
  // What no budget has room for is owed, the first time and whenever it is restored.
  await ledger.execute(setBudget(CUSTOMER, '3', { onExceed: 'receivable' }));
  await use('beyond-its-budget', '2000');
  await reverseLast('UsageCharged');
  await undoLast();
  await reverseLast('EntryRestored');
  await undoLast();
}

const isUsage = (id: string) => (event: LedgerEvent) => event.type === 'UsageCharged' && event.usage.id === id;

/** Usage whose provider was paid out since, and what fills that. */
export async function regretPaidOut(world: World): Promise<void> {
  const { ledger, reverse } = shardIn(world, 'acme');
  await reverse(isUsage('acme-13'));
  await ledger.execute(usage([report({ id: 'fills', provider: 'p2' })]));
}

/** Usage of a region, usage that counts in a month, and usage whose provider was paid out. */
async function regretCharges(world: World): Promise<void> {
  const { ledger, reverse } = shardIn(world, 'acme');
  await ledger.execute(mint('acme', '50'));
  for (const id of ['feb-night', 'feb-other']) {
    await reverse(isUsage(id));
    await reverse(({ type }) => type === 'EntryReversed');
  }
  await regretPaidOut(world);
}
