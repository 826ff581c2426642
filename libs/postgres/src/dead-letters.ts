/** Usage that could not be applied, as rows: kept when it is rejected, listed, played again or dismissed. */
import type { RowOf } from '#domain';
import { inTransaction, sqlStateOf, type Pool, type PoolClient } from './connection.js';
import { plainText } from './projection/text.js';
import type { DEAD_LETTERS, LETTER_ORDERS, LetterOrderKind, LetterState } from './tables/intake.js';

export { LETTER_STATES, type LetterState } from './tables/intake.js';

export type DeadLetterRow = RowOf<typeof DEAD_LETTERS>;
/** What is written when a message is rejected. */
export type NewLetter = Omit<
  DeadLetterRow,
  'rejectedAt' | 'state' | 'orderId' | 'settledAt' | 'outcome' | 'outcomeDetail' | 'entry'
>;
export type LetterOrderRow = RowOf<typeof LETTER_ORDERS>;
export type NewOrder = Pick<
  LetterOrderRow,
  'id' | 'kind' | 'filter' | 'reason' | 'actor' | 'requestKey' | 'requestDigest'
>;

/** Which letters are meant; a member that is absent excludes none. */
export interface LetterFilter {
  readonly states: readonly LetterState[];
  readonly reason?: string | undefined;
  /** RFC 3339, included. */
  readonly from?: string | undefined;
  /** RFC 3339, excluded. */
  readonly to?: string | undefined;
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly offset?: number | undefined;
}

/** Of one reason, how many letters are in each state. */
export interface ReasonCount {
  readonly reason: string;
  readonly counts: Readonly<Record<LetterState, number>>;
  /** What those not replayed and not dismissed would have cost, where it is known; atto-tokens. */
  readonly atStake: bigint;
  /** Of how many of them that is not known. */
  readonly unknown: number;
  /** When the first of them was rejected. */
  readonly firstAt: string | null;
}

/** What a replay made of a letter. */
export interface LetterOutcome {
  readonly state: 'replayed' | 'failing';
  /** `charged`, `duplicate`, or the code of the refusal. */
  readonly outcome: string;
  readonly detail: string | null;
  readonly entry: string | null;
  /** Atto-tokens. */
  readonly amount: bigint;
}

/** Letters in the table at most, whatever their state. */
export const LETTERS_MAX = 100_000;
/** What was replayed or dismissed is forgotten after so many days. */
export const SETTLED_DAYS_MAX = 90;
const ORDER_DAYS_MAX = 400;
/** Rows of one INSERT: their bytes are in memory twice. */
const INSERT_MAX = 100;

/** Classes of SQLSTATE that are the value's fault and stay: no such value, and more than an engine takes. */
const UNSTORABLE_SQLSTATES = /^(22|54)...$/;

const UNSETTLED = `state IN ('open', 'replaying', 'failing')`;
const SETTLED = `state IN ('replayed', 'dismissed')`;
const PLACE = 'topic, partition, "offset"';
const BYTES = 'key, value, headers';
const NO_BYTES = `NULL::bytea AS key, NULL::bytea AS value, '[]'::bytea AS headers`;
const OTHERS = `${PLACE}, rejected_at, timestamp_ms, code, detail, omitted_bytes, customer, usage_source,
  usage_id, at_stake, state, order_id, settled_at, outcome, outcome_detail, entry`;
const SHOWN = `${OTHERS}, ${BYTES}`;

export class DeadLetters {
  /** @param pool stays the caller's */
  constructor(private readonly pool: Pool) {}

  /**
   * Keeps letters; one that is kept already stays as it is. A full table forgets what is settled longest; where all are
   * unsettled, what comes is not kept.
   *
   * @returns how many were not kept: there was no room, or no row can hold what somebody put into the message
   */
  async keep(letters: readonly NewLetter[]): Promise<number> {
    const room = await this.makeRoom(letters.length);
    let unkept = Math.max(0, letters.length - room);
    for (let from = 0; from < room; from += INSERT_MAX) {
      unkept += await this.insertOrLeave(letters.slice(from, Math.min(from + INSERT_MAX, room)));
    }
    return unkept;
  }

  /** One that cannot be kept must not keep its neighbours, and the whole partition, from going on. */
  private async insertOrLeave(letters: readonly NewLetter[]): Promise<number> {
    try {
      await this.insert(letters);
      return 0;
    } catch (error) {
      if (!UNSTORABLE_SQLSTATES.test(sqlStateOf(error) ?? '')) throw error;
      if (letters.length === 1) return 1;
      const half = letters.length >>> 1;
      return (await this.insertOrLeave(letters.slice(0, half))) + (await this.insertOrLeave(letters.slice(half)));
    }
  }

  private async makeRoom(wanted: number): Promise<number> {
    await this.pool.query({
      name: 'forget-letters',
      text: `DELETE FROM intake.dead_letters WHERE ${SETTLED} AND settled_at < now() - interval '${SETTLED_DAYS_MAX} days'`,
    });
    const count = async () => {
      const { rows } = await this.pool.query<{ count: string }>({
        name: 'count-letters',
        text: 'SELECT count(*) FROM intake.dead_letters',
      });
      return LETTERS_MAX - Number(rows[0]!.count);
    };
    const room = await count();
    if (room >= wanted) return room;
    await this.pool.query(
      `DELETE FROM intake.dead_letters WHERE (${PLACE}) IN (
         SELECT ${PLACE} FROM intake.dead_letters WHERE ${SETTLED} ORDER BY settled_at LIMIT $1)`,
      [wanted - room],
    );
    return Math.max(0, await count());
  }

  private async insert(letters: readonly NewLetter[]): Promise<void> {
    const of = <K extends keyof NewLetter>(name: K) => letters.map((letter) => letter[name]);
    const text = (name: 'code' | 'detail') => letters.map((letter) => plainText(letter[name]));
    const optional = (name: 'customer' | 'usageSource' | 'usageId') =>
      letters.map(({ [name]: value }) => (value === null ? null : plainText(value)));
    await this.pool.query({
      name: 'keep-letters',
      text: `INSERT INTO intake.dead_letters (${PLACE}, timestamp_ms, code, detail, key, value, headers, omitted_bytes,
               customer, usage_source, usage_id, at_stake, rejected_at, state)
             SELECT letter.*, now(), 'open' FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::text[], $6::text[],
               $7::bytea[], $8::bytea[], $9::bytea[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::numeric[]) AS letter
             ON CONFLICT (${PLACE}) DO NOTHING`,
      values: [
        ...[of('topic'), of('partition'), of('offset'), of('timestampMs'), text('code'), text('detail')],
        ...[of('key'), of('value'), of('headers'), of('omittedBytes')],
        ...[optional('customer'), optional('usageSource'), optional('usageId')],
        letters.map(({ atStake }) => atStake?.toString() ?? null),
      ],
    });
  }

  /**
   * Letters downwards from the newest.
   *
   * @param after the key of the last one that was listed
   * @param bytes whether with key, value and headers
   */
  async list(
    filter: LetterFilter,
    after: readonly [rejectedAt: string, topic: string, partition: number, offset: number] | undefined,
    limit: number,
    bytes: 'with bytes' | 'without' = 'without',
  ): Promise<DeadLetterRow[]> {
    const { where, values } = whereOf(filter);
    const beyond = after === undefined ? '' : ` AND (rejected_at, ${PLACE}) < (${placeholders(values, after)})`;
    const { rows } = await this.pool.query<RawLetter>(
      `SELECT ${OTHERS}, ${bytes === 'without' ? NO_BYTES : BYTES} FROM intake.dead_letters WHERE ${where}${beyond}
       ORDER BY rejected_at DESC, topic DESC, partition DESC, "offset" DESC LIMIT ${limit}`,
      values,
    );
    return rows.map(letterOf);
  }

  async find(topic: string, partition: number, offset: number): Promise<DeadLetterRow | undefined> {
    const { rows } = await this.pool.query<RawLetter>(
      `SELECT ${SHOWN} FROM intake.dead_letters WHERE topic = $1 AND partition = $2 AND "offset" = $3`,
      [topic, partition, offset],
    );
    return rows.map(letterOf)[0];
  }

  async count(filter: LetterFilter): Promise<number> {
    const { where, values } = whereOf(filter);
    const { rows } = await this.pool.query<{ count: string }>(
      `SELECT count(*) FROM intake.dead_letters WHERE ${where}`,
      values,
    );
    return Number(rows[0]!.count);
  }

  /** How many there are by reason and state: those that wait longest first. */
  async countByReason(filter: Pick<LetterFilter, 'from' | 'to'> = {}): Promise<ReasonCount[]> {
    const { where, values } = whereOf({ ...filter, states: [] });
    const { rows } = await this.pool.query<RawCount>(
      `SELECT code, count(*) FILTER (WHERE state = 'open') AS open, count(*) FILTER (WHERE state = 'replaying') AS replaying,
         count(*) FILTER (WHERE state = 'failing') AS failing, count(*) FILTER (WHERE state = 'replayed') AS replayed,
         count(*) FILTER (WHERE state = 'dismissed') AS dismissed, coalesce(sum(at_stake) FILTER (WHERE ${UNSETTLED}), 0)::text AS at_stake,
         count(*) FILTER (WHERE ${UNSETTLED} AND at_stake IS NULL) AS unknown, min(rejected_at) FILTER (WHERE ${UNSETTLED}) AS first_at
       FROM intake.dead_letters WHERE ${where} GROUP BY code ORDER BY first_at NULLS LAST, code`,
      values,
    );
    return rows.map(({ code, at_stake, unknown, first_at, ...counts }) => ({
      reason: code,
      counts: {
        open: Number(counts.open),
        replaying: Number(counts.replaying),
        failing: Number(counts.failing),
        replayed: Number(counts.replayed),
        dismissed: Number(counts.dismissed),
      },
      atStake: BigInt(at_stake),
      unknown: Number(unknown),
      firstAt: first_at?.toISOString() ?? null,
    }));
  }

  /** How many wait for somebody. */
  async countUnsettled(): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>({
      name: 'count-unsettled-letters',
      text: `SELECT count(*) FROM intake.dead_letters WHERE ${UNSETTLED}`,
    });
    return Number(rows[0]!.count);
  }

  /**
   * Orders something about all letters that match: a dismissal is done at once, a replay by {@link replaySome}. What is in a
   * replay that is not done is in no other order.
   */
  order(order: NewOrder, filter: LetterFilter): Promise<LetterOrderRow> {
    return inTransaction(this.pool, async (client) => {
      await client.query(`DELETE FROM intake.letter_orders WHERE ended_at < now() - interval '${ORDER_DAYS_MAX} days'`);
      await client.query(
        `INSERT INTO intake.letter_orders (id, kind, filter, reason, actor, ordered_at, request_key, request_digest, matching,
           charged, duplicates, failing, amount) VALUES ($1, $2, $3, $4, $5, now(), $6, $7, 0, 0, 0, 0, 0)`,
        [
          ...[order.id, order.kind, JSON.stringify(order.filter), order.reason, order.actor],
          ...[order.requestKey, order.requestDigest],
        ],
      );
      const isDone = order.kind === 'dismissal';
      const { where, values } = whereOf(filter);
      const change = isDone ? `state = 'dismissed', settled_at = now()` : `state = 'replaying', settled_at = NULL`;
      const id = placeholders(values, [order.id]);
      const { rowCount } = await client.query(
        `UPDATE intake.dead_letters SET ${change}, order_id = ${id} WHERE ${where} AND state <> 'replaying'`,
        values,
      );
      const { rows } = await client.query<RawOrder>(
        `UPDATE intake.letter_orders SET matching = $2, ended_at = CASE WHEN $3 THEN now() END WHERE id = $1 RETURNING *`,
        [order.id, rowCount, isDone || rowCount === 0],
      );
      return orderOf(rows[0]!);
    });
  }

  async findOrder(id: string): Promise<LetterOrderRow | undefined> {
    const { rows } = await this.pool.query<RawOrder>('SELECT * FROM intake.letter_orders WHERE id = $1', [id]);
    return rows.map(orderOf)[0];
  }

  /** The order that a request made before. */
  async findOrderOf(requestKey: string): Promise<LetterOrderRow | undefined> {
    const { rows } = await this.pool.query<RawOrder>('SELECT * FROM intake.letter_orders WHERE request_key = $1', [
      requestKey,
    ]);
    return rows.map(orderOf)[0];
  }

  /** The replays that are not done, oldest first. */
  async openReplays(): Promise<LetterOrderRow[]> {
    const { rows } = await this.pool.query<RawOrder>(
      'SELECT * FROM intake.letter_orders WHERE ended_at IS NULL ORDER BY ordered_at',
    );
    return rows.map(orderOf);
  }

  /** Why letters of a replay still fail, the most frequent reason first. */
  async failuresOf(id: string): Promise<{ readonly code: string; readonly count: number; readonly detail: string }[]> {
    const { rows } = await this.pool.query<{ code: string; count: string; detail: string | null }>(
      `SELECT outcome AS code, count(*), min(outcome_detail) AS detail FROM intake.dead_letters
       WHERE order_id = $1 AND state = 'failing' GROUP BY outcome ORDER BY count(*) DESC, outcome`,
      [id],
    );
    return rows.map(({ code, count, detail }) => ({ code, count: Number(count), detail: detail ?? '' }));
  }

  /**
   * Plays some letters of a replay again and notes what became of them, in one transaction. Another process leaves them alone
   * meanwhile; what ends before it is noted is played once more, which charges nothing twice.
   *
   * @returns how many there were; 0: the replay is done, or another process has the rest
   */
  replaySome(
    id: string,
    limit: number,
    play: (letters: readonly DeadLetterRow[]) => Promise<readonly LetterOutcome[]>,
  ): Promise<number> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<RawLetter>(
        `SELECT ${SHOWN} FROM intake.dead_letters WHERE order_id = $1 AND state = 'replaying'
         ORDER BY ${PLACE} LIMIT ${limit} FOR UPDATE SKIP LOCKED`,
        [id],
      );
      const letters = rows.map(letterOf);
      if (letters.length > 0) await note(client, id, letters, await play(letters));
      await client.query(
        `UPDATE intake.letter_orders SET ended_at = now() WHERE id = $1 AND ended_at IS NULL
         AND NOT EXISTS (SELECT FROM intake.dead_letters WHERE order_id = $1 AND state = 'replaying')`,
        [id],
      );
      return letters.length;
    });
  }
}

async function note(
  client: PoolClient,
  id: string,
  letters: readonly DeadLetterRow[],
  outcomes: readonly LetterOutcome[],
): Promise<void> {
  await client.query(
    `UPDATE intake.dead_letters AS letter SET state = made.state, outcome = made.outcome, outcome_detail = made.detail,
       entry = made.entry, settled_at = CASE WHEN made.state = 'replayed' THEN now() END
     FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])
       AS made (topic, partition, "offset", state, outcome, detail, entry)
     WHERE letter.topic = made.topic AND letter.partition = made.partition AND letter."offset" = made."offset"`,
    [
      ...[letters.map(({ topic }) => topic), letters.map(({ partition }) => partition)],
      letters.map(({ offset }) => offset),
      ...[outcomes.map(({ state }) => state), outcomes.map(({ outcome }) => outcome)],
      outcomes.map(({ detail }) => (detail === null ? null : plainText(detail))),
      outcomes.map(({ entry }) => entry),
    ],
  );
  const count = (is: (outcome: LetterOutcome) => boolean) => outcomes.filter(is).length;
  await client.query(
    `UPDATE intake.letter_orders SET charged = charged + $2, duplicates = duplicates + $3, failing = failing + $4,
       amount = amount + $5 WHERE id = $1`,
    [
      id,
      count(({ outcome }) => outcome === 'charged'),
      count(({ outcome }) => outcome === 'duplicate'),
      count(({ state }) => state === 'failing'),
      outcomes.reduce((sum, { amount }) => sum + amount, 0n).toString(),
    ],
  );
}

function whereOf(filter: LetterFilter): { readonly where: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  const { states, reason, from, to, topic, partition, offset } = filter;
  const conditions = [
    ...(states.length === 0 ? [] : [`state = ANY(${placeholders(values, [states])})`]),
    ...(reason === undefined ? [] : [`code = ${placeholders(values, [reason])}`]),
    ...(from === undefined ? [] : [`rejected_at >= ${placeholders(values, [from])}`]),
    ...(to === undefined ? [] : [`rejected_at < ${placeholders(values, [to])}`]),
    ...(topic === undefined ? [] : [`topic = ${placeholders(values, [topic])}`]),
    ...(partition === undefined ? [] : [`partition = ${placeholders(values, [partition])}`]),
    ...(offset === undefined ? [] : [`"offset" = ${placeholders(values, [offset])}`]),
  ];
  return { where: conditions.length === 0 ? 'true' : conditions.join(' AND '), values };
}

/** Adds values to a statement's and names them. */
function placeholders(values: unknown[], added: readonly unknown[]): string {
  return added.map((value) => `$${values.push(value)}`).join(', ');
}

/** As `pg` reads a row: 64-bit numbers are texts. */
interface RawLetter {
  topic: string;
  partition: number;
  offset: string;
  rejected_at: Date;
  timestamp_ms: string;
  code: string;
  detail: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Buffer;
  omitted_bytes: string;
  customer: string | null;
  usage_source: string | null;
  usage_id: string | null;
  at_stake: string | null;
  state: LetterState;
  order_id: string | null;
  settled_at: Date | null;
  outcome: string | null;
  outcome_detail: string | null;
  entry: string | null;
}

type RawCount = Record<LetterState | 'code' | 'at_stake' | 'unknown', string> & { first_at: Date | null };

interface RawOrder {
  id: string;
  kind: LetterOrderKind;
  filter: Readonly<Record<string, unknown>>;
  reason: string;
  actor: string;
  ordered_at: Date;
  request_key: string;
  request_digest: string;
  matching: string;
  charged: string;
  duplicates: string;
  failing: string;
  amount: string;
  ended_at: Date | null;
}

function letterOf(row: RawLetter): DeadLetterRow {
  const { topic, partition, code, detail, key, value, headers, customer, state, outcome, entry } = row;
  return {
    ...{ topic, partition, code, detail, key, value, headers, customer, state, outcome, entry },
    offset: Number(row.offset),
    rejectedAt: row.rejected_at.toISOString(),
    timestampMs: Number(row.timestamp_ms),
    omittedBytes: Number(row.omitted_bytes),
    usageSource: row.usage_source,
    usageId: row.usage_id,
    atStake: row.at_stake === null ? null : BigInt(row.at_stake),
    orderId: row.order_id,
    settledAt: row.settled_at?.toISOString() ?? null,
    outcomeDetail: row.outcome_detail,
  };
}

function orderOf(row: RawOrder): LetterOrderRow {
  const { id, kind, filter, reason, actor } = row;
  return {
    ...{ id, kind, filter, reason, actor },
    orderedAt: row.ordered_at.toISOString(),
    requestKey: row.request_key,
    requestDigest: row.request_digest,
    matching: Number(row.matching),
    charged: Number(row.charged),
    duplicates: Number(row.duplicates),
    failing: Number(row.failing),
    amount: BigInt(row.amount),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
