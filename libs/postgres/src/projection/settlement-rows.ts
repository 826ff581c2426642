/** Settlement batches, their payouts, and what the compliance gate held. */
import type { PayablesCut, ReconciliationRecorded, SettlementEvent, SettlementPlanned } from '#concepts';
import type { EntryPosition } from '#domain';
import type { Statement } from './statement.js';
import { instantText, integer, integerText, jsonText, keyText } from './text.js';

/** Rows of one shard's cut. The payouts themselves appear with the plan, which sums all cuts. */
export function projectCut(event: PayablesCut, position: EntryPosition, recordedAt: string): Statement[] {
  if (event.held.length === 0) return [];
  return [
    {
      text: `
        INSERT INTO held_payouts (batch, shard, recorded_at, provider, amount, reason)
        SELECT $1, $2::int, $3::timestamptz, * FROM unnest($4::text[], $5::numeric[], $6::text[])`,
      values: [
        event.batch,
        position.shard,
        recordedAt,
        event.held.map(({ provider }) => provider),
        event.held.map(({ amount }) => integerText(amount) ?? '0'),
        event.held.map(({ reason }) => reason),
      ],
      rows: event.held.length,
    },
  ];
}

/** Rows of one step of a batch. */
export function projectSettlement(event: SettlementEvent, recordedAt: string): Statement[] {
  const time = instantText(event.time) ?? recordedAt;
  switch (event.type) {
    case 'SettlementOpened':
      return [
        {
          text: `
            INSERT INTO settlements (batch, chain_id, phase, opened_at, total, mint, burn, payout_count, held_count, attempts)
            VALUES ($1, $2, 'opened', $3, 0, 0, 0, 0, $4, 0)`,
          values: [event.batch, event.chainId, time, event.held.length],
          rows: 1,
        },
      ];
    case 'SettlementPlanned':
      return [
        {
          text: `
            UPDATE settlements SET phase = 'planned', total = $2, mint = $3, burn = $4, payout_count = $5, heads_digest = $6
            WHERE batch = $1`,
          values: [
            event.batch,
            integerText(event.total) ?? '0',
            integerText(event.mint) ?? '0',
            integerText(event.burn) ?? '0',
            event.payouts.length,
            event.headsDigest,
          ],
          rows: 1,
        },
        insertPayouts(event, time),
      ];
    case 'SettlementEmpty':
      return [
        {
          text: `UPDATE settlements SET phase = 'empty', closed_at = $2 WHERE batch = $1`,
          values: [event.batch, time],
          rows: 1,
        },
      ];
    case 'SettlementSigned':
      return [
        {
          text: `UPDATE settlements SET phase = 'signed', attempts = $2, tx_hash = $3 WHERE batch = $1`,
          values: [event.batch, event.attempt, event.hash],
          rows: 1,
        },
        {
          text: `UPDATE payouts SET state = 'signed', tx_hash = $2 WHERE batch = $1`,
          values: [event.batch, event.hash],
        },
      ];
    case 'SettlementConfirmed':
      return [
        {
          text: `
            UPDATE settlements SET phase = 'confirmed', closed_at = $2, tx_hash = $3, block_number = $4, block_hash = $5,
              gas_used = $6, gas_price = $7
            WHERE batch = $1`,
          values: [
            event.batch,
            time,
            event.hash,
            integerText(event.blockNumber),
            event.blockHash,
            integerText(event.gasUsed),
            integerText(event.gasPrice),
          ],
          rows: 1,
        },
        {
          text: `
            UPDATE payouts SET state = 'confirmed', closed_at = $2, tx_hash = $3, block_number = $4, block_hash = $5,
              log_index = ($6::bigint[])[ordinal + 1]
            WHERE batch = $1`,
          values: [
            event.batch,
            time,
            event.hash,
            integerText(event.blockNumber),
            event.blockHash,
            event.logIndexes.map(integer),
          ],
        },
      ];
    case 'SettlementReverted':
      return [
        {
          text: `
            UPDATE settlements SET phase = 'reverted', closed_at = $2, reason = $3, tx_hash = coalesce($4, tx_hash)
            WHERE batch = $1`,
          values: [event.batch, time, event.reason, event.hash ?? null],
          rows: 1,
        },
        {
          text: `UPDATE payouts SET state = 'reverted', closed_at = $2 WHERE batch = $1`,
          values: [event.batch, time],
        },
      ];
  }
}

function insertPayouts(event: SettlementPlanned, time: string): Statement {
  return {
    text: `
      INSERT INTO payouts (batch, chain_id, state, planned_at, provider, wallet, amount, ordinal)
      SELECT $1, (SELECT chain_id FROM settlements WHERE batch = $1), 'cut', $2, provider, wallet, amount, place - 1
      FROM unnest($3::text[], $4::text[], $5::numeric[]) WITH ORDINALITY AS planned (provider, wallet, amount, place)`,
    values: [
      event.batch,
      time,
      event.payouts.map(({ provider }) => provider),
      event.payouts.map(({ wallet }) => wallet),
      event.payouts.map(({ amount }) => integerText(amount) ?? '0'),
    ],
    rows: event.payouts.length,
  };
}

/** A reconciliation's report, and its breaks opened, seen again or closed. */
export function projectReconciliation(event: ReconciliationRecorded, recordedAt: string): Statement[] {
  const time = instantText(event.time) ?? recordedAt;
  const statements: Statement[] = [
    {
      text: `
        INSERT INTO reconciliations (reconciliation, chain_id, block_number, block_hash, time, matched, break_count,
          heads, checks, breaks, closed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      values: [
        event.reconciliation,
        event.chainId,
        integerText(event.blockNumber),
        event.blockHash,
        time,
        event.matched,
        event.breaks.length,
        jsonText(event.heads),
        jsonText(event.checks),
        jsonText(event.breaks),
        jsonText(event.closed),
      ],
      rows: 1,
    },
  ];
  if (event.closed.length > 0) {
    statements.push({
      text: 'UPDATE breaks SET closed_at = $1 WHERE key = ANY ($2::text[])',
      values: [time, event.closed.map(keyText)],
    });
  }
  for (const found of event.breaks) {
    statements.push({
      text: `
        INSERT INTO breaks (key, class, detail, ledger, chain, since, last_seen) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (key) DO UPDATE SET class = excluded.class, detail = excluded.detail, ledger = excluded.ledger,
          chain = excluded.chain, since = excluded.since, closed_at = NULL, last_seen = excluded.last_seen`,
      values: [
        keyText(found.key),
        found.class,
        found.detail,
        found.ledger,
        found.chain,
        instantText(found.since) ?? time,
        time,
      ],
      rows: 1,
    });
  }
  return statements;
}
