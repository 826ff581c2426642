/** Parties as compliance lists them. */
import type { KycState, PartyRole } from '#domain';
import type { BooksSnapshot } from './snapshot.js';

export interface PartyLine {
  readonly party: string;
  readonly roles: readonly PartyRole[];
  readonly reference: string | null;
  readonly country: string | null;
  readonly kyc: KycState;
  readonly kycReason: string;
  readonly kycSince: string;
  readonly registeredAt: string;
  /** Payout wallet by chain id. */
  readonly wallets: Readonly<Record<string, string>>;
}

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
    registered_at: Date;
    wallets: Record<string, string>;
  }>(
    `SELECT party, roles, reference, country, kyc, kyc_reason, kyc_since, registered_at,
       (SELECT coalesce(jsonb_object_agg(chain_id::text, wallet), '{}') FROM books.party_wallets
        WHERE party_wallets.party = parties.party) AS wallets
     FROM books.parties
     WHERE ($1::text IS NULL OR kyc = $1) AND ($2::text IS NULL OR $2 = ANY (roles)) AND ($3::text IS NULL OR party > $3)
     ORDER BY party LIMIT $4`,
    [page.kyc ?? null, page.role ?? null, page.after ?? null, page.limit],
  );
  return rows.map(({ kyc_reason, kyc_since, registered_at, ...row }) => ({
    ...row,
    kycReason: kyc_reason,
    kycSince: kyc_since.toISOString(),
    registeredAt: registered_at.toISOString(),
  }));
}
