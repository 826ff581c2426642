import { createHash } from 'node:crypto';
import { findBefore, headerOf, provePage, type PageFields } from './proof.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const EVENT = '["TierSet","2026-11-27T00:00:00.000Z","key:admin","request:1"]';

/** A page of shard 0 as a journal would hold it, without a signature. */
function pageOf(height: number, previousHash: string, line = EVENT): PageFields {
  const body = `${line}\n`;
  const page: PageFields = {
    ...{ journal: 'j', shard: 0, height, recordedAt: '2026-11-27T00:00:00.000Z', previousHash },
    ...{ bodyDigest: sha256(body), count: 1, writer: 'w', registry: { height: 1, hash: 'r' }, offsets: [] },
    ...{ hash: '', signature: '', body },
  };
  return { ...page, hash: sha256(headerOf(page)) };
}

const first = pageOf(1, '0'.repeat(64));
const wrong = pageOf(2, first.hash, '["TierSet","of nobody"]');
const third = pageOf(3, first.hash);
const declaration = (height: number) =>
  pageOf(9, 'x', JSON.stringify(['PageVoided', '', '', '', 0, height, wrong.hash, 'why']));

const stepsOf = async (page: PageFields, below: readonly PageFields[], registry: readonly PageFields[] = []) =>
  (await provePage(page, EVENT, 0, findBefore(page, below), registry, undefined)).slice(0, -1);

describe('the proof of an entry', () => {
  it('holds for the first page, and for one that follows the page right before', async () => {
    expect((await stepsOf(first, [])).every(({ holds }) => holds)).toBe(true);
    expect((await stepsOf(pageOf(2, first.hash), [first])).every(({ holds }) => holds)).toBe(true);
  });

  it('passes over a page that was declared void, and over exactly that one', async () => {
    const steps = await stepsOf(third, [wrong, first], [declaration(2)]);
    expect(steps.map(({ holds }) => holds)).toEqual([true, true, true, true, true]);
    expect(steps[3]!.name).toContain('at height 2 was declared void');
    const other = await stepsOf(third, [wrong, first], [declaration(3)]);
    expect(other.map(({ holds }) => holds)).toEqual([true, true, true, undefined, true]);
  });

  it('passes over the first page of a shard', async () => {
    const instead = pageOf(2, '0'.repeat(64));
    const voided = pageOf(9, 'x', JSON.stringify(['PageVoided', '', '', '', 0, 1, first.hash, 'why']));
    expect((await stepsOf(instead, [first], [voided])).map(({ holds }) => holds)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  it('fails for a page that follows none of those before', async () => {
    const steps = await stepsOf(pageOf(3, sha256('nothing')), [wrong, first]);
    expect(steps.map(({ holds }) => holds)).toEqual([true, true, true, false]);
  });
});
