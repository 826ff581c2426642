/** A cap: mints, grants and epochs that fit, one that is cut, and what none is in force for any more. */
import { emissionShard, type EmissionPolicy } from '#concepts';
import { atto, DomainError, formatAmount } from '#domain';
import { execute, type World } from './world.js';

const HOUR_MS = 3_600_000;

/** From here on the registry is asked for what is minted. */
export async function liveUnderCap(world: World): Promise<void> {
  const { scene, shards } = world;
  const supply = () => scene.ledgers.reduce((sum, state) => sum - state.balance('issuance'), 0n);
  const all = async (asks: Iterable<Parameters<typeof execute>[1]>): Promise<void> => {
    for (const ask of asks) await execute(world, ask);
  };
  const publish = async (
    version: number,
    more: Pick<EmissionPolicy, 'kind'> & Partial<EmissionPolicy>,
  ): Promise<void> => {
    const effectiveAt = new Date(scene.clock.now()).toISOString();
    const policy: EmissionPolicy = {
      ...{ effectiveAt, epoch: 'PT1H', recipients: [{ account: 'staking:rewards', bps: 3_333 }] },
      ...more,
    };
    await execute(world, scene.askRegistry({ type: 'PublishEmissionPolicy', version, policy }));
    await execute(world, scene.askShard(emissionShard(shards), { type: 'ScheduleEmission', version, policy }));
    await execute(world, scene.askRegistry({ type: 'NoteEmissionSchedule', version }));
    await all(scene.passTime(0));
  };
  const issue = async (holder: string, amount: bigint, more: object = {}): Promise<void> => {
    const wish = { type: 'MintTokens', holder, amount: atto(amount), reason: 'under the cap', ...more } as const;
    await execute(world, scene.askHolder(holder, wish));
    await all(scene.sweep());
  };
  const passHour = async (): Promise<void> => {
    await all(scene.passTime(HOUR_MS));
    await all(scene.sweep());
  };
  // What is owed and can be covered burns a share: after that every atto is accounted for.
  await all(scene.sweep());
  await publish(101, { kind: 'fixed', amount: '0.0000000000000003', cap: formatAmount(supply() + 1_000n) });
  await issue('acme', 300n);
  await issue('bolt', 200n, { type: 'IssueGrant', kind: 'promotional' });
  const effectiveAt = new Date(scene.clock.now() + HOUR_MS).toISOString();
  const expiresAt = new Date(scene.clock.now() + 9 * HOUR_MS).toISOString();
  await issue('cargo', 100n, { type: 'IssueGrant', kind: 'earned', priority: 7, effectiveAt, expiresAt });
  await passHour();
  await issue('delta', 100n);
  // Little of the second one fits, and of the third nearly nothing.
  await passHour();
  await passHour();
  await issue('acme', 1n).catch((error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
  });
  await publish(102, { kind: 'decay', remaining: '0.000000000000001', num: 9, den: 10 });
  await issue('echo', 5_000n);
  await passHour();
  await publish(103, { kind: 'inflation', bps: 1, epochs: 31_000_000, cap: formatAmount(supply() + 1_001n) });
  await passHour();
  await publish(104, { kind: 'fixed', epoch: 'P3000D', amount: '1' });
}
