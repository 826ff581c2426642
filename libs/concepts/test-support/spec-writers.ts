/** The keys of journals in specs, and how such a journal is founded and sealed. Nobody else may ever use them. */
import { foundJournal, type RegistrySequencer } from '../shards.js';
import { registryShard } from '#domain';
import { FIRST_PREVIOUS_HASH, type JournalStore, type Page, type Sealing } from '#journal';
import { readSigningKey } from '#signing';

const PKCS8_ED25519 = '302e020100300506032b657004220420';
const FOUNDED_AT = '2020-01-01T00:00:00.000Z';

/** A key that follows from a number, so that runs are alike. */
export function specKey(number: number) {
  const der = Buffer.from(`${PKCS8_ED25519}${number.toString(16).padStart(64, '0')}`, 'hex');
  return readSigningKey(`-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`);
}

export const SPEC_ROOT = specKey(1);
export const SPEC_WRITER = specKey(2);

/** For sequencers whose pages nobody judges. */
export const SPEC_SEALING: Sealing = {
  journal: '0'.repeat(32),
  key: SPEC_WRITER,
  registry: () => ({ height: 0, hash: FIRST_PREVIOUS_HASH }),
};

/** The first page of a journal in a spec; always the same for so many shards. */
export function specFounding(shards: number): Page {
  return foundJournal({ shards, root: SPEC_ROOT, writer: SPEC_WRITER, time: FOUNDED_AT });
}

/** Founds a journal that is empty. */
export async function foundForSpec(store: JournalStore, shards: number): Promise<void> {
  if ((await store.head(registryShard(shards))) === undefined) await store.append(specFounding(shards));
}

/** How the writer of {@link specFounding} seals: the registry's own pages, or those that rest on it. */
export function specSealing(shards: number, registry?: Pick<RegistrySequencer, 'newest'>): Sealing {
  const { journal } = specFounding(shards);
  return { journal, key: SPEC_WRITER, ...(registry === undefined ? {} : { registry: () => registry.newest }) };
}
