import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../docs/adr');

describe('the index of decisions', () => {
  it('lists every record with its number, date and title, in order', () => {
    const records = readdirSync(folder).filter((file) => /^\d{4}-.+\.md$/.test(file));
    const lines = records.sort().map((file) => {
      const [, number, title] = /^# (\d+)\. (.+)$/m.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
      const [, date] = /^Date: (\d{4}-\d\d-\d\d)/m.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
      return `${number} ${file} ${date} ${title}`;
    });
    const listed = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(
      /^\| \[(\d+)\]\((.+?)\) +\| (\S+) +\| (.+?) +\|$/gm,
    );
    expect([...listed].map(([, ...cells]) => cells.join(' '))).toEqual(lines);
  });

  it('has each number once, as its file says', () => {
    const numbers = readdirSync(folder).flatMap((file) => /^(\d{4})-/.exec(file)?.[1] ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
