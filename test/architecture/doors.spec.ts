/** A door of the concepts hands on a file with `export *`; the dead-export rule does not look behind that. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(resolve(repository, file), 'utf8');
const DOORS = ['catalogue', 'ledger-names', 'registry'].map((door) => `libs/concepts/${door}.ts`);

const sources = ['apps', 'libs', 'test'].flatMap((root) =>
  readdirSync(resolve(repository, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${root}/${file}`),
);

/** Every name that somebody takes from a door of the concepts. */
function takenNames(): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const file of sources) {
    for (const [, names, from] of read(file).matchAll(/(?:import|export) (?:type )?\{([^}]*)\} from '([^']+)'/g)) {
      const isDoor =
        file.startsWith('libs/concepts/') && /\/(catalogue|index|ledger|ledger-names|registry)\.js$/.test(from!);
      if (from !== '#concepts' && !isDoor) continue;
      for (const [, name] of names!.matchAll(/(?:^|,)\s*(?:type )?(\w+)/g)) taken.add(name!);
    }
  }
  return taken;
}

const namesOf = (text: string) =>
  [...text.matchAll(/^export (?:abstract )?(?:const|function\*?|class|interface|type) (\w+)/gm)].map(
    ([, name]) => name!,
  );

describe('the doors of the concepts', () => {
  it('hand on no file of which nobody takes anything', () => {
    const taken = takenNames();
    const handedOn = DOORS.flatMap((door) =>
      [...read(door).matchAll(/^export \* from '\.\/([^']+)\.js'/gm)].map(([, file]) => `libs/concepts/${file}.ts`),
    );
    expect(handedOn.length).toBeGreaterThan(15);
    expect(handedOn.filter((file) => !namesOf(read(file)).some((name) => taken.has(name)))).toEqual([]);
  });
});
