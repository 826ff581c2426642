/** Deletes the topics of earlier runs with all that the ledger's group has committed on them. */
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';

const PAUSE_MS = 100;
/** Ends a hang: a broker drops commits a moment after their topic. */
const ATTEMPTS_MAX = 600;

/**
 * A run's database is a copy, so the journal of each is the same one for Kafka, begun anew. A commit of an earlier run would
 * remember pages that this copy does not have, and halt it.
 *
 * @param prefix of the topics' names
 * @throws Error when commits stay; the broker's or the client's error
 */
export async function forgetTopics(brokers: string, prefix: string): Promise<void> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length === 0) return;
    await admin.deleteTopics({ topics });
    for (let attempt = 0; await hasCommits(admin, prefix); attempt++) {
      if (attempt === ATTEMPTS_MAX) throw new Error(`the broker keeps commits of ${prefix}…, whose topics are deleted`);
      await delay(PAUSE_MS);
    }
  } finally {
    await admin.disconnect();
  }
}

async function hasCommits(admin: Admin, prefix: string): Promise<boolean> {
  const { groups } = await admin.listGroups();
  for (const { groupId } of groups) {
    const committed = await admin.fetchOffsets({ groupId });
    if (committed.some(({ topic }) => topic.startsWith(prefix))) return true;
  }
  return false;
}
