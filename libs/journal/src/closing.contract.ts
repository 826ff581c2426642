/** The contract suite that every adapter of the port for closing wishes passes, on a real store that holds none yet. */
import type { ClosingWishes, Instants } from './closing.js';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 10, 0, second)).toISOString();

/** Declares the suite. `open` connects to the same store each time it is called. */
export function describeClosingWishes(name: string, open: () => Promise<ClosingWishes>): void {
  describe(`${name} keeps the contract of closing wishes`, () => {
    const opened: ClosingWishes[] = [];
    const followers: AbortController[] = [];

    const openOne = async (): Promise<ClosingWishes> => {
      const wishes = await open();
      opened.push(wishes);
      return wishes;
    };

    /** Waits until a follower was given what holds. */
    const follow = async (wishes: ClosingWishes, holds: (wished: Instants) => boolean): Promise<Instants> => {
      const stop = new AbortController();
      followers.push(stop);
      for await (const wished of wishes.follow(stop.signal)) {
        if (!holds(wished)) continue;
        stop.abort();
        return wished;
      }
      throw new Error('the wishes ended');
    };

    afterAll(async () => {
      for (const follower of followers) follower.abort();
      await Promise.all(opened.map((wishes) => wishes.close()));
    });

    it('gives a wish to who follows already and to who comes later', async () => {
      const [reader, ledger, later] = [await openOne(), await openOne(), await openOne()];
      const given = follow(ledger, (wished) => wished.get(1) === at(5));
      await reader.wish(new Map([[1, at(5)]]));
      expect((await given).get(1)).toBe(at(5));
      expect((await follow(later, (wished) => wished.has(1))).get(1)).toBe(at(5));
    });

    it('joins wishes: of each shard the latest instant counts, in whichever order they come', async () => {
      const [one, other, ledger] = [await openOne(), await openOne(), await openOne()];
      await one.wish(
        new Map([
          [2, at(7)],
          [3, at(7)],
        ]),
      );
      await other.wish(
        new Map([
          [3, at(9)],
          [2, at(6)],
        ]),
      );
      const wished = await follow(ledger, (some) => some.get(3) === at(9));
      expect([wished.get(2), wished.get(3)]).toEqual([at(7), at(9)]);
    });

    it('keeps what is later than what is taken back', async () => {
      const [reader, ledger] = [await openOne(), await openOne()];
      await reader.wish(new Map([[4, at(20)]]));
      await ledger.takeBack(4, at(19));
      await reader.wish(new Map([[5, at(20)]]));
      const wished = await follow(ledger, (some) => some.has(5));
      expect(wished.get(4)).toBe(at(20));
      await ledger.takeBack(4, at(20));
      await reader.wish(new Map([[6, at(20)]]));
      expect((await follow(ledger, (some) => some.has(6))).has(4)).toBe(false);
    });

    it('wakes every follower', async () => {
      const ledgers = await Promise.all([openOne(), openOne(), openOne()]);
      const given = ledgers.map((ledger) => follow(ledger, (wished) => wished.get(7) === at(30)));
      await (await openOne()).wish(new Map([[7, at(30)]]));
      expect((await Promise.all(given)).map((wished) => wished.get(7))).toEqual([at(30), at(30), at(30)]);
    });
  });
}
