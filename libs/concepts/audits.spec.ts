/** Spreads hide two audits that claim one event, and rows that no event has: what the compiler cannot see is held here. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EVOLVE_CATALOGUE, EVOLVE_LEDGER, EVOLVE_REGISTRY } from '#concepts';
import { openAudits } from '#concepts/audits';
import { WRITER_CRYPTO } from '#concepts/shards';
import { CompactUsageIndex, JOURNAL_LAWS, verifyJournal, type Audits, type AuditWalk } from '#journal';
import { keccak256 } from '#signing';
import { MemoryStore } from '#journal/testing';

const walk: AuditWalk = {
  crypto: { ...WRITER_CRYPTO, keccak256 },
  restsOn: 1,
  recordedAtMs: 0,
  shards: 1,
  find: () => undefined,
  expectSum: () => undefined,
  homeOf: () => 0,
  instantOf: () => undefined,
  textOfInstant: String,
  giveUpHeads: () => undefined,
  createIndex: () => new CompactUsageIndex(2),
};

/** The types of events that each kind of shard records. */
const TYPES = {
  ledger: new Set(Object.keys(EVOLVE_LEDGER)),
  registry: new Set([...Object.keys(EVOLVE_REGISTRY), ...Object.keys(EVOLVE_CATALOGUE)]),
};

/** What is wrong with a door, in words. */
function findFaults({ concepts, ...door }: Omit<Audits, 'authority' | 'codec' | 'schemas'>): string[] {
  const faults: string[] = [];
  for (const kind of ['ledger', 'registry'] as const) {
    for (const audit of concepts) {
      const { name } = audit.constructor;
      for (const [type, row] of Object.entries(audit[kind] ?? {})) {
        if (door[kind][type] !== row) faults.push(`${name} claims ${type}, and the door has another row for it`);
      }
    }
    for (const [type, row] of Object.entries(door[kind])) {
      const owners = concepts.filter((audit) => Object.values(audit[kind] ?? {}).includes(row as never));
      if (owners.length === 0) faults.push(`the door’s row for ${type} is in no audit of its list`);
      if (!TYPES[kind].has(type)) faults.push(`${type} is no event of the ${kind}`);
    }
    for (const type of TYPES[kind]) if (!(type in door[kind])) faults.push(`${type} is audited by none`);
  }
  for (const { booked, takeBack, later, laterInLedger } of concepts) {
    for (const rows of [booked, takeBack, later, laterInLedger]) {
      for (const type of Object.keys(rows ?? {})) {
        if (!TYPES.ledger.has(type) && !TYPES.registry.has(type)) faults.push(`${type} is no event`);
      }
    }
  }
  return faults;
}

/** Every audit that a concept's files export, by name. */
async function findAudits(): Promise<Map<string, new (...rest: never[]) => object>> {
  const found = new Map<string, new (...rest: never[]) => object>();
  for (const folder of readdirSync(import.meta.dirname, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const file of readdirSync(join(import.meta.dirname, folder.name))) {
      if (!file.endsWith('.audit.ts')) continue;
      const url = pathToFileURL(join(import.meta.dirname, folder.name, file)).href;
      for (const [name, value] of Object.entries((await import(url)) as Record<string, unknown>)) {
        if (name.endsWith('Audit')) found.set(name, value as new () => object);
      }
    }
  }
  return found;
}

describe('the audits’ door', () => {
  it('has every audit, each event once and no event that no shard records', async () => {
    const audits = openAudits(walk);
    expect(findFaults(audits)).toEqual([]);
    const classes = new Set(audits.concepts.map((audit) => audit.constructor));
    const missing = [...(await findAudits())].filter(([, audit]) => !classes.has(audit)).map(([name]) => name);
    expect(missing).toEqual([]);
  });

  it('would be told of two audits that claim one event', () => {
    const { concepts, ledger, registry } = openAudits(walk);
    const second = { ledger: { Minted: () => [] } };
    expect(findFaults({ concepts: [...concepts, second], ledger, registry })).toEqual([
      'Object claims Minted, and the door has another row for it',
    ]);
    const overwritten = { ...ledger, ...second.ledger };
    expect(findFaults({ concepts: [...concepts, second], ledger: overwritten, registry })).toEqual([
      'SupplyAudit claims Minted, and the door has another row for it',
    ]);
  });

  it('would be told of an audit that claims what no shard records, and of one that its list lacks', () => {
    const { concepts, ledger, registry } = openAudits(walk);
    const gifts = { ledger: { Gifted: () => [] } };
    expect(findFaults({ concepts: [...concepts, gifts], ledger: { ...ledger, ...gifts.ledger }, registry })).toEqual([
      'Gifted is no event of the ledger',
    ]);
    expect(findFaults({ concepts: concepts.slice(1), ledger, registry })).toEqual([
      'the door’s row for Minted is in no audit of its list',
      'the door’s row for Burned is in no audit of its list',
    ]);
  });

  it('gives each code of a finding to one concept', () => {
    const laws = openAudits(walk).concepts.flatMap((audit) => ('laws' in audit ? Object.keys(audit.laws) : []));
    const all = [...Object.keys(JOURNAL_LAWS), ...laws];
    expect(all.filter((law, i) => all.indexOf(law) !== i)).toEqual([]);
  });

  it('has the words of every sum over all shards that an audit expects or adds to', () => {
    let expected = 0;
    const { concepts } = openAudits({ ...walk, expectSum: () => void expected++ });
    const silent = concepts.filter((audit) => {
      expected = 0;
      audit.check?.({ balance: () => 0n, sumOf: () => 0n });
      const takesPart = expected > 0 || audit.betweenShards !== undefined;
      return takesPart !== (audit.sums ?? []).length > 0;
    });
    expect(silent.map((audit) => audit.constructor.name)).toEqual([]);
  });

  it('is refused by the verifier when two audits have a row of one kind for one event', async () => {
    const twice = (one: AuditWalk) => {
      const audits = openAudits(one);
      const second = { takeBack: { Minted: () => 'otherwise' } };
      return { ...audits, concepts: [...audits.concepts, second] } as Audits;
    };
    await expect(verifyJournal(new MemoryStore(), twice, { shards: 1 })).rejects.toThrow(
      'two audits say something of Minted',
    );
  });
});
