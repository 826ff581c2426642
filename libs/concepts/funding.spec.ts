/** The list of what pays usage, beside what the concepts' files have. */
import { CHARGING, FUNDING, FUNDS } from '#concepts';
import { findTables } from './test-support/tables.js';

const isSource = (value: object) => 'offer' in value && 'payees' in value;

describe('what pays usage', () => {
  it('has every source that a concept exports', async () => {
    const sources = (await findTables(/./)).filter(({ table }) => isSource(table));
    expect(sources.filter(({ table }) => !CHARGING.funding.includes(table as never))).toEqual([]);
    expect(new Set(sources.map(({ table }) => table)).size).toBe(FUNDING.length);
  });

  it('asks each under a name of its own, and what is owed last', () => {
    const names = FUNDING.map(({ name }) => name as string);
    expect(new Set(names).size).toBe(names.length);
    expect(names.at(-1)).toBe('receivable');
    expect(FUNDING.slice(0, -1)).toEqual(FUNDS);
  });
});
