/** Policies of emission that follow each other, and epochs of each kind. */
import { emissionShard, type EmissionPolicy } from '#concepts';
import { execute, type World } from './world.js';

const SECOND_MS = 1_000;

/** The first version of each kind, from now on, second by second; the last one from a time that is over. */
export async function liveByEmission(world: World): Promise<void> {
  const { scene, shards } = world;
  const publish = async (version: number, inSeconds: number, schedule: Partial<EmissionPolicy>): Promise<void> => {
    const effectiveAt = new Date(scene.clock.now() + inSeconds * SECOND_MS).toISOString();
    const recipients = [
      { account: 'staking:rewards', bps: 3_333 },
      { account: 'treasury:fees', bps: 1_667 },
    ] as const;
    const policy = { effectiveAt, epoch: 'PT1S', recipients, ...schedule } as EmissionPolicy;
    await execute(world, scene.askRegistry({ type: 'PublishEmissionPolicy', version, policy }));
    await execute(world, scene.askShard(emissionShard(shards), { type: 'ScheduleEmission', version, policy }));
    await execute(world, scene.askRegistry({ type: 'NoteEmissionSchedule', version }));
  };
  const pass = async (seconds: number): Promise<void> => {
    for (const ask of scene.passTime(seconds * SECOND_MS)) await execute(world, ask);
    for (const ask of scene.sweep()) await execute(world, ask);
  };
  await publish(1, 0, { kind: 'fixed', amount: '0.0000000000000001' });
  await publish(2, 2, { kind: 'halving', initial: '0.000000000000000101', period: 2 });
  await publish(3, 5, { kind: 'decay', remaining: '0.000000000000001', num: 9, den: 10 });
  await pass(7);
  await publish(4, -1, { kind: 'decay', remaining: '7', num: 1, den: 2 });
  await pass(1);
  // A little of all that is outstanding; the second one divides the year otherwise, and the third as the second.
  await publish(5, 0, { kind: 'inflation', bps: 1, epochs: 31_536_000 });
  await pass(2);
  await pass(1);
  await publish(6, 0, { kind: 'inflation', bps: 2, epochs: 8_000_009 });
  await pass(2);
  await publish(8, 0, { kind: 'inflation', bps: 1, epochs: 8_000_009 });
  await pass(1);
  // What decays is not emitted to its end.
  await publish(7, 0, { kind: 'fixed', epoch: 'P3000D', amount: '1' });
}
