/** Connections to PostgreSQL: bounded, named, with time limits, and with one reading of what "it is away" means. */
import pg from 'pg';
import { DataSource, QueryFailedError, type QueryRunner } from 'typeorm';
import type { AnyTable } from '#domain';
import { JournalOfOlderFormat } from '#journal';
import { MIGRATIONS } from './migrations.js';
import { entitySchemaOf } from './tables/entity-schemas.js';

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;

export interface PoolOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Connections at most; a query waits for a free one. */
  readonly max?: number;
  /** The server ends a statement after this time; the client gives up a little later. */
  readonly statementTimeoutMs?: number;
  /** Longest wait of a statement for a lock; unset, as long as it may run at all. */
  readonly lockTimeoutMs?: number;
  /** Told when an idle connection breaks; the pool replaces it by itself. */
  readonly onTrouble?: (message: string, error: unknown) => void;
}

const MAX_DEFAULT = 10;
const STATEMENT_TIMEOUT_MS_DEFAULT = 30_000;
const ANSWER_GRACE_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Opens no connection yet. End it with `pool.end()`. */
export function createPool(url: string, options: PoolOptions = {}): Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS_DEFAULT;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: options.applicationName ?? 'airtime',
    max: options.max ?? MAX_DEFAULT,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    ...(options.lockTimeoutMs === undefined ? {} : { lock_timeout: options.lockTimeoutMs }),
    // A half-open connection never answers: without this limit its caller would wait for ever.
    query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on('error', (error) => {
    // A pool that ends does not wait for its sockets: a server that stops right after it may still be heard.
    if (pool.ending) return;
    // pg hangs the whole client on the error: pages of internals in a log.
    Reflect.deleteProperty(error, 'client');
    options.onTrouble?.('an idle database connection broke', error);
  });
  return pool;
}

export interface DataSourceOptions {
  readonly applicationName?: string;
  /** What repositories are asked for, by `schema.name`. */
  readonly tables?: readonly AnyTable[];
}

/** TypeORM over the same database: migrations, and repositories of tables. Never synchronises the schema by itself. */
export function createDataSource(
  url: string,
  { applicationName = 'airtime', tables = [] }: DataSourceOptions = {},
): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName,
    entities: tables.map(entitySchemaOf),
    migrations: [...MIGRATIONS],
    migrationsTableName: 'airtime_migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    extra: { max: 4, connectionTimeoutMillis: CONNECT_TIMEOUT_MS },
  });
}

/** Names the one advisory lock under which migrations run, in this database. */
const MIGRATION_LOCK = 0x41_49_52_01;

const MIGRATION_LOCK_WAIT_MS = 60_000;

/** Another session does not give the lock of the migrations back. */
export class MigrationsLocked extends Error {
  constructor(waitedMs: number, holder: string) {
    super(
      `another process has held the lock of the migrations for more than ${waitedMs / 1_000} seconds: ${holder}; ` +
        'wait until its migration is done or end it, then start again',
    );
    this.name = 'MigrationsLocked';
  }
}

/**
 * Brings the schema up to date. Several processes may call it at once: they wait for one another, but not for ever.
 *
 * @throws MigrationsLocked
 */
export async function migrate(dataSource: DataSource, lockWaitMs = MIGRATION_LOCK_WAIT_MS): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await takeMigrationLock(runner, lockWaitMs);
    try {
      await dataSource.runMigrations();
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    }
  } finally {
    await runner.release();
  }
}

async function takeMigrationLock(runner: QueryRunner, waitMs: number): Promise<void> {
  await runner.query(`SET lock_timeout = ${waitMs}`);
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  } catch (error) {
    if (!(error instanceof QueryFailedError) || !isStatementTimeout(error.driverError)) throw error;
    throw new MigrationsLocked(waitMs, await describeHolder(runner));
  } finally {
    await runner.query('RESET lock_timeout');
  }
}

/** Who holds the lock of the migrations, in words. */
async function describeHolder(runner: QueryRunner): Promise<string> {
  const [holder] = (await runner.query(
    `SELECT format('process %s of PostgreSQL, %s from %s, connected since %s', pid, application_name,
       coalesce(host(client_addr), 'this machine'), backend_start::timestamptz(0)) AS text
     FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND classid = 0 AND objid = $1 AND objsubid = 1 AND granted
       AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [MIGRATION_LOCK],
  )) as { text: string }[];
  return holder?.text ?? 'it has given it back since';
}

/**
 * What a service does first: refuses a server that may forget commits, and brings the schema up to date.
 *
 * @throws DatabaseNotDurable, MigrationsLocked, JournalOfOlderFormat
 */
export async function migrateDatabase(url: string): Promise<void> {
  const pool = createPool(url, { applicationName: 'airtime-migrate', max: 1 });
  try {
    await assertDurable(pool);
    await refuseOlderFormat(pool);
  } finally {
    await pool.end();
  }
  const dataSource = createDataSource(url, { applicationName: 'airtime-migrate' });
  await dataSource.initialize();
  try {
    await migrate(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function refuseOlderFormat(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ signed: boolean }>(
    `SELECT count(*) FILTER (WHERE column_name = 'signature') > 0 AS signed FROM information_schema.columns
     WHERE table_schema = 'journal' AND table_name = 'pages' HAVING count(*) > 0`,
  );
  if (rows[0]?.signed === false) throw new JournalOfOlderFormat();
}

/** The server is set up so that an acknowledged commit may be lost. */
export class DatabaseNotDurable extends Error {
  constructor(setting: string) {
    super(
      `PostgreSQL runs with ${setting}=off, so it may forget what it acknowledged: set ${setting}=on and start again`,
    );
    this.name = 'DatabaseNotDurable';
  }
}

/** @throws DatabaseNotDurable when `fsync` or `synchronous_commit` is off, for the server, the database or the role */
export async function assertDurable(pool: Pool): Promise<void> {
  for (const setting of ['fsync', 'synchronous_commit']) {
    const { rows } = await pool.query<{ value: string }>('SELECT current_setting($1) AS value', [setting]);
    if (rows[0]?.value === 'off') throw new DatabaseNotDurable(setting);
  }
}

/**
 * Runs one transaction on a connection of its own: commits when `work` is done, else rolls back.
 *
 * @param settings SQL between BEGIN and the work, in the same round trip
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  settings = '',
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const lose = (error: Error) => {
    broken = error;
  };
  // The query under way fails with the same error; without a listener the loss would end the process.
  client.on('error', lose);
  try {
    await client.query(`BEGIN; ${settings}`);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(lose);
    throw error;
  } finally {
    client.off('error', lose);
    client.release(broken);
  }
}

/** Classes of SQLSTATE that pass with time or are repaired by an operator: connection, resources, shutdown, cancelled, a standby. */
const PASSING_SQLSTATES = /^(08...|53...|57014|57P0.|25006|58030)$/;
const PASSING_SYSTEM_CODES =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN)$/;
/** `pg` gives these errors no code. */
const PASSING_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed|timeout expired)/;

/** Whether an error says that the database cannot be reached now, so that trying again later makes sense. */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
  // A name that resolves to several addresses fails with one error for each.
  if (Array.isArray(errors)) return errors.some(isDatabaseAway);
  if (typeof code === 'string' && (PASSING_SQLSTATES.test(code) || PASSING_SYSTEM_CODES.test(code))) return true;
  return typeof message === 'string' && PASSING_MESSAGES.test(message);
}

/** Whether the server ended a statement because it took too long, or waited too long for a lock. */
export function isStatementTimeout(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code === '57014' || code === '55P03';
}

/** The SQLSTATE of a server's error. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
