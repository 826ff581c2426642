/** Usage on credit: what is agreed with a customer, and what it owes by it. */
import { report, usage } from '#concepts/testing';
import { atto, shardOf } from '#domain';
import { mint, TIME, WHO, type World } from './world.js';

const common = { time: TIME, provenance: WHO };
/** Owes up to its limit, and beyond it by a hold. */
export const DEBTOR = 'on-credit';

/** A limit that is met exactly, raised, passed by a hold and taken away. */
export async function liveOnCredit({ registry, ledgers, shards, scene }: World): Promise<void> {
  const ledger = ledgers[shardOf(DEBTOR, shards)]!;
  const agree = (creditLimit: bigint | null) =>
    registry.execute({
      ...{ ...common, type: 'SetCustomerTerms', party: DEBTOR },
      creditLimit: creditLimit === null ? null : atto(creditLimit),
    });
  const use = (id: string, odd: string, more: object = {}) =>
    ledger.execute(usage([report({ customer: DEBTOR, id, provider: 'p1', meters: { odd }, ...more })]));
  const roles = ['customer'] as const;
  await registry.execute({ ...common, type: 'RegisterParty', party: DEBTOR, roles, creditLimit: atto(100n) });
  await ledger.execute(mint(DEBTOR, '0.000000000000000010'));
  await use('by-credit', '60');
  await use('to-the-limit', '50');
  await agree(150n);
  await use('raised', '50');
  await ledger.execute(mint(DEBTOR, '0.000000000000000200'));
  const asked = {
    customer: DEBTOR,
    amount: atto(20n),
    expiresAt: new Date(scene.clock.now() + 3_600_000).toISOString(),
  };
  const { position } = await ledger.execute({ ...common, type: 'ReserveHold', ...asked });
  await use('beyond-its-hold', '500', { hold: `${position.shard}-${position.height}-0` });
  await agree(null);
  await use('unlimited', '7');
}
