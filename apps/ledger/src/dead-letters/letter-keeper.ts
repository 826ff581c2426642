/** Keeps rejected messages where people find them. */
import { Inject, Injectable } from '@nestjs/common';
import { priceAlone, type UsageReport } from '#concepts';
import { messageOfLetter, type KeptLetter, type LetterHeader } from '#kafka';
import { LOGGER, Metrics, type Counter, type Logger } from '#platform';
import { DeadLetters, LETTERS_MAX, type DeadLetterRow, type NewLetter, type Pool } from '#postgres';
import { CatalogueFollower, DATABASE } from '#wiring';
import { readMessage } from '../usage-intake.js';

@Injectable()
export class LetterKeeper {
  /** The rows. */
  readonly letters: DeadLetters;
  private readonly unkept: Counter;

  constructor(
    @Inject(DATABASE) database: Pool,
    private readonly follower: CatalogueFollower,
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.letters = new DeadLetters(database);
    this.unkept = metrics.counter({
      name: 'airtime_dead_letters_unkept_total',
      help: `Rejected messages that were not kept because ${LETTERS_MAX} unsettled ones are, or because no row can hold them; the dead-letter topic has them`,
    });
    const unsettled = metrics.gauge({
      name: 'airtime_dead_letters_unsettled',
      help: 'Rejected messages that were neither played again nor dismissed; absent while the database is away',
      collect: async () => {
        unsettled.reset();
        const count = await this.letters.countUnsettled().catch(() => undefined);
        if (count !== undefined) unsettled.set(count);
      },
    });
  }

  /** Idempotent by topic, partition and offset. @throws the database's error: the letters come again */
  async keep(letters: readonly KeptLetter[]): Promise<void> {
    const unkept = await this.letters.keep(letters.map((letter) => this.rowOf(letter)));
    if (unkept === 0) return;
    this.unkept.inc(unkept);
    this.logger.warn(
      { unkept },
      'rejected messages were not kept beside the dead-letter topic: where there is no room, replay or dismiss those that are kept',
    );
  }

  private rowOf(letter: KeptLetter): NewLetter {
    const { topic, partition, offset, timestampMs, code, detail, key, value, omittedBytes } = letter;
    const report = omittedBytes === 0 ? reportOf(letter) : undefined;
    return {
      ...{ topic, partition, offset, timestampMs, code, detail, key, value, omittedBytes },
      headers: writeHeaders(letter.headers),
      customer: report?.customer ?? null,
      usageSource: report?.source ?? null,
      usageId: report?.id ?? null,
      atStake: (report && this.costOf(report)) ?? null,
    };
  }

  private costOf(report: UsageReport): bigint | undefined {
    try {
      return priceAlone(this.follower.catalogue, report);
    } catch {
      // It may have been rejected because it cannot be rated.
      return undefined;
    }
  }
}

/** The usage that a letter reports; undefined where the message is no usage event. */
function reportOf(letter: KeptLetter): UsageReport | undefined {
  try {
    const item = readMessage(messageOfLetter(letter), 0);
    return 'report' in item ? item.report : undefined;
  } catch {
    // What the program fails at is rejected for that, and can be kept all the same.
    return undefined;
  }
}

function writeHeaders(headers: readonly LetterHeader[]): Buffer {
  return Buffer.from(JSON.stringify(headers.map(([name, value]) => [name, value.toString('base64')])), 'utf8');
}

/** A letter as it was kept. */
export function letterOf(row: DeadLetterRow): KeptLetter {
  const { topic, partition, offset, timestampMs, code, detail, key, value, omittedBytes } = row;
  const headers = JSON.parse(Buffer.from(row.headers).toString('utf8')) as readonly (readonly [string, string])[];
  return {
    ...{ topic, partition, offset, timestampMs, code, detail, omittedBytes },
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: headers.map(([name, base64]) => [name, Buffer.from(base64, 'base64')]),
  };
}
