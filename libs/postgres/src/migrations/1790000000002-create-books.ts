import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The read models. Key texts compare byte by byte (`COLLATE "C"`), so that sorting and digests are the same on every
 * machine. `entries` and `movements`, the two that grow with every event, are partitioned by shard: each has one writer,
 * and the projection makes a shard's partitions when it first meets the shard.
 */
export class CreateBooks1790000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA books');
    for (const [table, columns, rest = ''] of TABLES) {
      await runner.query(`CREATE TABLE books.${table} (${columns})${rest}`);
    }
    for (const index of INDEXES) await runner.query(index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA books CASCADE');
  }
}

const KEY = 'text COLLATE "C" NOT NULL';
const TEXT = 'text COLLATE "C"';
const INSTANT = 'timestamptz(3)';
const POSITION = 'shard int NOT NULL, height bigint NOT NULL, index int NOT NULL';

const TABLES: readonly (readonly [table: string, columns: string, rest?: string])[] = [
  // Positions
  [
    'checkpoints',
    `shard int PRIMARY KEY, height bigint NOT NULL, hash ${KEY}, recorded_at ${INSTANT} NOT NULL`,
    ' WITH (fillfactor = 50)',
  ],
  [
    'page_times',
    `shard int NOT NULL, height bigint NOT NULL, recorded_at ${INSTANT} NOT NULL, hash ${KEY}, count int NOT NULL,
     PRIMARY KEY (shard, height)`,
  ],
  [
    'kafka_offsets',
    `topic ${KEY}, partition int NOT NULL, shard int NOT NULL, next_offset bigint NOT NULL,
     PRIMARY KEY (topic, partition, shard)`,
    ' WITH (fillfactor = 50)',
  ],
  // Entries and balances
  [
    'entries',
    `${POSITION}, type ${KEY}, recorded_at ${INSTANT} NOT NULL, time ${INSTANT} NOT NULL, holder ${TEXT},
     counterparty ${TEXT}, amount numeric, actor ${KEY}, origin ${KEY}, PRIMARY KEY (shard, height, index)`,
    ' PARTITION BY LIST (shard)',
  ],
  [
    'movements',
    `account ${KEY}, asset ${KEY}, ${POSITION}, amount numeric NOT NULL, balance_after numeric NOT NULL,
     PRIMARY KEY (account, asset, shard, height, index)`,
    ' PARTITION BY LIST (shard)',
  ],
  [
    'balances',
    `account ${KEY}, asset ${KEY}, shard int NOT NULL, balance numeric NOT NULL, height bigint NOT NULL,
     PRIMARY KEY (account, asset, shard)`,
    ' WITH (fillfactor = 60)',
  ],
  [
    'receivables',
    `customer ${KEY}, usage_key ${KEY}, ${POSITION}, source ${KEY}, id ${KEY}, provider ${KEY}, amount numeric NOT NULL,
     amount_open numeric NOT NULL, time ${INSTANT} NOT NULL, PRIMARY KEY (customer, usage_key, shard)`,
  ],
  // Usage
  [
    'usage_totals',
    `day date NOT NULL, customer ${KEY}, provider ${KEY}, model ${KEY}, usage_type ${KEY}, meter ${KEY},
     quantity numeric(60,9) NOT NULL, events bigint NOT NULL,
     PRIMARY KEY (day, customer, provider, model, usage_type, meter)`,
    ' WITH (fillfactor = 60)',
  ],
  [
    'usage_amounts',
    `day date NOT NULL, customer ${KEY}, provider ${KEY}, model ${KEY}, usage_type ${KEY}, events bigint NOT NULL,
     amount numeric NOT NULL, receivable numeric NOT NULL, PRIMARY KEY (day, customer, provider, model, usage_type)`,
    ' WITH (fillfactor = 60)',
  ],
  [
    'conflicts',
    `${POSITION}, customer ${KEY}, source ${KEY}, id ${KEY}, digest ${KEY}, first_digest ${KEY},
     recorded_at ${INSTANT} NOT NULL, origin ${KEY}, PRIMARY KEY (shard, height, index)`,
  ],
  [
    'rejections',
    `topic ${KEY}, partition int NOT NULL, "offset" bigint NOT NULL, ${POSITION}, code ${KEY}, detail ${KEY},
     recorded_at ${INSTANT} NOT NULL, PRIMARY KEY (topic, partition, "offset", shard, height, index)`,
  ],
  // Parties
  [
    'parties',
    `party ${KEY} PRIMARY KEY, roles text[] NOT NULL, reference ${TEXT}, country ${TEXT}, kyc ${KEY}, kyc_reason ${KEY},
     kyc_since ${INSTANT} NOT NULL, registered_at ${INSTANT} NOT NULL`,
  ],
  [
    'party_wallets',
    `party ${KEY}, chain_id bigint NOT NULL, wallet ${KEY}, set_at ${INSTANT} NOT NULL, PRIMARY KEY (party, chain_id)`,
  ],
  [
    'kyc_changes',
    `${POSITION}, party ${KEY}, from_state ${KEY}, to_state ${KEY}, reason ${KEY}, evidence ${TEXT},
     time ${INSTANT} NOT NULL, recorded_at ${INSTANT} NOT NULL, actor ${KEY}, PRIMARY KEY (shard, height, index)`,
  ],
  // Settlement and reconciliation
  [
    'settlements',
    `batch ${KEY} PRIMARY KEY, chain_id bigint NOT NULL, phase ${KEY}, opened_at ${INSTANT} NOT NULL,
     closed_at ${INSTANT}, total numeric NOT NULL, mint numeric NOT NULL, burn numeric NOT NULL,
     payout_count int NOT NULL, held_count int NOT NULL, attempts int NOT NULL, tx_hash ${TEXT}, block_number bigint,
     block_hash ${TEXT}, gas_used numeric, gas_price numeric, heads_digest ${TEXT}, reason ${TEXT}`,
  ],
  [
    'payouts',
    `batch ${KEY}, provider ${KEY}, ordinal int NOT NULL, chain_id bigint NOT NULL, wallet ${KEY}, amount numeric NOT NULL, state ${KEY},
     planned_at ${INSTANT} NOT NULL, closed_at ${INSTANT}, tx_hash ${TEXT}, log_index int, block_number bigint,
     block_hash ${TEXT}, PRIMARY KEY (batch, provider)`,
  ],
  [
    'held_payouts',
    `batch ${KEY}, provider ${KEY}, shard int NOT NULL, amount numeric NOT NULL, reason ${KEY},
     recorded_at ${INSTANT} NOT NULL, PRIMARY KEY (batch, provider, shard)`,
  ],
  [
    'chains',
    `chain_id bigint PRIMARY KEY, token ${KEY}, vault ${KEY}, signer ${KEY}, deploy_block bigint NOT NULL,
     registered_at ${INSTANT} NOT NULL`,
  ],
  [
    'reconciliations',
    `reconciliation ${KEY} PRIMARY KEY, chain_id bigint NOT NULL, block_number bigint NOT NULL, block_hash ${KEY},
     time ${INSTANT} NOT NULL, matched int NOT NULL, break_count int NOT NULL, heads jsonb NOT NULL,
     checks jsonb NOT NULL, breaks jsonb NOT NULL, closed jsonb NOT NULL`,
  ],
  [
    'breaks',
    `key ${KEY} PRIMARY KEY, class ${KEY}, detail ${KEY}, ledger ${KEY}, chain ${KEY}, since ${INSTANT} NOT NULL,
     closed_at ${INSTANT}, last_seen ${INSTANT} NOT NULL`,
  ],
  // Prices
  [
    'price_books',
    `version int PRIMARY KEY, effective_at ${INSTANT} NOT NULL, published_at ${INSTANT} NOT NULL, book jsonb NOT NULL`,
  ],
  [
    'split_policies',
    `version int PRIMARY KEY, effective_at ${INSTANT} NOT NULL, published_at ${INSTANT} NOT NULL, provider int NOT NULL,
     treasury int NOT NULL, stakers int NOT NULL, burn int NOT NULL`,
  ],
];

/** Few, since every row of the two large tables pays for each. */
const INDEXES = [
  'CREATE INDEX page_times_by_instant ON books.page_times (shard, recorded_at, height)',
  // Usage is found through its totals, its holder or its accounts; leaving it out keeps this index small.
  `CREATE INDEX entries_by_type ON books.entries (type, recorded_at) WHERE type <> 'UsageCharged'`,
  'CREATE INDEX entries_by_holder ON books.entries (holder, recorded_at) WHERE holder IS NOT NULL',
  'CREATE INDEX usage_amounts_by_provider ON books.usage_amounts (provider, day)',
  'CREATE INDEX payouts_by_provider ON books.payouts (provider, planned_at)',
  'CREATE INDEX kyc_changes_by_party ON books.kyc_changes (party, recorded_at)',
];
