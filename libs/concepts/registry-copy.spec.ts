import { CODEC, type JournalEvent } from '#concepts';
import { openRegistry, SPEC_ROOT, SPEC_WRITER, specFounding, specKey } from '#concepts/testing';
import { headOf, sealPage, type Page } from '#journal';
import type { SigningKey } from '#signing';
import type { Stated, StatedEvent } from './catalogue.js';
import { stateAsRoot } from './catalogue.js';
import { RegistryCopy } from './registry-copy.js';
import { WRITER_CRYPTO } from './shards.js';

const SHARDS = 2;
const FOUNDING = specFounding(SHARDS);
const encode = (event: object) => CODEC.encode(event as JournalEvent);
const key = (name: string) =>
  encode({
    ...{ type: 'KeyIssued', time: '2026-11-22T10:00:00Z', actor: 'key:a', origin: 'request:a' },
    ...{ key: name, role: 'operator', hash: name.repeat(64) },
  });

/** The page above another, following the page `before` that counts. */
function above(below: Page, before: Page, lines: readonly string[], by: SigningKey = SPEC_WRITER): Page {
  const registry = { height: below.height, hash: before.hash };
  const content = { ...FOUNDING, height: below.height + 1, previousHash: before.hash, registry };
  return sealPage(content, lines, by);
}

function statement(number: number, stated: Stated<StatedEvent>, by = SPEC_ROOT): string {
  const { statement: signed } = stateAsRoot(by, FOUNDING.journal, number, stated);
  const { type, ...members } = stated;
  const who = { time: '2026-11-22T10:00:00Z', actor: 'key:root', origin: 'request:root' };
  return encode({ type, ...who, ...members, statement: signed });
}

const voids = ({ shard, height, hash }: Page, number: number, by = SPEC_ROOT) =>
  statement(number, { type: 'PageVoided', shard, height, hash, reason: 'forged' }, by);

describe('a copy of the registry', () => {
  let copy: RegistryCopy;

  beforeEach(() => {
    copy = new RegistryCopy(SHARDS, WRITER_CRYPTO);
    copy.take(FOUNDING);
  });

  it('knows the journal by its founding, and who may write', () => {
    expect([copy.journal, copy.height, copy.hashAt(1)]).toEqual([FOUNDING.journal, 1, FOUNDING.hash]);
    expect(copy.writerAt(SPEC_WRITER.id, 0)?.publicKey).toBe(SPEC_WRITER.publicKey);
    expect(copy.writerAt(specKey(9).id, 1)).toBeUndefined();
  });

  it('begins with no other page', () => {
    const other = new RegistryCopy(SHARDS, WRITER_CRYPTO);
    const first = sealPage({ ...FOUNDING }, [key('a')], SPEC_WRITER);
    expect([other.take(first), other.height, other.refusal?.page.height]).toEqual([false, 0, 1]);
  });

  it('takes what an admitted writer wrote, and nothing of a page of which one event cannot be folded', () => {
    const good = above(FOUNDING, FOUNDING, [key('a')]);
    expect(copy.take(good)).toBe(true);
    const half = above(good, good, [
      key('b'),
      statement(1, { type: 'RootsChanged', roots: [], reason: '' }, specKey(5)),
    ]);
    expect(copy.take(half)).toBe(false);
    expect([...copy.catalogue.keysByHash.keys()]).toEqual(['a'.repeat(64)]);
    expect(copy.refusal?.faults).toEqual([`${specKey(5).publicKey} is no root key of this journal`]);
  });

  it('goes on above a page that the next one voids, and at no other', () => {
    const forged = above(FOUNDING, FOUNDING, [key('f')], specKey(9));
    expect([copy.take(forged), copy.height, copy.top]).toEqual([false, 1, 2]);
    const silent = above(forged, FOUNDING, [key('a')]);
    expect([copy.take(silent), copy.height]).toEqual([false, 1]);
    const stranger = above(silent, FOUNDING, [voids(forged, 1, specKey(5)), voids(silent, 2, specKey(5))]);
    expect([copy.take(stranger), copy.height]).toEqual([false, 1]);
    const voiding = above(stranger, FOUNDING, [voids(forged, 1), voids(silent, 2), voids(stranger, 3)]);
    expect([copy.take(voiding), copy.height, copy.refusal]).toEqual([true, 5, undefined]);
    expect([copy.hashAt(4), copy.hashAt(5)]).toEqual([FOUNDING.hash, voiding.hash]);
    expect([...copy.catalogue.keysByHash.keys()]).toEqual([]);
  });

  it('passes over a page that was promised to be void, and shows nothing of it', () => {
    const forged = above(FOUNDING, FOUNDING, [key('f')], specKey(9));
    copy.take(forged);
    copy.promiseVoid(forged);
    expect([copy.height, copy.hashAt(2), copy.isVoid(forged)]).toEqual([2, FOUNDING.hash, true]);
    expect(copy.take(above(forged, FOUNDING, [voids(forged, 1)]))).toBe(true);
  });

  it('knows until when a dismissed writer may be named', () => {
    const { publicKey, id } = specKey(9);
    const admitting = above(FOUNDING, FOUNDING, [
      statement(1, { type: 'WriterAdmitted', writer: { publicKey, name: 'x' } }),
    ]);
    const dismissing = above(admitting, admitting, [
      statement(2, { type: 'WriterDismissed', publicKey, reason: 'rotated' }),
    ]);
    copy.take(admitting);
    copy.take(dismissing);
    expect([1, 2, 3].map((height) => copy.writerAt(id, height) !== undefined)).toEqual([false, true, false]);
    const again = above(dismissing, dismissing, [
      statement(3, { type: 'WriterAdmitted', writer: { publicKey, name: 'y' } }),
    ]);
    expect([copy.take(again), copy.refusal?.faults.join()]).toEqual([
      false,
      expect.stringContaining('admitted before'),
    ]);
  });

  it('takes no statement twice, whoever repeats it', () => {
    const line = statement(1, { type: 'WriterAdmitted', writer: { publicKey: specKey(9).publicKey, name: 'x' } });
    const admitting = above(FOUNDING, FOUNDING, [line]);
    copy.take(admitting);
    expect(copy.take(above(admitting, admitting, [line]))).toBe(false);
    expect(headOf(admitting).height).toBe(copy.height);
  });

  it('is not misled by a registry that decides otherwise', () => {
    const desk = openRegistry(SHARDS, ['acme'], ['p1']);
    expect(desk.state.catalogue.writers.founded?.journal).toBe(copy.journal);
  });
});
