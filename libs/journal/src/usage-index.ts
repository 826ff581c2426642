/**
 * Every usage id of a shard, for ever: an open-addressing table of 28-byte rows, each a 128-bit fingerprint of `source`
 * and `id`, 64 bits of the reported content's digest, and a number of 32 bits; 40 to 80 bytes per id, since 35 to 70 % of the rows are used. The fingerprint is a cut
 * SHA-256, so ids that an adversary chose collide no sooner than random ones (2^64 ids for an even chance).
 */
import { hash } from 'node:crypto';

const WORDS = 7;
const LOAD_MAX = 0.7;
/** A number beside an id is kept up to a multiple of this. */
const NUMBERS = 2 ** 32;
const DIGEST = /^[0-9a-f]{16}$/;

export class CompactUsageIndex {
  private table: Uint32Array;
  private capacity: number;
  private count = 0;

  /** @param capacity slots to begin with, a power of two */
  constructor(capacity = 1 << 16) {
    if (capacity < 2 || (capacity & (capacity - 1)) !== 0) throw new RangeError(`${capacity} is no power of two`);
    this.capacity = capacity;
    this.table = new Uint32Array(capacity * WORDS);
  }

  get size(): number {
    return this.count;
  }

  /** The first 16 hex digits of the recorded digest; callers compare with their own cut alike. */
  find(source: string, id: string): string | undefined {
    const slot = this.locate(this.table, this.capacity, fingerprint(source, id));
    if (this.isEmpty(this.table, slot)) return undefined;
    const at = slot * WORDS;
    return hex(this.table[at + 4]!) + hex(this.table[at + 5]!);
  }

  /** The number that was kept beside an id, from 0 to 2^32 - 1; undefined when the id is new. */
  numberOf(source: string, id: string): number | undefined {
    const slot = this.locate(this.table, this.capacity, fingerprint(source, id));
    return this.isEmpty(this.table, slot) ? undefined : this.table[slot * WORDS + 6];
  }

  /**
   * @param digest 16 hex digits in lower case
   * @param number a whole number, of which the last 32 bits are kept
   */
  add(source: string, id: string, digest: string, number = 0): void {
    if (!DIGEST.test(digest)) throw new RangeError(`${digest} is no digest of 16 hex digits`);
    if (this.count + 1 > this.capacity * LOAD_MAX) this.grow();
    const key = fingerprint(source, id);
    const slot = this.locate(this.table, this.capacity, key);
    if (!this.isEmpty(this.table, slot)) throw new Error(`usage ${source} ${id} is in the index already`);
    this.table.set(key, slot * WORDS);
    this.write(slot, digest, number);
    this.count++;
  }

  /** Changes what is kept of an id that is in the index. @param number as of {@link add} */
  set(source: string, id: string, digest: string, number = 0): void {
    if (!DIGEST.test(digest)) throw new RangeError(`${digest} is no digest of 16 hex digits`);
    const slot = this.locate(this.table, this.capacity, fingerprint(source, id));
    if (this.isEmpty(this.table, slot)) throw new Error(`usage ${source} ${id} is not in the index`);
    this.write(slot, digest, number);
  }

  private write(slot: number, digest: string, number: number): void {
    const at = slot * WORDS;
    this.table[at + 4] = Number.parseInt(digest.slice(0, 8), 16);
    this.table[at + 5] = Number.parseInt(digest.slice(8, 16), 16);
    this.table[at + 6] = number % NUMBERS;
  }

  remove(source: string, id: string): void {
    let hole = this.locate(this.table, this.capacity, fingerprint(source, id));
    if (this.isEmpty(this.table, hole)) return;
    this.count--;
    const mask = this.capacity - 1;
    // Backward-shift deletion (Knuth 6.4, algorithm R) keeps probe chains whole without tombstones.
    for (let slot = (hole + 1) & mask; !this.isEmpty(this.table, slot); slot = (slot + 1) & mask) {
      const home = this.table[slot * WORDS]! & mask;
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        this.table.copyWithin(hole * WORDS, slot * WORDS, (slot + 1) * WORDS);
        hole = slot;
      }
    }
    this.table.fill(0, hole * WORDS, (hole + 1) * WORDS);
  }

  private grow(): void {
    const capacity = this.capacity * 2;
    const table = new Uint32Array(capacity * WORDS);
    for (let slot = 0; slot < this.capacity; slot++) {
      if (this.isEmpty(this.table, slot)) continue;
      const row = this.table.subarray(slot * WORDS, (slot + 1) * WORDS);
      table.set(row, this.locate(table, capacity, row) * WORDS);
    }
    this.table = table;
    this.capacity = capacity;
  }

  /** The slot that holds the key, or the empty one where it belongs. */
  private locate(table: Uint32Array, capacity: number, key: Uint32Array): number {
    const mask = capacity - 1;
    for (let slot = key[0]! & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      if (table[at] === key[0] && table[at + 1] === key[1] && table[at + 2] === key[2] && table[at + 3] === key[3])
        return slot;
      if (this.isEmpty(table, slot)) return slot;
    }
  }

  private isEmpty(table: Uint32Array, slot: number): boolean {
    const at = slot * WORDS;
    return table[at] === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0;
  }
}

/** The fingerprint made last, for whichever index: a charge is looked up in every shard's and then added to one. */
const last: { readonly key: Uint32Array; source: string | undefined; id: string | undefined } = {
  key: new Uint32Array(4),
  source: undefined,
  id: undefined,
};

/**
 * 128 bits of SHA-256 over the length of the source, the source and the id: no two pairs share an encoding. Valid until
 * the next call.
 */
function fingerprint(source: string, id: string): Uint32Array {
  const { key } = last;
  if (source === last.source && id === last.id) return key;
  // As text of one character per byte: three times cheaper than a buffer.
  const bytes = hash('sha256', `${source.length}:${source}${id}`, 'binary');
  // An all-zero fingerprint would read as an empty slot; its chance is 2^-128.
  for (let word = 0; word < 4; word++) {
    const at = word * 4;
    key[word] =
      bytes.charCodeAt(at) |
      (bytes.charCodeAt(at + 1) << 8) |
      (bytes.charCodeAt(at + 2) << 16) |
      (bytes.charCodeAt(at + 3) << 24);
  }
  last.source = source;
  last.id = id;
  return key;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
