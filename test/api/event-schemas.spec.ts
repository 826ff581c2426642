import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { EVOLVE_CATALOGUE, EVOLVE_LEDGER, EVOLVE_REGISTRY } from '#concepts';
import { generateEventSchemas, type EventSchemas } from './event-schemas.js';

const bundle = JSON.parse(readFileSync('docs/events/journal.schema.json', 'utf8')) as EventSchemas;

describe('docs/events/journal.schema.json', () => {
  const namesOf = (union: string) => bundle.$defs[union]!.oneOf!.map(({ $ref }) => $ref!.replace('#/$defs/', ''));

  it('is JSON Schema, and has every event of both kinds of shards', () => {
    expect(new Ajv2020({ strict: true, keywords: ['x-home', 'x-places'] }).compile(bundle)).toBeInstanceOf(Function);
    expect(namesOf('LedgerEvent')).toEqual(Object.keys(EVOLVE_LEDGER).sort());
    expect(namesOf('RegistryEvent')).toEqual(Object.keys({ ...EVOLVE_REGISTRY, ...EVOLVE_CATALOGUE }).sort());
  });

  it('lets no event have a member that it does not name', () => {
    const objects = Object.values(bundle.$defs).filter(({ properties }) => properties !== undefined);
    expect(objects.length).toBeGreaterThan(26);
    expect(objects.filter(({ additionalProperties }) => additionalProperties !== false)).toEqual([]);
  });
});

describe('the schemas of types', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'airtime-schemas-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const generate = (source: string) => {
    const file = join(folder, 'events.ts');
    writeFileSync(file, source);
    return generateEventSchemas(file, ['Event']).$defs;
  };

  it('say what the tags of the comments say, and leave out what no event has', () => {
    const { Gifted, Colour, Count, Id } = generate(`
      const ID = /^[a-z]+$/;
      /** @pattern ID */
      export type Id = string;
      /** @maximum 9 */
      export type Count = number;
      export const COLOURS = ['red', 'blue'] as const;
      export type Colour = (typeof COLOURS)[number];
      interface Common { readonly type: string; readonly at?: Id; }
      /** @home to */
      export interface Gifted extends Common {
        readonly type: 'Gifted';
        readonly to: Id;
        readonly gifts: readonly { readonly colour: Colour; readonly count: Count }[];
        /** @unrecorded */
        readonly cache?: Map<string, bigint>;
      }
      export type Event = Gifted;
    `);
    expect(Id).toEqual({ type: 'string', pattern: '^[a-z]+$' });
    expect(Count).toEqual({ type: 'integer', minimum: 0, maximum: 9 });
    expect(Colour).toEqual({ type: 'string', enum: ['blue', 'red'] });
    expect(Gifted).toMatchObject({
      required: ['type', 'to', 'gifts'],
      additionalProperties: false,
      'x-home': 'to',
      properties: { type: { const: 'Gifted' }, to: { $ref: '#/$defs/Id' }, at: { $ref: '#/$defs/Id' } },
    });
    expect(Gifted!.properties).not.toHaveProperty('cache');
  });

  it.each([
    ['a type that JSON has not', 'amount: bigint', /events\.ts:\d+: no schema for the type bigint/],
    ['a union of other things than texts', 'amount: string | number', /no schema for the type string \| number/],
  ])('are refused for %s', (_, member, message) => {
    expect(() => generate(`export interface Event { readonly type: 'Event'; readonly ${member} }`)).toThrow(message);
  });

  it.each([
    ['a pattern on a number', '/** @pattern ^a$ */\nexport type A = number;', 'do not fit its type'],
    [
      'a name of no regular expression',
      '/** @pattern NONE */\nexport type A = string;',
      'has no regular expression NONE',
    ],
  ])('are refused for %s', (_, alias, message) => {
    const source = `${alias}\nexport interface Event { readonly type: 'Event'; readonly a: A }`;
    expect(() => generate(source)).toThrow(message);
  });

  it('are refused for a home that the event does not name', () => {
    const source = `/** @home nobody */\nexport interface Event { readonly type: 'Event' }`;
    expect(() => generate(source)).toThrow('do not fit its type');
  });
});
