/** Parties as compliance lists them. */
import type { KycState, PartyRole } from '#concepts';
import type { BooksSnapshot } from './snapshot.js';

export interface PartyLine {
  readonly party: string;
  readonly roles: readonly PartyRole[];
  readonly reference: string | null;
  readonly country: string | null;
  readonly kyc: KycState;
  readonly kycReason: string;
  readonly kycSince: string;
  /** Since when the party is barred from using and sending; null while it is not. */
  readonly suspendedSince: string | null;
  readonly registeredAt: string;
  /** Payout wallet by chain id. */
  readonly wallets: Readonly<Record<string, string>>;
}

/** As `suspensionsAfter` of the domain: a suspension lasts until a state that is in neither list. */
const SUSPENDING = ['suspended', 'offboarded'];
const NOT_RELEASING = [...SUSPENDING, 'rejected'];

/** Ascending by party. */
export async function listParties(
  books: BooksSnapshot,
  page: {
    readonly kyc?: KycState | undefined;
    readonly role?: PartyRole | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<PartyLine[]> {
  const rows = await books.rows<{
    party: string;
    roles: PartyRole[];
    reference: string | null;
    country: string | null;
    kyc: KycState;
    kyc_reason: string;
    kyc_since: Date;
    suspended_since: Date | null;
    registered_at: Date;
    wallets: Record<string, string>;
  }>(
    `SELECT party, roles, reference, country, kyc, kyc_reason, kyc_since, registered_at,
       (SELECT min(time) FROM books.kyc_changes AS change
        WHERE change.party = parties.party AND to_state = ANY ($5) AND NOT EXISTS (
          SELECT FROM books.kyc_changes AS later
          WHERE later.party = change.party AND (later.height, later.index) > (change.height, change.index)
            AND NOT later.to_state = ANY ($6))) AS suspended_since,
       (SELECT coalesce(jsonb_object_agg(chain_id::text, wallet), '{}') FROM books.party_wallets
        WHERE party_wallets.party = parties.party) AS wallets
     FROM books.parties
     WHERE ($1::text IS NULL OR kyc = $1) AND ($2::text IS NULL OR $2 = ANY (roles)) AND ($3::text IS NULL OR party > $3)
     ORDER BY party LIMIT $4`,
    [page.kyc ?? null, page.role ?? null, page.after ?? null, page.limit, SUSPENDING, NOT_RELEASING],
  );
  return rows.map(({ kyc_reason, kyc_since, suspended_since, registered_at, ...row }) => ({
    ...row,
    kycReason: kyc_reason,
    kycSince: kyc_since.toISOString(),
    suspendedSince: suspended_since?.toISOString() ?? null,
    registeredAt: registered_at.toISOString(),
  }));
}
