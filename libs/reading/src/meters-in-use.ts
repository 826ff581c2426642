/** Which meters were used lately, for whoever decides what must keep its price. */
import { Injectable } from '@nestjs/common';
import { IN_USE_DAYS, type MeterUse } from '#concepts';
import { PositionAnswer, Unavailable } from '#platform';
import { Books } from './books.js';
import { includedHeights } from './read-parameters.js';

const DAY_MS = 86_400_000;

/** Meters in use, and the heights of the journal that they were found up to. */
export interface FoundInUse {
  readonly uses: readonly MeterUse[];
  readonly position: readonly PositionAnswer[];
}

@Injectable()
export class MetersInUse {
  constructor(private readonly books: Books) {}

  /**
   * Reads which meters usage of the last {@link IN_USE_DAYS} days had, by its own UTC days, today's and the first one whole. The
   * books include the whole journal as it stood when this was called: whatever was answered before is in.
   *
   * @throws Unavailable when the books do not get there within five seconds
   */
  async find(nowMs: number): Promise<FoundInUse> {
    const from = new Date(nowMs - IN_USE_DAYS * DAY_MS).toISOString().slice(0, 10);
    const heads = await this.books.heads();
    const position = heads.flatMap((head, shard) => (head === undefined ? [] : [`${shard}:${head.height}`]));
    try {
      return await this.books.read({ position }, async (books) => {
        const rows = await books.rows<Omit<MeterUse, 'usageType'> & { usage_type: string; region: string }>(
          `SELECT DISTINCT usage_type, model, provider, region, meter FROM books.meters_in_use
           WHERE day >= $1 ORDER BY usage_type, model, provider, region, meter`,
          [from],
        );
        return { uses: rows.map(readUse), position: includedHeights(books) };
      });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      const way = 'A price book that says "confirmRemoved": true is published without asking.';
      const why = `What was used lately is not known now. ${error.message} ${way}`;
      throw new Unavailable(why, error.retryAfterSeconds, { cause: error });
    }
  }
}

function readUse({
  usage_type: usageType,
  region,
  ...use
}: Omit<MeterUse, 'usageType'> & { readonly usage_type: string; readonly region: string }): MeterUse {
  return { usageType, ...use, ...(region === '' ? {} : { region }) };
}
