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
  const agree = (creditLimit: bigint | null, topUpThreshold?: bigint) =>
    registry.execute({
      ...{ ...common, type: 'SetCustomerTerms', party: DEBTOR },
      creditLimit: creditLimit === null ? null : atto(creditLimit),
      ...(topUpThreshold === undefined ? {} : { topUpThreshold: atto(topUpThreshold) }),
    });
  const use = (id: string, odd: string, more: object = {}) =>
    ledger.execute(usage([report({ customer: DEBTOR, id, provider: 'p1', meters: { odd }, ...more })]));
  const roles = ['customer'] as const;
  await registry.execute({
    ...common,
    type: 'RegisterParty',
    party: DEBTOR,
    roles,
    creditLimit: atto(100n),
    topUpThreshold: atto(5n),
  });
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
  // What it has rises to 40 and falls below 30 twice; in between, by a hold and further below, nothing is asked for.
  await agree(null, 30n);
  const give = (amount: number) => ledger.execute(mint(DEBTOR, `0.${String(amount).padStart(18, '0')}`));
  await give(457 + 40);
  await ledger.execute({ ...common, type: 'ReserveHold', ...asked });
  await use('fallen', '15');
  await use('fallen-below', '10');
  await use('fallen-further', '5');
  await give(30);
  await use('fallen-again', '25');
}
