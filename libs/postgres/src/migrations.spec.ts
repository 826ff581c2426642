import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROWS } from '#concepts/rows';
import { column, table } from '#domain';
import { MIGRATIONS } from './migrations.js';
import { newMigrations, type NewMigration } from '../test-support/new-migrations.js';

const FOLDER = join(import.meta.dirname, 'migrations');

describe('the migrations', () => {
  it('are those of the folder, each by the time in its name', () => {
    const times = readdirSync(join(import.meta.dirname, 'migrations')).map((file) => file.slice(0, 13));
    expect(MIGRATIONS.map(({ name }) => name.slice(-13))).toEqual(times.sort());
    expect(times.length).toBeGreaterThan(3);
  });

  const sources = Object.fromEntries(
    readdirSync(FOLDER).map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')] as const),
  );

  it('name every read model', () => {
    expect(newMigrations(ROWS.tables, sources)).toEqual([]);
  });

  it('are written for a table that is defined, as a class of SQL', () => {
    const gifts = table(
      'gift_cards',
      { holder: column.key(), amountLeft: column.amount(), endsAt: column.optional(column.instant()) },
      { key: ['holder'], indexes: { gifts_by_end: { on: ['endsAt'], where: 'amount_left > 0' } } },
    );
    const [{ file, text }, ...others] = newMigrations([...ROWS.tables, gifts], sources) as [NewMigration];
    expect(others).toEqual([]);
    expect(file).toMatch(/^\d{13}-create-gift-cards\.ts$/);
    expect(text).toContain(`export class CreateGiftCards${file.slice(0, 13)} implements MigrationInterface {`);
    expect(text).toContain(`    await runner.query(\`
      CREATE TABLE "books"."gift_cards" (
        "holder" text COLLATE "C" NOT NULL,
        "amount_left" numeric NOT NULL,
        "ends_at" timestamptz(3),
        PRIMARY KEY ("holder"))\`);
    await runner.query(\`CREATE INDEX "gifts_by_end" ON "books"."gift_cards" ("ends_at") WHERE amount_left > 0\`);
`);
  });
});
