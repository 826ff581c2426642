/** Where pages and read models are kept. */
import { ConfigurationError, parseUrl, type Read, readChoice } from './variables.js';

export const JOURNAL_STORES = ['postgres', 'eventstoredb'] as const;
export type JournalStoreKind = (typeof JOURNAL_STORES)[number];

export interface StoreSettings {
  readonly databaseUrl?: string;
  readonly journalStore: JournalStoreKind;
  readonly eventstoreUrl?: string;
}

export function readStoreSettings(read: Read): StoreSettings {
  const journalStore = readChoice('JOURNAL_STORE', read('JOURNAL_STORE'), JOURNAL_STORES, 'postgres');
  const eventstoreUrl = readEventstoreUrl(read('EVENTSTOREDB_URL'));
  if (journalStore === 'eventstoredb' && eventstoreUrl === undefined) {
    throw new ConfigurationError(
      'EVENTSTOREDB_URL',
      'is needed when JOURNAL_STORE=eventstoredb; set it, e.g. esdb://localhost:2113?tls=false',
    );
  }
  const databaseUrl = readDatabaseUrl(read('DATABASE_URL'));
  return {
    journalStore,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(eventstoreUrl === undefined ? {} : { eventstoreUrl }),
  };
}

function readDatabaseUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = parseUrl(value);
  const isPostgres = url?.protocol === 'postgres:' || url?.protocol === 'postgresql:';
  const hasHost = url !== undefined && (url.hostname !== '' || url.searchParams.has('host'));
  if (url === undefined || !isPostgres || !hasHost || url.pathname.length < 2) {
    throw new ConfigurationError(
      'DATABASE_URL',
      'must be a PostgreSQL URL like postgresql://user:password@host:5432/database; unset it for the embedded database',
    );
  }
  return value;
}

function readEventstoreUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  // A cluster lists several hosts with commas, which the URL parser refuses: only the shape is checked, the client parses.
  if (!/^esdb(\+discover)?:\/\/[^\s/?]+(\/|\?|$)/.test(value)) {
    throw new ConfigurationError(
      'EVENTSTOREDB_URL',
      'must be a connection string like esdb://localhost:2113?tls=false or esdb+discover://user:password@host:2113',
    );
  }
  return value;
}
