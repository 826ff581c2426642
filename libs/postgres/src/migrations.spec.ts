import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS } from './migrations.js';

describe('the migrations', () => {
  it('are those of the folder, each by the time in its name', () => {
    const times = readdirSync(join(import.meta.dirname, 'migrations')).map((file) => file.slice(0, 13));
    expect(MIGRATIONS.map(({ name }) => name.slice(-13))).toEqual(times.sort());
    expect(times.length).toBeGreaterThan(3);
  });
});
